"""Threads whose reads take long: each for itself, without a round trip shared with others."""

import asyncio
import contextlib
from collections.abc import Iterator

from closum.store.database import STREAM_SECONDS
from closum.store.pending import PendingRead
from closum.store.postgres.connection import undo
from closum.store.postgres.pool import Pool
from closum.store.postgres.readers import Readers
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.unit import Clock

_BEGIN = f"BEGIN READ ONLY; SET LOCAL statement_timeout = {STREAM_SECONDS * 1_000:.0f}"


class LongReaders(Readers):
    """`number` threads. A stream runs on a unit that has `each`, and may take STREAM_SECONDS."""

    def __init__(self, pool: Pool, number: int, clock: Clock, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(pool, number, clock, loop, group=1)

    def _rounds(self, connection: PreparedConnection, open_reads: dict[PendingRead, None]) -> None:
        streams = [read for read in open_reads if read.is_stream]
        if not streams:
            super()._rounds(connection, open_reads)
        for read in streams:
            with _reading(connection, int(self._clock())) as unit:
                self._advance(connection, open_reads, read, unit.of(read.account_id or 0))


@contextlib.contextmanager
def _reading(connection: PreparedConnection, now: int) -> Iterator[PostgresUnit]:
    """A unit that cannot write. Rows that nobody took are dropped at the end."""
    unit = PostgresUnit(connection, now)
    try:
        unit.script(_BEGIN)
        yield unit
    finally:
        undo(connection)
