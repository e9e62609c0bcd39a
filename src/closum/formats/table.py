"""What tables of rows share: which row is the header, the headings in it, and blank rows."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from closum.errors import Refusal
from closum.formats.form import Broken, Form, Given, Record
from closum.model.text import strip_invisible

LOOKED_AT = 30
"""Rows of which one is the header."""

MOST_COLUMNS = 1000
TOO_MANY = (
    f"There are more than {MOST_COLUMNS} columns: leave out what is not needed, or look for a wrong delimiter"
)


class Header(NamedTuple):
    """A row that may be the header: how many of its headings are known, and how many cells are filled."""

    known: int
    filled: int
    record: Record


def best(records: Iterable[Record | Broken], is_known: Callable[[str], bool]) -> Header | None:
    """The first row with most known headings; where none is known, with most filled cells. None where there is no row."""
    found = [_judged(one, is_known) for one in records if isinstance(one, Record)]
    return max(found, key=lambda one: one[:2], default=None)


def rank(records: Iterable[Record | Broken], is_known: Callable[[str], bool]) -> tuple[int, int]:
    """How good the best header is: the greater, the better."""
    found = best(records, is_known)
    return found[:2] if found else (0, 0)


def chosen(records: Sequence[Record | Broken], given: Given, is_known: Callable[[str], bool]) -> Record:
    """The header: at the line that a person names, else the best row. Raises Refusal where there is none."""
    if given.header_line:
        records = [one for one in records if one.line == given.header_line]
    found = best(records, is_known)
    wide = next((one for one in records if is_wide(one)), None)
    if found and not (wide and not found.known and wide.line < found.record.line):
        return found.record
    if found:
        raise Refusal(f"No row can be the header: {TOO_MANY}")
    if not records and given.header_line:
        raise Refusal(f"No row begins at line {given.header_line}: name another line as the header")
    reason = records[0].reason if records and isinstance(records[0], Broken) else "there is no row"
    raise Refusal(f"No row can be the header: {reason}")


def headings(header: Record, records: Iterable[Record | Broken]) -> tuple[str, ...]:
    """Headings as written, each of them once: the second `Phone` is `Phone (2)`, and an empty one is `Column 3`.

    Empty ones at the end are left out, unless one of the records has a cell under them.
    """
    texts = [strip_invisible(str(cell)) for cell in header.cells]
    behind = [one.cells for one in records if isinstance(one, Record) and one.line > header.line]
    width = max(map(_width, (texts, *behind)))
    texts = texts[:width]
    texts = [heading or f"Column {number}" for number, heading in enumerate(texts, 1)]
    taken, found = set(texts), dict[str, None]()
    for heading in texts:
        found[_free(heading, taken, found)] = None
    return tuple(found)


def without_header(records: Iterable[Record | Broken]) -> tuple[str, ...]:
    """Headings of a table that has none: `Column 1` and so on."""
    widths = [len(one.cells) for one in records if isinstance(one, Record)]
    return tuple(f"Column {number}" for number in range(1, max(widths, default=1) + 1))


def places(form: Form) -> dict[str, int]:
    """The index of the cell of each heading."""
    return {heading: index for index, heading in enumerate(form.headings)}


def placed(line: int, values: dict[str, Any], places: dict[str, int]) -> Record | Broken:
    """A record of values by their headings."""
    cells: list[Any] = [""] * len(places)
    for heading, value in values.items():
        if heading not in places:
            return Broken(line, "_columns", TOO_MANY)
        cells[places[heading]] = value
    return Record(line, cells)


def is_wide(record: Record | Broken) -> bool:
    """Whether it is a row of more cells than there may be columns."""
    return isinstance(record, Broken) and record.rule == "_columns"


def is_blank(cells: Sequence[str]) -> bool:
    """Whether there is nothing but white space."""
    for cell in cells:  # noqa: SIM110 - `all` is slower
        if cell and not cell.isspace():
            return False
    return True


def _judged(record: Record, is_known: Callable[[str], bool]) -> Header:
    texts = [heading for heading in map(strip_invisible, record.cells) if heading]
    return Header(sum(map(is_known, texts)), len(texts), record)


def _width(cells: Sequence[str]) -> int:
    """Cells up to the last one that is filled."""
    return max((place for place, cell in enumerate(cells, 1) if strip_invisible(cell)), default=0)


def _free(heading: str, taken: set[str], found: dict[str, None]) -> str:
    if heading not in found:
        return heading
    number = 2
    while (other := f"{heading} ({number})") in taken or other in found:
        number += 1
    return other
