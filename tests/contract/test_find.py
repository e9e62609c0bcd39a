"""Filters and searches over HTTP: which of a fixed set of leads each finds, and what is refused."""

from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from closum.model.property import FLAG, TIME, properties
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from tests.support.answers import failure
from tests.support.client import JSON, Client

each = pytest.mark.parametrize

DATA = {
    "source": "fair",
    "score": 12,
    "on": True,
    "a>=b": "x",
    "k%3D": "y",
    "note": "summer sale",
    "zip": "0123",
}
PEOPLE: list[JSON] = [
    {
        "name": "Ana Sílvia Ferreira",
        "email": {"email": "ana.f@Example.com"},
        "phone": {"number": "+351 912 341 208"},
        "city_id": 213,
        "custom_data": DATA,
    },
    {
        "name": "Maria João",
        "email": {"email": "mj@outra.pt"},
        "custom_data": {"source": "Web", "score": 5, "on": False, "zip": "123"},
    },
    {
        "name": "Łukasz Nowak",
        "phone": {"number": "+44 7911 123456"},
        "city_id": 40,
        "custom_data": {"source": "ÉTÉ", "score": 100},
    },
    {"email": {"email": "silva@example.com"}},
    {"name": "שלום עולם", "phone": {"extension": "00351", "number": "1"}, "custom_data": {"source": ""}},
    {"name": "100% _real_", "phone": {"number": "+351 912 341 208"}, "city_id": 213},
]
EVERYBODY = [1, 2, 3, 4, 5, 6]
NOBODY: list[int] = []


@pytest.fixture
def leads(api: Client) -> Client:
    """An account with these people, and a neighbour's with the same, whom nobody must find."""
    for person in PEOPLE:
        api.new("lead", person)
    return api


def path(filters: tuple[str, ...] | str, **others: str) -> str:
    several = (filters,) if isinstance(filters, str) else filters
    pairs = [*(("filter", one) for one in several), *others.items()]
    return "/api/lead?" + "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)


def found(api: Client, url: str) -> list[int]:
    """The ids that a list has, in the order of ids; the count is exact, and a walk by cursor finds the same."""
    answer = api.get(url)
    assert answer.status_code == 200, (url, answer.text)
    ids = [one["id"] for one in answer.json()["data"]]
    assert answer.json()["pagination"]["count"] == len(ids), url
    walked: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"{url}&limit=2&count=false&fields=id&cursor={cursor}").json()
        walked += [one["id"] for one in page["data"]]
        cursor = page["pagination"]["next_cursor"]
    assert walked == ids, url
    return sorted(ids)


