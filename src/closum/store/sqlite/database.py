"""SQLite under a running server: reads on the event loop, writes in groups."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import apsw

from closum.errors import Refusal, Unavailable
from closum.store import identity
from closum.store.database import STREAM_SECONDS, TOO_LONG, Database
from closum.store.job import Job
from closum.store.sqlite.connection import (
    Interrupted,
    Reader,
    SQLiteUnit,
    connect,
    fold_wal,
    transaction,
    unavailable,
)
from closum.store.unit import Clock
from closum.store.writer import Writer

QUICK_SECONDS = 0.020
LONG_SECONDS = 5.0
CHECKPOINT_PAGES = 4_000  # 16 MB of WAL: most pages in it were written many times
LONG_READERS = 2
LONG_CACHE = 4_000  # KiB: little of what a long read reads is read again
MAX_LONG_WAITING = 1_000

T = TypeVar("T")


class Link:
    """What the writer writes through: the one connection that folds the WAL into the file."""

    apart = False

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._connection = connect(path, checkpoints=CHECKPOINT_PAGES)

    @contextmanager
    def transaction(self, account_id: int | None) -> Iterator[SQLiteUnit]:
        with transaction(self._connection, int(self._clock())) as unit:
            yield unit

    def answer(self, error: Exception) -> Exception:
        return (unavailable(error) or error) if isinstance(error, apsw.Error) else error

    def close(self) -> None:
        fold_wal(self._connection)
        self._connection.close()


class SQLiteDatabase(Database):
    """Made, used and closed on one event loop."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self._path = path
        self._reader = Reader(path, clock, asyncio.get_running_loop().call_soon)
        self._writer = Writer(Link(path, clock), asyncio.get_running_loop())
        self._long = ThreadPoolExecutor(LONG_READERS, "closum-reader")
        self._long_waiting = 0
        self._streaming = asyncio.Lock()
        self._local = threading.local()
        self._long_readers: list[Reader] = []
        self._writer.start()

    async def identity(self, user_id: int, token_number: int) -> tuple[int, int] | None:
        return await self.read(identity.identity, user_id)

    async def read(self, function: Callable[..., T], *args: Any, long: bool = False) -> T:
        """At once on the event loop, or in a thread when it is or turns out long.

        Reads of one round of the loop see one moment. Whoever is told of a write, and then reads, does so in a later one.
        """
        if not long:
            try:
                result: T = self._guarded(self._reader, function, args, QUICK_SECONDS)
                return result
            except Interrupted:
                pass
        return await self._in_thread(function, args, LONG_SECONDS)

    async def stream(self, function: Callable[..., T], *args: Any) -> T:
        async with self._streaming:
            return await self._in_thread(function, args, STREAM_SECONDS)

    async def _in_thread(self, function: Callable[..., T], args: tuple[Any, ...], seconds: float) -> T:
        if self._long_waiting >= MAX_LONG_WAITING:
            raise Unavailable("Too many long reads are waiting: try again")
        self._long_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._long, self._read_long, function, args, seconds
            )
        except Interrupted:
            raise Unavailable(TOO_LONG) from None
        finally:
            self._long_waiting -= 1

    async def settled(self, job: Job) -> Any:
        self._writer.submit(job)
        return await job.future

    async def close(self) -> None:
        await asyncio.sleep(0)  # what was submitted is handed over
        await asyncio.get_running_loop().run_in_executor(None, self._writer.stop)
        self._long.shutdown()
        for reader in (self._reader, *self._long_readers):
            reader.close()

    def _read_long(self, function: Callable[..., T], args: tuple[Any, ...], seconds: float) -> T:
        if not hasattr(self._local, "reader"):
            self._local.reader = self._long_reader()
            self._long_readers.append(self._local.reader)
        result: T = self._guarded(self._local.reader, function, args, seconds)
        return result

    def _guarded(
        self, reader: Reader, function: Callable[..., Any], args: tuple[Any, ...], seconds: float
    ) -> Any:
        try:
            return reader.run(function, args, seconds)
        except apsw.Error as error:
            raise (unavailable(error) or error) from error

    def _long_reader(self) -> Reader:
        try:
            reader = Reader(self._path, self.clock)
            reader.connection.pragma("cache_size", -LONG_CACHE)
            return reader
        except Refusal as refusal:  # the file has gone, or may not be read any more
            raise Unavailable from refusal
