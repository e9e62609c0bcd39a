"""Declarations and schema agree, indexes are used, migrations stay as they are, and no statement leaves its account."""

import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from closum.accounts import users
from closum.accounts.tokens import Identity
from closum.model import draft
from closum.model.fields import Integer
from closum.model.query import Query
from closum.model.resource import Reference, Resource
from closum.operations import check, cities, demo, guarded, person, records
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import identity, statements, tally
from closum.store.migrate import ENGINES, migrations
from closum.store.session import Session
from tests.support.nouns import change, several
from tests.support.tracing import traced

OWNED = [resource for resource in RESOURCES if not resource.shared]
ACCOUNT_TABLES = "|".join([*(resource.name for resource in OWNED), "tally", "tally_gap"])
SHARED_TABLES = {
    "account",
    "account_user",
    "sign_in_failure",
    "city",
    "city_tally",
    "schema_version",
    "sqlite_schema",
}

AUDIT = {
    "SELECT account_id, count, last_id FROM tally WHERE resource = ?": ["tally"],
    "SELECT account_id FROM tally WHERE resource = ?": ["tally"],
    **{f"SELECT COUNT(*) FROM {resource.name}": [resource.name] for resource in OWNED},
    **{
        f"SELECT account_id, COUNT(*), MAX(id) FROM {resource.name} GROUP BY account_id": [resource.name]
        for resource in OWNED
    },
}
"""What `closum check` reads of all accounts, with the table; nothing else may."""
COUNTED = [
    f"SELECT (id - 1) / {tally.BLOCK}, COUNT(*) FROM {resource.name} WHERE account_id = ? GROUP BY 1"
    for resource in OWNED
]
"""What it counts in one account."""

DIGESTS = (Path(__file__).parent / "migrations.sha256").read_text(encoding="utf-8")


def info(session: Session, table: str) -> dict[str, tuple[str, bool]]:
    """Affinity and NOT NULL of each column."""
    rows = session.connection.execute(f"PRAGMA table_info({table})")
    kinds = {"TEXT": "TEXT", "INTEGER": "INTEGER", "BIGINT": "INTEGER"}
    return {row[1]: (kinds[row[2]], bool(row[3])) for row in rows}


def declared(resource: Resource) -> dict[str, tuple[str, bool]]:
    """What the declaration implies for each column."""
    columns = {"id": ("INTEGER", True)}
    for field in resource.fields:
        kind = "INTEGER" if isinstance(field, Integer) else "TEXT"
        columns[field.name] = (kind, field.required or field.read_only)
    for derived in resource.derived:
        always = all(columns[source][1] for source in derived.sources)
        values = derived.make(*(resource.sample[source] for source in derived.sources))
        for name, value in zip(derived.columns, values, strict=True):
            columns[name] = ("INTEGER" if isinstance(value, int) else "TEXT", always)
    for nested in resource.nested:
        theirs = declared(nested.resource)
        columns[nested.link] = ("INTEGER", False)
        columns |= {f"{nested.name}_{name}": (theirs[name][0], False) for name in nested.copies}
    if not resource.shared:
        columns |= {"account_id": ("INTEGER", True), "version": ("INTEGER", True), "modified": ("TEXT", True)}
    return columns


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_columns_are_the_declared_ones(session: Session, resource: Resource) -> None:
    assert info(session, resource.name) == declared(resource)
    assert set(resource.columns) == declared(resource).keys() - {"account_id"}


def indexes(session: Session, table: str) -> list[tuple[bool, str, list[str]]]:
    """Of each index: whether it is unique, what made it ("pk", "u", "c"), its columns."""
    found = session.connection.execute(f"PRAGMA index_list({table})").fetchall()
    return [
        (
            bool(unique),
            str(origin),
            [row[2] for row in session.connection.execute(f"PRAGMA index_info({name})")],
        )
        for _, name, unique, origin, _ in found
    ]


