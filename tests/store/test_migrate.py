"""Migrations: a new database, an older one, a newer one, one that fails, is killed, or meets another."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from closum.errors import Refusal
from closum.operations import check, demo
from closum.resources import RESOURCES
from closum.store import identity, migrate, sign_ins
from closum.store.migrate import Migration
from closum.store.opening import open_session
from closum.store.place import is_postgres, path_of
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support import engine
from tests.support.catalogue import Tables, tables
from tests.support.patience import PATIENCE

REAL = migrate.migrations()
NEXT = len(REAL) + 1
ADDED = Migration(NEXT, f"{NEXT:04}_added.sql", "CREATE TABLE added (id BIGINT);\n")
FAILING = Migration(NEXT, ADDED.name, ADDED.text + "INSERT INTO added (id) VALUES (1);\nSELECT nonsense;\n")

RULES = Rules(RESOURCES, no_progress)

Know = Callable[..., None]


@pytest.fixture
def know(monkeypatch: pytest.MonkeyPatch) -> Know:
    """Makes this program one that knows other migrations."""
    return lambda *known: monkeypatch.setattr(migrate, "migrations", lambda: list(known))


@pytest.fixture
def filled(session: Session, url: str) -> str:
    """The URL of a sound database with some leads, which is not open."""
    with session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', '')")
    for step in demo.steps(0, 500, lambda: 500, lambda done, total: None):
        with session.write(1) as unit:
            step(unit)
    session.close()
    return url


@pytest.fixture
def empty(folder: Path) -> str:
    """The URL of a database without tables."""
    return engine.current.url(folder)


def tables_of(url: str) -> Tables:
    with opened_as_it_is(url) as session, session.read() as unit:
        return tables(unit)


def opened_as_it_is(url: str) -> Session:
    """A database, whatever its version."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "pending", lambda unit, name: [])
        return open_session(url)


def version_of(session: Session) -> int:
    with session.read() as unit:
        return migrate.version_of(unit)[0]


def refusal(url: str) -> str:
    """The line with which opening is refused."""
    with pytest.raises(Refusal) as caught, open_session(url, serving=True):
        pass
    assert "\n" not in str(caught.value)
    return str(caught.value)


def sound(session: Session) -> bool:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None)) == []


def test_a_new_database_is_whole(session: Session) -> None:
    assert version_of(session) == len(REAL)
    assert session.saved is None
    assert sound(session)


@pytest.mark.parametrize("first", range(1, len(REAL)))
def test_an_older_schema_is_brought_up_to_date(
    empty: str, tmp_path_factory: pytest.TempPathFactory, know: Know, first: int
) -> None:
    know(*REAL[:first])
    with open_session(empty, create=True) as session, session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', '')")
    old = tables_of(empty)
    know(*REAL)
    with open_session(empty, rules=RULES) as session:
        assert version_of(session) == len(REAL)
        with session.read() as unit:
            assert unit.one("SELECT name FROM account") == ("A",)
    fresh = tmp_path_factory.mktemp("fresh")
    assert tables_of(empty) == tables_of(engine.current.fill(fresh))
    engine.current.forget(fresh)
    if isinstance(session, SQLiteSession):
        assert session.saved == session.path.with_name(f"closum.db.before-{first + 1:04}")
        assert tables_of(f"sqlite:///{session.saved}") == old
    with open_session(empty) as again:
        assert again.saved is None


def test_accounts_of_before_have_the_settings_that_new_ones_get(empty: str, know: Know) -> None:
    know(*REAL[:10])
    with open_session(empty, create=True) as session, session.write() as unit:
        unit.run("INSERT INTO account (name, name_key, created, modified) VALUES ('A', 'a', '', 'then')")
    know(*REAL)
    with open_session(empty, rules=RULES) as session, session.write() as unit:
        old, new = (
            identity.account_row(unit, 1),
            identity.account_row(unit, identity.add_account(unit, "B", "b")),
        )
    assert old
    assert new
    assert old == new | {"name": "A", "modified": "then"}
    assert [old[name] for name in ("zone", "country", "language", "revision")] == ["UTC", None, "en", "first"]


