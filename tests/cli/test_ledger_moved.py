"""The ledger in a backup that is put back, in a copy, and in one that an older version left."""

import contextlib
from pathlib import Path
from typing import Any

import apsw
import pytest

from closum.cli.operator import by_operator, operator
from closum.store import ledger, migrate
from closum.store.ledger import Entry
from closum.store.opening import open_session
from tests.cli.conftest import Command
from tests.support import engine as engines
from tests.support.before import before, know
from tests.support.engine import ENGINES, ON_SQLITE

RESTORED = ["all_tokens_ended", "database_restored"]


def entries(url: str) -> list[Entry]:
    with open_session(url) as session, session.read() as unit:
        return list(ledger.entries(unit))


def of_file(path: Path) -> list[Entry]:
    return entries(f"sqlite:///{path}")


def restore(command: Command, database: Path) -> list[Entry]:
    """What the ledger has afterwards."""
    done = command("restore", "ours.bak", "--overwrite")
    assert (done.returncode, done.stderr) == (0, "")
    assert command("check").returncode == 0
    return of_file(database)


def rows(path: Path, sql: str) -> Any:
    with contextlib.closing(apsw.Connection(str(path))) as file:
        return file.execute(sql).fetchall()


@pytest.fixture
def backed_up(command: Command, folder: Path) -> Path:
    command("user", "add", "ana@example.com", "--account", "Acme")
    assert command("backup", "ours.bak").returncode == 0
    return folder / "closum.db"


@ON_SQLITE
def test_a_restore_keeps_what_was_noted_since_the_backup(
    command: Command, backed_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "AT_ONCE", 2)
    command("user", "password", "ana@example.com")
    command("account", "add", "Beta")
    command("user", "add", "rui@example.com", "--account", "Acme")
    command("user", "remove", "rui@example.com")
    known = of_file(backed_up)
    found = restore(command, backed_up)
    assert found[: len(known)] == known
    assert [one.event for one in found[len(known) :]] == RESTORED
    assert found[-1].detail == {"entries_carried_over": 4}
    assert (found[-1].operator, found[-1].cause) == (operator(), "command")
    assert [one.id for one in found] == sorted({one.id for one in found})
    again = restore(command, backed_up)  # and once more
    assert again[: len(found)] == found
    assert [one.event for one in again[len(found) :]] == RESTORED


@ON_SQLITE
def test_ids_of_entries_that_were_cut_are_not_given_again(command: Command, backed_up: Path) -> None:
    command("user", "password", "ana@example.com")
    with open_session(f"sqlite:///{backed_up}") as session, session.write() as unit:
        last = ledger.last_id(unit)
        ledger.cut(unit, "9999", 100)
    found = restore(command, backed_up)
    assert [one.event for one in found if one.id > last] == RESTORED


def as_of(version: int, path: Path) -> None:
    """Make a database one of an earlier schema, with the accounts and users that it has."""
    old = path.with_name("old.db")
    with pytest.MonkeyPatch.context() as patch:
        know(patch, migrate.migrations()[:version])
        open_session(f"sqlite:///{old}", create=True).close()
    with contextlib.closing(apsw.Connection(str(old))) as file:
        file.execute("ATTACH ? AS new", (str(path),))
        for table in ("account", "account_user"):
            names = ", ".join(row[1] for row in file.execute(f"PRAGMA table_info({table})"))
            file.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM new.{table}")
    old.replace(path)


@ON_SQLITE
def test_a_backup_from_before_there_was_a_ledger_gets_all_of_it(
    command: Command, folder: Path, backed_up: Path
) -> None:
    command("user", "sign-out", "ana@example.com")
    as_of(12, folder / "ours.bak")
    known = of_file(backed_up)
    assert restore(command, backed_up)[: len(known)] == known


@ON_SQLITE
def test_a_ledger_that_went_another_way_stays_where_it_is(command: Command, backed_up: Path) -> None:
    rows(backed_up, "UPDATE ledger SET event = 'user_removed'")
    command("user", "sign-out", "ana@example.com")
    found = restore(command, backed_up)
    assert [one.event for one in found] == ["account_added", "user_added", *RESTORED]
    assert found[-1].detail == {"entries_carried_over": None}


@ON_SQLITE
@pytest.mark.parametrize("damage", ["DROP TABLE ledger", "UPDATE ledger SET event = CAST(x'ff' AS TEXT)"])
def test_one_that_cannot_be_read_hinders_no_restore(command: Command, backed_up: Path, damage: str) -> None:
    rows(backed_up, damage)
    found = restore(command, backed_up)
    assert [one.event for one in found] == ["account_added", "user_added", *RESTORED]


@ON_SQLITE
def test_the_ledger_of_another_database_is_not_taken_over(
    command: Command, backed_up: Path, folder: Path
) -> None:
    for file in folder.glob("closum.db*"):
        file.unlink()
    command("user", "add", "eva@example.com", "--account", "Other")
    rows(backed_up, "UPDATE account SET created = '2020-01-01T00:00:00+00:00'")
    found = restore(command, backed_up)
    assert [one.event for one in found] == ["account_added", "user_added", *RESTORED]


@ON_SQLITE
@pytest.mark.parametrize("source", ENGINES)
@pytest.mark.parametrize("target", ENGINES)
def test_a_copy_has_it_and_says_that_it_is_one(
    command: Command, folder: Path, source: str, target: str
) -> None:
    places = []
    for kind, name in ((source, "from"), (target, "to")):
        (folder / name).mkdir()
        places.append(ENGINES[kind].url(folder / name))
    old, new = places
    command("user", "add", "ana@example.com", "--account", "Acme", CLOSUM_DATABASE=old)
    with open_session(old) as session:
        session.by = by_operator()
        session.key()
    done = command("database", "copy", "--from", old, "--to", new, "--end-tokens")
    assert done.returncode == 0, done.stderr
    known, found = entries(old), entries(new)
    assert found[: len(known)] == known
    assert [one.event for one in found[len(known) :]] == [
        "database_copied",
        "all_tokens_ended",
        "signing_key_set",
    ]
    assert {one.operator for one in found} == {operator()}
    command("user", "sign-out", "--all", CLOSUM_DATABASE=new)
    assert entries(new)[-1].id > found[-1].id
    assert command("check", CLOSUM_DATABASE=new).returncode == 0
    for one in ENGINES.values():
        one.forget(folder)


def test_an_upgrade_begins_an_empty_one(command: Command, folder: Path) -> None:
    url = engines.current.url(folder)
    before(url, 10, lambda unit: None)
    assert command("check").returncode == 0
    assert entries(url) == []
    assert command("user", "sign-out", "--all").returncode == 0
    assert [one.event for one in entries(url)] == ["all_tokens_ended"]
