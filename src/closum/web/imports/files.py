"""The imports that there were, and the file of a new one."""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from closum.errors import BodyTooLarge, NotFound, Unavailable, WrongPhase
from closum.formats.form import Given
from closum.http.answer import Answer, Headers
from closum.model.draft import MAX_ID
from closum.model.matching import FILL_EMPTY
from closum.operations import guarded
from closum.operations.importing import asked, declared, job, report, rights
from closum.operations.importing.policy import Policy
from closum.resources.lead import LEAD
from closum.store import background, imports, noting
from closum.store.imports import Import, Sent
from closum.store.unit import Unit
from closum.web import positions, titles, uploads
from closum.web.entry import is_own_path
from closum.web.forms import Form
from closum.web.imports import figures, phases, targets, undoing
from closum.web.imports.figures import Figures
from closum.web.imports.undoing import Undoing
from closum.web.locale import said
from closum.web.page import Page
from closum.web.site import headers_of

ON_A_PAGE = 25
RESOURCE = "resource"


class Listed(NamedTuple):
    """An import as `report.summary` has it, who sent it, the key of its state, whether it can be removed, and how many rows became
    what."""

    summary: Mapping[str, Any]
    who: str
    state: str
    can_be_removed: bool
    figures: Figures


class Earlier(NamedTuple):
    """Some imports, the newest first; where the pages before and behind begin, None without."""

    imports: list[Listed]
    newer: int | None
    older: int | None


async def earlier(page: Page) -> Answer:
    before = positions.given(page.request, "before", MAX_ID)
    found = await page.read(_earlier, before)
    return page.show("imports.html", found=found)


def _earlier(unit: Unit, before: int) -> Earlier:
    found, users = imports.newest(unit, ON_A_PAGE + 1, before), titles.of_users(unit)
    some = found[:ON_A_PAGE]
    summaries = [report.summary(unit, one) for one in some]
    undos = undoing.read(unit, [one["operation"] for one in summaries])
    wholly = {one["operation"]: one["undone_by"] for one in summaries if one["undone_by"]}
    undos |= undoing.with_left(unit, {one: by for one, by in wholly.items() if one not in undos})
    shown = [
        _listed(unit, one, users.get(one.user_id or 0, ""), summary, undos.get(summary["operation"]))
        for one, summary in zip(some, summaries, strict=True)
    ]
    newer = imports.next_ids(unit, before, ON_A_PAGE) if before < MAX_ID else []
    return Earlier(shown, newer[-1] + 1 if newer else None, some[-1].id if len(found) > ON_A_PAGE else None)


def _listed(unit: Unit, found: Import, who: str, summary: Mapping[str, Any], undo: Undoing | None) -> Listed:
    can_be_removed = job.can_be_removed(found, background.job(unit, imports.NAME, found.id))
    counted = {} if summary["is_dry_run"] else report.counted(unit, found)
    state = phases.state(unit, found, summary, undo)
    return Listed(summary, who, state, can_be_removed, figures.of(counted, found))


async def ask_to_remove(page: Page) -> Answer:
    """Nothing brings a file back that is gone."""
    at = await page.read(phases.at, page.request.record_id)
    if not at.can_be_removed:
        return page.to(f"{at.path}{at.pages[0]}")
    back = page.given.get("back", "")
    return page.show("imports-remove.html", at=at, back=back if is_own_path(back) else at.path)


async def remove(page: Page, form: Form) -> Answer:
    """Keep nothing of an import that was given up; one that has written something stays."""
    number = page.request.record_id
    try:
        removed = await page.write(guarded.do, job.remove, number)
    except WrongPhase:
        return page.to(await page.read(phases.path, number))
    page.request.services.files.remove(removed.file)
    db, by = page.request.db, page.caller.by
    await noting.note(db, by, "import_removed", page.session.account_id, number=number)
    called = removed.name or page.words.file_unnamed
    return page.to("/imports", saying=said(page.words.import_deleted, file=called))


async def new(page: Page) -> Answer:
    resource = _resource(page, page.given)
    await page.read(_nothing)
    return _form(page, resource)


def _resource(page: Page, given: Mapping[str, str]) -> str:
    """What the rows of a file are to become. Raises NotFound, Forbidden."""
    resource = given.get(RESOURCE) or LEAD.name
    if resource not in declared.names():
        raise NotFound
    rights.require(page.caller.identity, resource)
    return resource


def _nothing(unit: Unit) -> None:
    """What is round the page is all that is read."""


def _form(
    page: Page, resource: str, status: int = 200, fault: str = "", headers: Headers | None = None
) -> Answer:
    return page.show(
        "imports-new.html",
        status,
        headers or [],
        fault=fault,
        most=asked.MOST_BYTES,
        resource=resource,
        columns=[text for _, text in targets.options(page.words, resource)],
    )


async def send(page: Page) -> Answer:
    """A new import of the file, which is read from now on."""
    services, resource = page.request.services, _resource(page, page.given)
    try:
        async with uploads.received(page.request, partial(page.check, is_public=False), asked.MOST_BYTES) as (
            _,
            file,
        ):
            if not file.size:
                services.files.remove(file.path.name)
                await page.read(_nothing)
                said = page.words.file_empty if file.name else page.words.file_none
                return _form(page, resource, 422, said)
            sent = Sent(file.name, file.media_type, file.size, file.sha256, file.path.name)
            wanted = (sent, Given(), Policy(on_match=FILL_EMPTY), resource)
            added = await page.write(guarded.do, job.add, *wanted)
    except uploads.NoFile:
        await page.read(_nothing)
        return _form(page, resource, 422, page.words.file_none)
    except BodyTooLarge as error:
        await page.read(_nothing)
        return _form(page, resource, error.status, page.words.file_large)
    except Unavailable as busy:
        await page.read(_nothing)
        return _form(page, resource, busy.status, page.words.file_busy, headers_of(busy))
    services.wake()
    return page.to(f"/imports/{added.id}/columns")
