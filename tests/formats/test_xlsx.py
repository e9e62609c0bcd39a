"""Spreadsheets as programs write them: their cells as text, their sheets, and their headers."""

import io
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as OpenpyxlWorkbook  # type: ignore[import-untyped]
from openpyxl.cell.rich_text import CellRichText, TextBlock  # type: ignore[import-untyped]
from openpyxl.cell.text import InlineFont  # type: ignore[import-untyped]
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from closum.formats.form import Given
from tests.support.formats import Read, read, refusal
from tests.support.spreadsheets import HEADER, STRICT, book, packed, parts, sheet, text_row

VALUES: list[tuple[Any, str]] = [
    ("João & <Zé>", "João & <Zé>"),
    ("  a\nb\t ", "  a\nb\t "),
    ("=1+1", "=1+1"),
    ("_x000D_", "_x000D_"),
    ("😀", "😀"),
    (912345678, "912345678"),
    (351912345678, "351912345678"),
    (912345678.0, "912345678"),
    (-5, "-5"),
    (12.5, "12.5"),
    (0.1 + 0.2, "0.3"),
    (0.000001234, "0.000001234"),
    (38.722252, "38.722252"),
    (1e20, "100000000000000000000"),
    (123456789012345, "123456789012345"),
    (True, "true"),
    (False, "false"),
    (None, ""),
    (date(2025, 4, 25), "2025-04-25"),
    (datetime(2025, 4, 25), "2025-04-25"),  # noqa: DTZ001
    (datetime(2025, 4, 25, 10, 0, 1), "2025-04-25T10:00:01"),  # noqa: DTZ001
    (datetime(1900, 1, 2), "1900-01-02"),  # noqa: DTZ001
    (date(9999, 12, 31), "9999-12-31"),
    (time(10, 30), "10:30:00"),
]


def by_xlsxwriter(rows: list[list[Any]], **options: Any) -> bytes:
    file = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    } | options
    with Workbook(file, options) as made:
        page = made.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write_string(line, column, value) if isinstance(value, str) else page.write(
                    line, column, value
                )
    return file.getvalue()


def by_openpyxl(rows: list[list[Any]]) -> bytes:
    file, made = io.BytesIO(), OpenpyxlWorkbook()
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = made.active.cell(line, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    made.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    "write",
    [
        by_xlsxwriter,
        lambda rows: by_xlsxwriter(rows, constant_memory=True),
        lambda rows: by_xlsxwriter(rows, date_1904=True),
        by_openpyxl,
    ],
    ids=["xlsxwriter", "inline", "1904", "openpyxl"],
)
def test_values_as_programs_write_them(tmp_path: Path, write: Any, request: pytest.FixtureRequest) -> None:
    skipped = {"1904": ["1900-01-02"], "openpyxl": ["_x000D_"]}.get(request.node.callspec.id, [])
    values = [one for one in VALUES if one[1] not in skipped]
    found = read(tmp_path, write([["Name", "x"], *([value, "y"] for value, _ in values)]))
    assert (found.form.format, found.form.header_line, found.form.headings) == ("xlsx", 1, ("Name", "x"))
    assert [cells[0] for cells in found.cells] == [text for _, text in values]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cc"]), max_size=9)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=5), st.booleans())
def test_a_table_is_read_as_it_was_written(tmp_path: Path, rows: list[list[str]], in_row: bool) -> None:
    found = read(tmp_path, by_xlsxwriter([["Name", "E-mail", "x"], *rows], constant_memory=in_row))
    filled = [
        (line, row) for line, row in enumerate(rows, 2) if any(cell and not cell.isspace() for cell in row)
    ]
    assert [*found.rows] == [line for line, _ in filled]
    assert [[*cells, "", "", ""][:3] for cells in found.cells] == [row for _, row in filled]


def cells(folder: Path, *written: str, strings: str = "", styles: str = "") -> list[object]:
    """The texts of cells that are written so."""
    rows = "".join(f'<row><c t="str"><v>x</v></c>{cell}</row>' for cell in written)
    return [
        row[1] if len(row) > 1 else ""
        for row in read(folder, book(rows, strings, styles), name="a.xlsx").cells
    ]


def test_numbers_in_any_writing(tmp_path: Path) -> None:
    written = (
        "9.12345678E8",
        "3.51912345678E+11",
        "912345678.0",
        "12.300000000000001",
        "1E-7",
        "-0.50",
        "1234567890123456789",
    )
    assert cells(tmp_path, *(f"<c><v>{number}</v></c>" for number in written)) == [
        *("912345678", "351912345678", "912345678", "12.3", "0.0000001", "-0.5", "1234567890123456789"),
    ]
    assert cells(tmp_path, "<c><v>1E+400000000</v></c>") == ["1E+400000000"]


