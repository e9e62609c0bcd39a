"""Rows of a table that are no records: the foot of a report, a sum, and the headings once more."""

import re
from collections.abc import Sequence
from typing import Any

ONE_CELL = "A row of one cell is left out: it seems to be the foot of a report, or a title"
SUM = "A row that is a sum is left out"
HEADER = "The headings are here once more: this row is left out"

_SUM = re.compile(
    r"(?:grand |sub-?)?totals?(?: geral)?|total geral|soma|somat[óo]rio|sum|average|m[ée]dia", re.IGNORECASE
)
_MAY_BE = re.compile(
    r"(?:grand |sub-?)?total|som|sum|average|m[ée]dia|copyright|©|\(c\)|confidential|generated|report|exported|\Z",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"(?:grand |sub-?)?totals?\b.*[0-9].*|copyright\b.*|©.*|\(c\) .*|confidential information\b.*|generated (?:by|on)\b.*"
    r"|report generated\b.*|exported (?:by|on)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_AMOUNT = re.compile(r"[\s€£$]*[+-]?[0-9][0-9.,\s]*[€£$%\s]*")
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+")
_LONGEST = 100


class Feet:
    """Finds rows that are no records by the headings of a file; `contacts` are the columns of addresses and numbers."""

    def __init__(self, headings: Sequence[str], contacts: Sequence[int]) -> None:
        self._headings, self._contacts = tuple(headings), contacts
        self._width = len(headings)

    def reason(self, size: int, cells: Sequence[Any]) -> str:
        """Why a row of so many cells, filled up to all columns, is left out; "" for a record."""
        first = cells[0]
        if size == 1 and self._width > 1 and not (0 in self._contacts and _ADDRESS.fullmatch(first)):
            return ONE_CELL
        if first and first == self._headings[0] and self._is_header(cells):
            return HEADER
        if _MAY_BE.match(first):
            return self._of_filled([cell for cell in cells if cell], cells)
        return ""

    def _is_header(self, cells: Sequence[Any]) -> bool:
        pairs = zip(cells, self._headings, strict=False)
        return all(cell == heading or heading.startswith(f"{cell} (") for cell, heading in pairs)

    def _of_filled(self, filled: Sequence[str], cells: Sequence[Any]) -> str:
        first, *others = filled
        if len(first) > _LONGEST:
            return ""
        if not others and self._width > 1 and _FOOT.fullmatch(first):
            return ONE_CELL
        is_named = _SUM.fullmatch(first.rstrip(" :")) is not None
        amounts = others if is_named else filled
        contacts = [cells[place] for place in self._contacts if cells[place]]
        if not amounts or any(one is not first or not is_named for one in contacts):
            return ""
        is_sum = all(len(one) <= _LONGEST and _AMOUNT.fullmatch(one) for one in amounts)
        return SUM if is_sum and (is_named or not cells[0]) else ""
