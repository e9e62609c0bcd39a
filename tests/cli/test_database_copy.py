"""closum database copy: from either engine to either, whole or not at all."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from closum.accounts import users
from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.opening import open_session
from tests.cli.conftest import Command
from tests.conftest import sign_up
from tests.support import engine
from tests.support.client import Client
from tests.support.engine import ENGINES, ON_SQLITE
from tests.support.load import every
from tests.support.moving import ODD, Place, crowd, fill, held
from tests.support.patience import PATIENCE, wait_until
from tests.support.server import Server, clean_environment
from tests.support.stored import create

PAIRS = [(source, target) for source in ENGINES for target in ENGINES]
BLOCKED = """
CREATE FUNCTION blocked() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN WHILE NOT pg_try_advisory_xact_lock_shared(77) LOOP PERFORM pg_sleep(0.01); END LOOP; RETURN NEW; END $$;
CREATE TRIGGER blocked BEFORE INSERT ON lead FOR EACH ROW EXECUTE FUNCTION blocked()
"""
pytestmark = ON_SQLITE  # each test names its engines
CHANGED = """
CREATE FUNCTION changed() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.id = 7 THEN NEW.name = 'Eve'; END IF; RETURN NEW; END $$;
CREATE TRIGGER changed BEFORE INSERT ON lead FOR EACH ROW EXECUTE FUNCTION changed()
"""


@pytest.fixture
def place(folder: Path) -> Iterator[Place]:
    def place(kind: str, name: str) -> str:
        (folder / name).mkdir(exist_ok=True)
        return ENGINES[kind].url(folder / name)

    yield place
    for one in ENGINES.values():
        one.forget(folder)


def copying(source: str, target: str) -> "subprocess.Popen[str]":
    """A copy in a process of its own, which takes Ctrl-C also where this one was started to ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(
        [sys.executable, "-m", "closum", "database", "copy", "--from", source, "--to", target],
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def blocked(target: str) -> Iterator[psycopg.Connection]:
    """A copy into the database comes as far as the first lead."""
    with psycopg.connect(target, autocommit=True) as connection:
        connection.execute(BLOCKED)
        connection.execute("SELECT pg_advisory_lock(77)")
        yield connection
        connection.execute("SELECT pg_advisory_unlock(77)")
        connection.execute("DROP FUNCTION blocked CASCADE")


def is_blocked(connection: psycopg.Connection) -> bool:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'"
    return connection.execute(waiting).fetchone() is not None


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_everything_is_copied(place: Place, command: Command, source: str, target: str) -> None:
    first, second = place(source, "first"), place(target, "second")
    fill(first)
    before = held(first)
    done = command("database", "copy", "--from", first, "--to", second)
    assert (done.returncode, done.stderr) == (0, "")
    assert "checked: " in done.stdout
    assert held(first) == before
    copied = held(second)
    assert copied == before
    assert all(copied.values()), "a table without rows proves nothing"
    assert {row[2] for row in copied["lead"]} >= set(ODD)
    assert command("check", CLOSUM_DATABASE=second).returncode == 0


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_ids_go_on_where_they_were(place: Place, command: Command, source: str, target: str) -> None:
    """Also behind records that are gone."""
    first, second = place(source, "first"), place(target, "second")
    fill(first)
    assert command("database", "copy", "--from", first, "--to", second).returncode == 0
    given = []
    for url in (first, second):
        with open_session(url) as session:
            with session.write() as unit:
                account = users.add_account(unit, "New")
                user = users.add_user(unit, account, "newer@example.com", "none")
            with session.write(1) as unit:
                lead = create(unit, LEAD, [{"name": "New"}])
        given.append((account.id, user, lead))
    assert given[0] == given[1]


def test_20_000_leads_there_and_back(place: Place, command: Command) -> None:
    urls = place("sqlite", "first"), place("postgres", "middle"), place("sqlite", "last")
    crowd(urls[0], 20_000)
    for source, target in pairwise(urls):
        done = command("database", "copy", "--from", source, "--to", target)
        assert done.returncode == 0, done.stderr
        assert " 20000 lead, " in done.stdout
    assert held(urls[0]) == held(urls[-1])


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgres"), ("postgres", "sqlite")])
@pytest.mark.parametrize("end_tokens", [False, True])
def test_a_token_goes_on_unless_it_is_to_end(
    place: Place, command: Command, tmp_path: Path, source: str, target: str, end_tokens: bool
) -> None:
    first, second = place(source, "first"), place(target, "second")
    engine.current = ENGINES[source]
    with Server(tmp_path / "first") as server, sign_up(server) as client:
        lead = client.new("lead", {"name": "Ana"})
    options = ["--end-tokens"] if end_tokens else []
    done = command("database", "copy", "--from", first, "--to", second, *options)
    assert done.returncode == 0, done.stderr
    engine.current = ENGINES[target]
    with Server(tmp_path / "second") as server, Client(server.address, client.token) as client:
        assert client.get(f"/api/lead/{lead}").status_code == (401 if end_tokens else 200)


@pytest.mark.parametrize("source", ENGINES)
def test_a_database_is_copied_as_it_was_at_one_moment(
    place: Place, command: Command, tmp_path: Path, source: str
) -> None:
    first, second = place(source, "first"), place("sqlite", "second")
    engine.current = ENGINES[source]
    over = threading.Event()
    with Server(tmp_path / "first") as server, sign_up(server) as client:
        created = [client.new("lead", {"name": "before"})]

        def create() -> None:
            while not over.is_set():
                created.append(
                    client.new("lead", {"name": "x", "email": {"email": f"a{len(created)}@x.example"}})
                )

        thread = threading.Thread(target=create)
        thread.start()
        try:
            done = command("database", "copy", "--from", first, "--to", second)
        finally:
            over.set()
            thread.join()
        assert done.returncode == 0, done.stderr
        assert len(every(client, "lead")) == len(created)
    assert command("check", CLOSUM_DATABASE=second).returncode == 0
    ids = [row[1] for row in held(second)["lead"]]
    assert ids == created[: len(ids)]


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgres"), ("postgres", "sqlite")])
def test_memory_does_not_grow_with_the_database(place: Place, source: str, target: str) -> None:
    sizes = []
    for leads in (1, 2_000):
        first, second = place(source, f"first{leads}"), place(target, f"second{leads}")
        crowd(first, 1)
        large = draft.parse(LEAD, {"custom_data": {"a": "x" * 60_000}})
        for _ in range(0, leads, 200):
            with open_session(first) as session, session.write(1) as unit:
                records.create_many(unit.of(1), LEAD, [large] * 200)
        with copying(first, second) as process:
            _, process.returncode, used = os.wait4(process.pid, 0)
        assert process.returncode == 0
        sizes.append(used.ru_maxrss)
    assert sizes[1] - sizes[0] < 60_000, "KiB"


def test_what_cannot_be_copied_is_refused(place: Place, command: Command, tmp_path: Path) -> None:
    filled, empty, free = place("postgres", "filled"), place("postgres", "empty"), place("sqlite", "free")
    fill(filled)
    file = place("sqlite", "file")
    fill(file)
    before = held(filled), held(file)
    for source, target, message in (
        (filled, file, f"{file.removeprefix('sqlite:///')} exists: name a new file"),
        (file, filled, "has records already: name a new database"),
        (filled, filled, "name a"),
        (free, empty, "; name another with --from"),
        (empty, free, "has no tables of closum"),
        ("mysql://x", free, "mysql"),
    ):
        done = command("database", "copy", "--from", source, "--to", target)
        assert done.returncode == 1
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert (held(filled), held(file)) == before
        assert not list((tmp_path / "free").iterdir())


STRANGERS = (
    "CREATE TABLE invoice (account_id BIGINT, id BIGINT, PRIMARY KEY (account_id, id))",
    "CREATE TABLE accounting (id BIGINT PRIMARY KEY)",
    "INSERT INTO invoice (account_id, id) VALUES (1, 7)",
    "INSERT INTO accounting (id) VALUES (7)",
)


def test_tables_of_another_program_are_neither_copied_nor_emptied(place: Place, command: Command) -> None:
    first, second = place("postgres", "first"), place("postgres", "second")
    fill(first)
    for url in (first, second):
        with open_session(url, create=True) as session, session.setup() as unit:
            for statement in STRANGERS:
                unit.run(statement)
    with open_session(first) as session, session.setup() as unit:
        unit.run("INSERT INTO invoice (account_id, id) VALUES (1, 8)")
    done = command("database", "copy", "--from", first, "--to", second)
    assert (done.returncode, done.stderr) == (0, "")
    assert "invoice" not in done.stdout
    assert held(first) == held(second)
    with open_session(second) as session, session.read() as unit:
        assert (unit.all("SELECT * FROM invoice"), unit.all("SELECT * FROM accounting")) == ([(1, 7)], [(7,)])


@pytest.mark.parametrize("lost", ["source", "target"])
def test_a_table_that_has_lost_its_key_is_not_left_out(place: Place, command: Command, lost: str) -> None:
    urls = {"source": place("postgres", "first"), "target": place("postgres", "second")}
    fill(urls["source"])
    with open_session(urls[lost], create=True) as session, session.setup() as unit:
        unit.run("ALTER TABLE tally_span DROP CONSTRAINT tally_span_pkey")
    done = command("database", "copy", "--from", urls["source"], "--to", urls["target"])
    assert done.returncode == 1
    assert "The table tally_span of " in done.stderr
    assert "is not closum's: it has other columns" in done.stderr


@pytest.mark.parametrize("signal_sent", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_an_ended_copy_into_postgresql_is_run_again(
    place: Place, command: Command, tmp_path: Path, signal_sent: signal.Signals
) -> None:
    first, second = place("sqlite", "first"), place("postgres", "second")
    fill(first)
    before = held(first)
    ENGINES["postgres"].fill(tmp_path / "second")
    with open_session(second, create=True), blocked(second) as connection:
        process = copying(first, second)
        wait_until(lambda: is_blocked(connection))
        process.send_signal(signal_sent)
        _, said = process.communicate(timeout=PATIENCE)
        if signal_sent == signal.SIGINT:
            assert process.returncode == 130
            assert "run the same command again" in said
            assert "Traceback" not in said
    refused = command("user", "list", CLOSUM_DATABASE=second)
    assert (refused.returncode, "holds an unfinished copy" in refused.stderr) == (1, True)
    assert held(first) == before
    again = command("database", "copy", "--from", first, "--to", second)
    assert again.returncode == 0, again.stderr
    assert held(second) == before


def test_a_second_copy_into_a_database_is_refused(place: Place, command: Command, tmp_path: Path) -> None:
    first, second = place("sqlite", "first"), place("postgres", "second")
    crowd(first, 10)
    ENGINES["postgres"].fill(tmp_path / "second")
    with blocked(second) as connection:
        process = copying(first, second)
        wait_until(lambda: is_blocked(connection))
        assert "Another copy into" in command("database", "copy", "--from", first, "--to", second).stderr
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert held(second) == held(first)


@pytest.mark.parametrize("signal_sent", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_an_ended_copy_into_a_file_leaves_none(
    place: Place, command: Command, tmp_path: Path, signal_sent: signal.Signals
) -> None:
    first, second = place("postgres", "first"), place("sqlite", "second")
    crowd(first, 30_000)
    partial = tmp_path / "second" / "closum.db.partial"
    process = copying(first, second)
    wait_until(lambda: partial.exists() and partial.stat().st_size > 1_000_000)
    process.send_signal(signal_sent)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == (130 if signal_sent == signal.SIGINT else -9)
    assert not (tmp_path / "second" / "closum.db").exists()
    done = command("database", "copy", "--from", first, "--to", second)
    assert done.returncode == 0, done.stderr
    assert not partial.exists()
    assert held(second) == held(first)


def test_what_arrives_otherwise_is_found(place: Place, command: Command, tmp_path: Path) -> None:
    first, second = place("sqlite", "first"), place("postgres", "second")
    crowd(first, 10)
    ENGINES["postgres"].fill(tmp_path / "second")
    with psycopg.connect(second, autocommit=True) as connection:
        connection.execute(CHANGED)
    done = command("database", "copy", "--from", first, "--to", second)
    assert done.returncode == 1
    assert "The table lead differs between " in done.stderr
    assert "run the same command again" in done.stderr
    assert "holds an unfinished copy" in command("user", "list", CLOSUM_DATABASE=second).stderr


def test_a_key_that_others_can_read_is_refused_and_a_missing_one_is_said(
    command: Command, place: Place
) -> None:
    source, target = place("sqlite", "first"), place("sqlite", "second")
    fill(source)
    key = Path(f"{source.removeprefix('sqlite:///')}.key")
    key.write_bytes(b"0123456789abcdef" * 2)
    key.chmod(0o644)
    assert "can be read by others" in command("database", "copy", "--from", source, "--to", target).stderr
    key.unlink()
    done = command("database", "copy", "--from", source, "--to", target)
    assert done.returncode == 0
    assert "There was no signing key with it: everybody signs in again" in done.stdout
