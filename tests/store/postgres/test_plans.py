"""PostgreSQL reads lists in the order of an index, and no table that may be large whole."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from closum.accounts import users
from closum.model import words
from closum.model.duplicates import RULES
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.model.words import Clause
from closum.operations import cities, demo
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import duplicates, gaps, history, pages, statements, tally
from closum.store.postgres import growth
from closum.store.postgres.connection import DEADLINE, connect, transaction
from closum.store.postgres.session import PostgresSession
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from closum.store.search import Wanted
from closum.store.sql import parameter, prepared
from tests.support import postgres, stored
from tests.support.catalogue import tables
from tests.support.every_operation import (
    ACCOUNT_TABLES,
    account_tables,
    add_others,
    every_verb,
    orders,
    skipping_orders,
)

LEADS = 8_000
OF_OTHERS = 3_000
ACCOUNTS = 3
SMALL = 300
CITIES = 10_000
ONE_ROW = {"city_tally", "token_tally"}
OTHERS = f"""
INSERT INTO duplicate_place SELECT account_id, last_id, 1, {RULES}, 'null' FROM tally WHERE resource = 'change';
INSERT INTO tally SELECT number, resource, 5000, 9000, '' FROM generate_series(10, 2000) AS number,
    (VALUES ('lead'), ('email'), ('phone')) AS each (resource);
INSERT INTO tally_span SELECT number, 'lead', 256, block * 256, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    FROM generate_series(10, 1000) AS number, generate_series(0, 8) AS block;
INSERT INTO lead_stage SELECT n, m, 1, 3, '', NULL FROM generate_series(10, 100) AS n, generate_series(1, 99) AS m;
INSERT INTO report_count SELECT n, 'city', 1, '*', text(m), '{{}}' FROM generate_series(10, 100) AS n, generate_series(1, 99) AS m;
INSERT INTO report_changed SELECT n, m, '[]' FROM generate_series(10, 100) AS n, generate_series(1, 99) AS m;
ANALYZE
"""
"""Leads that were compared, what many more accounts have, and what the planner is to know of it all."""
NEVER = 1_000_000_000  # seconds
ALWAYS = 6  # executions, after which PostgreSQL has chosen a plan

Plan = dict[str, Any]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with so many records that a scan would cost more than an index."""
    url = postgres.filled_database()
    with PostgresSession(url) as session:
        with session.write() as unit:
            cities.load(unit, {number: f"City {number}" for number in range(1_000, 1_000 + CITIES)})
        for number in range(ACCOUNTS):
            with session.write(filled(session, f"Account {number}", LEADS)) as unit:
                add_others(unit, OF_OTHERS)
        session.connection.execute(OTHERS)
    yield url
    postgres.drop_database(url)


@pytest.fixture(scope="module")
def session(url: str) -> Iterator[PostgresSession]:
    with PostgresSession(url) as session:
        yield session


def literal(value: object) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def plan(session: PostgresSession, sql: str, values: tuple[object, ...]) -> Plan:
    """The plan of a statement that is executed again and again on one connection."""
    with session.read() as unit:
        for _ in range(ALWAYS):
            assert unit.all(sql, values)
        name = session.connection.prepared[sql].decode()
        literals = ", ".join(map(literal, values))
        ((found,),) = unit.all(f"EXPLAIN (FORMAT JSON) EXECUTE {name} ({literals})")
    (described,) = json.loads(found) if isinstance(found, str) else found
    top: Plan = described["Plan"]
    return top


def paths(node: Plan, above: tuple[Plan, ...] = ()) -> Iterator[tuple[Plan, ...]]:
    """Each node of a plan behind those that it is below."""
    path = (*above, node)
    yield path
    for child in node.get("Plans", ()):
        yield from paths(child, path)


def read_in_order(path: tuple[Plan, ...]) -> bool:
    """Whether a part of the plan is read only as far as a page goes, in the order in which it comes."""
    types = [node["Node Type"] for node in path]
    below = types[len(types) - types[::-1].index("Limit") :] if "Limit" in types else []
    return bool(below) and not any("Sort" in one for one in below)


