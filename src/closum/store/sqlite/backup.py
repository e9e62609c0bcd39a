"""Copies of a database that is in use, made through SQLite's backup interface and checked afterwards.

A copied file is not a backup: what the write-ahead log holds would be missing.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import apsw

from closum.errors import Refusal
from closum.store.place import beside
from closum.store.sqlite.connection import connect, fold_wal, interruptible, refusing

PAGES = 2_000
Progress = Callable[[int, int], None]
"""Called with pages done and pages in all."""


def copy(
    source: Path,
    target: Path,
    *,
    overwrite: bool = False,
    read_only: bool = False,
    progress: Progress | None = None,
) -> None:
    """A sound copy of `source` as it is at one moment, opened and checked before it gets its name.

    `read_only` is for a source that nobody writes to, a backup.

    Raises Refusal, and leaves what stood at `target` as it was, when that cannot be done.
    """
    if target.exists() and not overwrite:
        raise Refusal(f"{target} exists: name another file, or add --overwrite")
    if source.resolve() == target.resolve():
        raise Refusal(f"{target} is the database itself: name another file")
    if not target.parent.is_dir():
        raise Refusal(f"The folder {target.parent} does not exist: make it first")
    partial = beside(target, ".partial")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with contextlib.closing(connect(source, read_only=read_only)) as reading:
            _copy(reading, partial, progress or (lambda done, pages: None))
        verify(partial)
        put_in_place(partial, target)
    except OSError as error:
        raise Refusal(f"{target} cannot be written: {error.strerror}") from None
    finally:
        remove(partial)


def restore(source: Path, target: Path, *, overwrite: bool = False, progress: Progress | None = None) -> None:
    """Put a checked copy of `source` in the place of a database that nobody has open."""
    if target.exists() and not overwrite:
        raise Refusal(f"{target} exists: add --overwrite to replace it")
    fresh = beside(target, ".restoring")
    try:
        copy(source, fresh, overwrite=True, read_only=True, progress=progress)
        _fold(target)
        for suffix in ("-wal", "-shm", "-journal"):  # of the database that goes
            beside(target, suffix).unlink(missing_ok=True)
        fresh.replace(target)
        _sync(target.parent)
    finally:
        remove(fresh)


def _fold(path: Path) -> None:
    """Until the moment in which it is replaced, the database is whole without its log."""
    with contextlib.suppress(Refusal), contextlib.closing(connect(path)) as connection:
        fold_wal(connection)


def verify(path: Path) -> None:
    """Open a copy and check it. Raises Refusal when it is not sound."""
    with (
        refusing(path),
        contextlib.closing(apsw.Connection(str(path), apsw.SQLITE_OPEN_READONLY)) as connection,
    ):
        interruptible(connection)
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        if faults != ["ok"] or connection.execute("PRAGMA foreign_key_check").fetchall():
            raise Refusal(f"{path} is damaged: {'; '.join(faults)}")


def put_in_place(partial: Path, target: Path) -> None:
    """Give a whole file its name, so that a failure of power leaves either nothing there or all of it."""
    _sync(partial)
    partial.replace(target)
    _sync(target.parent)


def remove(path: Path) -> None:
    """Remove a database file with what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        beside(path, suffix).unlink(missing_ok=True)


def _copy(reading: apsw.Connection, target: Path, progress: Progress) -> None:
    with refusing(target), contextlib.closing(apsw.Connection(str(target))) as writing:
        reading.execute("BEGIN")
        reading.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()  # pins the moment
        with writing.backup("main", reading, "main") as backup:
            while not backup.done:
                backup.step(PAGES)
                progress(backup.page_count - backup.remaining, backup.page_count)
        reading.execute("COMMIT")
        writing.pragma("journal_mode", "delete")  # one file, with no log beside it


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
