"""The rows that an import refused, as a CSV file that can be corrected and sent again."""

import csv
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from typing import Any, NamedTuple

from closum.formats.form import CSV
from closum.formats.guard import guarded, unguarded
from closum.model import document
from closum.operations.importing.cells import plain
from closum.operations.importing.headings import REFUSED
from closum.operations.importing.mapping import is_own
from closum.operations.importing.rows import TABLES
from closum.store.imports import Fault, Import

AT_ONCE = 1_000
EXAMPLE = "closum line,closum reasons,E-mail\r\n3,E-mail: This is no e-mail address,ana@\r\n"
_MARK = "\ufeff"


class Wording(NamedTuple):
    """How the file is written: `tell` says why a cell is refused, by property, rule and message; `delimiter` is that of a file which had
    none itself, such as a spreadsheet; `language` is that of the headings of the first two columns; `row` is what a fault of no
    column is of, and `label` what a property is called that no column becomes.
    """

    tell: Callable[[str, str, str], str] = lambda name, rule, message: message
    delimiter: str = ","
    language: str = "en"
    row: str = "row"
    label: Callable[[str], str] = str


PLAIN = Wording()


class FileName(NamedTuple):
    """What a file is called: in letters, digits, `.`, `_` and `-`, and for who can read any text, "" where that is the same."""

    plain: str
    named: str = ""


def name(found: Import) -> FileName:
    """What the file is called."""
    return FileName(f"import-{found.id}-faults.csv")


def head(found: Import, wording: Wording = PLAIN) -> bytes:
    """The line of the headings."""
    headings = [*REFUSED[wording.language], *map(_cell, (found.form or {}).get("headings", []))]
    return (_MARK + _written(found, [headings], wording)).encode()


def rows(found: Import, faults: Sequence[Fault], wording: Wording = PLAIN) -> bytes:
    """Lines with rows that were refused."""
    form = found.form or {}
    headings = form.get("headings", [])
    lines = [
        [one.line, _reasons(headings, one.faults, wording), *map(_cell, _meant(form, one.cells))]
        for one in faults
    ]
    return _written(found, lines, wording).encode()


def _meant(form: Mapping[str, Any], cells: Sequence[str]) -> Sequence[str]:
    """What cells mean, so that they mean the same when they are sent again."""
    if form.get("format") not in TABLES:
        return cells
    return [*map(unguarded, cells)] if is_own(form["headings"]) else plain(cells)


def _written(found: Import, lines: Sequence[Sequence[Any]], wording: Wording) -> str:
    form, text = found.form or {}, StringIO(newline="")
    delimiter = form["delimiter"] if form.get("format") == CSV else wording.delimiter
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue()


def _reasons(headings: Sequence[str], faults: Sequence[Sequence[Any]], wording: Wording) -> str:
    told = (
        f"{_place(headings, column) or wording.label(name) or wording.row}: {wording.tell(name, rule, text)}"
        for column, name, rule, text in faults
    )
    return guarded("; ".join(told))


def _place(headings: Sequence[str], column: int) -> str:
    return headings[column - 1] if 0 < column <= len(headings) else ""


def _cell(value: Any) -> str:
    return guarded(value) if isinstance(value, str) else document.write(value)
