"""Times and phone numbers as a terminal shows them."""

import time
from collections.abc import Iterator

import phonenumbers
import pytest

from closum.model.number import parse
from closum.operations.people import people
from closum_client.cli.values import international, local_time


@pytest.fixture
def lisbon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The zone of this process, as a rule that needs no file of zones."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "WET0WEST,M3.5.0/1,M10.5.0")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("lisbon")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2018-01-01T10:00:00+00:00", "2018-01-01 10:00 WET"),
        ("2018-07-01T23:30:59+00:00", "2018-07-02 00:30 WEST"),
        ("0001-01-01T00:00:00+00:00", "0001-01-01 00:00 WET"),
        ("2018-01-01T10:00:00", "2018-01-01T10:00:00"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_a_time_is_of_the_local_zone(text: str, shown: str) -> None:
    assert local_time(text) == shown


@pytest.mark.parametrize(
    ("extension", "number", "shown"),
    [
        ("00351", "912341208", "+351 912 341 208"),
        ("+351", "+351 912-341-208", "+351 912 341 208"),
        ("(+351)", "00351 912341208", "+351 912 341 208"),
        ("351", "351912341208", "+351 912 341 208"),
        ("00 351", "912\u2009341\u200e208", "+351 912 341 208"),
        ("001", "1 (517) 388-1452", "+1 517 388 1452"),
        ("+1242", "322-1234", "+1 242 322 1234"),
        ("1-876", "876 926 1234", "+1 876 926 1234"),
        ("351", "+34 612 345 678", "+34 612 345 678"),
        ("49", "+49 (0)171 2345678", "+49 171 234 5678"),
        ("49", "0171 2345678", "+49 171 234 5678"),
        ("39", "06 6982345", "+39 066 982 345"),
        ("7", "8 912 345 67 89", "+7 912 345 6789"),
        ("7", "812 345 67 89", "+7 812 345 6789"),
        ("45", "12345678", "+45 12 345 678"),
        ("00351", "212 999 001 ext. 12", "+351 212 999 001 ext. 12"),
        ("00351", "212999001x34", "+351 212 999 001 ext. 34"),
        ("351", "sem telefone", "351 sem telefone"),
        ("351", "912341212; 912341213", "351 912341212; 912341213"),
        ("351", "212 999 001/2", "351 212 999 001/2"),
        ("351", "\u0669\u0661\u0662", "351 \u0669\u0661\u0662"),
        ("351", "12", "351 12"),
        ("351", "9" * 30, f"351 {'9' * 30}"),
        ("", "912341208", "912341208"),
        ("-", "912341208", "- 912341208"),
    ],
)
def test_a_phone_has_one_form(extension: str, number: str, shown: str) -> None:
    assert international(extension, number) == shown


def test_the_digits_are_those_that_are_dialled() -> None:
    for one in people(0, 3_000):
        if phone := one.get("phone"):
            shown = international(phone["extension"], phone["number"])
            assert shown.startswith("+")
            assert shown.replace(" ", "") == parse(phone["extension"], phone["number"])[0]


def test_every_calling_code_is_told_from_what_follows() -> None:
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        for example in (phonenumbers.example_number_for_non_geo_entity(code), *examples(code)):
            if example is not None and phonenumbers.is_valid_number(example):
                e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
                shown = international("", e164)
                assert shown.replace(" ", "") == e164
                assert shown.split()[0] == f"+{code}"


def examples(code: int) -> Iterator[phonenumbers.PhoneNumber | None]:
    """A number of each region that has the code."""
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        if region != "001":
            yield from (phonenumbers.example_number_for_type(region, kind) for kind in range(11))
