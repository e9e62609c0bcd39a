"""What a copy may be written to: a new name, or a regular file that is no part of any database."""

import os
import socket
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from closum.errors import Refusal
from closum.store.sqlite import backup, restore
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from closum.store.sqlite.targets import writable
from closum.store.sqlite.transfer import SQLiteTarget
from tests.store.sqlite.test_place import SIDES

State = dict[str, tuple[int, int, bytes]]


def state(folder: Path) -> State:
    """Every file of a folder, with inode, mode and content."""
    found = {}
    for path in folder.iterdir():
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[path.name] = (status.st_ino, status.st_mode, content)
    return found


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder beside that of the session's database."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def refused(source: Path, target: Path, match: str) -> None:
    """Neither a backup nor a copy goes there, and nothing in its folder changes."""
    before = state(target.parent)
    with pytest.raises(Refusal, match=match):
        backup.copy(source, target, overwrite=True)
    with pytest.raises(Refusal):
        SQLiteTarget(target)
    assert state(target.parent) == before


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("suffix", SIDES)
def test_no_file_of_a_database_is_a_target(
    session: SQLiteSession, place: Path, suffix: str, there: bool
) -> None:
    target = place / f"closum.db{suffix}"
    if there:
        target.write_text("eight answered leads")
    refused(session.path, target, "is part of a database")
    before = state(place)
    with pytest.raises(Refusal, match="is part of a database"):
        restore.restore(session.path, target, overwrite=True)
    assert state(place) == before


def test_nor_is_a_link_to_one(session: SQLiteSession, place: Path) -> None:
    (place / "innocent.bak").symlink_to(session.path.with_name("closum.db-wal"))
    assert (place / "innocent.bak").exists()
    refused(session.path, place / "innocent.bak", "is part of a database")


def device(path: Path) -> None:
    path.symlink_to("/dev/full")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


def nowhere(path: Path) -> None:
    path.symlink_to("none/at/all")


def hard(path: Path) -> None:
    path.with_name("first.bak").write_text("mine")
    path.hardlink_to(path.with_name("first.bak"))


KINDS: dict[str, tuple[Callable[[Path], None], str]] = {
    "folder": (Path.mkdir, "is a folder: name a regular file"),
    "device": (device, "/dev/full is a device: name a regular file"),
    "pipe": (pipe, "is a pipe or a socket: name a regular file"),
    "socket": (bound, "is a pipe or a socket: name a regular file"),
    "nowhere": (nowhere, "is a link to .* which is not there"),
    "hard link": (hard, r"has 2 names on its disk \(hard links\)"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_regular_file_is_replaced(session: SQLiteSession, place: Path, kind: str) -> None:
    make, match = KINDS[kind]
    make(place / "copy.bak")
    refused(session.path, place / "copy.bak", match)
    before = state(place)
    with pytest.raises(Refusal, match=match):
        restore.restore(session.path, place / "copy.bak", overwrite=True)
    assert state(place) == before


def in_use(path: Path) -> None:
    """A database that a killed server left: answered leads are in its log."""
    with SQLiteSession(path, create=True) as other:
        log = path.with_name(path.name + "-wal").read_bytes()
        held = path.read_bytes()
        other.close()
    path.write_bytes(held)
    path.with_name(path.name + "-wal").write_bytes(log)


def closed(path: Path) -> None:
    SQLiteSession(path, create=True).close()


def served_once(path: Path) -> None:
    closed(path)
    with closing(apsw.Connection(str(path))) as connection:
        connection.pragma("journal_mode", "delete")
    path.with_name(path.name + ".lock").touch()


def anothers(path: Path) -> None:
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE note (text)")


def log_alone(path: Path) -> None:
    path.with_name(path.name + "-wal").write_bytes(b"frames")


def journal(path: Path) -> None:
    path.write_text("text")
    path.with_name(path.name + "-journal").write_bytes(b"pages")


DATABASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "killed": (in_use, r"-wal is part of a database"),
    "closed": (closed, "is a database, not a backup"),
    "served once": (served_once, "is a database, not a backup"),
    "another program's": (anothers, "is the database of another program"),
    "a log alone": (log_alone, "is part of a database"),
    "a journal": (journal, "is part of a database"),
}


@pytest.mark.parametrize("kind", DATABASES)
def test_no_database_is_replaced_by_a_copy(session: SQLiteSession, place: Path, kind: str) -> None:
    make, match = DATABASES[kind]
    make(place / "copy.bak")
    refused(session.path, place / "copy.bak", match)


def test_the_place_of_a_server_is_no_target_even_without_its_file(
    session: SQLiteSession, place: Path
) -> None:
    with ServerLock(place / "copy.bak").acquire():
        refused(session.path, place / "copy.bak", "is in use by a running closum server")


def test_restore_does_not_replace_another_programs_database(session: SQLiteSession, place: Path) -> None:
    backup.copy(session.path, place / "ours.bak")
    anothers(place / "notes.db")
    before = state(place)
    with pytest.raises(Refusal, match="is the database of another program"):
        restore.restore(place / "ours.bak", place / "notes.db", overwrite=True)
    assert state(place) == before


def test_an_earlier_backup_is_replaced_also_one_that_was_checked(session: SQLiteSession, place: Path) -> None:
    target = place / "copy.bak"
    backup.copy(session.path, target)
    target.with_name("copy.bak.key").write_text("of the backup")
    with SQLiteSession(target) as looked, looked.read() as unit:
        assert unit.one("SELECT COUNT(*) FROM account") == (0,)
    with session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', '')")
    backup.copy(session.path, target, overwrite=True)
    with SQLiteSession(target) as looked, looked.read() as unit:
        assert unit.one("SELECT COUNT(*) FROM account") == (1,)
    assert sorted(one.name for one in place.iterdir()) == ["copy.bak", "copy.bak.key"]


def test_a_link_to_a_backup_stays_and_the_backup_is_replaced(session: SQLiteSession, place: Path) -> None:
    backup.copy(session.path, place / "monday.bak")
    (place / "latest.bak").symlink_to("monday.bak")
    before = (place / "monday.bak").stat().st_ino
    backup.copy(session.path, place / "latest.bak", overwrite=True)
    assert (place / "latest.bak").is_symlink()
    assert (place / "monday.bak").stat().st_ino != before


def test_without_overwrite_nothing_is_replaced_whatever_it_is(session: SQLiteSession, place: Path) -> None:
    (place / "copy.bak").write_text("mine")
    with pytest.raises(Refusal, match="exists: name another file, or add --overwrite"):
        writable(place / "copy.bak")
    assert writable(place / "new.bak") == place / "new.bak"
