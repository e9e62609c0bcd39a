"""A SQLite file, in place of the database of either engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.operations import cities
from closum.store.sqlite.session import SQLiteSession


@pytest.fixture
def session(tmp_path: Path) -> Iterator[SQLiteSession]:
    """A new file with its cities, as a command opens it."""
    with SQLiteSession(tmp_path / "closum.db", create=True) as session:
        with session.write() as unit:
            cities.seed(unit)
        yield session


@pytest.fixture
def url(session: SQLiteSession) -> str:
    return f"sqlite:///{session.path}"
