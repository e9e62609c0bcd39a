"""PostgreSQL under a running server: reads in threads, writes in groups, a watch over both."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from closum.errors import Unavailable
from closum.store import identity
from closum.store.database import STREAM_SECONDS, Database
from closum.store.job import Job
from closum.store.postgres.connection import (
    DEADLINE,
    NOT_NOW,
    Ticket,
    Undecided,
    lock_of,
    transaction,
    unavailable,
    was_committed,
)
from closum.store.postgres.long_readers import LongReaders
from closum.store.postgres.pool import Pool, borrowed, opened
from closum.store.postgres.readers import Readers
from closum.store.postgres.unit import PostgresUnit
from closum.store.postgres.watch import FRESH, Watch
from closum.store.unit import Clock
from closum.store.writer import Writer

PATIENCE = 1.5  # seconds until what has not begun is given up, so that the answer is there within two
HARD_LIMIT = DEADLINE / 1_000  # seconds more for what has begun
LOOKS = 3  # at a user whose tokens are being ended
WRITERS = 2
LONG_READERS = 2
MAX_WAITING = 4_096
MAX_KNOWN = 100_000  # users
TICK = 0.1  # seconds
ASK_AGAIN = 0.02  # seconds until a transaction that goes on is asked for again
STOP_SECONDS = 10.0

T = TypeVar("T")

log = logging.getLogger("closum.store")


class Link:
    """What a writer writes through: a connection of the pool for each transaction, of one account alone."""

    apart = True

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock

    @contextlib.contextmanager
    def transaction(self, account_id: int | None) -> Iterator[PostgresUnit]:
        first = lock_of(account_id)
        try:
            with (
                borrowed(self._pool, PATIENCE) as connection,
                transaction(connection, int(self._clock()), first) as unit,
            ):
                yield unit
        except Undecided as undecided:
            self._decide(undecided.ticket)

    def answer(self, error: Exception) -> Exception:
        return unavailable(error) or error

    def close(self) -> None:
        """Its connections are the pool's."""

    def _decide(self, ticket: Ticket) -> None:
        """Raises Unavailable unless the transaction is known to be committed: it is not done again."""
        end = time.monotonic() + PATIENCE
        committed = None
        while committed is None and (left := end - time.monotonic()) > 0:
            with (
                contextlib.suppress(*NOT_NOW),
                borrowed(self._pool, left) as connection,
            ):
                committed = was_committed(connection, ticket)
            if committed is None:
                time.sleep(ASK_AGAIN)
        if not committed:
            raise Unavailable


class PostgresDatabase(Database):
    """Reads and writes that the database does not take up within 2 s, or while it does not answer, are Unavailable."""

    def __init__(self, url: str, clock: Clock, pool_size: int) -> None:
        loop = asyncio.get_running_loop()
        self.clock = clock
        self._pool = opened(url, pool_size)
        self._quick = Readers(self._pool, pool_size - WRITERS - LONG_READERS, clock, loop)
        self._long = LongReaders(self._pool, LONG_READERS, clock, loop)
        self._writers = [Writer(Link(self._pool, clock), loop) for _ in range(WRITERS)]
        for writer in self._writers:
            writer.start()
        self._streaming = asyncio.Lock()
        self._open: set[Job] = set()
        self._known: dict[int, tuple[int, int]] = {}  # account and token number by user
        self._seen_at, self._number = 0.0, 0
        self._lost = False
        self._first_look = asyncio.Event()
        self._watch = Watch(url, self._seen, loop)
        self._ticking = loop.call_later(TICK, self._tick)

    @classmethod
    async def opened(cls, url: str, clock: Clock, pool_size: int) -> "PostgresDatabase":
        """The database, once it has answered; one that does not answer is waited for with 503."""
        database = cls(url, clock, pool_size)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(database._first_look.wait(), PATIENCE)
        return database

    async def read(self, function: Callable[..., T], *args: Any, long: bool = False) -> T:
        job = Job(function, args, asyncio.get_running_loop().create_future())
        result: T = await self._outcome(job, self._long if long else self._quick)
        return result

    async def stream(self, function: Callable[..., T], *args: Any) -> T:
        async with self._streaming:
            job = Job(function, args, asyncio.get_running_loop().create_future(), is_stream=True)
            result: T = await self._outcome(job, self._long, STREAM_SECONDS)
            return result

    async def identity(self, user_id: int, token_number: int) -> tuple[int, int] | None:
        """From memory, if the watch has read lately enough which tokens were ended."""
        self._check()
        found = self._known.get(user_id)
        if found and found[1] == token_number:
            return found
        for _ in range(LOOKS):
            account_id, current, at = await self.read(identity.identity_at, user_id)
            self._check()
            if account_id is None or current is None:
                return None
            if at >= self._number:  # else the watch has gone past what this look saw
                self._remember(user_id, (account_id, current))
                return account_id, current
        raise Unavailable

    def _remember(self, user_id: int, found: tuple[int, int]) -> None:
        if len(self._known) >= MAX_KNOWN:
            self._known.pop(next(iter(self._known)))
        self._known[user_id] = found

    async def settled(self, job: Job) -> Any:
        return await self._outcome(job, self._writers[(job.account_id or 0) % WRITERS])

    async def close(self) -> None:
        self._ticking.cancel()
        await asyncio.sleep(0)  # what was submitted is handed over
        await asyncio.get_running_loop().run_in_executor(None, self._stop)
        await asyncio.sleep(0)  # the last outcomes are handed out

    def _stop(self) -> None:
        """Threads that wait for a database which does not answer are left to the end of the process."""
        end = time.monotonic() + STOP_SECONDS
        parts: list[Writer | Readers | Watch] = [*self._writers, self._quick, self._long, self._watch]
        for part in parts:
            part.stop(max(0.0, end - time.monotonic()))
        self._pool.close(timeout=0.1)

    async def _outcome(self, job: Job, worker: Readers | Writer, patience: float | None = None) -> Any:
        self._check()
        if len(self._open) >= MAX_WAITING:
            raise Unavailable("Too many requests are waiting: try again")
        job.until = time.monotonic() + (PATIENCE if patience is None else patience)
        self._open.add(job)
        try:
            worker.submit(job)
            return await job.future
        finally:
            self._open.remove(job)

    def _check(self) -> None:
        if time.monotonic() - self._seen_at > FRESH:
            raise Unavailable

    def _seen(self, begun: float, number: int, users: list[int], fresh: bool) -> None:
        if self._lost:
            log.warning("the database answers again")
        self._lost = False
        if fresh and self._seen_at:
            self._pool.drain()  # the others are lost as well
        if fresh or number < self._number:
            self._known.clear()
        for user_id in users:
            self._known.pop(user_id, None)
        self._seen_at, self._number = begun, number
        self._first_look.set()

    def _tick(self) -> None:
        """Who waits in vain is told so; what has begun may be stored all the same."""
        now = time.monotonic()
        lost = now - self._seen_at > FRESH
        if lost and not self._lost:
            log.warning("the database has not answered for %s s: requests are answered 503", FRESH)
        self._lost = lost
        for job in self._open:
            late = now - job.until
            if lost or late > HARD_LIMIT or (late > 0 and job.withdraw()):
                job.settle(Unavailable())
        self._ticking = asyncio.get_running_loop().call_later(TICK, self._tick)
