"""SQLite through APSW: connections, units of work, and what its errors mean."""

import contextlib
import ctypes
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from closum.errors import Refusal, Unavailable
from closum.model.change import COMMAND, By
from closum.store.health import Failing
from closum.store.place import LOGS, beside
from closum.store.sqlite.faults import fault_of
from closum.store.sqlite.lost import other_place, refuse_lost
from closum.store.unit import Clock, Result, Values

APPLICATION_ID = 0x636C6F73  # "clos", in the file's header
BUSY_TIMEOUT = 5_000  # milliseconds
STEPS_PER_CHECK = 1_000  # of a read on the event loop
STEPS_PER_LONG_CHECK = 20_000  # in a thread, which has to wait for the interpreter each time
STEPS_PER_LOOK = 1_000_000
LITTLE = 64 * 1024  # bytes: less than what opening a file takes
CHECKED_BYTES = 16 * 1024 * 1024


class Damaged(Refusal):
    """A file is no whole database."""


class Interrupted(Exception):
    """A read took longer than its deadline."""


class SQLiteUnit:
    """A unit of work on one connection, which belongs to the thread that opened it."""

    __slots__ = ("_execute", "account_id", "by", "connection", "now")
    engine = "sqlite"

    def __init__(self, connection: apsw.Connection, now: int, account_id: int = 0, by: By = COMMAND) -> None:
        self.connection, self.now = connection, now
        self.account_id, self.by = account_id, by
        self._execute = connection.execute

    def of(self, account_id: int, by: By | None = None) -> "SQLiteUnit":
        return SQLiteUnit(self.connection, self.now, account_id, by or self.by)

    @property
    def is_open(self) -> bool:
        """Whether the transaction goes on, after an error too."""
        return self.connection.in_transaction

    def all(self, sql: str, values: Values = ()) -> list[Result]:
        return self._execute(sql, values).fetchall()

    def all_of(self, statements: Sequence[tuple[str, Values]]) -> list[list[Result]]:
        return [self.all(sql, values) for sql, values in statements]

    def one(self, sql: str, values: Values = ()) -> Result | None:
        rows = self._execute(sql, values).fetchall()
        return rows[0] if rows else None

    def each(self, sql: str, values: Values, take: Callable[[Result], object]) -> None:
        with contextlib.closing(self._execute(sql, values)) as cursor:  # else it would keep its moment
            for row in cursor:
                take(row)

    def run(self, sql: str, values: Values = ()) -> int:
        self._execute(sql, values)
        return self.connection.changes()

    def ahead(self, sql: str) -> None:
        """Execute a statement: there is no way on which it could be sent with the next one."""
        self._execute(sql)

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        self.connection.executemany(sql, rows)

    def run_each(self, statements: Iterable[tuple[str, Values]]) -> int:
        before = self.connection.total_changes()
        for sql, values in statements:
            self._execute(sql, values)
        return self.connection.total_changes() - before


def connect(
    path: Path,
    *,
    create: bool = False,
    checkpoints: int = 0,
    checked: bool = False,
    read_only: bool = False,
) -> apsw.Connection:
    """A connection with the pragmas that every one has.

    `checkpoints` is for the one connection of a process that folds the WAL into the file, at so many pages; `checked` looks
    for damaged pages first; `read_only` is for backups, which stay as they are.
    Raises Refusal where the file is missing, no database, damaged or another program's.
    """
    refuse_strange_file(path, create, read_only)
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
    with refusing(path), contextlib.ExitStack() as undo:
        if not path.exists():
            _make(path)
            undo.callback(unmake, path)
        connection = apsw.Connection(str(path), flags=flags, statementcachesize=256)
        undo.callback(connection.close)
        connection.set_busy_timeout(BUSY_TIMEOUT)
        _check_owner(connection, path)
        if checked:
            _check_pages(connection, path)
        _set(connection, checkpoints)
        undo.pop_all()
    return connection


def _set(connection: apsw.Connection, checkpoints: int) -> None:
    if checkpoints:  # kept in the file; a backup that is read stays as it is
        connection.pragma("journal_mode", "wal")
    for pragma, value in (("synchronous", "full"), ("foreign_keys", True), ("trusted_schema", False)):
        connection.pragma(pragma, value)
    # Without it a prepared statement is planned again each time that a value in it changes, which takes longer than it.
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    connection.pragma("secure_delete", True)  # an erased person is not to be found in free pages
    connection.pragma("cache_size", -16_000)
    connection.wal_autocheckpoint(checkpoints)


