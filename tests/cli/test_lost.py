"""A database that has gone is not replaced by an empty one; --must-exist makes none at all."""

import urllib.request
from pathlib import Path

import psycopg
import pytest

from closum.store.opening import open_session
from closum.store.place import is_postgres
from tests.cli.conftest import Command
from tests.support import engine
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum

EVIDENCE = (".key", ".lock", "-wal", "-shm", "-journal")


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def serving(folder: Path) -> Server:
    """A server that has opened its database."""
    server = Server(folder)
    urllib.request.urlopen(f"{server.address}/ready", timeout=PATIENCE).close()
    return server


def test_a_server_whose_database_has_gone_makes_no_empty_one(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        server.kill()
        server.path.unlink()
        before = names(tmp_path)
        left = [name for suffix in EVIDENCE if (name := f"closum.db{suffix}") in before]
        assert left[:2] == ["closum.db.key", "closum.db.lock"]
        for arguments in (("serve", "--port", "0"), ("user", "add", "ana@example.com")):
            done = closum(*arguments, folder=tmp_path)
            assert (done.returncode, done.stdout) == (1, "")
            assert done.stderr == (
                f"closum: There is no database at closum.db, but there is {' and '.join(left)}: put it back, restore a backup"
                " with 'closum restore', or name the right place; to begin with a new one move what is left away first\n"
            )
        assert names(tmp_path) == before


@pytest.mark.parametrize(
    "line", ["user add ana@example.com", "user list", "backup ours.bak", "serve --port 0"]
)
def test_what_a_server_still_has_is_not_put_back_beside_it(tmp_path: Path, line: str) -> None:
    with serving(tmp_path) as server:
        server.path.unlink()
        done = closum(*line.split(), folder=tmp_path)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert done.stderr.startswith(
            "closum: closum.db has gone while a server has it: stop the server, which saves "
        )


def test_what_the_server_saved_is_named_by_the_next_start(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.path.unlink()
        server.stop()
        (saved,) = tmp_path.glob("*.saved-*")
        refused = closum("serve", "--port", "0", folder=tmp_path).stderr
        assert (
            f"restore what a server saved when it had gone ({saved.name}), or a backup with 'closum restore'"
            in refused
        )
        done = closum("restore", saved.name, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines() == [
            f"closum.db is what {saved.name} was. Every token has ended.",
            "The server saved this when it stopped, so it has everything, unless another database was used at this place since.",
        ]
        assert not list(tmp_path.glob("*.replaced-*-wal")), "an empty log is nothing to keep"


def test_a_log_that_is_left_is_not_called_a_database(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        closum("user", "add", "ana@example.com", folder=tmp_path)
        assert closum("demo", "--leads", "30", folder=tmp_path).returncode == 0
        server.path.unlink()
        server.stop()
        (saved,) = tmp_path.glob("*.saved-*")
        done = closum("restore", saved.name, folder=tmp_path)
        (log,) = tmp_path.glob("*.replaced-*-wal")
        assert done.stdout.splitlines()[0] == (
            f"{log.name} is what was left of the database that has gone: remove it once nothing in it is needed."
        )
        assert "Persons who were erased" not in done.stdout


@ON_SQLITE
def test_a_saved_file_beside_a_database_or_of_another_one_is_a_backup_like_any(
    command: Command, folder: Path
) -> None:
    command("user", "add", "ana@example.com")
    command("backup", "ours.bak")
    (folder / "ours.bak").rename(folder / "closum.db.saved-20260101T100000Z")
    done = command("restore", "closum.db.saved-20260101T100000Z", "--overwrite")
    assert "Persons who were erased since then are back" in done.stdout
    other = command("restore", "closum.db.saved-20260101T100000Z", "--database", "sqlite:///other.db")
    assert "There was no database at other.db to compare with" in other.stdout


def test_what_was_lost_is_put_back_without_more_ado(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        assert closum("backup", "ours.bak", folder=tmp_path).returncode == 0
        server.stop()
        server.path.unlink()
        done = closum("restore", "ours.bak", folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        server.start()
        assert "Password" not in server.printed


@ON_SQLITE
@pytest.mark.parametrize("suffix", EVIDENCE)
def test_any_file_of_it_tells_of_the_loss(command: Command, folder: Path, suffix: str) -> None:
    (folder / f"closum.db{suffix}").write_text("left")
    for line in (
        "serve --port 0",
        "serve --port 0 --must-exist",
        "user add ana@example.com",
        "user list",
        "backup ours.bak",
        "check",
        "database copy --from sqlite:///closum.db --to sqlite:///other.db",
    ):
        done = command(*line.split())
        told = (
            f"There is no database at closum.db, but there is closum.db{suffix}: put it back, " in done.stderr
        )
        assert (done.returncode, told) == (1, True), line
    assert names(folder) == {f"closum.db{suffix}"}


@ON_SQLITE
@pytest.mark.parametrize("why", ["port", "key"])
def test_a_first_start_that_fails_leaves_nothing_that_stops_the_next(
    command: Command, folder: Path, why: str
) -> None:
    options = ["--uds", "none/at.all"] if why == "port" else ["--port", "0"]
    environment = {} if why == "port" else {"CLOSUM_SIGNING_KEY": "weak"}
    assert command("serve", *options, **environment).returncode == 1
    assert names(folder) == set()


@ON_SQLITE
def test_a_new_database_beside_others_is_still_made(command: Command, folder: Path) -> None:
    assert command("user", "add", "ana@example.com").returncode == 0
    assert command("user", "add", "ana@example.com", "--database", "sqlite:///other.db").returncode == 0
    assert names(folder) == {"closum.db", "other.db"}


def test_must_exist_serves_what_is_there(folder: Path) -> None:
    closum("user", "add", "ana@example.com", folder=folder)
    with Server(folder, "--must-exist") as server:
        assert "Password" not in server.printed
    with Server(folder, CLOSUM_MUST_EXIST="1") as server:
        assert "Password" not in server.printed


@pytest.mark.parametrize("how", ["option", "variable"])
def test_must_exist_makes_no_database(command: Command, folder: Path, how: str) -> None:
    url = engine.current.url(folder)
    options, variable = (["--must-exist"], {}) if how == "option" else ([], {"CLOSUM_MUST_EXIST": "yes"})
    done = command("serve", "--port", "0", *options, **variable)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    if is_postgres(url):
        assert "has no tables of closum yet: make them with 'closum user add'" in done.stderr
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'")
            assert found.fetchone() == (0,)
    else:
        assert "There is no database at closum.db, and --must-exist makes none" in done.stderr
        assert names(folder) == set()
    assert command("user", "add", "ana@example.com").returncode == 0
    with open_session(url):
        pass


@ON_SQLITE
def test_a_file_without_tables_is_no_database_that_exists(command: Command, folder: Path) -> None:
    (folder / "closum.db").write_bytes(b"")
    assert "is empty, so it is not a database" in command("serve", "--must-exist", "--port", "0").stderr
    assert names(folder) == {"closum.db"}


@ON_SQLITE
@pytest.mark.parametrize("value", ["", "2", "maybe"])
def test_must_exist_is_yes_or_no(command: Command, value: str) -> None:
    assert "CLOSUM_MUST_EXIST must be yes or no" in command("serve", CLOSUM_MUST_EXIST=value).stderr
