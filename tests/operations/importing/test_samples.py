"""Every sample gives the mapping, the rows, the faults and the warnings that are expected of it."""

import json
from typing import Any

import pytest

from tests.support.importing import SAMPLES, expected_mapping, read_file

EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
OTHERS: dict[str, Any] = json.loads((SAMPLES / "others" / "expected.json").read_text(encoding="utf-8"))
"""Forms of which there are only descriptions: read over by hand."""
TABLES = sorted(name for name, expected in EXPECTED.items() if "mapping" in expected)
SHORT_NAMES = {"excel-pt.csv": {"first_name": ["Nome"]}}
"""Mapped to a first name, since a last name stands beside it."""


def warnings(expected: dict[str, Any]) -> list[tuple[int, str]]:
    """Those of a row by itself: whether two rows are of one person is seen when they are written."""
    rules = {"city": "_city_unknown", "sum": "_left_out", "footer": "_left_out"}
    told = [(one["line"], one["about"].partition(" ")[0]) for one in expected["warnings"]]
    return [(line, rules[word]) for line, word in told if word in rules]


@pytest.mark.parametrize("name", TABLES)
def test_a_sample_is_read_as_expected(name: str) -> None:
    expected, read = EXPECTED[name], read_file(SAMPLES / name)
    wanted = expected_mapping(expected["mapping"])
    if short := SHORT_NAMES.get(name):
        assert wanted.pop("name") == short["first_name"]
    assert read.mapping == wanted | SHORT_NAMES.get(name, {})
    assert read.rows == expected["rows"]
    assert read.faults == expected["faults"]
    assert read.warnings == warnings(expected)


def test_the_cards_are_read_as_expected() -> None:
    """The parts of an address that `expected.json` leaves free are custom data."""
    expected, read = EXPECTED["apple-contacts.vcf"], read_file(SAMPLES / "apple-contacts.vcf")
    wanted = [{key: value for key, value in row.items() if key != "note"} for row in expected["rows"]]
    wanted[0]["custom_data"] |= {
        "ADR Street": "Rua Dois 2",
        "ADR Region": "Madeira",
        "ADR Postal Code": "9000-000",
        "ADR Country": "Portugal",
    }
    assert read.rows == wanted
    assert (read.faults, read.warnings) == (expected["faults"], [])


def test_cards_are_read_as_expected_and_nothing_in_them_is_lost() -> None:
    name = "apple-contacts.vcf"
    expected, read = EXPECTED[name], read_file(SAMPLES / name)
    assert (read.faults, read.warnings) == (expected["faults"], [])
    assert read.rows[0]["custom_data"]["ADR Street"] == "Rua Dois 2"
    for row, wanted in zip(read.rows, expected["rows"], strict=True):
        custom = row.pop("custom_data", {})
        assert custom.items() >= wanted.get("custom_data", {}).items()
        assert row == {name: value for name, value in wanted.items() if name not in ("custom_data", "note")}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_other_forms_are_read_as_expected(name: str) -> None:
    expected, read = OTHERS[name], read_file(SAMPLES / "others" / name)
    assert read.mapping == expected["mapping"]
    assert read.rows == expected["rows"]
    assert read.faults == expected["faults"]
    assert [[*one] for one in read.warnings] == expected["warnings"]


def test_every_file_has_an_expected_result() -> None:
    others = {path.name for path in (SAMPLES / "others").iterdir()} - {"expected.json"}
    assert others == {*OTHERS}
