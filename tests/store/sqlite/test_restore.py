"""What a restore replaces is kept; killed at any moment it leaves the old database or the new one."""

import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import apsw
import pytest

from closum.errors import Refusal
from closum.store.identity import Account
from closum.store.sqlite import backup, restore
from closum.store.sqlite.session import SQLiteSession
from tests.store.sqlite.test_backup import fill, sound

OLD, NEW = 70, 40
STEP = 7  # calls from one killing to the next
STAMP = "20260101T100000Z"
NO_LOG = b"of no use"
"""What a log holds that does not hide the damage."""


@pytest.fixture
def crashed(session: SQLiteSession, account: Account, tmp_path: Path) -> Path:
    """A folder with a backup of 40 leads, and the database of a killed server, 30 of whose 70 leads are in its log."""
    folder = tmp_path / "crashed"
    folder.mkdir()
    fill(session, account.id, NEW)
    backup.copy(session.path, folder / "ours.bak")
    session.fold()
    session.connection.wal_autocheckpoint(0)
    fill(session, account.id, OLD - NEW)
    for name in ("closum.db", "closum.db-wal"):
        shutil.copyfile(tmp_path / name, folder / name)
    (folder / "closum.db.key").write_text("the key of the old one")
    return folder


def put_back(folder: Path, **options: Any) -> Path | None:
    return restore.restore(folder / "ours.bak", folder / "closum.db", overwrite=True, stamp=STAMP, **options)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("closum.db.replaced-*"))


def test_what_was_there_is_kept_whole_with_its_key(crashed: Path) -> None:
    name = put_back(crashed)
    assert name == crashed / f"closum.db.replaced-{STAMP}"
    assert sound(crashed / "closum.db") == NEW
    assert sound(name) == OLD
    assert (crashed / f"{name.name}.key").read_text() == "the key of the old one"
    assert {(crashed / file).stat().st_mode & 0o777 for file in kept(crashed)} == {0o600}
    assert not [path for path in crashed.iterdir() if path.name.endswith(("-wal", ".restoring", ".partial"))]


def test_an_earlier_one_is_never_replaced(crashed: Path) -> None:
    first = put_back(crashed)
    assert first
    held = first.read_bytes()
    assert put_back(crashed) == crashed / f"closum.db.replaced-{STAMP}-2"
    assert first.read_bytes() == held
    assert sound(crashed / f"closum.db.replaced-{STAMP}-2") == NEW
    backup.copy(first, crashed / "again.bak")
    assert sound(crashed / "again.bak") == OLD


def test_what_is_kept_is_a_backup(crashed: Path) -> None:
    name = put_back(crashed)
    assert name
    shutil.move(name, crashed / "kept.bak")
    restore.restore(crashed / "kept.bak", crashed / "closum.db", overwrite=True, stamp=STAMP)
    assert sound(crashed / "closum.db") == OLD


def test_nothing_is_kept_where_nothing_was(crashed: Path) -> None:
    assert restore.restore(crashed / "ours.bak", crashed / "new.db") is None
    assert sound(crashed / "new.db") == NEW


@pytest.mark.parametrize("damage", ["head", "empty", "text", "garbled"])
def test_a_damaged_database_is_kept_byte_for_byte_with_its_log(crashed: Path, damage: str) -> None:
    file = crashed / "closum.db"
    held = file.read_bytes()
    middle = len(held) // 2 // 4096 * 4096
    file.write_bytes(
        {
            "head": b"\xa5" * 4096 + held[4096:],
            "empty": b"",
            "text": b"text " * 2_000,
            "garbled": held[:middle] + b"\xa5" * 8192 + held[middle + 8192 :],
        }[damage]
    )
    (crashed / "closum.db-wal").write_bytes(NO_LOG)
    before = {suffix: (crashed / f"closum.db{suffix}").read_bytes() for suffix in ("", "-wal", ".key")}
    name = put_back(crashed)
    assert name
    assert {suffix: Path(f"{name}{suffix}").read_bytes() for suffix in before} == before
    assert sound(file) == NEW


def test_what_is_left_of_a_lost_database_is_kept(crashed: Path) -> None:
    log = (crashed / "closum.db-wal").read_bytes()
    (crashed / "closum.db").unlink()
    (crashed / "ours.bak.key").write_text("the key of the backup")
    restore.restore(crashed / "ours.bak", crashed / "closum.db", stamp=STAMP)
    assert sound(crashed / "closum.db") == NEW
    assert kept(crashed) == [f"closum.db.replaced-{STAMP}-wal", f"closum.db.replaced-{STAMP}.key"]
    assert (crashed / f"closum.db.replaced-{STAMP}-wal").read_bytes() == log


def test_a_key_that_stays_is_not_kept_twice(crashed: Path) -> None:
    (crashed / "closum.db").unlink()
    (crashed / "closum.db-wal").unlink()
    shutil.copyfile(crashed / "closum.db.key", crashed / "ours.bak.key")
    assert restore.restore(crashed / "ours.bak", crashed / "closum.db", stamp=STAMP) is None
    assert kept(crashed) == []


