"""PostgreSQL reads open follow-ups on one range of an index, in its order, also by plans that are kept."""

import pytest

from closum.accounts import users
from closum.store import agenda
from closum.store.postgres.session import PostgresSession
from tests.store.postgres.test_plans import Plan, paths, plan
from tests.support import postgres

MANY = 20_000
FILL = f"""
INSERT INTO lead (account_id, id, creation_date, version, modified) VALUES (1, 1, '', 1, '');
INSERT INTO task (account_id, id, lead_id, text, due, user_id, done, creation_date, version, modified)
SELECT 1, one, 1, 'Call', CASE one % 10 WHEN 0 THEN NULL ELSE '2026-11-30T10:00:' || one % 60 END, one % 7,
       CASE one % 2 WHEN 0 THEN '2026-11-30' END, '', 1, '' FROM generate_series(1, {MANY}) AS one;
INSERT INTO task (account_id, id, lead_id, text, due, user_id, done, creation_date, version, modified)
SELECT 1, {MANY} + one, 1, 'Call', NULL, one % 7, NULL, '', 1, '' FROM generate_series(1, {MANY}) AS one;
ANALYZE
"""
LAST = "2026-12-01"
READ = {
    "timed": (agenda.TIMED, ("2026", 0, LAST, 20)),
    "untimed": (agenda.UNTIMED, (0, 20)),
    "counted": (agenda.COUNTED, ("2026", LAST, 100)),
}


def reads(found: Plan) -> list[tuple[str, str]]:
    return [(path[-1]["Node Type"], path[-1].get("Index Name", "")) for path in paths(found)]


@pytest.mark.parametrize("name", READ)
def test_open_follow_ups_are_a_range_of_an_index(name: str) -> None:
    url = postgres.filled_database()
    with PostgresSession(url) as session:
        with session.write() as unit:
            users.add_account(unit, "Acme")
        session.connection.execute(FILL)
        statements, values = READ[name]
        for sql, index, whose in zip(statements, ("task_open", "task_open_user_id"), ((), (3,)), strict=True):
            steps = reads(plan(session, sql, (1, *whose, *values)))
            assert {one for _, one in steps if one} == {index}
            assert not [node for node, _ in steps if "Sort" in node or node == "Seq Scan"]
    postgres.drop_database(url)
