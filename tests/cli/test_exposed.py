"""What a server and `closum check` say of a database that is open to others, and of a key that has gone."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.store.identity import Account
from closum.store.session import Session
from tests.support import engine
from tests.support.engine import ON_SQLITE
from tests.support.server import Server, closum
from tests.support.writing import filled

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def exposed(tmp_path: Path) -> list[str]:
    """A database of mode 0644, in a folder of mode 0777: what is said of it."""
    closum("user", "add", "ana@example.com", folder=tmp_path)
    path = tmp_path / "closum.db"
    path.chmod(0o644)
    tmp_path.chmod(0o777)
    return [
        f"closum: {path} can be read by every user of this machine: 'chmod o-rwx {path}'",
        f"closum: Every user of this machine can replace what is in {tmp_path}, the database too: 'chmod o-w {tmp_path}'",
    ]


def test_a_server_says_who_else_can_read_its_database(tmp_path: Path, exposed: list[str]) -> None:
    with Server(tmp_path) as server:
        assert [line for line in server.log.read_text().splitlines() if "this machine" in line] == exposed
    tmp_path.chmod(0o700)
    (tmp_path / "closum.db").chmod(0o600)
    with Server(tmp_path, log=tmp_path / "later.txt") as server:
        assert "this machine" not in server.log.read_text()


def test_a_check_says_it_too(tmp_path: Path, exposed: list[str]) -> None:
    done = closum("check", folder=tmp_path)
    assert (done.returncode, done.stderr.splitlines()) == (0, exposed)
    assert done.stdout.startswith("closum.db is sound")


def test_a_lost_key_is_told_of(folder: Path, engine: engine.Engine) -> None:
    with Server(folder) as server:
        assert "signing key" not in server.log.read_text()  # the first start
        assert server.password  # somebody is there from now on
    with Server(folder) as server:
        assert "signing key" not in server.log.read_text()
    lose_key(server)
    with Server(folder) as server:
        lines = [line for line in server.log.read_text().splitlines() if "signing key" in line]
    assert len(lines) == 1
    assert lines[0].startswith("closum: Made a signing key, ")
    assert "every token has ended, and users sign in again. To have the tokens back, " in lines[0]


def test_a_first_start_beside_a_user_does_not_say_that_a_key_was_lost(tmp_path: Path) -> None:
    closum("user", "add", "ana@example.com", folder=tmp_path)
    with Server(tmp_path) as server:
        (line,) = [line for line in server.log.read_text().splitlines() if "signing key" in line]
    path = tmp_path / "closum.db.key"
    assert line.startswith(f"closum: Made a signing key, {path}. At a first start that is as it should be. ")


def test_a_key_that_cannot_be_made_is_not_called_made(tmp_path: Path) -> None:
    closum("user", "add", "ana@example.com", folder=tmp_path)
    (tmp_path / "closum.db.key").symlink_to("nowhere")
    done = closum("serve", "--port", "0", folder=tmp_path)
    (line,) = done.stderr.splitlines()
    assert (done.returncode, "is a link to" in line) == (1, True)


def lose_key(server: Server) -> None:
    if engine.current.name == "sqlite":
        server.path.with_name("closum.db.key").unlink()
        return
    with server.session() as session, session.write() as unit:
        unit.run("DELETE FROM token_key")


def test_a_key_that_is_a_setting_is_not_missing(tmp_path: Path) -> None:
    closum("user", "add", "ana@example.com", folder=tmp_path)
    with Server(tmp_path, CLOSUM_SIGNING_KEY="0123456789abcdef" * 2) as server:
        assert "signing key" not in server.log.read_text()


@ON_SQLITE
def test_erasing_names_the_copies_that_are_left(
    command: Command, session: Session, account: Account, folder: Path
) -> None:
    filled(session, account, {"email": {"email": "ana@example.com"}})
    (folder / "backups").mkdir()
    assert command("backup", "--into", "backups").returncode == 0
    assert command("backup", "gone.db").returncode == 0
    (folder / "gone.db").unlink()
    (folder / "closum.db.before-0008").touch()
    (copy,) = (folder / "backups").glob("*.db")
    words = ("person", "erase", "ana@example.com", "--account", "Acme")
    for flag in ("--dry-run", "--yes"):
        done = command(*words, flag)
        assert ("These files may still hold what was erased" in done.stdout) == (flag == "--yes")
        assert ("hold the same data, and an erasure does not change them" in done.stdout) == (flag != "--yes")
        named = [line.strip() for line in done.stdout.splitlines() if line.startswith("  /")]
        assert named == [str(folder / "closum.db.before-0008"), str(copy)]
