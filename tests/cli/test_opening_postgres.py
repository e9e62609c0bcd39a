"""A database of PostgreSQL that cannot be used is refused in one line, which says what to do and no password."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import conninfo, sql

from closum.store.opening import open_session
from tests.cli.conftest import Command
from tests.support import engine, postgres
from tests.support.server import Server, closum

PASSWORD = "canary-7351"
OPENING = ("check", "user list", "account list", "serve --port 0")

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
def url(folder: Path) -> str:
    """A database without tables."""
    return engine.current.url(folder)


def refusal(command: Command, words: str, url: str) -> str:
    done = command(*words.split(), CLOSUM_DATABASE=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("closum: postgresql://")
    assert done.stderr.count("\n") == 1
    assert PASSWORD not in done.stderr
    return done.stderr


def host_of(url: str) -> str:
    """Host and port, where they come before the name of the database."""
    return urlsplit(url).netloc.rpartition("@")[2]


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize("words", OPENING)
def test_no_server_there(command: Command, words: str) -> None:
    url = f"postgresql://ana:{PASSWORD}@127.0.0.1:1/closum"
    said = refusal(command, words, url)
    assert said.startswith("closum: postgresql://ana@127.0.0.1:1/closum cannot be reached: ")


@pytest.mark.parametrize("words", OPENING)
def test_one_that_takes_no_writes(command: Command, url: str, words: str) -> None:
    name = urlsplit(url).path[1:]
    execute(url, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    assert "it is a standby, or in read-only mode " in refusal(command, words, url)


@pytest.mark.parametrize("words", OPENING)
def test_no_such_database(command: Command, url: str, words: str) -> None:
    missing = urlsplit(url)._replace(path="/not_there").geturl()
    assert "does not exist: make it with 'createdb', encoding UTF8" in refusal(command, words, missing)


@pytest.fixture
def stranger(url: str) -> Iterator[str]:
    """The URL for a user who has no password there."""
    name = f"stranger_{urlsplit(url).path[1:]}"
    execute(url, f"CREATE ROLE {name}")  # without LOGIN
    yield str(urlsplit(url)._replace(netloc=f"{name}:{PASSWORD}@{host_of(url)}").geturl())
    execute(url, f"DROP ROLE {name}")


def test_who_may_not_sign_in(command: Command, stranger: str) -> None:
    assert " cannot be reached: " in refusal(command, "check", stranger)


def test_another_encoding(command: Command, url: str) -> None:
    parameters = conninfo.conninfo_to_dict(url)
    name = f"{parameters['dbname']}_latin"
    make = sql.SQL("CREATE DATABASE {} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(make.format(sql.Identifier(name)))
    latin = postgres.with_database(url, name)
    try:
        assert "has the encoding LATIN1: make it with ENCODING 'UTF8'" in refusal(
            command, "account add A", latin
        )
    finally:
        postgres.drop_database(latin)


@pytest.mark.parametrize("table", ["lead", "account", "city", "token_key"])
def test_tables_of_another_program(command: Command, url: str, table: str) -> None:
    execute(url, f"CREATE TABLE {table} (id INTEGER)", f"INSERT INTO {table} VALUES (7)")
    for words in ("account add A", "serve --port 0"):
        assert "has tables of another program: give closum a database of its own" in refusal(
            command, words, url
        )
    with psycopg.connect(url) as connection:
        assert connection.execute(f"SELECT * FROM {table}".encode()).fetchall() == [(7,)]


@pytest.mark.parametrize("words", OPENING[:3])
def test_no_tables_yet(command: Command, url: str, words: str) -> None:
    assert "has no tables of closum yet: make them with 'closum user add' or 'closum serve'" in refusal(
        command, words, url
    )


def test_backup_and_restore_name_the_command_that_does_it_there(command: Command, folder: Path) -> None:
    (folder / "there.db").touch()
    shown = "postgresql://ana@host/closum"
    for words, order in (
        ("backup new.db", f"--from {shown} --to sqlite:///{folder}/new.db"),
        ("restore there.db", f"--from sqlite:///{folder}/there.db --to {shown} --end-tokens"),
    ):
        done = command(*words.split(), CLOSUM_DATABASE=f"postgresql://ana:{PASSWORD}@host/closum")
        assert (done.returncode, done.stdout) == (1, "")
        assert f"with PostgreSQL: closum database copy {order}" in done.stderr
        assert PASSWORD not in done.stderr


def test_a_password_is_shown_nowhere(folder: Path, url: str) -> None:
    """Neither by a server nor by commands, also where the database lets anybody in."""
    secret = urlsplit(url)._replace(netloc=f"postgres:{PASSWORD}@{host_of(url)}").geturl()
    with Server(folder, CLOSUM_DATABASE=secret, CLOSUM_LOG_LEVEL="debug") as server:
        printed = server.printed
    printed += server.log.read_text()
    for words in ("settings", "check", "user list", "user add a@example.com", "demo --leads 1"):
        done = closum(*words.split(), folder=folder, CLOSUM_DATABASE=secret)
        assert done.returncode == 0
        printed += done.stdout + done.stderr
    with open_session(secret) as session:
        printed += session.name
    assert "postgresql://postgres@" in printed
    assert PASSWORD not in printed


@pytest.mark.parametrize(
    "password",
    [
        "canary%1",
        "canary ret",
        "canary/7351",
        "canary@7351",
        "canary#7351",
        "canary?7351",
        "canary:7351",
        "canary%00",
    ],
)
@pytest.mark.parametrize("words", ["check", "serve --port 0", "settings", "backup there.db"])
def test_no_part_of_a_password_that_is_not_encoded_is_shown(
    command: Command, password: str, words: str
) -> None:
    done = command(*words.split(), CLOSUM_DATABASE=f"postgresql://ana:{password}@127.0.0.1:1/closum")
    assert not any(part in done.stdout + done.stderr for part in ("canary", "7351", "ret"))
    assert done.returncode == (0 if words == "settings" else 1)
    if words != "settings":
        assert "percent-encode" in done.stderr


def test_a_user_who_may_not_make_tables(command: Command, url: str) -> None:
    name = f"guest_{urlsplit(url).path[1:]}"
    execute(url, f"CREATE ROLE {name} LOGIN")
    guest = urlsplit(url)._replace(netloc=f"{name}@{host_of(url)}").geturl()
    try:
        assert "as another one make it the owner: ALTER DATABASE" in refusal(
            command, "user add a@b.pt", guest
        )
    finally:
        execute(url, f"DROP ROLE {name}")
