"""Opening a database: new, older, newer, damaged, or none at all."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from closum.errors import Refusal
from closum.operations import check, demo
from closum.store import backup, migrate
from closum.store.migrate import Migration
from closum.store.session import Session
from closum.store.sqlite import APPLICATION_ID, connect, transaction

REAL = migrate.migrations()
NEXT = len(REAL) + 1
ADDED = Migration(NEXT, f"{NEXT:04}_added.sql", "CREATE TABLE added (id BIGINT);\n")
FAILING = Migration(NEXT, ADDED.name, ADDED.text + "INSERT INTO added (id) VALUES (1);\nSELECT nonsense;\n")

Know = Callable[..., None]


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Know:
    """Makes this program one that knows other migrations."""
    return lambda *known: monkeypatch.setattr(migrate, "migrations", lambda: list(known))


@pytest.fixture
def path(session: Session) -> Path:
    """A sound database with some leads that is not open, in one file."""
    with session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', '')")
        for step in demo.steps(1, 0, 500, lambda: 500, lambda done, total: None):
            step(unit)
    session.connection.close()
    return session.path


def schema(path: Path) -> list[tuple[Any, ...]]:
    with closing(apsw.Connection(str(path))) as connection:
        return connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2").fetchall()


def refusal(path: Path, *, create: bool = False, serving: bool = False) -> str:
    """The line with which opening is refused."""
    with pytest.raises(Refusal) as caught, Session(path, create=create, serving=serving):
        pass
    assert str(path.parent) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_new_database_is_whole(session: Session) -> None:
    assert migrate.version_of(session.connection)[0] == len(REAL)
    assert session.saved is None
    assert session.connection.pragma("application_id") == APPLICATION_ID
    assert session.connection.pragma("journal_mode") == "wal"
    assert session.connection.pragma("synchronous") == 2
    assert session.connection.pragma("foreign_keys") == 1
    assert session.path.stat().st_mode & 0o077 == 0
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


@pytest.mark.parametrize("first", range(1, len(REAL)))
def test_an_older_schema_is_backed_up_and_brought_up_to_date(tmp_path: Path, know: Know, first: int) -> None:
    path, fresh = tmp_path / "closum.db", tmp_path / "fresh.db"
    know(*REAL[:first])
    with Session(path, create=True) as session, session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', '')")
    old = schema(path)
    know(*REAL)
    with Session(path) as session, Session(fresh, create=True):
        assert migrate.version_of(session.connection)[0] == len(REAL)
        assert session.saved == tmp_path / f"closum.db.before-{first + 1:04}"
        assert session.connection.execute("SELECT name FROM account").get == "A"
    assert schema(path) == schema(fresh)
    assert schema(session.saved) == old
    with Session(path) as again:
        assert again.saved is None


def test_a_migration_that_fails_is_undone(path: Path, know: Know) -> None:
    before = schema(path)
    know(*REAL, FAILING)
    assert "nonsense" in refusal(path)
    assert schema(path) == before
    know(*REAL, ADDED)
    with Session(path) as session:
        assert migrate.version_of(session.connection)[0] == NEXT
        assert session.connection.execute("SELECT COUNT(*) FROM added").get == 0


def test_a_killed_migration_is_undone(path: Path) -> None:
    """Killed with `kill -9` inside the transaction of a migration."""
    before = schema(path)
    program = f"""
import os, signal, sys
from pathlib import Path
from closum.store import migrate, session
from closum.store.sqlite import SQLiteUnit
run = SQLiteUnit.run
def deadly(unit, sql, values=()):
    if "schema_version" in sql:
        os.kill(os.getpid(), signal.SIGKILL)
    return run(unit, sql, values)
SQLiteUnit.run = deadly
known = [*migrate.migrations(), migrate.Migration({NEXT}, {ADDED.name!r}, {ADDED.text!r})]
migrate.migrations = lambda: known
session.Session(Path(sys.argv[1]))
"""
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False, timeout=60)
    assert ended.returncode == -9
    assert schema(path) == before
    assert schema(path.with_name(f"closum.db.before-{NEXT:04}")) == before
    with Session(path) as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


def test_a_newer_schema_is_refused(path: Path) -> None:
    with closing(connect(path)) as connection:
        sql = "INSERT INTO schema_version (version, name, program, applied) VALUES (99, 'x', '9.8.7', '')"
        connection.execute(sql)
    held = path.read_bytes()
    for serving in (False, True):
        assert re.search(r"needs closum 9\.8\.7 or newer .* upgrade closum$", refusal(path, serving=serving))
    assert path.read_bytes() == held


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
    with Session(path, serving=True) as session:
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
def test_what_may_not_be_read_is_refused(session: Session, file: int, folder: int, message: str) -> None:
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
                assert f"Refusal: {path} {message}" in as_another_user(lambda: Session(path, serving=True))
        finally:
            place.chmod(0o700)
            path.chmod(0o600)
        assert path.read_bytes() == held
        assert [found.name for found in place.iterdir()] == ["closum.db"]


def test_a_migration_that_another_process_applied_meanwhile_is_left_alone(
    path: Path, know: Know, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[int] = []

    def late(*args: Any) -> Any:
        """Begins when another has been first."""
        met.append(len(met))
        if met == [0]:
            with Session(path) as other:
                assert migrate.version_of(other.connection)[0] == NEXT
        return transaction(*args)

    know(*REAL, ADDED)
    monkeypatch.setattr(migrate, "transaction", late)
    with Session(path) as session:
        versions = session.connection.execute("SELECT version FROM schema_version ORDER BY 1").fetchall()
    assert [row[0] for row in versions] == list(range(1, NEXT + 1))
    assert met == [0, 1]
