"""What backup, restore and database copy may write to; a file is one database, whatever its name; commands that cross."""

import contextlib
import os
import shutil
from pathlib import Path

import httpx2
import pytest

from closum.errors import Refusal
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.sqlite import backup, restore
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from closum.store.sqlite.transfer import SQLiteTarget
from tests.cli.conftest import Command
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum

pytestmark = ON_SQLITE
SIDES = ("", "-wal", "-shm", "-journal", ".key", ".lock", ".before-0007", ".partial", ".restoring")


@pytest.fixture
def file(session: Session, account: Account, folder: Path) -> Path:
    """A database with an account and a key, that is not open."""
    session.close()
    key = folder / "closum.db.key"
    key.write_text("0123456789abcdef" * 4 + "\n")
    key.chmod(0o600)
    return folder / "closum.db"


def test_a_running_servers_files_are_no_targets(command: Command, folder: Path) -> None:
    """Answered leads are in the log; they are there after a crash that follows the attempt."""
    with Server(folder) as server, sign_up(server) as client:
        leads = [client.new("lead", {"name": f"lead {number}"}) for number in range(8)]
        (folder / "other").mkdir()
        command("user", "add", "ana@example.com", folder=folder / "other")
        (folder / "link").symlink_to("closum.db-wal")
        held = {path.name: path.stat().st_ino for path in folder.glob("closum.db*")}
        for name in (*(f"closum.db{suffix}" for suffix in SIDES), "link"):
            url = f"sqlite:///{name}"
            for done in (
                command("backup", name, "--overwrite"),
                command("backup", f"../{name}", "--overwrite", folder=folder / "other"),
                command("database", "copy", "--from", "sqlite:///other/closum.db", "--to", url),
                command("restore", "other/closum.db", "--overwrite", "--database", url),
            ):
                assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done
        assert {path.name: path.stat().st_ino for path in folder.glob("closum.db*")} == held
        server.kill()
        server.start()
        client.base_url = server.address
        assert [client.get(f"/api/lead/{lead}").status_code for lead in leads] == [200] * 8


@pytest.mark.parametrize("target", ["/dev/full", "/dev/null", "pipe", "folder/", "to-device"])
def test_only_regular_files_are_replaced(command: Command, file: Path, target: str) -> None:
    folder = file.parent
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "to-device").symlink_to("/dev/full")
    command("backup", "ours.bak")
    before = sorted(os.listdir(folder)), sorted(os.listdir("/dev"))
    url = f"sqlite:///{target}"
    for done in (
        command("backup", target, "--overwrite"),
        command("restore", "ours.bak", "--overwrite", CLOSUM_DATABASE=url),
        command("database", "copy", "--from", "sqlite:///closum.db", "--to", url),
        command("serve", "--port", "0", CLOSUM_DATABASE=url),
        command("check", CLOSUM_DATABASE=url),
    ):
        assert (done.returncode in (1, 2), done.stderr.count("\n")) == (True, 1), done
    assert (sorted(os.listdir(folder)), sorted(os.listdir("/dev"))) == before
    assert not Path("/dev/full").is_file()


@pytest.mark.parametrize("name", ["", "backups/", "backups/new/"])
def test_what_names_no_file_is_refused(command: Command, file: Path, name: str) -> None:
    """As an unset variable of a script, or a folder that is not there: it would become a file."""
    before = sorted(os.listdir(file.parent))
    for done in (
        command("backup", name, "--overwrite"),
        command("restore", name, "--overwrite"),
        command("city", "load", name),
        command("database", "copy", "--from", "sqlite:///closum.db", "--to", f"sqlite:///{name}"),
        command("serve", "--port", "0", CLOSUM_DATABASE=f"sqlite:///{name}"),
    ):
        assert (done.returncode in (1, 2), done.stdout, done.stderr.count("\n")) == (True, "", 1), done
    assert sorted(os.listdir(file.parent)) == before


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "database", "alone"])
def test_a_key_that_cannot_be_copied_is_refused_before_the_backup(
    command: Command, file: Path, kind: str
) -> None:
    key = file.with_name("ours.bak.key")
    if kind != "alone":
        file.with_name("ours.bak").write_text("earlier")
    match kind:
        case "folder":
            key.mkdir()
        case "pipe":
            os.mkfifo(key)
        case "device":
            key.symlink_to("/dev/full")
        case "database":
            shutil.copyfile(file, key)
        case _:
            key.write_text("of a lost one")
    before = sorted(os.listdir(file.parent))
    done = command("backup", "ours.bak", "--overwrite")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert (done.stderr.startswith("closum: ours.bak.key ") or kind == "device") is True
    assert sorted(os.listdir(file.parent)) == before
    assert kind == "alone" or file.with_name("ours.bak").read_text() == "earlier"