FILTERS: dict[str | tuple[str, ...], list[int]] = {
    # ids and integers
    "id=3": [3],
    ("id=3", "id=5"): [3, 5],
    "id!=3": [1, 2, 4, 5, 6],
    "id<3": [1, 2],
    "id<=3": [1, 2, 3],
    "id>4": [5, 6],
    ("id>=2", "id<4"): [2, 3],
    ("id=3", "id=5", "id<4"): [3],
    "id=": NOBODY,
    "id!=": EVERYBODY,
    "id=99999999999999999999999999": NOBODY,
    "id<99999999999999999999999999": EVERYBODY,
    "id=-1": NOBODY,
    "id=007": NOBODY,
    "city_id=213": [1, 6],
    ("city_id=213", "city_id=40"): [1, 3, 6],
    "city_id!=213": [2, 3, 4, 5],
    "city_id=": [2, 4, 5],
    "city_id!=": [1, 3, 6],
    ("city_id=", "city_id=40"): [2, 3, 4, 5],
    "city_id<100": [3],
    "city_id>=40": [1, 3, 6],
    # text
    "name=ana silvia FERREIRA": [1],
    "name=Ana": NOBODY,
    "name!=maria joao": [1, 3, 4, 5, 6],
    "name=": [4],
    "name!=": [1, 2, 3, 5, 6],
    ("name=", "name=Maria João"): [2, 4],
    ("name!=", "name!=Maria João"): [1, 3, 5, 6],
    ("name!=Maria João", "name!=Łukasz Nowak"): [1, 4, 5, 6],
    "name=100% _real_": [6],
    "name=100% xrealx": NOBODY,
    "name<b": [1, 6],
    ("name>=b", "name<n"): [2, 3],
    "name~=ana fer": [1],
    "name~=fer ana": [1],
    "name~=a": [1],
    "name~=na": NOBODY,
    "name~=שלום": [5],
    "name=שלום עולם": [5],
    # addresses
    "email=ANA.F@example.COM": [1],
    "email.email=ana.f@example.com": [1],
    ("email=ana.f@example.com", "email=mj@outra.pt"): [1, 2],
    "email!=ana.f@example.com": [2, 3, 4, 5, 6],
    "email=": [3, 5, 6],
    "email!=": [1, 2, 4],
    ("email=", "email=silva@example.com"): [3, 4, 5, 6],
    "email<n": [1, 2],
    "email>=mj@outra.pt": [2, 4],
    "email~=silva": [4],
    "email~=exam": [1, 4],
    "email.domain=Example.com": [1, 4],
    ("email.domain=example.com", "email.domain=outra.pt"): [1, 2, 4],
    "email.domain!=example.com": [2, 3, 5, 6],
    "email.domain=": [3, 5, 6],
    "email.domain!=": [1, 2, 4],
    ("email.domain=", "email.domain=outra.pt"): [2, 3, 5, 6],
    "email.domain=ample.com": NOBODY,
    "email.id=1": [1],
    "email.id!=": [1, 2, 4],
    "email.id>1": [2, 4],
    # numbers, in any spelling
    "phone=+351912341208": [1, 6],
    "phone= 351 912-341-208": [1, 6],
    "phone=00351 (912) 341.208": [1, 6],
    "phone!=+351912341208": [2, 3, 4, 5],
    "phone=": [2, 4],
    "phone!=": [1, 3, 5, 6],
    ("phone=", "phone=+447911123456"): [2, 3, 4],
    "phone.country=PT": [1, 6],
    "phone.country=gg": [3],  # +44 7911 is of Guernsey
    "phone.country!=pt": [2, 3, 4, 5],
    ("phone.country=pt", "phone.country=gg"): [1, 3, 6],
    "phone.is_valid=1": [1, 3, 6],
    "phone.is_valid=true": [1, 3, 6],
    "phone.is_valid=0": [5],
    "phone.is_valid!=1": [2, 4, 5],
    "phone.is_valid=": [2, 4],
    "phone.is_valid!=": [1, 3, 5, 6],
    ("phone.is_valid=0", "phone.is_valid="): [2, 4, 5],
    "phone.id=1": [1, 6],
    # times
    "creation_date=today": EVERYBODY,
    "creation_date>=today": EVERYBODY,
    "creation_date<=today": EVERYBODY,
    "creation_date<today": NOBODY,
    "creation_date>today": NOBODY,
    "creation_date!=today": NOBODY,
    "creation_date>=-7d": EVERYBODY,
    "creation_date>=-24h": EVERYBODY,
    "creation_date<-24h": NOBODY,
    "creation_date=yesterday": NOBODY,
    "creation_date>2020-01-31": EVERYBODY,
    "creation_date<2020-01-31T10:00:00+00:00": NOBODY,
    "creation_date=": NOBODY,
    "creation_date!=": EVERYBODY,
    # custom data
    "custom_data.source=FAIR": [1],
    ("custom_data.source=fair", "custom_data.source=web"): [1, 2],
    "custom_data.source=ete": [3],
    "custom_data.source!=fair": [2, 3, 4, 5, 6],
    "custom_data.note~=sum": [1],
    "custom_data.note~=sale sum": [1],
    "custom_data.note=summer": NOBODY,
    "custom_data.score=12": [1],
    "custom_data.score>=12": [1, 3],
    "custom_data.score<12": [2],
    ("custom_data.score>5", "custom_data.score<100"): [1],
    "custom_data.on=true": [1],
    "custom_data.a%3E%3Db=x": [1],
    "custom_data.a>=b=x": NOBODY,  # the key `a`, from `b=x` on
    "custom_data.k%253D=y": [1],
    "custom_data.Source=fair": NOBODY,  # case counts in keys
    "custom_data.zip=0123": [1],
    "custom_data.nobody=": EVERYBODY,
    "custom_data.score=": [4, 5, 6],
    "custom_data.score!=": [1, 2, 3],
    ("custom_data.score=", "custom_data.score=5"): [2, 4, 5, 6],
    # together
    ("city_id=213", "name~=ana", "email.domain=example.com", "custom_data.source=fair"): [1],
    ("city_id=213", "email="): [6],
}


