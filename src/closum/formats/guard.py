"""Cells that a spreadsheet would take for a formula: written with an apostrophe before them, and read without it.

Source: OWASP, CSV Injection. Spreadsheets skip what is invisible before the first character, and read full-width signs.
"""

import re
import string
from collections.abc import Iterable, Sequence
from typing import Any

from closum.model.text import IGNORABLE

MARK = "'"

_ALIVE = re.compile(rf"[\t\r]|[\s\x00-\x1f\x7f-\x9f{IGNORABLE}]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_MARKED = re.compile(rf"'(?:'|{_ALIVE.pattern})")
_SAFE = frozenset(string.ascii_letters + string.digits + '{["(#_/')
"""First characters with which no cell comes alive."""


def guarded(text: str) -> str:
    """The text of a cell that stays text: `unguarded` gives back what this was given, whatever it is."""
    if text[:1] in _SAFE:
        return text
    return f"{MARK}{text}" if _ALIVE.match(text) or _MARKED.match(text) else text


def unguarded(text: str) -> str:
    """What a cell says, without the apostrophe that keeps it from coming alive."""
    return text[1:] if text[:1] == MARK and _MARKED.match(text) else text


def guarded_rows(rows: Iterable[Sequence[Any]], places: Sequence[int]) -> list[Sequence[Any]]:
    """Rows whose cells at these places are texts or None; as they are where nothing has to be guarded."""
    return [_row(row, places) for row in rows]


def _row(row: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    for place in places:
        text = row[place]
        if text and text[0] not in _SAFE and guarded(text) is not text:
            texts = {each: guarded(row[each]) for each in places if row[each]}
            return [texts.get(each, cell) for each, cell in enumerate(row)]
    return row
