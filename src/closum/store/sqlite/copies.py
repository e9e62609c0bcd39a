"""Copies of a database that are known of: files beside it, and backups, of which a list is kept there."""

import contextlib
import os
from pathlib import Path

from closum.store.place import beside, put_in_place, real_path

KINDS = (".before-", ".replaced-", ".saved-", ".restoring", ".partial")
NO_COPIES = (".key", ".lock")


def note(database: Path, copy: Path) -> None:
    """Add a copy to the list beside the database, without those that have gone. A list that cannot be kept is none."""
    with contextlib.suppress(OSError):
        known = dict.fromkeys([*_noted(database), Path(os.path.abspath(copy))])
        partial = beside(_list(database), ".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(os.fsencode(one) + b"\n" for one in known if one.exists())
        put_in_place(partial, _list(database))


def known(database: Path) -> list[Path]:
    """Those that are there, with their full paths."""
    folder = real_path(database).absolute().parent
    names = tuple(f"{database.name}{kind}" for kind in KINDS)
    found = [file for file in sorted(folder.iterdir()) if file.name.startswith(names)]
    found = [file for file in found if not file.name.endswith(NO_COPIES) and file.is_file()]
    return list(dict.fromkeys([*found, *(one for one in _noted(database) if one.exists())]))


def _list(database: Path) -> Path:
    return beside(real_path(database), ".backups")


def _noted(database: Path) -> list[Path]:
    try:
        lines = _list(database).read_bytes().split(b"\n")
    except OSError:
        return []
    return [Path(os.fsdecode(line)) for line in lines if line]
