"""Spreadsheets that are damaged or made to do harm: refused with what to do, or read as far as they can be."""

import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from closum.errors import Refusal
from closum.formats import xlsx
from closum.formats.form import XLSX, Form
from closum.formats.reading import records
from tests.support.formats import read, refusal
from tests.support.spreadsheets import HEADER, book, packed, parts, sheet, text_row

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
DOCTYPES = [
    LAUGHS,
    EXTERNAL,
    '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">',
    f'<?xml version="1.0"?>{" " * 70_000}{LAUGHS}',
]
SAVE = "save it as a new .xlsx file, or as CSV"


def noise(size: int) -> str:
    """Text that does not become much smaller."""
    return random.Random(1).randbytes(size // 2).hex()


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(tmp_path: Path, part: str, doctype: str, encoding: str) -> None:
    shared = '<row><c t="s"><v>0</v></c></row>'
    whole = parts({"Leads": sheet(HEADER + shared)}, strings="<si><t>&#97;</t></si>", styles="<cellXfs/>")
    written: dict[str, str | bytes] = dict(whole)
    written[part] = (doctype + whole[part].replace("&#97;", "&a;")).encode(encoding)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            archive.writestr(name, content)
    assert "declares a document type, which none needs" in refusal(tmp_path, path.read_bytes())


def test_an_entity_that_nothing_declares(tmp_path: Path) -> None:
    assert "The spreadsheet is damaged (undefined entity" in refusal(tmp_path, book(text_row(2, "&a;")))


def test_a_part_that_grows_too_much(tmp_path: Path) -> None:
    cell = text_row(2, "a" * 50_000_000)
    assert "grows to more than 200 times its size" in refusal(tmp_path, book(cell))
    media = parts({"Leads": sheet(HEADER)}) | {"xl/media/image1.bin": "\0" * 20_000_000}
    assert "grows to more than 200 times its size" in refusal(tmp_path, packed(media))


def test_what_is_small_may_grow(tmp_path: Path) -> None:
    assert len(read(tmp_path, book("<row><c/></row>" * 20_000 + text_row(30_000, "Ana", "x"))).cells) == 1


def test_sizes_that_are_said_to_be_enormous(tmp_path: Path) -> None:
    """What is said counts, before anything is unpacked."""
    content = bytearray(packed(parts({"Leads": sheet(HEADER)}), zipfile.ZIP_STORED))
    at = content.index(b"PK\x01\x02")
    for _ in range(2):  # so much that it is no matter of the ratio
        content[at + 20 : at + 28] = (0x9000_0000).to_bytes(4, "little") * 2
        at = content.index(b"PK\x01\x02", at + 1)
    assert "above 4 GiB when it is unpacked" in refusal(tmp_path, bytes(content))


def test_sizes_that_are_said_to_be_small(tmp_path: Path) -> None:
    content = bytearray(book(text_row(2, noise(100_000), "x")))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    content[at + 24 : at + 28] = (2_000).to_bytes(4, "little")
    assert "The spreadsheet is damaged" in refusal(tmp_path, bytes(content))


def test_a_row_above_four_mebibytes(tmp_path: Path) -> None:
    row = text_row(2, *(noise(1_000_000) for _ in range(5)))
    assert "A row or a text of the spreadsheet is above 4 MiB" in refusal(tmp_path, book(row))
    strings = f"<si><t>{noise(5_000_000)}</t></si>"
    shared = book('<row><c t="s"><v>0</v></c></row>', strings=strings)
    assert "A row or a text of the spreadsheet is above 4 MiB" in refusal(tmp_path, shared)


def test_a_cell_above_one_mebibyte(tmp_path: Path) -> None:
    strings = f"<si><t>{noise(2_000_000)}</t></si><si><t>Rui</t></si>"
    rows = text_row(2, noise(2_000_000)) + '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
    found = read(tmp_path, book(rows, strings=strings))
    assert (found.broken, found.rows) == ([(2, "_maxLength"), (3, "_maxLength")], {4: ["Rui"]})


@pytest.mark.parametrize("size", ["A1:XFD1048576", "A1", "nonsense", "ZZZZZZZ999999999999"])
def test_a_size_that_is_not_that_of_the_sheet(tmp_path: Path, size: str) -> None:
    written = sheet(HEADER + text_row(2, "Ana", "x"), before=f'<dimension ref="{size}"/>')
    assert read(tmp_path, packed(parts({"Leads": written}))).cells == [["Ana", "x"]]


def test_many_sheets(tmp_path: Path) -> None:
    written = parts({"Leads": sheet(HEADER + text_row(2, "Ana", "x"))})
    one = '<sheet name="Leads" sheetId="1" state="visible" r:id="s1"/>'
    assert one in written["xl/workbook.xml"]
    many = "".join(one.replace("Leads", f"Leads {number}") for number in range(20_000))
    written["xl/workbook.xml"] = written["xl/workbook.xml"].replace(one, many)
    found = read(tmp_path, packed(written))
    assert (found.form.sheet, len(found.sheets), found.cells) == ("Leads 0", 100, [["Ana", "x"]])


def test_many_parts(tmp_path: Path) -> None:
    content = packed(parts({"Leads": sheet(HEADER)}))
    at = content.rindex(b"PK\x05\x06")
    of_another_form = content[:at] + b"PK\x06\x07" + b"\0" * 16 + content[at:]
    assert "The spreadsheet has too many parts" in refusal(tmp_path, of_another_form)
    many = {f"{number}{'x' * 1_000}": "" for number in range(2_100)}
    assert "The spreadsheet has too many parts" in refusal(tmp_path, packed(many))
    behind = content[:at] + content[at:-2] + (30_000).to_bytes(2, "little") + b"x" * 30_000
    assert read(tmp_path, behind).records == []


def test_many_columns(tmp_path: Path) -> None:
    cell = '<c r="{0}{1}" t="str"><v>{2}</v></c>'
    rows = "".join(
        f'<row r="{line}">{cell.format("A", line, "Ana")}{cell.format(column, line, value)}</row>'
        for line, (column, value) in enumerate([("ALL", "x"), ("ALM", "x"), ("XFD", ""), ("ZZZZZZ", "x")], 2)
    )
    found = read(tmp_path, book(rows + "<row>" + "<c><v>1</v></c>" * 1_001 + "</row>"))
    assert found.broken == [(3, "_columns"), (5, "_columns"), (6, "_columns")]
    assert [(line, len(cells)) for line, cells in found.rows.items()] == [(2, 1000), (4, 1)]


def test_values_that_the_file_does_not_have(tmp_path: Path) -> None:
    values = ("0", "1", "-1", "x", "99999999999999999999")
    rows = "".join(f'<row><c t="s"><v>{value}</v></c></row>' for value in values)
    rows += "".join(f"<row><c><v>{value}</v></c></row>" for value in ("abc", "NaN", "INF", "1"))
    found = read(tmp_path, book(rows, strings="<si><t>Ana</t></si>"))
    assert found.broken == [(line, "_unreadable") for line in range(3, 10)]
    assert found.rows == {2: ["Ana"], 10: ["1"]}
    assert read(tmp_path, book(rows)).broken[0] == (2, "_unreadable")


def test_rows_and_cells_in_disorder(tmp_path: Path) -> None:
    cell = '<c r="{0}" t="str"><v>{1}</v></c>'
    rows = f'<row r="9">{cell.format("B9", "x")}{cell.format("A9", "Ana")}{cell.format("B9", "y")}</row>'
    rows += (
        text_row(3, "Rui", "z")
        + '<row r="many"><c><v>1</v></c></row><row r="99999999999"><c><v>2</v></c></row>'
    )
    found = read(tmp_path, book(rows))
    assert [(one.line, one[1]) for one in found.records] == [
        (9, ["Ana", "y"]),
        (3, ["Rui", "z"]),
        (4, ["1"]),
        (5, ["2"]),
    ]


def test_elements_inside_of_elements(tmp_path: Path) -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000
    behind = "<row><c/></row>" * 10_000 + f"<row><c>{deep}<v>1</v></c></row>"
    assert read(tmp_path, book(behind)).cells == [["1"]]
    assert "its XML is nested too deep" in refusal(tmp_path, book(f"<row><c>{deep}</c></row>"))
    written = parts({"Leads": sheet(HEADER)})
    written["xl/workbook.xml"] = written["xl/workbook.xml"].replace("<sheets>", f"{deep}<sheets>")
    assert "its XML is nested too deep" in refusal(tmp_path, packed(written))


def test_much_that_is_no_row(tmp_path: Path) -> None:
    """Before the rows it is refused; what is behind them is not read."""
    columns = "<cols>" + '<col min="1" max="2"/>' * 300_000 + "</cols>"
    crowded = packed(parts({"Leads": sheet(HEADER, before=columns)}), zipfile.ZIP_STORED)
    assert "above 4 MiB" in refusal(tmp_path, crowded)
    behind = packed(parts({"Leads": sheet(HEADER, after=columns)}), zipfile.ZIP_STORED)
    assert read(tmp_path, behind).records == []


def test_a_file_that_ends_too_early(tmp_path: Path) -> None:
    whole = book(text_row(2, "Ana", "x"))
    assert "its end is missing" in refusal(tmp_path, whole[: len(whole) // 2])
    assert "The spreadsheet is damaged" in refusal(tmp_path, whole[:4] + whole[200:])
    cut = parts({"Leads": sheet(HEADER + text_row(2, "Ana", "x"))})
    cut["xl/worksheets/sheet1.xml"] = cut["xl/worksheets/sheet1.xml"][:-30]
    assert "The spreadsheet is damaged (no element found" in refusal(tmp_path, packed(cut))


def test_damage_behind_many_rows(tmp_path: Path) -> None:
    """What is before it is given, then it is told: nobody takes a part for the whole."""
    rows = "".join(text_row(line, f"Ana {line}", noise(200)) for line in range(2, 20_000))
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(rows + "<row></c>"))
    form, lines = Form(XLSX, sheet="Leads", header_line=1), list[int]()
    with pytest.raises(Refusal, match=SAVE):
        lines.extend(one.line for one in records(path, form))
    assert lines == [*range(2, lines[-1] + 1)]
    assert lines[-1] > 19_000


@pytest.mark.parametrize(
    "missing", ["xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"]
)
def test_a_part_that_is_missing(tmp_path: Path, missing: str) -> None:
    whole = parts({"Leads": sheet(HEADER)}, strings="<si><t>a</t></si>")
    said = refusal(tmp_path, packed({name: xml for name, xml in whole.items() if name != missing}))
    assert f"it has no part {missing}" in said


def test_parts_that_are_encrypted_or_packed_in_an_unusual_way(tmp_path: Path) -> None:
    content = bytearray(book(""))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert "protected by a password" in refusal(tmp_path, bytes(content))
    unusual = packed(parts({"Leads": sheet(HEADER)}), zipfile.ZIP_BZIP2)
    assert "is packed in an unusual way" in refusal(tmp_path, unusual)


def test_a_workbook_without_sheets(tmp_path: Path) -> None:
    assert "The spreadsheet is empty" in refusal(tmp_path, packed(parts({})))


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    text = "x" * 780
    strings = "".join(f"<si><t>{text}{number}</t></si>" for number in range(20_000))
    rows = "".join(f'<row><c t="s"><v>{number}</v></c><c><v>1</v></c></row>' for number in range(20_000))
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed(parts({"Leads": sheet(HEADER + rows)}, strings=strings)))
    tracemalloc.start()
    try:
        read_rows = sum(1 for _ in xlsx.read(path, Form(XLSX, sheet="Leads", header_line=1)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read_rows == 20_000
    assert peak < len(strings) / 2
