"""What stands in cells: what is taken off them, phone numbers, dates, and values with a type."""

from typing import Any

import pytest

from closum.errors import BrokenRule
from closum.model import document
from closum.operations.importing import cells, countries
from tests.support.importing import NOW

ALERT = (
    "(Security Alert: Suspicious content is detected. See https://contactform7.com/heads-up/ for details.) "
)
ALERTA = "(Alerta de segurança: conteúdo suspeito. Veja https://contactform7.com/pt/aviso/ para saber mais.) "


def rule(call: Any, *values: Any) -> str:
    with pytest.raises(BrokenRule) as broken:
        call(*values)
    return next(iter(broken.value.faults))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  Ana\u00a0\u200b", "Ana"),
        ("\ufeffInês\t", "Inês"),
        ('="+351912345678"', "+351912345678"),
        ('="a ""b"""', 'a "b"'),
        ("'+351 961 111 111", "+351 961 111 111"),
        ("'=1+1", "=1+1"),
        ("''=1+1", "'=1+1"),
        ("' -1", "-1"),
        ("'Ana'", "'Ana'"),
        ("=Bruno", "=Bruno"),
        (f"{ALERT}+351 912 345 678", "+351 912 345 678"),
        (f"{ALERTA}=Bruno", "=Bruno"),
        ("(Security Alert: see) @home", "@home"),
        (f"{ALERT}Bruno", f"{ALERT}Bruno"),
        ("(202) 555-0143", "(202) 555-0143"),
        ("", ""),
        (" ", ""),
    ],
)
def test_what_stands_in_a_cell(text: str, found: str) -> None:
    assert cells.plain([text]) == [found]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("a@example.com", ["a@example.com"]),
        ("a@example.com ::: b@example.com", ["a@example.com", "b@example.com"]),
        ("a@example.com;b@example.com,\nc@example.com;", ["a@example.com", "b@example.com", "c@example.com"]),
        ('"a;b,c"@example.com; "d ::: e"@example.com', ['"a;b,c"@example.com', '"d ::: e"@example.com']),
        ('"a\\";b"@example.com,c@example.com', ['"a\\";b"@example.com', "c@example.com"]),
        (";,", []),
    ],
)
def test_addresses_are_cut(cell: str, found: list[str]) -> None:
    assert cells.addresses(cell) == found


def test_a_cell_of_too_many_values_is_a_fault() -> None:
    assert len(cells.addresses("a@example.com;" * 100)) == 100
    for cell in ("a@example.com;" * 101, '"a"@example.com;' * 101, ";" * 100_000 + "a;" * 200_000):
        assert rule(cells.addresses, cell) == "_maxLength"
    assert rule(cells.numbers, "912345678, " * 101) == "_maxLength"


@pytest.mark.parametrize(
    ("text", "extension", "number"),
    [
        ("+351 912 345 678", "00351", "912 345 678"),
        ("+351912345678", "00351", "912345678"),
        ("(+351) 912-345-678", "00351", "912-345-678"),
        ("+(351) 912", "00351", "912"),
        ("+351-912.345", "00351", "912.345"),
        ("0044 7700 900456", "0044", "7700 900456"),
        ("+44 (0)20 7946 0000", "0044", "(0)20 7946 0000"),
        ("+1 (202) 555-0143", "001", "(202) 555-0143"),
        ("+1 202-555-0187", "001", "202-555-0187"),
        ("\uff0b\u0663\u0665\u0661 912", "00351", "\uff0b\u0663\u0665\u0661 912"),
        ("p:+351912345678", "00351", "912345678"),
        ("tel:+351-912-345-678", "00351", "912-345-678"),
        ("Tel.: +351 912 345 678", "00351", "Tel.: +351 912 345 678"),
        ("912 345 678", "", "912 345 678"),
        ("351912345678.0", "", "351912345678"),
        ("+351912345678.0", "00351", "912345678"),
        ("sem prefixo 9123", "", "sem prefixo 9123"),
    ],
)  # fmt: skip
def test_a_number_begins_with_its_prefix(text: str, extension: str, number: str) -> None:
    assert cells.number(text) == (extension, number)
    assert cells.plain_number(text) in (None, (extension, number))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("9,12346E+11", "_damaged"),
        ("3.51912E+11", "_damaged"),
        ("+3,51912e+11", "_damaged"),
        ("9E+11", "_damaged"),
        ("n/a", "_number"),
        ("p:<test lead: dummy data for phone_number>", "_number"),
        ("+351", "_number"),
        ("+999 123", "_prefix"),
        ("00 0 12", "_prefix"),
    ],
)
def test_what_is_no_number_is_a_fault(text: str, broken: str) -> None:
    assert rule(cells.number, text) == broken
    assert cells.plain_number(text) is None


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2025-01-31", "2025-01-31T00:00:00+00:00"),
        ("2025-01-31 17:05", "2025-01-31T17:05:00+00:00"),
        ("2025-01-31T17:05:44.9", "2025-01-31T17:05:44+00:00"),
        ("2025-01-31T17:05:44+01:00", "2025-01-31T16:05:44+00:00"),
        ("2025-01-31 17:05:44 -0330", "2025-01-31T20:35:44+00:00"),
        ("2025-01-31T17:05:44Z", "2025-01-31T17:05:44+00:00"),
        ("2025-01-31 17:05:44 UTC", "2025-01-31T17:05:44+00:00"),
        ("2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00"),
    ],
)
def test_a_past_moment_is_stored_in_utc(text: str, stored: str) -> None:
    assert cells.moment(text, NOW) == stored


