"""Where a database is, by its URL: `sqlite:///relative.db`, `sqlite:////absolute.db`."""

from pathlib import Path

from closum.errors import Refusal

SCHEME = "sqlite:///"


def path_of(url: str) -> Path:
    """The file of a SQLite URL. Raises Refusal for any other."""
    name = url.removeprefix(SCHEME)
    if not url.startswith(SCHEME) or not name or name == ":memory:" or set(name) & set("?#"):
        raise Refusal(
            f"'{url}' is not the URL of a database: write sqlite:///closum.db for a file in this folder,"
            " sqlite:////var/lib/closum/closum.db for an absolute path"
        )
    return Path(name)


def beside(path: Path, suffix: str) -> Path:
    """A file that belongs to the database: `closum.db` and `.key` give `closum.db.key`."""
    return path.with_name(path.name + suffix)
