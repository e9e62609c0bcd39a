"""An import that was started: how far it is, and what has become of its rows."""

from typing import Any, NamedTuple

from closum.errors import Invalid
from closum.http.answer import Answer
from closum.operations.importing import job
from closum.store import imports
from closum.store.imports import RUN
from closum.store.unit import Unit
from closum.web import positions
from closum.web.forms import Form
from closum.web.imports import figures, phases, told
from closum.web.imports.phases import RESULT, At
from closum.web.page import Page
from closum.web.positions import Place, Window

ON_A_PAGE = 25


class Read(NamedTuple):
    """An import, and a page of the rows that it refused."""

    at: At
    faults: Window


def _read(unit: Unit, number: int, wanted: Place) -> Read:
    at = phases.at(unit, number)

    def forth(after: int, most: int) -> list[imports.Fault]:
        return imports.faults(unit, number, after, most)

    def back(before: int, most: int) -> list[imports.Fault]:
        return imports.faults_back(unit, number, before, most)

    return Read(at, positions.window(wanted, ON_A_PAGE, forth, back, lambda one: one.record))


async def shown(page: Page) -> Answer:
    at, window = await page.read(_read, page.request.record_id, positions.place(page.request))
    if RESULT not in at.pages:
        return page.to(f"{at.path}{at.pages[0]}")
    if at.found.phase == RUN:
        return figures.running(page, at)
    # A page that watched the import is loaded as a whole: the numbers in its menu have changed.
    whole = [(b"hx-refresh", b"true")] if page.is_part else []
    return page.show(
        "imports-result.html",
        headers=whole,
        at=at,
        figures=figures.of(at.counts, at.found),
        faults=[(one.line, told.faults(at.found, one.cells, one.faults, page.words)) for one in window.some],
        window=window,
        reasons=told.reasons(at.found, at.reasons, page.words),
    )


async def start(page: Page, form: Form) -> Answer:
    """Import the rows, or go on where the import was stopped."""
    try:
        return await phases.write(page, _start, form("sha256") or None)
    except Invalid:  # nothing can come of the columns: their page says why
        return page.to(f"/imports/{page.request.record_id}/columns")


def _start(unit: Unit, number: int, sha256: str | None) -> Any:
    return job.start(unit, number, False, sha256)


async def cancel(page: Page, form: Form) -> Answer:
    """Stop the import, or its check. What was imported stays."""
    return await phases.write(page, job.cancel)
