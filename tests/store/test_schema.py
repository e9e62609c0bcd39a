"""Declarations and both schemas agree, and migrations stay as they are."""

import hashlib
import re
from importlib.resources import files
from pathlib import Path

import pytest

from closum.model.fields import Integer
from closum.model.relations import Reference
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.store import search
from closum.store.migrate import ENGINES, RECOMPUTED, migrations
from closum.store.opening import open_session
from closum.store.session import Session
from tests.support import engine
from tests.support.catalogue import Column, Table, Tables, tables

OWNED = [resource for resource in RESOURCES if not resource.shared]
KINDS = {"text": "text", "integer": "integer", "bigint": "integer"}
ROW_IDS = {"account", "account_user", "api_key", "invitation", "ledger"}
"""Their ids are given by the database: on SQLite by the kind of column that has another name and the same range."""

DIGESTS = (Path(__file__).parent / "migrations.sha256").read_text(encoding="utf-8")


def table(session: Session, name: str) -> Table:
    with session.read() as unit:
        return tables(unit)[name]


def kinds(table: Table) -> dict[str, tuple[str, bool]]:
    """Of each column whether it is text or a number, and NOT NULL."""
    return {name: (KINDS[column.type], column.not_null) for name, column in table.columns.items()}


def declared(resource: Resource) -> dict[str, tuple[str, bool]]:
    """What the declaration implies for each column."""
    columns = {"id": ("integer", True)}
    for field in resource.fields:
        kind = "integer" if isinstance(field, Integer) else "text"
        columns[field.name] = (kind, field.always)
    for derived in resource.derived:
        always = all(columns[source][1] for source in derived.sources)
        values = derived.make(*(resource.examples.sample[source] for source in derived.sources))
        for name, value in zip(derived.columns, values, strict=True):
            columns[name] = (
                "integer" if isinstance(value, int) else "text",
                always and name not in derived.optional,
            )
    for nested in resource.nested:
        theirs = declared(nested.resource)
        columns[nested.link] = ("integer", False)
        columns |= {f"{nested.name}_{name}": (theirs[name][0], False) for name in nested.copies}
    if not resource.shared:
        columns |= {"account_id": ("integer", True), "version": ("integer", True), "modified": ("text", True)}
    return columns


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_columns_are_the_declared_ones(session: Session, resource: Resource) -> None:
    assert kinds(table(session, resource.name)) == declared(resource)
    assert set(resource.columns) == declared(resource).keys() - {"account_id"}


@pytest.mark.parametrize("resource", OWNED, ids=lambda resource: resource.name)
def test_numbers_that_grow_have_room(session: Session, resource: Resource) -> None:
    columns = table(session, resource.name).columns
    growing = {"account_id", "id", "version", *(column for _, column in resource.links)}
    growing |= {field.name for field in resource.fields if isinstance(field, Reference)}
    assert {columns[name].type for name in growing} == {"bigint"}


@pytest.mark.parametrize("resource", OWNED, ids=lambda resource: resource.name)
def test_keys_carry_the_account(session: Session, resource: Resource) -> None:
    found = table(session, resource.name)
    assert found.key == ("account_id", "id")
    assert found.unique == ({("account_id", resource.unique.column)} if resource.unique else set())
    assert all(index.columns[0] == "account_id" for index in found.indexes.values())


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_references_carry_the_account(session: Session, resource: Resource) -> None:
    expected: set[tuple[tuple[str, ...], str, tuple[str, ...]]] = {
        (("account_id", column), other.name, ("account_id", "id")) for other, column in resource.links
    }
    expected |= {
        ((field.name,), field.resource.name, ("id",))
        for field in resource.fields
        if isinstance(field, Reference) and field.resource.shared
    }
    assert table(session, resource.name).references == expected


@pytest.mark.parametrize("resource", OWNED, ids=lambda resource: resource.name)
def test_what_belongs_to_a_record_is_found_by_an_index(session: Session, resource: Resource) -> None:
    found = [index.columns for index in table(session, resource.name).indexes.values()]
    assert all(("account_id", parent.name, "id") in found for parent in resource.parents)


def test_every_table_has_a_primary_key(session: Session) -> None:
    """Without one a table cannot be moved to another machine while it is written to."""
    with session.read() as unit:
        assert [name for name, table in tables(unit).items() if not table.key] == []


@pytest.mark.parametrize("name", ["tally", "tally_span"])
def test_tallies_begin_with_the_account(session: Session, name: str) -> None:
    assert table(session, name).key[:2] == ("account_id", "resource")


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_each_sort_has_an_index_with_nulls_first(session: Session, resource: Resource) -> None:
    found = table(session, resource.name).indexes.values()
    scope = () if resource.shared else ("account_id",)
    for column in {*resource.listing.sorts.values(), *resource.listing.shown.values()} - {"id"}:
        whole = [index for index in found if not index.is_partial]
        (index,) = [index for index in whole if index.columns == (*scope, column, "id")]
        assert column in index.nulls_first


@pytest.fixture
def both(tmp_path: Path) -> dict[str, Tables]:
    """The tables on each engine."""
    found = {}
    for one in engine.ENGINES.values():
        with open_session(one.fill(tmp_path)) as session, session.read() as unit:
            found[one.name] = tables(unit)
        one.forget(tmp_path)
    return found


@pytest.mark.slow
def test_both_databases_have_the_same_tables(both: dict[str, Tables]) -> None:
    """The same columns, keys, references and indexes; and on PostgreSQL every text is compared by code point."""
    for found in both.values():
        for name in list(filter(search.is_index, found)):  # each engine has its own
            assert set(found.pop(name).columns) >= {"account_id", "id"}
    assert both["sqlite"].keys() == both["postgres"].keys() >= {resource.name for resource in RESOURCES}
    for name, ours in both["sqlite"].items():
        if name in ROW_IDS:
            assert ours.columns["id"] == Column("integer", True, None)
            ours.columns["id"] = Column("bigint", True, None)
        theirs = both["postgres"][name]
        assert list(ours.columns.items()) == list(theirs.columns.items()), name
        assert (ours.key, ours.unique, ours.references) == (theirs.key, theirs.unique, theirs.references)
        columns = [{name: index.columns for name, index in one.indexes.items()} for one in (ours, theirs)]
        assert columns[0] == columns[1]
    for found in both.values():
        types = {column.type for table in found.values() for column in table.columns.values()}
        assert types == {"text", "integer", "bigint"}


def test_migrations_are_numbered_without_holes() -> None:
    found = migrations()
    assert [migration.version for migration in found] == list(range(1, len(found) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", migration.name) for migration in found)
    for migration in found:  # one may be for one engine alone, or for another rule
        assert migration.version in RECOMPUTED or any(list(migration.statements(name)) for name in ENGINES)


def test_a_merged_migration_never_changes() -> None:
    folder = files("closum.store") / "migrations"
    found = [f"{hashlib.sha256((folder / m.name).read_bytes()).hexdigest()}  {m.name}" for m in migrations()]
    assert found == DIGESTS.splitlines(), "changed, or new: 'make generate' adds what is new"
