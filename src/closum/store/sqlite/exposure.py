"""Who but its owner can read or replace a database: told, not refused, since some disks have no better modes."""

import os
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from closum.store.place import LOGS, beside, real_path

OTHERS = stat.S_IROTH | stat.S_IWOTH


def exposures(database: Path) -> Iterator[str]:
    """One line for each way in, with what to do."""
    path = Path(os.path.abspath(real_path(database)))
    files = [file for file in (path, *(beside(path, end) for end in LOGS)) if _mode(file) & OTHERS]
    if files:
        names = shlex.join(map(str, files))
        done = "read and changed" if any(_mode(file) & stat.S_IWOTH for file in files) else "read"
        yield f"{files[0]} can be {done} by every user of this machine: 'chmod o-rwx {names}'"
    for folder in path.parents:
        if _mode(folder) & stat.S_IWOTH and not _mode(folder) & stat.S_ISVTX:
            yield f"Every user of this machine can replace what is in {folder}, the database too: 'chmod o-w {folder}'"
    for file in (path.parent, path, beside(path, ".key")):
        if owner := _stranger(file):
            yield f"{file} belongs to the user {owner}, who can read and replace it: 'chown {os.geteuid()} {file}'"


def _stranger(path: Path) -> int | None:
    """The id of an owner who is neither this user nor root, who may read and replace everything anyhow."""
    status, user = _status(path), os.geteuid()
    return status.st_uid if status and user != 0 and status.st_uid not in (0, user) else None


def _mode(path: Path) -> int:
    status = _status(path)
    return status.st_mode if status else 0


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
