"""Which records are before and behind one in a list, in every order and behind every filter."""

import contextlib
from collections.abc import Iterator
from itertools import pairwise

import pytest

from closum.model import draft
from closum.operations import records
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import rows
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from closum.web.lists import asked
from closum.web.lists.neighbours import NOBODY, neighbours
from closum.web.views import views

VIEW = views(RESOURCES)["lead"]
each = pytest.mark.parametrize


@pytest.fixture
def filled(session: Session, account: Account) -> Session:
    bodies = [
        {
            "name": name,
            "city_id": city,
            "email": {"email": f"{place % 5}{place}@example.com"} if place % 2 else None,
        }
        for place, (name, city) in enumerate(
            zip("baaccdbeaf", (1, 2, None, 1, 1, 2, 1, 1, None, 1), strict=True)
        )
    ]
    with session.write(account.id) as unit:
        records.create_many(unit, LEAD, [draft.parse(LEAD, body) for body in bodies])
    return session


@contextlib.contextmanager
def of_account(session: Session, account: Account) -> Iterator[Unit]:
    with session.read() as unit:
        yield unit.of(account.id)


@each(
    "query",
    ["", "sort=name", "sort=name&direction=desc", "sort=email.email", "sort=email.email&direction=desc"],
)
@each("filter_", ["", "&filter=city_id=1", "&q=a", "&filter=email=&q=a"])
def test_they_are_those_of_the_list(filled: Session, account: Account, query: str, filter_: str) -> None:
    pairs = [tuple(one.split("=", 1)) for one in f"{query}{filter_}".split("&") if one]
    found = asked.parse(VIEW, pairs)  # type: ignore[arg-type]
    with of_account(filled, account) as unit:
        listed = [one["id"] for one in rows.page(unit, LEAD, found.query(("id",)))[0]]
        assert len(listed) > 1
        of = {one: neighbours(unit, found.having(at=place), one) for place, one in enumerate(listed, 1)}
    assert {(one, of[one].next) for one in listed[:-1]} == set(pairwise(listed))
    assert {(of[one].previous, one) for one in listed[1:]} == set(pairwise(listed))
    assert (of[listed[0]].previous, of[listed[-1]].next) == (None, None)
    assert [of[one].place for one in listed] == [*range(1, len(listed) + 1)]
    assert {one.total for one in of.values()} == {len(listed)}
    assert all(one.is_in for one in of.values())


@each("query", ["", "sort=name", "sort=name&direction=desc", "sort=email.email&direction=desc"])
def test_a_record_that_has_left_the_list_stands_between_those_that_are_in_it(
    filled: Session, account: Account, query: str
) -> None:
    pairs = [tuple(one.split("=", 1)) for one in query.split("&") if one]
    whole = asked.parse(VIEW, pairs)  # type: ignore[arg-type]
    found = asked.parse(VIEW, [*pairs, ("filter", "city_id=1")])  # type: ignore[list-item]
    with of_account(filled, account) as unit:
        every, listed = (
            [one["id"] for one in rows.page(unit, LEAD, one.query(("id",)))[0]] for one in (whole, found)
        )
        for one in {*every} - {*listed}:
            at = every.index(one)
            before = [each for each in every[:at] if each in listed]
            behind = [each for each in every[at:] if each in listed]
            got = neighbours(unit, found.having(at=len(before) + 1), one)
            assert (got.previous, got.next) == (next(reversed(before), None), next(iter(behind), None))
            assert (got.is_in, got.place_of_next, got.total) == (False, len(before) + 1, len(listed))


def test_a_record_that_is_not_there_has_none(filled: Session, account: Account) -> None:
    with of_account(filled, account) as unit:
        assert neighbours(unit, asked.parse(VIEW, []), 99) == NOBODY


def test_a_place_that_cannot_be_is_not_told(filled: Session, account: Account) -> None:
    with of_account(filled, account) as unit:
        assert neighbours(unit, asked.parse(VIEW, [("at", "11")]), 1).place is None
        assert neighbours(unit, asked.parse(VIEW, []), 1).place is None