@each(("filters", "ids"), FILTERS.items(), ids=[str(one) for one in FILTERS])
def test_a_filter_finds(leads: Client, filters: Any, ids: list[int]) -> None:
    assert found(leads, path(filters)) == ids


SEARCHES = {
    "ana": [1],
    "AN": [1],
    "silv": [1, 4],
    "joao maria": [2],
    "lukasz": [3],
    "exa": [1, 4],
    "ana.f@example.com": [1],
    "outra.pt": [2],
    "912341208": [1, 6],
    "912 341 208": [1, 6],
    "+351 912-341-208": [1, 6],
    "1208": [1, 6],
    "07911 123456": [3],
    "abrantes": [1, 6],
    "sale": [1],
    "שלום": [5],
    "real": [6],
    "nobody": NOBODY,
    "silv nobody": NOBODY,
    # what a search engine would take for its own syntax
    '"ana': [1],
    "ana*": [1],
    "-ana": [1],
    "^ana": [1],
    "(ana": [1],
    "name:ana": NOBODY,
    "ana OR maria": NOBODY,
    "ana AND NOT maria": NOBODY,
    "NEAR(ana, silvia)": NOBODY,
    "'; DROP TABLE lead;--": NOBODY,
    "ana\0silvia": [1],
    "\u202eana": [1],
    "\u200fana": [1],
    "%": None,
    "_": None,
    '"*^:-': None,
    "": None,
    "   ": None,
    "\0": None,
    "\u200f": None,
    "x" * 10_000: None,
    "a " * 300: None,
    "a b c d e f g h i j k": None,
}
"""Ids by words; None is 400."""


@each(("words", "ids"), SEARCHES.items(), ids=[repr(one)[:30] for one in SEARCHES])
def test_a_search_finds(leads: Client, words: str, ids: list[int] | None) -> None:
    if ids is None:
        assert "'q'" in failure(leads.get(path((), q=words)), 400)["message"]
    else:
        assert found(leads, path((), q=words)) == ids


PHONES: dict[str | tuple[str, ...], list[int]] = {
    "number=": NOBODY,
    "number!=1": [1, 2, 3],  # a text that is no number is the key of none
    "number=1": NOBODY,
    ("number=", "number=+351912341208"): [1],
    "number!=+351912341208": [2, 3],
}


@each(("filters", "ids"), PHONES.items(), ids=[str(one) for one in PHONES])
def test_a_number_that_cannot_be_read_is_not_null(leads: Client, filters: Any, ids: list[int]) -> None:
    assert found(leads, path(filters).replace("/lead", "/phone")) == ids


PLAIN = {
    "city_id=213": [1, 6],
    "city_id=213&city_id=40": [1, 3, 6],
    "city_id=": [2, 4, 5],
    "email=ana.f@example.com": [1],
    "email=nobody@example.com": NOBODY,
    "phone=+351912341208": [1, 6],  # the blank that a query string makes of a plus
    "phone=%2B351912341208": [1, 6],
    "custom_data.source=fair": [1],
    "custom_data.a%3E%3Db=x": [1],
    "custom_data.k%253D=y": [1],
    "email.domain=example.com&city_id=213&q=ana": [1],
    "name=ana+silvia+ferreira&filter=id%3C2": [1],
}


@each(("query", "ids"), PLAIN.items())
def test_a_plain_parameter_is_equal(leads: Client, query: str, ids: list[int]) -> None:
    assert found(leads, f"/api/lead?{query}") == ids


