"""The samples: what is found out of each, and where its records are."""

import json
from pathlib import Path
from typing import Any

import pytest

from closum.formats.detect import detect
from closum.formats.form import Given, Record
from closum.formats.reading import records

FOLDER = Path(__file__).parents[1] / "data" / "imports"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
TABLES = sorted(name for name, expected in EXPECTED.items() if "delimiter" in expected)


def known_headings() -> set[str]:
    mappings = [expected.get("mapping", {}) for expected in EXPECTED.values()]
    return {
        heading
        for mapping in mappings
        for target, headings in mapping.items()
        if target != "custom_data"
        for heading in headings
    }


def lines_of(expected: dict[str, Any]) -> list[int]:
    rows = [*expected["rows"], *expected["faults"]]
    left_out = [one for one in expected["warnings"] if "left out" in one["about"]]
    return sorted({one["line"] for one in [*rows, *left_out]})


@pytest.mark.parametrize("name", TABLES)
def test_a_sample_is_read_as_expected(name: str) -> None:
    expected = EXPECTED[name]
    form = detect(FOLDER / name, name, "text/csv", Given(), known_headings().__contains__).form
    found = (form.format, form.encoding, form.delimiter, form.header_line)
    assert found == ("csv", expected["encoding"], expected["delimiter"], expected["header_line"])
    mapped = [
        column for columns in expected["mapping"].values() if isinstance(columns, list) for column in columns
    ]
    assert set(mapped) <= set(form.headings)
    read = list(records(FOLDER / name, form))
    assert all(isinstance(one, Record) for one in read)
    assert [one.line for one in read] == lines_of(expected)


def test_cells_keep_quotes_line_breaks_and_letters() -> None:
    form = detect(FOLDER / "google-contacts.csv", "", "", Given(), known_headings().__contains__).form
    cells = [
        dict(zip(form.headings, one.cells, strict=False))
        for one in records(FOLDER / "google-contacts.csv", form)
        if isinstance(one, Record)
    ]
    assert cells[0]["Address 1 - Formatted"] == "Rua Inventada 1\nÁgueda\nPT"
    assert cells[1]["Notes"] == 'Ligar depois das 18h,\n"só" às terças'
    assert cells[1]["Last Name"] == "d'Orey-Falcão"
