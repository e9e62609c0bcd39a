"""Numbers and days of additional data are shown, and read, as the language of the reader writes them."""

import pytest

from tests.support.clerk import Clerk, text_of
from tests.web.records.test_form import data_of, filled, rows, with_data

STORED = '{"n":250000.50,"e":1e5,"d":"2026-11-26","k":3.125,"c":501234567,"y":true}'
SHOWN = {
    "en": {"n": "250,000.50", "e": "1e5", "d": "26 Nov 2026", "k": "3.125", "c": "501234567"},
    "pt": {"n": "250\N{NO-BREAK SPACE}000,50", "e": "1e5", "d": "26/11/2026", "k": "3,125", "c": "501234567"},
}

each = pytest.mark.parametrize


@each(
    ("language", "typed", "stored"),
    [
        ("pt", "250000,5", "250000.5"),
        ("pt", "250\N{NO-BREAK SPACE}000,50", "250000.50"),
        ("pt", "1.284.530", "1284530"),
        ("pt", "1.234,5", "1234.5"),
        ("pt", "1.5", "1.5"),
        ("pt", "3,125", "3.125"),
        ("pt", "-0.125", "-0.125"),
        ("pt", "1.234", None),
        ("pt", "12 34", None),
        ("pt", "1,2,3", None),
        ("en", "250000.5", "250000.5"),
        ("en", "1,284,530.5", "1284530.5"),
        ("en", "250 000", "250000"),
        ("en", "1,5", "1.5"),
        ("en", "3.125", "3.125"),
        ("en", "1,234", None),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(
    owner: Clerk, language: str, typed: str, stored: str | None
) -> None:
    owner.headers["accept-language"] = language
    fields = {"name": "Ana", **rows(("n", typed, "number", ""))}
    if stored:
        assert data_of(owner, owner.made("/leads", fields)) == f'{{"n":{stored}}}'
        return
    shown = owner.fill("/leads", fields, 422).text
    example = {"en": "Write a number, such as 15000.5,", "pt": "Escreva um número, como 15000,5,"}
    assert example[language] in text_of(shown)
    assert f'value="{typed}"' in shown


@each(
    ("language", "typed", "stored"),
    [
        ("pt", "03/11/2026", "2026-11-03"),
        ("pt", "3/1/2026", "2026-01-03"),
        ("pt", "2026-11-03", "2026-11-03"),
        ("pt", "31/02/2026", None),
        ("pt", "3/11/26", None),
        ("en", "3 Nov 2026", "2026-11-03"),
        ("en", "2026-11-03", "2026-11-03"),
        ("en", "03/11/2026", None),
    ],
)
def test_a_day_is_read_as_its_language_writes_it(
    owner: Clerk, language: str, typed: str, stored: str | None
) -> None:
    owner.headers["accept-language"] = language
    fields = {"name": "Ana", **rows(("d", typed, "date", ""))}
    if stored:
        assert data_of(owner, owner.made("/leads", fields)) == f'{{"d":"{stored}"}}'
        return
    example = {"en": "Write a day, such as 2 Dec 2026,", "pt": "Escreva um dia, como 02/12/2026,"}
    assert example[language] in text_of(owner.fill("/leads", fields, 422).text)


@each("language", ["en", "pt"])
def test_pages_show_what_forms_read_and_what_nobody_touches_keeps_its_bytes(
    owner: Clerk, language: str
) -> None:
    lead = with_data(owner, STORED)
    owner.headers["accept-language"] = language
    said = text_of(owner.page(f"/leads/{lead}"))
    assert all(" ".join(one.split()) in said for one in SHOWN[language].values())
    fields = filled(owner.page(f"/leads/{lead}/edit"))
    for place, text in enumerate(SHOWN[language].values()):
        assert fields[f"custom_data.{place}.value"] == text
    owner.fill(f"/leads/{lead}", fields)
    assert data_of(owner, lead) == STORED
    fields["custom_data.2.value"] = "2026-11-27"
    owner.fill(f"/leads/{lead}", fields)
    assert data_of(owner, lead) == STORED.replace("-26", "-27")
    past = text_of(owner.page(f"/leads/{lead}/history"))
    assert SHOWN[language]["d"] in past


@each("language", ["en", "pt"])
def test_two_leads_side_by_side_show_their_values_so(owner: Clerk, language: str) -> None:
    first, second = (with_data(owner, STORED) for _ in range(2))
    owner.headers["accept-language"] = language
    said = text_of(owner.page(f"/duplicates/{first}-{second}"))
    assert all(" ".join(one.split()) in said for one in SHOWN[language].values())
    assert {"en": "Yes", "pt": "Sim"}[language] in said


def test_a_form_of_another_language_changes_no_number(owner: Clerk) -> None:
    lead = with_data(owner, STORED)
    owner.headers["accept-language"] = "pt"
    fields = filled(owner.page(f"/leads/{lead}/edit")) | {"custom_data.5.value": "false"}
    owner.headers["accept-language"] = "en"
    assert "Choose one of the two." in text_of(owner.fill(f"/leads/{lead}", fields, 422).text)
    assert data_of(owner, lead) == STORED
    mine = owner.fill(f"/leads/{lead}", fields | {"choose.custom_data": "mine"}, 422).text
    assert "Write a number" in text_of(mine)
    assert data_of(owner, lead) == STORED
