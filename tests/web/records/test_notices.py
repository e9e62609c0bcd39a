"""What is worth looking at in a number, and is saved all the same."""

import pytest

from closum.web.locale import Locale
from closum.web.records import countries, notices
from closum.web.words import load

WORDS = load()


@pytest.mark.parametrize(
    ("extension", "typed", "told"),
    [
        ("00351", "935 000 418", ""),
        ("00351", "", ""),
        ("00351", "935 000 41", "Portugal: numbers have 9 digits; this one has 8."),
        ("00351", "000 000 000", "This is not a valid number for the country (Portugal)."),
        ("00351", "+34 612 345 678", ""),
        ("00351", "+34 612 345", "Spain: numbers have 9 digits; this one has 6."),
        ("0049", "1", "Germany: numbers have from 4 to 15 digits; this one has 1."),
        ("", "12", "This is not a valid number."),
        ("no prefix", "935 000 418", "This is not a valid number."),
    ],
)
def test_a_number_that_is_not_valid(extension: str, typed: str, told: str) -> None:
    words = WORDS["en"]
    found = notices.of_number(extension, typed, words, Locale("en", words, "UTC"))
    assert found.startswith(told)
    assert bool(found) is bool(told)


def test_every_country_has_a_name_and_a_code() -> None:
    for words in WORDS.values():
        shown = countries.options(words)
        assert "+351" in shown
        assert "country." not in shown
    assert countries.called("00351", WORDS["pt"]) == "Portugal +351"
    assert countries.called("+1 242", WORDS["en"]).endswith("+1 242")
    assert countries.called("odd", WORDS["en"]) == "odd"
    assert countries.name("GB", WORDS["pt"]) == "Reino Unido"
    assert countries.prefix_of("PT") == "00351"
    assert countries.prefix_of(None) == ""
