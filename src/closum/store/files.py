"""Files that get their names only when they are whole."""

import os
from pathlib import Path


def put_in_place(partial: Path, target: Path) -> None:
    """Give a whole file its name, so that a failure of power leaves either nothing there or all of it."""
    sync(partial)
    partial.replace(target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Have what is in a file, or which names are in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
