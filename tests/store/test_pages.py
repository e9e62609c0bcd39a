"""Walking a list shows every record exactly once, in the order of the contract, whatever was erased."""

from collections.abc import Iterator, Sequence
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from closum.errors import NotFound
from closum.model import draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.model.text import sort_key
from closum.operations import check, records
from closum.resources.city import CITY
from closum.resources.contact_type import CONTACT_TYPE
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import identity, pages, rows
from closum.store.gaps import BLOCK
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support import stored
from tests.support.engine import Engine

HOSTILE = "aAbBzZ éÉèçÇßſsñÑæøıİI'\"%_\\;-0à´̀ﬁﬃΣσς日😀\u00ad\u200b\t"
NAMES = st.none() | st.text(HOSTILE, max_size=4)
ORDERS = st.tuples(st.sampled_from(sorted(LEAD.listing.sorts)), st.booleans())
DATES = st.none() | st.sampled_from(("2019-05-05T00:00:00+00:00", "2020-01-01T00:00:00+00:00"))
SPANS = st.lists(
    st.tuples(st.integers(0, 17 * BLOCK), st.sampled_from((1, 2, 30, BLOCK - 1, BLOCK, 4 * BLOCK + 5))),
    max_size=5,
)


@pytest.fixture(scope="module")
def shared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for all examples, each of which has an account of its own."""
    folder = tmp_path_factory.mktemp("pages")
    with open_session(engine.fill(folder)) as session:
        if isinstance(session, SQLiteSession):
            session.connection.pragma("synchronous", "off")
        yield session
    engine.forget(folder)


def fresh_account(session: Session) -> int:
    with session.write() as unit:
        name = f"Account {len(identity.accounts(unit)) + 1}"
        return identity.add_account(unit, name, name)


def create(
    unit: Unit, account_id: int, bodies: list[dict[str, Any]], dates: Sequence[str | None] = ()
) -> list[int]:
    drafts = [draft.parse(LEAD, body) for body in bodies]
    for one, date in zip(drafts, dates, strict=False):
        one.values.update({"creation_date": date} if date else {})
    outcomes = stored.many(unit.of(account_id), LEAD, drafts)
    return [outcome for outcome in outcomes if isinstance(outcome, int)]


def walk(unit: Unit, account_id: int, query: Query, resource: Resource = LEAD) -> list[dict[str, Any]]:
    """The records of all pages; each page tells the same count, and only the last is not full."""
    found: list[dict[str, Any]] = []
    page, count = 1, 1
    while page == 1 or len(found) < count:
        asked = Query(query.sort, query.descending, Page(page, query.window.limit))
        shown, count = records.page(unit.of(account_id), resource, asked)
        assert len(shown) == min(query.window.limit, count - len(found))
        found, page = found + msgspec.to_builtins(shown), page + 1
    with pytest.raises(NotFound):
        records.page(
            unit.of(account_id), resource, Query(query.sort, query.descending, Page(page, query.window.limit))
        )
    counted = f"SELECT COUNT(*) FROM {resource.name} WHERE account_id = ?"
    assert unit.one(counted, (account_id,)) == (count,)
    return found


def model_key(sort: str, record: dict[str, Any]) -> Any:
    """What the contract orders by, taken from the answer alone: text by its key, null the smallest."""
    name, _, part = sort.partition(".")
    value = record[name] if not part else (record[name] or {}).get(part)
    return (value is not None, sort_key(value) if isinstance(value, str) else value or 0, record["id"])


LEADS = st.builds(
    lambda name, city, email, phone: (
        {"name": name, "city_id": city}
        | ({"email": {"email": email}} if email else {})
        | ({"phone": {"extension": "351", "number": phone}} if phone else {})
    ),
    NAMES,
    st.none() | st.sampled_from((1, 40, 213, 308)),
    st.none() | st.sampled_from(("a@x.example", "B@x.example", "é@x.example", "z@x.example")),
    st.none() | st.sampled_from(("912345678", "912 345 679", "Ä1", "b2")),
)


@settings(max_examples=60, deadline=None)
@given(
    bodies=st.lists(LEADS, max_size=30),
    erased=st.sets(st.integers(1, 30), max_size=12),
    order=ORDERS,
    limit=st.sampled_from((1, 3, 7, 25, 1000)),
    far=st.sampled_from((1_000, 0, 5)),
    dates=st.lists(DATES, max_size=30),
)
def test_each_record_once_and_in_order(
    shared: Session,
    bodies: list[Any],
    erased: set[int],
    order: tuple[str, bool],
    limit: int,
    far: int,
    dates: list[str | None],
) -> None:
    account_id = fresh_account(shared)
    with shared.write(account_id) as unit:
        ids = create(unit, account_id, bodies, dates)
        assert ids == list(range(1, len(ids) + 1))
        stored.erase(unit.of(account_id), LEAD, [one for one in ids if one in erased])
    sort, descending = order
    ends = mock.patch.dict(pages.FAR, sqlite=far, postgres=far)
    with shared.read() as unit, ends, mock.patch.object(pages, "NEAR", far):
        found = walk(unit, account_id, Query(sort, descending, Page(limit=limit)))
    assert {record["id"] for record in found} == set(ids) - erased
    keys = [model_key(sort, record) for record in found]
    assert keys == sorted(keys, reverse=descending)


ALPHABETS = [
    "ana",
    "Ana",
    "ANA",
    "Ána",
    "ańa",
    "aña",
    "Anna",
    "anna",
    "Äpfel",
    "Apfel",
    "apfel",
    "Aepfel",
    "Zebra",
    "zebra",
    "żaba",
    "Ölz",
    "Olz",
    "Oelz",
    "ölz",
    "ozean",
    "Straße",
    "Strasse",
    "STRASSE",
    "strasze",
    "Strase",
    "ılık",
    "Ilık",
    "İlik",
    "ilik",
    "Irmak",
    "ırmak",
    "İrmak",
    "irmak",
    "I",
    "i",
    "İ",
    "ı",
    "ISI",
    "ısı",
    "Şen",
    "sen",
    "Çelik",
    "celik",
    "Ğ",
    "g",
    "ğ",
    "Ñandú",
    "nandu",
    "Nz",
    "Œuvre",
    "oeuvre",
    "œ",
    "é",
    "é",
    "Łódź",
    "Lodz",
    "lz",
    "Ø",
    "o",
    "Å",
    "a",
    "Þ",
    "ð",
    "日本",
    "😀",
    "~",
    "_",
    "-",
    "0",
    "10",
    "9",
    "Ω",
    "Σίσυφος",
    "ΣΊΣΥΦΟΣ",
    "σίσυφοσ",
]
EQUAL = 10_000


def test_orders_are_those_of_the_contract(shared: Session) -> None:
    """Accents, Turkish and German case, nulls, ties and 10 000 equal names: the same on both engines, being this one."""
    account_id = fresh_account(shared)
    bodies: list[dict[str, Any]] = [{"name": name} for name in (*ALPHABETS, *reversed(ALPHABETS))]
    bodies += [{"name": "Same Name", "city_id": 1 + n % 3} for n in range(EQUAL)]
    bodies += [
        {
            "name": None,
            "email": {"email": f"{text}{n}@example.com"},
            "phone": {"extension": "351", "number": text},
        }
        for n, text in enumerate(
            ("ana", "Ána", "ANA", "straße", "STRASSE", "ılık", "ILIK", "İlik", "zoë", "Zoe")
        )
    ]
    with shared.write(account_id) as unit:
        assert create(unit, account_id, bodies) == list(range(1, len(bodies) + 1))
    with shared.read() as unit:
        everything = walk(unit, account_id, Query("id", window=Page(limit=1000)))
        for sort in LEAD.listing.sorts:
            for descending in (False, True):
                keys = {record["id"]: model_key(sort, record) for record in everything}
                expected = sorted(keys, key=lambda one: keys[one], reverse=descending)
                found = [
                    record["id"]
                    for record in walk(unit, account_id, Query(sort, descending, Page(limit=1000)))
                ]
                assert found == expected, sort
                for page in (1, 2, EQUAL // 50, EQUAL // 25 + 1):
                    shown, _ = records.page(
                        unit.of(account_id), LEAD, Query(sort, descending, Page(page, 25))
                    )
                    assert [one["id"] for one in shown] == expected[25 * (page - 1) : 25 * page]


def populated(
    session: Session, size: int, spans: list[tuple[int, int]], more: int, back: int = 0
) -> tuple[int, list[int]]:
    """An account with contact types over several blocks of ids, spans of them erased one after the other.

    Every `back`th of those that were erased is there again, 0 for none.
    """
    account_id = fresh_account(session)
    with session.write(account_id) as unit:
        stored.fill(unit, CONTACT_TYPE, {"label": "x"}, size)
        left, put = set(range(1, size + 1)), []
        for start, length in spans:
            span = sorted(left & set(range(start, start + length)))
            put += list(rows.rows_by(unit, CONTACT_TYPE, "id", span[::back] if back else []).values())
            stored.erase(unit, CONTACT_TYPE, span)
            left -= set(span)
        stored.put_back(unit, CONTACT_TYPE, put)
        left |= {row["id"] for row in put}
        if more:
            stored.fill(unit, CONTACT_TYPE, {"label": "x"}, more)
    return account_id, sorted(left | set(range(size + 1, size + more + 1)))


@settings(max_examples=40, deadline=None)
@given(
    size=st.sampled_from((*3 * (BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK), 16 * BLOCK + 250)),
    spans=SPANS,
    back=st.sampled_from((0, 1, 3)),
    more=st.sampled_from((0, 1, 20, BLOCK)),
    limit=st.sampled_from((1, 7, 25, 999, 1000)),
    data=st.data(),
)
@pytest.mark.slow
def test_later_pages_by_id_are_found_through_the_gaps(
    shared: Session,
    size: int,
    spans: list[tuple[int, int]],
    back: int,
    more: int,
    limit: int,
    data: st.DataObject,
) -> None:
    account_id, ids = populated(shared, size, spans, more, back)
    assume(ids)
    last = (len(ids) + limit - 1) // limit
    pages = {1, 2, last // 2, last - 1, last} | data.draw(st.sets(st.integers(1, last), max_size=5))
    with shared.read() as unit:
        for descending, ordered in ((False, ids), (True, ids[::-1])):
            for page in pages & set(range(1, last + 1)):
                shown, count = records.page(
                    unit.of(account_id), CONTACT_TYPE, Query("id", descending, Page(page, limit))
                )
                assert count == len(ids)
                assert [one["id"] for one in shown] == ordered[(page - 1) * limit : page * limit]
            with pytest.raises(NotFound):
                records.page(
                    unit.of(account_id), CONTACT_TYPE, Query("id", descending, Page(last + 1, limit))
                )
    with shared.write(account_id) as unit:
        stored.erase(unit.of(account_id), CONTACT_TYPE, ids)
        assert records.page(unit.of(account_id), CONTACT_TYPE, Query("id")) == ([], 0)
        with pytest.raises(NotFound):
            records.page(unit.of(account_id), CONTACT_TYPE, Query("id", window=Page(2)))


def test_blocks_that_are_gone(shared: Session) -> None:
    """The first, a middle and the last block of ids erased whole, and creating goes on behind them."""
    for spans in ([(1, BLOCK)], [(BLOCK + 1, BLOCK)], [(2 * BLOCK + 1, BLOCK)], [(1, 3 * BLOCK)]):
        account_id, ids = populated(shared, 3 * BLOCK, spans, 10)
        with shared.read() as unit:
            assert [
                one["id"] for one in walk(unit, account_id, Query("id", window=Page(limit=25)), CONTACT_TYPE)
            ] == ids
            assert [
                one["id"] for one in walk(unit, account_id, Query("id", True, Page(limit=999)), CONTACT_TYPE)
            ] == ids[::-1]
            sql = "SELECT id FROM contact_type WHERE account_id = ? ORDER BY id LIMIT 5 OFFSET 5"
            shown, _ = records.page(unit.of(account_id), CONTACT_TYPE, Query("id", window=Page(2, 5)))
            assert [(one["id"],) for one in shown] == unit.all(sql, (account_id,))


def test_an_empty_account(shared: Session) -> None:
    account_id = fresh_account(shared)
    with shared.read() as unit:
        for resource in (LEAD, EMAIL):
            for sort in resource.listing.sorts:
                assert records.page(unit.of(account_id), resource, Query(sort)) == ([], 0)
                for page in (2, 10**15):
                    with pytest.raises(NotFound):
                        records.page(unit.of(account_id), resource, Query(sort, page == 2, Page(page)))


def test_cities_by_name_and_by_id(shared: Session) -> None:
    with shared.read() as unit:
        shown, count = records.page(unit.of(0), CITY, Query("city_name", window=Page(limit=1000)))
        assert count == len(shown) == 308
        keys = [(sort_key(city["city_name"]), city["id"]) for city in shown]
        assert keys == sorted(keys)
        pages = [
            records.page(unit.of(0), CITY, Query("id", True, Page(page, 100)))[0] for page in range(1, 5)
        ]
        ids = [city["id"] for page in pages for city in page]
        assert ids == sorted(ids, reverse=True)
        assert set(ids) == {city["id"] for city in shown}


def test_the_tallies_agree_afterwards(shared: Session) -> None:
    with shared.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
