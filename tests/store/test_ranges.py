"""A search within a range of dates or ids keeps to a range of ids, where dates go with them."""

from collections.abc import Callable

import pytest

from closum.model import draft, query
from closum.model.query import Query
from closum.model.relations import Row
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import filtered, where
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support.stored import create, erase

START = 1_700_000_000
DAY = 24 * 60 * 60
LEADS = 12


def settle(unit: Unit) -> None:
    unit.search.settle(unit)


def nothing(unit: Unit) -> None:
    """Terms wait outside of the index."""


moment = pytest.mark.parametrize("then", [nothing, settle])
set_dates = pytest.mark.parametrize("is_set", [False, True])


def fill(session: Session, account: Account, then: Callable[[Unit], None], is_set: bool) -> list[Row]:
    """Leads of six days, two of each, without the first and the last two of them; `is_set`: one has another date."""
    for day in range(LEADS // 2):
        with session.write(account.id) as unit:
            unit.now = START + day * DAY
            create(unit, LEAD, [{"name": f"Ana {day}"}, {"name": f"{'Ana' if day % 2 else 'Rui'} {day}"}])
            then(unit)
    with session.write(account.id) as unit:
        unit.now = START + LEADS * DAY
        erase(unit, LEAD, [1, 6])
        if is_set:
            late = draft.parse(LEAD, {"name": "Ana"})
            late.values["creation_date"] = timestamp(START + DAY)
            records.create_many(unit, LEAD, [late])
    with session.read() as unit:
        own = unit.of(account.id)
        return [
            {"id": row[0], "date": row[1], "name": row[2]}
            for row in own.all(
                "SELECT id, creation_date, name FROM lead WHERE account_id = ? ORDER BY id", (account.id,)
            )
        ]


def at(days: int) -> str:
    return timestamp(START + days * DAY)


RANGES: list[tuple[list[str], Callable[[Row], bool]]] = [
    ([f"creation_date>={at(2)}"], lambda row: row["date"] >= at(2)),
    ([f"creation_date>{at(2)}"], lambda row: row["date"] > at(2)),
    ([f"creation_date<{at(2)}"], lambda row: row["date"] < at(2)),
    ([f"creation_date<={at(2)}"], lambda row: row["date"] <= at(2)),
    ([f"creation_date={at(1)}"], lambda row: row["date"] == at(1)),
    ([f"creation_date!={at(1)}"], lambda row: row["date"] != at(1)),
    ([f"creation_date>={at(1)}", f"creation_date<{at(4)}"], lambda row: at(1) <= row["date"] < at(4)),
    ([f"creation_date>={at(4)}", f"creation_date<{at(1)}"], lambda row: False),
    ([f"creation_date>{at(90)}"], lambda row: False),
    ([f"creation_date<{at(90)}"], lambda row: True),
    ([f"creation_date<{at(-90)}"], lambda row: False),
    (["id>=3", "id<9"], lambda row: 3 <= row["id"] < 9),
    (["id=4"], lambda row: row["id"] == 4),
    (["id=4", "id=5"], lambda row: row["id"] in (4, 5)),
    (["id>9223372036854775807"], lambda row: False),
    (["id<=9223372036854775807"], lambda row: True),
    (["id>=-5"], lambda row: True),
    (["id<0"], lambda row: False),
    (["id>2", f"creation_date<={at(3)}"], lambda row: row["id"] > 2 and row["date"] <= at(3)),
]  # fmt: skip


def asked(filters: list[str], sort: str, direction: str, **more: str) -> Query:
    given = {"q": "ana", "sort": sort, "direction": direction, **more}
    return query.parse(LEAD, [*given.items(), *(("filter", one) for one in filters)])


@moment
@set_dates
@pytest.mark.parametrize("few", [filtered.FEW, 0])
def test_it_finds_what_a_scan_finds(
    session: Session,
    account: Account,
    then: Callable[[Unit], None],
    is_set: bool,
    few: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where hits are so many that the index of the order is walked."""
    monkeypatch.setattr(filtered, "FEW", few)
    rows = fill(session, account, then, is_set)
    with session.read() as unit:
        own = unit.of(account.id)
        for filters, fits in RANGES:
            ids = [row["id"] for row in rows if "Ana" in row["name"] and fits(row)]
            for sort in (*LEAD.listing.sorts, "relevance"):
                for direction in ("asc", "desc"):
                    leads, count = records.page(own, LEAD, asked(filters, sort, direction))
                    assert count == len(ids), (filters, sort)
                    assert sorted(one["id"] for one in leads) == ids, (filters, sort, direction)
                    if sort == "id":
                        assert [one["id"] for one in leads] == ids[:: 1 if direction == "asc" else -1]


@moment
def test_it_goes_on_behind_a_place(session: Session, account: Account, then: Callable[[Unit], None]) -> None:
    rows = fill(session, account, then, is_set=False)
    with session.read() as unit:
        own = unit.of(account.id)
        for filters, fits in RANGES:
            ids = [row["id"] for row in rows if "Ana" in row["name"] and fits(row)]
            for direction in ("asc", "desc"):
                wanted, shown = asked(filters, "id", direction, cursor="", limit="1"), list[int]()
                while True:
                    found = records.window(own, LEAD, wanted)
                    shown += [one["id"] for one in found.records]
                    if found.last is None:
                        break
                    wanted = wanted.behind("x", found.last)
                assert shown == ids[:: 1 if direction == "asc" else -1], (filters, direction)


@set_dates
def test_no_record_is_looked_at_for_it_where_dates_go_with_ids(
    session: Session, account: Account, is_set: bool
) -> None:
    fill(session, account, nothing, is_set)
    wanted = asked([f"creation_date>={at(2)}", "id>3"], "id", "asc")
    with session.read() as unit:
        found = where.select(unit.of(account.id), LEAD, wanted.where, wanted.words)
    assert [part.column for part in found.parts] == (["creation_date"] if is_set else [])
    assert found.within.least == (4 if is_set else 5)
