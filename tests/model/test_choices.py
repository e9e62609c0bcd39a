"""Properties that have one of a list of values, and the list of time zones."""

import zoneinfo
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from closum.errors import BrokenRule
from closum.model.choices import ZONES, Choice, Code
from closum.resources.account import ACCOUNT

COLOUR = Choice("colour", among=("red", "Green"))
FIELDS = {field.name: field for field in ACCOUNT.fields}


@pytest.mark.parametrize("text", ["Green", "green", "GREEN", " Green\t", "\u200bgreen\ufeff"])
def test_a_choice_is_stored_as_it_is_listed(text: str) -> None:
    assert COLOUR.parse(text) == "Green"


@pytest.mark.parametrize("value", ["blue", "gree", "red,Green", "r\u00e9d", "\u212aed", 7])
def test_what_is_not_listed_breaks_the_rule(value: Any) -> None:
    with pytest.raises(BrokenRule) as broken:
        COLOUR.parse(value)
    assert broken.value.faults == {"_inList": "This value must be one of red, Green"}


def test_what_is_invisible_is_nothing() -> None:
    assert COLOUR.parse(" \u200b") is None


def test_a_schema_lists_a_few_and_not_many() -> None:
    assert COLOUR.accepts() == {"type": ["string", "null"], "enum": ["red", "Green", None]}
    assert Choice("colour", required=True, among=("red",)).shows() == {"type": "string", "enum": ["red"]}
    assert Code("code", among=("A", "BC")).shows() == {"type": ["string", "null"], "maxLength": 2}


def test_zones_are_those_of_the_iana_database() -> None:
    assert {"UTC", "Europe/Lisbon", "Atlantic/Azores", "America/Sao_Paulo", "Portugal", "WET"} <= {*ZONES}
    assert not {"Factory", "localtime", "posixrules", "WET+1", ""} & {*ZONES}
    assert len(ZONES) > 500
    assert len({name.lower() for name in ZONES}) == len(ZONES)


@pytest.fixture
def _no_zones() -> Iterator[None]:
    """A machine without time zones of its own."""
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    yield
    zoneinfo.reset_tzpath(to=before)


@pytest.mark.usefixtures("_no_zones")
def test_each_zone_can_be_used_on_a_machine_that_has_none() -> None:
    for name in ZONES:
        assert ZoneInfo.no_cache(name).key == name


def test_each_country_has_numbers() -> None:
    countries = FIELDS["country"].among  # type: ignore[attr-defined]
    assert {"PT", "BR", "AO", "CV", "GB", "US"} <= {*countries}
    assert all(len(one) == 2 and phonenumbers.country_code_for_region(one) for one in countries)
    assert "001" not in countries
