"""Filtered lists, by number and by cursor, show what a plain list in memory does: each record once, in order, counted."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closum.model import draft, query
from closum.model.cursor import Place
from closum.model.query import Page, Query
from closum.model.terms import words
from closum.model.text import sort_key
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import filtered, identity
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support import stored
from tests.support.engine import Engine

Lead = dict[str, Any]
Test = Callable[[Lead], bool]

NAMES = (None, "Ana", "ana", "Ána Silva", "Mariana", "Silva", "Łukasz", "Zé", "ana maria", "12")
CITIES = (None, 1, 40, 213)
ADDRESSES = (None, "ana@x.example", "B@x.example", "silva@y.example", "é@z.example")
CUSTOM = (
    None,
    {"a": 1},
    {"a": "1"},
    {"a": 12.0},
    {"a": "Águeda"},
    {"a": "zoe", "b": None},
    {"a": [1]},
    {"b": -3},
)


@pytest.fixture(scope="module")
def shared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for all examples, each of which has an account of its own."""
    folder = tmp_path_factory.mktemp("windows")
    with open_session(engine.fill(folder)) as session:
        if isinstance(session, SQLiteSession):
            session.connection.pragma("synchronous", "off")
        yield session
    engine.forget(folder)


def body(choice: random.Random) -> Lead:
    address = choice.choice(ADDRESSES)
    name = choice.choice(NAMES) if address else choice.choice(NAMES[1:])
    custom = choice.choice(CUSTOM)
    return {"name": name, "city_id": choice.choice(CITIES)} | (
        ({"email": {"email": address}} if address else {}) | ({"custom_data": custom} if custom else {})
    )


def text_of(lead: Lead, name: str) -> str | None:
    found: str | None = (lead["email"] or {}).get("email") if name == "email" else lead[name]
    return found


def custom_of(lead: Lead, key: str) -> Any:
    return msgspec.json.decode(lead["custom_data"] or "{}").get(key)


def is_key(name: str, text: str | None) -> Test:
    return lambda lead: sort_key(text_of(lead, name)) == sort_key(text)


def is_custom(key: str, *values: Any) -> Test:
    return lambda lead: custom_of(lead, key) in values and type(custom_of(lead, key)) is not bool


def is_after(name: str, than: str) -> Test:
    return lambda lead: (text := text_of(lead, name)) is not None and (sort_key(text) or "") >= than


def found_words(lead: Lead) -> list[str]:
    custom = msgspec.json.decode(lead["custom_data"] or "{}")
    values = [one for each in custom.values() for one in (each if isinstance(each, list) else [each])]
    texts = [lead["name"], text_of(lead, "email"), *(str(one) for one in values if one is not None)]
    city = {1: "Ponta Delgada", 40: "Beja", 213: "Abrantes"}
    return [*(word for text in texts for word in words(text)), *words(city.get(lead["city_id"]))]


def has(*starts: str) -> Test:
    return lambda lead: all(any(word.startswith(one) for word in found_words(lead)) for one in starts)


def no(test: Test) -> Test:
    return lambda lead: not test(lead)


FILTERS: dict[str, Test] = {
    "": lambda lead: True,
    "filter=name=ANA": is_key("name", "ana"),
    "filter=name=": is_key("name", None),
    "filter=name!=ana": no(is_key("name", "ana")),
    "filter=name>=m": is_after("name", "m"),
    "filter=name>=b&filter=city_id!=1": lambda lead: is_after("name", "b")(lead) and lead["city_id"] != 1,
    "city_id=213": lambda lead: lead["city_id"] == 213,
    "filter=city_id=": lambda lead: lead["city_id"] is None,
    "filter=city_id=1&filter=city_id=": lambda lead: lead["city_id"] in (None, 1),
    "filter=city_id>1": lambda lead: (lead["city_id"] or 0) > 1,
    "email=b@x.example": is_key("email", "B@x.example"),
    "filter=email.domain=x.example": lambda lead: (text_of(lead, "email") or "").endswith("@x.example"),
    "filter=email.domain=x.example&filter=email.domain=": (
        lambda lead: (text_of(lead, "email") or "@x.example").endswith("@x.example")
    ),
    "filter=email.domain!=x.example": lambda lead: not (text_of(lead, "email") or "").endswith("@x.example"),
    "filter=email.status=1": lambda lead: lead["email"] is not None,
    "filter=email.status!=1": lambda lead: lead["email"] is None,
    "filter=email>b": lambda lead: (sort_key(text_of(lead, "email")) or "") > "b",
    "filter=custom_data.a=1": is_custom("a", 1, "1"),
    "filter=custom_data.a=1.0": is_custom("a", 1),
    "filter=custom_data.a=12": is_custom("a", 12.0),
    "filter=custom_data.a=": lambda lead: custom_of(lead, "a") is None,
    "filter=custom_data.a!=": lambda lead: custom_of(lead, "a") is not None,
    "filter=custom_data.a=&filter=custom_data.a=zoe": is_custom("a", None, "zoe"),
    "filter=custom_data.a!=agueda": no(is_custom("a", "Águeda")),
    "filter=custom_data.a>=b": is_custom("a", "zoe"),
    "filter=custom_data.a<b": is_custom("a", "1", "Águeda"),
    "filter=custom_data.a<1e1": is_custom("a", 1),
    "filter=custom_data.a>=.5": is_custom("a", 1, 12.0),
    "filter=custom_data.b>-4": is_custom("b", -3),
    "q=ana": has("ana"),
    "q=silv": has("silv"),
    "q=a": has("a"),
    "q=pon+delg": has("pon", "delg"),
    "q=sil+ana": has("sil", "ana"),
    "q=ana&city_id=1": lambda lead: has("ana")(lead) and lead["city_id"] == 1,
    "q=ana&filter=name>b": lambda lead: has("ana")(lead) and is_after("name", "b")(lead),
}
SEARCHES = [text for text in FILTERS if text.startswith("q=")]
SORTS = [(text, one) for text in FILTERS for one in LEAD.listing.sorts] + [
    (text, "relevance") for text in SEARCHES
]


