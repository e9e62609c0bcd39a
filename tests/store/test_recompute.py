"""Derived columns are made again by the rules of today, whoever brings the database up to date, and wherever that was interrupted."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.errors import Refusal
from closum.operations import check, demo
from closum.resources import RESOURCES
from closum.resources.phone import PHONE
from closum.store import migrate, recompute
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum

RULES = Rules(RESOURCES, no_progress)
STEP = 10
"""The last migration that has derived columns made again."""

Held = dict[str, list[tuple[Any, ...]]]


def held(unit: Unit, *left_out: str) -> Held:
    """Every column of every record."""
    return {
        one.name: unit.all(
            f"SELECT {', '.join(name for name in one.columns if name not in left_out)} FROM {one.name}"
            f" ORDER BY {'id' if one.shared else 'account_id, id'}"
        )
        for one in RESOURCES
    }


def scramble(unit: Unit) -> None:
    """Other derived columns than the rules give, as an older version may have left them; and the mark that says so."""
    for resource in RESOURCES:
        unique = resource.unique.column if resource.unique else ""
        columns = [
            name
            for derived in resource.derived
            for name in derived.columns
            if name not in ("is_valid", unique)
        ]
        columns += [
            f"{one.name}_{name}" for one in resource.nested for name in one.copies if name.endswith("_sort")
        ]
        sets = [f"{column} = 'old'" for column in columns]
        sets += [f"{unique} = 'old:' || id"] if unique else []
        sets += ["is_valid = 1 - is_valid"] if resource is PHONE else []
        scope = "" if resource.shared else " WHERE account_id > 0"
        if sets:
            unit.run(f"UPDATE {resource.name} SET {', '.join(sets)}{scope}")
    unit.run("UPDATE account_user SET email_key = 'old:' || id")
    unfinish(unit)


def unfinish(unit: Unit) -> None:
    unit.run("UPDATE schema_version SET applied = ? WHERE version = ?", (migrate.UNFINISHED, STEP))


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


def notes(session: Session) -> list[str]:
    found: list[str] = []
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None, found.append)) == []
    return found


@pytest.fixture
def filled(session: Session, account: Account) -> Session:
    """A database with leads, and a user."""
    for step in demo.steps(0, 300, lambda: 300, lambda done, total: None):
        with session.write(account.id) as unit:
            step(unit)
    with session.write() as unit:
        unit.run(
            "INSERT INTO account_user (account_id, email, email_key, password_hash, created, modified)"
            " VALUES (?, 'Ana@example.com', 'ana@example.com', '', '', '')",
            (account.id,),
        )
    return session


def test_every_derived_column_and_every_copy_is_made_again(filled: Session, url: str) -> None:
    with filled.write() as unit:
        expected = held(unit, "version", "modified")
        scramble(unit)
    assert len(faults(filled)) > 1_000
    with filled.read() as unit:
        assert not migrate.is_current(unit)
    with open_session(url, rules=RULES) as session:
        assert faults(session) == []
        with session.read() as unit:
            assert held(unit, "version", "modified") == expected
            assert unit.all("SELECT email_key FROM account_user") == [("ana@example.com",)]
            assert migrate.is_current(unit)


def test_records_that_do_not_change_are_not_written(filled: Session, url: str, account: Account) -> None:
    with filled.write() as unit:
        untouched = held(unit)
        unfinish(unit)
    with open_session(url, rules=RULES) as session, session.write() as unit:
        assert held(unit) == untouched
        unit.run("UPDATE lead SET name_sort = 'old' WHERE account_id = ? AND id = 7", (account.id,))
        unfinish(unit)
    with open_session(url, rules=RULES) as session, session.read() as unit:
        versions = {row[0]: row[1] for row in unit.all("SELECT id, version FROM lead")}
    assert {record_id for record_id, version in versions.items() if version != 1} == {7}


def test_what_lists_alone_know_makes_no_record_a_changed_one(filled: Session, url: str) -> None:
    """Columns to filter or to order by, which an upgrade adds: versions and dates stay, and clients fetch nothing again."""
    with filled.write() as unit:
        expected = held(unit)
        unit.run("UPDATE phone SET number_shown = '', country = NULL")
        unit.run("UPDATE lead SET phone_number_shown = NULL WHERE phone_id IS NOT NULL")
        unfinish(unit)
    with open_session(url, rules=RULES) as session, session.read() as unit:
        assert held(unit) == expected


def test_without_the_rules_it_is_refused(filled: Session, url: str) -> None:
    with filled.write() as unit:
        unfinish(unit)
    with pytest.raises(Refusal, match="'closum check' does it"):
        open_session(url)


def test_progress_counts_every_record(filled: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "LARGE_STEP", 50)
    monkeypatch.setattr(recompute, "SMALL_STEP", 50)
    told: list[tuple[int, int]] = []

    class Progress:
        def __init__(self, title: str, unit: str) -> None: ...
        def __enter__(self) -> Any:
            return lambda done, total: told.append((done, total))

        def __exit__(self, *_: object) -> None: ...

    recompute.recompute(filled, Rules(RESOURCES, Progress))
    with filled.read() as unit:
        total = sum(len(found) for found in held(unit).values())
    assert told == sorted(told)
    assert told[-1] == (total, total)
    assert len(told) > 10


def test_a_pair_is_named_and_no_fault(filled: Session, account: Account) -> None:
    with filled.write(account.id) as unit:
        sql = "INSERT INTO phone SELECT account_id, 9001, extension, number, date_add, 'old', is_valid, number_sort, version, modified, country, number_shown FROM phone WHERE account_id = ? AND id = 1"
        unit.run(sql, (account.id,))
        unit.run(
            "UPDATE tally SET count = count + 1, last_id = 9001 WHERE account_id = ? AND resource = 'phone'",
            (account.id,),
        )
    assert [fault for fault in faults(filled) if "missing" not in fault] == []
    found: list[str] = []
    with filled.read() as unit:
        list(check.faults(unit, lambda done, total: None, found.append))
    (line,) = found
    assert line.startswith(f"phones 1 and 9001 of account {account.id} have the same number")
    assert line.endswith("change or erase one of them")
    with filled.write(account.id) as unit:
        unit.run(
            "UPDATE phone SET number = '912340999', number_sort = '912340999' WHERE account_id = ? AND id = 9001",
            (account.id,),
        )
    assert any(
        fault.startswith(f"phone 9001 of account {account.id}: the column number_key")
        for fault in faults(filled)
    )


def test_users_whose_addresses_became_one_keep_their_keys(session: Session, account: Account) -> None:
    users = [
        ("Ana@example.com", "old:1"),
        ("ana@example.com", "old:2"),
        ("Rui@example.com", "old:3"),
        ("no address", "old:4"),
    ]
    with session.write() as unit:
        for email, key in users:
            unit.run(
                "INSERT INTO account_user (account_id, email, email_key, password_hash, created, modified) VALUES (?, ?, ?, '', '', '')",
                (account.id, email, key),
            )
    recompute.recompute(session, RULES)
    with session.read() as unit:
        found = [row[0] for row in unit.all("SELECT email_key FROM account_user ORDER BY id")]
    assert found == ["old:1", "old:2", "rui@example.com", "old:4"]
    assert all(
        "Ana@example.com" in line and "ana@example.com" in line and "closum user remove" in line
        for line in notes(session)
    )
    assert len(notes(session)) == 2


def test_values_that_cannot_be_read_stop_nothing(filled: Session, account: Account) -> None:
    odd = {1: "no address", 2: "x" * 100_000, 3: "", 4: "ana@example.com" * 1_000}
    with filled.write(account.id) as unit:
        for record_id, text in odd.items():
            unit.run(
                "UPDATE email SET email = ? WHERE account_id = ? AND id = ?", (text, account.id, record_id)
            )
            unit.run(
                "UPDATE phone SET number = ? WHERE account_id = ? AND id = ?",
                ("9" * 100_000 + text, account.id, record_id),
            )
        unit.run(
            "UPDATE email SET email_sort = 'old', email_key = 'old' WHERE account_id = ? AND id = 9",
            (account.id,),
        )
    recompute.recompute(filled, RULES)
    with filled.read() as unit:
        assert unit.one("SELECT email_key FROM email WHERE account_id = ? AND id = 9", (account.id,)) != (
            "old",
        )
    found = faults(filled)
    assert [fault.split(":")[0] for fault in found] == [
        f"email {number} of account {account.id}" for number in odd
    ]
    assert all(fault.endswith("cannot be read: change or erase it") for fault in found)


@ON_SQLITE
def test_bytes_that_are_no_text_stop_nothing(filled: Session, account: Account) -> None:
    with filled.write(account.id) as unit:
        unit.run(
            "UPDATE phone SET number = CAST(x'ff31' AS TEXT) WHERE account_id = ? AND id = 1", (account.id,)
        )
        unit.run("UPDATE lead SET name = x'ff' WHERE account_id = ? AND id = 1", (account.id,))
        unit.run("UPDATE lead SET name_sort = 'old' WHERE account_id = ? AND id = 2", (account.id,))
    recompute.recompute(filled, RULES)
    with filled.read() as unit:
        assert unit.one("SELECT name_sort FROM lead WHERE account_id = ? AND id = 2", (account.id,)) != (
            "old",
        )
    assert f"phone 1 of account {account.id}: what it holds cannot be read: change or erase it" in faults(
        filled
    )


KILLED = """
import os, signal, sys
from closum.cli import main
from closum.store import recompute

