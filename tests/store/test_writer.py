"""Writes in groups, and what becomes of them when jobs, disk or locks fail; reads under their deadlines."""

import asyncio
import threading
import time
from typing import Any

import apsw
import pytest

from closum.errors import Invalid, NotFound, Unavailable
from closum.model import draft
from closum.model.query import Query
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import database, writer
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite import SQLiteUnit
from closum.store.unit import Unit
from tests.support.tracing import traced
from tests.support.writing import Gate, Run, behind_a_gate, insert, names, new

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"


def test_creates_that_wait_share_a_transaction(run: Run) -> None:
    async def scenario(db: Database) -> None:
        executed.clear()
        assert await behind_a_gate(db, *(new(db, f"n{n}") for n in range(100))) == list(range(1, 101))
        assert executed.count("BEGIN IMMEDIATE") <= 2  # that of the gate, and one for all of them
        assert len([sql for sql in executed if sql.lstrip().startswith("INSERT INTO tally ")]) == 2

    with traced() as executed:
        run(scenario)


def test_a_refused_job_leaves_the_others(run: Run) -> None:
    async def scenario(db: Database) -> None:
        bad = draft.parse(LEAD, {"name": "bad", "city_id": 0}, True)
        outcomes = await behind_a_gate(
            db,
            new(db, "a"),
            db.write_set(records.create_many, 1, LEAD, item=bad),
            db.write(records.update, 1, LEAD, 99, bad),
            new(db, "b"),
        )
        assert [outcomes[0], type(outcomes[1]), type(outcomes[2]), outcomes[3]] == [1, Invalid, NotFound, 2]
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def test_a_bug_is_the_failure_of_its_job_alone(run: Run) -> None:
    def half_done(unit: Unit, items: list[str]) -> list[int]:
        ids = [insert(unit, name) for name in items]
        if "bug" in items:
            raise ZeroDivisionError
        return ids

    async def scenario(db: Database) -> None:
        jobs = [db.write_set(half_done, item=name) for name in ("a", "bug", "b")]
        first, bug, *others = await behind_a_gate(db, *jobs, db.write(insert, "c"))
        assert (first, type(bug), others) == (1, ZeroDivisionError, [2, 3])
        assert await db.read(names) == ["a", "b", "c"]

    run(scenario)


def test_outcomes_are_given_after_the_commit(run: Run) -> None:
    async def scenario(db: Database) -> None:
        def hook() -> bool:
            answered.append(any(job.done() for job in jobs))
            return False

        def watch(unit: SQLiteUnit) -> None:
            unit.connection.set_commit_hook(hook)

        answered, jobs = list[bool](), list[asyncio.Future[Any]]()
        await db.write(watch)
        answered.clear()
        async with Gate(db):
            jobs += [asyncio.ensure_future(new(db, f"n{n}")) for n in range(5)]
            await asyncio.sleep(0)
        await asyncio.gather(*jobs)
        assert answered
        assert not any(answered)

    run(scenario)