@pytest.mark.parametrize("resource", OWNED, ids=lambda resource: resource.name)
def test_keys_carry_the_account(session: Session, resource: Resource) -> None:
    found = indexes(session, resource.name)
    assert [columns for _, origin, columns in found if origin == "pk"] == [["account_id", "id"]]
    unique = [columns for _, origin, columns in found if origin == "u"]
    assert unique == ([["account_id", resource.unique.column]] if resource.unique else [])
    assert all(columns[0] == "account_id" for _, _, columns in found)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_references_carry_the_account(session: Session, resource: Resource) -> None:
    keys: dict[int, list[tuple[str, str, str]]] = {}
    for row in session.connection.execute(f"PRAGMA foreign_key_list({resource.name})"):
        keys.setdefault(row[0], []).append((row[2], row[3], row[4]))
    expected = [
        [(nested.resource.name, "account_id", "account_id"), (nested.resource.name, nested.link, "id")]
        for nested in resource.nested
    ]
    expected += [[(f.resource.name, f.name, "id")] for f in resource.fields if isinstance(f, Reference)]
    assert sorted(keys.values()) == sorted(expected)


@pytest.mark.parametrize("table", ["tally", "tally_gap"])
def test_tallies_begin_with_the_account(session: Session, table: str) -> None:
    rows = session.connection.execute(f"PRAGMA table_info({table})").fetchall()
    assert sorted((row[5], row[1]) for row in rows if row[5])[:2] == [(1, "account_id"), (2, "resource")]


def plan(session: Session, sql: str) -> list[tuple[int, int, str]]:
    """Number, parent and text of each step."""
    values = (None,) * sql.count("?")
    return [
        (row[0], row[1], row[3]) for row in session.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
    ]


def orders() -> Iterator[tuple[Resource, Query]]:
    for resource in RESOURCES:
        for sort in resource.sorts:
            for descending in (False, True):
                for page in (1, 3):
                    yield resource, Query(sort, descending, page=page)


@pytest.mark.parametrize(("resource", "query"), list(orders()))
def test_each_sort_picks_its_keys_on_an_index(session: Session, resource: Resource, query: Query) -> None:
    steps = plan(session, statements.page(resource, query, 1)[0])
    column = resource.sorts[query.sort]
    picked = [number for number, _, text in steps if text.endswith(" keys") and "SCAN" not in text]
    texts = [text for _, parent, text in steps if not picked or parent in picked]
    assert not [text for text in texts if "TEMP B-TREE" in text]
    assert not [text for _, _, text in steps if re.search(rf"SCAN ({ACCOUNT_TABLES}|record)\b", text)]
    read = next(text for text in texts if re.search(rf"\b{resource.name} USING", text))
    if resource.shared:  # in the order of an index, until the page is full
        assert read.startswith(f"SCAN {resource.name} USING COVERING INDEX")
    elif column == "id":
        assert f"{resource.name} USING PRIMARY KEY (account_id=?" in read
    else:
        assert read.startswith(f"SEARCH {resource.name} USING COVERING INDEX")
        assert read.endswith("(account_id=?)")


def every_verb(session: Session) -> None:
    """Each thing that is done with account data, once at least."""
    with session.write() as unit:
        account = users.add_account(unit, "Traced")
        who = Identity(users.add_user(unit, account, "traced@example.com", "none"), account.id, 1)
        cities.load(unit, {1: "Abrantes"})
        for step in demo.steps(account.id, 0, 60, lambda: 30, lambda done, total: None):
            step(unit)
    bodies: list[tuple[Resource, list[dict[str, Any]], dict[str, Any]]] = [
        (EMAIL, [{"email": f"{n}@example.org"} for n in range(5)], {"email": "other@example.org"}),
        (PHONE, [{"extension": "351", "number": f"91234567{n}"} for n in range(5)], {"number": "912345699"}),
        (
            LEAD,
            [
                {"name": "A", "city_id": 1, "email": {"id": 1}, "phone": {"id": 1}},
                {"email": {"email": "3@example.org"}, "phone": {"extension": "351", "number": "912345673"}},
            ],
            {"name": "B", "email": {"email": "new@example.org"}, "phone": {"number": "912000000"}},
        ),
    ]
    bodies += [(resource, list(several(resource, 20)), change(resource)) for resource in reversed(OWNED)]
    for resource, new, changes in bodies:
        drafts = [(who, draft.parse(resource, body, True)) for body in new]
        with session.write() as unit:
            ids = guarded.create_many(unit, account.id, resource, drafts)
            guarded.update(unit, who, resource, int(str(ids[-1])), draft.parse(resource, changes, False))
    with session.write() as unit:
        guarded.update(unit, who, LEAD, 61, draft.parse(LEAD, {"email": {"id": 2}, "phone": None}, False))
        more = True
        while more:
            _, more = person.erase_some(unit, account.id, "new@example.org")
    with session.read() as unit:
        for resource, query in orders():
            records.page(unit, account.id, resource, Query(query.sort, query.descending, 7, query.page))
            records.retrieve(unit, account.id, resource, 2)
        assert identity.identity(unit, who.user_id)
        assert list(check.faults(unit, lambda done, total: None)) == []


