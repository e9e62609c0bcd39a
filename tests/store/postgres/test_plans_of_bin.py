"""PostgreSQL looks into the bin once for each operation, also by plans that were made when there was little in it."""

import contextlib

from closum.store import bin as bins
from closum.store.postgres.connection import connect
from closum.store.postgres.session import PostgresSession
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from tests.store.postgres.test_plans import ALWAYS, filled, literal, paths
from tests.support import postgres

MANY = 20_000
FILL = (
    "INSERT INTO bin (account_id, position, resource, record_id, operation, deleted)"
    " SELECT {account}, 10 * one, 'lead', one, 10 * one, '2026-11-30' FROM generate_series(1, {many}) AS one"
)


def test_one_entry_is_read_for_each_operation() -> None:
    url = postgres.filled_database()
    with PostgresSession(url) as session, contextlib.closing(connect(url)) as connection:
        account_id = filled(session, "Small", 10)
        session.connection.execute("ANALYZE")
        unit = PostgresUnit(connection, 0, account_id)
        for _ in range(ALWAYS):
            assert bins.of_operations(unit, [1, 2]) == set()
        connection.execute(FILL.format(account=account_id, many=MANY))
        assert bins.of_operations(unit, [20, 25, 50_000]) == {20, 50_000}
        _reads_one_for_each(connection, account_id)
    postgres.drop_database(url)


def _reads_one_for_each(connection: PreparedConnection, account_id: int) -> None:
    sql = bins._of_operations(2)
    given = ", ".join(map(literal, (20, 50_000, account_id)))
    name = connection.prepared[sql].decode()
    (row,) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {name} ({given})").fetchall()
    read = [path[-1] for path in paths(row[0][0]["Plan"]) if path[-1].get("Relation Name") == "bin"]
    assert {one["Index Name"] for one in read} == {"bin_pkey"}
    assert sum(one["Actual Rows"] * one["Actual Loops"] for one in read) == 2
