"""Writes XLSX as a stream, one sheet: texts are texts in it, never formulas. Source: ECMA-376, part 1, 18.3.

XlsxWriter puts a text that looks like `<r>…</r>` into the sheet as it is, cuts long texts without an error, leaves files
with names behind when it is killed, and takes four times as long.
"""

import re
from collections.abc import Sequence
from contextlib import ExitStack
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


class XlsxFile:
    """Rows under headings that stay in view; `texts` are the places of what people typed, and `name` is the sheet's.

    Raises Malformed for more than a sheet can hold, and for a text that no cell can.
    """

    def __init__(self, output: Output, headings: Sequence[str], texts: Sequence[int], name: str) -> None:
        self._output, self._headings, self._texts = output, headings, texts
        self._columns = [_letters(number) for number in range(len(headings))]
        self._rows = self._size = 0
        with ExitStack() as opened:
            file = opened.enter_context(ZipFile(output, "w", ZIP_DEFLATED, compresslevel=LEVEL))  # type: ignore[call-overload]
            for path, text in (_PARTS | {"xl/workbook.xml": _WORKBOOK % name}).items():
                file.writestr(_part(path), f"{_XML}{text}")
            self._sheet = opened.enter_context(file.open(_part("xl/worksheets/sheet1.xml"), "w"))
            self._write([_START])
            self._add([headings])
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

    def _add(self, rows: Sequence[Sequence[Any]]) -> None:
        written: list[str] = []
        for number, row in enumerate(rows, self._rows + 1):
            written.append(f'<row r="{number}">')
            for column, cell in zip(self._columns, row, strict=True):
                if type(cell) is str:
                    text = _escaped(cell) if _ODD.search(cell) else cell
                    written.append(
                        f'<c r="{column}{number}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
                    )
                    if len(cell) > MOST_CHARACTERS // 2:
                        self._check(cell, column, row)
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


def _escaped(text: str) -> str:
    """As Excel writes what XML cannot hold: `_x0001_`, and `_x005F_` before what looks so."""
    return _ODD.sub(lambda found: _replaced(found[0]), text)


def _replaced(odd: str) -> str:
    if len(odd) > 1:
        return f"_x005F{odd}"
    return _NAMED.get(odd) or f"_x{ord(odd):04X}_"