def test_what_is_not_committed_is_not_answered_as_done(run: Run) -> None:
    async def scenario(db: Database) -> None:
        def refuse(unit: SQLiteUnit) -> None:
            unit.connection.set_commit_hook(lambda: True)

        def allow(unit: SQLiteUnit) -> None:
            unit.connection.set_commit_hook(None)

        with pytest.raises(apsw.ConstraintError):
            await db.write(refuse)
        outcomes = await asyncio.gather(new(db, "a"), db.write(insert, "b"), return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [apsw.ConstraintError] * 2
        assert await db.read(names) == []
        await db.write(allow)
        assert await new(db, "c") == 1

    run(scenario)


def limit(unit: Unit, more: int) -> None:
    """Let the file grow by `more` pages at most."""
    unit.all(f"PRAGMA max_page_count = {unit.all('PRAGMA page_count')[0][0] + more}")


def test_full_disk(run: Run) -> None:
    large = {"custom_data": "[" + "0," * 5_000 + "0]"}

    async def scenario(db: Database) -> None:
        assert await new(db, "before") == 1
        await db.write(limit, 20)
        creates = [
            db.write_set(records.create_many, 1, LEAD, item=draft.parse(LEAD, {"name": str(n)} | large, True))
            for n in range(50)
        ]
        outcomes = await behind_a_gate(db, *creates)
        ids = [outcome for outcome in outcomes if isinstance(outcome, int)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
        assert len(ids) + len(refused) == 50
        assert refused
        stored = await db.read(names)
        assert stored == ["before", *[str(n) for n in range(50) if isinstance(outcomes[n], int)]]
        _, count = await db.read(records.page, 1, LEAD, Query("name", limit=10))
        assert count == len(stored)
        await db.write(limit, 10_000)
        assert await new(db, "after") == len(stored) + 1

    run(scenario)


def test_an_interrupt_takes_only_what_it_hits(run: Run) -> None:
    def interrupted(unit: SQLiteUnit) -> None:
        insert(unit, "half")
        unit.connection.create_scalar_function("halt", lambda *_: unit.connection.interrupt(), 0)
        unit.run("UPDATE lead SET name = halt() WHERE account_id = 1")

    async def scenario(db: Database) -> None:
        first, hit, last = await behind_a_gate(db, new(db, "a"), db.write(interrupted), db.write(insert, "b"))
        assert (first, type(hit), last) == (1, Unavailable, 2)
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def test_a_lock_held_elsewhere(run: Run, session: Session) -> None:
    async def scenario(db: Database) -> None:
        await db.write(lambda unit: unit.connection.set_busy_timeout(10))
        with session.write() as unit:
            insert(unit, "other")
            with pytest.raises(Unavailable):
                await new(db, "mine")
            assert await db.read(names) == []  # reads go on
        assert await new(db, "mine") == 2

    run(scenario)


def test_too_many_waiting_writes_are_refused(run: Run) -> None:
    async def scenario(db: Database) -> None:
        async with Gate(db):
            jobs = [asyncio.ensure_future(db.write(names)) for _ in range(5_000)]
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
        refused = [outcome for outcome in outcomes if outcome != []]
        assert 0 < len(refused) < 1_000
        assert all(isinstance(outcome, Unavailable) for outcome in refused)

    run(scenario)


def test_writes_that_wait_are_bounded_also_while_groups_run(run: Run) -> None:
    async def scenario(db: Database) -> None:
        slow, refused = threading.Event(), 0
        jobs = []
        for _ in range(6):  # the writer drains its queue again and again, and answers nothing
            jobs += [
                asyncio.ensure_future(db.write(lambda unit: slow.wait(10) and None)) for _ in range(1_000)
            ]
            await asyncio.sleep(0)
        refused = sum(isinstance(job.exception(), Unavailable) for job in jobs if job.done())
        slow.set()
        await asyncio.gather(*jobs, return_exceptions=True)
        assert refused == 6_000 - writer.MAX_WAITING
        assert await new(db, "again") == 1

    run(scenario)


def test_many_long_reads_at_once_are_all_answered(run: Run) -> None:
    async def scenario(db: Database) -> None:
        reads = [db.read(names, long=True) for _ in range(500)]
        assert await asyncio.gather(*reads) == [[]] * 500

    run(scenario)


def test_a_long_read_of_a_file_that_has_gone_is_unavailable(run: Run, session: Session) -> None:
    async def scenario(db: Database) -> None:
        moved = session.path.rename(session.path.with_name("moved"))
        try:
            with pytest.raises(Unavailable):
                await db.read(names, long=True)
        finally:
            moved.rename(session.path)

    run(scenario)


def test_a_client_that_has_gone_harms_nobody(run: Run) -> None:
    async def scenario(db: Database) -> None:
        async with Gate(db):
            gone, stays = (asyncio.ensure_future(new(db, name)) for name in ("gone", "stays"))
            await asyncio.sleep(0)
            gone.cancel()
        assert await stays == 2
        assert await db.read(names) == ["gone", "stays"]

    run(scenario)


def test_what_waits_when_the_server_stops_is_answered(session: Session, account: Account) -> None:
    async def scenario() -> list[Any]:
        db = Database(session.path, time.time)
        gate = Gate(db)
        async with gate:
            jobs = [asyncio.ensure_future(new(db, f"n{n}")) for n in range(10)]
            await asyncio.sleep(0)
            closing = asyncio.ensure_future(db.close())
            await asyncio.sleep(0)
        await closing
        return await asyncio.gather(*jobs)

    assert asyncio.run(scenario()) == list(range(1, 11))
    with session.read() as unit:
        assert len(names(unit)) == 10


def test_a_read_that_takes_long_moves_to_a_thread(run: Run) -> None:
    threads: list[str] = []

    def read(unit: Unit) -> str:
        threads.append(threading.current_thread().name)
        if threading.current_thread() is threading.main_thread():
            unit.all(ENDLESS)
        return "done"

    async def scenario(db: Database) -> None:
        begun = time.monotonic()
        assert await db.read(read) == "done"
        assert time.monotonic() - begun >= database.QUICK_SECONDS
        assert await db.read(read, long=True) == "done"

    run(scenario)
    assert threads[0] == threading.main_thread().name
    assert all(name.startswith("closum-reader") for name in threads[1:])
    assert len(threads) == 3


def test_a_read_that_never_ends_is_given_up(run: Run) -> None:
    async def scenario(db: Database) -> None:
        begun = time.monotonic()
        endless = asyncio.ensure_future(db.read(lambda unit: unit.all(ENDLESS)))
        await asyncio.sleep(0)
        assert await db.read(names) == []  # others are not held up
        assert time.monotonic() - begun < database.LONG_SECONDS
        with pytest.raises(Unavailable):
            await endless
        assert time.monotonic() - begun >= database.LONG_SECONDS
        assert await db.read(names, long=True) == []

    run(scenario)


def test_too_many_long_reads_are_refused(run: Run) -> None:
    async def scenario(db: Database) -> None:
        opened = threading.Event()
        jobs = [
            asyncio.ensure_future(db.read(lambda unit: opened.wait(30), long=True))
            for _ in range(database.MAX_LONG_WAITING)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await db.read(names, long=True)
        opened.set()
        assert all(await asyncio.gather(*jobs))
        assert await db.read(names, long=True) == []

    run(scenario)


def test_equal_addresses_that_wait_together_become_one(run: Run) -> None:
    async def scenario(db: Database) -> None:
        items = [draft.parse(EMAIL, {"email": email}, True) for email in ("a@b.example", "A@B.Example")]
        jobs = [db.write_set(records.create_many, 1, EMAIL, item=item) for item in items]
        first, second = await behind_a_gate(db, *jobs)
        assert (first, type(second)) == (1, Invalid)
        leads = [new(db, name) for name in ("ana", "Ana")]
        assert await behind_a_gate(db, *leads) == [1, 2]
        assert [row[0] for row in await db.read(lambda unit: unit.all("SELECT email_id FROM lead"))] == [2, 2]

    run(scenario)
