"""Which tables the planner is told of while they grow."""

from closum.store.postgres import growth
from closum.store.postgres.session import PostgresSession
from tests.support import postgres
from tests.support.catalogue import tables


def test_the_planner_is_told_of_each_table_with_a_choice_of_indexes() -> None:
    url = postgres.filled_database()
    with PostgresSession(url) as session, session.read() as unit:
        choice = {
            name
            for name, table in tables(unit).items()
            if table.key[:1] == ("account_id",)
            and any(index.columns[:1] == ("account_id",) for index in table.indexes.values())
        }
    postgres.drop_database(url)
    assert choice - set(growth.TABLES) <= {"job"}