@pytest.fixture
def executed(tmp_path: Path) -> list[str]:
    """Distinct statements that a run of every verb executes on a database that was there before."""
    path = tmp_path / "closum.db"
    with Session(path, create=True) as session, session.write() as unit:
        cities.seed(unit)
    with traced() as found, Session(path) as session:
        every_verb(session)
    return list(dict.fromkeys(found))


def strays(sql: str) -> list[str]:
    """Tables that a statement uses without the account as the first condition, or that nobody has allowed."""
    found = []
    for match in re.finditer(r"\b(FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+AS\s+(?!\()\w+)?", sql):
        verb, table, rest = match[1], match[2], sql[match.end() :]
        if table in SHARED_TABLES or table in {"wanted", "keys", "SET"}:
            continue
        if not re.fullmatch(ACCOUNT_TABLES, table):
            ours = False
        elif verb == "INTO":
            ours = rest.lstrip().startswith("(account_id,")
        else:
            first = re.search(r"\b(?:WHERE|ON)\s+(.+)", rest, re.DOTALL)
            ours = bool(first and re.match(r"(\w+\.)?account_id = (\?|\w+\.account_id\b)", first[1]))
        found += [] if ours else [table]
    return found


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("SELECT id FROM lead WHERE account_id = ? AND id = ?", []),
        ("SELECT id FROM lead WHERE id = ?", ["lead"]),
        ("SELECT id FROM lead WHERE id = ? AND account_id = ?", ["lead"]),
        ("SELECT (SELECT count FROM tally WHERE account_id = ?) FROM lead", ["lead"]),
        ("UPDATE email SET email = ? WHERE id = ?", ["email"]),
        ("INSERT INTO phone (id, account_id) VALUES (?, ?)", ["phone"]),
        ("DELETE FROM unheard_of", ["unheard_of"]),
    ],
)
def test_a_stray_statement_would_be_seen(sql: str, found: list[str]) -> None:
    assert strays(sql) == found


def test_every_statement_stays_in_its_account(executed: list[str]) -> None:
    used = {match for sql in executed for match in re.findall(rf"\b(?:{ACCOUNT_TABLES})\b", sql)}
    assert used == set(ACCOUNT_TABLES.split("|"))
    assert {sql: strays(sql) for sql in executed if strays(sql)} == AUDIT


def test_no_statement_scans_or_counts(session: Session, executed: list[str]) -> None:
    verbs = "SELECT|INSERT|UPDATE|DELETE|WITH"
    audit = {*AUDIT, *COUNTED}
    data = [sql for sql in executed if re.match(verbs, sql.lstrip()) and sql not in audit]
    assert audit <= set(executed)
    scans = rf"SCAN ({ACCOUNT_TABLES}|record|gap)\b"
    assert [(sql, step) for sql in data for step in plan(session, sql) if re.search(scans, step[2])] == []
    assert [sql for sql in data if re.search(rf"COUNT\(.*FROM ({ACCOUNT_TABLES})", sql, re.DOTALL)] == []


def test_migrations_are_numbered_without_holes() -> None:
    found = migrations()
    assert [migration.version for migration in found] == list(range(1, len(found) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", migration.name) for migration in found)
    for migration in found:  # one may be for one engine alone
        assert any(list(migration.statements(engine)) for engine in ENGINES)


def test_a_merged_migration_never_changes() -> None:
    folder = files("closum.store") / "migrations"
    found = [f"{hashlib.sha256((folder / m.name).read_bytes()).hexdigest()}  {m.name}" for m in migrations()]
    assert found == DIGESTS.splitlines(), "changed, or new: 'make generate' adds what is new"
