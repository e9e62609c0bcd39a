"""Dialling prefixes: calling codes, and areas by the numbering plans."""

import phonenumbers
import pytest

from closum.model.number import Prefix, dialling, prefix

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


@pytest.mark.parametrize(
    ("extension", "code"),
    [
        *(
            ("001", 1),
            ("00351", 351),
            ("+351", 351),
            ("351", 351),
            ("+1", 1),
            ("1", 1),
            ("00800", 800),
            ("7", 7),
        ),
        *((text, None) for text in ("", "+", "00", "0", "+00351", "0351", "++351", "-351")),
        *((text, None) for text in ("999", "00999", "3510", "+١", "３５１", "PT", "0", "000", "+0351")),
    ],
)
def test_prefix(extension: str, code: int | None) -> None:
    assert prefix(extension) == code


@pytest.mark.parametrize("code", CODES)
def test_every_calling_code_is_a_prefix(code: int) -> None:
    assert {prefix(f"{start}{code}") for start in ("", "+", "00")} == {code}


@pytest.mark.parametrize(
    ("extension", "found"),
    [
        *((text, Prefix(351)) for text in ("(+351)", "00 351", "+ 351", "[351]", "351-", "(00) 351")),
        *(
            (text, Prefix(1, "242"))
            for text in ("+1242", "1 242", "001242", "+1 (242)", "1-242", "1\u2011242")
        ),
        *((f"1-{area}", Prefix(1, area)) for area in ("876", "658", "809", "787", "340", "416", "441")),
        *((f"44-{area}", Prefix(44, area)) for area in ("1481", "1534", "1624")),
        *((text, Prefix(61, "891")) for text in ("61 891", "+61-891")),
        *((text, Prefix(7, "7")) for text in ("7 7", "+77")),
        *(("39 06698", Prefix(39, "06698")), ("47 79", Prefix(47, "79")), ("358 18", Prefix(358, "18"))),
        *(("262 269", Prefix(262, "269")), ("599 3", Prefix(599, "3")), ("290 8", Prefix(290, "8"))),
        *((text, None) for text in ("1 212", "12", "44 20", "61 8", "61 412", "351 912", "7 495", "39 06")),
        *(
            (text, None)
            for text in (
                "1 242 359 1234",
                "1 8769220642",
                "+",
                "00",
                "( )",
                "(-)",
                "1 999",
                "0",
                "3 51",
                "35-1",
            )
        ),
    ],
)
def test_prefixes_with_an_area(extension: str, found: Prefix | None) -> None:
    assert dialling(extension) == found
