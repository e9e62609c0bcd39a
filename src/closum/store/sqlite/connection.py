"""SQLite through APSW: connections, and what its errors mean."""

import contextlib
import ctypes
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from closum.errors import Refusal, Unavailable
from closum.model.text import sort_key
from closum.store.health import Failing
from closum.store.place import LOGS, beside
from closum.store.sqlite.faults import BUSY_TIMEOUT, fault_of
from closum.store.sqlite.lost import other_place, refuse_lost

APPLICATION_ID = 0x636C6F73  # "clos", in the file's header
STEPS_PER_LOOK = 1_000_000
LITTLE = 64 * 1024  # bytes: less than what opening a file takes
CHECKED_BYTES = 16 * 1024 * 1024


class Damaged(Refusal):
    """A file is no whole database."""


def connect(
    path: Path,
    *,
    create: bool = False,
    checkpoints: int = 0,
    checked: bool = False,
    read_only: bool = False,
    mutex: bool = True,
) -> apsw.Connection:
    """A connection with the pragmas that every one has.

    `checkpoints` is for the one connection of a process that folds the WAL into the file, at so many pages; `checked` looks
    for damaged pages first; `read_only` is for backups, which stay as they are. Without `mutex` SQLite and APSW do not look
    whether two threads use the connection at once, which takes a sixth of a page's time.
    Raises Refusal where the file is missing, no database, damaged or another program's.
    """
    refuse_strange_file(path, create, read_only)
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
    if not mutex:
        flags |= apsw.SQLITE_OPEN_NOMUTEX
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
    connection.create_scalar_function("sort_key", _sort_key, 1, deterministic=True)


def _sort_key(*values: Any) -> str | None:
    """Of the one text that it is called with."""
    return sort_key(values[0])


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


def interruptible(connection: apsw.Connection) -> None:
    """Let Python look now and then, in the middle of a long statement, whether it is interrupted."""
    connection.set_progress_handler(lambda: False, STEPS_PER_LOOK)


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
