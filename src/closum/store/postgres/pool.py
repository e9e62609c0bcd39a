"""The connections of a server to PostgreSQL."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import psycopg
from psycopg_pool import ConnectionPool

from closum.store.postgres.connection import configure, connect, parameters
from closum.store.postgres.unit import PreparedConnection
from closum.store.unit import Disconnected

MOST_WRITERS = 2
MOST_LONG_READERS = 2
MOST_PREPARED = 2_000  # statements on one connection, each of which takes memory in the database
RECONNECT_SECONDS = 1.0  # then the next request tries again, instead of ever longer pauses

SETTLED_SECONDS = 15.0  # without a failure: longer than the pool tries to make one connection

log = logging.getLogger("closum.store")

Pool = ConnectionPool[PreparedConnection]


class Shares(NamedTuple):
    """How many threads use the connections of a pool, each one at most."""

    writers: int
    long_readers: int
    readers: int


def shares(size: int) -> Shares:
    """Of a pool of so many connections, at least 3."""
    writers = min(MOST_WRITERS, (size - 1) // 2)
    long_readers = min(MOST_LONG_READERS, (size - writers) // 2)
    return Shares(writers, long_readers, size - writers - long_readers)


class Shortage:
    """Says once that connections became fewer, and once that all are there again."""

    def __init__(self, url: str, size: int, is_lost: Callable[[], bool]) -> None:
        """`is_lost` says whether the database answers nobody, of which the watch tells."""
        self._url, self._size, self._is_lost = url, size, is_lost
        self.is_short = False
        self._asking = threading.Lock()
        self._failed_at = self._connected_at = 0.0

    def connected(self, connection: PreparedConnection) -> None:
        """A new connection of the pool begins."""
        configure(connection)
        self._connected_at = time.monotonic()

    def failed(self, pool: Pool) -> None:
        """Called in a thread of the pool, which has given one up; several may do so at once."""
        self._failed_at = time.monotonic()
        with self._asking:
            if self.is_short or self._is_lost() or not (reason := _refusal(self._url)) or self._is_lost():
                return
            self.is_short = True
        log.warning(
            "this process keeps %s connections to the database, and there are fewer: %s", self._size, reason
        )

    def look(self, pool: Pool) -> None:
        """Called now and then: those that were given up are asked for again."""
        now = time.monotonic()
        if not self.is_short or now - self._failed_at < SETTLED_SECONDS:
            return
        there = pool.get_stats()["pool_size"]
        if there < self._size:
            self._failed_at = now
            pool.resize(there, self._size)
            pool.resize(self._size, self._size)
        elif self._connected_at > self._failed_at:
            self.is_short = False
            log.warning("all %s connections to the database are there again", self._size)


def _refusal(url: str) -> str | None:
    """Why the database gives no connection; None where it gives one."""
    try:
        connect(url).close()
    except (psycopg.Error, Disconnected) as error:
        return " ".join(str(error).split())
    return None


def opened(url: str, size: int, shortage: Shortage) -> Pool:
    """A pool that keeps `size` connections."""
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # what matters of it is said by us
    return ConnectionPool(
        kwargs={"autocommit": True, **parameters(url)},
        connection_class=PreparedConnection,
        configure=shortage.connected,
        min_size=size,
        max_size=size,
        reconnect_timeout=RECONNECT_SECONDS,
        reconnect_failed=shortage.failed,
        name="closum",
        open=True,
    )


@contextlib.contextmanager
def borrowed(pool: Pool, seconds: float) -> Iterator[PreparedConnection]:
    """A connection, waited for at most so long. Raises psycopg_pool.PoolTimeout."""
    connection = pool.getconn(timeout=seconds)
    try:
        yield connection
    finally:
        if len(connection.prepared) > MOST_PREPARED:  # filters can be put together in any number of ways
            connection.close()  # the pool makes another one
        pool.putconn(connection)
