"""Files as they are written, read by the libraries that everybody has."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils.escape import unescape  # type: ignore[import-untyped]

from closum.errors import Malformed
from closum.formats import xlsx_file
from closum.formats.csv_file import CsvFile
from closum.formats.guard import unguarded
from closum.formats.ndjson_file import NdjsonFile
from closum.formats.output import Output
from closum.formats.xlsx_file import XlsxFile

HEADINGS = ("id", "name", "note")
TEXTS = (1, 2)

# NUL and lone surrogates are in no stored text.
STORED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
ODD = st.sampled_from(
    ["_x0041_", "_x005F_", "<r><t>x</t></r>", "]]>", "&amp;", '"a","b"', "\r\n", "\ufffe", "\x0b", "\x85"]
)
CELLS = st.lists(STORED | ODD, min_size=1, max_size=4).map("".join) | st.none()
ROWS = st.lists(st.tuples(st.integers(), CELLS, CELLS), max_size=5)


def written(kind: Any, *args: Any, pieces: Sequence[Sequence[Any]]) -> bytes:
    made = io.BytesIO()
    file = kind(Output(made.write), *args)
    for rows in pieces:
        file.add(rows)
    file.end()
    return made.getvalue()


def as_csv(rows: Sequence[Any]) -> bytes:
    return written(CsvFile, HEADINGS, TEXTS, pieces=[rows[:2], rows[2:]])


def as_xlsx(rows: Sequence[Any]) -> bytes:
    return written(XlsxFile, HEADINGS, TEXTS, "leads", pieces=[rows[:2], rows[2:]])


@given(ROWS)
def test_csv_is_read_as_it_was(rows: list[Any]) -> None:
    text = as_csv(rows).decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found[0] == [*HEADINGS]
    assert [(int(number), *map(unguarded, texts)) for number, *texts in found[1:]] == [
        (number, *(text or "" for text in texts)) for number, *texts in rows
    ]


@given(ROWS)
def test_xlsx_is_read_as_it_was(rows: list[Any]) -> None:
    sheet = load_workbook(io.BytesIO(as_xlsx(rows))).active
    found = list(sheet.iter_rows())
    assert not any(cell.data_type == "f" for row in found for cell in row)
    assert [cell.value for cell in found[0]] == [*HEADINGS]
    values = [[cell.value for cell in row] for row in found[1:]]
    assert [
        (int(number), *(text and unguarded(unescape(text)) for text in texts)) for number, *texts in values
    ] == [(number, *texts) for number, *texts in rows]


def test_the_same_rows_make_the_same_file() -> None:
    rows = [(1, "Ana", None), (2, "=1", "x")]
    assert as_xlsx(rows) == as_xlsx(rows)


def test_xlsx_has_columns_beyond_z() -> None:
    headings = [str(number) for number in range(703)]
    content = written(XlsxFile, headings, (), "leads", pieces=[[range(703)]])
    (row,) = load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2)
    assert (row[26].coordinate, row[702].coordinate, row[702].value) == ("AA2", "AAA2", 702)


def test_xlsx_refuses_what_it_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * xlsx_file.MOST_CHARACTERS
    as_xlsx([(1, long, None)])
    with pytest.raises(Malformed, match="The name of the record 7 is longer"):
        as_xlsx([(7, f"{long}x", None)])
    monkeypatch.setattr(xlsx_file, "MOST_ROWS", 4)
    as_xlsx([(1, "a", None)] * 3)
    with pytest.raises(Malformed, match="holds 3 records: filter for fewer, or ask for csv or ndjson"):
        as_xlsx([(1, "a", None)] * 4)
    monkeypatch.setattr(xlsx_file, "MOST_BYTES", 900)
    with pytest.raises(Malformed, match="filter for less"):
        as_xlsx([(1, "a" * 500, None)])


def test_every_part_of_xlsx_is_xml() -> None:
    with ZipFile(io.BytesIO(as_xlsx([(1, "<&>", None)]))) as archive:
        assert archive.testzip() is None
        assert all(archive.read(name).startswith(b"<?xml") for name in archive.namelist())


def test_ndjson_ends_with_its_proof() -> None:
    content = written(NdjsonFile, pieces=[[{"a": 1}], [{"a": "á\n"}, {"a": None}]])
    *lines, last = content.decode().split("\n")[:-1]
    assert [*map(json.loads, lines)] == [{"a": 1}, {"a": "á\n"}, {"a": None}]
    assert json.loads(last)["closum_export"]["count"] == 3