def test_errors_and_formulas(tmp_path: Path) -> None:
    """The value that the spreadsheet has kept of a formula counts; without one it is an error."""
    assert cells(
        tmp_path,
        '<c t="e"><v>#DIV/0!</v></c>',
        '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
        '<c t="str"><f>A1</f><v>Ana</v></c>',
        '<c t="str"><f>IF(1,"")</f><v></v></c>',
        "<c><f>1+1</f><v></v></c>",
        "<c><f>1+1</f></c>",
        '<c t="b"><f>TRUE()</f><v>1</v></c>',
    ) == ["#DIV/0!", "#DIV/0!", "2", "Ana", "", "#N/A", "#N/A", "true"]


def test_a_formula_that_openpyxl_writes_has_no_value(tmp_path: Path) -> None:
    made, file = OpenpyxlWorkbook(), io.BytesIO()
    made.active.append(["Name", "E-mail"])
    made.active.append(["Ana", '=CONCATENATE("a","b")'])
    made.save(file)
    assert read(tmp_path, file.getvalue()).cells == [["Ana", "#N/A"]]


def test_dates_by_the_style_of_the_cell(tmp_path: Path) -> None:
    formats = {
        1: "General",
        2: "yyyy\\-mm\\-dd;@",
        3: '0.00" dias"',
        4: "[h]:mm",
        5: "[$-816]d/m/yyyy h:mm",
        6: "[Red]0;[Blue]0",
        7: "0.00E+00",
    }
    codes = "".join(
        f"<numFmt numFmtId=\"{200 + number}\" formatCode='{code}'/>"
        for number, code in formats.items()
        if '"' not in code
    )
    codes += '<numFmt numFmtId="203" formatCode="0.00&quot; dias&quot;"/>'
    styles = f'<numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
    styles += "".join(f'<xf numFmtId="{number}"/>' for number in (*range(201, 208), 14, 46, 9)) + "</cellXfs>"
    written = [f'<c s="{style}"><v>45772.5</v></c>' for style in range(11)]
    assert cells(tmp_path, *written, styles=styles) == [
        *(
            "45772.5",
            "45772.5",
            "2025-04-25T12:00:00",
            "45772.5",
            "45772.5",
            "2025-04-25T12:00:00",
            "45772.5",
            "45772.5",
        ),
        *("2025-04-25T12:00:00", "45772.5", "45772.5"),
    ]
    odd = ("60", "59", "0.99999999", "-1", "2958466", "1E+15", "45772.499999999")
    assert cells(tmp_path, *(f'<c s="8"><v>{days}</v></c>' for days in odd), styles=styles) == [
        *("1900-02-28", "1900-02-28", "00:00:00", "-1", "2958466", "1000000000000000", "2025-04-25T12:00:00"),
    ]


def test_dates_that_are_written_as_such(tmp_path: Path) -> None:
    written = ("2025-04-25T00:00:00", "2025-04-25T10:00:00.000", "2025-04-25", "10:00:00")
    assert cells(tmp_path, *(f'<c t="d"><v>{one}</v></c>' for one in written)) == [
        *("2025-04-25", "2025-04-25T10:00:00", "2025-04-25", "10:00:00"),
    ]


def test_rich_text_counts_without_how_it_is_pronounced(tmp_path: Path) -> None:
    strings = "<si><r><rPr><b/></rPr><t>An</t></r><r><t xml:space='preserve'>a </t></r><rPh sb='0' eb='1'><t>アナ</t></rPh></si><si><t>a_x000D_\nb</t></si><si/>"
    shared = [f'<c t="s"><v>{number}</v></c>' for number in range(3)]
    assert cells(tmp_path, *shared, strings=strings) == ["Ana ", "a\r\nb", ""]
    made, file = OpenpyxlWorkbook(), io.BytesIO()
    made.active.append(["Name", "E-mail"])
    made.active.append([CellRichText("An", TextBlock(InlineFont(b=True), "a")), "x"])
    made.save(file)
    assert read(tmp_path, file.getvalue()).cells == [["Ana", "x"]]


