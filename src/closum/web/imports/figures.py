"""How many rows became what: figures that add up to the rows of the file."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.http.answer import Answer
from closum.model.matching import SKIP
from closum.operations.importing.counting import LEFT_OUT, UNCHANGED
from closum.operations.importing.writing import CREATED, REFUSED, SKIPPED, UPDATED
from closum.store.imports import CHECK, Import
from closum.web.imports import told
from closum.web.imports.phases import At
from closum.web.page import Page

_KINDS = {CREATED: "new", UPDATED: "filled", SKIPPED: "same", REFUSED: "refused"}
_OTHERWISE = {("update", UPDATED): "overwritten", (SKIP, SKIPPED): "there"}
"""What rows are called where the import does something else than usual with leads that are there."""


class Figures(NamedTuple):
    """How many rows there are, of these how many change something, are refused, and change nothing, each number with the key of its
    text, and the lines that are no rows."""

    rows: int
    taken: int
    failed: int
    same: int
    parts: list[tuple[int, str]]
    left_out: int


def of(place: Mapping[str, Any], found: Import, *, is_check: bool = False) -> Figures:
    """Of a run, or a dry run, as it is kept."""
    kinds = {result: kind(result, found.policy["on_match"]) for result in _KINDS}
    numbers = {result: place.get(result, 0) for result in kinds}
    has_written = is_check or place.get("operation") is not None
    unchanged = place.get(UNCHANGED, 0) if has_written else numbers[UPDATED]
    numbers |= {UPDATED: numbers[UPDATED] - unchanged, SKIPPED: numbers[SKIPPED] + unchanged}
    parts = [(numbers[result], f"rows.{one}") for result, one in kinds.items()]
    rows = sum(number for number, _ in parts)
    taken = numbers[CREATED] + numbers[UPDATED]
    return Figures(rows, taken, numbers[REFUSED], numbers[SKIPPED], parts, place.get(LEFT_OUT, 0))


def heading(found: Figures, on_match: str) -> tuple[str, int]:
    """The key of the text for what has happened to all rows, and the number in it."""
    if found.taken:
        return "imported_h", found.taken
    if not found.rows:
        return "imported_nothing_h", 0
    if found.failed:
        return "imported_none_h", found.rows
    return "imported_there_h" if on_match == SKIP else "imported_same_h", found.rows


def kind(result: str, on_match: str) -> str:
    """What becomes of a row (`created`, `updated`, `skipped`, `faulty`), or has become of it: the last part of the key of its
    text."""
    return _OTHERWISE.get((on_match, result), _KINDS[result])


def running(page: Page, at: At) -> Answer:
    """How far an import is, or its check; or why it cannot go on."""
    reason = at.summary["error"]
    return page.show(
        "imports-running.html",
        at=at,
        refused=told.refused(reason, page.words) if reason else "",
        figures=of(at.counted, at.found, is_check=at.found.phase == CHECK),
    )
