"""Writes in groups, and what becomes of them when writes, COMMIT or locks fail; reads that take too long."""

import asyncio
import threading
import time
from typing import Any

import psycopg
import pytest

from closum.errors import Invalid, NotFound, Unavailable
from closum.model import draft
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import writer
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.postgres import database as postgres_database
from closum.store.session import Session
from closum.store.sqlite import database as sqlite_database
from closum.store.sqlite.database import SQLiteUnit
from closum.store.unit import Unit
from tests.support.commits import Commits
from tests.support.engine import Engine
from tests.support.patience import PATIENCE
from tests.support.stored import many
from tests.support.tracing import begun, traced
from tests.support.writing import Gate, Run, behind_a_gate, insert, names, new, opened

ENDLESS = {
    "sqlite": "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n",
    "postgres": "SELECT 1 FROM pg_sleep(60)",
}
LONG_SECONDS = 5.0


def test_creates_that_wait_share_a_transaction(run: Run) -> None:
    async def scenario(db: Database) -> None:
        executed.clear()
        assert await behind_a_gate(db, *(new(db, f"n{n}") for n in range(100))) == list(range(1, 101))
        assert begun(executed) <= 2  # that of the gate, and one for all of them
        assert len([sql for sql in executed if sql.lstrip().startswith("INSERT INTO tally ")]) == 1

    with traced() as executed:
        run(scenario)


def test_creates_of_one_round_are_handed_over_together(run: Run) -> None:
    """To a writer that has nothing to do, too; their rows take few statements, whatever their number."""

    async def scenario(db: Database) -> None:
        await new(db, "first")
        executed.clear()
        await asyncio.gather(*(new(db, str(number)) for number in range(23)))
        assert begun(executed) == 1
        for table in ("lead", "email"):
            rows = [sql for sql in executed if sql.startswith(f"INSERT INTO {table} ")]
            assert len(rows) == 3  # 16, 4, 3

    with traced() as executed:
        run(scenario)


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many writes were handed over, each time."""
    hand_over, handed = writer.Writer.hand_over, list[int]()

    def noted(self: writer.Writer) -> None:
        handed.append(len(self._submitted))
        hand_over(self)

    monkeypatch.setattr(writer.Writer, "hand_over", noted)
    return handed


def test_creates_of_rounds_that_follow_each_other_are_handed_over_together(
    run: Run, handed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the writer would have had the time to take the first alone."""
    monkeypatch.setattr(writer, "GROUP_SECONDS", PATIENCE)  # however slow the machine is

    async def scenario(db: Database) -> None:
        started = []
        for number in range(5):
            started.append(asyncio.ensure_future(new(db, str(number))))
            await asyncio.sleep(0)
        assert await asyncio.gather(*started) == [1, 2, 3, 4, 5]
        assert handed == [5]

    run(scenario)


