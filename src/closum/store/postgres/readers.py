"""Threads that read, in groups: what waits at the same moment is sent together, and costs one round trip.

A function of a unit of work asks for one statement after the other. Here it runs up to its first one, those of
all functions are sent, and each function runs again with what was found, up to its next one: it only reads, so
that does no harm. One round trip for many requests also means that the interpreter changes threads so much less
often, which is what a request in a thread costs most.
"""

import asyncio
import contextlib
import queue
import re
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, ClassVar, NoReturn

from psycopg import errors

from closum.errors import Unavailable
from closum.model.change import COMMAND, By
from closum.store.database import STREAM_SECONDS, TOO_LONG
from closum.store.pending import PendingRead
from closum.store.postgres import search
from closum.store.postgres.connection import DEADLINE, NOT_NOW, Unreached, unavailable, undo
from closum.store.postgres.pool import Pool, borrowed
from closum.store.postgres.unit import (
    AT_ONCE,
    Failed,
    Failure,
    PostgresUnit,
    PreparedConnection,
    Statement,
)
from closum.store.unit import Clock, Overdue, Result, Unreachable, Values

MAX_GROUP = 16
_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_STREAM = f"{_BEGIN}; SET LOCAL statement_timeout = {STREAM_SECONDS * 1_000:.0f}"
PAUSE = 0.010  # seconds before a read is tried on another connection
LOOK = 0.5  # seconds of waiting for a connection, after which it looks who still waits for it

Outcome = tuple[PendingRead, Any]
"""A read with its result, or with the exception that is its answer."""

# Text in quotes, names in quotes and comments: their content is not part of the statement's words.
_QUOTED = re.compile(
    r"""\b[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/""",
    re.DOTALL,
)
_QUERY = re.compile(r"[\s(]*(?:SELECT|WITH|VALUES|TABLE)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(?:INSERT|UPDATE|DELETE|MERGE|INTO|FOR\s+(?:KEY\s+)?SHARE)\b", re.IGNORECASE)


class Asked(BaseException):
    """A function came to a statement whose rows are not there yet."""


class Replay:
    """A unit of work that has the rows of the statements before, and asks for those of the next."""

    __slots__ = ("_place", "account_id", "asked", "found", "now")
    engine = "postgres"
    search: ClassVar[Any] = search
    by = COMMAND

    def __init__(self, now: int, account_id: int | None) -> None:
        self.now, self.account_id = now, account_id or 0
        self.found: list[list[Result] | Failed] = []
        self.asked: Sequence[Statement] = ()
        self._place = 0

    def begin(self) -> "Replay":
        self._place = 0
        return self

    def of(self, account_id: int, by: By | None = None) -> "Replay":
        return _Other(self, account_id)

    def all(self, sql: str, values: Values = ()) -> list[Result]:
        if self._place == len(self.found):
            self._ask(((sql, values),))
        found = self.found[self._place]
        self._place += 1
        if isinstance(found, list):
            return found
        raise found

    def all_of(self, statements: Sequence[Statement]) -> list[list[Result]]:
        if statements and self._place == len(self.found):
            self._ask(statements)
        return [self.all(sql, values) for sql, values in statements]

    def _ask(self, statements: Sequence[Statement]) -> NoReturn:
        if not all(only_reads(sql) for sql, _ in statements):
            raise AssertionError("a read does not write")
        self.asked = statements
        raise Asked

    def take(self, found: "Sequence[list[Result] | Failed | None]") -> None:
        """What became of the statements that it asked for: the error of one is that of all.

        None of one that an error of another read kept from running: all are asked for again.
        """
        failed = next((one for one in found if isinstance(one, Failure)), None)
        if failed is not None:
            self.found.append(failed)
        elif None not in found:
            self.found += [one for one in found if one is not None]

    def one(self, sql: str, values: Values = ()) -> Result | None:
        rows = self.all(sql, values)
        return rows[0] if rows else None

    def run(self, sql: str, values: Values = ()) -> NoReturn:
        raise AssertionError("a read does not write")

    run_many = run_each = run


class _Other(Replay):
    """The same read, for the records of another account."""

    __slots__ = ("_read",)

    def __init__(self, read: Replay, account_id: int) -> None:
        super().__init__(read.now, account_id)
        self._read = read

    def of(self, account_id: int, by: By | None = None) -> Replay:
        return _Other(self._read, account_id)

    def all(self, sql: str, values: Values = ()) -> list[Result]:
        return self._read.all(sql, values)

    def all_of(self, statements: Sequence[Statement]) -> list[list[Result]]:
        return self._read.all_of(statements)


@lru_cache(maxsize=4_096)
def only_reads(sql: str) -> bool:
    """Whether a statement is a query that neither writes nor locks in any of its parts: `WITH x AS (INSERT …)` does.

    What the functions do that it calls is not looked at.
    """
    code = _QUOTED.sub(" ", sql)
    return bool(_QUERY.match(code)) and not _WRITES.search(code)