def index_of(session: PostgresSession, resource: Resource, column: str) -> str:
    """The name of the index that has the order of a column."""
    if column == "id":
        return f"{resource.name}_pkey"
    with session.read() as unit:
        indexes = tables(unit)[resource.name].indexes
    found = [name for name, one in indexes.items() if one.columns[-2:] == (column, "id") and one.nulls_first]
    (name,) = found
    return name


@pytest.mark.parametrize(("resource", "query"), list(orders()))
def test_each_list_is_read_in_the_order_of_its_index(
    session: PostgresSession, resource: Resource, query: Query
) -> None:
    directions = directions_read(session, resource, query)
    assert ("Backward" if query.descending else "Forward") in directions


@pytest.mark.parametrize(("resource", "query"), list(skipping_orders(3)))
def test_a_deep_page_is_read_from_either_end_of_its_index(
    session: PostgresSession, resource: Resource, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pages.FAR, "postgres", 0)
    assert directions_read(session, resource, query) == {"Forward", "Backward"}


def directions_read(session: PostgresSession, resource: Resource, query: Query) -> set[str]:
    """How the index of the order is read, only as far as a page goes; no table is read whole."""
    *_, last = pages.statements(resource, query, 2, "postgres")
    found = list(paths(plan(session, *last)))
    scans = {path[-1].get("Relation Name") for path in found if path[-1]["Node Type"] == "Seq Scan"}
    assert scans <= ONE_ROW
    index = index_of(session, resource, resource.listing.sorts[query.sort])
    return {
        path[-1]["Scan Direction"]
        for path in found
        if path[-1].get("Index Name") == index and read_in_order(path)
    }


@pytest.fixture(scope="module")
def unknown() -> Iterator[tuple[PreparedConnection, int]]:
    """A server's connection to a database of small accounts, and one with many leads of which the planner was not told."""
    url = postgres.filled_database()
    with PostgresSession(url) as session, contextlib.closing(connect(url)) as connection:
        for number in range(SMALL):
            filled(session, f"Small {number}", 1 + number % 2)
        session.connection.execute("ANALYZE")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(growth, "PAUSE", NEVER)
            yield connection, filled(session, "Large", LEADS)
    postgres.drop_database(url)


def filled(session: PostgresSession, name: str, leads: int) -> int:
    """A new account with leads."""
    with session.write() as unit:
        account_id = users.add_account(unit, name).id
    for step in demo.steps(0, leads, lambda: 1_000, lambda done, total: None):
        with session.write(account_id) as unit:
            step(unit)
    return account_id


def nodes_read(connection: PreparedConnection, sql: str, values: tuple[object, ...]) -> Iterator[Plan]:
    """The nodes of the plan of a statement, with what each gave."""
    literals = iter(values)
    sql = re.sub(r"\?", lambda _: literal(next(literals)), sql)
    (row,) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}").fetchall()
    return (path[-1] for path in paths(row[0][0]["Plan"]))


@pytest.mark.parametrize(("resource", "query"), list(orders()))
def test_a_page_of_an_account_that_grew_at_once_reads_no_more_than_it_shows(
    unknown: tuple[PreparedConnection, int], resource: Resource, query: Query
) -> None:
    connection, account_id = unknown
    for node in nodes_read(connection, *next(pages.statements(resource, query, account_id, "postgres"))):
        assert node["Actual Rows"] * node["Actual Loops"] <= query.window.offset + query.window.limit, node


@pytest.mark.parametrize("asked", ["maria", "zzz", "ma exa", "912 3", "+351 912 3"])
def test_a_search_reads_its_index_alone(unknown: tuple[PreparedConnection, int], asked: str) -> None:
    """Not all that the account has, once the database has tidied up after its growth, which it does within a minute."""
    connection, account_id = unknown
    connection.execute("VACUUM lead_term")
    unit = PostgresUnit(connection, 0, account_id)
    statement = unit.search.ids(unit, LEAD, Wanted([Clause(word.terms) for word in words.parse(asked)]))
    for _ in range(ALWAYS):
        unit.all(*prepared(statement)())
    name = connection.prepared[statement.text].decode()
    given = ", ".join(quoted(one) if isinstance(one, str) else str(one) for one in statement.values)
    (row,) = connection.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {name} ({given})").fetchall()
    indexes = {path[-1].get("Index Name") for path in paths(row[0][0]["Plan"])}
    assert indexes == {None, "lead_term_terms"}


