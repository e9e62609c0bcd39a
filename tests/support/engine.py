"""The two databases: which one a test runs on, and where the database of a folder is."""

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from closum.operations import cities
from closum.store.opening import open_session
from closum.store.session import Session
from tests.support import postgres


@dataclass
class Engine:
    """`place(folder)` gives the URL of a database that has no tables yet, `copy` that of one with closum's tables and
    cities; `urls` are those given out.
    """

    name: str
    place: Callable[[Path], str]
    copy: Callable[[Path], str]
    urls: dict[Path, str] = field(default_factory=dict)

    def url(self, folder: Path) -> str:
        """The URL of the folder's database; always the same for one folder."""
        if folder not in self.urls:
            self.urls[folder] = self.place(folder)
        return self.urls[folder]

    def forget(self, folder: Path) -> None:
        """Drop the databases of a folder and of those in it."""
        for one in [one for one in self.urls if one.is_relative_to(folder)]:
            url = self.urls.pop(one)
            if self.name == "postgres":
                postgres.drop_database(url)

    def fill(self, folder: Path) -> str:
        """The URL of the folder's database, with closum's tables and cities."""
        if folder in self.urls:
            with open_session(self.url(folder), create=True) as session, session.setup() as unit:
                cities.seed(unit)
        else:
            self.urls[folder] = self.copy(folder)
        return self.url(folder)


FILE = "closum.db"


@functools.cache
def template() -> bytes:
    """A file with closum's tables and cities, that others are copied from."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        with open_session(f"sqlite:///{path}", create=True) as session, session.setup() as unit:
            cities.seed(unit)
        return path.read_bytes()


def filled_file(folder: Path) -> str:
    """URL of a new file with closum's tables and cities."""
    path = folder / FILE
    path.touch(0o600, exist_ok=False)
    path.write_bytes(template())
    return f"sqlite:///{path}"


SQLITE = Engine("sqlite", lambda folder: f"sqlite:///{folder / FILE}", filled_file)
POSTGRES = Engine(
    "postgres", lambda folder: postgres.new_database(), lambda folder: postgres.filled_database()
)
ENGINES = {engine.name: engine for engine in (SQLITE, POSTGRES)}

ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what is about a file, or the same on both."""

current = SQLITE
"""That of the running test."""


def session_of(folder: Path, **options: Any) -> Session:
    """The database of a folder, as a command opens it."""
    return open_session(current.url(folder), **options)
