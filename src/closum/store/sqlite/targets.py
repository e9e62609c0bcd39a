"""Which files a command may write: new ones, and regular files that are no part of any database, running or not.

All of it is decided before anything is made, and nothing but a regular file is opened for it.
"""

import os
import stat
from pathlib import Path

from closum.errors import Refusal
from closum.store.place import LOGS, OTHER, beside, real_path, refuse_hard_links, refuse_side_file
from closum.store.sqlite.connection import APPLICATION_ID
from closum.store.sqlite.lock import refuse_held

MAGIC = b"SQLite format 3\0"
WAL = 2  # in the file's header


def writable(target: Path, *, overwrite: bool = False, hint: str = f"{OTHER}, or add --overwrite") -> Path:
    """The file that a copy of a database may be written to, links followed. Raises Refusal.

    `hint` follows where there is a file that is not to be replaced.
    """
    target = real_path(target)
    refuse_side_file(target)
    if _is_there(target):
        _check_writable(target, overwrite, hint)
    elif not target.parent.is_dir():
        raise Refusal(f"The folder {target.parent} does not exist: make it first")
    _refuse_logs(target)
    if _is_there(target):
        _refuse_database(target)
    return target


def writable_key(key: Path, copy: Path, *, overwrite: bool) -> None:
    """Refusal where the key that goes with a copy cannot be written beside it."""
    if not _is_there(key):
        return
    _check_writable(
        copy if copy.exists() and not overwrite else key, overwrite, f"{OTHER}, or add --overwrite"
    )
    if not copy.exists():
        raise Refusal(f"{key} is the key of a database that is not there: {OTHER}, or move it away")
    if _head(key).startswith(MAGIC):
        raise Refusal(f"{key} is a database: {OTHER}")


def replaceable(path: Path, overwrite: bool) -> Path:
    """Where a restore may put a database, in place of another one or of none. Raises Refusal."""
    path = real_path(path)
    refuse_side_file(path)
    if _is_there(path):
        _check_writable(path, overwrite, "add --overwrite to replace it")
        if not any(
            beside(path, suffix).exists() for suffix in LOGS
        ):  # else what the file begins with may be in the log
            _refuse_anothers(path, _head(path))
    return path


def _is_there(path: Path) -> bool:
    """Whether anything has this name. Raises Refusal where nobody can tell."""
    return _status(path) is not None


def has_log(path: Path) -> bool:
    """Whether a database is written through a write-ahead log, as every one is that was in use; a backup is not."""
    return _head(path)[18:19] == bytes([WAL])


def _check_writable(path: Path, overwrite: bool, hint: str) -> None:
    status = _status(path)
    if status and not stat.S_ISREG(status.st_mode):
        raise Refusal(f"{path} is {_kind(status.st_mode)}: name a regular file")
    if not overwrite:
        raise Refusal(f"{path} exists: {hint}")
    if status:
        refuse_hard_links(path, status)


def _refuse_database(path: Path) -> None:
    """A database that was in use has a lock beside it or is written through a log; a backup neither."""
    head = _head(path)
    _refuse_anothers(path, head)
    if beside(path, ".lock").exists() or (head.startswith(MAGIC) and has_log(path)):
        raise Refusal(f"{path} is a database, not a backup: {OTHER}; 'closum restore' replaces a database")


def _refuse_anothers(path: Path, head: bytes) -> None:
    owner = int.from_bytes(head[68:72], "big")
    if head.startswith(MAGIC) and owner != APPLICATION_ID:
        raise Refusal(f"{path} is the database of another program: {OTHER}")


def _refuse_logs(path: Path) -> None:
    for suffix in LOGS:
        if (log := beside(path, suffix)).exists():
            raise Refusal(f"{log} is part of a database: {OTHER}, or move that away")
    refuse_held(path)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Refusal(f"{path} cannot be reached: {error.strerror}") from None


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "a pipe or a socket"


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(100)
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}") from None
