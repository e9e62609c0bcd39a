"""Rows of a table that are no records: the foot of a report, a title, a sum, and the headings once more."""

import re
from collections.abc import Sequence
from typing import Any

FOOT, SUM, HEADER, BLANK = "foot", "sum", "header", "blank"
MESSAGES = {
    FOOT: "A row of one cell is left out, since it seems to be the foot of a report or a title",
    SUM: "A row that is a sum is left out",
    HEADER: "The headings are here once more: this row is left out",
}
"""Blank rows are left out without one."""

_TOTAL = r"(?:grand |sub-?)?totals?"
_SUM = re.compile(rf"{_TOTAL}(?: geral)?|soma|somat[óo]rio|sum|average|m[ée]dia", re.IGNORECASE)
_MAY_BE_SUM = re.compile(r"(?:grand |sub-?)?total|som|sum|average|m[ée]dia|\Z", re.IGNORECASE)
_FOOT = re.compile(
    rf"{_TOTAL}\b.*[0-9].*|copyright\b.*|©.*|\(c\) .*|confidential information\b.*|informação confidencial\b.*"
    r"|(?:report |relat[óo]rio )?(?:generated|exported|printed|gerad[oa]|exportad[oa]|impress[oa]) (?:by|on|at|por|em|pel[oa])\b.*"
    r"|(?:page|p[áa]gina) [0-9]+\b.*",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"[#*].*|//.*|--.*|.*:(?:\s.*)?|.*\bhttps?://.*", re.IGNORECASE | re.DOTALL)
"""A comment, a text with a colon, a link."""
_TOLD = re.compile(
    r".*\b(?:[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}|[0-9]{1,2}:[0-9]{2}"
    r"|[0-9]+ (?:records?|rows?|contacts?|leads?|registos?|linhas?|contactos?))\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""A date, a time, and how many rows there are."""
_NO_LETTER = re.compile(r"[\W\d_]*")
_AMOUNT = re.compile(r"[\s€£$]*[+-]?[0-9][0-9.,\s]*[€£$%\s]*")
_LEAST_DIGITS = 6  # of a phone number
_LONGEST = 100


class Feet:
    """Finds rows that are no records by the headings of a file.

    `contacts` are the columns of addresses and numbers, `names` those of names and their parts. Where cells have `any_value`, numbers
    alone are no sum, and a title is one only where its row ends behind it.
    """

    def __init__(
        self,
        headings: Sequence[str],
        contacts: Sequence[int],
        names: Sequence[int],
        *,
        any_value: bool = False,
    ) -> None:
        self._headings, self._contacts, self._any_value = tuple(headings), contacts, any_value
        self._width = len(headings)
        self._begins_with_contact, self._begins_with_name = 0 in contacts, 0 in names

    def reason(self, size: int, cells: Sequence[Any]) -> str:
        """Why a row of so many cells, filled up to all columns, is left out, one of MESSAGES; "" for a record."""
        first = cells[0]
        is_alone = self._width > 1 and first and not cells[1] and not any(cells[2:])
        if is_alone and self._is_foot(first, is_short=size == 1):
            return FOOT
        if first and first == self._headings[0] and self._is_header(cells):
            return HEADER
        if _MAY_BE_SUM.match(first) and self._is_sum([cell for cell in cells if cell], cells):
            return SUM
        return ""

    def _is_foot(self, text: str, *, is_short: bool) -> bool:
        """Whether a text alone in its row, in the first column, is no record. What can be a name is one; a row that ends behind a
        cell of another column is none, while one with all of its cells is told what it lacks."""
        if len(text) > _LONGEST:
            return is_short
        if _FOOT.fullmatch(text):
            return True
        if self._begins_with_contact:
            return is_short and not _is_contact(text)
        if not self._begins_with_name:
            return is_short
        if _TITLE.fullmatch(text) or _TOLD.fullmatch(text):
            return is_short or not self._any_value
        return is_short and bool(_NO_LETTER.fullmatch(text) or _SUM.fullmatch(text))

    def _is_header(self, cells: Sequence[Any]) -> bool:
        pairs = zip(cells, self._headings, strict=False)
        return all(cell == heading or heading.startswith(f"{cell} (") for cell, heading in pairs)

    def _is_sum(self, filled: Sequence[str], cells: Sequence[Any]) -> bool:
        first, *others = filled
        if len(first) > _LONGEST:
            return False
        is_named = _SUM.fullmatch(first.rstrip(" :")) is not None
        amounts = others if is_named else filled
        contacts = [cells[place] for place in self._contacts if cells[place]]
        if not amounts or any(one is not first or not is_named for one in contacts):
            return False
        is_sum = all(len(one) <= _LONGEST and _AMOUNT.fullmatch(one) for one in amounts)
        return is_sum and (is_named or not (cells[0] or self._any_value))


def _is_contact(text: str) -> bool:
    """Whether it is written as addresses alone, or as a number."""
    words = [word for word in text.split() if any(map(str.isalnum, word))]
    if words and all("@" in word for word in words):
        return True
    has_digits = sum(map(str.isdecimal, text)) >= _LEAST_DIGITS
    return has_digits and not (any(map(str.isalpha, text)) and _TOLD.fullmatch(text))
