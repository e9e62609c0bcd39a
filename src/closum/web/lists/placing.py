"""Many leads are put on a list, or taken off it."""

from urllib.parse import urlencode

from closum.http.answer import Answer
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.operations.placing import Placing
from closum.web.forms import EMPTY, Form
from closum.web.lists import options, writing
from closum.web.lists.chosen import Chosen
from closum.web.page import Page

LISTS, ON, OFF = "lists", "on", "off"
DO = (LISTS, ON, OFF)
NAME, NEW = "list", "new"
"""The fields that say which one, and what a new one is called."""


async def do(page: Page, found: Chosen, sent: Form) -> Answer:
    """What the bar under the leads, and the form about lists, send."""
    ((name, member),) = found.asked.resource.listing.members.items()
    page.request.identity.require(f"{member.table}:write")
    if sent("do") == LISTS:
        return page.to(f"{found.asked.view.path}/bulk?{urlencode([*found.pairs, ('do', LISTS)])}")
    if not found.total:
        return await form(page, found, sent=sent)
    place = await _place(page, name, member.resource, sent)

    async def again(of: Chosen, status: int, faults: set[str], was: int | None) -> Answer:
        return await form(page, of, status, sent, _wrong(place) if faults else "", was)

    return await writing.write(page, found, found.to(None, place), again)


def _wrong(place: Placing) -> str:
    """The field that a fault is about."""
    return NAME if place.new is None else NEW


async def _place(page: Page, name: str, resource: Resource, sent: Form) -> Placing:
    """One that is called as the new one is taken for it. Raises Forbidden."""
    is_on, new = sent("do") == ON, sent(NEW).strip()
    if not (is_on and new):
        return Placing(name, await _id(page, resource, sent(NAME).strip()), is_on)
    if ids := await page.read(options.ids_called, resource, new, long=True):
        return Placing(name, ids[0], is_on)
    page.request.identity.require(f"{resource.name}:write")
    return Placing(name, 0, is_on, {resource.called_by: new})


async def _id(page: Page, resource: Resource, text: str) -> int:
    """That of the list with a number or a name, 0 where there is none."""
    if text.isascii() and text.isdigit():
        return min(int(text[:19]), MAX_ID)
    ids = await page.read(options.ids_called, resource, text, long=True) if text else []
    return ids[0] if ids else 0


async def form(
    page: Page,
    found: Chosen,
    status: int = 200,
    sent: Form = EMPTY,
    wrong: str = "",
    was: int | None = None,
) -> Answer:
    """`wrong` is the field with a fault, `was` the number that does not fit any more."""
    ((_, member),) = found.asked.resource.listing.members.items()
    page.request.identity.require(f"{member.table}:write")
    if was is None:
        there = await writing.there(page, found)
        was = found.total if found.total not in (0, there.total) else None
        found = there
    named = [(NAME, member.resource)]
    read = options.in_words(await page.read(options.read, named), named, page.words)
    view = found.asked.view
    return page.show(
        "bulk-lists.html",
        status,
        here=view.resource.plural,
        view=view,
        chosen=found,
        lists=read[NAME],
        of=page.site.views[member.resource.name],
        value=sent(NAME),
        new=sent(NEW),
        wrong=wrong,
        is_on=sent("do") == ON,
        was=was,
    )
