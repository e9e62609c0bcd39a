"""A PostgreSQL database as a command uses it."""

import contextlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import psycopg
from psycopg.errors import DeadlockDetected

from closum.errors import Refusal
from closum.settings import shown_url
from closum.store import identity, migrate
from closum.store.keys import checked, made
from closum.store.postgres.connection import connect, first_of_command, refusing, snapshot, transaction
from closum.store.postgres.supply import refuse_pooler_that_shares
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.progress import Progress, no_progress
from closum.store.recompute import Rules
from closum.store.search import INDEX
from closum.store.session import Pace, Session
from closum.store.unit import Clock, Stream, Unit

OLDEST = 15
SETUP_LOCK = 0x636C6F73  # "clos": held by the transaction that migrates or sets up
PACE = Pace(0.25, pauses=False)
FOLDS = 4  # times that an index is begun again, because another command makes the same one


UNFINISHED = "schema_copy"
"""The table that is there from the beginning of a copy into the database to its end."""


HINTS = {
    "password": "; a password is taken from ~/.pgpass (mode 0600), PGPASSWORD or the URL in CLOSUM_DATABASE",
    "read-only": "; it is a standby, or in read-only mode (default_transaction_read_only): name one that takes writes",
}
"""What to do, by a word of what the database or its library says."""


def is_unfinished(unit: Unit) -> bool:
    """Whether a copy into the database has not come to its end."""
    return unit.one("SELECT 1 WHERE to_regclass(?) IS NOT NULL", (UNFINISHED,)) is not None


def refuse_unfinished(unit: Unit, name: str) -> None:
    if is_unfinished(unit):
        raise Refusal(
            f"{name} holds an unfinished copy: run 'closum database copy' again, or wait for its end"
        )


_INDEXES_OF_TERMS = f"""
SELECT CAST(CAST(indexrelid AS regclass) AS TEXT) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
JOIN pg_am ON pg_am.oid = relam AND amname = 'gin'
WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relname ~ '{INDEX}_terms%s$'
"""
_LEFT_HALF_MADE = "_cc(new|old)[0-9]*"
"""How an index is called that REINDEX CONCURRENTLY leaves when it is interrupted: the new one, or the old one."""

# In this order, so that another server that makes the tables at this moment is not taken for a stranger.
_STRANGE = """
SELECT 1 WHERE CASE WHEN EXISTS (SELECT 1 FROM unnest(string_to_array(?, ',')) AS ours (name) WHERE to_regclass(name) IS NOT NULL)
THEN to_regclass('schema_version') IS NULL END
"""


