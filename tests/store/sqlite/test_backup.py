"""Copies of a database in use are sound; what fails leaves everything as it was."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw
import pytest

from closum.errors import Refusal
from closum.operations import check, demo
from closum.resources.lead import LEAD
from closum.store import integrity, migrate
from closum.store.identity import Account
from closum.store.sqlite import backup, restore
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from tests.support.patience import PATIENCE


def fill(session: SQLiteSession, account_id: int, leads: int) -> None:
    with session.write(account_id) as unit:
        for step in demo.steps(demo.next_person(unit), leads, lambda: leads, print_nothing):
            step(unit)


def print_nothing(done: int, total: int) -> None:
    pass


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def sound(path: Path) -> int:
    """How many leads a database has that has no fault."""
    with SQLiteSession(path) as session, session.read() as unit:
        assert list(check.faults(unit, print_nothing)) == []
        return integrity.count(unit, LEAD)


@contextmanager
def busy_writer(path: Path, account_id: int) -> Iterator[Callable[[], int]]:
    """Another thread that writes until the block ends; how many leads it has committed."""
    committed, stopped, begun = 0, threading.Event(), threading.Event()

    def write() -> None:
        nonlocal committed
        with SQLiteSession(path) as session:
            while not stopped.is_set():
                fill(session, account_id, 20)
                committed += 20
                begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(PATIENCE)
    try:
        yield lambda: committed
    finally:
        stopped.set()
        thread.join()


def test_a_copy_while_another_writes(session: SQLiteSession, account: Account, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    fill(session, account.id, 3_000)
    reports: list[tuple[int, int]] = []
    with busy_writer(session.path, account.id) as committed:
        before = committed()
        backup.copy(session.path, target, report=lambda done, pages: reports.append((done, pages)))
        after = committed()
    assert reports[-1][0] == reports[-1][1]
    assert list(files(target.parent)) == ["copy.db"]
    assert target.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log of its own
    assert target.stat().st_mode & 0o077 == 0
    assert 3_000 + before <= sound(target) <= 3_000 + after + 20


def test_what_the_write_ahead_log_holds_is_copied(
    session: SQLiteSession, account: Account, tmp_path: Path
) -> None:
    session.connection.wal_autocheckpoint(0)
    fill(session, account.id, 50)
    assert (tmp_path / "closum.db-wal").stat().st_size > 0
    backup.copy(session.path, tmp_path / "copy.db")
    assert sound(tmp_path / "copy.db") == 50


def test_nothing_is_overwritten_unasked(session: SQLiteSession, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(Refusal, match="exists: name another file, or add --overwrite"):
        backup.copy(session.path, target)
    with pytest.raises(Refusal, match="exists: add --overwrite"):
        restore.restore(session.path, target)
    assert target.read_text() == "precious"
    backup.copy(session.path, target, overwrite=True)
    assert sound(target) == 0


def test_the_database_itself_is_no_target(session: SQLiteSession, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(session.path)
    for target in (session.path, link):
        with pytest.raises(Refusal, match="is the database itself"):
            backup.copy(session.path, target, overwrite=True)


def test_a_missing_folder_is_named(session: SQLiteSession, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"The folder .*none does not exist"):
        backup.copy(session.path, tmp_path / "none" / "copy.db")
    assert not (tmp_path / "none").exists()


class Stop(BaseException):
    """As Ctrl-C would."""


def stop(done: int, pages: int) -> None:
    raise Stop


def test_a_copy_that_is_stopped_leaves_nothing(session: SQLiteSession, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    with pytest.raises(Stop):
        backup.copy(session.path, folder / "copy.db", report=stop)
    assert files(folder) == {}
    (folder / "copy.db").write_text("earlier")
    for function in (backup.copy, restore.restore):
        with pytest.raises(Stop):
            function(session.path, folder / "copy.db", overwrite=True, report=stop)
    assert files(folder) == {"copy.db": b"earlier"}


@pytest.fixture
def damaged(session: SQLiteSession, account: Account, tmp_path: Path) -> Path:
    """A backup that was sound once."""
    fill(session, account.id, 500)
    path = tmp_path / "elsewhere" / "damaged.db"
    path.parent.mkdir()
    backup.copy(session.path, path)
    held = path.read_bytes()
    middle = len(held) // 2 // 4096 * 4096
    path.write_bytes(held[:middle] + b"\xa5" * 8192 + held[middle + 8192 :])
    return path


def test_a_damaged_database_makes_no_backup(damaged: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    target.write_text("earlier")
    with pytest.raises(Refusal, match="is damaged"):
        backup.copy(damaged, target, overwrite=True)
    assert files(target.parent) == {"copy.db": b"earlier"}


def test_a_damaged_backup_is_not_restored(damaged: Path, tmp_path: Path) -> None:
    target = tmp_path / "restored" / "closum.db"
    target.parent.mkdir()
    with SQLiteSession(target, create=True):
        pass
    held = files(target.parent), files(damaged.parent)
    with pytest.raises(Refusal, match="is damaged"):
        restore.restore(damaged, target, overwrite=True)
    assert (files(target.parent), files(damaged.parent)) == held


def test_restore(session: SQLiteSession, account: Account, tmp_path: Path) -> None:
    """The database becomes what the backup is, which stays as it is; nothing of the old one shines through."""
    fill(session, account.id, 60)
    kept = tmp_path / "kept" / "backup.db"
    kept.parent.mkdir()
    backup.copy(session.path, kept)
    held = files(kept.parent)
    fill(session, account.id, 40)
    log = session.path.with_name("closum.db-wal").read_bytes()
    session.connection.close()
    session.path.with_name("closum.db-wal").write_bytes(log)  # as a killed server leaves it
    restore.restore(kept, session.path, overwrite=True)
    assert sound(session.path) == 60
    assert files(kept.parent) == held
    fresh = tmp_path / "new.db"
    restore.restore(kept, fresh)
    assert sound(fresh) == 60
    assert not [name for name in files(tmp_path) if "partial" in name or "restoring" in name]


def test_no_room_for_the_copy(session: SQLiteSession, account: Account, tmp_path: Path) -> None:
    fill(session, account.id, 500)
    folder = tmp_path / "copies"
    folder.mkdir()

    def small(connection: apsw.Connection) -> None:
        if connection.filename.endswith(".partial"):
            connection.pragma("max_page_count", 5)

    apsw.connection_hooks.append(small)
    try:
        with pytest.raises(Refusal, match="no space left on the disk"):
            backup.copy(session.path, folder / "copy.db")
    finally:
        apsw.connection_hooks.remove(small)
    assert files(folder) == {}
    with closing(apsw.Connection(str(session.path))) as connection:
        assert connection.pragma("integrity_check") == "ok"


def test_a_copy_beside_the_database_replaces_none_with_other_content(
    session: SQLiteSession, account: Account, tmp_path: Path
) -> None:
    first = tmp_path / "closum.db.before-0009"
    assert backup.save(session.path, ".before-0009") == first
    held = first.read_bytes()
    assert (
        backup.save(session.path, ".before-0009") == first
    )  # the same: a server that is killed again and again
    fill(session, account.id, 5)
    second = tmp_path / "closum.db.before-0009-2"
    assert backup.save(session.path, ".before-0009") == second
    assert backup.save(session.path, ".before-0009") == second
    assert (first.read_bytes(), sound(second)) == (held, 5)
    assert not [name for name in files(tmp_path) if "partial" in name]


def test_what_fails_before_a_change_of_the_schema_is_said_in_one_line(
    session: SQLiteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrate.migrations()
    added = migrate.Migration(len(known) + 1, "added.sql", "CREATE TABLE added (id BIGINT);")
    monkeypatch.setattr(migrate, "migrations", lambda: [*known, added])
    with (
        backup.partial_file(session.path.with_name(f"closum.db.before-{added.version:04}")),
        pytest.raises(Refusal, match=r"Another backup to .* is running"),
    ):
        SQLiteSession(session.path)
    with (
        ServerLock(session.path).acquire("schema"),
        pytest.raises(Refusal, match="is being brought up to date by another command"),
    ):
        SQLiteSession(session.path)
    with SQLiteSession(session.path) as upgraded, upgraded.read() as unit:
        assert migrate.version_of(unit)[0] == added.version
    assert not session.path.with_name("closum.db.lock").exists()


def test_a_backup_that_is_read_stays_as_it_is_and_one_that_is_written_to_becomes_a_database(
    session: SQLiteSession, account: Account, tmp_path: Path
) -> None:
    fill(session, account.id, 5)
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    backup.copy(session.path, target)
    held = files(target.parent)
    assert sound(target) == 5
    assert files(target.parent) == held
    with SQLiteSession(target) as written:
        fill(written, account.id, 5)
    assert target.read_bytes()[18:20] == b"\x02\x02"
    with pytest.raises(Refusal, match="is a database, not a backup"):
        backup.copy(session.path, target, overwrite=True)
