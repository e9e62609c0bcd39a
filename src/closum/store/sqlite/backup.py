"""Copies of a database that is in use, made through SQLite's backup interface and checked afterwards.

A copied file is not a backup: what the write-ahead log holds would be missing.
"""

import contextlib
import filecmp
import os
from collections.abc import Iterator
from pathlib import Path

import apsw

from closum.errors import Refusal
from closum.store.keys import key_file
from closum.store.place import LOGS, beside, database_path, numbered, put_in_place, real_path
from closum.store.progress import Progress, Report
from closum.store.sqlite import copies
from closum.store.sqlite.connection import connect, interruptible, refuse_strange_file, refusing
from closum.store.sqlite.lock import Lock, refuse_elsewhere
from closum.store.sqlite.targets import writable, writable_key

PAGES = 2_000


def copy(source: Path, target: Path, *, overwrite: bool = False, report: Report | None = None) -> None:
    """A sound copy of the database `source` as it is at one moment, opened and checked before it gets its name.

    Raises Refusal, and leaves what was at `target` as it was, when that cannot be done.
    """
    source, target = database_path(source), real_path(target)
    refuse_elsewhere(source)
    if overwrite and target.exists() and source.exists() and target.samefile(source):
        raise Refusal(f"{target} is the database itself: name another file")
    writable(target, overwrite=overwrite)
    with partial_file(target) as partial:
        writable(target, overwrite=overwrite)  # another backup may have been first
        copy_checked(source, partial, report=report)
        put_in_place(partial, target)


def back_up(source: Path, file: Path, *, overwrite: bool, progress: Progress) -> None:
    """A copy that is noted as one, beside which there is a place for the key of the database, if it has one."""
    refuse_strange_file(source)
    if key_file(source).exists():
        writable_key(key_file(real_path(file)), real_path(file), overwrite=overwrite)
    with progress("Backing up", "pages") as report:
        copy(source, file, overwrite=overwrite, report=report)
    copies.note(source, file)


def save(source: Path, suffix: str) -> Path:
    """A checked copy beside the database: `suffix` gives the name, or one with a number where that has other content."""
    place = beside(source, suffix)
    with partial_file(place) as partial:
        copy_checked(source, partial)
        for name in numbered(place):
            if not name.exists():
                put_in_place(partial, name)
                return name
            if filecmp.cmp(partial, name, shallow=False):
                return name
    raise AssertionError


@contextlib.contextmanager
def partial_file(target: Path, what: str = "backup to") -> Iterator[Path]:
    """A place beside the target for what is to get its name, for one process at a time; empty before and after.

    Raises Refusal when another process has it.
    """
    partial = beside(target, ".partial")
    with writing(target):
        lock = Lock(beside(partial, ".lock"))
        if not lock.attempt():
            lock.close()
            raise Refusal(f"Another {what} {target} is running: wait for its end, or name another file")
        try:
            remove(partial)
            yield partial
        finally:
            remove(partial)
            lock.remove()


@contextlib.contextmanager
def writing(target: Path) -> Iterator[None]:
    """Errors of the file system, as one line for a command."""
    try:
        yield
    except OSError as error:
        raise Refusal(f"{target} cannot be written: {error.strerror}") from None


def copy_checked(source: Path, place: Path, *, read_only: bool = False, report: Report | None = None) -> None:
    """`read_only` is for a source that nobody writes to, a backup."""
    with contextlib.closing(connect(source, read_only=read_only)) as reading:
        copy_from(reading, place, report)
    verify(place)


def copy_from(reading: apsw.Connection, place: Path, report: Report | None = None) -> None:
    """Everything that a connection sees at one moment, in a new file, with no log beside it."""
    os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with refusing(place), contextlib.closing(apsw.Connection(str(place))) as writing:
        reading.execute("BEGIN")
        reading.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()  # pins the moment
        with writing.backup("main", reading, "main") as backup:
            while not backup.done:
                backup.step(PAGES)
                if report:
                    report(backup.page_count - backup.remaining, backup.page_count)
        reading.execute("COMMIT")
        writing.pragma("journal_mode", "delete")


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


def remove(path: Path) -> None:
    """Remove a database file with what SQLite keeps beside it."""
    for suffix in ("", *LOGS):
        beside(path, suffix).unlink(missing_ok=True)
