"""How PostgreSQL looks at the terms of one record after the other, and at those who use it."""

from collections.abc import Iterator

import pytest

from closum.accounts import users
from closum.model.words import Clause, Term
from closum.resources.lead import LEAD
from closum.store import using
from closum.store.postgres import search
from closum.store.postgres.session import PostgresSession
from closum.store.sql import prepared, sql
from closum.store.unit import Unit
from tests.support import postgres


@pytest.fixture
def unit() -> Iterator[Unit]:
    url = postgres.filled_database()
    with PostgresSession(url) as session:
        with session.write() as setup:
            account = users.add_account(setup, "Mine").id
        with session.write(account) as found:
            yield found
    postgres.drop_database(url)


def test_a_look_at_one_record_does_not_read_the_index_of_terms(unit: Unit) -> None:
    """It is cheap only where few records have the terms, which the planner does not know of a value that it is not told."""
    unit.run("ALTER TABLE lead_term DROP CONSTRAINT lead_term_pkey")  # what is left to it
    unit.run("SET LOCAL enable_seqscan = off")
    unit.run("SET LOCAL plan_cache_mode = force_generic_plan")
    fits = search.fits(unit, LEAD, [Clause((Term("name", "ana"),))], "lead.id")
    text, values = prepared(sql("SELECT id FROM lead WHERE {fits}", fits=fits))()
    plan = [row[0] for row in unit.all(f"EXPLAIN {text}", values)]
    assert any("lead_term" in line for line in plan)
    assert not [line for line in plan if "lead_term_terms" in line]


@pytest.mark.parametrize("table", ["lead", "unqualified_lead"])
@pytest.mark.parametrize("link", ["email_id", "phone_id"])
def test_who_uses_a_record_is_found_in_an_index(unit: Unit, table: str, link: str) -> None:
    for setting in ("enable_seqscan", "enable_bitmapscan"):
        unit.run(f"SET LOCAL {setting} = off")
    text = using.statement(table, link, 2, has_first=True)
    plan = [row[0] for row in unit.all(f"EXPLAIN {text}", (1, 2, unit.account_id, unit.account_id, 100))]
    assert len([line for line in plan if f"using {table}_{link} on {table}" in line]) == 2
    assert not [line for line in plan if "Sort" in line]


def test_new_terms_wait_for_the_index_in_a_short_list(unit: Unit) -> None:
    """Each search reads it whole."""
    sql = "SELECT array_to_string(reloptions, ',') FROM pg_class WHERE relname = 'lead_term_terms'"
    assert unit.all(sql) == [("gin_pending_list_limit=256",)]
