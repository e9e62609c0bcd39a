"""An import that was started: how far it is, and what has become of its rows."""

from typing import Any

from closum.errors import Invalid
from closum.http.answer import Answer
from closum.operations.importing import job
from closum.store.imports import RUN
from closum.store.unit import Unit
from closum.web import positions
from closum.web.forms import Form
from closum.web.imports import figures, phases, refused, undoing
from closum.web.imports.phases import RESULT
from closum.web.page import Page


async def shown(page: Page) -> Answer:
    read = await page.read(refused.read, page.request.record_id, positions.place(page.request))
    at = read.at
    if RESULT not in at.pages:
        return page.to(f"{at.path}{at.pages[0]}")
    if at.found.phase == RUN or at.goes_on:  # no undo is possible before the work has ended
        return figures.running(page, at)
    # A page that watched the import is loaded as a whole: the numbers in its menu have changed.
    whole = [(b"hx-refresh", b"true")] if page.is_part and not (at.undo and at.undo.goes_on) else []
    found = figures.of(at.counted, at.found)
    done, days = at.summary, page.request.services.kept_days
    is_undone = done["undone_by"] and not at.undo
    left = await page.read(undoing.left, done["operation"], days, long=True) if is_undone else None
    return page.show(
        "imports-result.html",
        headers=whole,
        figures=found,
        stayed=left and left.stayed,
        back_by=left and left.first,
        heading=figures.heading(found, at.found.policy["on_match"]),
        **refused.shown(read, page.words),
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
