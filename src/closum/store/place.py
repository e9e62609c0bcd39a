"""Where a database is, by its URL.

`sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user:password@host:port/database`.
"""

from pathlib import Path

from closum.errors import Refusal
from closum.settings import shown_url

SCHEME = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


def is_postgres(url: str) -> bool:
    return url.startswith(POSTGRES)


def path_of(url: str) -> Path:
    """The file of a SQLite URL. Raises Refusal for any other."""
    name = url.removeprefix(SCHEME)
    if is_postgres(url):
        raise Refusal(f"{shown_url(url)} is not a SQLite file: this is for sqlite:///… alone")
    if not url.startswith(SCHEME) or not name or name == ":memory:" or set(name) & set("?#"):
        raise Refusal(
            f"'{shown_url(url)}' is not the URL of a database: write sqlite:///closum.db for a file in this folder,"
            " sqlite:////var/lib/closum/closum.db for an absolute path, or postgresql://user@host/database"
        )
    return Path(name)


def beside(path: Path, suffix: str) -> Path:
    """A file that belongs to the database: `closum.db` and `.key` give `closum.db.key`."""
    return path.with_name(path.name + suffix)