def test_wrong_passwords_get_numbers_and_are_still_counted(empty: str, know: Know) -> None:
    know(*REAL[:8])
    with open_session(empty, create=True) as session, session.write() as unit:
        for subject, at in (("a", 5), ("a", 5), ("a", 6), ("b", 5)):
            unit.run("INSERT INTO sign_in_failure (subject, at) VALUES (?, ?)", (subject, at))
    know(*REAL)
    with open_session(empty, rules=RULES) as session, session.read() as unit:
        found = unit.all("SELECT subject, at, number FROM sign_in_failure ORDER BY 1, 2, 3")
        assert found == [("a", 5, 1), ("a", 5, 2), ("a", 6, 1), ("b", 5, 1)]
        assert sign_ins.sign_in_failures(unit, "a", 0, 10) == [6, 5, 5]


ADDED_IDENTITY = re.compile(r"\bADD\b[^;]*\bIDENTITY\b")


def test_no_migration_adds_a_column_that_numbers_itself() -> None:
    """Where tables are spread over machines it is refused."""
    for migration in REAL:
        for statement in migration.statements("postgres"):
            assert not ADDED_IDENTITY.search(statement.upper()), migration.name


def test_a_migration_that_fails_is_undone(filled: str, know: Know) -> None:
    before = tables_of(filled)
    know(*REAL, FAILING)
    assert "nonsense" in refusal(filled)
    assert tables_of(filled) == before
    know(*REAL, ADDED)
    with open_session(filled) as session, session.read() as unit:
        assert migrate.version_of(unit)[0] == NEXT
        assert unit.one("SELECT COUNT(*) FROM added") == (0,)


KILLED = f"""
import os, signal, sys
from closum.store import migrate, opening
from closum.store.postgres.unit import PostgresUnit
from closum.store.sqlite.database import SQLiteUnit

def deadly(run):
    def killed(unit, sql, values=()):
        if "INTO schema_version" in sql:
            os.kill(os.getpid(), signal.SIGKILL)
        return run(unit, sql, values)
    return killed

for kind in (PostgresUnit, SQLiteUnit):
    kind.run = deadly(kind.run)
known = [*migrate.migrations(), migrate.Migration({NEXT}, {ADDED.name!r}, {ADDED.text!r})]
migrate.migrations = lambda: known
opening.open_session(sys.argv[1])
"""


@pytest.mark.slow
def test_a_killed_migration_is_undone(filled: str) -> None:
    """Killed with `kill -9` inside the transaction of a migration."""
    before = tables_of(filled)
    ended = subprocess.run([sys.executable, "-c", KILLED, filled], check=False, timeout=PATIENCE)
    assert ended.returncode == -9
    assert tables_of(filled) == before
    if not is_postgres(filled):
        saved = path_of(filled).with_name(f"closum.db.before-{NEXT:04}")
        assert tables_of(f"sqlite:///{saved}") == before
    with open_session(filled) as session:
        assert sound(session)


def test_a_newer_schema_is_refused(filled: str) -> None:
    with open_session(filled) as session, session.write() as unit:
        unit.run("INSERT INTO schema_version (version, name, program, applied) VALUES (99, 'x', '9.8.7', '')")
    before = tables_of(filled)
    assert re.search(r"needs closum 9\.8\.7 or newer .* upgrade closum$", refusal(filled))
    assert tables_of(filled) == before


def test_a_migration_that_another_process_applied_meanwhile_is_left_alone(
    filled: str, know: Know, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[int] = []
    pending = migrate.pending

    def late(unit: Unit, name: str) -> list[Migration]:
        """What is still to be done, before another process does it."""
        found = pending(unit, name)
        met.append(len(found))
        if len(met) == 1:
            open_session(filled).close()
        return found

    know(*REAL, ADDED)
    monkeypatch.setattr(migrate, "pending", late)
    with open_session(filled) as session, session.read() as unit:
        versions = unit.all("SELECT version FROM schema_version ORDER BY version")
    assert versions == [(number,) for number in range(1, NEXT + 1)]
    assert met == [1, 1, 1, 0]  # ours and the other's, its own again under the lock, and ours


def test_the_refusal_names_the_first_version_of_the_schema(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the one that brought the database there, which may be a later one."""
    newest = len(REAL)
    with open_session(filled) as session, session.read() as unit:
        rows: dict[int, str] = dict(unit.all("SELECT version, program FROM schema_version"))
    assert rows[newest] == migrate.FIRST_VERSIONS[newest]
    monkeypatch.setattr(migrate, "migrations", lambda: REAL[:-1])
    monkeypatch.setattr(migrate, "__version__", "0.0.9")
    assert (
        f"needs closum {migrate.FIRST_VERSIONS[newest]} or newer (its schema is {newest}; this closum 0.0.9"
        f" knows schema {newest - 1}): upgrade closum"
    ) in refusal(filled)