@pytest.mark.parametrize(("seconds", "most"), [(0, 3), (PATIENCE, writer.MAX_SET + 3)])
def test_a_write_is_handed_over_though_each_round_brings_another(
    seconds: float, most: int, run: Run, handed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_SECONDS", seconds)

    async def scenario(db: Database) -> None:
        started = list[asyncio.Future[Any]]()
        while not handed and len(started) <= most:
            started.append(asyncio.ensure_future(new(db, str(len(started)))))
            await asyncio.sleep(0)
        assert len(started) <= most
        await asyncio.gather(*started)

    run(scenario)


def test_what_was_submitted_is_answered_when_the_database_is_closed(account: Account, url: str) -> None:
    async def scenario() -> None:
        db = await opened(url)
        write = asyncio.ensure_future(new(db, "last"))
        await asyncio.sleep(0)
        async with asyncio.timeout(PATIENCE):
            await db.close()
            assert await write == 1

    asyncio.run(scenario())


def test_a_refused_job_leaves_the_others(run: Run) -> None:
    async def scenario(db: Database) -> None:
        bad = draft.parse(LEAD, {"name": "bad", "city_id": 0})
        outcomes = await behind_a_gate(
            db,
            new(db, "a"),
            db.write_set(1, many, LEAD, item=bad),
            db.write(1, records.update, LEAD, 99, bad),
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
        writes = [db.write_set(1, half_done, item=name) for name in ("a", "bug", "b")]
        first, bug, *others = await behind_a_gate(db, *writes, db.write(1, insert, "c"))
        assert (first, type(bug), others) == (1, ZeroDivisionError, [2, 3])
        assert await db.read(names) == ["a", "b", "c"]

    run(scenario)


def test_a_statement_that_fails_is_the_failure_of_its_job_alone(run: Run) -> None:
    def wrong(unit: Unit) -> None:
        insert(unit, "half")
        unit.run("INSERT INTO lead (account_id, id) VALUES (1, 7)")

    async def scenario(db: Database) -> None:
        writes = (new(db, "a"), db.write(1, wrong), db.write(1, insert, "b"))
        first, failed, last = await behind_a_gate(db, *writes)
        assert (first, last) == (1, 2)
        assert isinstance(failed, Exception)
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def test_jobs_are_done_in_the_order_in_which_they_came(run: Run) -> None:
    async def scenario(db: Database) -> None:
        writes = [db.write(1, insert, str(number)) for number in range(300)]
        assert await behind_a_gate(db, *writes) == list(range(1, 301))
        assert await db.read(names) == [str(number) for number in range(300)]

    run(scenario)


def test_outcomes_are_given_after_the_commit(run: Run, commits: Commits) -> None:
    async def scenario(db: Database) -> None:
        with commits.held():
            writes = [asyncio.ensure_future(new(db, f"n{n}")) for n in range(5)]
            await commits.reached()
            assert not any(write.done() for write in writes)
            assert await db.read(names) == []
        assert await asyncio.gather(*writes) == [1, 2, 3, 4, 5]

    run(scenario)


def test_what_is_not_committed_is_not_answered_as_done(run: Run, commits: Commits) -> None:
    async def scenario(db: Database) -> None:
        with commits.refused():
            writes = (new(db, "a"), new(db, "b"), db.write(1, insert, "c"))
            outcomes = await asyncio.gather(*writes, return_exceptions=True)
            assert [type(outcome) for outcome in outcomes] == [commits.error] * 3
            with pytest.raises(commits.error):
                await new(db, "alone")
        assert await db.read(names) == []
        assert await new(db, "d") == 1

    run(scenario)


def test_an_interrupt_takes_only_what_it_hits(run: Run) -> None:
    def interrupted(unit: Unit) -> None:
        insert(unit, "half")
        if isinstance(unit, SQLiteUnit):
            unit.connection.create_scalar_function("halt", lambda *_: unit.connection.interrupt(), 0)
            unit.run("UPDATE lead SET name = halt() WHERE account_id = 1")
        else:
            unit.run("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(60)")

    async def scenario(db: Database) -> None:
        writes = (new(db, "a"), db.write(1, interrupted), db.write(1, insert, "b"))
        first, hit, last = await behind_a_gate(db, *writes)
        assert (first, type(hit), last) == (1, Unavailable, 2)
        assert await db.read(names) == ["a", "b"]

    run(scenario)


def test_a_lock_held_elsewhere(run: Run, session: Session, engine: Engine, url: str) -> None:
    async def scenario(db: Database) -> None:
        if engine.name == "sqlite":
            await db.write(1, lambda unit: unit.connection.set_busy_timeout(10))
        with session.write() as unit:
            insert(unit, "other")
            for _ in range(2):
                with pytest.raises(Unavailable):
                    await new(db, "mine")
            assert await db.read(names) == []  # reads go on
        assert await new(db, "mine") == 2

    if engine.name == "postgres":
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {connection.info.dbname} SET lock_timeout = 10")
    run(scenario)


@pytest.mark.slow
def test_too_many_waiting_writes_are_refused(run: Run) -> None:
    async def scenario(db: Database) -> None:
        async with Gate(db):
            writes = [asyncio.ensure_future(db.write(1, names)) for _ in range(5_000)]
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        refused = [outcome for outcome in outcomes if outcome != []]
        assert 0 < len(refused) < 1_000
        assert all(isinstance(outcome, Unavailable) and "Too many" in str(outcome) for outcome in refused)

    run(scenario)


def test_writes_that_wait_are_bounded_also_while_groups_run(run: Run) -> None:
    async def scenario(db: Database) -> None:
        slow, refused = threading.Event(), 0
        writes = []
        for _ in range(6):  # the writer drains its queue again and again, and answers nothing
            writes += [
                asyncio.ensure_future(db.write(1, lambda unit: slow.wait(PATIENCE) and None))
                for _ in range(1_000)
            ]
            await asyncio.sleep(0)
        refused = sum(isinstance(write.exception(), Unavailable) for write in writes if write.done())
        slow.set()
        await asyncio.gather(*writes, return_exceptions=True)
        assert refused == 6_000 - writer.MAX_WAITING
        assert await new(db, "again") == 1

    run(scenario)


def test_a_client_that_has_gone_harms_nobody(run: Run) -> None:
    async def scenario(db: Database) -> None:
        async with Gate(db):
            gone, stays = (asyncio.ensure_future(new(db, name)) for name in ("gone", "stays"))
            await asyncio.sleep(0)
            gone.cancel()
        assert await stays == 1
        assert await db.read(names) == ["stays"]

    run(scenario)


def test_what_waits_when_the_server_stops_is_answered(session: Session, account: Account, url: str) -> None:
    async def scenario() -> list[Any]:
        db = await opened(url)
        gate = Gate(db)
        async with gate:
            writes = [asyncio.ensure_future(new(db, f"n{n}")) for n in range(10)]
            await asyncio.sleep(0)
            closing = asyncio.ensure_future(db.close())
            await asyncio.sleep(0)
        await closing
        return await asyncio.gather(*writes)

    assert asyncio.run(scenario()) == list(range(1, 11))
    with session.read() as unit:
        assert len(names(unit)) == 10


def test_many_long_reads_at_once_are_all_answered(run: Run) -> None:
    async def scenario(db: Database) -> None:
        reads = [db.read(names, long=True) for _ in range(500)]
        assert await asyncio.gather(*reads) == [[]] * 500

    run(scenario)


def test_a_long_read_holds_up_no_other(run: Run) -> None:
    async def scenario(db: Database) -> None:
        loop, begun, end = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

        def hang(unit: Unit) -> bool:
            loop.call_soon_threadsafe(begun.set)
            return end.wait(PATIENCE)

        reading = asyncio.ensure_future(db.read(hang, long=True))
        await begun.wait()
        for _ in range(20):
            assert await db.read(names) == []
        assert not reading.done()
        end.set()
        assert await reading

    run(scenario)


@pytest.mark.hurried
@pytest.mark.slow
def test_reads_that_never_end_are_given_up(run: Run) -> None:
    async def scenario(db: Database) -> None:
        loop, reading = asyncio.get_running_loop(), [asyncio.Event(), asyncio.Event()]

        def endless(unit: Unit, event: asyncio.Event) -> None:
            loop.call_soon_threadsafe(event.set)
            unit.all(ENDLESS[unit.engine])

        started = time.monotonic()
        reads = [
            asyncio.ensure_future(db.read(endless, event, long=long))
            for event, long in zip(reading, (False, True), strict=True)
        ]
        for event in reading:
            await event.wait()
        for read in reads:
            with pytest.raises(Unavailable, match="takes too long to read"):
                await read
        assert time.monotonic() - started >= LONG_SECONDS
        assert await db.read(names, long=True) == []

    run(scenario)


def test_too_many_long_reads_are_refused(run: Run, engine: Engine) -> None:
    most = {"sqlite": sqlite_database.MAX_LONG_WAITING, "postgres": postgres_database.MAX_WAITING}

    async def scenario(db: Database) -> None:
        opened = threading.Event()
        writes = [
            asyncio.ensure_future(db.read(lambda unit: opened.wait(PATIENCE), long=True))
            for _ in range(most[engine.name])
        ]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="Too many"):
            await db.read(names, long=True)
        opened.set()
        assert all(await asyncio.gather(*writes))
        assert await db.read(names, long=True) == []

    run(scenario)


def test_equal_addresses_that_wait_together_become_one(run: Run) -> None:
    async def scenario(db: Database) -> None:
        items = [draft.parse(EMAIL, {"email": email}) for email in ("a@b.example", "A@B.Example")]
        writes = [db.write_set(1, many, EMAIL, item=item) for item in items]
        first, second = await behind_a_gate(db, *writes)
        assert (first, type(second)) == (1, Invalid)
        leads = [new(db, name) for name in ("ana", "Ana")]
        assert await behind_a_gate(db, *leads) == [1, 2]
        assert [row[0] for row in await db.read(lambda unit: unit.all("SELECT email_id FROM lead"))] == [2, 2]

    run(scenario)
