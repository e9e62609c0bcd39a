"""Which page an import is on: each of its phases has an address, and those of others lead there."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.errors import WrongPhase
from closum.http.answer import Answer
from closum.operations import jobs
from closum.operations.importing import job, report, rights
from closum.operations.importing.work import NAME
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.imports import ANALYSIS, CHECK, READY, Import
from closum.store.unit import Unit
from closum.web import titles
from closum.web.imports import undoing
from closum.web.imports.undoing import Undoing
from closum.web.page import Page

COLUMNS, CHECKED, RESULT = "/columns", "/check", ""
"""The pages of an import, below its own address."""


class At(NamedTuple):
    """An import: as it is stored, as `report.summary` has it, who sent its file, the pages that it has, the present one first,
    the background work by which only a part of it is there, whether it can be removed, what became of its rows, as
    `operations/importing/counting.py` has it, and whether its own work goes on, as it does for a moment after it was stopped,
    and whether that has made no step for a while."""

    found: Import
    summary: Mapping[str, Any]
    who: str
    pages: tuple[str, ...]
    undo: Undoing | None
    can_be_removed: bool
    counted: Mapping[str, Any]
    goes_on: bool
    is_quiet: bool

    @property
    def is_of_leads(self) -> bool:
        return self.found.resource == LEAD.name

    def may(self, page: Page, needs: str) -> bool:
        """Whether the user has a permission, and may write the records of the import."""
        return page.may(needs) and page.may(rights.needed(self.found.resource))

    @property
    def path(self) -> str:
        return f"/imports/{self.found.id}"


def at(unit: Unit, number: int) -> At:
    """Raises NotFound."""
    found = job.find(unit, number)
    who = titles.of_users(unit).get(found.user_id or 0, "")
    summary = report.summary(unit, found)
    work = background.job(unit, NAME, number)
    can_be_removed = job.can_be_removed(found, work)
    goes_on = work is not None and work.state in (background.PENDING, background.RUNNING)
    undo = undoing.read(unit, [summary["operation"]]).get(summary["operation"])
    pages, counted = _pages(unit, found), report.counted(unit, found)
    is_quiet = jobs.is_quiet(unit, summary["modified"])
    return At(found, summary, who, pages, undo, can_be_removed, counted, goes_on, is_quiet)


def state(unit: Unit, found: Import, summary: Mapping[str, Any], undo: Undoing | None) -> str:
    """The key of the text that says how far an import is."""
    if undo:
        return f"phase.{undo.name}"
    if summary["undone_by"]:
        return "phase.undone"
    if summary["phase"] == READY and _is_checked(unit, found):
        return "phase.checked"
    return f"phase.{summary['phase']}"


def _pages(unit: Unit, found: Import) -> tuple[str, ...]:
    if found.phase == ANALYSIS:
        return (COLUMNS,)
    if found.phase == CHECK:
        return (CHECKED,)
    if found.phase == READY:
        return (CHECKED, COLUMNS) if _is_checked(unit, found) else (COLUMNS,)
    return (RESULT,)


def _is_checked(unit: Unit, found: Import) -> bool:
    """Whether a dry run has ended, and nothing else was said of the import since."""
    begun = background.job(unit, NAME, found.id)
    return bool(begun and (found.report or {}).get("dry_run") and begun.modified >= found.modified)


def path(unit: Unit, number: int) -> str:
    """The address of the present page. Raises NotFound."""
    found = at(unit, number)
    return f"{found.path}{found.pages[0]}"


async def write(page: Page, function: Any, *args: Any) -> Answer:
    """Have `function(unit, number, *args)` do something with the import of the path, and on to the page that it is on then; where
    its phase is another one by now, that alone."""
    number = page.request.record_id
    try:
        await page.write(rights.do, function, number, *args)
    except WrongPhase:
        return page.to(await page.read(path, number))
    page.request.services.wake()
    return page.to(await page.read(path, number))
