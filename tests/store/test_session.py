"""What a command does with the whole of a database: its key, a backup, and having it alone."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from closum.errors import Refusal
from closum.model import draft
from closum.model.change import COMMAND, By
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import history, ledger
from closum.store.identity import Account
from closum.store.keys import key_file
from closum.store.opening import locate, open_session
from closum.store.progress import Report, no_progress
from closum.store.session import Session
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from tests.support import engine as engines
from tests.support.engine import ON_SQLITE, Engine, session_of
from tests.support.patience import PATIENCE, wait_until

KEY = b"0123456789abcdef" * 4
ON_POSTGRES = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
def other(session: Session, folder: Path) -> Iterator[Session]:
    """The same database, opened by another command."""
    with session_of(folder) as opened:
        yield opened


def test_the_key_is_made_once_and_is_the_same_for_every_session(session: Session, other: Session) -> None:
    with session.read() as unit:
        assert session.stored_key(unit) is None
    assert session.key() == other.key() == session.key()


def test_a_key_that_is_made_is_noted(session: Session, other: Session) -> None:
    session.by = By(None, "", "command", operator="ana")
    session.key()
    session.key()
    other.key()
    assert noted(session) == [("signing_key_set", "ana")]
    with other.write() as unit:
        other.store_key(unit, KEY)
    assert noted(session) == [("signing_key_set", "ana"), ("signing_key_set", None)]


def test_one_that_a_server_looks_for_is_noted_as_its_own(session: Session, folder: Path) -> None:
    location = locate(engines.current.url(folder))
    assert location.key() == location.key() == session.key()
    with session.read() as unit:
        assert [(one.event, one.cause) for one in ledger.entries(unit)] == [("signing_key_set", "server")]


@ON_SQLITE
def test_no_key_is_there_that_could_not_be_noted(
    session: SQLiteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*values: object) -> None:
        raise Refusal("full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "add", fail)
        with pytest.raises(Refusal, match="full"):
            session.key()
    assert not key_file(session.path).exists()


def noted(session: Session) -> list[tuple[str, str | None]]:
    with session.read() as unit:
        return [(one.event, one.operator) for one in ledger.entries(unit)]


def test_who_writes_is_the_same_in_each_account(session: Session, account: Account) -> None:
    """Unless somebody else is named; the history has it from there."""
    session.by = By(None, "request-1", "command", operator="ana")
    with session.write(account.id) as unit:
        assert (unit.by, unit.of(2).by, unit.of(2).of(0).by) == (session.by,) * 3
        assert unit.of(2, COMMAND).of(3).by == COMMAND
        records.create_many(unit.of(account.id), LEAD, [draft.parse(LEAD, {"name": "Ana"})])
    with session.setup() as unit:
        assert unit.of(0).by == session.by
    with session.read() as unit:
        (past,) = history.of_operation(unit.of(account.id), 1)
    assert past.by == By(None, "request-1", "command")


def test_a_key_that_is_too_weak_is_named(session: Session) -> None:
    with session.write() as unit:
        session.store_key(unit, b"a" * 64)
    with pytest.raises(Refusal) as refused:
        session.key()
    assert str(refused.value).endswith("such as 'openssl rand -hex 32' prints")
    assert session.name in str(refused.value)


def test_commands_that_make_a_key_at_once_have_the_same_one(session: Session, folder: Path) -> None:
    """Each finds none, and waits for the other one's transaction."""
    found: list[bytes] = []
    ready = threading.Barrier(4)

    def ask() -> None:
        with session_of(folder) as opened:
            ready.wait(PATIENCE)
            found.append(opened.key())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert set(found) == {session.key()}


@ON_SQLITE
def test_a_backup_has_everything_but_the_key(session: Session, account: Account, tmp_path: Path) -> None:
    session.key()
    file = tmp_path / "copy.db"
    stages: list[str] = []

    def progress(title: str, unit: str) -> AbstractContextManager[Report]:
        stages.append(title)
        return no_progress(title, unit)

    session.backup(file, progress=progress)
    assert stages == ["Backing up"]
    assert not key_file(file).exists()
    with open_session(f"sqlite:///{file}") as copy, copy.read() as unit:
        assert unit.all("SELECT name FROM account") == [(account.name,)]
    assert file in session.copies()
    with pytest.raises(Refusal, match="exists: name another file, or add --overwrite"):
        session.backup(file)


@ON_SQLITE
def test_a_location_backs_up_a_database_of_an_older_schema_as_it_is(
    session: Session, folder: Path, tmp_path: Path
) -> None:
    with session.write() as unit:
        unit.run("DELETE FROM schema_version WHERE version > 8")
    locate(engines.current.url(folder)).backup(tmp_path / "copy.db", progress=no_progress)
    with session.read() as unit:
        assert unit.one("SELECT MAX(version) FROM schema_version") == (8,)


@ON_POSTGRES
def test_a_backup_of_postgresql_is_refused_with_what_does_it(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        session.backup(tmp_path / "copy.db")
    assert str(refused.value) == (
        f"This is for SQLite; with PostgreSQL: closum database copy --from {session.name} --to sqlite:///{tmp_path}/copy.db"
    )


@ON_SQLITE
def test_nobody_serves_or_migrates_a_file_that_a_command_has_alone(
    session: SQLiteSession, other: SQLiteSession
) -> None:
    with session.exclusive():
        told = "is in use by another command, which needs it alone: wait for its end"
        with pytest.raises(Refusal, match=told), locate(f"sqlite:///{session.path}").serve(1, True):
            pass
        with pytest.raises(Refusal, match=told), other.exclusive():
            pass
        with session.exclusive(), session.write() as unit:  # it has it already
            unit.run("DELETE FROM city WHERE id = 0")
        with pytest.raises(Refusal, match=told):
            other.compact([])
        session.compact([])
    with other.exclusive("compact"), pytest.raises(Refusal, match="is being compacted by another command"):
        ServerLock(session.path).acquire()
    ServerLock(session.path).acquire().release()


@ON_SQLITE
def test_a_served_file_is_nobody_elses_alone(session: SQLiteSession) -> None:
    with locate(f"sqlite:///{session.path}").serve(1, True):
        told = "is in use by a running closum server: stop it first"
        with pytest.raises(Refusal, match=told), session.exclusive():
            pass
        with SQLiteSession(session.path, serving=True) as own, own.exclusive():
            pass


@ON_SQLITE
def test_what_fails_gives_the_file_up(session: SQLiteSession, other: SQLiteSession) -> None:
    with pytest.raises(ZeroDivisionError), session.exclusive():
        raise ZeroDivisionError
    with other.exclusive():
        pass


@ON_POSTGRES
def test_who_sets_up_waits_for_a_command_that_has_the_database_alone(
    session: Session, other: Session
) -> None:
    done = threading.Event()

    def set_up() -> None:
        with other.setup():
            done.set()

    thread = threading.Thread(target=set_up)
    with session.exclusive():
        thread.start()
        with session.read() as unit:
            wait_until(lambda: unit.one(WAITING) is not None)
        assert not done.is_set()
        with session.exclusive(), session.setup():  # it has it already
            pass
        assert not done.is_set()
    thread.join()
    assert done.is_set()


WAITING = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"


def test_a_location_says_what_messages_need(session: Session, folder: Path, engine: Engine) -> None:
    location = locate(engines.current.url(folder))
    assert location.name == session.name
    is_file = engine.name == "sqlite"
    assert (location.folder is not None, location.key_place[0].endswith(".key")) == (is_file, is_file)
    assert list(location.exposures()) == []
    location.refuse_weak_key()
    with session.read() as unit:
        assert session.stored_key(unit) is None
