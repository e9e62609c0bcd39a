"""A SQLite file, in place of the database of either engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.store.sqlite.session import SQLiteSession
from tests.support.engine import filled_file


@pytest.fixture
def session(tmp_path: Path) -> Iterator[SQLiteSession]:
    """A new file with its cities, as a command opens it."""
    filled_file(tmp_path)
    with SQLiteSession(tmp_path / "closum.db") as session:
        yield session


@pytest.fixture
def url(session: SQLiteSession) -> str:
    return f"sqlite:///{session.path}"