def test_the_pairs_of_a_lead_that_goes_are_found_by_its_id(
    unknown: tuple[PreparedConnection, int],
) -> None:
    """Not among all pairs of the account, also in plans that were made while there were none."""
    connection, account_id = unknown
    unit = PostgresUnit(connection, 0, account_id)
    used = []
    for text in duplicates._DROP_PAIRS:
        for _ in range(ALWAYS):
            unit.run(text, (account_id, 1))
        name = connection.prepared[text].decode()
        (row,) = connection.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {name} ({account_id}, 1)").fetchall()
        used += [path[-1].get("Index Name") for path in paths(row[0][0]["Plan"])]
    assert set(used) == {None, "duplicate_pkey", "duplicate_second"}


def test_no_statistics_of_accounts_are_gathered(session: PostgresSession) -> None:
    """A plan by them is one for the accounts that there were."""
    with session.read() as unit:
        for name, table in tables(unit).items():
            if table.key[:1] == ("account_id",):
                sql = "SELECT attstattarget FROM pg_attribute WHERE attrelid = CAST(? AS regclass) AND attname = ?"
                assert {unit.one(sql, (name, column)) for column in table.key[:2]} == {(0,)}, name


def scanned(session: PostgresSession) -> dict[str, int]:
    """How often each table of account data was read whole so far."""
    session.connection.execute("SELECT pg_stat_force_next_flush()")
    found = session.connection.execute("SELECT relname, seq_scan FROM pg_stat_user_tables").fetchall()
    return {name: number for name, number in found if re.fullmatch(ACCOUNT_TABLES, name)}


def test_no_verb_reads_a_table_whole(session: PostgresSession, url: str) -> None:
    """Nor do the look-ups of references that come with an erasure, which no plan shows, nor plans made of empty tables."""
    before = scanned(session)
    assert set(before) == account_tables("postgres")
    every_verb(session, url)
    assert scanned(session) == before
    session.connection.execute("SELECT custom_data FROM lead")  # of no index
    assert scanned(session)["lead"] > before["lead"]


GIVEN = 500_000


