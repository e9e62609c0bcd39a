"""The database of a running server: reads on the event loop, writes in groups.

What stands above hands in plain functions of a unit of work: `await db.read(function, …)`.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import apsw

from closum.errors import Refusal, Unavailable
from closum.store.sqlite import Clock, Interrupted, Reader, unavailable
from closum.store.writer import Job, Writer

QUICK_SECONDS = 0.020
LONG_SECONDS = 5.0
LONG_READERS = 2
MAX_LONG_WAITING = 1_000

T = TypeVar("T")


class Database:
    """Made, used and closed on one event loop."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self._path = path
        self._reader = Reader(path, clock)
        self._writer = Writer(path, clock, asyncio.get_running_loop())
        self._long = ThreadPoolExecutor(LONG_READERS, "closum-reader")
        self._long_waiting = 0
        self._local = threading.local()
        self._long_readers: list[Reader] = []
        self._writer.start()

    async def read(self, function: Callable[..., T], *args: Any, long: bool = False) -> T:
        """`function(unit, *args)`, at once on the event loop, or in a thread when it is or turns out long.

        Raises Unavailable after 5 s, or when too many long reads wait.
        """
        if not long:
            try:
                result: T = self._guarded(self._reader, function, args, QUICK_SECONDS)
                return result
            except Interrupted:
                pass
        if self._long_waiting >= MAX_LONG_WAITING:
            raise Unavailable("Too many long reads are waiting: try again")
        self._long_waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._long, self._read_long, function, args
            )
        except Interrupted:
            raise Unavailable(
                "This list takes too long to read: ask for an earlier page or a smaller limit"
            ) from None
        finally:
            self._long_waiting -= 1

    async def write(self, function: Callable[..., T], *args: Any) -> T:
        """`function(unit, *args)` in a transaction, committed when this returns. It may run twice."""
        result: T = await self._submit(Job(function, args, asyncio.get_running_loop().create_future()))
        return result

    async def write_set(self, function: Callable[..., list[Any]], *args: Any, item: Any) -> Any:
        """The item's outcome of `function(unit, *args, items)`: items that wait together are written together.

        An outcome that is an exception is raised.
        """
        future = asyncio.get_running_loop().create_future()
        return await self._submit(Job(function, args, future, item, in_set=True))

    async def close(self) -> None:
        """Answer the writes that wait, fold the WAL into the file and close every connection."""
        await asyncio.get_running_loop().run_in_executor(None, self._writer.stop)
        self._long.shutdown()
        for reader in (self._reader, *self._long_readers):
            reader.close()

    def _submit(self, job: Job) -> asyncio.Future[Any]:
        self._writer.submit(job)
        return job.future

    def _read_long(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        if not hasattr(self._local, "reader"):
            self._local.reader = self._long_reader()
            self._long_readers.append(self._local.reader)
        result: T = self._guarded(self._local.reader, function, args, LONG_SECONDS)
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
            return Reader(self._path, self.clock)
        except Refusal as refusal:  # the file has gone, or may not be read any more
            raise Unavailable from refusal
