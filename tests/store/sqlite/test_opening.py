"""Opening a file: sound, damaged, of another program, not to be read, or not there."""

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from closum.errors import Refusal
from closum.operations import check, demo
from closum.store import migrate
from closum.store.sqlite import backup
from closum.store.sqlite.connection import APPLICATION_ID
from closum.store.sqlite.session import SQLiteSession


@pytest.fixture
def path(session: SQLiteSession) -> Path:
    """A sound database with some leads that is not open, in one file."""
    with session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', '')")
        for step in demo.steps(0, 500, lambda: 500, lambda done, total: None):
            step(unit.of(1))
    session.connection.close()
    return session.path


def refusal(path: Path, *, create: bool = False, serving: bool = False) -> str:
    """The line with which opening is refused."""
    with pytest.raises(Refusal) as caught, SQLiteSession(path, create=create, serving=serving):
        pass
    assert str(path.parent) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_file_is_whole(session: SQLiteSession) -> None:
    assert session.saved is None
    assert session.connection.pragma("application_id") == APPLICATION_ID
    assert session.connection.pragma("journal_mode") == "wal"
    assert session.connection.pragma("synchronous") == 2
    assert session.connection.pragma("foreign_keys") == 1
    assert session.path.stat().st_mode & 0o077 == 0
    with session.read() as unit:
        assert migrate.is_current(unit)
        assert list(check.faults(unit, lambda done, total: None)) == []


def garbled(held: bytes) -> bytes:
    middle = len(held) // 2 // 4096 * 4096
    return held[:middle] + b"\xa5garbage" * 1024 + held[middle + 8192 :]


STRANGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda held: b"", "is empty, so it is not a database: restore a backup"),
    "text": (lambda held: b"id,name\n1,Ana\n" * 999, "is not a database: restore a backup"),
    "head": (lambda held: held[:50], "is damaged: restore a backup"),
    "noise": (lambda held: held[:16] + bytes(range(256)) * 40, "is not a database: restore a backup"),
    "truncated": (lambda held: held[: len(held) // 2], "is damaged: restore a backup"),
    "one page": (lambda held: held[:4096], "is damaged: restore a backup"),
    "garbled": (garbled, "is damaged: restore a backup"),
}


@pytest.mark.parametrize("journal", ["wal", "delete"])
@pytest.mark.parametrize("name", STRANGE)
def test_no_server_begins_with_a_damaged_file(path: Path, name: str, journal: str) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.pragma("journal_mode", journal)
    change, message = STRANGE[name]
    held = change(path.read_bytes())
    path.write_bytes(held)
    assert message in refusal(path, create=True, serving=True)
    assert path.read_bytes() == held
    assert sorted(file.name for file in path.parent.iterdir()) == ["closum.db"]


def test_a_sound_file_is_taken(path: Path) -> None:
    with SQLiteSession(path, serving=True) as session:
        assert session.saved is None


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE note (text); INSERT INTO note VALUES ('mine')")
    held = path.read_bytes()
    for serving in (False, True):
        assert "of another program: name another file" in refusal(path, create=serving, serving=serving)
    assert path.read_bytes() == held
    with pytest.raises(Refusal, match="of another program"):
        backup.copy(path, tmp_path / "copy.db")
    assert [file.name for file in tmp_path.iterdir()] == ["other.db"]


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert "There is no database" in refusal(tmp_path / "none.db")
    assert "does not exist: make it first" in refusal(tmp_path / "no" / "closum.db", create=True)
    assert "is a folder" in refusal(tmp_path, create=True)
    assert "cannot be reached" in refusal(tmp_path / ("n" * 300), create=True)
    assert list(tmp_path.iterdir()) == []


def as_another_user(function: Callable[[], object]) -> str:
    """What a function says in a process that is not root's, who may read everything."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgid(65534)
            os.setuid(65534)
            function()
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        text = said.read()
    os.waitpid(child, 0)
    return text


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize(
    ("file", "folder", "message"),
    [(0o000, 0o755, "may not be read and written"), (0o666, 0o000, "cannot be reached: Permission denied")],
)
@pytest.mark.slow
def test_what_may_not_be_read_is_refused(
    session: SQLiteSession, file: int, folder: int, message: str
) -> None:
    session.connection.close()
    with tempfile.TemporaryDirectory() as name:  # the folders of pytest are shut for others
        place, path = Path(name) / "place", Path(name) / "place" / "closum.db"
        place.mkdir()
        held = session.path.read_bytes()
        path.write_bytes(held)
        Path(name).chmod(0o755)
        path.chmod(file)
        place.chmod(folder)
        try:
            if os.geteuid():
                assert message in refusal(path, serving=True)
            else:
                assert f"Refusal: {path} {message}" in as_another_user(
                    lambda: SQLiteSession(path, serving=True)
                )
        finally:
            place.chmod(0o700)
            path.chmod(0o600)
        assert path.read_bytes() == held
        assert [found.name for found in place.iterdir()] == ["closum.db"]