REFUSED: dict[str | tuple[str, ...], str] = {
    "nane=Ana": "Unknown property 'nane' in a filter: there are id, name, ",
    "NAME=Ana": "Unknown property 'NAME'",
    " name=Ana": "Unknown property ' name'",
    "limit=1": "Unknown property 'limit'",
    "_=1": "Unknown property '_'",
    "=x": "Unknown property ''",
    "custom_data=x": "Unknown property 'custom_data'",
    "custom_data.=x": "Unknown property 'custom_data.'",
    "": "has no operator: write a property, one of = != < <= > >= ~=, and a value",
    "name": "'filter=name' has no operator",
    "name~Ana": "",
    "id~=1": "'~=' cannot be used with id: it takes = != < <= > >=",
    "email.domain<x": "'<' cannot be used with email.domain",
    "phone.is_valid>0": "'>' cannot be used with phone.is_valid",
    "name<": "'name<' needs a value",
    "name~=": "needs a value",
    "name~=*": "needs a letter or a digit",
    "id=abc": "'id' in a filter: it must be a whole number",
    "id=1.0": "a whole number",
    "id=1e3": "a whole number",
    "id=٣": "a whole number",
    "phone.is_valid=yes": "it must be 1 or 0",
    "creation_date=soon": "'creation_date' in a filter: ",
    "creation_date=2026-02-30": "'creation_date' in a filter: ",
    "creation_date=2026-01-31T25:00:00Z": "'creation_date' in a filter: ",
    "custom_data.%ff=x": "must be UTF-8",
    f"{'n' * 900}=1": "Unknown property 'nnn",
    f"name={'x' * 10_000}": "A filter is too long: at most 1000 characters",
    ("id=1",) * 21: "Too many filters: at most 20",
    ("id=1",) * 300: "Too many filters: at most 20",
}


@each(("filters", "message"), REFUSED.items(), ids=[str(one)[:40] for one in REFUSED])
def test_what_is_not_understood_is_refused(leads: Client, filters: Any, message: str) -> None:
    answer = leads.get(path(filters))
    told = failure(answer, 400)["message"]
    assert message in told
    assert len(told) < 1_000


def test_a_thousand_plain_filters_are_refused(leads: Client) -> None:
    query = "&".join(["id=1"] * 1_000)
    assert "at most 20" in failure(leads.get(f"/api/lead?{query}"), 400)["message"]
    assert found(leads, f"/api/lead?{'&'.join(['id=1'] * 20)}") == [1]


ODD = [
    *(
        "\0",
        "a\0b",
        "\u202e",
        "\u200fAna",
        "😀",
        "'",
        '"',
        "\\",
        "%",
        "_",
        "%00",
        "--",
        "NULL",
        "null",
        "nan",
    ),
    *("1e999", "-0", "9" * 400, "{}", "[1]", "true", "0x10", "ﬁ", "٣", "\x7f", "\ufffd", "a" * 900),
]


@each(
    "name",
    [*properties(LEAD), "custom_data.source", "custom_data.\0", "custom_data.\u202e", "custom_data.'\""],
)
def test_no_value_finds_everybody_or_fails(leads: Client, name: str) -> None:
    """Neither with `=` nor as words: the answer is right or 400."""
    named = name.replace("<key>", "source")
    known = properties(LEAD).get(name)
    for value, operator in product(ODD, ("=", "~=")):
        if known and known.kind in (FLAG, TIME) and value in ("true", "NULL"):
            continue
        answer = leads.get(path(f"{named}{operator}{value}"))
        assert answer.status_code in (200, 400), (named, operator, value, answer.text)
        if answer.status_code == 200:
            assert answer.json()["pagination"]["count"] < len(PEOPLE), (named, operator, value)


@each("resource", [one for one in RESOURCES if "list" in one.verbs], ids=lambda one: one.name)
def test_every_property_takes_its_operators_and_null(resource: Any, leads: Client) -> None:
    """Records without a value and those with one are all records."""
    every = leads.get(f"/api/{resource.name}").json()["pagination"]["count"]
    for name, found in properties(resource).items():
        named = name.replace("<key>", "source")
        counts = [
            leads.get(f"/api/{resource.name}?filter={quote(f'{named}{operator}')}").json()["pagination"][
                "count"
            ]
            for operator in ("=", "!=")
        ]
        assert sum(counts) == every, name
        for operator in found.operators:
            value = {TIME: "today"}.get(found.kind, "PT" if name.endswith("country") else "1")
            answer = leads.get(f"/api/{resource.name}?filter={quote(f'{named}{operator}{value}')}")
            assert answer.status_code == 200, answer.text
