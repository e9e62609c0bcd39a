"""A file has one name for everything that concerns it: file, lock, key, log."""

import os
from pathlib import Path

import pytest

from closum.accounts.keys import signing_key
from closum.errors import Refusal
from closum.store.keys import key_file
from closum.store.place import database_path, is_side_file, path_of, real_path
from closum.store.sqlite.database import SQLiteDatabase
from closum.store.sqlite.lock import ServerLock, is_served
from closum.store.sqlite.session import SQLiteSession

SIDES = (
    "-wal",
    "-shm",
    "-journal",
    "-WAL",
    ".key",
    ".lock",
    ".partial",
    ".restoring",
    ".before-0007",
    ".before-0007-2",
    ".replaced-20260101T100000Z",
    ".saved-20260101T100000Z",
    ".key.partial",
    ".partial.lock",
    ".before-0007.key",
)


def names(path: Path) -> list[Path]:
    """Other names of a file, made here: through a link, a link to that, a linked folder, a way through `..`."""
    folder = path.parent
    (folder / "link.db").symlink_to(path.name)
    (folder / "second.db").symlink_to(folder / "link.db")
    (folder / "linked").symlink_to(folder)
    (folder / "sub").mkdir()
    others = ["link.db", "second.db", f"linked/{path.name}", "linked/link.db", f"sub/../{path.name}"]
    return [Path(f"{folder}/{name}") for name in others]


def test_every_name_of_a_file_leads_to_it(session: SQLiteSession, tmp_path: Path) -> None:
    key = signing_key(None, f"sqlite:///{session.path}")
    lock = ServerLock(session.path).acquire()
    for name in names(session.path):
        assert path_of(f"sqlite:///{name}") == session.path
        assert is_served(name)
        with pytest.raises(Refusal, match="is in use by a running closum server"):
            ServerLock(name).acquire()
        assert signing_key(None, f"sqlite:///{name}") == key
        with SQLiteSession(name) as other:
            assert other.path == session.path
    lock.release()
    assert not {one.name for one in tmp_path.iterdir()} & {"link.db.key", "link.db.lock", "second.db-wal"}


def test_a_name_without_links_stays_as_it_was_given(
    session: SQLiteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(session.path.parent)
    assert path_of("sqlite:///closum.db") == Path("closum.db")
    assert key_file(path_of("sqlite:///closum.db")) == Path("closum.db.key")


def test_a_link_that_leads_nowhere_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "gone.db").symlink_to("nowhere.db")
    (tmp_path / "loop.db").symlink_to("loop.db")
    for name in ("gone.db", "loop.db"):
        with pytest.raises(Refusal, match=r"is a link to .* which is not there"):
            SQLiteSession(tmp_path / name, create=True)
    assert sorted(os.listdir(tmp_path)) == ["gone.db", "loop.db"]


def test_a_second_hard_name_is_refused(session: SQLiteSession, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.hardlink_to(session.path)
    for path in (session.path, other):
        for opened in (SQLiteSession, ServerLock, database_path, lambda path: SQLiteDatabase(path, int)):
            with pytest.raises(Refusal, match=r"has 2 names on its disk \(hard links\)"):
                opened(path)
    assert not (tmp_path / "other.db.lock").exists()
    other.unlink()
    assert database_path(session.path) == session.path


@pytest.mark.parametrize("suffix", SIDES)
def test_names_beside_a_database_are_known(suffix: str, tmp_path: Path) -> None:
    assert is_side_file(Path(f"closum.db{suffix}"))
    (tmp_path / "link").symlink_to(f"closum.db{suffix}")
    with pytest.raises(Refusal, match="has the name of a file that is part of a database"):
        SQLiteSession(tmp_path / f"closum.db{suffix}", create=True)
    assert os.listdir(tmp_path) == ["link"]


@pytest.mark.parametrize("name", ["closum.db", "key", "lock.db", "a-wal.db", "before-0007.db", "my.keys"])
def test_other_names_are_free(name: str) -> None:
    assert not is_side_file(Path(name))


def test_a_link_is_followed_once(session: SQLiteSession, tmp_path: Path) -> None:
    """What is open does not change with the link."""
    (tmp_path / "link.db").symlink_to("closum.db")
    with SQLiteSession(tmp_path / "link.db") as opened:
        (tmp_path / "link.db").unlink()
        (tmp_path / "link.db").symlink_to("elsewhere.db")
        assert opened.path == real_path(session.path)
        with opened.write() as unit:
            unit.run("DELETE FROM city_tally")
    with session.read() as unit:
        assert unit.one("SELECT COUNT(*) FROM city_tally") == (0,)