def test_a_key_that_is_a_pipe_stops_nothing(command: Command, file: Path) -> None:
    file.with_name("closum.db.key").unlink()
    os.mkfifo(file.with_name("closum.db.key"))
    for arguments in (
        ["serve", "--port", "0"],
        ["database", "copy", "--from", "sqlite:///closum.db", "--to", "sqlite:///new.db"],
    ):
        assert "closum.db.key is not a regular file" in command(*arguments).stderr
    assert not file.with_name("new.db").exists()


def test_a_second_server_is_refused_whatever_the_name(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "back").symlink_to("..")
    (folder / "other.db").symlink_to("closum.db")
    with Server(folder) as server:
        for name in ("other.db", "sub/../closum.db", "sub/back/other.db", str(folder / "other.db")):
            second = closum("serve", "--port", "0", "--database", f"sqlite:///{name}", folder=folder)
            assert (second.returncode, second.stdout) == (1, "")
            assert second.stderr.endswith("closum.db is in use by a running closum server: stop it first\n")
            with (
                SQLiteSession(folder / name) as session,
                pytest.raises(Refusal, match="is in use by a running closum server"),
            ):
                session.compact([])
        (folder / "hard.db").hardlink_to(server.path)
        second = closum("serve", "--port", "0", "--database", "sqlite:///hard.db", folder=folder)
        assert "hard.db has 2 names on its disk (hard links)" in second.stderr
        (folder / "hard.db").unlink()
        assert not [
            name for name in os.listdir(folder) if name.startswith(("other.db.", "other.db-", "hard."))
        ]
        assert httpx2.get(f"{server.address}/health", timeout=PATIENCE).status_code == 200


def test_a_server_through_a_link_has_the_key_and_the_lock_of_the_file(folder: Path) -> None:
    closum("user", "add", "ana@example.com", folder=folder)
    (folder / "other.db").symlink_to("closum.db")
    with Server(folder, "--database", "sqlite:///other.db") as server, sign_up(server) as client:
        lead = client.new("lead", {"name": "Ana"})
        assert "is in use" in closum("serve", "--port", "0", folder=folder).stderr
        server.stop()
    with Server(folder) as server, Client(server.address, client.token) as again:
        assert again.get(f"/api/lead/{lead}").status_code == 200
    assert not [name for name in os.listdir(folder) if name.startswith("other.db.")]


def test_restore_through_a_link_replaces_the_file_and_leaves_the_link(command: Command, file: Path) -> None:
    (file.parent / "data").mkdir()
    (file.parent / "link.db").symlink_to("data/real.db")
    shutil.move(file, file.parent / "data" / "real.db")
    shutil.move(f"{file}.key", file.parent / "data" / "real.db.key")
    command("backup", "ours.bak", CLOSUM_DATABASE="sqlite:///link.db")
    command("account", "add", "Later", CLOSUM_DATABASE="sqlite:///link.db")
    done = command("restore", "ours.bak", "--overwrite", CLOSUM_DATABASE="sqlite:///link.db")
    assert done.returncode == 0, done.stderr
    assert os.readlink(file.parent / "link.db") == "data/real.db"
    assert "Later" not in command("account", "list", CLOSUM_DATABASE="sqlite:///data/real.db").stdout
    kept = [path for path in (file.parent / "data").iterdir() if ".replaced-" in path.name]
    assert sorted(path.name[-4:] for path in kept) == [".key", kept[0].name.removesuffix(".key")[-4:]]


def test_restore_says_where_the_old_one_is(command: Command, file: Path) -> None:
    command("backup", "ours.bak")
    command("account", "add", "Later")
    done = command("restore", "ours.bak", "--overwrite")
    assert done.returncode == 0, done.stderr
    first, last, *told = done.stdout.splitlines()
    kept, _, rest = first.partition(" ")
    assert rest == "is the database that was there: remove it once nothing in it is needed."
    assert last.startswith("closum.db is what ours.bak was. Every token has ended. ")
    assert "the account 'Later' was added, and is gone" in told[-1]
    listed = command("account", "list", CLOSUM_DATABASE=f"sqlite:///{kept}").stdout
    assert "Later" in listed
    assert "Later" not in command("account", "list").stdout
    assert (file.parent / f"{kept}.key").read_text() == (file.parent / "closum.db.key").read_text()
    assert command("restore", kept, "--overwrite").returncode == 0
    assert "Later" in command("account", "list").stdout


