"""closum backup, restore, check."""

import contextlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import apsw
import psycopg
import pytest

from closum.operations import demo
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.place import is_postgres, path_of
from closum.store.session import Session
from tests.support import engine
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.server import Server, closum

LEADS = 1_050

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def filled(session: Session, account: Account, folder: Path) -> str:
    """The URL of a database with some leads."""
    steps = demo.steps(0, LEADS, lambda: 500, lambda *_: None)
    session.write_steps(steps, account.id)
    return engine.current.url(folder)


@pytest.fixture
def file(filled: str) -> Path:
    return path_of(filled)


def falsify(url: str, *statements: str) -> None:
    """Change the database behind closum's back, against its references too."""
    if is_postgres(url):
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in ("SET session_replication_role = replica", *statements):
                connection.execute(statement.encode())
    else:
        with contextlib.closing(apsw.Connection(str(path_of(url)))) as file:
            for statement in statements:
                file.execute(statement)


@pytest.mark.usefixtures("filled")
def test_check_passes_a_sound_database(command: Command, session: Session) -> None:
    command("person", "erase", first_email(session), "--account", "Acme", "--yes")
    done = command("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert " is sound (schema " in done.stdout


def first_email(session: Session) -> str:
    with session.read() as unit:
        row = unit.one("SELECT email FROM email WHERE id = 1")
    assert row
    return str(row[0])


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE lead SET email_email = 'x' WHERE id = 7", "lead 7 of account 1: the column email_email "),
        ("UPDATE lead SET phone_number_sort = '0' WHERE id = 7", "the column phone_number_sort "),
        ("UPDATE lead SET email_email = NULL, email_email_sort = NULL WHERE id = 7", "column email_email "),
        ("UPDATE lead SET name_sort = 'x' WHERE id = 7", "lead 7 of account 1: the column name_sort "),
        (
            "UPDATE email SET email_key = 'x@example.com' WHERE id = 7",
            "email 7 of account 1: the column email_key ",
        ),
        ("UPDATE phone SET is_valid = 0 WHERE id = 7", "phone 7 of account 1: the column is_valid "),
        ("UPDATE phone SET number_key = '+1' WHERE id = 7", "phone 7 of account 1: the column number_key "),
        ("UPDATE city SET city_name_sort = 'x' WHERE id = 7", "the column city_name_sort "),
        ("UPDATE tally SET count = count + 1 WHERE resource = 'email'", "email of account 1: "),
        ("UPDATE tally SET last_id = 5 WHERE resource = 'lead'", "lead of account 1: "),
        ("DELETE FROM tally WHERE resource = 'phone'", "phone of account 1: "),
        ("UPDATE city_tally SET count = 1", "city: the count kept"),
        ("DELETE FROM city WHERE id = 1", "city: the count kept"),
        ("DELETE FROM lead WHERE id = 7", "lead of account 1: "),
        ("DELETE FROM tally_span WHERE resource = 'lead'", "lead of account 1: 1 ids are missing, 0 are "),
        ("UPDATE tally_span SET missing_16 = 2 WHERE resource = 'lead'", "1 ids are missing, 2 are noted"),
        (
            "UPDATE tally_span SET missing_2 = 2 WHERE resource = 'lead'",
            "lead of account 1: the 4096 ids from 1 on are miscounted",
        ),
        (
            "UPDATE tally SET count = 1 WHERE resource = 'change'",
            "the history of account 1: 1 changes counted",
        ),
        (
            "UPDATE change SET verb = 'erase' WHERE id = 7",
            "lead 7 of account 1: it is there, and the history",
        ),
        (
            "UPDATE lead SET email_id = 99999 WHERE id = 7",
            "integrity: a row of lead refers to a row of email",
        ),
    ],
)
def test_check_finds(command: Command, session: Session, filled: str, statement: str, found: str) -> None:
    command("person", "erase", first_email(session), "--account", "Acme", "--yes")  # leaves a gap
    falsify(filled, statement)
    done = command("check")
    *faults, summary = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert any(found in fault for fault in faults), faults
    assert f" has {len(faults)} fault" in summary
    assert "@example" not in done.stderr


@ON_SQLITE
def test_check_finds_a_damaged_index(command: Command, filled: str) -> None:
    falsify(
        filled,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'name_sort', 'custom_data') WHERE name = 'lead_name'",
    )
    done = command("check")
    assert done.returncode == 1
    assert "integrity: " in done.stderr


