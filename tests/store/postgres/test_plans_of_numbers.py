"""The list of phones on PostgreSQL: what is typed is found on the index of the order of numbers."""

import contextlib
from collections.abc import Iterator

import pytest

from closum.model import filters
from closum.model.query import Query
from closum.resources.phone import PHONE
from closum.store import filtered, pages
from closum.store.postgres.connection import connect
from closum.store.postgres.session import PostgresSession
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from tests.store.postgres.test_plans import ALWAYS, filled, paths, quoted, read_in_order
from tests.support import postgres

LEADS = 8_000


@pytest.fixture(scope="module")
def numbers() -> Iterator[tuple[PreparedConnection, int]]:
    """A connection to a database with an account that has many."""
    url = postgres.filled_database()
    with PostgresSession(url) as session, contextlib.closing(connect(url)) as connection:
        account_id = filled(session, "Large", LEADS)
        session.connection.execute("ANALYZE")
        yield connection, account_id
    postgres.drop_database(url)


@pytest.mark.parametrize("sort", ["number", "id"])
@pytest.mark.parametrize("typed", ["+351", "+351 912 3", "912 3", "9", "%2B"])
def test_a_list_of_numbers_reads_ranges_of_one_index(
    numbers: tuple[PreparedConnection, int], typed: str, sort: str
) -> None:
    """In their order it sorts none of them but those of the page."""
    connection, account_id = numbers
    unit = PostgresUnit(connection, 0, account_id)
    where = filters.parse(PHONE, [], [("number.begins", typed.replace("%2B", "+"))])
    query = Query(sort, where=tuple(where), most=1_000, shown=True)
    statement, total = filtered.find(unit, PHONE, query, pages.ANY_LENGTH)
    assert total
    for _ in range(ALWAYS):
        assert unit.all(*statement)
    name = connection.prepared[statement[0]].decode()
    given = ", ".join(quoted(one) if isinstance(one, str) else str(one) for one in statement[1])
    (row,) = connection.execute(f"EXPLAIN (FORMAT JSON) EXECUTE {name} ({given})").fetchall()
    read = [path for path in paths(row[0][0]["Plan"]) if "Relation Name" in path[-1]]
    assert {path[-1].get("Index Name") for path in read} <= {"phone_number_shown", "phone_pkey"}
    ranges = [path for path in read if path[-1].get("Index Name") == "phone_number_shown"]
    assert sort == "id" or (ranges and all(map(read_in_order, ranges)))