def test_of_two_backups_to_one_name_one_wins(command: Command, file: Path) -> None:
    said: list[str] = []

    def second(done: int, pages: int) -> None:
        if not said:
            said.extend(command(*arguments).stderr for arguments in others)

    others = (
        ["backup", "ours.bak"],
        ["backup", "ours.bak", "--overwrite"],
        ["database", "copy", "--from", "sqlite:///closum.db", "--to", "sqlite:///ours.bak"],
    )
    backup.copy(file, file.with_name("ours.bak"), report=second)
    assert said == [
        "closum: Another backup to ours.bak is running: wait for its end, or name another file\n",
        "closum: Another backup to ours.bak is running: wait for its end, or name another file\n",
        "closum: Another backup or copy to ours.bak is running: wait for its end, or name another file\n",
    ]
    assert command("check", CLOSUM_DATABASE="sqlite:///ours.bak").returncode == 0
    assert not [name for name in os.listdir(file.parent) if ".partial" in name or name == "ours.bak.lock"]


def test_what_a_killed_backup_left_is_in_nobodys_way(command: Command, file: Path) -> None:
    for name in ("ours.bak.partial", "ours.bak.partial-journal", "ours.bak.partial.lock"):
        file.with_name(name).write_text("of a killed one")
    assert command("backup", "ours.bak").returncode == 0
    assert command("check", CLOSUM_DATABASE="sqlite:///ours.bak").returncode == 0
    assert not [name for name in os.listdir(file.parent) if ".partial" in name]


def test_a_backup_that_came_first_is_not_replaced_unasked(
    command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one ends between the look at the name and the beginning of the copy."""
    partial_file = backup.partial_file

    @contextlib.contextmanager
    def late(target: Path, *more: str):  # type: ignore[no-untyped-def]
        target.write_text("of the first")
        with partial_file(target, *more) as partial:
            yield partial

    monkeypatch.setattr(backup, "partial_file", late)
    assert "exists: name another file" in command("backup", "ours.bak").stderr
    assert file.with_name("ours.bak").read_text() == "of the first"


def test_what_runs_is_named(command: Command, file: Path) -> None:
    command("backup", "ours.bak")
    lock = ServerLock(file)
    for doing, said in (
        ("restore", "is being restored by another command: wait for its end"),
        ("compact", "is being compacted by another command: wait for its end"),
        ("schema", "is being brought up to date by another command: try again when it has finished"),
        ("", "is in use by a running closum server: stop it first"),
    ):
        with lock.acquire(doing):
            assert command("restore", "ours.bak", "--overwrite").stderr == f"closum: closum.db {said}\n"
            assert command("serve", "--port", "0").stderr == f"closum: closum.db {said}\n"
        lock = ServerLock(file)
    lock.close()


def test_of_two_copies_to_one_file_one_wins(command: Command, file: Path) -> None:
    target = SQLiteTarget(file.with_name("new.db"))
    copying = ["database", "copy", "--from", "sqlite:///closum.db", "--to", "sqlite:///new.db"]
    assert "new.db is being filled by another copy: wait for its end" in command(*copying).stderr
    assert "new.db is being filled by another copy" in command("backup", "new.db").stderr
    assert (
        "new.db is being filled by another copy"
        in command("serve", CLOSUM_DATABASE="sqlite:///new.db").stderr
    )
    target.close()
    assert command(*copying).returncode == 0
    assert not file.with_name("new.db.lock").exists()


def test_a_backup_during_a_restore_is_of_the_one_or_the_other(command: Command, file: Path) -> None:
    backup.copy(file, file.with_name("ours.bak"))
    with open_session(f"sqlite:///{file}") as session, session.write() as unit:
        unit.run("UPDATE account SET name = 'Later'")
    taken: list[str] = []

    def during(done: int, pages: int) -> None:
        assert command("backup", "meanwhile.bak", "--overwrite").returncode == 0
        taken.append(command("account", "list", CLOSUM_DATABASE="sqlite:///meanwhile.bak").stdout)

    restore.restore(file.with_name("ours.bak"), file, overwrite=True, report=during)
    assert "Later" in taken[0]
    assert "Later" not in command("account", "list").stdout


def test_a_compaction_during_a_backup_says_that_it_is_not_complete(file: Path) -> None:
    with SQLiteSession(file) as reading, SQLiteSession(file) as session:
        with session.write() as unit:
            unit.run("UPDATE account SET name = 'Later'")
        session.connection.set_busy_timeout(0)
        with reading.read() as unit:
            assert unit.one("SELECT name FROM account") == ("Later",)
            with pytest.raises(Refusal, match="another command still reads what it was"):
                session.compact([])
        session.compact([])
    assert not file.with_name("closum.db-wal").exists()