@pytest.mark.parametrize(
    "text",
    [
        *(
            "31/01/2025",
            "2025-02-30",
            "2025-01-31T25:00",
            "2026-01-01T00:00:01",
            "2026-01-01T00:00:00-00:01",
            "12 Mar 2024",
        ),
        *("0001-01-01T00:00:00+14:00", "2025-01-31T17:05:44+99:99", "now", "1738368000"),
    ],
)
def test_other_moments_are_faults(text: str) -> None:
    assert rule(cells.moment, text, NOW) == "_date"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *(
            ("12.5", "12.5"),
            ("12,5", "12.5"),
            ("1.234,50", "1234.50"),
            ("1,234.50", "1234.50"),
            ("12", "12"),
            ("007", "7"),
        ),
        *(
            ("1.234.567", "1234567"),
            ("1 234 567,8", "1234567.8"),
            ("1\u00a0234", "1234"),
            ("-0,125", "-0.125"),
        ),
        *(
            ("€ 3,00", "3.00"),
            ("R$ 1.000,00", "1000.00"),
            ("+5", "5"),
            ("1234.567", "1234.567"),
            ("1'234.5", "1234.5"),
        ),
    ],
)
def test_a_plain_number_is_read(text: str, written: str) -> None:
    assert document.write(cells.typed(text, "number")) == written


@pytest.mark.parametrize(
    "text",
    [
        "1.234",
        "1,234",
        "12,34,5",
        "1.2.3,4",
        "1,234,56",
        "9,12346E+11",
        "12a",
        "--1",
        "1.",
        "½",
        "1" * 50,
        "1.234,5.6",
        True,
        [1],
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_a_fault(text: Any) -> None:
    assert rule(cells.typed, text, "number") == "_type"


def test_yes_and_no_are_read_in_both_languages() -> None:
    assert [cells.typed(text, "boolean") for text in ("Sim", "yes", "TRUE", "1", 1, True)] == [True] * 6
    assert [cells.typed(text, "boolean") for text in ("Não", "no", "false", "0", 0, False)] == [False] * 6
    assert rule(cells.typed, "talvez", "boolean") == "_type"
    assert rule(cells.typed, 2.0, "boolean") == "_type"


def test_json_is_read_strictly() -> None:
    assert cells.typed('{"a": [1.50]}', "json") == {"a": [1.5]}
    assert cells.typed("null", "json") is None
    assert rule(cells.typed, '{"a": 1, "a": 2}', "json") == "_type"


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        *(
            ("PT", "00351"),
            ("pt", "00351"),
            ("Portugal", "00351"),
            ("Reino Unido", "0044"),
            ("United Kingdom", "0044"),
        ),
        *(
            ("UK", "0044"),
            ("Brasil", "0055"),
            ("Brazil", "0055"),
            ("Estados Unidos da América", "001"),
            ("Chéquia", "00420"),
        ),
        *(
            ("The Netherlands", "0031"),
            ("PAÍSES BAIXOS", "0031"),
            ("Côte d'Ivoire", "00225"),
            ("São Tomé e Príncipe", "00239"),
        ),
    ],
)
def test_a_country_is_known_by_its_code_and_by_its_names(name: str, extension: str) -> None:
    assert countries.extension(name) == extension


def test_other_countries_are_unknown() -> None:
    assert countries.extension("Atlantis") is None
    assert countries.extension("") is None
