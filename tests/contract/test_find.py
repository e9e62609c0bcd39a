"""Filters and searches over HTTP: which of a fixed set of leads each finds, and what is refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.answers import failure
from tests.support.client import Client
from tests.support.people_to_find import created_today, found, path
from tests.support.server import Server

each = pytest.mark.parametrize

EVERYBODY = [1, 2, 3, 4, 5, 6]
NOBODY: list[int] = []


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[Callable[[], Client]]:
    with created_today(server) as people:
        yield people


@pytest.fixture
def leads(people: Callable[[], Client]) -> Client:
    """An account with these people, and a neighbour's with the same, whom nobody must find."""
    return people()


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
    "creation_date=tomorrow": NOBODY,
    "creation_date<=+7d": EVERYBODY,
    "creation_date>+24h": NOBODY,
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
    "+44 07911 123456": [3],
    "+44 (0)7911 123456": [3],
    "912 341 208 ext. 7": [1, 6],
    "ana 341 208": [1],
    "341 208": [1, 6],
    "341 209": NOBODY,
    "9123": [1, 6],
    "912 3": [1, 6],
    "912 341 2": [1, 6],
    "ana 912 34": [1],
    "912": NOBODY,
    "9124": NOBODY,
    "+351 912 3": [1, 6],
    "00351 912 34": [1, 6],
    "(+351) 912-34": [1, 6],
    "351912341": [1, 6],
    "+351 912": NOBODY,
    "+34 912 3": NOBODY,
    "07911 1": [3],
    "7911 12": [3],
    "+44 7911 1": [3],
    "+44 07911 1": [3],
    "+44 (0)7911 1": [3],
    # digits in groups may be something else than a number
    "4000-123": [1],
    "code 4000-12": NOBODY,
    "sale 4000-12": [1],
    "2026-01-31": [1],
    "31 01 2026": [1],
    "4000-124": NOBODY,
    "ana5-5silvia": NOBODY,
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