class Readers:
    """`number` threads on one queue, each with a connection of the pool while it reads.

    A read that has begun is done again on another connection when its own is lost, as long as somebody waits for it.
    """

    def __init__(
        self,
        pool: Pool,
        number: int,
        clock: Clock,
        loop: asyncio.AbstractEventLoop,
        *,
        group: int = MAX_GROUP,
    ) -> None:
        self._pool, self._clock, self._loop, self._most = pool, clock, loop, group
        self._gathered: list[PendingRead] = []  # those of this round of the loop
        self._waiting: queue.SimpleQueue[list[PendingRead] | None] = queue.SimpleQueue()
        self._finished: deque[Outcome] = deque()
        self._woken = False
        self._threads = [
            threading.Thread(target=self._run, name=f"closum-reader-{one}", daemon=True)
            for one in range(number)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, read: PendingRead) -> None:
        """On the event loop: what arrives in one round of it wakes one thread, once."""
        self._gathered.append(read)
        if len(self._gathered) == 1:
            self._loop.call_soon(self._dispatch)

    def _dispatch(self) -> None:
        reads, self._gathered = self._gathered, []
        for start in range(0, len(reads), self._most):
            self._waiting.put(reads[start : start + self._most])

    def stop(self, seconds: float) -> None:
        """End the threads when what waits is read. Blocks until then, or for so long with each."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join(seconds)

    def _run(self) -> None:
        while (reads := self._waiting.get()) is not None:
            self._read(reads + self._others(self._most - len(reads)))

    def _others(self, space: int) -> list[PendingRead]:
        reads: list[PendingRead] = []
        try:
            while len(reads) < space:
                if (more := self._waiting.get_nowait()) is None:
                    self._waiting.put(None)  # this thread is to stop, or another one
                    break
                reads += more
        except queue.Empty:
            pass
        return reads

    def _read(self, reads: list[PendingRead]) -> None:
        """A read changes nothing, so it is done again on another connection when one is lost."""
        open_reads = dict.fromkeys(reads)
        while (left := self._time_left(open_reads)) > 0:
            try:
                with borrowed(self._pool, left) as connection:
                    self._finish([read for read in open_reads if not read.begin()], None, open_reads)
                    self._rounds(connection, open_reads)
            except NOT_NOW as error:
                for read in open_reads:
                    read.again(unavailable(error))
                time.sleep(PAUSE)
            except Exception as error:
                self._finish(list(open_reads), error, open_reads)

    def _time_left(self, open_reads: dict[PendingRead, None]) -> float:
        """Seconds to wait for a connection; reads that were given up, which the loop decides, are left out."""
        self._finish([read for read in open_reads if read.future.done()], None, open_reads)
        return LOOK if open_reads else 0.0

    def _rounds(self, connection: PreparedConnection, open_reads: dict[PendingRead, None]) -> None:
        """One round trip after the other, until every read has its outcome, or the time for one statement is over."""
        unit, now = PostgresUnit(connection, 0), int(self._clock())
        end = time.monotonic() + DEADLINE / 1_000
        replays, apart = {read: Replay(now, read.account_id) for read in open_reads}, False
        while True:
            for read in list(open_reads):
                self._advance(connection, open_reads, read, replays[read].begin())
            if time.monotonic() > end:
                self._finish(list(open_reads), Unavailable(TOO_LONG), open_reads)
            if not open_reads:
                return
            found = _outcomes(unit, [one for read in open_reads for one in replays[read].asked], apart)
            apart = None in found  # a second error would keep the same ones waiting
            rest = iter(found)
            for read in open_reads:
                replays[read].take([*islice(rest, len(replays[read].asked))])

    def _advance(
        self,
        connection: PreparedConnection,
        open_reads: dict[PendingRead, None],
        read: PendingRead,
        unit: Replay | PostgresUnit,
    ) -> None:
        """Run a read up to its next statement, or to its end."""
        try:
            self._finish_one(open_reads, read, read.function(unit, *read.args))
        except Asked:
            pass
        except Overdue:
            self._finish_one(open_reads, read, Unavailable(TOO_LONG))
        except Unreachable:  # what it asked for lies on a machine that is gone; the others' may not
            self._finish_one(open_reads, read, Unreached())
        except errors.FeatureNotSupported:
            connection.close()  # what is prepared on it is of another schema
            raise
        except NOT_NOW:
            raise
        except Exception as error:
            self._finish_one(open_reads, read, unavailable(error) or error)

    def _finish(self, reads: list[PendingRead], outcome: object, open_reads: dict[PendingRead, None]) -> None:
        for read in reads:
            self._finish_one(open_reads, read, outcome)

    def _finish_one(self, open_reads: dict[PendingRead, None], read: PendingRead, outcome: object) -> None:
        del open_reads[read]
        self._finished.append((read, outcome))
        if not self._woken:  # one call into the loop for all that finish before it comes to it
            self._woken = True
            self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._woken = False
        while self._finished:
            read, outcome = self._finished.popleft()
            read.complete(outcome)


def _outcomes(
    unit: PostgresUnit, statements: list[Statement], apart: bool
) -> "list[list[Result] | Failed | None]":
    parts = (statements[start : start + AT_ONCE] for start in range(0, len(statements), AT_ONCE))
    return [one for part in parts for one in unit.outcomes_of(part, apart)]


class LongReaders(Readers):
    """Threads whose reads take long: each for itself, without a round trip shared with others. A stream runs on a unit that has `each`, and may take STREAM_SECONDS."""

    def __init__(self, pool: Pool, number: int, clock: Clock, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(pool, number, clock, loop, group=1)

    def _rounds(self, connection: PreparedConnection, open_reads: dict[PendingRead, None]) -> None:
        apart = [read for read in open_reads if read.is_apart]
        if not apart:
            super()._rounds(connection, open_reads)
        for read in apart:
            with _reading(connection, int(self._clock()), read.is_stream) as unit:
                self._advance(connection, open_reads, read, unit.of(read.account_id or 0))


@contextlib.contextmanager
def _reading(connection: PreparedConnection, now: int, is_stream: bool) -> Iterator[PostgresUnit]:
    """A unit that cannot write, and sees one moment. Rows that nobody took are dropped at the end."""
    unit = PostgresUnit(connection, now)
    try:
        unit.script(_BEGIN_STREAM if is_stream else _BEGIN)
        yield unit
    finally:
        undo(connection)
