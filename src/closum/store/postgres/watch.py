"""The watch of a server: whether the database answers, and which users and keys to look at again, twice a second."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable

import psycopg

from closum.store import identity
from closum.store.pending import PendingCall
from closum.store.postgres.connection import connect_as
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.unit import Disconnected

EVERY = 0.5  # seconds
SLICE = (
    0.1  # seconds for which it listens; one that took longer counts no more, since this process did not run
)
SILENCE = 10  # slices without a word on any connection, after which the database is taken for gone
LONGEST = 65  # slices in which one look is answered, or ended by the database
NOTHING_YET = 2**62

Seen = Callable[[float, int, list[int], bool], None]
"""Called on the loop: when the look began, the last number of a revocation, the holders that were given one since the
look before, and whether the connection is a new one."""

Lost = Callable[[], None]
"""Called on the loop: the database does not answer."""

log = logging.getLogger("closum.store")


class Silent(Disconnected):
    """Nothing came from the database, although this process listened."""


class Watch:
    """A thread with a connection of its own, apart from the pool.

    `quiet_since` gives when the database last answered a request, in seconds of the monotonic clock; now, where none waits.
    """

    def __init__(
        self,
        url: str,
        seen: Seen,
        lost: Lost,
        quiet_since: Callable[[], float],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._url, self._seen, self._when_lost, self._loop = url, seen, lost, loop
        self._quiet_since = quiet_since
        self._connection: ListeningConnection | None = None
        self._number = NOTHING_YET
        self._awake, self._stopped = threading.Event(), False
        self._lost = False
        self._waiting: list[PendingCall] = []  # touched on the loop alone
        self.connecting = True
        self._thread = threading.Thread(target=self._run, name="closum-watch", daemon=True)
        self._thread.start()

    def submit(self, call: PendingCall) -> None:
        """On the event loop: a call that waits for the next look, which begins at once."""
        self._waiting.append(call)
        self._awake.set()

    def stop(self, seconds: float) -> None:
        """End the thread. Blocks until then, or for so long."""
        self._stopped = True
        self._awake.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped:
            begun = time.monotonic()
            try:
                self._look(begun)
            except Exception as error:
                self._lose(error)
            self._awake.wait(max(0.0, begun + EVERY - time.monotonic()))
            self._awake.clear()
        self._close()

    def _look(self, begun: float) -> None:
        """A connection that was ended says nothing of the database: only a new one does."""
        new = self._connection is None
        try:
            self._read(begun)
        except Silent:
            raise
        except (Disconnected, psycopg.OperationalError, psycopg.InterfaceError):
            if new:
                raise
            self._close()
            self._read(begun)

    def _read(self, begun: float) -> None:
        fresh = self._connection is None
        self.connecting = fresh
        if self._connection is None:
            self._connection = connect_as(ListeningConnection, self._url)
            self._connection.quiet_since = self._quiet_since
        number, holders = identity.revoked(PostgresUnit(self._connection, 0), self._number)
        self._number = number
        self._lost = self.connecting = False
        self._loop.call_soon_threadsafe(self._tell, begun, number, holders, fresh)

    def _tell(self, begun: float, number: int, holders: list[int], fresh: bool) -> None:
        self._seen(begun, number, holders, fresh)
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call.complete(None)

    def _lose(self, error: Exception) -> None:
        self._close()
        if self._stopped:
            return
        if not self._lost:
            reason = " ".join(str(error).split())
            how = reason if isinstance(error, Silent) else f"does not answer: {reason}"
            log.error("the database %s: requests are answered 503", how)
        self._lost = True
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._when_lost)

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


class ListeningConnection(PreparedConnection):
    """One that tells a database that is gone from one that is slow, and from a process that does not run."""

    quiet_since: Callable[[], float] = staticmethod(lambda: 0.0)

    def arrival(self) -> None:
        """Raises Silent."""
        now = time.monotonic()
        last = max(self.quiet_since(), self.answered or now)
        silent = int(min(EVERY, now - last) / SLICE)
        for _ in range(LONGEST):
            if self.arrives(round(SLICE * 1_000)):
                return
            quiet = self.quiet_since()
            silent = 0 if quiet > last else silent + 1
            last = max(last, quiet)
            if silent >= SILENCE:
                break
        raise Silent(f"has not answered for {SILENCE * SLICE:g} s")
