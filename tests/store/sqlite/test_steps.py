"""How many steps of SQLite's machine a list costs: as many whatever the account has, and wherever the page is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import apsw
import pytest

from closum.accounts import users
from closum.model.query import LONG_OFFSET, Page, Query
from closum.model.resource import Resource
from closum.operations import cities, demo
from closum.store import pages, rows
from closum.store.sqlite.session import SQLiteSession
from tests.support.verbs import orders, skipping_orders

FEW, MANY = 200, 2_000
OWNED = [(resource, query) for resource, query in orders() if not resource.shared]
BY_ID = [
    (resource, query)
    for resource, query in OWNED
    if resource.listing.sorts[query.sort] == "id" and query.window.number > 1
]


class Filled(NamedTuple):
    """A database with an account that has few leads and one that has many."""

    session: SQLiteSession
    few: int
    many: int

    def steps(self, account_id: int, resource: Resource, query: Query) -> int:
        """Of all statements of a list."""
        found: list[int] = []
        connection = self.session.connection
        with self.session.read() as unit:
            connection.trace_v2(
                apsw.SQLITE_TRACE_PROFILE,
                lambda event: found.append(event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"]),
            )
            rows.page(unit.of(account_id), resource, query)
            connection.trace_v2(0, None)
        return sum(found)

    def last(self, resource: Resource, query: Query) -> Query:
        """The last page that is full, where there are many."""
        with self.session.read() as unit:
            _, count = rows.page(unit.of(self.many), resource, Query(query.sort))
        return Query(query.sort, query.descending, Page(count // query.window.limit))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with SQLiteSession(tmp_path_factory.mktemp("steps") / "closum.db", create=True) as session:
        with session.write() as unit:
            cities.seed(unit)
            few, many = (users.add_account(unit, name).id for name in ("Few", "Many"))
        for account_id, leads in ((few, FEW), (many, MANY)):
            with session.write(account_id) as unit:
                for step in demo.steps(0, leads, lambda: 1_000, lambda done, total: None):
                    step(unit)
        yield Filled(session, few, many)


@pytest.mark.parametrize(("resource", "query"), OWNED)
def test_a_list_costs_the_same_whatever_the_account_has(
    filled: Filled, resource: Resource, query: Query
) -> None:
    assert 0 < filled.steps(filled.many, resource, query) == filled.steps(filled.few, resource, query)


@pytest.mark.parametrize(("resource", "query"), BY_ID)
def test_the_last_page_by_id_costs_what_the_first_does_that_is_looked_up(
    filled: Filled, resource: Resource, query: Query
) -> None:
    last = filled.last(resource, query)
    assert last.window.number > MANY // query.window.limit // 2
    looked_up = replace(query, window=Page(pages.NEAR // query.window.limit + 2))
    assert filled.steps(filled.many, resource, last) == filled.steps(filled.many, resource, looked_up)


@pytest.mark.parametrize(("resource", "query"), list(skipping_orders(3)))
def test_the_last_page_of_a_long_list_is_read_from_its_end(
    filled: Filled, resource: Resource, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = filled.steps(filled.many, resource, query)
    monkeypatch.setattr(pages, "LONG_OFFSET", MANY // 2)
    assert filled.steps(filled.many, resource, filled.last(resource, query)) < 1.5 * third


@pytest.mark.parametrize(("resource", "query"), list(skipping_orders(1_000)))
def test_a_deep_page_beyond_the_last_is_not_looked_for(
    filled: Filled, resource: Resource, query: Query
) -> None:
    assert query.window.offset > LONG_OFFSET
    first = Query(query.sort, query.descending)
    assert filled.steps(filled.many, resource, query) < filled.steps(filled.many, resource, first)
