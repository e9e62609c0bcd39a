"""Where a database is, by its URL; the names of the files beside one of SQLite, which they get only when they are whole.

`sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user:password@host:port/database`.
"""

import contextlib
import itertools
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from closum.errors import Refusal
from closum.settings import is_postgres_url, shown_url

SCHEME = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
OTHER = "name another file"
LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database: committed records may be in the first and the last."""

_SIDE = re.compile(
    r".+(-wal|-shm|-journal|\.key|\.setup|\.lock|\.backups|\.files|\.partial|\.restoring|\.before-\d+(-\d+)?|\.(replaced|saved)-\w+(-\d+)?)",
    re.IGNORECASE | re.DOTALL,
)


def is_postgres(url: str) -> bool:
    """Raises Refusal for a URL that libpq would misread: it would name a part of the password as a host, and say so."""
    if not url.startswith(POSTGRES):
        return False
    if not is_postgres_url(url):
        raise Refusal(
            "That is not the URL of a database: write postgresql://user:password@host:port/database. In user and password"
            " percent-encode everything but letters, digits, '-', '.', '_' and '~': '@' is %40, '/' is %2F, '%' is %25"
        )
    return True


def path_of(url: str) -> Path:
    """The file of a SQLite URL, links followed. Raises Refusal for any other."""
    name = url.removeprefix(SCHEME)
    if is_postgres(url):
        raise Refusal(f"{shown_url(url)} is not a SQLite file: this is for sqlite:///… alone")
    if (
        not url.startswith(SCHEME)
        or not os.path.basename(name)
        or name == ":memory:"
        or set(name) & set("?#")
    ):
        raise Refusal(
            f"{_named(url)} is not the URL of a database: write sqlite:///closum.db for a file in this folder,"
            " sqlite:////var/lib/closum/closum.db for an absolute path, or postgresql://user@host/database"
        )
    return real_path(Path(name))


def real_path(path: Path) -> Path:
    """The file that a path leads to; a path without links stays as it is.

    Whatever has a name beside the file is beside this one, so that two names of a file share its lock and its key.
    Raises Refusal for a link that leads nowhere: its disk may not be mounted.
    """
    real = Path(os.path.realpath(path))
    if os.path.islink(path) and not os.path.exists(path):
        raise Refusal(
            f"{path} is a link to {real}, which is not there: name another file, or bring that one back"
        )
    return path if real == path.absolute() else real


def database_path(path: Path) -> Path:
    """`real_path` of a database. Raises Refusal for a file that has a second name: it would have a second lock and log."""
    path = real_path(path)
    with contextlib.suppress(OSError):
        refuse_hard_links(path, path.stat())
    return path


def refuse_hard_links(path: Path, status: os.stat_result) -> None:
    """Refusal for a file with more than one name."""
    if stat.S_ISREG(status.st_mode) and status.st_nlink > 1:
        raise Refusal(
            f"{path} has {status.st_nlink} names on its disk (hard links): remove all but one, or use symbolic links"
        )


def is_side_file(path: Path) -> bool:
    """Whether a name is one that a file beside a database has: `closum.db-wal`, `closum.db.key`."""
    return _SIDE.fullmatch(path.name) is not None


def refuse_side_file(path: Path) -> None:
    if is_side_file(path):
        raise Refusal(f"{path} has the name of a file that is part of a database: {OTHER}")


def numbered(path: Path) -> Iterator[Path]:
    """A name, and further ones for when it is taken: `closum.db.before-0007`, `closum.db.before-0007-2`."""
    yield path
    for number in itertools.count(2):
        yield beside(path, f"-{number}")


def _named(url: str) -> str:
    shown = shown_url(url)
    return f"'{shown}'" if shown == url else "That"


def beside(path: Path, suffix: str) -> Path:
    """A file that belongs to the database: `closum.db` and `.key` give `closum.db.key`."""
    return path.with_name(path.name + suffix)


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
