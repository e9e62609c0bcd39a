"""A SQLite file that everything is copied from, or into."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import apsw

from closum.errors import Refusal
from closum.model.change import COMMAND, By
from closum.store import catalogue, ledger, migrate
from closum.store.catalogue import Table
from closum.store.keys import key_file, read_key, refuse_other_key, write_key
from closum.store.place import database_path, put_in_place, real_path
from closum.store.progress import Progress
from closum.store.recompute import Rules
from closum.store.sqlite import backup, copies
from closum.store.sqlite.connection import (
    connect,
    interruptible,
    refuse_strange_file,
    refusing,
)
from closum.store.sqlite.database import SQLiteUnit, transaction
from closum.store.sqlite.lock import ServerLock, refuse_elsewhere
from closum.store.sqlite.lost import other_place, refuse_lost
from closum.store.sqlite.session import SQLiteSession
from closum.store.sqlite.targets import has_log, writable
from closum.store.transfer import AT_ONCE, Filling, Rows, Source, Target
from closum.store.unit import Clock, Unit

CACHE = 64_000  # KiB

_INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?"
_STATISTICS = "SELECT tbl, idx, stat FROM sqlite_stat1"


class SQLiteSource(Source):
    """A backup, which has no log beside it, is read as it is, also one that nobody may write to.

    One of an older schema stays as it is, for the version that it is of: a copy beside it is brought up to date and read.
    """

    def __init__(self, path: Path, clock: Clock = time.time, rules: Rules | None = None) -> None:
        path = real_path(path)
        self.name, self.place, self._path, self._clock = str(path), path, path, clock
        if not path.exists():
            refuse_lost(path)
            raise Refusal(f"There is no database at {path}: {other_place(path, '--from')}")
        refuse_strange_file(path, read_only=True)
        refuse_elsewhere(path)
        with contextlib.ExitStack() as held:
            if self._is_outdated():
                self._path = held.enter_context(backup.partial_file(path, "copy of"))
                backup.copy_checked(path, self._path, read_only=not has_log(path))
                SQLiteSession(self._path, serving=True, saves=False, clock=clock, rules=rules).close()
            self._connection = _opened(self._path)
            self._held = held.pop_all()

    def _is_outdated(self) -> bool:
        with contextlib.closing(_opened(self._path)) as connection, refusing(self._path):
            unit = SQLiteUnit(connection, 0)
            if not migrate.version_of(unit)[0]:
                raise Refusal(f"{self.name} has no tables of closum: name another file")
            return migrate.is_outdated(unit, self.name)

    @contextlib.contextmanager
    def read(self) -> Iterator[Unit]:
        with refusing(self._path):
            self._connection.execute("BEGIN")
            try:
                yield SQLiteUnit(self._connection, int(self._clock()))
            finally:
                self._connection.execute("COMMIT")

    def rows(self, unit: Unit, table: Table) -> Rows:
        with refusing(self._path):
            cursor = self._connection.execute(table.rows)
            try:
                while some := list(islice(cursor, AT_ONCE)):
                    yield some
            except UnicodeDecodeError:
                raise Refusal(
                    f"{self.name} is damaged: the table {table.name} contains invalid UTF-8"
                ) from None

    def key(self) -> bytes | None:
        return read_key(key_file(self.place))

    def close(self) -> None:
        self._connection.close()
        self._held.close()


class SQLiteTarget(SQLiteSource, Target):
    """It is made beside its place, and gets its name when it is released."""

    def __init__(
        self, path: Path, clock: Clock = time.time, key: bytes | None = None, by: By = COMMAND
    ) -> None:
        refuse_other_key(key_file(path), key)
        self.place = writable(path, hint="name a new file")
        self.name, self._clock, self._new_key, self._by = str(self.place), clock, key, by
        self._source: Path | None = None
        with contextlib.ExitStack() as held:
            held.enter_context(ServerLock(self.place).acquire("copy"))  # a server would make a database there
            self._path = held.enter_context(backup.partial_file(self.place, "backup or copy to"))
            self._connection = _made(self._path, clock)
            self._held = held.pop_all()

    def claim(self, source: Source) -> None:
        """The file is a new one; where the source is a file too, that has it in the list of its copies afterwards."""
        self._source = source.place if isinstance(source, SQLiteSource) else None

    def tables(self) -> list[Table]:
        return catalogue.tables(SQLiteUnit(self._connection, 0))

    def empty(self, tables: Sequence[Table]) -> None:
        """The file is a new one."""

    @contextlib.contextmanager
    def filling(self, tables: Sequence[Table], progress: Progress) -> Iterator[Filling]:
        with refusing(self._path), transaction(self._connection, int(self._clock())) as unit:
            statistics = unit.all(_STATISTICS)  # those of an index go with it
            indexes = [index for table in tables for index in unit.all(_INDEXES, (table.name,))]
            for name, _ in indexes:
                unit.run(f"DROP INDEX {name}")
            for table in tables:
                unit.run(f"DELETE FROM {table.name}")
            yield SQLiteFilling(unit)
            with progress("Indexing", "indexes") as report:
                for number, (_, definition) in enumerate(indexes):
                    report(number, len(indexes))
                    unit.run(definition)
            unit.run("DELETE FROM sqlite_stat1")
            unit.run_many("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", statistics)

    def verify(self) -> None:
        self._connection.close()
        backup.verify(self._path)
        self._connection = connect(self._path, read_only=True)

    def finish(self, change: Callable[[Unit], None]) -> None:
        with self._changing() as unit:
            change(unit)

    def release(self, last: Callable[[Unit], None]) -> None:
        with self._changing() as unit:
            last(unit)
            if self._new_key is not None:
                ledger.add(unit, "signing_key_set")
                write_key(key_file(self.place), self._new_key)
        with backup.writing(self.place):
            put_in_place(self._path, self.place)
        if self._source:
            copies.note(self._source, self.place)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[Unit]:
        """A transaction on the verified file."""
        self._connection.close()
        with (
            contextlib.closing(connect(self._path)) as connection,
            refusing(self._path),
            transaction(connection, int(self._clock())) as unit,
        ):
            yield unit.of(0, self._by)


class SQLiteFilling(Filling):
    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    def put(self, table: Table, rows: Rows) -> None:
        marks = ", ".join("?" * len(table.columns))
        statement = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({marks})"
        for some in rows:
            self.unit.run_many(statement, some)


def _opened(path: Path) -> apsw.Connection:
    return connect(database_path(path)) if has_log(path) else connect(path, read_only=True)


def _made(path: Path, clock: Clock) -> apsw.Connection:
    """A new database, which is not safe from a failure of power until it is complete."""
    connection = SQLiteSession(path, create=True, serving=True, clock=clock).connection
    interruptible(connection)
    for pragma, value in (("journal_mode", "memory"), ("synchronous", "off"), ("foreign_keys", False)):
        connection.pragma(pragma, value)
    connection.pragma("cache_size", -CACHE)
    return connection
