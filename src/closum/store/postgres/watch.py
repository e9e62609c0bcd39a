"""The watch of a server: whether the database answers, and whose tokens were ended, twice a second."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

from closum.store import identity
from closum.store.postgres.connection import connect
from closum.store.postgres.unit import PostgresUnit, PreparedConnection

EVERY = 0.5  # seconds
FRESH = 1.0  # seconds for which what was read counts
DEADLINE = 1_000  # milliseconds
NOTHING_YET = 2**62

Seen = Callable[[float, int, list[int], bool], None]
"""Called on the loop: when the look began, the last number of a revocation, whose tokens were ended since the
look before, and whether the connection is a new one."""

log = logging.getLogger("closum.store")


class Watch:
    """A thread with a connection of its own, apart from the pool."""

    def __init__(self, url: str, seen: Seen, loop: asyncio.AbstractEventLoop) -> None:
        self._url, self._seen, self._loop = url, seen, loop
        self._connection: PreparedConnection | None = None
        self._number = NOTHING_YET
        self._stopped = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._run, name="closum-watch", daemon=True)
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """End the thread. Blocks until then, or for so long."""
        self._stopped.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        begun = time.monotonic()
        while not self._stopped.wait(
            begun + EVERY - time.monotonic() if self._connection or self._lost else 0
        ):
            begun = time.monotonic()
            try:
                self._look(begun)
            except Exception as error:
                self._lose(error)
        if self._connection:
            self._connection.close()

    def _look(self, begun: float) -> None:
        fresh = self._connection is None
        if self._connection is None:
            self._connection = connect(self._url, DEADLINE)
        number, users = identity.revoked(PostgresUnit(self._connection, 0), self._number)
        self._number = number
        self._lost = False
        self._loop.call_soon_threadsafe(self._seen, begun, number, users, fresh)

    def _lose(self, error: Exception) -> None:
        if not self._lost:
            log.warning("the database does not answer: %s", error)
        self._lost = True
        if self._connection:
            self._connection.close()
        self._connection = None
