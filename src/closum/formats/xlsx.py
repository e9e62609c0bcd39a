"""Spreadsheets (XLSX): their sheets and headers, and their rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import dropwhile, islice
from pathlib import Path
from string import ascii_uppercase
from xml.etree.ElementTree import Element

from closum.errors import Refusal
from closum.formats import table, text
from closum.formats.form import XLSX, Broken, Form, Given, Record
from closum.formats.xlsx_cells import Cells
from closum.formats.xlsx_package import Package, Sheet, opened
from closum.formats.xlsx_strings import Strings
from closum.formats.xlsx_xml import children

_MOST_SHEETS = 100
"""That are looked into, and named."""

_UNREADABLE = "A cell of this row has a value that cannot be read: type it again, and save the spreadsheet"


def form(path: Path, given: Given, is_known: Callable[[str], bool]) -> tuple[Form, tuple[str, ...]]:
    """How a spreadsheet is read, and the names of its sheets; the one whose header is best is chosen.

    Raises Refusal where no sheet has a row that may be the header, or the spreadsheet is damaged.
    """
    with opened(path) as package, _strings(package) as strings:
        sheets = package.sheets()
        rows = _Rows(package, strings)
        heads = {one.name: rows.head(one, given.header_line or 0) for one in _candidates(sheets, given.sheet)}
    names = tuple(one.name for one in sheets[:_MOST_SHEETS])
    filled = {name: head for name, head in heads.items() if head}
    if not filled:
        raise Refusal("The spreadsheet is empty: send a file with rows")
    sheet = max(filled, key=lambda name: table.rank(filled[name], is_known))
    found = Form(XLSX, sheet=sheet)
    if given.header_line == 0:
        return found._replace(headings=table.without_header(filled[sheet])), names
    row = table.chosen(filled[sheet], given, is_known)
    return found._replace(header_line=row.line, headings=table.headings(row, filled[sheet])), names


def read(path: Path, form: Form) -> Iterator[Record | Broken]:
    """The records of a sheet behind its header. Raises Refusal where the spreadsheet is damaged."""
    with opened(path) as package, _strings(package) as strings:
        [sheet] = _candidates(package.sheets(), form.sheet)
        records = _Rows(package, strings).read(sheet)
        yield from records if not form.header_line else _behind(records, form.header_line)


class _Rows:
    """The rows of sheets, and what they need of other parts."""

    def __init__(self, package: Package, strings: Strings) -> None:
        self._package, self._strings, self._dates = package, strings, package.dates()

    def head(self, sheet: Sheet, line: int) -> list[Record | Broken]:
        """The first rows, from a line on."""
        records = dropwhile(lambda one: one.line < line, self.read(sheet))
        return [*islice(records, table.LOOKED_AT)]

    def read(self, sheet: Sheet) -> Iterator[Record | Broken]:
        """The rows that are not blank. What the sheet says of its own size is not looked at."""
        line, cells = 0, None
        with self._package.open(sheet.part) as stream:
            for element in children(stream, "sheetData"):
                cells = cells or Cells(element.tag.removesuffix("row"), self._strings, self._dates)
                line = _number(element.get("r", ""), line + 1)
                row = _row(line, element, cells)
                if isinstance(row, Broken) or not table.is_blank(row.cells):
                    yield row


def _row(line: int, element: Element, cells: Cells) -> Record | Broken:
    texts = list[str]()
    try:
        for cell in element:
            column = _column(cell.get("r", ""), len(texts))
            found = cells.text(cell)
            if column == len(texts) < table.MOST_COLUMNS:
                texts.append(found)
            elif found:
                if column >= table.MOST_COLUMNS:
                    return Broken(line, "_columns", table.TOO_MANY)
                texts += [""] * (column + 1 - len(texts))
                texts[column] = found
    except (ValueError, IndexError):
        return Broken(line, "_unreadable", _UNREADABLE)
    joined = "".join(texts)
    return Broken(line, *text.damage(joined)) if text.is_damaged(joined) else Record(line, texts)


def _column(reference: str, next_one: int) -> int:
    """The index of a column from a reference such as `AB12`, or the next one; a high number for what is none."""
    return _COLUMNS.get(reference.rstrip("0123456789"), table.MOST_COLUMNS) if reference else next_one


def _letters(column: int) -> str:
    """The letters of a column, from 1."""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + ascii_uppercase[last]


_COLUMNS = {_letters(column): column - 1 for column in range(1, table.MOST_COLUMNS + 1)}


def _number(row: str, next_one: int) -> int:
    return int(row) if row.isdecimal() and len(row) <= 7 else next_one


def _behind(records: Iterator[Record | Broken], header_line: int) -> Iterator[Record | Broken]:
    below = dropwhile(lambda one: one.line != header_line, records)
    next(below, None)
    return below


@contextmanager
def _strings(package: Package) -> Iterator[Strings]:
    """The texts that cells share; none where the spreadsheet has no such part."""
    part = package.strings()
    with ExitStack() as stack:
        elements = children(stack.enter_context(package.open(part)), "sst") if part else iter(())
        yield stack.enter_context(closing(Strings(elements)))


def _candidates(sheets: Sequence[Sheet], name: str) -> Sequence[Sheet]:
    """The sheet of a name; else those that are shown, or all where none is. Raises Refusal for an unknown name."""
    if not name:
        return [one for one in sheets if not one.is_hidden][:_MOST_SHEETS] or sheets[:_MOST_SHEETS]
    named = [one for one in sheets if one.name.casefold() == name.casefold()][:1]
    if not named:
        known = ", ".join(repr(one.name) for one in sheets[:20])
        raise Refusal(f"The spreadsheet has no sheet {name!r}: it has {known}")
    return named
