"""Who but its owner can read or replace a database: told, not refused, since some disks have no better modes."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from closum.store.exposed import exposed, mode, status
from closum.store.place import LOGS, beside, real_path


def exposures(database: Path) -> Iterator[str]:
    """One line for each way in, with what to do."""
    path = Path(os.path.abspath(real_path(database)))
    if line := exposed([path, *(beside(path, end) for end in LOGS)]):
        yield line
    for folder in path.parents:
        if mode(folder) & stat.S_IWOTH and not mode(folder) & stat.S_ISVTX:
            yield f"Every user of this machine can replace what is in {folder}, the database too: 'chmod o-w {folder}'"
    for file in (path.parent, path, beside(path, ".key")):
        if owner := _stranger(file):
            yield f"{file} belongs to the user {owner}, who can read and replace it: 'chown {os.geteuid()} {file}'"


def _stranger(path: Path) -> int | None:
    """The id of an owner who is neither this user nor root, who may read and replace everything anyhow."""
    found, user = status(path), os.geteuid()
    return found.st_uid if found and user != 0 and found.st_uid not in (0, user) else None
