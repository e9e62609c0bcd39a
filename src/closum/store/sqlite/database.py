"""SQLite: units of work, and under a running server reads on the event loop and writes in groups."""

import asyncio
import logging
import os
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import apsw

from closum.errors import Refusal, Unavailable
from closum.model.change import COMMAND, By
from closum.store import exports, identity
from closum.store.database import STREAM_SECONDS, TOO_LONG, Database, log_slow_read
from closum.store.exports import Exports
from closum.store.health import FULL, Failing, Health
from closum.store.pending import PendingWrite
from closum.store.place import beside, database_path
from closum.store.sqlite import search
from closum.store.sqlite.connection import (
    connect,
    fold_wal,
    unavailable,
)
from closum.store.sqlite.faults import Files, Waiting
from closum.store.sqlite.mover import Mover
from closum.store.unit import Clock, Result, Unit, Values
from closum.store.writer import Writer

QUICK_SECONDS = 0.020
LONG_SECONDS = 5.0
STEPS_PER_CHECK = 1_000  # of a read on the event loop
STEPS_PER_LONG_CHECK = 20_000  # in a thread, which has to wait for the interpreter each time
_COUNTING = "WITH RECURSIVE stepped (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM stepped WHERE n + 1 < ?)"
CHECKPOINT_PAGES = 4_000  # 16 MB of WAL: most pages in it were written many times
LONG_READERS = 2
LONG_CACHE = 4_000  # KiB: little of what a long read reads is read again
MAX_LONG_WAITING = 1_000
UNFOLDED = "%s-wal cannot be folded into %s (%s): it holds what was answered, so keep both together; the next start reads it"
SPACE = 1024 * 1024  # bytes that a full disk must have again

T = TypeVar("T")

log = logging.getLogger("closum.store")


class Interrupted(Exception):
    """A read took longer than its deadline."""


class SQLiteUnit:
    """A unit of work on one connection, which belongs to the thread that opened it."""

    __slots__ = ("_execute", "account_id", "by", "connection", "now")
    engine = "sqlite"
    search: ClassVar[Any] = search

    def __init__(self, connection: apsw.Connection, now: int, account_id: int = 0, by: By = COMMAND) -> None:
        self.connection, self.now = connection, now
        self.account_id, self.by = account_id, by
        self._execute = connection.execute

    def of(self, account_id: int, by: By | None = None) -> "SQLiteUnit":
        return SQLiteUnit(self.connection, self.now, account_id, by or self.by)

    @property
    def is_open(self) -> bool:
        """Whether the transaction goes on, after an error too."""
        return self.connection.in_transaction

    def all(self, sql: str, values: Values = ()) -> list[Result]:
        return self._execute(sql, values).fetchall()

    def all_of(self, statements: Sequence[tuple[str, Values]]) -> list[list[Result]]:
        return [self.all(sql, values) for sql, values in statements]

    def one(self, sql: str, values: Values = ()) -> Result | None:
        rows = self._execute(sql, values).fetchall()
        return rows[0] if rows else None

    def each(self, sql: str, values: Values, take: Callable[[Result], object]) -> None:
        with closing(self._execute(sql, values)) as cursor:  # else it would keep its moment
            for row in cursor:
                take(row)

    def pieces(self, sql: str, values: Values, size: int) -> Iterator[list[Result]]:
        with closing(self._execute(sql, values)) as cursor:
            while some := [*islice(cursor, size)]:
                yield some

    def run(self, sql: str, values: Values = ()) -> int:
        self._execute(sql, values)
        return self.connection.changes()

    def savepoint(self) -> None:
        self._execute("SAVEPOINT write_set")

    def release(self) -> None:
        self._execute("RELEASE SAVEPOINT write_set")

    def rollback_to_savepoint(self) -> None:
        self._execute("ROLLBACK TO SAVEPOINT write_set")
        self._execute("RELEASE SAVEPOINT write_set")

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        self.connection.executemany(sql, rows)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        marks = ", ".join("?" * len(columns))
        self.run_many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

    def insert_counting(
        self, table: str, columns: Sequence[str], first: Values, counted: Collection[str], number: int
    ) -> None:
        """In the database, in a third of the time that rows take which are made here."""
        values = ", ".join(["? + n" if column in counted else "?" for column in columns])
        sql = f"INSERT INTO {table} ({', '.join(columns)}) {_COUNTING} SELECT {values} FROM stepped"
        self._execute(sql, (number, *first))

    def run_each(self, statements: Iterable[tuple[str, Values]]) -> int:
        changed = 0
        for sql, values in statements:
            self._execute(sql, values)
            changed += self.connection.changes()
        return changed


