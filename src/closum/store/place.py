"""Where a database is, by its URL.

`sqlite:///relative.db`, `sqlite:////absolute.db`, `postgresql://user:password@host:port/database`.
"""

from pathlib import Path

from closum.errors import Refusal
from closum.settings import is_postgres_url, shown_url

SCHEME = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")


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
    """The file of a SQLite URL. Raises Refusal for any other."""
    name = url.removeprefix(SCHEME)
    if is_postgres(url):
        raise Refusal(f"{shown_url(url)} is not a SQLite file: this is for sqlite:///… alone")
    if not url.startswith(SCHEME) or not name or name == ":memory:" or set(name) & set("?#"):
        raise Refusal(
            f"{_named(url)} is not the URL of a database: write sqlite:///closum.db for a file in this folder,"
            " sqlite:////var/lib/closum/closum.db for an absolute path, or postgresql://user@host/database"
        )
    return Path(name)


def _named(url: str) -> str:
    shown = shown_url(url)
    return f"'{shown}'" if shown == url else "That"


def beside(path: Path, suffix: str) -> Path:
    """A file that belongs to the database: `closum.db` and `.key` give `closum.db.key`."""
    return path.with_name(path.name + suffix)
