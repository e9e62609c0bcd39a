"""A SQLite file as a command uses it."""

import contextlib
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from closum.errors import Refusal
from closum.store import migrate
from closum.store.place import beside
from closum.store.session import Pace, Session
from closum.store.sqlite import backup
from closum.store.sqlite.connection import (
    APPLICATION_ID,
    SQLiteUnit,
    connect,
    fold_wal,
    refusing,
    transaction,
)
from closum.store.sqlite.lock import ServerLock, is_served
from closum.store.unit import Clock, Unit

POLITE = Pace(0.020, pauses=True)
FREE = Pace(2.0, pauses=False)
CACHE = 256_000  # KiB, of which a command takes what it uses
CHECKPOINT_PAGES = 20_000


class SQLiteSession(Session):
    """`serving` is for the server itself, which has the lock that tells others of it and begins with no damaged file."""

    def __init__(
        self, path: Path, *, create: bool = False, serving: bool = False, clock: Clock = time.time
    ) -> None:
        self.path, self.name, self._clock, self._serving = path, str(path), clock, serving
        self.connection = connect(path, create=create, checkpoints=CHECKPOINT_PAGES, checked=serving)
        self.connection.pragma("cache_size", -CACHE)
        try:
            self._migrate()
        except BaseException:
            self.connection.close()
            raise

    def _migrate(self) -> None:
        """Bring the schema up to date; a backup before, if there is anything to back up."""
        with refusing(self.path):
            todo = migrate.pending(self._unit(), self.name)
            if not todo:
                return
            if not self._serving and is_served(self.path):
                raise Refusal(f"{self.path} is in use by a server of another version: stop it first")
            if todo[0].version > 1:
                self.saved = beside(self.path, f".before-{todo[0].version:04}")
                backup.copy(self.path, self.saved, overwrite=True)
            for migration in todo:
                with self.write() as unit:
                    if migration.version == 1:
                        unit.run(f"PRAGMA application_id = {APPLICATION_ID}")
                    migrate.apply(unit, migration, self.name)

    def _unit(self) -> SQLiteUnit:
        return SQLiteUnit(self.connection, int(self._clock()))

    def close(self) -> None:
        self.connection.close()

    @contextlib.contextmanager
    def write(self, account_id: int | None = None) -> Iterator[Unit]:
        with refusing(self.path), transaction(self.connection, int(self._clock())) as unit:
            yield unit

    setup = write

    @contextlib.contextmanager
    def read(self) -> Iterator[Unit]:
        with refusing(self.path):
            self.connection.execute("BEGIN")
            try:
                yield self._unit()
            finally:
                self.connection.execute("COMMIT")

    def pace(self) -> Pace:
        """Beside a running server a transaction ends after 20 ms and is followed by a pause as long."""
        return POLITE if is_served(self.path) else FREE

    def fold(self) -> None:
        """Fold the write-ahead log into the file and empty it."""
        with refusing(self.path):
            fold_wal(self.connection)

    def compact(self, tables: Iterable[str]) -> None:
        """The whole file: it needs as much room on the disk again, and no server beside it."""
        lock = ServerLock(self.path).acquire()
        try:
            with refusing(self.path):
                self.connection.execute("VACUUM")
        finally:
            lock.release()
        self.fold()
