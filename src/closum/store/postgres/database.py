"""PostgreSQL under a running server: reads in threads, writes in groups, a watch over both."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol, TypeVar

import psycopg

from closum.errors import Unavailable
from closum.store import identity
from closum.store.database import SLOW_SECONDS, STREAM_SECONDS, TOO_LONG, Database, log_slow_read
from closum.store.exports import Exports
from closum.store.health import Failing, Health
from closum.store.identity import Found
from closum.store.pending import PendingCall, PendingRead, PendingWrite
from closum.store.postgres.connection import (
    DEADLINE,
    NOT_NOW,
    Ticket,
    Undecided,
    Unreached,
    connect,
    lock_of,
    snapshot,
    transaction,
    unavailable,
    was_committed,
)
from closum.store.postgres.faults import CONNECTIONS, GONE, probe
from closum.store.postgres.machines import Machines
from closum.store.postgres.pool import Pool, Shortage, borrowed, opened, shares
from closum.store.postgres.readers import LongReaders, Readers
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.postgres.watch import Watch
from closum.store.unit import Clock, Overdue
from closum.store.writer import Writer

FRESH = 1.0  # seconds before a request arrived, since which the tokens that were ended have to be known
PATIENCE = 1.5  # seconds until what has not begun is given up, so that the answer is there within two
HARD_LIMIT = DEADLINE / 1_000  # seconds more for what has begun
BUSY = HARD_LIMIT - PATIENCE  # seconds more for what has not begun, while others of its kind are answered
MOVES = 1.0  # seconds since the database answered one of its kind
LOOKS = 3  # at a user whose tokens are being ended
MAX_WAITING = 4_096
MAX_KNOWN = 100_000  # users
TICK = 0.1  # seconds
ASK_AGAIN = 0.02  # seconds until a transaction that goes on is asked for again
STOP_SECONDS = 10.0

T = TypeVar("T")
Pending_contra = TypeVar("Pending_contra", bound=PendingCall, contravariant=True)

log = logging.getLogger("closum.store")


class Worker(Protocol[Pending_contra]):
    """A thread, or several, that calls of a kind wait for."""

    def submit(self, call: Pending_contra, /) -> None: ...

    def stop(self, seconds: float, /) -> None: ...


class Link:
    """What a writer writes through: a connection of the pool for each transaction, of one account alone."""

    apart = True

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool, self._clock = pool, clock
        self._connection: PreparedConnection | None = None

    @property
    def answered(self) -> float:
        """When the database last answered a statement on it, in seconds of the monotonic clock."""
        return self._connection.answered if self._connection else 0.0

    @contextlib.contextmanager
    def transaction(self, account_id: int | None) -> Iterator[PostgresUnit]:
        first = lock_of(account_id)
        try:
            with (
                borrowed(self._pool, PATIENCE) as connection,
                transaction(connection, int(self._clock()), first) as unit,
            ):
                self._connection = connection
                yield unit
        except Undecided as undecided:
            self._decide(undecided.ticket)

    def answer(self, error: Exception) -> Exception:
        return unavailable(error) or error

    def close(self) -> None:
        """Its connections are the pool's."""

    def _decide(self, ticket: Ticket) -> None:
        """Raises Unavailable unless the transaction is known to be committed: it is not done again.

        "Aborted" is no better than "unknown": machines behind the database commit before it does.
        """
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

    alone = False

    def __init__(self, url: str, clock: Clock, pool_size: int) -> None:
        loop = asyncio.get_running_loop()
        self.clock, self._url = clock, url
        self.exports = Exports(self._export)
        self._lost = False
        self._shortage = Shortage(url, pool_size, lambda: self._lost)
        self._pool = opened(url, pool_size, self._shortage)
        share = shares(pool_size)
        self._quick = Readers(self._pool, share.readers, clock, loop)
        self._long = LongReaders(self._pool, share.long_readers, clock, loop)
        links = [Link(self._pool, clock) for _ in range(share.writers)]
        self._writers = [Writer(link, loop) for link in links]
        self._links = dict(zip(self._writers, links, strict=True))
        for writer in self._writers:
            writer.start()
        self._open: dict[PendingCall, Worker[Any]] = {}
        self._machines = Machines(
            lambda function, *args: self._read(function, args, self._long), self._open.keys()
        )
        self.health = Health(self._write, probe)
        self._streaming = asyncio.Lock()
        self._known: dict[int, Found] = {}  # by holder
        self._seen_at, self._heard_at, self._number = 0.0, 0.0, 0
        self._answered: dict[Worker[Any], float] = {}
        self._first_look = asyncio.Event()
        self._watch = Watch(url, self._seen, self._when_lost, self._quiet_since, loop)
        self._next_tick: asyncio.TimerHandle | None = None
        self._tick_due, self._blind = 0.0, 0

    @classmethod
    async def opened(cls, url: str, clock: Clock, pool_size: int) -> "PostgresDatabase":
        """The database, once it has answered; one that does not answer is waited for with 503."""
        database = cls(url, clock, pool_size)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(database._first_look.wait(), PATIENCE)
        return database

    async def read(
        self,
        function: Callable[..., T],
        *args: Any,
        long: bool = False,
        one_moment: bool = False,
        account_id: int | None = None,
    ) -> T:
        readers = self._long if long or one_moment else self._quick
        try:
            result: T = await self._reached(
                account_id, lambda: self._read(function, args, readers, account_id, one_moment)
            )
            return result
        except Failing as failing:
            self.health.read_failed(failing, (function, args), lambda: self._read(function, args, self._long))
            raise

    def _read(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        readers: Readers,
        account_id: int | None = None,
        one_moment: bool = False,
    ) -> Awaitable[Any]:
        future = asyncio.get_running_loop().create_future()
        return self._outcome(PendingRead(function, args, future, account_id, one_moment=one_moment), readers)

    async def stream(self, function: Callable[..., T], *args: Any, account_id: int | None = None) -> T:
        async with self._streaming:
            try:
                result: T = await self._stream(function, args, account_id)
                return result
            except Failing as failing:
                self.health.read_failed(failing, function, lambda: self._stream(function, args, account_id))
                raise

    def _stream(
        self, function: Callable[..., Any], args: tuple[Any, ...], account_id: int | None
    ) -> Awaitable[Any]:
        future = asyncio.get_running_loop().create_future()
        call = PendingRead(function, args, future, account_id, is_stream=True)
        return self._outcome(call, self._long, STREAM_SECONDS)

    def _export(self, function: Callable[..., Any], args: tuple[Any, ...], account_id: int) -> Any:
        """On a connection of its own, so that no request waits for one of the pool."""
        self._check()
        try:
            with (
                contextlib.closing(connect(self._url, int(STREAM_SECONDS * 1_000))) as connection,
                snapshot(connection, int(self.clock())) as unit,
            ):
                return function(unit.of(account_id), *args)
        except Overdue:
            raise Unavailable(TOO_LONG) from None
        except (*NOT_NOW, psycopg.Error) as error:
            raise unavailable(error) or error from error

    async def identity(self, holder: int, proof: int | str) -> Found | None:
        """From memory, once the watch has read lately enough which tokens and keys were ended."""
        self._check()
        since = time.monotonic() - FRESH
        if self._seen_at < since and holder in self._known:
            await self._look_since(since)
        found = self._known.get(holder)
        if found and found[1] == proof:
            return found
        for _ in range(LOOKS):
            found, at = await self.read(identity.identity_at, holder)
            if found is None:
                return None
            if at >= self._number:  # else the watch has gone past what this look saw
                self._remember(holder, found)
                return found
        raise Unavailable

    async def _look_since(self, moment: float) -> None:
        """A look that began after the moment, however long it takes, shows what was ended by then."""
        while self._seen_at < moment:
            future = asyncio.get_running_loop().create_future()
            await self._outcome(PendingCall(_nothing, (), future), self._watch)

    def _remember(self, holder: int, found: Found) -> None:
        if len(self._known) >= MAX_KNOWN:
            self._known.pop(next(iter(self._known)))
        self._known[holder] = found

    async def ready(self, function: Callable[..., T]) -> T:
        try:
            return await super().ready(function)
        except Unavailable:
            if self._lost or self._shortage.is_short:
                raise Unavailable(str(GONE if self._lost else CONNECTIONS)) from None
            raise

    async def attempt(self, write: PendingWrite) -> Any:
        if write.account_id is None and self._machines.gone:
            raise Unavailable  # what all accounts share is written on every machine
        return await self._reached(write.account_id, lambda: self._write(write))

    def _write(self, write: PendingWrite) -> Awaitable[Any]:
        return self._outcome(write, self._writers[(write.account_id or 0) % len(self._writers)])

    async def _reached(self, account_id: int | None, ask: Callable[[], Awaitable[Any]]) -> Any:
        """The outcome, unless it lies on a machine that is known to be gone."""
        if account_id is None:
            return await ask()
        if self._machines.gone:
            await self._machines.check(account_id)
        try:
            return await ask()
        except Unreached:
            self._machines.suspect(account_id)
            raise

    async def close(self) -> None:
        await self._machines.close()
        await self.health.close()
        if self._next_tick:
            self._next_tick.cancel()
        for writer in self._writers:
            writer.hand_over()
        await asyncio.sleep(0)  # what was submitted to read is handed over
        await asyncio.get_running_loop().run_in_executor(None, self._stop)
        await asyncio.sleep(0)  # the last outcomes are handed out

    def _stop(self) -> None:
        """Threads that wait for a database which does not answer are left to the end of the process."""
        end = time.monotonic() + STOP_SECONDS
        self.exports.close()
        parts: list[Worker[Any]] = [*self._writers, self._quick, self._long, self._watch]
        for part in parts:
            part.stop(max(0.0, end - time.monotonic()))
        self._pool.close(timeout=0.1)

    async def _outcome(
        self, call: Pending_contra, worker: Worker[Pending_contra], patience: float | None = None
    ) -> Any:
        self._check()
        if len(self._open) >= MAX_WAITING:
            raise Unavailable("Too many requests are waiting: try again")
        now = time.monotonic()
        call.until = now + (PATIENCE if patience is None else patience)
        if not self._open:
            self._heard_at = now
        self._open[call] = worker
        if self._next_tick is None:
            self._schedule_tick()
        try:
            worker.submit(call)
            outcome = await call.future
            self._heard_at = self._answered[worker] = ended = time.monotonic()
            if ended - now >= SLOW_SECONDS and isinstance(call, PendingRead):
                log_slow_read(call.function, call.args, call.account_id, ended - now)
            return outcome
        finally:
            del self._open[call]

    def _check(self) -> None:
        if self._lost:
            raise Unavailable

    def _quiet_since(self) -> float:
        """Since when requests wait without any answer of the database; now, where none waits."""
        if not self._open:
            return time.monotonic()
        return max(self._heard_at, *(link.answered for link in self._links.values()))

    def _when_lost(self) -> None:
        self._lost = True
        for call in self._open:
            call.complete(Unavailable())

    def _seen(self, begun: float, number: int, holders: list[int], fresh: bool) -> None:
        if self._lost:
            log.warning("the database answers again")
        self._lost = False
        if fresh and self._seen_at:
            self._pool.drain()  # the others are lost as well
        if fresh or number < self._number or identity.EVERYBODY in holders:
            self._known.clear()
        for holder in holders:
            self._known.pop(holder, None)
        self._seen_at, self._number = begun, number
        self._shortage.look(self._pool)
        self._first_look.set()

    def _schedule_tick(self) -> None:
        self._tick_due = time.monotonic() + TICK
        self._next_tick = asyncio.get_running_loop().call_later(TICK, self._tick)

    def _tick(self) -> None:
        """While requests wait: who waits in vain is told so; what has begun may be stored all the same.

        Time in which this process did not run is nobody's.
        """
        now = time.monotonic()
        paused = now - self._tick_due if now - self._tick_due > TICK else 0.0
        self._blind = self._blind + 1 if self._watch.connecting else 0
        for call, worker in self._open.items():
            call.until += paused
            if self._is_in_vain(call, worker, now):
                call.complete(call.refusal or _overdue(call))
        self._next_tick = None
        if self._open:
            self._schedule_tick()

    def _is_in_vain(self, call: PendingCall, worker: Worker[Any], now: float) -> bool:
        late = now - call.until
        if late > HARD_LIMIT or self._blind * TICK > PATIENCE:
            return True
        return late > (BUSY if self._moves(worker, now) else 0.0) and call.withdraw()

    def _moves(self, worker: Worker[Any], now: float) -> bool:
        answered = self._answered.get(worker, 0.0)
        if isinstance(worker, Writer):
            answered = max(answered, self._links[worker].answered)
        return now - answered < MOVES


def _overdue(call: PendingCall) -> Unavailable:
    """Several statements, each within its time, may be too much together: a client can ask for less."""
    is_list = isinstance(call, PendingRead) and call.is_apart and call.begun
    return Unavailable(TOO_LONG) if is_list else Unavailable()


def _nothing() -> None:
    """What a call does that waits for a look alone."""
