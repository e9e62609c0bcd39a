"""What goes wrong is told in one clear line on standard error, with a non-zero exit."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from closum.store.session import Session
from tests.support.engine import ON_SQLITE

Command = Callable[..., "subprocess.CompletedProcess[str]"]
pytestmark = ON_SQLITE

USAGE = [
    ("frobnicate", "No such command 'frobnicate'"),
    ("user frobnicate", "No such command 'frobnicate': the commands of 'closum user' are add, "),
    ("frobnicate", "No such command 'frobnicate': 'closum --help' lists the commands"),
    ("leads", "No such command 'leads'. Did you mean 'closum lead'?"),
    ("usr", "No such command 'usr'. Did you mean 'closum user'"),
    ("user lst", "No such command 'lst'. Did you mean 'closum user list'?"),
    ("user sign-out", "Name whose tokens to revoke"),
    ("--frobnicate", "No such option '--frobnicate'"),
    ("check --database", "--database"),
    ("check --databse x", "Did you mean '--database'"),
    ("check more", "unexpected extra argument (more)"),
    ("user add", "Missing argument 'EMAIL'"),
    ("account add", "Missing argument 'NAME'"),
    ("account rename Acme", "Missing argument 'NEW_NAME'"),
    ("demo", "Missing option '--leads'"),
    (
        "demo --leads abc",
        "Invalid value for '--leads': it must be a whole number from 1 to 100000000, such as 250, not 'abc'",
    ),
    ("demo --leads 0", "not '0'"),
    ("demo --leads 1_0", "not '1_0'"),
    ("demo --leads \u0661", "a whole number from 1 to 100000000"),
    ("demo --leads 100000001", "a whole number from 1 to 100000000"),
    ("city load", "Missing argument 'FILE'"),
    ("backup", "Missing argument 'FILE'"),
    ("restore .", "is a directory"),
]

URLS = [
    "closum.db",
    "",
    "sqlite:",
    "sqlite:///",
    "sqlite://closum.db",
    "sqlite:///:memory:",
    "sqlite:///closum.db?mode=ro",
    "mysql://localhost/closum",
]

OPENING = [
    "check",
    "user list",
    "user password ana@example.com",
    "account list",
    "demo --leads 1",
    "person erase ana@example.com --account Acme",
    "backup copy.bak",
]

PLACES = [
    (
        "missing.db",
        "There is no database at missing.db: looked in {folder}; name another with --database or CLOSUM_DATABASE, ",
    ),
    (
        "nowhere/closum.db",
        "There is no database at nowhere/closum.db: looked in {folder}/nowhere; name another with ",
    ),
    ("folder", "folder is a folder: "),
    ("empty.db", "empty.db is empty"),
    ("text.db", "text.db is not a database"),
    ("other.db", "other.db is the database of another program"),
]


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A folder with things that are no database of closum."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.db").touch()
    (tmp_path / "text.db").write_text("some text, surely " * 1000)
    connection = apsw.Connection(str(tmp_path / "other.db"))
    connection.execute("CREATE TABLE other (id INTEGER)")
    connection.close()
    return tmp_path


def line(done: "subprocess.CompletedProcess[str]", code: int = 1) -> str:
    """The one line of a command that failed."""
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("closum: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize(("words", "text"), USAGE)
def test_wrong_usage(command: Command, words: str, text: str) -> None:
    assert text in line(command(*words.split()), 2)


@pytest.mark.parametrize("words", ["", "user", "account", "city", "person"])
def test_without_a_command_there_is_help_on_standard_error(command: Command, words: str) -> None:
    done = command(*words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: closum")


@pytest.mark.parametrize("url", URLS)
def test_a_url_that_names_no_database(command: Command, url: str) -> None:
    for words in (["check"], ["serve", "--port", "0"], ["user", "add", "ana@example.com"]):
        assert "is not the URL of a database" in line(command(*words, "--database", url))


@pytest.mark.parametrize(("name", "text"), PLACES)
@pytest.mark.parametrize("words", OPENING)
def test_no_database_there(command: Command, places: Path, words: str, name: str, text: str) -> None:
    before = {file: file.read_bytes() for file in places.iterdir() if file.is_file()}
    text = text.format(folder=places)
    assert text in line(command(*words.split(), "--database", f"sqlite:///{name}"))
    assert {file: file.read_bytes() for file in places.iterdir() if file.is_file()} == before


@pytest.mark.parametrize(
    ("name", "text"), [*PLACES[2:], ("nowhere/x.db", "The folder nowhere does not exist")]
)
def test_the_server_does_not_start_there(command: Command, places: Path, name: str, text: str) -> None:
    assert text in line(command("serve", "--port", "0", "--database", f"sqlite:///{name}"))
    assert (places / "text.db").read_text().startswith("some text")


def test_two_accounts_and_none_named(command: Command, session: Session) -> None:
    command("account", "add", "Acme")
    command("account", "add", "Beta")
    for words in ("demo --leads 1", "user add ana@example.com"):
        assert "--account NAME: 'Acme', 'Beta'" in line(command(*words.split()))


def test_no_account_yet(command: Command, session: Session) -> None:
    assert "none yet" in line(command("demo", "--leads", "1"))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--port x", "Invalid value for '--port': it must be a port from 0"),
        ("--port 65536", "'--port': it must be a port from 0 (any free one) to 65535, not '65536'"),
        ("--workers 0", "'--workers': it must be a number of processes from 1 to 256, not '0'"),
        ("--pool-size 4", "'--pool-size': it must be a number of connections from 5 to 1000, not '4'"),
        ("--log-level loud", "'--log-level': it must be one of debug, info, warning, error"),
        ("--root-path crm", "'--root-path': it must be a path such as /crm"),
        ("--trusted-proxy proxy.local", "'--trusted-proxy': it must be addresses or networks"),
    ],
)
def test_the_server_says_which_option_is_wrong(command: Command, words: str, text: str) -> None:
    assert text in line(command("serve", *words.split()), 2)


def test_the_server_says_which_variable_is_wrong(command: Command) -> None:
    assert "CLOSUM_PORT must be a port from 0" in line(command("serve", CLOSUM_PORT="x"))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("--host 192.0.2.1", "Cannot listen on 192.0.2.1 port 8000: "),
        ("--uds nowhere/s", "Cannot listen on nowhere/s: No such file or directory"),
        (f"--uds {'s' * 200}", "path too long"),
    ],
)
def test_the_server_says_where_it_cannot_listen(command: Command, words: str, text: str) -> None:
    assert text in line(command("serve", *words.split()))


def test_a_port_in_use(command: Command, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        text = line(command("serve", "--port", port))
    assert text.startswith(f"closum: Cannot listen on 127.0.0.1 port {port}: Address already in use")
    assert not (tmp_path / "closum.db").exists()


@pytest.mark.usefixtures("session")
def test_what_is_no_utf_8(command: Command) -> None:
    bad = "\udcff" * 9  # as Python hands on a byte that is none
    assert (
        line(command("account", "rename", bad, "Beta"), 2)
        == "closum: Arguments and input must be UTF-8 text\n"
    )
    done = command("user", "add", "a@example.com", "--password-stdin", stdin=bad)
    assert line(done) == "closum: The password on standard input is not text in UTF-8\n"


def test_a_file_of_the_system_that_is_in_the_way(command: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "closum.db.key").write_text("k" * 64)
    (tmp_path / "ours.bak.key").mkdir()
    done = command("backup", "ours.bak", "--overwrite")
    assert done.returncode == 1
    assert done.stderr.startswith("closum: ours.bak.key")
    assert done.stderr.count("\n") == 1


def test_a_key_is_not_replaced_unasked(command: Command, session: Session, tmp_path: Path) -> None:
    (tmp_path / "closum.db.key").write_text("k" * 64)
    (tmp_path / "ours.bak.key").write_text("another")
    assert command("backup", "ours.bak").stderr == (
        "closum: ours.bak.key exists: name another file, or add --overwrite\n"
    )
    assert not (tmp_path / "ours.bak").exists()


def test_a_command_that_only_reads_does_not_wait_for_a_writer(command: Command, session: Session) -> None:
    with session.write():  # as a server does
        assert command("account", "list").returncode == 0


def test_a_number_of_thousands_of_digits(command: Command, tmp_path: Path) -> None:
    done = command("serve", CLOSUM_PORT="9" * 5_000)
    shown = f"{'9' * 40}…"
    assert (
        done.stderr == f"closum: CLOSUM_PORT must be a port from 0 (any free one) to 65535, not '{shown}'\n"
    )