def test_strings_of_which_there_are_many(tmp_path: Path) -> None:
    """From the last one to the first one, so that groups are read again."""
    rows = [["Name", "x"], *([f"Ana {number}", "y" * (number % 500)] for number in range(2_000))]
    strings = "".join(f"<si><t>Ana {number}</t></si>" for number in range(30_000))
    shared = [f'<c t="s"><v>{number}</v></c>' for number in range(29_999, 0, -97)]
    assert cells(tmp_path, *shared, strings=strings) == [f"Ana {number}" for number in range(29_999, 0, -97)]
    assert [row[0] for row in read(tmp_path, by_xlsxwriter(rows)).cells] == [row[0] for row in rows[1:]]


def test_cells_that_are_left_out_and_merged(tmp_path: Path) -> None:
    made, file = OpenpyxlWorkbook(), io.BytesIO()
    page = made.active
    page["B3"], page["C3"], page["E3"], page["B5"], page["E5"] = "Name", "E-mail", "City", "Ana", "Faro"
    page.merge_cells("B1:E2")
    page["B1"] = "Lista"
    page.merge_cells("C3:D3")
    made.save(file)
    found = read(tmp_path, file.getvalue())
    assert (found.form.header_line, found.form.headings) == (
        3,
        ("Column 1", "Name", "E-mail", "Column 4", "City"),
    )
    assert found.rows == {5: ["", "Ana", "", "", "Faro"]}


def with_sheets(**sheets: list[list[str]]) -> bytes:
    file = io.BytesIO()
    with Workbook(file) as made:
        for name, rows in sheets.items():
            page = made.add_worksheet(name)
            for line, row in enumerate(rows):
                page.write_row(line, 0, row)
            if name.startswith("hidden"):
                page.hide()
        made.add_chartsheet("Chart")
    return file.getvalue()


def test_the_sheet_with_the_best_header(tmp_path: Path) -> None:
    content = with_sheets(
        Info=[["Lista de clientes"], ["a", "b", "c", "d"]],
        Leads=[["Name", "E-mail"], ["Ana", "x"]],
        hidden=[["Name", "E-mail", "Phone"], ["Rui", "y", "1"]],
        Empty=[],
    )
    found = read(tmp_path, content)
    assert (found.form.sheet, found.sheets, found.cells) == (
        "Leads",
        ("Info", "Leads", "hidden", "Empty"),
        [["Ana", "x"]],
    )
    assert read(tmp_path, content, Given(sheet="HIDDEN")).cells == [["Rui", "y", "1"]]
    assert "has no sheet 'Other': it has 'Info', 'Leads'" in refusal(tmp_path, content, Given(sheet="Other"))
    assert "The spreadsheet is empty" in refusal(tmp_path, content, Given(sheet="Empty"))


def test_a_hidden_sheet_where_there_is_no_other_one(tmp_path: Path) -> None:
    written = parts({"Leads": sheet(HEADER + text_row(2, "Ana", "x"))}, states=("veryHidden",))
    assert read(tmp_path, packed(written)).cells == [["Ana", "x"]]


def test_a_header_line_that_a_person_gives(tmp_path: Path) -> None:
    rows = text_row(2, "a", "b") + text_row(40, "c", "d") + text_row(41, "e", "f")
    assert read(tmp_path, book(rows), Given(header_line=40)).form.headings == ("c", "d")
    assert read(tmp_path, book(rows), Given(header_line=40)).rows == {41: ["e", "f"]}
    bare: Read = read(tmp_path, book(rows), Given(header_line=0))
    assert (bare.form.headings, [*bare.rows]) == (("Column 1", "Column 2"), [1, 2, 40, 41])
    assert "No row begins at line 3" in refusal(tmp_path, book(rows), Given(header_line=3))


def test_the_strict_form_of_the_standard(tmp_path: Path) -> None:
    written = sheet(HEADER + text_row(2, "Ana", "x"), namespace=STRICT)
    assert read(tmp_path, packed(parts({"Leads": written}))).cells == [["Ana", "x"]]


def test_rows_and_cells_without_references(tmp_path: Path) -> None:
    rows = "<row><c t='str'><v>Ana</v></c><c/><c><v>1</v></c></row><row/><row><c t='str'><v>Rui</v></c></row>"
    assert read(tmp_path, book(rows)).rows == {2: ["Ana", "", "1"], 4: ["Rui"]}


def test_only_a_header(tmp_path: Path) -> None:
    assert read(tmp_path, book("")).records == []
    assert "The spreadsheet is empty" in refusal(tmp_path, packed(parts({"Leads": sheet("<row><c/></row>")})))
