"""Writes XLSX as a stream, one sheet: texts are texts in it, never formulas. Source: ECMA-376, part 1, 18.3.

XlsxWriter puts a text that looks like `<r>…</r>` into the sheet as it is, cuts long texts without an error, leaves files
with names behind when it is killed, and takes four times as long.
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from closum.errors import Malformed
from closum.formats.guard import guarded_rows
from closum.formats.output import Output

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767  # of UTF-16 in a cell
MOST_BYTES = (
    2**31 - 1
)  # of a sheet before it is compressed: beyond, it is a kind of ZIP that not every program reads
LEVEL = 2  # of compression: a third of the time that the usual one takes

OTHERWISE = "ask for csv or ndjson"

_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_WORKBOOK = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>"
)
_START = (
    f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_END = "</sheetData></worksheet>"
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_MINUTES = len("2026-11-29 11:36")
_LAST_ODD_DAY = 61  # before it, spreadsheets count a 29 February 1900, which never was

# What a look needs beside the parts of every file: style 1 shows a moment, style 2 a heading.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/>'
    '<xf numFmtId="164" xfId="0" applyNumberFormat="1"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_STYLED = {
    "[Content_Types].xml": _PARTS["[Content_Types].xml"].replace(
        "</Types>", f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "xl/_rels/workbook.xml.rels": _PARTS["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    ),
    "xl/styles.xml": _STYLES,
}


class XlsxFile:
    """Rows under headings that stay in view; `texts` are the places of what people typed, and `name` is the sheet's.

    `widths` are those of the columns, in characters. With them headings are bold, and a `datetime` is a moment as its own
    clock shows it. Raises Malformed for more than a sheet can hold, and for a text that no cell can.
    """

    def __init__(
        self,
        output: Output,
        headings: Sequence[str],
        texts: Sequence[int],
        name: str,
        widths: Sequence[int] = (),
    ) -> None:
        self._output, self._headings, self._texts = output, headings, texts
        self._columns = [_letters(number) for number in range(len(headings))]
        self._rows = self._size = 0
        with ExitStack() as opened:
            file = opened.enter_context(ZipFile(output, "w", ZIP_DEFLATED, compresslevel=LEVEL))  # type: ignore[call-overload]
            parts = _PARTS | (_STYLED if widths else {}) | {"xl/workbook.xml": _WORKBOOK % name}
            for path, text in parts.items():
                file.writestr(_part(path), f"{_XML}{text}")
            self._sheet = opened.enter_context(file.open(_part("xl/worksheets/sheet1.xml"), "w"))
            self._write(
                [_START.replace("<sheetData>", f"{_columns(widths)}<sheetData>") if widths else _START]
            )
            self._add([headings], ' s="2"' if widths else "")
            self._opened = opened.pop_all()

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        if self._rows + len(rows) > MOST_ROWS:
            raise Malformed(
                f"A sheet of XLSX holds {MOST_ROWS - 1} records: filter for fewer, or {OTHERWISE}"
            )
        self._add(guarded_rows(rows, self._texts))

    def end(self) -> None:
        self._write([_END])
        self._opened.close()

    def abandon(self) -> None:
        """Close what stays unfinished. ZipFile raises where it is left to the garbage collector."""
        self._output.drop()
        self._opened.close()

    def _add(self, rows: Sequence[Sequence[Any]], style: str = "") -> None:
        written: list[str] = []
        for number, row in enumerate(rows, self._rows + 1):
            written.append(f'<row r="{number}">')
            for column, cell in zip(self._columns, row, strict=True):
                if type(cell) is str:
                    text = _escaped(cell) if _ODD.search(cell) else cell
                    written.append(
                        f'<c r="{column}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
                    )
                    if len(cell) > MOST_CHARACTERS // 2:
                        self._check(cell, column, row)
                elif type(cell) is datetime:
                    written.append(_moment(f"{column}{number}", cell))
                elif cell is not None:
                    written.append(f'<c r="{column}{number}"><v>{cell}</v></c>')
            written.append("</row>")
        self._rows += len(rows)
        self._write(written)

    def _check(self, text: str, column: str, row: Sequence[Any]) -> None:
        if len(text.encode("utf-16-le")) > 2 * MOST_CHARACTERS:
            heading, of = self._headings[self._columns.index(column)], ""
            if "id" in self._headings:
                of = f" of the record {row[self._headings.index('id')]}"
            raise Malformed(
                f"The {heading}{of} is longer than the {MOST_CHARACTERS} characters that a cell of XLSX holds: leave it out"
                f" by 'fields', or {OTHERWISE}"
            )

    def _write(self, texts: Sequence[str]) -> None:
        data = "".join(texts).encode()
        self._size += len(data)
        if self._size > MOST_BYTES:
            raise Malformed(f"This is more than a file of XLSX holds: filter for less, or {OTHERWISE}")
        self._sheet.write(data)


def _part(path: str) -> ZipInfo:
    """Without a date, so that the same records give the same file."""
    part = ZipInfo(path)
    part.compress_type = ZIP_DEFLATED
    return part


def _letters(number: int) -> str:
    """The name of a column, from 0: A, B, …, Z, AA."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def _columns(widths: Sequence[int]) -> str:
    found = (
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(widths, 1)
    )
    return f"<cols>{''.join(found)}</cols>"


def _moment(place: str, moment: datetime) -> str:
    """A date that spreadsheets sort and count with; as text where they have no number for it."""
    since = moment.replace(tzinfo=UTC, second=0, microsecond=0) - _DAY_ZERO
    if since.days < _LAST_ODD_DAY:
        text = moment.isoformat(" ", "minutes")[:_MINUTES]
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<c r="{place}" s="1"><v>{since.days + since.seconds / 86_400:.10f}</v></c>'


def _escaped(text: str) -> str:
    """As Excel writes what XML cannot hold: `_x0001_`, and `_x005F_` before what looks so."""
    return _ODD.sub(lambda found: _replaced(found[0]), text)


def _replaced(odd: str) -> str:
    if len(odd) > 1:
        return f"_x005F{odd}"
    return _NAMED.get(odd) or f"_x{ord(odd):04X}_"
