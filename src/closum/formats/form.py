"""How a file is read, and what reading it gives."""

from collections.abc import Sequence
from typing import Any, NamedTuple

CSV, XLSX, NDJSON, VCARD = "csv", "xlsx", "ndjson", "vcard"
FORMATS = (CSV, XLSX, NDJSON, VCARD)


class Form(NamedTuple):
    """How a file is read.

    `encoding` is Python's name of it, and `delimiter` is of CSV alone; `sheet` is of XLSX. Records follow behind
    `header_line`, from 1; 0 where the headings stand in no line of their own. Of two columns with one heading the second one
    gets a number: `Phone (2)`.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 0
    headings: tuple[str, ...] = ()


class Given(NamedTuple):
    """What a person says of the form of a file; what is "" or None is found out."""

    format: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int | None = None


class Record(NamedTuple):
    """A row, a card or a JSON object: the line at which it begins, from 1, and its cells as they are.

    A cell is text; of NDJSON it is any JSON value, "" where the object does not have the key. There may be fewer cells than
    headings, or more.
    """

    line: int
    cells: Sequence[Any]


class Broken(NamedTuple):
    """What cannot be read as a record, from a line on: a rule such as `_unclosed`, and the reason for people."""

    line: int
    rule: str
    reason: str
