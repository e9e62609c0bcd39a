"""Filters that cannot be read are refused with words of their own, and those at the ends of the calendar are read."""

import pytest

from closum.errors import Malformed
from closum.model import filters, when
from closum.resources.lead import LEAD

each = pytest.mark.parametrize

NOW = 1_800_000_000


def message(text: str) -> str:
    with pytest.raises(Malformed) as refused:
        filters.parse(LEAD, [text])
    return str(refused.value)


@each("text", ["custom_data.%ff=x", "na%ffme=x", "%80=x"])
def test_a_name_that_is_not_utf_8_is_refused(text: str) -> None:
    assert "must be UTF-8" in message(text)


@each("text", ["name~=*", "name~= - ", "email~=@", "custom_data.source~=!", "name~=\0"])
def test_words_need_a_letter_or_a_digit(text: str) -> None:
    assert "needs a letter or a digit" in message(text)


@each(
    "text",
    [
        "2026-02-30",
        "0000-00-00",
        "2026-11-27T25:00:00Z",
        "2026-11-27T10:00:00+99:00",
        "2026-1-1",
        "1d",
        "+1w",
        "+100000d",
        "soon",
    ],
)
def test_a_time_that_is_none_is_answered_with_those_there_are(text: str) -> None:
    assert message(f"creation_date={text}") == f"'creation_date' in a filter: it must be {when.EXPECTED}"


@each("text", ["9999-12-31T23:59:59", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "9999-12-31"])
@each("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_last_times_of_the_calendar_are_stretches(text: str, zone: str) -> None:
    start, end = when.read(text).stretch(NOW, zone)
    assert "9999-12-30T00:00:00+00:00" <= start <= end <= "9999-12-31T23:59:59+00:00"


@each("text", ["0001-01-01T00:00:00+14:00", "0001-01-01", "-99999d", "-99999h"])
@each("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_first_times_of_the_calendar_are_stretches(text: str, zone: str) -> None:
    start, end = when.read(text).stretch(NOW, zone)
    assert "0001-01-01T00:00:00+00:00" <= start <= end


@each(("name", "other"), [("email", "email.email"), ("phone", "phone.number")])
def test_values_of_one_property_are_alternatives_under_each_of_its_names(name: str, other: str) -> None:
    (found,) = filters.parse(LEAD, [f"{name}=a"], [(other, "b"), (name, "c")])
    assert found.values == ("a", "b", "c")
    assert filters.parse(LEAD, [f"{name}<=a"]) == filters.parse(LEAD, [f"{other}<=a"])
