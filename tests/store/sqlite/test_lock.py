"""One server on a file; a killed one leaves no lock behind."""

from pathlib import Path

import httpx2
import pytest

from closum.errors import Refusal
from closum.store import migrate
from closum.store.sqlite.lock import Lock, ServerLock, is_served
from closum.store.sqlite.session import SQLiteSession
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum


@pytest.mark.slow
def test_one_server_on_a_file(tmp_path: Path) -> None:
    with Server(tmp_path) as first:
        assert is_served(first.path)
        ended = closum("serve", "--port", "0", folder=tmp_path)
        assert ended.returncode == 1
        assert ended.stdout == ""
        assert ended.stderr == "closum: closum.db is in use by a running closum server: stop it first\n"
        with SQLiteSession(first.path) as session, session.read() as unit:  # a command may look meanwhile
            assert unit.one("SELECT COUNT(*) FROM account") == (0,)
        first.kill()
        assert not is_served(first.path)
        first.start()
        assert is_served(first.path)
        assert httpx2.get(f"{first.address}/health", trust_env=False, timeout=PATIENCE).status_code == 200
        assert first.stop() == 0
    assert not is_served(first.path)


def test_the_lock_is_free_after_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "closum.db"
    assert not is_served(path)
    lock = ServerLock(path).acquire()
    assert is_served(path)
    with pytest.raises(Refusal, match="in use by a running closum server"):
        ServerLock(path).acquire()
    lock.release()
    assert not is_served(path)
    ServerLock(path).acquire().release()


def test_a_look_at_the_lock_does_not_stop_a_server(tmp_path: Path) -> None:
    looking = ServerLock(tmp_path / "closum.db")
    other = ServerLock(tmp_path / "closum.db")
    lock = ServerLock(tmp_path / "closum.db").acquire()
    lock.release()
    for one in (looking, other):
        assert is_served(tmp_path / "closum.db") is False
        one.release()


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="cannot be written to"):
        ServerLock(tmp_path / "none" / "closum.db")


def test_a_command_does_not_change_the_schema_under_a_server(
    session: SQLiteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrate.migrations()
    added = migrate.Migration(len(known) + 1, "added.sql", "CREATE TABLE added (id BIGINT);")
    monkeypatch.setattr(migrate, "migrations", lambda: [*known, added])
    lock = ServerLock(session.path).acquire()
    with pytest.raises(Refusal, match="in use by a server of another version"):
        SQLiteSession(session.path)
    lock.release()
    with SQLiteSession(session.path) as upgraded, upgraded.read() as unit:
        assert migrate.version_of(unit)[0] == added.version


def test_the_file_stays_where_a_server_was_and_goes_with_a_command(tmp_path: Path) -> None:
    path, file = tmp_path / "closum.db", tmp_path / "closum.db.lock"
    ServerLock(path).acquire().release()
    assert not file.exists()  # no database was made
    path.touch()
    ServerLock(path).acquire("restore").release()
    assert not file.exists()
    ServerLock(path).acquire().release()
    assert file.exists()
    ServerLock(path).acquire("restore").release()
    assert file.exists()


def test_who_waited_for_a_file_that_its_holder_removed_has_the_lock_of_the_next(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    first, second = Lock(file), Lock(file)
    assert first.attempt()
    assert not second.attempt()
    first.remove()
    third = Lock(file)
    assert third.attempt()
    assert not second.attempt()  # the lock of a file that is gone would be free
    third.remove()
    assert second.attempt()
    second.remove()
    assert not file.exists()


@pytest.mark.slow
def test_a_server_that_knows_the_file_under_another_name(tmp_path: Path) -> None:
    """As where two containers mount the file, or after `mv`: no link tells it."""
    with Server(tmp_path) as first:
        assert (
            httpx2.get(f"{first.address}/health", trust_env=False, timeout=PATIENCE).status_code == 200
        )  # it has the file open
        first.path.rename(tmp_path / "moved.db")
        for words in (
            ("serve", "--port", "0"),
            ("user", "add", "ana@example.com"),
            ("check",),
            ("backup", "ours.bak"),  # it would be without what is in the log
            ("person", "erase", "ana@example.com", "--account", "Acme", "--yes"),
            ("database", "copy", "--from", "sqlite:///moved.db", "--to", "sqlite:///new.db"),
        ):
            ended = closum(*words, folder=tmp_path, CLOSUM_DATABASE="sqlite:///moved.db")
            assert (ended.returncode, ended.stdout) == (1, "")
            assert ended.stderr == (
                "closum: moved.db is in use by a running closum server, perhaps under another name: stop it first\n"
            )
        assert not [*tmp_path.glob("moved.db[!.]*"), *tmp_path.glob("ours.bak*"), *tmp_path.glob("new.db*")]
        first.stop()
    with Server(tmp_path, "--database", "sqlite:///moved.db") as second:
        assert httpx2.get(f"{second.address}/health", trust_env=False, timeout=PATIENCE).status_code == 200
