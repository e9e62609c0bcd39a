"""Keys are skipped without comparing their account: whatever the count says, a page shows its own account's records."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from closum.model import draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.resources.lead import LEAD
from closum.store import identity, pages, rows
from closum.store.sqlite.session import SQLiteSession
from tests.support.every_operation import skipping_orders
from tests.support.stored import many

LEADS = 12
OWN = 2
ORDERS = [(resource, query) for resource, query in skipping_orders(1) if resource is LEAD]


def lead(number: int) -> dict[str, Any]:
    return {"name": f"Lead {number % 5}" if number % 3 else None, "email": {"email": f"{number}@x.example"}}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SQLiteSession]:
    """An account between two others that have more leads, so that a page which showed theirs would show ids of its own."""
    with SQLiteSession(tmp_path_factory.mktemp("skipping") / "closum.db", create=True) as session:
        for name, leads in (("First", 3 * LEADS), ("Own", LEADS), ("Last", 3 * LEADS)):
            with session.write() as unit:
                account_id = identity.add_account(unit, name, name)
                drafts = [draft.parse(LEAD, lead(number)) for number in range(leads)]
                many(unit.of(account_id), LEAD, drafts)
        yield session


@pytest.fixture(autouse=True)
def _far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pages.FAR, "sqlite", 0)


def shown(session: SQLiteSession, resource: Resource, query: Query) -> list[int]:
    with session.read() as unit:
        return [record["id"] for record in rows.page(unit.of(OWN), resource, query)[0]]


@pytest.mark.parametrize(("resource", "query"), ORDERS)
def test_a_page_ends_where_its_account_does(shared: SQLiteSession, resource: Resource, query: Query) -> None:
    whole = shown(shared, resource, query)
    assert sorted(whole) == list(range(1, LEADS + 1))
    for limit in (1, 5, 7, LEADS - 1):
        for number in range(2, LEADS // limit + 2):
            window = Page(number, limit)
            found = shown(shared, resource, replace(query, window=window))
            assert found == whole[window.offset : window.offset + limit]


@pytest.mark.parametrize("wrong", [-5, -1, 1, 3, LEADS, 2 * LEADS, 100])
@pytest.mark.parametrize(("resource", "query"), ORDERS)
def test_a_wrong_count_shows_no_record_of_another_account(
    shared: SQLiteSession, resource: Resource, query: Query, wrong: int
) -> None:
    with shared.write() as unit:
        count = "UPDATE tally SET count = count + ? WHERE account_id = ? AND resource = ?"
        unit.run(count, (wrong, OWN, resource.name))
    try:
        for limit in (1, 5, LEADS):
            for number in range(2, 4 * LEADS // limit):
                found = shown(shared, resource, replace(query, window=Page(number, limit)))
                assert set(found) <= set(range(1, LEADS + 1))
                assert len(set(found)) == len(found)
    finally:
        with shared.write() as unit:
            unit.run(count, (-wrong, OWN, resource.name))
