"""No statement leaves its account, and none counts what it reads."""

import re

import pytest

from closum.store.catalogue import SHARED
from closum.store.session import Session
from tests.support.catalogue import tables
from tests.support.engine import Engine
from tests.support.verbs import ACCOUNT_TABLES, audited, counted

SHARED_TABLES = {
    "account",
    "account_user",
    "sign_in_failure",
    "sign_in_subject",
    "token_key",
    "token_revocation",
    "token_tally",
    "city",
    "city_tally",
    "schema_version",
    "shared_job",
    "sqlite_schema",
}
CATALOGUE = re.compile(r"pg_\w+|unnest")
NO_TABLES = {"wanted", "keys", "SET"}


def strays(sql: str) -> list[str]:
    """Tables that a statement uses without the account as the first condition, or that nobody has allowed."""
    found = []
    for match in re.finditer(r"\b(FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+AS\s+(?!\()\w+)?", sql):
        verb, table, rest = match[1], match[2], sql[match.end() :]
        if table in SHARED_TABLES | NO_TABLES or CATALOGUE.fullmatch(table):
            continue
        if not re.fullmatch(ACCOUNT_TABLES, table):
            ours = False
        elif verb == "INTO":
            ours = rest.lstrip().startswith("(account_id,")
        else:
            first = re.search(r"\b(?:WHERE|ON)\s+(.+)", rest, re.DOTALL)
            ours = bool(first and re.match(r"(\w+\.)?account_id = (\?|\d+\b|\w+\.account_id\b)", first[1]))
        found += [] if ours else [table]
    return found


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT id FROM lead WHERE account_id = ? AND id = ?", []),
        ("SELECT id FROM lead WHERE id = ?", ["lead"]),
        ("SELECT id FROM lead WHERE id = ? AND account_id = ?", ["lead"]),
        ("SELECT (SELECT count FROM tally WHERE account_id = ?) FROM lead", ["lead"]),
        ("SELECT 1 FROM tally WHERE account_id = 7 ORDER BY resource FOR UPDATE", []),
        ("SELECT 1 FROM tally ORDER BY resource FOR UPDATE", ["tally"]),
        ("UPDATE email SET email = ? WHERE id = ?", ["email"]),
        ("INSERT INTO phone (id, account_id) VALUES (?, ?)", ["phone"]),
        ("DELETE FROM unheard_of", ["unheard_of"]),
    ],
)
def test_a_stray_statement_would_be_seen(sql: str, found: list[str]) -> None:
    assert strays(sql) == found


def test_every_statement_stays_in_its_account(executed: list[str], engine: Engine) -> None:
    used = {match for sql in executed for match in re.findall(rf"\b(?:{ACCOUNT_TABLES})\b", sql)}
    assert used == set(ACCOUNT_TABLES.split("|"))
    assert {sql: strays(sql) for sql in executed if strays(sql)} == audited(engine.name)


def test_no_statement_counts(executed: list[str], engine: Engine) -> None:
    audit = {*audited(engine.name), *counted()}
    assert audit <= set(executed)
    counts = rf"COUNT\(.*FROM ({ACCOUNT_TABLES})"
    assert [sql for sql in executed if sql not in audit and re.search(counts, sql, re.DOTALL)] == []


def test_tables_are_shared_by_name_or_begin_with_the_account(session: Session) -> None:
    """So the one kind can be spread by account, and the other lie on every machine."""
    with session.read() as unit:
        found = tables(unit)
    assert {name for name in found if name.startswith(SHARED)} == SHARED_TABLES - {"sqlite_schema"}
    owned = {name: table for name, table in found.items() if not name.startswith(SHARED)}
    assert set(owned) == set(ACCOUNT_TABLES.split("|"))
    for name, table in owned.items():
        assert all(key[0] == "account_id" for key in (table.key, *table.unique)), name
        for ours, other, theirs in table.references:
            assert other.startswith(SHARED) or (ours[0], theirs[0]) == ("account_id", "account_id"), name
        if "id" in table.columns and name != "change":  # there it is that of the record that was changed
            assert table.key == ("account_id", "id")


def test_there_are_no_triggers(session: Session) -> None:
    of = {
        "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        "postgres": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with session.read() as unit:
        assert unit.all(of[unit.engine]) == []
