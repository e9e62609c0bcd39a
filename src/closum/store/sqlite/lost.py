"""A database that has gone: no command takes its place for one where nothing was, and none makes an empty one there."""

from pathlib import Path

from closum.errors import Refusal
from closum.store.place import LOGS, beside, refuse_side_file
from closum.store.sqlite.lock import is_served, refuse_held

GONE = (
    "has gone while a server has it: stop the server, which saves what it holds unless it is killed,"
    " and says how to put that back"
)


SAVED = ".saved-"
"""What a server that stops adds to the name of its database, with the date, when the file has gone."""


def is_saved_from(path: Path, file: Path) -> bool:
    """Whether a server saved this file when the database at `path` had gone."""
    return file.name.startswith(f"{path.name}{SAVED}") and file.absolute().parent.samefile(
        path.absolute().parent
    )


def other_place(path: Path, option: str = "--database or CLOSUM_DATABASE") -> str:
    """Where a database was looked for, and how to name another one."""
    return f"looked in {path.absolute().parent}; name another with {option}"


def refuse_lost(path: Path) -> None:
    """Refusal for a place whose database has gone while its files are there, and for the name of such a file."""
    if path.exists():
        return
    refuse_side_file(path)
    left = [file.name for suffix in (".key", ".lock", *LOGS) if (file := beside(path, suffix)).exists()]
    if not is_served(path):
        if left:
            raise Refusal(_lost(path, left))
    elif left != [f"{path.name}.lock"]:  # else it is being made
        refuse_held(path, GONE)


def _lost(path: Path, left: list[str]) -> str:
    saved = max(path.parent.glob(f"{path.name}{SAVED}*"), default=None)
    what = f"what a server saved when it had gone ({saved.name}), or a backup" if saved else "a backup"
    return (
        f"There is no database at {path}, but there is {' and '.join(left)}: put it back, restore {what} with"
        " 'closum restore', or name the right place; to begin with a new one move what is left away first"
    )
