"""Pages above 1 MiB: leads that make one, and the files that a process keeps such answers in."""

import os
from collections.abc import Iterable
from pathlib import Path

from closum.model import draft
from closum.resources.lead import LEAD
from closum.store import identity
from closum.store.session import Session
from tests.support.client import JSON
from tests.support.stored import many

LONG = '["' + "é😀\\n\\u00e9" * 4_000 + '"]'
"""A document of 64 kB; in an answer it is longer, with its quotes and backslashes doubled."""


def leads(number: int, document: str = LONG) -> Iterable[JSON]:
    return ({"name": f"lead {one}", "custom_data": document} for one in range(number))


def fill(session: Session, account_id: int, bodies: Iterable[JSON]) -> None:
    """Create leads, of which a transaction has some MB."""
    drafts = [draft.parse(LEAD, body) for body in bodies]
    for start in range(0, len(drafts), 100):
        with session.write(account_id) as unit:
            outcomes = many(unit, LEAD, drafts[start : start + 100])
        assert all(isinstance(one, int) for one in outcomes)


def account_id(session: Session, name: str) -> int:
    with session.read() as unit:
        return next(account.id for account in identity.accounts(unit) if account.name == name)


def unnamed_files(pid: int, folder: Path) -> int:
    """How many files in a folder a process has open that have no name."""
    found = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(one)
        except FileNotFoundError:  # closed meanwhile
            continue
        found += target.startswith(f"{folder}/") and target.endswith(" (deleted)")
    return found
