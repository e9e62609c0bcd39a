"""Records that go into the bin, and those that are not there any more."""

from collections.abc import Awaitable, Callable

from closum.errors import Invalid, Merged, NotFound
from closum.http.answer import Answer
from closum.operations import guarded, records
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.records import reading, show
from closum.web.records.faults import Teller, flat
from closum.web.records.form import back
from closum.web.views import View

Shown = Callable[[Page], Awaitable[Answer]]
Sent = Callable[[Page, Form], Awaitable[Answer]]


def deleted(view: View) -> Sent:
    """What moves a record into the bin."""

    async def delete(page: Page, form: Form) -> Answer:
        record_id = page.request.record_id
        try:
            written = await page.write(guarded.do, records.delete, view.resource, record_id, None)
        except Invalid as error:
            return await _refused(page, view, error)
        own = f"{view.path}/{record_id}"
        asked = back(form, view.path)
        return page.to(view.path if asked.partition("?")[0] == own else asked, written.operation)

    return delete


async def _refused(page: Page, view: View, error: Invalid) -> Answer:
    """The page that says which records need one that was to go."""
    record_id = page.request.record_id
    found = await page.read(reading.read, page.site.views, view.resource, record_id)
    tell = Teller(page.words, page.locale, view)
    cards = [show.card(page, view, record_id, one, found) for one in found.showing]
    return page.show(
        "refused-record.html",
        422,
        view=view,
        title=show.title_of(view, found.row, found.nested, found.named, page.words),
        path=f"{view.path}/{record_id}",
        texts=[tell.text(one) for one in flat(error.faults)],
        cards=[one for one in cards if one.rows],
    )


def shown(view: View, handler: Shown) -> Shown:
    """A page of a record, or the page that says where it is."""

    async def show_or_tell(page: Page) -> Answer:
        try:
            return await handler(page)
        except NotFound as error:
            return await _told(page, view, error)

    return show_or_tell


def sent(view: View, handler: Sent) -> Sent:
    """Likewise of a form."""

    async def send_or_tell(page: Page, form: Form) -> Answer:
        try:
            return await handler(page, form)
        except NotFound as error:
            return await _told(page, view, error)

    return send_or_tell


async def _told(page: Page, view: View, error: NotFound) -> Answer:
    await page.read(lambda unit: None)
    into = f"{view.path}/{error.merged_into}" if isinstance(error, Merged) else ""
    number = error.merged_into if isinstance(error, Merged) else 0
    return page.show("gone.html", 404, view=view, into=into, number=number)