recompute.LARGE_STEP = 2
step = recompute._Walk._next
def deadly(walk, unit):
    step(walk, unit)
    if walk._resource.name == sys.argv[1] and walk._last >= 4:
        os.kill(os.getpid(), signal.SIGKILL)
recompute._Walk._next = deadly
main(["check", "--database", sys.argv[2]])
"""


@pytest.mark.slow
@pytest.mark.parametrize("resource", ["phone", "lead"])
def test_killed_in_the_middle_it_goes_on_the_next_time(filled: Session, url: str, resource: str) -> None:
    with filled.write() as unit:
        expected = held(unit, "version", "modified")
        scramble(unit)
    filled.close()
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, resource, url], check=False, capture_output=True, timeout=PATIENCE
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with open_session(url, rules=RULES) as session, session.read() as unit:
        assert held(unit, "version", "modified") == expected
        assert migrate.is_current(unit)


@pytest.mark.slow
def test_a_command_makes_them_again_beside_a_server(folder: Path) -> None:
    with Server(folder) as server:
        with server.session() as session, session.write() as unit:
            account_id = users.add_account(unit, "Acme").id
        for step in demo.steps(0, 250, lambda: 250, lambda done, total: None):
            with server.session() as session, session.write(account_id) as unit:
                step(unit)
        with server.session() as session:
            with session.write(account_id) as unit:
                unit.run("UPDATE lead SET name_sort = 'old' WHERE account_id = ?", (account_id,))
            assert len(faults(session)) > 200
            done = closum("database", "recompute", folder=folder)
            assert done.returncode == 0, done.stderr
            assert "every record follows the rules of this version" in done.stdout
            assert faults(session) == []
