"""Positions of the feed where the database is another one: a copy on any engine goes on, a restored one is noticed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.accounts import users
from closum.errors import Gone
from closum.model import position
from closum.operations import feed
from closum.resources.lead import LEAD
from closum.store import changed
from closum.store.opening import open_session
from closum.store.session import Session
from tests.cli.conftest import Command
from tests.support.engine import ENGINES, ON_SQLITE
from tests.support.moving import Place
from tests.support.stored import create

pytestmark = ON_SQLITE  # each test names its engines
PAIRS = [(source, target) for source in ENGINES for target in ENGINES]


@pytest.fixture
def place(folder: Path) -> Iterator[Place]:
    def place(kind: str, name: str) -> str:
        (folder / name).mkdir(exist_ok=True)
        return ENGINES[kind].url(folder / name)

    yield place
    for one in ENGINES.values():
        one.forget(folder)


def add(session: Session, account_id: int, name: str) -> None:
    """By a call of the API, which has an id of its own."""
    with session.write(account_id) as unit:
        create(unit.of(account_id, unit.by._replace(request_id=f"call-{name}")), LEAD, [{"name": name}])


def read(session: Session, account_id: int, since: str) -> tuple[list[int], str]:
    """Ids behind a position, and the next one; the list of what changed since then has the same."""
    with session.read() as unit:
        own = unit.of(account_id)
        found = feed.read(own, since, 1_000)
        if since:
            ids, _ = changed.since(own, LEAD, position.read(since))
            assert ids is not None
        return [one["id"] for one in found.changes], found.next


def is_gone(session: Session, account_id: int, since: str) -> bool:
    try:
        read(session, account_id, since)
    except Gone:
        return True
    return False


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_copy_goes_on(command: Command, place: Place, source: str, target: str) -> None:
    of, to = place(source, "of"), place(target, "to")
    with open_session(of, create=True) as session:
        with session.write() as unit:
            owner = users.add_account(unit, "Acme").id
        add(session, owner, "Ana")
        middle = read(session, owner, "")[1]
        add(session, owner, "Rui")
        end = read(session, owner, middle)[1]
    assert command("database", "copy", "--from", of, "--to", to).returncode == 0
    with open_session(of) as session:
        add(session, owner, "Eva")
        behind = read(session, owner, end)[1]
    with open_session(to) as session:
        assert read(session, owner, middle) == ([2], end)
        assert read(session, owner, end) == ([], end)
        assert is_gone(session, owner, behind)
        add(session, owner, "Zoe")
        assert read(session, owner, end)[0] == [3]
        assert is_gone(session, owner, behind)


def test_a_restored_backup_is_noticed(command: Command, folder: Path) -> None:
    with open_session(f"sqlite:///{folder}/closum.db", create=True) as session:
        with session.write() as unit:
            owner = users.add_account(unit, "Acme").id
        add(session, owner, "Ana")
        kept = read(session, owner, "")[1]
    assert command("backup", "ours.bak").returncode == 0
    with open_session(f"sqlite:///{folder}/closum.db") as session:
        add(session, owner, "Eva")
        lost = read(session, owner, kept)[1]
    assert command("restore", "ours.bak", "--overwrite").returncode == 0
    with open_session(f"sqlite:///{folder}/closum.db") as session:
        assert is_gone(session, owner, lost)
        add(session, owner, "Rui")
        assert is_gone(session, owner, lost)
        found, after = read(session, owner, kept)
        assert len(found) == 1
        assert read(session, owner, after) == ([], after)
