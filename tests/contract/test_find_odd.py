"""Filters that are refused, and odd values: none of them finds everybody, or fails."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from closum.model.property import FLAG, TIME, properties
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.people_to_find import PEOPLE, created_today, found, path
from tests.support.server import Server

each = pytest.mark.parametrize


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[Callable[[], Client]]:
    with created_today(server) as people:
        yield people


@pytest.fixture
def leads(people: Callable[[], Client]) -> Client:
    return people()


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
    "email~ana.secret@example.com": "'filter=email…' has no operator: write",
    "ana.secret@example.com": "'filter=…' has no operator: write",
    "name!~=ana": "'filter=name…' has no operator",
    "name==Ana": "'name==' is no operator: there are = != < <= > >= ~=. A value that begins so is found by",
    "name=~ana": "'name=~' is no operator",
    "name=>a": "'name=>' is no operator",
    "name<>ana": "'name<>' is no operator",
    "name>>a": "'name>>' is no operator",
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


@each(
    "query",
    [
        "name=Jos%E9",
        "filter=name%3DJos%E9",
        "q=Jos%E9",
        "custom_data.caf%E9=1",
        "fields=%ff",
        "name=%ED%A0%80",
    ],
)
def test_what_is_not_utf_8_is_not_taken_for_another_text(leads: Client, query: str) -> None:
    """A name in Latin-1 would find nobody, and the caller would create the lead twice."""
    name = query.partition("=")[0].partition(".")[0]
    message = failure(leads.get(f"/api/lead?{query}"), 400)["message"]
    assert message == f"'{name}' in the query string is not UTF-8: percent-encode the bytes of UTF-8"
    assert found(leads, "/api/lead?_=%E9&id=1&_%E9=1") == [1]


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
    every = leads.get(f"/api/{resource.slug}").json()["pagination"]["count"]
    for name, one in properties(resource).items():
        named = name.replace("<key>", "source")
        counts = [
            leads.get(f"/api/{resource.slug}?filter={quote(f'{named}{operator}')}").json()["pagination"][
                "count"
            ]
            for operator in ("=", "!=")
        ]
        assert sum(counts) == every, name
        for operator in one.operators:
            told = {"country": "PT", "phone.country": "PT", "consent.email": "given", "consent.sms": "given"}
            value = "today" if one.kind == TIME else told.get(name, "1")
            answer = leads.get(f"/api/{resource.slug}?filter={quote(f'{named}{operator}{value}')}")
            assert answer.status_code == 200, answer.text
