"""A backup in the place of a database, which is kept.

Killed at any moment, it leaves the one or the other there, and never the log of one beside the other.
"""

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw

from closum.errors import Refusal
from closum.store.place import LOGS, beside, numbered, put_in_place, real_path, sync
from closum.store.progress import Report
from closum.store.sqlite.backup import (
    copy_checked,
    copy_from,
    remove,
    writing,
)
from closum.store.sqlite.connection import Damaged, connect, refusing
from closum.store.sqlite.targets import replaceable

RAW = ("-wal", "-journal", ".key", "")
"""What is kept of a database that cannot be opened; the file last, so that what has it is complete."""


def restore(
    source: Path,
    target: Path,
    *,
    overwrite: bool = False,
    report: Report | None = None,
    prepare: Callable[[Path, Path | None], None] = lambda fresh, kept: None,
    stamp: str = "earlier",
) -> Path | None:
    """Put a checked copy of `source` in the place of a database that no server has open.

    What was there is kept under the name returned, the target's with `.replaced-` and `stamp`, and its key with it; None
    where nothing was there. `prepare(fresh, kept)` may change the copy before it gets its place; nobody else writes to what
    it replaces from the moment of `kept` on, which may be damaged.
    Raises Refusal, and leaves what was at `target` as it was, when that cannot be done.
    """
    source, target = real_path(source), replaceable(target, overwrite)
    fresh = beside(target, ".restoring")
    with writing(target):
        try:
            remove(fresh)
            copy_checked(source, fresh, read_only=True, report=report)
            with_key = target.exists() or _goes(beside(target, ".key"), beside(source, ".key"))
            return _exchange(fresh, target, beside(target, f".replaced-{stamp}"), with_key, prepare)
        finally:
            remove(fresh)


def _goes(key: Path, new: Path) -> bool:
    """Whether a key file has another one in its place afterwards."""
    return key.exists() and new.exists() and key.read_bytes().strip() != new.read_bytes().strip()


def _close(fresh: Path) -> None:
    """One whole file, in the mode of a database in use."""
    with refusing(fresh), contextlib.closing(connect(fresh)) as connection:
        connection.pragma("journal_mode", "delete")
        connection.pragma("journal_mode", "wal")
    if beside(fresh, "-wal").exists():
        raise Refusal(f"{fresh} is in use by another program: try again when it has finished")


def _exchange(
    fresh: Path, target: Path, kept: Path, with_key: bool, prepare: Callable[[Path, Path | None], None]
) -> Path | None:
    name = next(name for name in numbered(kept) if not any(beside(name, end).exists() for end in RAW))
    with contextlib.ExitStack() as held:
        is_folded, last = _keep(held, target, name, with_key)
        try:
            prepare(fresh, last)
            _close(fresh)
        except BaseException:
            _remove_kept(name)
            raise
        if is_folded:
            beside(target, "-journal").unlink(missing_ok=True)  # an empty one of the connection
        elif any(beside(target, suffix).exists() for suffix in LOGS):
            remove(target)  # the file first: without its log it would be another one
        put_in_place(fresh, target)
    return last


def _keep(held: contextlib.ExitStack, target: Path, name: Path, with_key: bool) -> tuple[bool, Path | None]:
    """Whether the database is whole without a log, and nobody else's until `held` ends; and the last file that was kept."""
    try:
        if target.exists():
            try:
                _keep_folded(held.enter_context(_alone(target)), target, name)
                return True, name
            except Damaged:
                held.close()
        return False, _keep_raw(target, name, with_key)
    except BaseException:
        _remove_kept(name)
        raise


def _remove_kept(name: Path) -> None:
    for suffix in RAW:
        beside(name, suffix).unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[apsw.Connection]:
    """A connection beside which there is no other, with the log folded into the file. Raises Damaged."""
    _refuse_damaged(path)
    with contextlib.closing(connect(path)) as connection:
        _exclude_others(connection, path)
        yield connection


def _refuse_damaged(path: Path) -> None:
    """By a look that changes nothing: what is damaged is kept as it is."""
    try:
        connect(path, checked=True, read_only=True).close()
    except Damaged:
        raise
    except Refusal:
        pass  # as of a journal that is still to be rolled back: a writer sees to it


def _exclude_others(connection: apsw.Connection, path: Path) -> None:
    try:
        connection.pragma("locking_mode", "exclusive")
        connection.execute("BEGIN EXCLUSIVE")  # from here on until it is closed
        connection.execute("COMMIT")
    except (apsw.BusyError, apsw.LockedError):
        raise Refusal(f"{path} is in use by another command: wait for its end") from None
    with refusing(path):
        connection.pragma("journal_mode", "delete")


def _keep_folded(connection: apsw.Connection, target: Path, name: Path) -> None:
    partial = beside(target, ".restoring.partial")
    try:
        remove(partial)
        copy_from(connection, partial)
        if beside(target, ".key").exists():
            _duplicate(beside(target, ".key"), beside(name, ".key"))
        put_in_place(partial, name)
    finally:
        remove(partial)


def _keep_raw(target: Path, name: Path, with_key: bool) -> Path | None:
    """The last of the files that were kept. An empty log has nothing to keep."""
    last = None
    for suffix in RAW:
        file = beside(target, suffix)
        if (
            not file.exists()
            or (suffix in LOGS and file.stat().st_size == 0)
            or (suffix == ".key" and not with_key)
        ):
            continue
        last = beside(name, suffix)
        _duplicate(file, last)
    return last


def _duplicate(source: Path, target: Path) -> None:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    shutil.copyfile(source, target)
    sync(target)