def _make(path: Path) -> None:
    """An empty file that only its owner can read; SQLite gives what it puts beside it the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise Refusal(f"{path} cannot be made: {error.strerror}") from None


def unmake(path: Path) -> None:
    """Remove a new file if it is still empty: it would be taken for what is left of a database."""
    if path.exists() and path.stat().st_size == 0:
        for suffix in ("", *LOGS):
            beside(path, suffix).unlink(missing_ok=True)


def refuse_strange_file(path: Path, create: bool = False, read_only: bool = False) -> None:
    """Refusal for a path that holds no database, told by its look alone."""
    try:
        _refuse_strange_file(path, create, os.R_OK if read_only else os.R_OK | os.W_OK)
    except OSError as error:
        raise Refusal(f"{path} cannot be reached: {error.strerror}") from None


def _refuse_strange_file(path: Path, create: bool, access: int) -> None:
    if path.is_dir():
        raise Refusal(f"{path} is a folder: name a file in it")
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        raise Refusal(f"{path} is not a regular file, so it is not a database: name another")
    if not path.exists():
        if not create:
            refuse_lost(path)
            raise Refusal(
                f"There is no database at {path}: {other_place(path)}, or make one with 'closum serve'"
            )
        if not path.parent.is_dir():
            raise Refusal(f"The folder {path.parent} does not exist: make it first")
    elif path.stat().st_size == 0:
        raise Damaged(
            f"{path} is empty, so it is not a database: restore a backup, or remove it to start with a new one"
        )
    elif not os.access(path, access):
        raise Refusal(f"{path} may not be read and written by this user: change its owner or mode")


def _check_owner(connection: apsw.Connection, path: Path) -> None:
    tables = connection.execute("SELECT COUNT(*) FROM sqlite_schema").get
    if tables and connection.pragma("application_id") != APPLICATION_ID:
        raise Refusal(f"{path} is the database of another program: name another file")


def _check_pages(connection: apsw.Connection, path: Path) -> None:
    """SQLite itself notices a damaged page only when it comes to it. A large file would take too long."""
    if path.stat().st_size <= CHECKED_BYTES and connection.pragma("quick_check", 1) != "ok":
        raise apsw.CorruptError


@contextlib.contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Errors of the database, as one line for a command."""
    try:
        yield
    except apsw.NotADBError:
        raise Damaged(f"{path} is not a database: restore a backup, or name another file") from None
    except apsw.CorruptError:
        raise Damaged(f"{path} is damaged: restore a backup with 'closum restore'") from None
    except (apsw.BusyError, apsw.LockedError):
        raise Refusal(f"{path} is locked by another program: try again when it has finished") from None
    except apsw.Error as error:
        if isinstance(error, apsw.FullError) or (isinstance(error, apsw.IOError) and _is_full(path.parent)):
            raise Refusal(
                f"There is no space left on the disk of {path}: free some space and try again;"
                " nothing of the last step was stored"
            ) from None
        raise Refusal(f"{path} cannot be used: {error}") from None


def _is_full(folder: Path) -> bool:
    """SQLite calls it an I/O error where its shared memory finds no space."""
    return shutil.disk_usage(folder).free < LITTLE


def unavailable(error: apsw.Error, connection: apsw.Connection) -> Unavailable | None:
    """The answer to a fault of disk or lock, on the connection where it came up; None for one that is our own."""
    if isinstance(error, apsw.InterruptError):
        return Unavailable()
    fault = fault_of(error, connection.system_errno)
    return Failing(fault, f"{connection.filename}: {error}") if fault else None


class Reader:
    """Reads on a connection of its own, each under a deadline.

    With `at_the_end`, reads share a transaction until what they hand to it is called; else each has its own.
    """

    def __init__(
        self, path: Path, clock: Clock, at_the_end: Callable[[Callable[[], object]], object] | None = None
    ) -> None:
        self.clock = clock
        self._at_the_end = at_the_end
        self.connection = connect(path)
        self.connection.pragma("query_only", True)
        self._unit = SQLiteUnit(self.connection, 0)
        self._deadline = 0.0
        steps = STEPS_PER_LONG_CHECK if at_the_end is None else STEPS_PER_CHECK
        self.connection.set_progress_handler(self._check, steps)

    def run(
        self, function: Callable[..., Any], args: tuple[Any, ...], account_id: int, seconds: float
    ) -> Any:
        """`function(unit, *args)` of an account. Raises Interrupted when it takes longer than `seconds`."""
        self._deadline = time.monotonic() + seconds
        if self._at_the_end is not None and not self.connection.in_transaction:
            self.connection.execute("BEGIN")
            self._at_the_end(self._end)
        self._unit.now, self._unit.account_id = int(self.clock()), account_id
        try:
            return function(self._unit, *args)
        except apsw.InterruptError:
            raise Interrupted from None

    def _end(self) -> None:
        try:
            if self.connection.in_transaction:
                self.connection.execute("END")
        except apsw.Error:  # as after a read of a damaged page
            with contextlib.suppress(apsw.Error):
                self.connection.execute("ROLLBACK")

    def _check(self) -> bool:
        return time.monotonic() > self._deadline

    def close(self) -> None:
        self.connection.close()


def interruptible(connection: apsw.Connection) -> None:
    """Let Python look now and then, in the middle of a long statement, whether it is interrupted."""
    connection.set_progress_handler(lambda: False, STEPS_PER_LOOK)


@contextlib.contextmanager
def transaction(connection: apsw.Connection, now: int) -> Iterator[SQLiteUnit]:
    """One writing transaction; nothing is stored when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield SQLiteUnit(connection, now)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def has_moved(connection: apsw.Connection) -> bool:
    """Whether another file has taken the place of the one that is open."""
    moved = ctypes.c_int(0)
    connection.file_control("main", apsw.SQLITE_FCNTL_HAS_MOVED, ctypes.addressof(moved))
    return bool(moved.value)


def fold_wal(connection: apsw.Connection) -> bool:
    """Fold the write-ahead log into the file and empty it; False when readers do not let us."""
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except (apsw.BusyError, apsw.LockedError):
        return False
    return True
