"""Every sample gives the mapping, the rows, the faults and the warnings that are expected of it."""

import json
from typing import Any

import pytest

from tests.support.importing import SAMPLES, expected_mapping, read_file

EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
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
