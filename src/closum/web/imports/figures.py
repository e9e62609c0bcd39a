"""How many rows became what: figures that add up to the rows of the file."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.http.answer import Answer
from closum.store.imports import Import
from closum.web.imports import told
from closum.web.imports.phases import At
from closum.web.page import Page

_UPDATED = {"update": "r_updated"}
_SKIPPED = {"fill_empty": "r_same"}
"""What they are called where the import does something else than usual with leads that are there."""


class Figures(NamedTuple):
    """How many rows there are, of these how many are taken, each number with the key of its text, and the lines that are no rows."""

    rows: int
    taken: int
    parts: list[tuple[int, str]]
    left_out: int


def of(place: Mapping[str, Any], found: Import) -> Figures:
    """Of a run, or a dry run, as it is kept."""
    on_match = found.policy["on_match"]
    created, updated, skipped, faulty = (
        place.get(name, 0) for name in ("created", "updated", "skipped", "faulty")
    )
    parts = [
        (created, "r_created"),
        (updated, _UPDATED.get(on_match, "r_filled")),
        (skipped, _SKIPPED.get(on_match, "r_skipped")),
        (faulty, "r_failed"),
    ]
    taken = created + updated + skipped
    return Figures(taken + faulty, taken, parts, place.get("left_out", 0))


def running(page: Page, at: At) -> Answer:
    """How far an import is, or its check; or why it cannot go on."""
    reason = at.summary["error"]
    return page.show(
        "imports-running.html",
        at=at,
        refused=told.refused(reason, page.words) if reason else "",
        figures=of(at.summary["counts"], at.found),
    )
