"""Rows with one number or address in several spellings: each lead is found by what it shows."""

from pathlib import Path
from typing import Any

import pytest

from closum.operations import check
from closum.operations.importing.files import Files
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.import_jobs import imported

pytestmark = pytest.mark.slow  # a process reads each file

HEAD = "Name,E-mail,Phone,phone.extension"


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return [*check.faults(unit, lambda *_: None)]


@pytest.mark.parametrize(
    "rows",
    [
        ["Ana,a@example.pt,912345672,00351", "Rui,r@example.pt,912345672,351"],
        ["Ana,a@example.pt,912 345 672,00351", "Rui,r@example.pt,912345672,00351"],
        ["Ana,ana@example.pt,,", "Rui,ANA@Example.PT,,"],
        ['Ana,"""ana""@example.pt",,', "Rui,ana@example.pt,,"],
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_the_index_has_what_the_record_is_written_as(
    rows: list[str], together: bool, session: Session, account: Account, folder: Path
) -> None:
    files, policy = Files(folder / "files"), dict[str, Any](match=["email"], on_match="create")
    for some in [rows] if together else [[one] for one in rows]:
        imported(session, account.id, files, "\n".join([HEAD, *some]).encode(), **policy)
    with session.read() as unit:
        assert unit.one("SELECT COUNT(*) FROM lead") == (2,)
    assert faults(session) == []