@pytest.mark.slow
def test_a_database_that_a_command_has_open_is_not_replaced(crashed: Path) -> None:
    with SQLiteSession(crashed / "closum.db") as command:
        with pytest.raises(Refusal, match="is in use by another command: wait for its end"):
            put_back(crashed)
        with command.write() as unit:
            unit.run("UPDATE account SET name = 'changed'")
    assert kept(crashed) == []
    assert sound(crashed / "closum.db") == OLD
    assert put_back(crashed)


@pytest.fixture
def hooked() -> Iterator[Callable[[Callable[[apsw.Connection], None]], None]]:
    """Has a function called with each connection that is opened."""
    added: list[Callable[[apsw.Connection], None]] = []

    def hook(function: Callable[[apsw.Connection], None]) -> None:
        added.append(function)
        apsw.connection_hooks.append(function)

    yield hook
    for function in added:
        apsw.connection_hooks.remove(function)


def test_a_command_that_opened_the_old_file_at_that_moment_writes_nothing(
    crashed: Path, hooked: Callable[[Callable[[apsw.Connection], None]], None]
) -> None:
    """Between the opening of the file and the first look at it, it is replaced."""
    done: list[bool] = []

    def replaced(connection: apsw.Connection) -> None:
        if not done:
            done.append(True)
            put_back(crashed)

    hooked(replaced)
    with (
        pytest.raises(Refusal, match="was replaced at this moment: run the command again"),
        SQLiteSession(crashed / "closum.db") as command,
        command.write(),
    ):
        pass
    assert sound(crashed / "closum.db") == NEW


def test_a_command_that_read_an_old_backup_writes_nothing_into_what_was_replaced(crashed: Path) -> None:
    (crashed / "closum.db-wal").unlink()
    shutil.copyfile(crashed / "ours.bak", crashed / "closum.db")
    with SQLiteSession(crashed / "closum.db") as command:
        put_back(crashed)
        with pytest.raises(Refusal, match="was replaced at this moment"), command.write():
            pass


def test_what_fails_in_the_preparation_changes_nothing(crashed: Path) -> None:
    before = {path.name: path.read_bytes() for path in crashed.iterdir()}

    def fail(fresh: Path, kept: Path | None) -> None:
        assert kept
        assert (sound(fresh), sound(kept)) == (NEW, OLD)
        raise Refusal("no")

    with pytest.raises(Refusal, match="no"):
        put_back(crashed, prepare=fail)
    assert {path.name for path in crashed.iterdir()} == set(before) - {"closum.db-wal"}  # folded
    assert sound(crashed / "closum.db") == OLD


def test_no_room_for_what_is_kept(
    crashed: Path, hooked: Callable[[Callable[[apsw.Connection], None]], None]
) -> None:
    def small(connection: apsw.Connection) -> None:
        if connection.filename.endswith(".restoring.partial"):
            connection.pragma("max_page_count", 5)

    hooked(small)
    with pytest.raises(Refusal, match="no space left on the disk"):
        put_back(crashed)
    assert kept(crashed) == []
    assert sound(crashed / "closum.db") == OLD


class Killer:
    """Ends the process with SIGKILL at the n-th call that is made while a database is restored."""

    def __init__(self, at: int) -> None:
        self._left = at

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        if event in ("call", "c_call") and "/closum/store/" in frame.f_code.co_filename:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def killed_at(number: int, function: Callable[[], object]) -> bool:
    """Whether a process that runs the function was killed before its end."""
    child = os.fork()
    if not child:
        try:
            sys.setprofile(Killer(number))
            function()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_the_old_one_or_the_new_one(
    crashed: Path, tmp_path: Path, damaged: bool
) -> None:
    if damaged:
        (crashed / "closum.db").write_bytes(b"text " * 2_000)
        (crashed / "closum.db-wal").write_bytes(NO_LOG)
    held = {suffix: (crashed / f"closum.db{suffix}").read_bytes() for suffix in ("", "-wal", ".key")}
    seen = set()
    for number in itertools.count(1, STEP):
        folder = tmp_path / f"at{number}"
        shutil.copytree(crashed, folder)
        killed = killed_at(number, partial(put_back, folder))
        seen.add(state(folder, held, damaged))
        put_back(folder)  # runs again, and to its end
        assert sound(folder / "closum.db") == NEW
        shutil.rmtree(folder)
        if not killed:
            break
    assert seen >= {"old", "new"}


def state(folder: Path, held: dict[str, bytes], damaged: bool) -> str:
    file = folder / "closum.db"
    names = [name for name in kept(folder) if name == f"closum.db.replaced-{STAMP}"]
    if not damaged:
        if names:
            assert sound(folder / names[0]) == OLD
        found = sound(file)
        assert found in ((OLD,) if not names else (OLD, NEW))
        return "old" if found == OLD else "new"
    if names:
        assert {end: (folder / f"{names[0]}{end}").read_bytes() for end in held} == held
    if file.exists() and file.read_bytes() == held[""]:
        assert (folder / "closum.db-wal").read_bytes() == held["-wal"]
        return "old"
    assert names, "the old one is gone, and not kept"
    return "new" if file.exists() and sound(file) == NEW else "none"


def test_the_log_of_the_old_one_is_never_beside_the_new_one(crashed: Path) -> None:
    put_back(crashed)
    with closing(apsw.Connection(str(crashed / "closum.db"))) as connection:
        assert connection.execute("SELECT COUNT(*) FROM lead").get == NEW
        assert connection.pragma("integrity_check") == "ok"
