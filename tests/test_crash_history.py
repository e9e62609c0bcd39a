"""Killed in the middle of writes, undos and retention: history and records agree, and nothing is half done."""

import random
from pathlib import Path

import pytest

from closum.operations import check, undone
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import background, history, integrity, merged
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine, killed
from tests.support.killed import SET, as_one, kill, leads

ROUNDS = 20
LARGE = 510
"""Leads of an operation that is undone in the background."""
LONGEST = 0.1  # seconds that a process works at most after the first time
MANY = 150
"""Leads of an operation whose undo takes so long that most kills come in its middle."""


@pytest.fixture
def url(session: Session, folder: Path) -> str:
    """Of the test's database."""
    return engine.current.url(folder)


def agrees(session: Session) -> None:
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


def numbers(session: Session, account: Account) -> tuple[int, int, int]:
    """Leads, e-mail addresses and changes."""
    with session.read() as reading:
        unit = reading.of(account.id)
        return (
            integrity.count(unit, LEAD),
            integrity.count(unit, EMAIL),
            len(history.since(unit, 0, 1_000_000)),
        )


def test_killed_in_the_middle_of_writes(session: Session, account: Account, url: str) -> None:
    chance, before = random.Random(20_180_101), 0
    for _ in range(ROUNDS):
        kill(killed.write, url, account.id, chance.uniform(0, LONGEST))
        agrees(session)
        there, addresses, _ = numbers(session, account)
        assert there == addresses * SET
        assert there > before
        before = there
        with session.read() as reading:
            assert_sets_are_whole(reading.of(account.id))


def assert_sets_are_whole(unit: Unit) -> None:
    """A cascade reached every lead of a set, or none."""
    found = history.since(unit, 0, 1_000_000)
    sizes = dict.fromkeys((one.operation for one in found), 0)
    for one in found:
        sizes[one.operation] += 1
    assert set(sizes.values()) <= {SET + 1}


def test_killed_in_the_middle_of_undos(session: Session, account: Account, url: str) -> None:
    chance, before = random.Random(20_180_102), 2 * MANY
    with session.write(account.id) as unit:
        as_one(unit, LEAD, leads(MANY, "many"))
    for _ in range(ROUNDS):
        kill(killed.undo_last, url, account.id, chance.uniform(0, LONGEST))
        agrees(session)
        there, addresses, changes = numbers(session, account)
        assert there == addresses
        assert there in (0, MANY)
        assert changes % (2 * MANY) == 0
        assert (changes // (2 * MANY)) % 2 == bool(there)
        assert changes > before
        before = changes


def test_killed_in_the_middle_of_undos_in_the_background(
    session: Session, account: Account, url: str
) -> None:
    """Each step is whole or not at all, and none is done twice; undone and done again, over and over."""
    chance = random.Random(20_180_104)
    with session.write(account.id) as unit:
        as_one(unit, LEAD, leads(LARGE, "large"))
    for _ in range(ROUNDS):
        kill(killed.undo_in_steps, url, account.id, chance.uniform(0, LONGEST))
        agrees(session)
        with session.read() as reading:
            unit = reading.of(account.id)
            now = killed.undoing_now(unit)
            last = background.jobs(unit, 1, "undo")[0]
            steps = undone.find(unit, last.place["operation"]).steps
            assert sum(one.size for one in steps) == last.place["undone"] == last.done
            assert (last.done == 2 * LARGE) is (now is None)
            assert last.place["left_count"] == 0
        there, addresses, changes = numbers(session, account)
        is_removed = undone.find(unit, last.argument["operation"]).id % (4 * LARGE) == 1
        gone = last.done if is_removed else 2 * LARGE - last.done
        assert (there + addresses, changes % (2 * LARGE)) == (2 * LARGE - gone, last.done % (2 * LARGE))


def test_killed_in_the_middle_of_merges(session: Session, account: Account, url: str) -> None:
    """All of a set went into the first one, or none."""
    chance, before = random.Random(20_180_105), 0
    for _ in range(ROUNDS):
        kill(killed.merge, url, account.id, chance.uniform(0, LONGEST))
        agrees(session)
        there, addresses, _ = numbers(session, account)
        with session.read() as reading:
            gone = sum(len(some) for some in merged.walk(reading.of(account.id), 1_000))
        assert there + gone == addresses
        assert addresses % SET == gone % (SET - 1) == 0
        assert addresses > before
        before = addresses


def test_killed_in_the_middle_of_retention(session: Session, account: Account, url: str) -> None:
    chance, before = random.Random(20_180_103), 0
    for _ in range(ROUNDS):
        kill(killed.retain, url, account.id, chance.uniform(0, LONGEST))
        agrees(session)
        there, addresses, changes = numbers(session, account)
        assert there == addresses
        assert there % SET == 0
        assert there > before
        assert changes < 2 * there  # the oldest ones are gone
        before = there
