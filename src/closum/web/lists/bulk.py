"""What is done with many records of a list at once: edit, export, delete; above a thousand as background work."""

from typing import Any
from urllib.parse import urlencode

from closum.errors import NotFound
from closum.http.answer import Answer
from closum.model import draft
from closum.operations import bulk
from closum.resources.lead import LEAD
from closum.web import duplicates, work
from closum.web.forms import Form
from closum.web.lists import chosen, controls, filtering, options, placing, shown, writing
from closum.web.lists.asked import address, parse
from closum.web.lists.chosen import Chosen
from closum.web.lists.controls import NONE, NOTHING, PREFIX, Control
from closum.web.locale import said
from closum.web.page import MERGE_FEW, Page
from closum.web.views import View

EDIT, SAVE, DELETE, MERGE = "edit", "save", "delete", "merge"
FILES = ("csv", "xlsx")


async def do(view: View, page: Page, form: Form) -> Answer:
    """What the bar under a list, and the form to edit many records, send."""
    found, what = chosen.of_form(view, form), form("do")
    if found is None:
        return await shown.of(page, chosen.asked_by(view, form), is_unticked=True)
    if what in placing.DO and view.resource.listing.members:
        return await placing.do(page, found, form)
    if what == MERGE and view.resource is LEAD:
        return await _merge(page, found)
    if what not in (*FILES, EDIT, SAVE, DELETE):
        return page.to(found.asked.list_url())
    if what in FILES:
        ids = [("id", str(one)) for one in found.ids]
        return page.to(found.asked.having().url("export", *ids, ("format", what)))
    page.request.identity.require(f"{view.name}:write")
    if what == EDIT:
        found = found if found.total else await writing.there(page, found)
        return page.to(f"{view.path}/bulk?{urlencode(found.pairs)}")
    verb = "delete" if what == DELETE else "patch"
    if verb not in view.resource.verbs:
        raise NotFound
    body = None if what == DELETE else _body(view, form)
    if not found.total:
        return await _form(page, await writing.there(page, found), body=body)
    if body == {}:
        return await _form(page, found, 422, body=body)
    return await _write(page, found, body)


async def _merge(page: Page, found: Chosen) -> Answer:
    """To the pages on which the leads become one; of a single lead to that on which one looks for the other."""
    page.request.identity.require(f"{LEAD.name}:write")
    most = duplicates.MOST_CHOSEN
    ids = [*found.ids] or await page.read(bulk.first_ids, LEAD, found.query(), most + 1, long=True)
    if len(ids) == 1:
        return page.to(f"{found.asked.view.path}/{ids[0]}/merge")
    if not ids or len(ids) > most:
        return page.to(found.asked.list_url(), saying=MERGE_FEW)
    return page.to(duplicates.chosen_path(sorted(ids)))


async def _write(page: Page, found: Chosen, body: dict[str, Any] | None) -> Answer:
    if body is not None and (faults := draft.parse_patch(found.asked.resource, body).faults):
        return await _form(page, found, 422, body=body, faults=set(faults))

    async def again(of: Chosen, status: int, faults: set[str], was: int | None) -> Answer:
        return await _form(page, of, status, body=body, faults=faults, was=was)

    return await writing.write(page, found, found.to(body), again)


def editable(view: View) -> list[Control]:
    """What can be set for many records at once: not what they are called by, and nothing that each has for itself."""
    writable = {one.name for one in view.resource.writable} - {view.resource.called_by}
    kinds = ("reference", "user", "choice", "flag", "text")
    return [one for one in controls.of(view.resource) if one.name in writable and one.kind in kinds]


def _body(view: View, form: Form) -> dict[str, Any]:
    """The properties that a form sets."""
    found, lacking = dict[str, Any](), form.every(NONE)
    for one in editable(view):
        value = form(f"{PREFIX}{one.name}").strip()
        if one.name in lacking or (one.is_chosen and value == NOTHING):
            found[one.name] = None
        elif value:
            found[one.name] = value
    return found


async def edit(view: View, page: Page) -> Answer:
    """The form to edit many records."""
    if "patch" not in view.resource.verbs:
        raise NotFound
    form = Form(page.request.pairs)
    found = chosen.of_form(view, form)
    if found is None:
        return page.to(chosen.asked_by(view, form).list_url())
    if ("do", placing.LISTS) in page.request.pairs and view.resource.listing.members:
        return await placing.form(page, found)
    there = await writing.there(page, found)
    return await _form(page, there, body={}, was=found.total if found.total != there.total else None)


async def _form(
    page: Page,
    found: Chosen,
    status: int = 200,
    *,
    body: dict[str, Any] | None,
    faults: set[str] = frozenset(),  # type: ignore[assignment]
    was: int | None = None,
) -> Answer:
    """To set properties, or without a body to delete; `was` is the number that does not fit any more."""
    view = found.asked.view
    offered = editable(view) if body is not None else []
    named = [(one.name, one.named) for one in offered if one.named]
    read = options.in_words(await page.read(options.read, named), named, page.words)
    fixed = {one.name: filtering.values(page, one) for one in offered if one.kind in ("choice", "flag")}
    values = {name: NOTHING if value is None else str(value) for name, value in (body or {}).items()}
    lacking = {name for name, value in (body or {}).items() if value is None}
    told = [(f"f-{one.name}", page.words(one.label)) for one in offered if one.name in faults]
    if body == {} and status == 422:
        told = [(f"f-{offered[0].name}", page.words.bulk_nothing)]
    return page.show(
        "bulk.html",
        status,
        here=view.resource.plural,
        view=view,
        chosen=found,
        controls=offered,
        filled=controls.Filled(values, lacking, ("", ""), []),
        options={**read, **fixed},
        is_edit=body is not None,
        faults=told,
        was=was,
    )


async def progress(view: View, page: Page) -> Answer:
    """How far background work on the list is."""
    job_id = page.request.params["job"]
    if not job_id.startswith(f"{bulk.NAME}-"):
        raise NotFound
    asked = parse(view, page.request.pairs)
    plural = view.resource.plural
    return await work.shown(
        page,
        job_id,
        asked.list_url(),
        here=plural,
        again=address(f"{view.path}/bulk/{job_id}", asked.pairs),
        list=asked.list_url(),
        list_text=said(page.words.see, what=page.words(f"{view.name}.n").replace("{n} ", "")),
    )