@contextmanager
def transaction(connection: apsw.Connection, now: int) -> Iterator[SQLiteUnit]:
    """One writing transaction; nothing is stored when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield SQLiteUnit(connection, now)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


class Link:
    """What the writer writes through: the one connection that folds the WAL into the file."""

    apart = False

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock, self._path = clock, path
        self._connection = connect(path, checkpoints=CHECKPOINT_PAGES)
        # What a set is undone with, a copy of each page that it changes, would go through a file for each transaction.
        self._connection.pragma("temp_store", "memory")
        self.files, self._waiting = Files(path), Waiting(self._connection)

    @contextmanager
    def transaction(self, account_id: int | None) -> Iterator[SQLiteUnit]:
        """What is committed counts only if it went into the files that the next start finds."""
        if self.files.astray:
            self.files.check()
        with self._waiting.watched(), transaction(self._connection, int(self._clock())) as unit:
            yield unit
        self.files.check()

    def answer(self, error: Exception) -> Exception:
        if not isinstance(error, apsw.Error):
            return error
        return unavailable(error, self._connection) or self.files.failing() or error

    def probe(self, unit: Unit) -> None:
        """A write that changes nothing, and needs as much space on the disk as a large request."""
        try:
            with tempfile.TemporaryFile(dir=self._path.parent) as file:
                file.write(bytes(SPACE))
                file.flush()
        except OSError as error:
            raise Failing(FULL, f"{self._path.parent}: {error.strerror}") from error
        unit.run("PRAGMA shrink_memory")  # pages that were read damaged
        unit.run(f"PRAGMA user_version = {unit.all('PRAGMA user_version')[0][0]}")

    def close(self) -> None:
        """Leave all that was answered where the next start finds it, or say where it is.

        A file that has gone is left alone: under a new name another server may have it, with a log of its own.
        """
        if self.files.has_gone():
            self._save()
        else:
            self._fold()
        self._connection.close()

    def _fold(self) -> None:
        try:
            fold_wal(self._connection)
        except apsw.Error as error:
            log.warning(UNFOLDED, self._path, self._path, error)

    def _save(self) -> None:
        copy = beside(self._path, f".saved-{datetime.fromtimestamp(self._clock(), UTC):%Y%m%dT%H%M%SZ}")
        try:
            os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with closing(apsw.Connection(str(copy))) as saved:
                with saved.backup("main", self._connection, "main") as backup:
                    backup.step(-1)
                saved.pragma("journal_mode", "delete")
        except (apsw.Error, OSError) as error:
            log.error("%s has gone, and what it held cannot be saved in %s (%s)", self._path, copy, error)
        else:
            log.warning("%s has gone: 'closum restore %s' puts back what it held", self._path, copy)


class Reader:
    """Reads on a connection of its own, each under a deadline.

    `failing` looks whether the files are at fault. With `at_the_end`, reads share a transaction until what they hand to it is called; else each has one of its own.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        failing: Callable[[], Exception | None],
        at_the_end: Callable[[Callable[[], object]], object] | None = None,
    ) -> None:
        self.clock, self._failing = clock, failing
        self._at_the_end = at_the_end
        self.connection = connect(path, mutex=False)
        self.connection.pragma("query_only", True)
        self._unit = SQLiteUnit(self.connection, 0)
        self._deadline = 0.0
        steps = STEPS_PER_LONG_CHECK if at_the_end is None else STEPS_PER_CHECK
        self.connection.set_progress_handler(self._check, steps)

    def run(
        self, function: Callable[..., Any], args: tuple[Any, ...], account_id: int, seconds: float
    ) -> Any:
        """`function(unit, *args)` of an account.

        Raises Interrupted when it takes longer than `seconds`, Unavailable for a fault of disk or lock.
        """
        self._deadline = time.monotonic() + seconds
        if not self.connection.in_transaction:
            self.connection.execute("BEGIN")
            if self._at_the_end is not None:
                self._at_the_end(self._end)
        self._unit.now, self._unit.account_id = int(self.clock()), account_id
        try:
            return function(self._unit, *args)
        except apsw.InterruptError:
            raise Interrupted from None
        except apsw.Error as error:
            if known := unavailable(error, self.connection) or self._failing():
                raise known from error
            raise
        finally:
            if self._at_the_end is None:
                self._end()

    def _end(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("END")
        except apsw.Error:  # as after a read of a damaged page
            with suppress(apsw.Error):
                self.connection.execute("ROLLBACK")

    def _check(self) -> bool:
        return time.monotonic() > self._deadline

    def close(self) -> None:
        self.connection.close()


class SQLiteDatabase(Database):
    """Made, used and closed on one event loop."""

    alone = True

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self._path = path = database_path(path)
        self._link = Link(path, clock)
        self._reader = Reader(path, clock, self._link.files.failing, asyncio.get_running_loop().call_soon)
        self._mover = Mover(self)
        self._writer = Writer(self._link, asyncio.get_running_loop(), self._mover.wrote)
        self.health = Health(self.attempt, self._link.probe)
        self._long = ThreadPoolExecutor(LONG_READERS, "closum-reader")
        self._long_waiting = 0
        self._streaming = asyncio.Lock()
        self.exports = Exports(self._export)
        self._local = threading.local()
        self._long_readers: list[Reader] = []
        self._writer.start()
        self._mover.wrote()  # what a killed server, or a command, has left

    async def identity(self, holder: int, proof: int | str) -> identity.Found | None:
        sql = identity.IDENTITY if holder > 0 else identity.IDENTITY_OF_KEY
        found: identity.Found | None = await self.read(SQLiteUnit.one, sql, (abs(holder),))
        return found

    async def read(
        self,
        function: Callable[..., T],
        *args: Any,
        long: bool = False,
        one_moment: bool = False,
        account_id: int | None = None,
    ) -> T:
        """At once on the event loop, or in a thread when it is or turns out long.

        Reads of one round of the loop see one moment. A client that is told of a write, and then reads, does so in a later one.
        """
        try:
            if not long:
                try:
                    result: T = self._reader.run(function, args, account_id or 0, QUICK_SECONDS)
                    return result
                except Interrupted:
                    pass
            return await self._in_thread(function, args, account_id, LONG_SECONDS)
        except Failing as failing:
            again = partial(self._in_thread, function, args, account_id, LONG_SECONDS)
            self.health.read_failed(failing, (function, args), again)
            raise

    async def stream(self, function: Callable[..., T], *args: Any, account_id: int | None = None) -> T:
        again = partial(self._in_thread, function, args, account_id, STREAM_SECONDS)
        async with self._streaming:
            try:
                result: T = await again()
                return result
            except Failing as failing:
                self.health.read_failed(failing, function, again)
                raise

    async def _in_thread(
        self, function: Callable[..., T], args: tuple[Any, ...], account_id: int | None, seconds: float
    ) -> T:
        if self._long_waiting >= MAX_LONG_WAITING:
            raise Unavailable("Too many long reads are waiting: try again")
        self._long_waiting += 1
        begun = time.monotonic()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._long, self._read_long, function, args, account_id, seconds
            )
        except Interrupted:
            raise Unavailable(TOO_LONG) from None
        finally:
            self._long_waiting -= 1
            log_slow_read(function, args, account_id, time.monotonic() - begun)

    async def ready(self, function: Callable[..., T]) -> T:
        if failing := self._link.files.failing():
            self.health.begin(failing)
        return await super().ready(function)

    def attempt(self, write: PendingWrite) -> Awaitable[Any]:
        self._writer.submit(write)
        return write.future

    async def close(self) -> None:
        await self._mover.stop()
        await self.health.close()
        self._writer.hand_over()
        await asyncio.get_running_loop().run_in_executor(None, self._writer.stop)
        self._long.shutdown()
        self.exports.close()
        for reader in (self._reader, *self._long_readers):
            reader.close()

    def _read_long(
        self, function: Callable[..., T], args: tuple[Any, ...], account_id: int | None, seconds: float
    ) -> T:
        if not hasattr(self._local, "reader"):
            self._local.reader = self._long_reader()
            self._long_readers.append(self._local.reader)
        result: T = self._local.reader.run(function, args, account_id or 0, seconds)
        return result

    def _export(self, function: Callable[..., Any], args: tuple[Any, ...], account_id: int) -> Any:
        with closing(self._long_reader()) as reader:
            try:
                return reader.run(function, args, account_id, exports.SECONDS)
            except Interrupted:
                raise Unavailable(TOO_LONG) from None

    def _long_reader(self) -> Reader:
        try:
            reader = Reader(self._path, self.clock, self._link.files.failing)
            reader.connection.pragma("cache_size", -LONG_CACHE)
            return reader
        except Refusal as refusal:  # the file has gone, or may not be read any more
            raise (self._link.files.failing() or Unavailable()) from refusal