class PostgresSession(Session):
    """`create` makes the tables, in a database that has to be there.

    `accept(unit, name)` raises Refusal for a database that is not to be used as it is. `rules` are needed where a migration
    has derived columns made again.
    """

    elsewhere = (
        "PostgreSQL's write-ahead log (pg_wal), its archive, standbys and replicas",
        "base backups and dumps",
        "backups and exports that were taken to other places",
        "snapshots of the disk",
        "logs of PostgreSQL and of proxies, and what clients have read and kept",
    )

    def __init__(
        self,
        url: str,
        *,
        create: bool = False,
        clock: Clock = time.time,
        accept: Callable[[Unit, str], None] = refuse_unfinished,
        rules: Rules | None = None,
    ) -> None:
        self.name, self._clock, self._accept = shown_url(url), clock, accept
        with refusing(self.name):
            self.connection = _connect(url, self.name)
        try:
            self._check()
            with refusing(self.name):
                refuse_pooler_that_shares(self.connection, url, self.name)
                accept(self._unit(), self.name)
            self._migrate(create, rules)
        except BaseException:
            self.connection.close()
            raise

    def _check(self) -> None:
        version = self.connection.info.server_version // 10_000
        if version < OLDEST:
            raise Refusal(f"{self.name} is PostgreSQL {version}: closum needs {OLDEST} or newer")
        encoding = self.connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise Refusal(f"{self.name} has the encoding {encoding}: make it with ENCODING 'UTF8'")

    def _migrate(self, create: bool, rules: Rules | None) -> None:
        with refusing(self.name):
            unit = self._unit()
            todo = migrate.pending(unit, self.name)
            if todo and todo[0].version == 1:
                self._refuse_strange(unit, create)
            if not todo and not migrate.is_unfinished(unit):
                return
        with self.exclusive():
            for migration in todo:
                with self.setup() as changing:
                    migrate.apply(changing, migration, self.name)
            migrate.finish(self, rules)
        if todo and todo[0].version == 1:
            self.made = self.name

    @contextlib.contextmanager
    def exclusive(self, doing: str = "command") -> Iterator[None]:
        """Longer than one transaction: nobody else migrates or sets up meanwhile."""
        with refusing(self.name):
            self.connection.execute("SELECT pg_advisory_lock(%s)", (SETUP_LOCK,))
        try:
            yield
        finally:
            if not self.connection.closed:
                with refusing(self.name):
                    self.connection.execute("SELECT pg_advisory_unlock(%s)", (SETUP_LOCK,))

    def _refuse_strange(self, unit: Unit, create: bool) -> None:
        if not create:
            raise Refusal(
                f"{self.name} has no tables of closum yet: make them with 'closum user add' or 'closum serve'"
            )
        if unit.one(_STRANGE, (",".join(migrate.tables("postgres")),)):
            raise Refusal(f"{self.name} has tables of another program: give closum a database of its own")

    def _unit(self) -> PostgresUnit:
        return PostgresUnit(self.connection, int(self._clock()))

    def close(self) -> None:
        self.connection.close()

    @contextlib.contextmanager
    def write(self, account_id: int | None = None) -> Iterator[Unit]:
        first = first_of_command(account_id)
        with refusing(self.name), transaction(self.connection, int(self._clock()), first) as unit:
            yield unit.of(account_id or 0, self.by)

    @contextlib.contextmanager
    def setup(self) -> Iterator[Unit]:
        lock = f"SELECT pg_advisory_xact_lock({SETUP_LOCK})"
        with refusing(self.name), transaction(self.connection, int(self._clock()), lock) as unit:
            self._accept(unit, self.name)
            yield unit.of(0, self.by)

    @contextlib.contextmanager
    def stream(self) -> Iterator[Stream]:
        with refusing(self.name), snapshot(self.connection, int(self._clock())) as unit:
            yield unit

    def read(self) -> AbstractContextManager[Unit]:
        return self.stream()

    def pace(self) -> Pace:
        """Who writes to the same account waits for the end of the transaction; others do not."""
        return PACE

    def limit_memory(self, megabytes: int) -> None:
        """It uses memory of its own processes."""

    def settle(self) -> None:
        """Its index leaves little for later, and the database sees to that."""

    def fold(self) -> None:
        """An index of terms keeps every word that it ever had, until it is made again, beside requests and slowly; one that
        an interrupted command left half made goes. The log is the database's own affair."""
        with refusing(self.name):
            for _ in range(FOLDS):
                with contextlib.suppress(DeadlockDetected):
                    self._fold()
                    return
            self._fold()

    def _fold(self) -> None:
        """Raises DeadlockDetected where another command is making the same index."""
        for name in self._indexes_of_terms(_LEFT_HALF_MADE):
            self.connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        for name in self._indexes_of_terms(""):
            self.connection.execute(f"REINDEX INDEX CONCURRENTLY {name}")

    def _indexes_of_terms(self, ending: str) -> list[str]:
        return [row[0] for row in self.connection.execute(_INDEXES_OF_TERMS % ending).fetchall()]

    def key(self) -> bytes:
        with self.setup() as unit:
            key = self.stored_key(unit)
            if key is None:
                key = made()
                self.store_key(unit, key)
        return checked(key, f"the key in {self.name}")

    def stored_key(self, unit: Unit) -> bytes | None:
        text = identity.signing_key(unit)
        return None if text is None else text.encode()

    def store_key(self, unit: Unit, key: bytes) -> None:
        identity.set_signing_key(unit, key.decode())

    def backup(self, file: Path, *, overwrite: bool = False, progress: Progress = no_progress) -> None:
        refuse_backup(self.name, file)

    def compact(self, tables: Iterable[str]) -> None:
        """Requests wait meanwhile, or are answered 503."""
        with refusing(self.name):
            for table in tables:
                self.connection.execute(f"VACUUM FULL {table}")


def refuse_backup(name: str, file: Path) -> NoReturn:
    """Refusal with the command that does it here."""
    refuse_for(f"--from {name} --to sqlite:///{file.absolute()}")


def refuse_for(how: str) -> NoReturn:
    raise Refusal(f"This is for SQLite; with PostgreSQL: closum database copy {how}")


def _connect(url: str, name: str) -> PreparedConnection:
    try:
        return connect(url, deadline=0)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        if re.search(r'database "[^"]*" does not exist', reason):  # there is no code of it here
            raise Refusal(f"{name} does not exist: make it with 'createdb', encoding UTF8") from None
        hint = next((hint for word, hint in HINTS.items() if word in reason), "")
        raise Refusal(f"{name} cannot be reached: {reason}{hint}") from None
    except psycopg.ProgrammingError as error:
        raise Refusal(f"'{name}' is not the URL of a database: {error}") from None
