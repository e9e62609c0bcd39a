"""How many connections a database, or the pooler before it, has for a server, and whether they are its own."""

import contextlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import psycopg

from closum.errors import Refusal
from closum.settings import shown_url
from closum.store.postgres.connection import connect, refusing
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.unit import Disconnected

AT_ONCE = 16
WAIT = 2_000  # milliseconds that a statement may take; a pooler without a connection lets it wait
LEAST = 4  # connections of a process: one writes, two read, one watches
SPARE = 1  # for commands, where there are fewer than wanted
SAMPLE = 4  # connections that are looked at for a pooler

SHARED = (
    " is reached through a pooler in transaction or statement mode (such as PgBouncer's pool_mode = transaction),"
    " and closum needs connections of its own: use session mode, or connect to the database directly"
)


class Supply(NamedTuple):
    """How many of the connections that a server wants it gets, and the reason why it gets no more."""

    found: int
    reason: str

    def shared_out(self, processes: int, pool_size: int, name: str) -> tuple[int, int]:
        """Processes, and connections in the pool of each, beside which it has one that watches. Raises Refusal."""
        if self.found >= processes * (pool_size + 1):
            return processes, pool_size
        if self.found < LEAST:
            raise Refusal(
                f"{name} has {self.found} of the {LEAST} connections that a server needs at least"
                f" ({self.reason}): end others, raise max_connections or the limit of the role, the database or the pooler"
            )
        usable = max(LEAST, self.found - SPARE)
        processes = min(processes, usable // LEAST)
        return processes, min(pool_size, usable // processes - 1)


def supply(url: str, wanted: int) -> Supply:
    """Open as many connections as are wanted, and close them again. Nothing else tells what there is for a server."""
    counter = _Counter(url)
    with contextlib.ExitStack() as stack, ThreadPoolExecutor(min(AT_ONCE, wanted)) as threads:
        stack.enter_context(refusing(shown_url(url)))
        opened = [one for one in threads.map(counter.open, range(wanted)) if one]
        for one in opened:
            stack.callback(one.close)
        if is_shared(opened[:SAMPLE]):
            raise Refusal(f"{shown_url(url)}{SHARED}")
    return Supply(len(opened), counter.reason)


class _Counter:
    def __init__(self, url: str) -> None:
        self._url = url
        self._queued = threading.Event()
        self.reason = ""

    def open(self, number: int) -> PreparedConnection | None:
        """A connection; None where it is refused, or where another one waited in vain."""
        if self._queued.is_set():
            return None
        try:
            return connect(self._url, WAIT)
        except (psycopg.OperationalError, Disconnected) as error:
            self.reason = " ".join(str(error).split())
            if "does not answer" in self.reason or "timeout" in self.reason:
                self.reason = "a pooler, or the database, lets the others wait"
                self._queued.set()
            return None


def refuse_pooler_that_shares(connection: PreparedConnection, url: str, name: str) -> None:
    """Raises Refusal for connections that a pooler gives to others between two transactions.

    Without a pooler the number of the process at the other end is the one that was told at the beginning.
    """
    if connection.info.backend_pid == _process(connection):
        return
    with (
        contextlib.suppress(psycopg.OperationalError, Disconnected),
        contextlib.closing(connect(url, WAIT)) as other,
    ):
        if is_shared([connection, other]):
            for one in (connection, other):
                one.execute("RESET ALL")  # others get it next
            raise Refusal(f"{name}{SHARED}")


def is_shared(connections: Sequence[PreparedConnection]) -> bool:
    """Whether the process behind a connection changes, or two have the same.

    Asked in one order and back: whichever free process a pooler takes next, one of two connections gets another one.
    """
    there = [_process(one) for one in connections]
    back = [_process(one) for one in reversed(connections)][::-1]
    return len(set(there)) < len(there) or there != back


def _process(connection: PreparedConnection) -> int:
    return int(str(PostgresUnit(connection, 0).script("SELECT pg_backend_pid()")[0][0]))
