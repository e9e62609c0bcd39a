"""Killed at any moment in the middle of an import, or of its undo, it goes on at the record where it stopped."""

import random
from functools import partial
from pathlib import Path

import pytest

from closum.accounts import users
from closum.operations import check, undoing
from closum.operations.importing import job, work
from closum.operations.importing.files import Files
from closum.operations.runner import LEASE
from closum.store import background
from closum.store import operation as operations
from closum.store.background import DONE
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine, killed
from tests.support.import_jobs import add, carry_out, counts, imported, start, tables, text
from tests.support.killed import kill

ROUNDS = 20
ROWS = 6_000
LONGEST = 0.1  # seconds that a process works at most after its first step


@pytest.fixture
def url(session: Session, folder: Path) -> str:
    """Of the test's database."""
    return engine.current.url(folder)


def let_go(session: Session, account: Account) -> None:
    """As if the time had passed after which who was killed is taken for dead."""
    with session.write(account.id) as unit:
        unit.run("UPDATE job SET due = due - ? WHERE account_id = ? AND due IS NOT NULL", (LEASE, account.id))


def test_killed_in_the_middle_of_an_import(
    session: Session, account: Account, url: str, folder: Path
) -> None:
    """All is as if nothing had happened: records, ids, faults, counts."""
    files, content, chance = Files(folder / "files"), text(ROWS), random.Random(20_180_101)
    with session.write() as unit:
        other = users.add_account(unit, "Undisturbed").id
    undisturbed = imported(session, other, files, content, on_match="update")
    number = add(session, account.id, files, content, on_match="update")
    start(session, account.id, number)
    for _ in range(ROUNDS):
        doing = partial(killed.import_in_steps, folder / "files", number)
        kill(doing, url, account.id, chance.uniform(0, LONGEST))
    let_go(session, account)
    carry_out(session, account.id, files, number)
    with session.read() as unit:
        own, there = unit.of(account.id), unit.of(other)
        assert counts(job.find(own, number)) == counts(job.find(there, undisturbed))
        assert tables(own) == tables(there)
        assert list(check.faults(unit, lambda done, total: None)) == []


def test_killed_in_the_middle_of_the_undo_of_an_import(
    session: Session, account: Account, url: str, folder: Path
) -> None:
    files, chance = Files(folder / "files"), random.Random(20_180_101)
    imported(session, account.id, files, text(300))
    with session.read() as unit:
        before = tables(unit.of(account.id))
    number = imported(session, account.id, files, text(4_000), on_match="update")
    with session.write(account.id) as unit:
        operation = operations.first_caused(unit, [(work.NAME, number)])[work.NAME, number]
        undoing.begin(unit, operation, 30, {})
    for _ in range(ROUNDS):
        kill(killed.go_on_undoing, url, account.id, chance.uniform(0, LONGEST))
    with session.write(account.id) as unit:
        while (found := killed.undoing_now(unit)) and found.state != DONE:
            killed.undo_a_step(unit, found)
        (done,) = background.jobs(unit, 1, "undo")
        assert done.place["left_count"] == 0
    with session.read() as unit:
        after = tables(unit.of(account.id))
        assert [after[name] for name in ("email", "phone")] == [before[name] for name in ("email", "phone")]
        assert [row[:-1] for row in after["lead"]] == [row[:-1] for row in before["lead"]]  # versions rise
        assert list(check.faults(unit, lambda done, total: None)) == []