@pytest.fixture(scope="module")
def gapped(unknown: tuple[PreparedConnection, int]) -> tuple[PreparedConnection, int]:
    """The large account with gaps everywhere, also far beyond its records: the planner was told of none."""
    connection, account_id = unknown
    connection.execute("BEGIN")
    unit = PostgresUnit(connection, 0, account_id)
    stored.erase(unit, LEAD, range(7, LEADS, 100))
    first = tally.take(unit, LEAD, GIVEN).first_id
    tally.forget(unit, LEAD, range(first, first + GIVEN, 100))
    unit.commit()
    return connection, account_id


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("position", [0, pages.NEAR + 1, LEADS // 2, GIVEN // 2, GIVEN])
def test_a_place_among_many_gaps_is_found_with_one_look_at_each_size(
    gapped: tuple[PreparedConnection, int], position: int, descending: bool
) -> None:
    connection, account_id = gapped
    place = prepared(tally.place(LEAD, parameter("others"), descending), "account_id", "others")
    read = list(nodes_read(connection, *place(account_id, position)))
    assert any(node.get("Relation Name") == "tally_span" for node in read)
    for node in read:
        assert node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0) <= 10, node


def test_a_later_page_by_id_among_many_gaps_reads_no_more_than_it_shows(
    gapped: tuple[PreparedConnection, int],
) -> None:
    connection, account_id = gapped
    for descending in (False, True):
        query = Query("id", descending, Page(40))
        for node in nodes_read(connection, *next(pages.statements(LEAD, query, account_id, "postgres"))):
            assert node["Actual Rows"] * node["Actual Loops"] <= query.window.limit + gaps.LEAST, node


KEYS = 32


@pytest.mark.parametrize("deadline", [DEADLINE, 0])
def test_each_key_of_a_look_up_is_one_look_into_an_index_whatever_the_plan_was_made_of(
    deadline: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The statements are prepared while the tables are empty, and the planner is told nothing of what comes."""
    monkeypatch.setattr(growth, "PAUSE", NEVER)
    url = postgres.filled_database()
    with PostgresSession(url) as session, contextlib.closing(connect(url, deadline)) as connection:
        account_id = filled(session, "Large", 0)
        looked_up(connection, account_id, KEYS)
        before = fetched(session)
        for step in demo.steps(0, LEADS, lambda: 1_000, lambda done, total: None):
            with session.write(account_id) as unit:
                step(unit)
        written = fetched(session) - before
        looked_up(connection, account_id, KEYS)
        connection.execute("SELECT pg_stat_force_next_flush()")
        assert 0 < fetched(session) - before - written <= ALWAYS * len(LOOK_UPS) * KEYS
    postgres.drop_database(url)


LOOK_UPS = (
    statements.select_rows(LEAD, "id", KEYS, "postgres"),
    statements.select_rows(EMAIL, "email_key", KEYS, "postgres"),
    statements.select_ids(LEAD, KEYS, "postgres"),
    statements.select_versions(LEAD, KEYS, "postgres"),
    history._of_records(LEAD, KEYS, "postgres"),
)


def looked_up(connection: PreparedConnection, account_id: int, number: int) -> None:
    unit = PostgresUnit(connection, 0, account_id)
    ids = tuple(range(1, LEADS, LEADS // number))[:number]
    for _ in range(ALWAYS):
        for statement in LOOK_UPS:
            keys: tuple[object, ...] = ids
            if statement is LOOK_UPS[1]:
                keys = tuple(f"nobody{one}@example.com" for one in ids)
            given = ("lead", 0) if statement is LOOK_UPS[-1] else ()
            unit.all(*statement(account_id, *given, *keys))


def fetched(session: PostgresSession) -> int:
    """Rows that scans of account data gave so far, of tables and of indexes."""
    session.connection.execute("SELECT pg_stat_force_next_flush()")
    found = session.connection.execute(
        "SELECT sum(seq_tup_read + COALESCE(idx_tup_fetch, 0)) FROM pg_stat_user_tables"
        " WHERE relname IN ('lead', 'email', 'change')"
    ).fetchall()
    return int(found[0][0])


YOUNG = 8  # leads that there are when the plans are made


def quiet(session: PostgresSession) -> None:
    """The database does not tell its planner anything by itself."""
    for name in growth.TABLES:
        session.connection.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = off)")


@pytest.mark.parametrize("deadline", [DEADLINE, 0])
def test_a_young_database_looks_for_each_record_in_the_index_of_its_key(
    deadline: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the database's own checks of references, and however few rows there were when all was planned."""
    monkeypatch.setattr(growth, "PAUSE", 0)
    url = postgres.filled_database()
    with PostgresSession(url) as session, contextlib.closing(connect(url, deadline)) as connection:
        account_id = filled(session, "Young", YOUNG)
        quiet(session)
        session.connection.execute("ANALYZE")
        add(connection, account_id, YOUNG, ALWAYS, 1)
        looked_up(connection, account_id, KEYS)
        add(connection, account_id, YOUNG + ALWAYS, 2_000, 20)
        before = scans(connection)
        add(connection, account_id, 3_000, 200, 20)
        looked_up(connection, account_id, KEYS)
        after = scans(connection)
    postgres.drop_database(url)
    used = {name for name, number in after.items() if number > before.get(name, 0)}
    assert {"lead_pkey", "email_pkey", "phone_pkey"} <= used
    assert not used & ORDERS


ORDERS = {"phone_is_valid", "phone_number", "email_email", "email_status", "lead_name", "lead_creation_date"}


def add(connection: PreparedConnection, account_id: int, first: int, count: int, at_once: int) -> None:
    """Leads on a connection, so many in each transaction."""
    for step in demo.steps(first, count, lambda: at_once, lambda done, total: None):
        with transaction(connection, 1_600_000_000) as unit:
            step(unit.of(account_id))


def scans(connection: PreparedConnection) -> dict[str, int]:
    """How often each index was read so far."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    found = connection.execute("SELECT indexrelname, idx_scan FROM pg_stat_user_indexes").fetchall()
    return dict(found)
