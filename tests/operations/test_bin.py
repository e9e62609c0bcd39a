"""Deleted records: what the bin keeps of them, for how long, and what is left of them afterwards."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from closum.errors import Invalid, NotFound
from closum.model import draft, query
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.operations import bin as bins
from closum.operations import check, person, records, retention, undo
from closum.operations.bin import Wanted
from closum.operations.runner import Runner
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import background, history
from closum.store import bin as entries
from closum.store.identity import Account
from closum.store.opening import open_database
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support import engine
from tests.support.inprocess import Clock
from tests.support.stored import create

NOW, DAY = int(Clock().now), retention.DAY
ANA = {
    "name": "Ana Findme",
    "custom_data": '{"note":"findme too"}',
    "email": {"email": "findme@example.com"},
    "phone": {"extension": "351", "number": "912340999"},
}


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


def delete(
    session: Session, account: Account, *keys: tuple[Resource, int], at: int | None = None
) -> list[int]:
    """The operations, which are also the ids of the entries."""
    found = []
    for resource, record_id in keys:
        with session.write(account.id) as unit:
            unit.now = at or unit.now
            operation = records.delete(unit, resource, record_id).operation
        assert operation
        found.append(operation)
    return found


def binned(session: Session, account: Account) -> list[tuple[str, int]]:
    with session.read() as unit:
        return [
            (one.resource, one.record_id) for some in entries.walk(unit.of(account.id), 2) for one in some
        ]


def everything(session: Session, account: Account) -> str:
    """All that the database has in the tables of an account, with what waits for its index and what is in it."""
    with session.write(account.id) as unit:
        unit.search.settle(unit)
    names = ["lead", "email", "phone", "change", "bin", "lead_term"]
    with session.read() as unit:
        if unit.engine == "sqlite":
            names += ["lead_pending", "lead_term_content"]
        return str([unit.all(f"SELECT * FROM {name}") for name in names])


@pytest.fixture
def ana(session: Session, account: Account) -> list[int]:
    """The entries of a lead, its e-mail address and its number, which are all in the bin."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Ana Other Findme"}))
    assert "findme" in everything(session, account)
    return delete(session, account, (LEAD, 1), (EMAIL, 1), (PHONE, 1))


def keep(folder: Path, days: int, now: int) -> None:
    """A server starts, and does what is due."""

    async def work() -> None:
        db = await open_database(engine.current.url(folder), lambda: now, 6)
        try:
            await Runner(db, retention.kinds(days, 400)).work()
        finally:
            await db.close()

    asyncio.run(work())


def test_the_bin_agrees_with_the_history(session: Session, account: Account, ana: list[int]) -> None:
    assert binned(session, account) == [("lead", 1), ("email", 1), ("phone", 1)]
    assert faults(session) == []
    with session.write(account.id) as unit:
        bins.restore(unit, ana[1])
        bins.restore(unit, ana[0])
    assert (binned(session, account), faults(session)) == ([], [])


def test_a_deletion_that_is_undone_is_not_in_the_bin(
    session: Session, account: Account, ana: list[int]
) -> None:
    for operation in reversed(ana):
        with session.write(account.id) as unit:
            assert undo.undo(unit, operation).left == []
    assert binned(session, account) == []
    with session.write(account.id) as unit, pytest.raises(Invalid):
        undo.undo(unit, ana[0])
    assert faults(session) == []


def test_what_is_restored_is_undone_already(session: Session, account: Account, ana: list[int]) -> None:
    with session.write(account.id) as unit:
        back = bins.restore(unit, ana[0]).operation
        assert back
    assert binned(session, account) == []
    with session.write(account.id) as unit, pytest.raises(Invalid):
        undo.undo(unit, ana[0])
    with session.write(account.id) as unit:
        assert [one.reason for one in undo.undo(unit, ana[1]).left] == [undo.THERE]
    with session.write(account.id) as unit:
        assert undo.undo(unit, back).left == []  # which deletes all three again
    assert sorted(binned(session, account)) == [("email", 1), ("lead", 1), ("phone", 1)]
    assert faults(session) == []


def test_nothing_is_left_of_what_is_removed_for_good(
    session: Session, account: Account, ana: list[int]
) -> None:
    for entry in ana:
        with session.write(account.id) as unit:
            bins.purge(unit, entry)
    assert "indme" not in everything(session, account)
    assert "912340999" not in everything(session, account)
    assert faults(session) == []
    for entry in ana:
        with session.write(account.id) as unit:
            undone = undo.undo(unit, entry)
            assert (undone.operation, [one.reason for one in undone.left]) == (None, [undo.PURGED])
            with pytest.raises(NotFound):
                bins.purge(unit, entry)
    with session.write(account.id) as unit:
        last = history.last(unit)
        undone = undo.undo(unit, last)
        assert (undone.operation, [one.reason for one in undone.left]) == (None, [undo.PURGED])
        undone = undo.undo(unit, 1)  # the create of all three
        assert {one.reason for one in undone.left} == {undo.PURGED}


