"""A server is back within 5 s of the return of its database (docs/guide/scaling.md), on a clock that the test moves."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import psycopg
import pytest

from closum.errors import Unavailable
from closum.store import identity
from closum.store.health import AGAIN, FULL, Failing, Health
from closum.store.opening import open_database, open_session
from closum.store.pending import PendingWrite
from closum.store.postgres import database as databases
from closum.store.postgres import watch as watches
from closum.store.postgres.connection import PARAMETERS, connect_as
from closum.store.postgres.database import PostgresDatabase
from closum.store.postgres.pool import RECONNECT_SECONDS
from closum.store.postgres.watch import ListeningConnection, Watch
from tests.support import postgres
from tests.support.postgres import Cluster
from tests.support.quiet import PlayedTime, QuietLoop, run_quietly
from tests.support.writing import POOL_SIZE

BACK_WITHIN = 5.0 - RECONNECT_SECONDS  # the pool of connections needs the rest
STEP = 0.1
UNREACHABLE = float(PARAMETERS["connect_timeout"])


@pytest.fixture(scope="module")
def filled(cluster: Cluster) -> str:
    """The URL of a database with a schema."""
    url = postgres.new_database(cluster.url)
    with open_session(url, create=True):
        return url


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> PlayedTime:
    """The one of the watch."""
    clock = PlayedTime()
    monkeypatch.setattr(watches, "time", clock)
    monkeypatch.setattr(watches, "threading", clock)
    return clock


class Host:
    """A database that is away at first; `seconds` is what a connection to it takes to fail."""

    def __init__(self, clock: PlayedTime, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds
        self._connect = connect_as
        self.is_there = False

    def connect(self, kind: type[ListeningConnection], url: str) -> ListeningConnection:
        if self.is_there:
            return self._connect(kind, url)
        if self._seconds:
            self._clock.sleep(self._seconds)
        raise psycopg.OperationalError("away")


@pytest.mark.parametrize("seconds", [0.0, UNREACHABLE], ids=["refused", "unreachable"])
@pytest.mark.parametrize("away", range(10))
def test_the_watch_finds_it(
    filled: str, clock: PlayedTime, monkeypatch: pytest.MonkeyPatch, seconds: float, away: int
) -> None:
    """Wherever in its pause, or in an attempt that fails, the database is there again."""
    host = Host(clock, seconds)
    monkeypatch.setattr(watches, "connect_as", host.connect)
    seen: list[float] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        watch = Watch(filled, lambda *_: seen.append(clock.now), lambda: None, clock.monotonic, loop)
        for _ in range(20 + 3 * away):
            clock.pass_time(STEP)
        host.is_there, returned = True, clock.now
        while not seen and clock.now < returned + 60:
            clock.pass_time(STEP)
            await asyncio.sleep(0)
        watch.stop(watches.LONGEST)
        assert seen[0] - returned <= BACK_WITHIN

    asyncio.run(scenario())


def test_requests_are_answered_after_one_look(
    cluster: Cluster, filled: str, clock: PlayedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connections that were lost are made again with it, and no request has to come twice."""
    monkeypatch.setattr(databases, "PATIENCE", 60.0)  # making a connection takes what the machine needs

    async def scenario() -> None:
        db = await open_database(filled, time.time, POOL_SIZE)
        assert isinstance(db, PostgresDatabase)
        try:
            await fails_and_returns(db)
        finally:
            await db.close()

    async def look(db: PostgresDatabase) -> None:
        await asyncio.to_thread(clock.pass_time, watches.EVERY)
        await asyncio.sleep(0)

    async def fails_and_returns(db: PostgresDatabase) -> None:
        await db.read(identity.users)
        await asyncio.to_thread(cluster.stop, "immediate")
        await look(db)
        await asyncio.to_thread(cluster.start)
        with pytest.raises(Unavailable):
            await db.read(identity.users)
        await look(db)
        assert await asyncio.gather(*[db.read(identity.users) for _ in range(20)]) == [[]] * 20
        assert await asyncio.gather(*[db.write(None, identity.users) for _ in range(20)]) == [[]] * 20

    asyncio.run(scenario())
    assert watches.EVERY <= BACK_WITHIN


@pytest.mark.parametrize("away", range(10))
def test_a_fault_that_it_told_of_ends(away: int) -> None:
    """A disk that is full, a standby, no connections left: as long as one is known nothing is written."""

    async def scenario(loop: QuietLoop) -> None:
        is_full = True

        async def attempt(write: PendingWrite) -> Any:
            if is_full:
                raise Failing(FULL, "no space left")

        def write() -> Awaitable[Any]:
            return attempt(PendingWrite(identity.users, (), loop.create_future()))

        health = Health(attempt, identity.users)
        health.read_failed(Failing(FULL, "no space left"), "a write", write)
        for _ in range(20 + away):
            await loop.pass_time(STEP)
        with pytest.raises(Unavailable):
            health.check()
        is_full = False
        for _ in range(round(AGAIN / STEP) + 1):
            await loop.pass_time(STEP)
        health.check()
        await health.close()

    run_quietly(scenario)
    assert AGAIN + STEP <= BACK_WITHIN
