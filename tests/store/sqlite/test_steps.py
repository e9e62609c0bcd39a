"""How many steps of SQLite's machine a list costs: as many whatever the account has, and wherever the page is."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import apsw
import pytest

from closum.accounts import users
from closum.model import draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.operations import cities, demo, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import gaps, pages, rows, tally
from closum.store.sql import parameter, prepared
from closum.store.sqlite.session import SQLiteSession
from tests.support.every_operation import add_others, orders, skipping_orders

FEW, MANY = 200, 2_000
OWNED = [(resource, query) for resource, query in orders() if not resource.shared]
BY_ID = [
    (resource, query)
    for resource, query in OWNED
    if resource.listing.sorts[query.sort] == "id" and query.window.number > 1 and not resource.fixed
]
BY_KEY = [
    (resource, query) for resource, query in skipping_orders(3) if query.sort != resource.dated
]  # dates go with the ids here


class Filled(NamedTuple):
    """A database with an account that has few leads and one that has many."""

    session: SQLiteSession
    few: int
    many: int

    def steps(self, account_id: int, resource: Resource, query: Query) -> int:
        """Of all statements of a list."""
        with self.session.read() as unit:
            return sum(self.counted(partial(rows.page, unit.of(account_id), resource, query)))

    def counted(self, work: Callable[[], object]) -> list[int]:
        """Steps of each statement of some work."""
        found: list[int] = []
        self.session.connection.trace_v2(
            apsw.SQLITE_TRACE_PROFILE,
            lambda event: found.append(event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"]),
        )
        work()
        self.session.connection.trace_v2(0, None)
        return found

    def last(self, resource: Resource, query: Query) -> Query:
        """The last page that is full, where there are many."""
        with self.session.read() as unit:
            _, count = rows.page(unit.of(self.many), resource, Query(query.sort))
        return Query(query.sort, query.descending, Page(count // query.window.limit))


@contextmanager
def database(folder: Path) -> Iterator[Filled]:
    with SQLiteSession(folder / "closum.db", create=True) as session:
        with session.write() as unit:
            cities.seed(unit)
            few, many = (users.add_account(unit, name).id for name in ("Few", "Many"))
        for account_id, leads in ((few, FEW), (many, MANY)):
            with session.write(account_id) as unit:
                for step in demo.steps(0, leads, lambda: 1_000, lambda done, total: None):
                    step(unit)
                add_others(unit, leads)
        yield Filled(session, few, many)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with database(tmp_path_factory.mktemp("steps")) as found:
        yield found


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """The last lead of each account came before the others."""
    with database(tmp_path_factory.mktemp("imported")) as found:
        for account_id in (found.few, found.many):
            with found.session.write(account_id) as unit:
                early = draft.parse(LEAD, {"name": "Early"})
                early.values["creation_date"] = "2001-01-01T10:00:00+00:00"
                records.create_many(unit, LEAD, [early])
        yield found


@pytest.mark.parametrize(("resource", "query"), OWNED)
def test_a_list_costs_the_same_whatever_the_account_has(
    filled: Filled, resource: Resource, query: Query
) -> None:
    assert 0 < filled.steps(filled.many, resource, query) == filled.steps(filled.few, resource, query)


@pytest.mark.parametrize("number", [1, 4, 8])  # the last two are found by their place
@pytest.mark.parametrize("descending", [False, True])
def test_a_list_by_dates_that_were_set_costs_the_same_whatever_the_account_has(
    imported: Filled, *, descending: bool, number: int
) -> None:
    query = Query("creation_date", descending, Page(number))
    few, many = (imported.steps(account, LEAD, query) for account in (imported.few, imported.many))
    assert 0 < many <= few * 1.1


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
    monkeypatch.setitem(pages.FAR, "sqlite", 0)
    assert filled.steps(filled.many, resource, filled.last(resource, query)) < 1.5 * third


@pytest.mark.parametrize(("resource", "query"), list(skipping_orders(1_000)))
def test_a_deep_page_beyond_the_last_is_not_looked_for(
    filled: Filled, resource: Resource, query: Query
) -> None:
    assert query.window.offset > pages.FAR["sqlite"]
    first = Query(query.sort, query.descending)
    assert filled.steps(filled.many, resource, query) < filled.steps(filled.many, resource, first)


@pytest.mark.parametrize(("resource", "query"), BY_KEY)
def test_a_key_that_is_skipped_costs_two_steps(
    filled: Filled, resource: Resource, query: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the next one, and to count it: its account is not compared."""
    monkeypatch.setitem(pages.FAR, "sqlite", 0)
    near, far = (replace(query, window=Page(number)) for number in (10, 30))
    skipped = far.window.offset - near.window.offset
    assert filled.steps(filled.many, resource, far) - filled.steps(filled.many, resource, near) == 2 * skipped


