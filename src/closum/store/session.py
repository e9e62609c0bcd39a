"""The database as a command uses it: one connection, one thread."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from closum.errors import Refusal
from closum.store import migrate
from closum.store.lock import ServerLock, is_served
from closum.store.sqlite import Clock, SQLiteUnit, connect, fold_wal, refusing, transaction
from closum.store.unit import Unit

POLITE_SECONDS = 0.020
FREE_SECONDS = 2.0
CACHE = 256_000  # KiB, of which a command takes what it uses
CHECKPOINT_PAGES = 20_000


class Session:
    """Opens the database at `path`, with the schema up to date. Raises Refusal.

    `serving` is for the server itself, which has the lock that tells others of it and begins with no damaged file.
    """

    def __init__(
        self, path: Path, *, create: bool = False, serving: bool = False, clock: Clock = time.time
    ) -> None:
        self.path, self._clock, self._serving = path, clock, serving
        self.connection = connect(path, create=create, checkpoints=True, checked=serving)
        self.connection.pragma("cache_size", -CACHE)
        self.connection.wal_autocheckpoint(CHECKPOINT_PAGES)
        try:
            self.saved = self._migrate()
        except BaseException:
            self.connection.close()
            raise

    def _migrate(self) -> Path | None:
        with refusing(self.path):
            if not migrate.pending(self.connection, self.path):
                return None
            if not self._serving and is_served(self.path):
                raise Refusal(f"{self.path} is in use by a server of another version: stop it first")
            return migrate.migrate(self.connection, self.path, int(self._clock()))

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @contextlib.contextmanager
    def write(self) -> Iterator[Unit]:
        """One transaction, committed when the block ends and rolled back when it raises."""
        with refusing(self.path), transaction(self.connection, int(self._clock())) as unit:
            yield unit

    @contextlib.contextmanager
    def read(self) -> Iterator[Unit]:
        """A view of one moment."""
        with refusing(self.path):
            self.connection.execute("BEGIN")
            try:
                yield SQLiteUnit(self.connection, int(self._clock()))
            finally:
                self.connection.execute("COMMIT")

    def write_steps(self, steps: Iterable[Callable[[Unit], object]]) -> None:
        """Long work as small steps, many in one transaction.

        Beside a running server a transaction ends after 20 ms and is followed by a pause as long.
        """
        waiting = iter(steps)
        step = next(waiting, None)
        while step is not None:
            served = is_served(self.path)
            limit = POLITE_SECONDS if served else FREE_SECONDS
            with self.write() as unit:
                begun = last = time.monotonic()  # the wait for another writer is not part of it
                while step is not None:
                    step(unit)
                    step = next(waiting, None)
                    now = time.monotonic()
                    if now - begun + (now - last) >= limit:  # a step as long as this one would be too much
                        break
                    last = now
            if served:
                time.sleep(time.monotonic() - begun)

    def compact(self) -> None:
        """Write the whole file anew, so that nothing of what was deleted is left in it. Raises Refusal.

        It needs as much room on the disk again, and no server beside it.
        """
        lock = ServerLock(self.path).acquire()
        try:
            with refusing(self.path):
                self.connection.execute("VACUUM")
        finally:
            lock.release()
        self.fold()

    def fold(self) -> None:
        """Fold the write-ahead log into the file and empty it."""
        with refusing(self.path):
            fold_wal(self.connection)
