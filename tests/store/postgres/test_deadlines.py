"""How long requests wait for the database, on a clock that goes on by ticks: 2 s before they begin, 5 s more after."""

import asyncio
import threading
from types import SimpleNamespace

import pytest

from closum.errors import Unavailable
from closum.store import pending, writer
from closum.store.database import Database
from closum.store.postgres import database as databases
from closum.store.postgres import unit as units
from closum.store.postgres import watch as watches
from closum.store.postgres.database import PostgresDatabase
from closum.store.unit import Unit
from tests.support.patience import PATIENCE
from tests.support.quiet import rounds
from tests.support.writing import Gate, Run, names, new

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

BEGIN_WITHIN = 2.0
END_WITHIN = 7.0


class Clock:
    """Stands in for the module `time`: it goes on at a tick of the database, and stands still between two."""

    now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    async def tick(self, db: Database, times: int) -> None:
        assert isinstance(db, PostgresDatabase)
        for _ in range(times):
            self.now += databases.TICK
            db._tick()
            await rounds()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (databases, pending, units, writer):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock.monotonic, sleep=None))
    monkeypatch.setattr(watches, "EVERY", 3_600.0)  # no look but the first one
    return clock


def ticks(seconds: float) -> int:
    return round(seconds / databases.TICK)


@pytest.mark.hurried
def test_who_has_not_begun_is_told_within_two_seconds(run: Run, clock: Clock) -> None:
    async def scenario(db: Database) -> None:
        async with Gate(db):
            waiting = asyncio.ensure_future(new(db, "waits"))
            await rounds()
            await clock.tick(db, ticks(databases.PATIENCE) - 1)
            assert not waiting.done()
            await clock.tick(db, ticks(BEGIN_WITHIN - databases.PATIENCE) + 1)
            assert isinstance(waiting.exception(), Unavailable)
        assert await db.read(names) == []  # and is not done afterwards

    run(scenario)


@pytest.mark.hurried
def test_who_has_begun_has_five_seconds_more(run: Run, clock: Clock) -> None:
    begun, opened = threading.Event(), threading.Event()

    def hang(unit: Unit) -> None:
        begun.set()
        opened.wait(PATIENCE)

    async def scenario(db: Database) -> None:
        hanging = asyncio.ensure_future(db.write(1, hang))
        assert await asyncio.to_thread(begun.wait, PATIENCE)
        await clock.tick(db, ticks(databases.HARD_LIMIT))
        assert not hanging.done()
        await clock.tick(db, ticks(END_WITHIN - databases.HARD_LIMIT))
        assert isinstance(hanging.exception(), Unavailable)
        opened.set()

    run(scenario)


@pytest.mark.hurried
@pytest.mark.parametrize("is_list", [True, False])
def test_a_list_of_several_statements_is_told_to_ask_for_less(run: Run, clock: Clock, is_list: bool) -> None:
    """Each of them keeps within its time; together they do not."""
    begun, opened = threading.Event(), threading.Event()

    def hang(unit: Unit) -> None:
        begun.set()
        opened.wait(PATIENCE)

    async def scenario(db: Database) -> None:
        reading = asyncio.ensure_future(db.read(hang, long=True, one_moment=is_list))
        assert await asyncio.to_thread(begun.wait, PATIENCE)
        await clock.tick(db, ticks(END_WITHIN))
        failed = reading.exception()
        assert isinstance(failed, Unavailable)
        assert ("filter for less" in failed.message) is is_list
        opened.set()

    run(scenario)


@pytest.mark.hurried
def test_time_in_which_the_process_did_not_run_is_nobodys(run: Run, clock: Clock) -> None:
    """The event loop is blocked for longer than a request waits; then the one that waited has its time again."""

    async def scenario(db: Database) -> None:
        async with Gate(db):
            waiting = asyncio.ensure_future(new(db, "waited"))
            await rounds()
            await clock.tick(db, 5)
            clock.now += 60
            await clock.tick(db, 5)
        assert await waiting == 1

    run(scenario)