def test_it_is_emptied_after_thirty_days(session: Session, account: Account, folder: Path) -> None:
    with session.write(account.id) as unit:
        unit.now = NOW - 40 * DAY
        create(unit, LEAD, [{"name": f"Lead {number}"} for number in range(130)])
    old = [(LEAD, number) for number in range(1, 121)]
    with session.write(account.id) as unit:
        unit.now = NOW - 30 * DAY - 1
        for _, number in old:
            records.delete(unit, LEAD, number)
    delete(session, account, (LEAD, 121), at=NOW - 30 * DAY)
    delete(session, account, (LEAD, 122), at=NOW)
    keep(folder, 365, NOW)
    assert binned(session, account) == [("lead", 121), ("lead", 122)]
    with session.read() as unit:
        job = background.found(unit.of(account.id), bins.NAME)
        kept = [one.before for one in history.since(unit.of(account.id), 0, 1_000) if one.verb == "delete"]
    assert job
    assert (job.state, job.done, job.due) == (background.DONE, 120, NOW + DAY)
    assert [one is None for one in kept] == [True] * 120 + [False] * 2
    keep(folder, 365, NOW + DAY)
    assert (binned(session, account), faults(session)) == ([("lead", 122)], [])
    delete(session, account, (LEAD, 123), at=NOW + 10 * DAY)
    keep(folder, 7, NOW + 11 * DAY)  # the history is kept for less
    assert (binned(session, account), faults(session)) == ([("lead", 123)], [])


def test_what_a_clock_dated_that_was_ahead(session: Session, account: Account, folder: Path) -> None:
    with session.write(account.id) as unit:
        unit.now = NOW
        create(unit, LEAD, [{"name": "A"}, {"name": "B"}, {"name": "C"}])
    delete(session, account, (LEAD, 1), at=NOW + 3_650 * DAY)
    delete(session, account, (LEAD, 2), at=NOW)
    keep(folder, 365, NOW + DAY)
    assert binned(session, account) == [("lead", 1), ("lead", 2)]
    keep(folder, 365, NOW + 31 * DAY)
    assert (binned(session, account), faults(session)) == ([], [])


def test_history_that_is_cut_takes_its_deletions_out_of_the_bin(
    session: Session, account: Account, ana: list[int]
) -> None:
    delete_last = ana[2]
    with session.write(account.id) as unit:
        assert history.cut(unit, timestamp(unit.now + 1), ana[0]) == ana[0]
    assert binned(session, account) == [("email", 1), ("phone", 1)]
    assert faults(session) == []
    with session.write(account.id) as unit:
        assert history.cut(unit, timestamp(unit.now + 1), 100) == 1
        assert history.last(unit) == delete_last  # whose row stays, without what it kept
    assert (binned(session, account), faults(session)) == ([], [])


@pytest.mark.parametrize("person_is", ["in the bin", "there but for the lead"])
def test_an_erasure_takes_a_person_out_of_the_bin(
    session: Session, account: Account, ana: list[int], person_is: str
) -> None:
    if person_is != "in the bin":
        with session.write(account.id) as unit:
            bins.restore(unit, ana[1])
            bins.restore(unit, ana[2])
    with session.read() as unit:
        found = person.retrieve(unit.of(account.id), "findme@example.com")
        assert {"delete", "update"} <= {one["verb"] for one in found["history"]}
        erasure = person.Erasure(person.look(unit.of(account.id), "findme@example.com"))
    session.write_steps(erasure.steps(), account.id)
    assert ("lead", 1) not in binned(session, account)
    assert ("email", 1) not in binned(session, account)
    assert "findme" not in everything(session, account)
    assert faults(session) == []
    with session.write(account.id) as unit:
        assert [one.reason for one in undo.undo(unit, ana[0]).left] == [undo.ERASED]
        with pytest.raises(NotFound):
            bins.restore(unit, ana[0])


