"""Filters by time find what a scan finds, also where they are ranges of ids, or read in the history."""

from collections.abc import Callable
from typing import Any

import pytest

from closum.model import draft, query
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import changed, filtered, history, times
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support.stored import create, erase

START = 1_700_000_000
DAY = 24 * 60 * 60
DAYS = 6

each = pytest.mark.parametrize


def at(days: float) -> str:
    return timestamp(int(START + days * DAY))


def fill(session: Session, account: Account) -> None:
    """Three leads on each day, one of them with an address and one with a number; some are gone again."""
    for day in range(DAYS):
        with session.write(account.id) as unit:
            unit.now = START + day * DAY
            made = [{"name": f"Ana {day}", "email": {"email": f"ana{day}@example.com"}}]
            made += [
                {"name": f"Rui {day}", "phone": {"number": f"+35191234120{day}"}},
                {"name": f"Eva {day}"},
            ]
            create(unit, LEAD, made)
    with session.write(account.id) as unit:
        unit.now = START + DAYS * DAY
        erase(unit, LEAD, [1, 7])


def update(unit: Unit, resource: Resource, record_id: int, body: Row) -> None:
    records.update(unit, resource, record_id, draft.parse(resource, body))


def rows_of(unit: Unit, resource: Resource) -> list[Row]:
    names = ", ".join(resource.columns)
    found = unit.all(
        f"SELECT {names} FROM {resource.name} WHERE account_id = ? ORDER BY id", (unit.account_id,)
    )
    return [dict(zip(resource.columns, row, strict=True)) for row in found]


def ids(unit: Unit, resource: Resource, **asked: Any) -> list[int]:
    """Those that a list has, in every order that it takes; the count is exact."""
    orders: list[list[int]] = []
    for sort in resource.listing.sorts:
        wanted = query.parse(resource, [*asked.items(), ("sort", sort), ("limit", "1000")])
        found, count = records.page(unit, resource, wanted)
        assert count == len(found)
        orders.append(sorted(one["id"] for one in found))
    assert all(one == orders[0] for one in orders)
    return orders[0]


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
}
TIMES = [(EMAIL, "", "register_date"), (PHONE, "", "date_add"), (LEAD, "", "creation_date")]
TIMES += [(LEAD, "email", "register_date"), (LEAD, "phone", "date_add")]


@each(("resource", "nested", "column"), TIMES)
@each("few", [filtered.FEW, 0])
def test_times_that_go_with_ids(
    session: Session,
    account: Account,
    resource: Resource,
    nested: str,
    column: str,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filtered, "FEW", few)
    fill(session, account)
    name = f"{nested}.{column}" if nested else column
    with session.read() as unit:
        own = unit.of(account.id)
        owners = {EMAIL.name: EMAIL, PHONE.name: PHONE}
        dates = {row["id"]: row[column] for row in rows_of(own, owners.get(nested, resource))}
        shown = {
            row["id"]: dates.get(row[f"{nested}_id"] if nested else row["id"])
            for row in rows_of(own, resource)
        }
        for day in (-9, -0.5, *range(DAYS), 2.5, 90):
            for operator, fits in OPERATORS.items():
                expected = [one for one, date in shown.items() if date is not None and fits(date, at(day))]
                assert ids(own, resource, filter=f"{name}{operator}{at(day)}") == expected, (operator, day)
            others = [one for one, date in shown.items() if date != at(day)]
            assert ids(own, resource, filter=f"{name}!={at(day)}") == others
        assert ids(own, resource, filter=f"{name}=") == [one for one, date in shown.items() if date is None]
        assert ids(own, resource, filter=f"{name}!=") == [
            one for one, date in shown.items() if date is not None
        ]


def test_an_account_without_records_has_no_first_one(session: Session, account: Account) -> None:
    with session.read() as unit:
        assert times.first(unit.of(account.id), "email", "id", "register_date", at(0)) == 1
        assert ids(unit.of(account.id), EMAIL, filter=f"register_date>={at(0)}") == []


def remembers(unit: Unit) -> None:
    """The history is whole."""


def forgets(unit: Unit) -> None:
    assert history.cut(unit, at(2.5), 1_000) > 1


def forgets_all(unit: Unit) -> None:
    assert history.cut(unit, at(99), 1_000) > 1


@each("then", [remembers, forgets, forgets_all])
@each("looked_at", [changed.LOOKED_AT, 0, 10**9])
@each("resource", [LEAD, EMAIL])
def test_what_changed_since_a_date(
    session: Session,
    account: Account,
    then: Callable[[Unit], None],
    looked_at: int,
    resource: Resource,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the history where it goes back so far, and else by all records: both find the same."""
    monkeypatch.setattr(changed, "LOOKED_AT", looked_at)
    fill(session, account)
    with session.write(account.id) as unit:
        unit.now = START + (DAYS + 1) * DAY
        update(unit, LEAD, 2, {"name": "Rui"})
        update(unit, EMAIL, 3, {"email": "eva@example.org"})
    with session.write(account.id) as unit:
        unit.now = START + (DAYS + 2) * DAY
        then(unit)
    with session.read() as unit:
        own = unit.of(account.id)
        rows = rows_of(own, resource)
        for day in (-9, *range(DAYS + 3), 2.5, 6.5, 90):
            expected = [row["id"] for row in rows if row["modified"] >= at(day)]
            assert ids(own, resource, changed_since=at(day)) == expected, day
            assert ids(own, resource, changed_since=at(day), filter="id>4") == [
                one for one in expected if one > 4
            ]
        if resource is LEAD:
            found = [row["id"] for row in rows if row["modified"] >= at(2) and row["name"].startswith("Ana")]
            assert ids(own, LEAD, changed_since=at(2), q="ana") == found


def test_a_clock_that_went_back_loses_nothing(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        unit.now = START + DAY
        create(unit, LEAD, [{"name": f"Ana {number}"} for number in range(40)])
    with session.write(account.id) as unit:
        unit.now = START + DAY - 3_600
        update(unit, LEAD, 7, {"name": "Rui"})
    with session.write(account.id) as unit:
        unit.now = START + 2 * DAY
        update(unit, LEAD, 9, {"name": "Eva"})
    with session.read() as unit:
        own = unit.of(account.id)
        assert ids(own, LEAD, changed_since=at(1)) == [one for one in range(1, 41) if one != 7]
        assert ids(own, LEAD, changed_since=at(0.5)) == [*range(1, 41)]
        assert ids(own, LEAD, changed_since=at(1.5)) == [9]
