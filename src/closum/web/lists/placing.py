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
NAME = "list"
"""The field that says which one."""


async def do(page: Page, found: Chosen, sent: Form) -> Answer:
    """What the bar under the leads, and the form about lists, send."""
    ((name, member),) = found.asked.resource.listing.members.items()
    page.request.identity.require(f"{member.table}:write")
    if sent("do") == LISTS:
        return page.to(f"{found.asked.view.path}/bulk?{urlencode([*found.pairs, ('do', LISTS)])}")
    if not found.total:
        return await form(page, found, sent=sent)
    number = await _id(page, member.resource, sent(NAME).strip())
    place = Placing(name, number, sent("do") == ON)

    async def again(of: Chosen, status: int, faults: set[str], was: int | None) -> Answer:
        return await form(page, of, status, sent, bool(faults), was)

    return await writing.write(page, found, found.to(None, place), again)


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
    is_wrong: bool = False,
    was: int | None = None,
) -> Answer:
    """`was` is the number that does not fit any more."""
    ((_, member),) = found.asked.resource.listing.members.items()
    page.request.identity.require(f"{member.table}:write")
    if was is None:
        there = await writing.there(page, found)
        was = found.total if found.total not in (0, there.total) else None
        found = there
    read = await page.read(options.read, [(NAME, member.resource)])
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
        is_wrong=is_wrong,
        was=was,
    )