def tier(text: str, lead: Lead) -> int:
    asked = text.removeprefix("q=").partition("&")[0].split("+")
    name = words(lead["name"])
    if all(one in name for one in asked):
        return 0
    return 1 if all(any(word.startswith(one) for word in name) for one in asked) else 2


def place(text: str, sort: str, lead: Lead) -> Any:
    """What a lead is ordered by, before its id."""
    if sort == "relevance":
        return tier(text, lead)
    if sort in ("name", "email.email"):
        return sort_key(text_of(lead, sort.partition(".")[0]))
    return lead["city_id"] if sort == "city_id" else None


def order(text: str, sort: str) -> Callable[[Lead], Any]:
    def key(lead: Lead) -> Any:
        value = place(text, sort, lead)
        return (value is not None, 0 if value is None else value, lead["id"])

    return key


def parsed(text: str, **more: Any) -> Query:
    pairs = [tuple(one.split("=", 1)) for one in text.replace("+", " ").split("&") if one]
    return replace(query.parse(LEAD, [(name, value) for name, value in pairs]), **more)


def all_of(unit: Unit) -> list[Lead]:
    return [
        msgspec.to_builtins(one) for one in records.page(unit, LEAD, Query("id", window=Page(limit=1000)))[0]
    ]


def add(session: Session, account_id: int, choice: random.Random, number: int, *, moves: bool = True) -> None:
    """New leads; on SQLite the terms of some of those before are moved into the index."""
    with session.write(account_id) as unit:
        if moves and hasattr(unit.search, "move"):
            unit.search.move(unit, choice.randrange(1, 20))
        drafts = [draft.parse(LEAD, body(choice)) for _ in range(number)]
        records.create_many(unit, LEAD, drafts)


def fresh_account(session: Session) -> int:
    with session.write() as unit:
        name = f"Account {len(identity.accounts(unit)) + 1}"
        return identity.add_account(unit, name, name)


PATHS = [(20_000, 30_000), (0, 30_000), (0, 3), (0, 0)]
"""How few hits are fetched, and how far an index is walked: each way of finding a page."""


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    asked=st.sampled_from(SORTS),
    descending=st.booleans(),
    limit=st.sampled_from((1, 3, 7, 1000)),
    path=st.sampled_from(PATHS),
    counted=st.booleans(),
)
def test_pages_are_those_of_a_plain_list(
    shared: Session, seed: int, asked: tuple[str, str], descending: bool, limit: int, path: Any, counted: bool
) -> None:
    (text, sort), choice, account_id = asked, random.Random(seed), fresh_account(shared)
    add(shared, account_id, choice, 15)
    add(shared, account_id, choice, 10)
    few, walked = path
    with (
        shared.read() as unit,
        mock.patch.object(filtered, "FEW", few),
        mock.patch.object(filtered, "WALKED", walked),
    ):
        own = unit.of(account_id)
        hits = sorted(filter(FILTERS[text], all_of(own)), key=order(text, sort), reverse=descending)
        first = parsed(text, sort=sort, descending=descending, window=Page(1, limit), counted=counted)
        expected = [lead["id"] for lead in hits]
        count = len(hits) if counted else None
        by_cursor, after, more = list[int](), None, True
        while more:
            found = records.window(own, LEAD, replace(first, cursor="", after=after))
            assert found.total == count
            by_cursor += [one["id"] for one in found.records]
            after, more = found.last, found.last is not None
        assert by_cursor == expected
        for page in range(1, len(hits) // limit + 1):
            asked_for, ids = (
                replace(first, window=Page(page, limit)),
                expected[(page - 1) * limit : page * limit],
            )
            if not text:
                assert [one["id"] for one in records.page(own, LEAD, asked_for)[0]] == ids
                continue
            found = records.window(own, LEAD, asked_for)
            assert found.total == count
            assert [one["id"] for one in found.records] == ids
            assert (found.last is not None) == (page * limit < len(hits))


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    asked=st.sampled_from(SORTS),
    descending=st.booleans(),
    path=st.sampled_from(PATHS),
)
def test_a_walk_by_cursor_shows_what_stays_once_whatever_comes_and_goes(
    shared: Session, seed: int, asked: tuple[str, str], descending: bool, path: Any
) -> None:
    (text, sort), choice, account_id = asked, random.Random(seed), fresh_account(shared)
    add(shared, account_id, choice, 20)
    shown: list[int] = []
    after: Place | None = None
    few, walked = path
    with shared.read() as unit:
        there = {lead["id"] for lead in all_of(unit.of(account_id)) if FILTERS[text](lead)}
    while True:
        with (
            shared.read() as unit,
            mock.patch.object(filtered, "FEW", few),
            mock.patch.object(filtered, "WALKED", walked),
        ):
            asked_for = parsed(
                text, sort=sort, descending=descending, window=Page(1, 4), cursor="", after=after
            )
            found = records.window(unit.of(account_id), LEAD, asked_for)
        shown += [one["id"] for one in found.records]
        after = found.last
        if after is None:
            break
        add(shared, account_id, choice, 2)
        with shared.write(account_id) as unit:
            gone = choice.choice([after.id, *there])
            if gone in there:
                there.discard(gone)
                stored.erase(unit, LEAD, [gone])
    assert len(shown) == len(set(shown))
    assert there <= set(shown)
