"""What an import would do with all rows: how far the check is, then its figures, faults and warnings."""

from collections.abc import Mapping, Sequence
from typing import Any

from closum.http.answer import Answer
from closum.operations.importing.work import REASONS
from closum.store.imports import READY, Import
from closum.web import positions
from closum.web.imports import figures, phases, told
from closum.web.imports.phases import CHECKED
from closum.web.page import Page

ON_A_PAGE = 25
MOST_WARNINGS = 20


async def shown(page: Page) -> Answer:
    at = await page.read(phases.at, page.request.record_id)
    if CHECKED not in at.pages:
        return page.to(f"{at.path}{at.pages[0]}")
    if at.found.phase != READY:
        return figures.running(page, at)
    place = (at.found.report or {}).get("dry_run") or {}
    faults = place.get("faults") or []
    number = min(positions.given(page.request, "page", 1), max(1, -(-len(faults) // ON_A_PAGE)))
    some = faults[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return page.show(
        "imports-check.html",
        at=at,
        figures=figures.of(place, at.found, is_check=True),
        faults=[(line, told.faults(at.found, cells, wrong, page.words)) for _, line, wrong, cells in some],
        kept=len(faults),
        number=number,
        first=(number - 1) * ON_A_PAGE + 1,
        last=number * ON_A_PAGE >= len(faults),
        reasons=told.reasons(at.found, place.get(REASONS, []), page.words),
        warnings=_warnings(at.found, place, page),
        warning_count=place.get("warning_count", 0),
    )


def _warnings(found: Import, place: Mapping[str, Any], page: Page) -> Sequence[tuple[str, int, int]]:
    """The first texts of warnings, each with the first line that it is of, and how many there are of it."""
    lines = dict[str, list[int]]()
    for line, rule, message in place.get("warnings") or []:
        lines.setdefault(told.warned(rule, message, page.words), []).append(line)
    return [(text, some[0], len(some)) for text, some in [*lines.items()][:MOST_WARNINGS]]