@pytest.mark.parametrize("empty", [0, 1_000_000])
@pytest.mark.parametrize(("resource", "query"), list(skipping_orders(1_000)))
def test_a_deep_page_of_an_empty_account_skips_nothing(
    filled: Filled, resource: Resource, query: Query, empty: int
) -> None:
    """Whether the others are before it or behind it."""
    assert 0 < filled.steps(empty, resource, query) < 200


LIST = 10_000_000
GAPPED = LIST // 100
MOST_STEPS = 1_200


@pytest.fixture(scope="module")
def gapped(filled: Filled) -> int:
    """An account that has given ten million ids of e-mails, one in a hundred of which is missing, at random."""
    with filled.session.write() as unit:
        account_id = users.add_account(unit, "Gapped").id
    with filled.session.write(account_id) as unit:
        tally.take(unit, EMAIL, LIST)
        tally.forget(unit, EMAIL, random.Random(1).sample(range(1, LIST, 2), GAPPED))
    return account_id


@pytest.mark.parametrize("record_id", [2, LIST // 2, LIST])
def test_a_deletion_and_its_return_cost_the_same_wherever_and_whatever_is_missing(
    filled: Filled, gapped: int, record_id: int
) -> None:
    with filled.session.write(gapped) as unit:
        for _ in range(2):
            for change in (tally.forget, tally.fill):
                steps = filled.counted(partial(change, unit, EMAIL, [record_id]))
                assert len(steps) == 2  # the count, the spans
                assert sum(steps) < MOST_STEPS


def test_a_set_of_deletions_is_written_together(filled: Filled, gapped: int) -> None:
    ids = random.Random(2).sample(range(2, LIST, 2), 1_000)
    with filled.session.write(gapped) as unit:
        for change in (tally.forget, tally.fill):
            steps = filled.counted(partial(change, unit, EMAIL, ids))
            assert len(steps) < len(ids) / 4
            assert sum(steps) < MOST_STEPS * len(ids)


def test_the_last_id_of_a_span_that_comes_back_takes_its_row_away(filled: Filled) -> None:
    with filled.session.write() as unit:
        account_id = users.add_account(unit, "Alone").id
    with filled.session.write(account_id) as unit:
        tally.take(unit, EMAIL, LIST)
        tally.forget(unit, EMAIL, [5])
        levels = len(gaps.kept(unit, EMAIL))
        assert len(filled.counted(partial(tally.fill, unit, EMAIL, [5]))) == 2 + levels
        assert gaps.kept(unit, EMAIL) == {}


@pytest.mark.parametrize("descending", [False, True])
def test_a_place_is_found_in_as_few_steps_wherever_it_is(
    filled: Filled, gapped: int, descending: bool
) -> None:
    found = []
    with filled.session.read() as unit:
        for position in (0, 1_000, LIST // 2, LIST - GAPPED - 1):
            statement = prepared(tally.place(EMAIL, parameter("others"), descending), "account_id", "others")
            found += filled.counted(partial(unit.one, *statement(gapped, position)))
    assert max(found) < MOST_STEPS
