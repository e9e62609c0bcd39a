"""Spreadsheets as no library writes them: parts by hand."""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

HEADER = '<row r="1"><c r="A1" t="str"><v>Name</v></c><c r="B1" t="str"><v>E-mail</v></c></row>'


def sheet(rows: str, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    return f'<worksheet xmlns="{namespace}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def text_row(line: int, *cells: str) -> str:
    """A row whose cells hold their texts."""
    inside = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>' for cell in cells)
    return f'<row r="{line}">{inside}</row>'


def parts(
    sheets: dict[str, str], strings: str = "", styles: str = "", states: tuple[str, ...] = (), book: str = ""
) -> dict[str, str]:
    """The parts of a spreadsheet of some sheets; `states` are theirs, `book` goes before them."""
    names = list(sheets)
    state = dict(zip(names, states, strict=False))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="{state.get(name, "visible")}" r:id="s{number}"/>'
        for number, name in enumerate(names, 1)
    )
    kinds = {
        f"s{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(names) + 1)
    }
    kinds |= {"strings": ("sharedStrings", "sharedStrings.xml")} if strings else {}
    kinds |= {"styles": ("styles", "styles.xml")} if styles else {}
    related = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in kinds.items()
    )
    found = {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{book}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
    }
    found |= {f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(sheets.values(), 1)}
    found |= {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'} if strings else {}
    return found | ({"xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'} if styles else {})


def packed(parts: dict[str, str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def book(rows: str, strings: str = "", styles: str = "") -> bytes:
    """A spreadsheet of one sheet with a header and these rows."""
    return packed(parts({"Leads": sheet(HEADER + rows)}, strings, styles))
