"""Account data is written by `store/changes.py` and its followers alone, beside what copies or makes again whole tables."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from closum.store import search
from closum.store.opening import open_session
from closum.store.session import Session
from tests.support.catalogue import tables
from tests.support.every_operation import every_verb
from tests.support.statements import PUT_IN, SOURCE, executing, texts, written
from tests.support.tracing import told_of

WRITERS = {
    "store/bin.py",
    "store/changes.py",
    "store/tally.py",
    "store/gaps.py",
    "store/history.py",
    "store/earliest.py",
    "store/stays.py",
    "store/turns.py",
}
BESIDE = {
    "store/sqlite/database.py",
    "store/postgres/copying.py",
    "store/archive.py",
    "store/background.py",
    "store/idempotency.py",
    "store/imports.py",
    "store/saved_views.py",
    "store/visits.py",
    "store/duplicates.py",
    "store/duplicate_place.py",
    "store/reports.py",
    "store/report_place.py",
    "store/merged.py",
    "store/recompute.py",
    "store/sqlite/transfer.py",
    "store/postgres/transfer.py",
    "store/sqlite/search.py",
    "store/postgres/search.py",
}
"""Rows inserted for `changes.py`; background work, which is no record, what is kept of imports, the leads that it finds to look alike, and what it counts for reports; derived columns made again; copies of a whole database or account; terms of records."""
MOVING = {
    "store/search.py",
    "store/sqlite/search.py",
    "store/session.py",
    "store/sqlite/mover.py",
    "store/writer.py",
}
"""What has terms removed, and moved into their index."""
FILES = sorted((SOURCE / "store").rglob("*.py"))  # no other package has SQL: see test_architecture.py


@pytest.fixture
def owned(session: Session) -> set[str]:
    """Every table of account data: those whose key begins with the account."""
    with session.read() as unit:
        found = {name for name, table in tables(unit).items() if table.key[:1] == ("account_id",)}
    assert {"lead", "email", "phone", "tally", "change"} <= found
    return found


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("INSERT INTO lead (account_id) VALUES (?)", {"lead"}),
        ("INSERT OR REPLACE INTO lead (id) VALUES (?)", {"lead"}),
        ("INSERT INTO tally (count) VALUES (?) ON CONFLICT (id) DO UPDATE SET count = 1", {"tally"}),
        ("insert into lead default values", {"lead"}),
        ("UPDATE lead SET name = ? WHERE id = ?", {"lead"}),
        ("UPDATE lead AS record SET name = ?", {"lead"}),
        ('UPDATE ONLY public."lead" SET name = ?', {"lead"}),
        ("DELETE FROM\n lead WHERE id = ?", {"lead"}),
        (
            "WITH gone AS (DELETE FROM lead RETURNING id) INSERT INTO change (id) SELECT id",
            {"lead", "change"},
        ),
        ("COPY lead (id) FROM STDIN", {"lead"}),
        ("TRUNCATE TABLE lead", {"lead"}),
        ("DELETE FROM {} WHERE account_id = ?", {PUT_IN}),
        ("UPDATE {} SET {}", {PUT_IN}),
        ("DELETE FROM %s", {PUT_IN}),
        ("INSERT INTO ", {PUT_IN}),
        ("SELECT 1 FROM tally WHERE account_id = 1 FOR UPDATE", set()),
        ("SELECT id FROM lead", set()),
    ],
)
def test_a_write_would_be_seen(sql: str, found: set[str]) -> None:
    assert written(sql) == found


def test_a_name_that_is_put_in_would_be_seen() -> None:
    module = ast.parse('"""DELETE FROM phone"""\nsql = f"DELETE FROM {table}" " WHERE id = ?"')
    assert [written(text) for text in texts(module)] == [{PUT_IN}]


def test_no_other_module_has_a_statement_that_writes_account_data(owned: set[str]) -> None:
    found = defaultdict[str, set[str]](set)
    for file in FILES:
        for text in texts(ast.parse(file.read_text(encoding="utf-8"))):
            if tables := written(text) & (owned | {PUT_IN}):
                found[file.relative_to(SOURCE).as_posix()] |= tables
    assert found.keys() == WRITERS | BESIDE, dict(found)


@pytest.mark.slow
def test_no_other_module_has_one_executed(session: Session, url: str, owned: set[str], folder: Path) -> None:
    found = defaultdict[str, set[str]](set)

    def note(sql: str) -> None:
        for table in written(sql) & owned:
            found[table].add(executing())

    with told_of(note), open_session(url) as opened:
        every_verb(opened, url)
    assert found.keys() == owned
    assert found.pop("job") == {"store/background.py"}
    assert found.pop("idempotency") == {"store/idempotency.py"}
    for table in ("import", "import_fault", "import_mapping"):
        assert found.pop(table) == {"store/imports.py"}
    assert found.pop("saved_view") == {"store/saved_views.py"}
    assert found.pop("user_visit") == {"store/visits.py"}
    assert found.pop("merged") == {"store/merged.py", "store/changes.py"}
    for table in ("duplicate", "duplicate_key", "duplicate_dismissed", "duplicate_place"):
        assert found.pop(table) <= {"store/duplicates.py", "store/duplicate_place.py", "store/changes.py"}
    for table in ("report", "report_count", "report_changed"):
        assert found.pop(table) <= {"store/reports.py", "store/report_place.py", "store/changes.py"}
    allowed = {table: WRITERS | (MOVING if search.is_index(table) else set()) for table in owned}
    assert {table: by for table, by in found.items() if not by <= allowed[table]} == {}
