"""PostgreSQL reads the first changes of operations, and no others, also by plans that were made when there were few."""

import contextlib
from collections.abc import Iterator

import pytest

from closum.model.change import By
from closum.operations import taken, undo
from closum.resources.lead import LEAD
from closum.store import operation as operations
from closum.store.operation import Step
from closum.store.postgres.connection import connect
from closum.store.postgres.session import PostgresSession
from closum.store.postgres.unit import PostgresUnit, PreparedConnection
from tests.store.postgres.test_plans import ALWAYS, filled, literal, paths
from tests.support import postgres
from tests.support.killed import as_one, leads

MOST = 20
MANY = 2_000
IMPORT = By(None, "", "import", 7)


@pytest.fixture(scope="module")
def grown() -> Iterator[tuple[PreparedConnection, int, int]]:
    """A connection that has its plans, an account, and an operation of it that did much."""
    url = postgres.filled_database()
    with PostgresSession(url) as session, contextlib.closing(connect(url)) as connection:
        account_id = filled(session, "Small", 10)
        session.connection.execute("ANALYZE")
        with session.write(account_id) as unit:
            small = as_one(unit.of(account_id, IMPORT), LEAD, leads(1, "small"))
        unit = PostgresUnit(connection, 0, account_id)
        with session.write(account_id) as writing:
            undone = undo.undo(writing.of(account_id), small).operation
        for _ in range(ALWAYS):
            assert not taken.read(unit, [small], MOST)[small].is_large
            assert operations.not_taken_back(unit, [Step(small, small + 1, small, undone or 0)]) == []
        with session.write(account_id) as writing:
            large = as_one(writing.of(account_id, IMPORT), LEAD, leads(MANY, "large"))
        yield connection, account_id, large
    postgres.drop_database(url)


@pytest.mark.parametrize("is_caused", [False, True])
def test_the_first_changes_are_found_in_an_index(
    grown: tuple[PreparedConnection, int, int], is_caused: bool
) -> None:
    connection, account_id, large = grown
    if is_caused:
        sql, values = operations._of_causes(
            PostgresUnit(connection, 0, account_id), [("import", 7)], MOST + 1
        )
    else:
        sql, values = operations._firsts(1, "postgres"), (large, large + MOST, account_id)
    name = connection.prepared[sql].decode()
    given = ", ".join(map(literal, values))
    (row,) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {name} ({given})").fetchall()
    read = [path[-1] for path in paths(row[0][0]["Plan"]) if "Relation Name" in path[-1]]
    assert {one["Index Name"] for one in read} == {"change_cause" if is_caused else "change_pkey"}
    assert sum(one["Actual Rows"] * one["Actual Loops"] for one in read) == MOST + 1


def test_what_may_be_left_of_an_operation_is_found_by_its_records(
    grown: tuple[PreparedConnection, int, int],
) -> None:
    connection, account_id, large = grown
    last, undone = large + MOST - 1, large + MANY
    values = (account_id, large, last, MOST, undone, large, undone)
    name = connection.prepared[operations._not_taken_back(1)].decode()
    given = ", ".join(map(literal, values))
    (row,) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE {name} ({given})").fetchall()
    read = [path[-1] for path in paths(row[0][0]["Plan"]) if "Relation Name" in path[-1]]
    assert {one["Index Name"] for one in read} == {"change_pkey", "change_record"}
    assert sum(one["Actual Rows"] * one["Actual Loops"] for one in read) <= 3 * MOST
