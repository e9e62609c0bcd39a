"""A PostgreSQL database that everything is copied from, or into, by COPY."""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from psycopg import errors

from closum.errors import Refusal
from closum.model.change import COMMAND, By
from closum.store import catalogue
from closum.store.catalogue import Table
from closum.store.postgres.connection import refusing
from closum.store.postgres.distribute import is_spread
from closum.store.postgres.references import drop_indexes, drop_references
from closum.store.postgres.session import UNFINISHED, PostgresSession, is_unfinished, refuse_unfinished
from closum.store.postgres.unit import PreparedConnection
from closum.store.progress import Progress
from closum.store.recompute import Rules
from closum.store.transfer import AT_ONCE, Filling, Rows, Source, Target
from closum.store.unit import Clock, Unit

COPY_LOCK = 0x636C6F74  # held on the connection of a copy as long as it lasts

# What a killed copy was at is ended by the database within a second, and given up after ten if it is not.
_SETTINGS = (
    "SET client_connection_check_interval = '1s'",
    "SET lock_timeout = '10s'",
    "SET maintenance_work_mem = '128MB'",
)


class PostgresSource(Source):
    def __init__(
        self,
        url: str,
        *,
        create: bool = False,
        accept: "Accept" = refuse_unfinished,
        clock: Clock = time.time,
        rules: Rules | None = None,
    ) -> None:
        self._session = PostgresSession(url, create=create, accept=accept, clock=clock, rules=rules)
        self.name = self._session.name

    def read(self) -> AbstractContextManager[Unit]:
        return self._session.read()

    def rows(self, unit: Unit, table: Table) -> Rows:
        cursor = f"copied_{table.name}"
        with refusing(self.name):
            unit.run(f"DECLARE {cursor} NO SCROLL CURSOR FOR {table.rows}")
            while some := unit.all(f"FETCH {AT_ONCE} FROM {cursor}"):
                yield some
            unit.run(f"CLOSE {cursor}")

    def key(self) -> bytes | None:
        with self.read() as unit:
            return self._session.stored_key(unit)

    def is_free(self) -> bool:
        """Whether no copy goes on into this database."""
        with refusing(self.name):
            connection = self._session.connection
            row = connection.execute("SELECT pg_try_advisory_lock(%s)", (COPY_LOCK,)).fetchone()
            if row and row[0]:
                connection.execute("SELECT pg_advisory_unlock(%s)", (COPY_LOCK,))
        return bool(row and row[0])

    def close(self) -> None:
        self._session.close()


class PostgresTarget(PostgresSource, Target):
    """A table marks it from the beginning to the end."""

    def __init__(
        self,
        url: str,
        clock: Clock = time.time,
        rules: Rules | None = None,
        key: bytes | None = None,
        by: By = COMMAND,
    ) -> None:
        if key is not None and not (key.isascii() and key.decode().isprintable()):
            raise Refusal("The signing key is not UTF-8 text, so PostgreSQL cannot store it")
        self._new_key = key
        super().__init__(url, create=True, accept=_refuse_filled, clock=clock, rules=rules)
        self._session.by = by
        self._connection = self._session.connection
        for setting in _SETTINGS:
            with contextlib.suppress(errors.InvalidParameterValue):  # a system that cannot tell who has gone
                self._connection.execute(setting)

    def claim(self, source: Source) -> None:
        with refusing(self.name):
            try:
                self._connection.execute("SELECT pg_advisory_lock(%s)", (COPY_LOCK,))
            except errors.LockNotAvailable:
                raise Refusal(f"Another copy into {self.name} is running: wait for its end") from None
        if isinstance(source, PostgresSource) and not source.is_free():
            raise Refusal(f"{source.name} and {self.name} are the same database: name another one")
        with self._session.setup() as unit:
            if not is_unfinished(unit):
                unit.run(f"CREATE TABLE {UNFINISHED} (source TEXT NOT NULL)")
            unit.run(f"INSERT INTO {UNFINISHED} (source) VALUES (?)", (source.name,))

    def tables(self) -> list[Table]:
        with self.read() as unit:
            return catalogue.tables(unit)

    def empty(self, tables: Sequence[Table]) -> None:
        with self._session.write() as unit:
            unit.run(f"TRUNCATE {_names(tables)}")

    @contextlib.contextmanager
    def filling(self, tables: Sequence[Table], progress: Progress) -> Iterator[Filling]:
        names = [table.name for table in tables]
        with self._session.write() as unit:
            references = drop_references(self._connection, names)
            indexes = drop_indexes(self._connection, names)
            for table in tables:
                unit.run(f"DELETE FROM {table.name}")
            yield PostgresFilling(self._connection, unit)
            self._finish([*indexes, f"ANALYZE {_names(tables)}", *references], progress)

    def _finish(self, statements: Sequence[str], progress: Progress) -> None:
        with progress("Indexing", "indexes") as report:
            for number, statement in enumerate(statements):
                report(number, len(statements))
                self._connection.execute(statement)

    def verify(self) -> None:
        """Every reference and unique key was checked when it was made again."""

    def finish(self, change: Callable[[Unit], None]) -> None:
        with self._session.write() as unit:
            change(unit)

    def release(self, last: Callable[[Unit], None]) -> None:
        with self._session.setup() as unit:
            last(unit)
            if self._new_key is not None:
                self._session.store_key(unit, self._new_key)
            unit.run(f"DROP TABLE {UNFINISHED}")


class PostgresFilling(Filling):
    def __init__(self, connection: PreparedConnection, unit: Unit) -> None:
        self._connection, self.unit = connection, unit

    def put(self, table: Table, rows: Rows) -> None:
        statement = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            write = copy.write_row
            for some in rows:
                for row in some:
                    write(row)


Accept = Callable[[Unit, str], None]


def _refuse_filled(unit: Unit, name: str) -> None:
    """Accepts an unfinished copy, which starts again, or a database without records on one machine."""
    if is_spread(unit):
        raise Refusal(
            f"{name} is spread over machines: copy into a database that is not yet, and run"
            " 'closum database distribute' on it afterwards"
        )
    if is_unfinished(unit):
        return
    for table in catalogue.tables(unit):
        if (not table.shared or table.name == "account") and unit.one(
            f'SELECT 1 FROM "{table.name}" LIMIT 1'
        ):
            raise Refusal(f"{name} has records already: name a new database, made with 'createdb'")


def _names(tables: Iterable[Table]) -> str:
    return ", ".join(table.name for table in tables)