CHECKED: list[tuple[str, str]] = [
    (
        "DELETE FROM bin WHERE resource = 'lead'",
        "lead 1 of account 1: it is deleted, and the bin does not have it",
    ),
    (
        "UPDATE bin SET record_id = 2 WHERE resource = 'lead'",
        "entry {0} of the bin of account 1: the history does not have this deletion",
    ),
    (
        "UPDATE bin SET operation = 1 WHERE resource = 'lead'",
        "entry {0} of the bin of account 1: it does not agree with the deletion",
    ),
    (
        "UPDATE change SET before = 'null' WHERE resource = 'lead' AND verb = 'delete'",
        "entry {0} of the bin of account 1: the history does not have what the record was",
    ),
]


@pytest.mark.parametrize(("sql", "told"), CHECKED)
def test_what_a_check_finds(session: Session, account: Account, ana: list[int], sql: str, told: str) -> None:
    with session.write() as unit:
        unit.run(sql)
    assert told.format(*ana) in faults(session)


def test_an_entry_of_a_record_that_is_there_is_found(
    session: Session, account: Account, ana: list[int]
) -> None:
    with session.write(account.id) as unit:
        (gone,) = unit.all("SELECT * FROM bin WHERE account_id = ? AND position = ?", (account.id, ana[0]))
        bins.restore(unit, ana[0])
        unit.run(f"INSERT INTO bin VALUES ({', '.join('?' * len(gone))})", gone)
    assert faults(session) == [f"entry {ana[0]} of the bin of account 1: lead 1 is there"]


def test_a_page_of_large_records_is_shorter(session: Session, account: Account) -> None:
    large = {"name": "A", "custom_data": '{"a":"' + "x" * 60_000 + '"}'}
    with session.write(account.id) as unit:
        create(unit, LEAD, [large] * 200)
        for number in range(1, 201):
            records.delete(unit, LEAD, number)

    def page(unit: Unit, before: int) -> bins.Entries:
        return bins.read(unit, bins.Wanted(before), 1_000, 30)

    found: list[Any] = []
    with session.read() as reading:
        unit, before, pages = reading.of(account.id), 2**63 - 1, 0
        while before:
            some = page(unit, before)
            found += [one["record_id"] for one in some.entries]
            before, pages = some.next or 0, pages + 1
    assert found == list(range(200, 0, -1))
    assert pages > 1


@pytest.mark.parametrize(
    "asked",
    [("filter", "email="), ("filter", "email!=x@example.com"), ("q", "ana"), ("filter", "custom_data.a!=2")],
)
def test_a_deleted_lead_is_not_found(session: Session, account: Account, asked: tuple[str, str]) -> None:
    """Also as long as the index of searches has its terms, and by what it has not."""
    asks = query.parse(LEAD, [asked])

    def found() -> list[tuple[list[int], int | None]]:
        states = []
        for settle in (False, True):
            with session.write(account.id) as unit:
                if settle:
                    unit.search.settle(unit)
                page = records.window(unit, LEAD, asks)
                states.append(([one["id"] for one in page.records], page.total))
        return states

    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": f"Ana {number}", "custom_data": {"a": 1}} for number in range(3)])
    assert found() == [([1, 2, 3], 3)] * 2
    (entry,) = delete(session, account, (LEAD, 2))
    assert found() == [([1, 3], 2)] * 2
    with session.write(account.id) as unit:
        bins.restore(unit, entry)
    assert found() == [([1, 2, 3], 3)] * 2
    delete(session, account, (LEAD, 2), (LEAD, 1))
    with session.write(account.id) as unit:
        bins.restore(unit, entries.page(unit, 2**63 - 1, 1)[0][0].position)
    assert found() == [([1, 3], 2)] * 2
    assert faults(session) == []


def test_a_search_looks_at_so_many_and_says_where_it_ended(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bins, "MOST_LOOKED_AT", 4)
    monkeypatch.setattr(bins, "LOOKED_AT_ONCE", 2)
    with session.write(account.id) as unit:
        made = create(unit, LEAD, [{"name": one} for one in ("Ana", "Eva", "Ana", "Ana", "Rui", "Rui")])
    delete(session, account, *((LEAD, one) for one in made))

    def search(before: int, most: int) -> tuple[list[int], int | None, int]:
        with session.read() as unit:
            own = unit.of(account.id)
            done = bins.search(own, Wanted(before), lambda one: one["record"]["name"] == "Ana", most, 30)
        return [one["record_id"] for one in done.entries], done.next, done.looked_at

    ids, further, looked_at = search(MAX_ID, 25)
    assert (ids, looked_at) == ([4, 3], 4)
    assert further
    assert search(further, 25) == ([1], None, 2)
    ids, further, looked_at = search(MAX_ID, 1)
    assert (ids, looked_at) == ([4], 3)
    assert further
    assert search(further, 1)[0] == [3]
