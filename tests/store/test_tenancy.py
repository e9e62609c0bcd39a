"""No statement leaves its account, and none counts what it reads."""

import re

import pytest

from closum.resources.lead import LEAD
from closum.store import agenda, catalogue, duplicates, migrate, operation, saved_views, staged
from closum.store.session import Session
from tests.support.catalogue import tables
from tests.support.engine import Engine
from tests.support.every_operation import ACCOUNT_TABLES, SEARCHED, account_tables, across_accounts

SHARED_TABLES = {
    "account",
    "account_user",
    "api_key",
    "sign_in_failure",
    "sign_in_subject",
    "token_key",
    "token_revocation",
    "token_tally",
    "city",
    "city_tally",
    "ledger",
    "schema_version",
    "session",
    "setup_code",
    "invitation",
    "second_factor",
    "recovery_code",
    "shared_job",
    "sqlite_schema",
}
CATALOGUE = re.compile(r"pg_\w+|unnest")
TERMS = {f"{one.name}_term" for one in SEARCHED}
"""On SQLite they are virtual."""
NO_TABLES = {"wanted", "keys", "walk", "place", "page", "stepped", "found", "SET", "LATERAL"}
ACCOUNT = r"(\w+\.)?account_id = (\?|\d+\b|\w+\.account_id\b)"
ROW = r"(\w+_term MATCH \? AND )?rowid (=|>=|BETWEEN) \?"
"""Of an index of SQLite's own, whose numbers begin with the account."""
WHOSE = re.compile(rf"{ACCOUNT}|{ROW}")
FROM_THE_ACCOUNT_ON = re.compile(  # as far as the count says, and what is another's is left out
    r"account_id [<>]= \? ORDER BY account_id (?:ASC|DESC), [\w ,]+ LIMIT (?:(?! AS arm\b).)+ AS arm WHERE account_id = \?",
    re.DOTALL,
)


WALK = "SELECT key FROM (SELECT id FROM lead WHERE account_id >= ? ORDER BY account_id ASC, name ASC, id LIMIT 5 OFFSET 9)"


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
            ours = rest.lstrip().startswith(("(account_id,", "(rowid,"))
        else:
            first = re.search(r"\b(?:WHERE|ON)\s+(.+)", rest, re.DOTALL)
            ours = bool(first and (WHOSE.match(first[1]) or FROM_THE_ACCOUNT_ON.match(first[1])))
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
        (
            "SELECT 1 FROM (VALUES (1)) AS wanted CROSS JOIN LATERAL (SELECT 1 FROM lead WHERE id = 1) AS found",
            ["lead"],
        ),
        ("UPDATE email SET email = ? WHERE id = ?", ["email"]),
        ("SELECT id FROM lead WHERE account_id >= ?", ["lead"]),
        (f"{WALK} AS arm WHERE account_id = ?", []),
        (f"{WALK} AS arm", ["lead"]),
        (f"{WALK} AS arm UNION ALL {WALK} AS arm WHERE account_id = ?", ["lead"]),
        ("INSERT INTO phone (id, account_id) VALUES (?, ?)", ["phone"]),
        ("DELETE FROM unheard_of", ["unheard_of"]),
        ("DELETE FROM lead_term WHERE rowid = ?", []),
        ("SELECT rowid FROM lead_term WHERE lead_term MATCH ? AND rowid BETWEEN ? AND ?", []),
        ("SELECT rowid FROM lead_term WHERE lead_term MATCH ?", ["lead_term"]),
    ],
)
def test_a_stray_statement_would_be_seen(sql: str, found: list[str]) -> None:
    assert strays(sql) == found


@pytest.mark.slow
def test_every_statement_stays_in_its_account(executed: list[str], engine: Engine) -> None:
    used = {match for sql in executed for match in re.findall(rf"\b(?:{ACCOUNT_TABLES})\b", sql)}
    assert used - TERMS == account_tables(engine.name) - TERMS
    assert {sql: strays(sql) for sql in executed if strays(sql)} == across_accounts(engine.name)


BOUNDED = {
    duplicates.NUMBER,
    duplicates.BLOCKS,
    saved_views.OWN,
    staged.statement(staged.COUNT, LEAD),
    staged.statement(staged.PRESENT, LEAD),
    *agenda.COUNTED,
}
"""They count what a page has, as many rows as they are told to read, or those that reports have not counted yet."""


@pytest.mark.slow
def test_no_statement_counts(executed: list[str], engine: Engine) -> None:
    """But one: how many duplicates are left, of which the list reads the same index."""
    allowed = across_accounts(engine.name)
    assert allowed.keys() <= set(executed)
    counts = rf"COUNT\(.*(?:FROM|JOIN) ({ACCOUNT_TABLES})"
    spans = {operation.counting(1 << power, engine.name) for power in range(9)}
    found = [sql for sql in executed if sql not in allowed and re.search(counts, sql, re.DOTALL)]
    assert {*found} - spans == BOUNDED | {duplicates.OPEN}
    assert {*found} & spans


def test_the_key_of_a_table_says_whose_its_rows_are(session: Session) -> None:
    """So the one kind can be spread by account, and the other lie on every machine."""
    with session.read() as unit:
        found, known = tables(unit), {table.name: table for table in catalogue.tables(unit)}
    assert known.keys() == found.keys() == migrate.tables(unit.engine)
    assert all(table.key for table in known.values())
    shared = {name for name, table in known.items() if table.shared}
    assert shared == SHARED_TABLES - {"sqlite_schema"}
    owned = {name: table for name, table in found.items() if name not in shared}
    assert set(owned) == account_tables(unit.engine)
    for name, table in owned.items():
        assert all(key[0] == "account_id" for key in (table.key, *table.unique)), name
        for ours, other, theirs in table.references:
            assert other in shared or (ours[0], theirs[0]) == ("account_id", "account_id"), name
        if "id" in table.columns and name != "change":  # whose ids are those of what was changed
            assert table.key == ("account_id", "id")


def test_a_table_of_somebody_else_is_not_ours(session: Session) -> None:
    with session.write() as unit:
        ours = catalogue.tables(unit)
        unit.run("CREATE TABLE accounting (id BIGINT NOT NULL PRIMARY KEY)")
        unit.run(
            "CREATE TABLE invoice (account_id BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (account_id, id))"
        )
        unit.run("CREATE TABLE city_log (line TEXT)")
        assert catalogue.tables(unit) == ours


def test_a_table_that_has_lost_its_key_is_nobodys(session: Session) -> None:
    """Nobody knows whose its rows are."""
    with session.write() as unit:
        ours = [table.name for table in catalogue.tables(unit)]
        unit.run("DROP TABLE tally_span")
        unit.run("CREATE TABLE tally_span (account_id BIGINT, resource TEXT, span BIGINT, gone BIGINT)")
        assert [table.name for table in catalogue.tables(unit)] == [
            name for name in ours if name != "tally_span"
        ]


def test_there_are_no_triggers(session: Session) -> None:
    of = {
        "sqlite": "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        "postgres": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with session.read() as unit:
        assert unit.all(of[unit.engine]) == []
