"""The parts of a spreadsheet: what is looked at before anything of it is read, its sheets, and its formats of dates."""

import posixpath
import re
import struct
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from closum.errors import Refusal
from closum.formats.xlsx_xml import damaged, refusing_damage, starts

WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"

_END, _END_MARK = struct.Struct("<4s4H2LH"), b"PK\x05\x06"
_MOST_DIRECTORY = 2 * 1024 * 1024
_MOST_INFLATED = 4 * 1024**3
_MOST_RATIO, _RATIO_FROM = 200, 8 * 1024 * 1024
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
"""Source: ISO 29500-1, 18.8.30."""

_LENGTH = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_NO_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DATE = re.compile("[dmyhs]", re.IGNORECASE)


class Sheet(NamedTuple):
    name: str
    part: str
    is_hidden: bool


class Dates(NamedTuple):
    """Which styles of cells, by their number as text, show a date; and whether days are counted from 1904."""

    styles: frozenset[str]
    is_1904: bool


class Package:
    """An open spreadsheet. Raises Refusal for one that is damaged, or not safe to read."""

    def __init__(self, file: ZipFile) -> None:
        self._file = file
        self._parts = {_plain(info.filename): info for info in file.infolist()}
        if WORKBOOK in self:
            _check(self._parts.values())

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    @contextmanager
    def open(self, part: str) -> Iterator[IO[bytes]]:
        """A part as it is unpacked. Raises Refusal where there is none."""
        if part.lower() not in self._parts:
            raise damaged(f"it has no part {part}")
        with refusing_damage(), self._file.open(self._parts[part.lower()]) as stream:
            yield stream

    def sheets(self) -> list[Sheet]:
        """The sheets of cells, not of charts, in their order."""
        parts = self._related("worksheet")
        return [
            Sheet(
                found.get("name") or found["id"],
                parts[found["id"]],
                found.get("state", "visible") != "visible",
            )
            for parent, name, found in self._elements(WORKBOOK)
            if (parent, name) == ("sheets", "sheet") and found.get("id") in parts
        ]

    def strings(self) -> str | None:
        """The part with the texts that cells share."""
        return next(iter(self._related("sharedStrings").values()), None)

    def dates(self) -> Dates:
        books = [found for _, name, found in self._elements(WORKBOOK) if name == "workbookPr"]
        is_1904 = any(found.get("date1904") in ("1", "true") for found in books)
        codes, styles = dict[str, str](), list[str]()
        for part in self._related("styles").values():
            for parent, name, found in self._elements(part):
                if (parent, name) == ("numFmts", "numFmt"):
                    codes[found.get("numFmtId", "")] = found.get("formatCode", "")
                elif (parent, name) == ("cellXfs", "xf"):
                    styles.append(found.get("numFmtId", ""))
        shown = {number for number in styles if _is_date(number, codes)}
        return Dates(frozenset(str(index) for index, number in enumerate(styles) if number in shown), is_1904)

    def _related(self, kind: str) -> dict[str, str]:
        """The parts of a kind that belong to the workbook, by their identifiers."""
        return {
            found["Id"]: posixpath.normpath(posixpath.join("/xl", found["Target"])).lstrip("/")
            for _, name, found in self._elements(_RELATIONS)
            if name == "Relationship" and _kind(found) == kind and {"Id", "Target"} <= found.keys()
        }

    def _elements(self, part: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        with self.open(part) as stream:
            yield from starts(stream)


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """A spreadsheet. Raises Refusal for one that is damaged, or not safe to read."""
    with path.open("rb") as raw:
        _check_directory(raw)
        with refusing_damage(), ZipFile(raw) as file:
            yield Package(file)


def _check_directory(raw: IO[bytes]) -> None:
    """Looks at the size of the list of parts, which is read as a whole. Source: APPNOTE 6.3, 4.3.16 and 4.3.15."""
    size = raw.seek(0, 2)
    raw.seek(max(0, size - 65_536 - _END.size - 20))
    tail = raw.read()
    at = len(tail) - _END.size
    if tail[at : at + 4] != _END_MARK:
        at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise damaged("its end is missing")
    if (
        tail[max(0, at - 20) : at].startswith(b"PK\x06\x07")
        or _END.unpack_from(tail, at)[5] > _MOST_DIRECTORY
    ):
        raise Refusal("The spreadsheet has too many parts: copy the rows into a new one, or save it as CSV")


def _check(parts: Collection[ZipInfo]) -> None:
    if sum(info.file_size for info in parts) > _MOST_INFLATED:
        raise Refusal("The spreadsheet is above 4 GiB when it is unpacked: divide it, or save it as CSV")
    for info in parts:
        _check_part(info)


def _check_part(info: ZipInfo) -> None:
    if info.flag_bits & 1:
        raise Refusal("The spreadsheet is protected by a password: save it without one")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise damaged(f"{info.filename} is packed in an unusual way")
    if info.header_offset < 0:
        raise damaged(f"{info.filename} is outside of the file")
    if info.file_size > max(_RATIO_FROM, _MOST_RATIO * info.compress_size):
        raise Refusal(
            f"A part of the spreadsheet ({info.filename}) grows to more than {_MOST_RATIO} times its size when it is"
            " unpacked: copy the rows into a new spreadsheet, or save it as CSV"
        )


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _kind(relation: dict[str, str]) -> str:
    return relation.get("Type", "").rpartition("/")[2]


def _is_date(number: str, codes: dict[str, str]) -> bool:
    """Whether a format shows a day or a time of day; `[h]:mm` is a length of time, and its number counts."""
    if number not in codes:
        return number.isdecimal() and int(number) in _BUILT_IN_DATES
    code = codes[number]
    return _LENGTH.search(code) is None and _DATE.search(_NO_CODE.sub("", code)) is not None