@ON_SQLITE
def test_check_leaves_the_database_as_it_is(command: Command, file: Path) -> None:
    command("check")
    before = file.read_bytes()
    command("check")
    assert file.read_bytes() == before


def test_a_backup_beside_a_running_server_is_restored_with_its_key(tmp_path: Path) -> None:
    with Server(tmp_path) as server, Client(server.address, None) as client:
        body = {"email": "admin@example.com", "password": server.password}
        client.headers["Authorization"] = f"Bearer {client.data('POST', '/api/token', body)['token']}"
        lead = client.new("lead", {"name": "Ana"})
        backup = closum("backup", "ours.bak", folder=tmp_path)
        assert (backup.returncode, backup.stderr) == (0, "")
        assert {(tmp_path / name).stat().st_mode & 0o777 for name in ("ours.bak", "ours.bak.key")} == {0o600}
        client.data("PUT", f"/api/lead/{lead}", {"name": "Eva"})
        running = closum("restore", "ours.bak", "--overwrite", folder=tmp_path)
        assert running.stderr == "closum: closum.db is in use by a running closum server: stop it first\n"
        server.stop()
        server.path.with_name("closum.db.key").unlink()
        assert closum("restore", "ours.bak", folder=tmp_path).returncode == 1
        assert closum("restore", "ours.bak", "--overwrite", folder=tmp_path).returncode == 0
        server.start()
        client.base_url = server.address
        assert client.get(f"/api/lead/{lead}").status_code == 401  # it may have been ended since the backup
        client.headers["Authorization"] = f"Bearer {client.data('POST', '/api/token', body)['token']}"
        assert client.data("GET", f"/api/lead/{lead}")["name"] == "Ana"


@ON_SQLITE
def test_a_backup_that_nobody_may_write_to_is_restored_and_stays_as_it_is(
    command: Command, session: Session, file: Path, tmp_path: Path
) -> None:
    session.close()
    command("backup", "ours.bak")
    backup = tmp_path / "ours.bak"
    backup.chmod(0o400)
    before = backup.read_bytes()
    assert command("restore", "ours.bak", "--overwrite").returncode == 0
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("ours.bak*")) == ["ours.bak"]


@ON_SQLITE
def test_a_backup_is_one_whole_file_of_its_own(command: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "apart").mkdir()
    command("backup", "apart/closum.db")
    assert [one.name for one in (tmp_path / "apart").iterdir()] == ["closum.db"]  # there was no key yet
    assert command("check", folder=tmp_path / "apart").returncode == 0
    with open_session(f"sqlite:///{tmp_path}/apart/closum.db") as session, session.read() as unit:
        assert unit.one("SELECT COUNT(*) FROM lead") == (LEADS,)


@ON_SQLITE
def test_what_is_there_is_only_replaced_when_asked(command: Command, file: Path, tmp_path: Path) -> None:
    (tmp_path / "other.bak").write_text("mine")
    refused = command("backup", "other.bak")
    assert refused.stderr == "closum: other.bak exists: name another file, or add --overwrite\n"
    assert (tmp_path / "other.bak").read_text() == "mine"
    assert command("backup", "other.bak", "--overwrite").returncode == 0
    before = file.read_bytes()
    refused = command("restore", "other.bak")
    assert refused.stderr == "closum: closum.db exists: add --overwrite to replace it\n"
    assert file.read_bytes() == before
    assert command("restore", "other.bak", CLOSUM_DATABASE="sqlite:///new.db").returncode == 0
    assert command("check", "--database", "sqlite:///new.db").returncode == 0


@ON_SQLITE
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("backup", ["text", "empty", "other", "damaged", "folder", "missing", "closum.db"])
def test_what_is_no_backup_is_not_restored(command: Command, tmp_path: Path, backup: str) -> None:
    (tmp_path / "text").write_text("text " * 1000)
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    falsify(f"sqlite:///{tmp_path}/other", "CREATE TABLE other (id INTEGER)")
    command("backup", "damaged")
    content = bytearray((tmp_path / "damaged").read_bytes())
    content[8192:] = bytes(len(content) - 8192)
    (tmp_path / "damaged").write_bytes(content)
    done = command("restore", backup, "--overwrite")
    assert (done.returncode, done.stderr.count("\n")) == (2 if backup == "folder" else 1, 1)
    assert command("check").returncode == 0


@ON_SQLITE
def test_a_backup_of_the_database_onto_itself_is_refused(command: Command, file: Path) -> None:
    done = command("backup", "closum.db", "--overwrite")
    assert done.stderr == "closum: closum.db is the database itself: name another file\n"
    assert command("check").returncode == 0
