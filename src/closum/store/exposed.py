"""Files that every user of this machine can read or change."""

import os
import shlex
import stat
from collections.abc import Iterable
from pathlib import Path

OTHERS = stat.S_IROTH | stat.S_IWOTH


def exposed(files: Iterable[Path]) -> str | None:
    """One line about those that are, with what to do; the first gives its name to all."""
    found = [file for file in files if mode(file) & OTHERS]
    if not found:
        return None
    done = "read and changed" if any(mode(file) & stat.S_IWOTH for file in found) else "read"
    return (
        f"{found[0]} can be {done} by every user of this machine: 'chmod o-rwx {shlex.join(map(str, found))}'"
    )


def mode(path: Path) -> int:
    """Of a file that is gone: 0."""
    found = status(path)
    return found.st_mode if found else 0


def status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
