"""A SQLite file as a command uses it."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from closum.errors import Refusal
from closum.store import ledger, migrate
from closum.store.keys import key_file, key_in, read_key, write_key
from closum.store.place import database_path
from closum.store.progress import Progress, no_progress
from closum.store.recompute import Rules
from closum.store.session import Pace, Session
from closum.store.sqlite import backup, copies, search
from closum.store.sqlite.connection import (
    APPLICATION_ID,
    connect,
    fold_wal,
    has_moved,
    refuse_strange_file,
    refusing,
    unmake,
)
from closum.store.sqlite.database import SQLiteUnit, transaction
from closum.store.sqlite.lock import SERVER, ServerLock, is_served, refuse_elsewhere
from closum.store.sqlite.lost import refuse_lost
from closum.store.unit import Clock, Stream, Unit

POLITE = Pace(0.020, pauses=True)
FREE = Pace(4.0, pauses=False)
CACHE = 256_000  # KiB, of which a command takes what it uses
CHECKPOINT_PAGES = 20_000
LARGE_MOVE, SMALL_MOVE = 1_000, 250  # records
LARGE_MERGE, SMALL_MERGE = 1_000, 50  # pages of 4 KB


class SQLiteSession(Session):
    """`serving` is for the holder of the database's lock: the server, which begins with no damaged file, or a copy.

    `saves` says whether a backup is made before the schema is changed. A file that was not in use before, a backup, stays
    as it is until something is written. `rules` are needed where a migration has derived columns made again.
    """

    elsewhere = (
        "backups and exports that were taken to other places",
        "snapshots of the disk",
        "logs of proxies, and what clients have read and kept",
    )

    def __init__(
        self,
        path: Path,
        *,
        create: bool = False,
        serving: bool = False,
        saves: bool = True,
        clock: Clock = time.time,
        rules: Rules | None = None,
    ) -> None:
        self.path = database_path(path)
        refuse_elsewhere(self.path, alone=serving)
        self.name, self._clock = str(self.path), clock
        self._alone: ServerLock | None = None
        self._is_server = serving
        with contextlib.ExitStack() as undo:
            undo.callback(self._share)
            if create and not serving:
                self._exclude_others_from_new()
            refuse_strange_file(self.path, create)
            if not self.path.exists():
                undo.callback(unmake, self.path)
            self.connection = connect(self.path, create=create, checked=serving)
            undo.callback(self.connection.close)
            self.connection.pragma("cache_size", -CACHE)
            self._is_logged = self._has_written = False
            with refusing(self.path):
                if create or serving or self.connection.pragma("journal_mode") == "wal":
                    self._write_ahead()
            self._migrate(create, serving, saves, rules)
            undo.pop_all()
        self._share()

    def _exclude_others_from_new(self) -> None:
        refuse_strange_file(self.path, create=True)
        refuse_lost(self.path)
        if not self.path.exists():
            self._exclude("schema", "is being made by a server: try again")

    def _exclude(self, doing: str, served: str = SERVER) -> None:
        """Keep servers, and commands that would do the same, away."""
        if self._alone is None:
            self._alone = ServerLock(self.path).acquire(doing, served)

    def _share(self) -> None:
        if self._alone:
            self._alone.release()
            self._alone = None

    def _write_ahead(self) -> None:
        """From here on no restore takes the file away: a connection with a log holds it."""
        if not self._is_logged:
            self._refuse_moved()
            self.connection.pragma("journal_mode", "wal")
            self.connection.wal_autocheckpoint(CHECKPOINT_PAGES)
            self.connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
            self._refuse_moved()
            self._is_logged = True

    def _refuse_moved(self) -> None:
        if has_moved(self.connection):
            raise Refusal(f"{self.path} was replaced at this moment: run the command again")

    def _migrate(self, create: bool, serving: bool, saves: bool, rules: Rules | None) -> None:
        """Bring the schema up to date; a backup before, if there is anything to back up."""
        with refusing(self.path):
            todo = migrate.pending(self._unit(), self.name)
            if todo and todo[0].version == 1 and not create:
                raise Refusal(f"{self.name} has no tables of closum: name another file")
            if not todo and not migrate.is_unfinished(self._unit()):
                return
            if not serving:
                self._exclude("schema", "is in use by a server of another version: stop it first")
            was_first = (
                bool(todo) and migrate.version_of(self._unit())[0] < todo[0].version
            )  # else another was
            if saves and was_first and todo[0].version > 1:
                self.saved = backup.save(self.path, f".before-{todo[0].version:04}")
            for migration in todo:
                with self.write() as unit:
                    if migration.version == 1:
                        unit.run(f"PRAGMA application_id = {APPLICATION_ID}")
                    migrate.apply(unit, migration, self.name)
            if was_first and todo[0].version == 1:
                self.made = str(self.path.absolute())
        migrate.finish(self, rules)

    def _unit(self) -> SQLiteUnit:
        return SQLiteUnit(self.connection, int(self._clock()))

    def close(self) -> None:
        self._has_written = False  # what is to be settled, others do later
        self.connection.close()

    @contextlib.contextmanager
    def write(self, account_id: int | None = None) -> Iterator[Unit]:
        with refusing(self.path):
            self._write_ahead()
            with transaction(self.connection, int(self._clock())) as unit:
                yield unit.of(account_id or 0, self.by)
            self._has_written = True

    setup = write

    @contextlib.contextmanager
    def stream(self) -> Iterator[Stream]:
        with refusing(self.path):
            self.connection.execute("BEGIN")
            try:
                yield self._unit()
            finally:
                self.connection.execute("COMMIT")

    def read(self) -> AbstractContextManager[Unit]:
        return self.stream()

    def pace(self) -> Pace:
        """Beside a running server a transaction ends after 20 ms and is followed by a pause as long."""
        is_alone = self._is_server or self._alone is not None
        return POLITE if not is_alone and is_served(self.path) else FREE

    def limit_memory(self, megabytes: int) -> None:
        self.connection.pragma("cache_size", -1_000 * megabytes)

    def settle(self) -> None:
        """Move terms into their index: of what this session wrote, and of what others have left."""
        if self._has_written:
            with refusing(self.path):
                for _ in self._transactions(self._moves()):
                    pass
            self._has_written = False

    def _moves(self) -> Iterator[Callable[[Unit], object]]:
        size = SMALL_MOVE if self.pace().pauses else LARGE_MOVE
        while search.waits(self._unit()):
            yield partial(search.move, most=size)

    def _merges(self) -> Iterator[Callable[[Unit], object]]:
        pages = SMALL_MERGE if self.pace().pauses else LARGE_MERGE
        for name in search.names(self._unit()):
            merge = search.Merge(name, pages)
            while not merge.ended:
                yield merge.step

    def fold(self) -> None:
        """Move terms into their index, and out of it; merge it, which has the words of deleted rows until then; fold the
        write-ahead log into the file and empty it."""
        for moved in (self._moves(), self._merges()):
            for _ in self._transactions(moved):
                pass
        with refusing(self.path):
            fold_wal(self.connection)

    def copies(self) -> list[Path]:
        return copies.known(self.path)

    @contextlib.contextmanager
    def exclusive(self, doing: str = "command") -> Iterator[None]:
        if self._is_server or self._alone:  # it is held already
            yield
            return
        self._exclude(doing)
        try:
            yield
        finally:
            self._share()

    def key(self) -> bytes:
        path = key_file(self.path)
        if not path.exists():
            with (
                self.setup() as unit
            ):  # committed before there is a key, so that none is there that was not noted
                ledger.add(unit, "signing_key_set")
            with self.setup():  # nobody else makes one meanwhile
                return key_in(path)
        return key_in(path)

    def stored_key(self, unit: Unit) -> bytes | None:
        return read_key(key_file(self.path))

    def store_key(self, unit: Unit, key: bytes) -> None:
        ledger.add(unit, "signing_key_set")
        write_key(key_file(self.path), key)

    def backup(self, file: Path, *, overwrite: bool = False, progress: Progress = no_progress) -> None:
        backup.back_up(self.path, file, overwrite=overwrite, progress=progress)

    def compact(self, tables: Iterable[str]) -> None:
        """The whole file: it needs as much space on the disk again, and no server beside it."""
        with self.exclusive("compact"), refusing(self.path):
            self.connection.execute("VACUUM")
            if not fold_wal(self.connection):
                raise Refusal(
                    f"{self.path} is rewritten, but another command still reads what it was, so that cannot be removed yet:"
                    " run the same command again when that has finished"
                )
