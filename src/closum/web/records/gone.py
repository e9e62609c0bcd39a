"""Records that go into the bin, and those that are not there any more."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from closum.errors import Invalid, Merged, NotFound
from closum.http.answer import Answer
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.operations import guarded, leaving, records
from closum.store import bin as stored
from closum.store import merged
from closum.store.unit import Unit
from closum.web import away, bins, done, failures, left
from closum.web.away import Away
from closum.web.forms import EMPTY, Form, Kept
from closum.web.page import Page
from closum.web.records import call_form, data, form_reading, inputs, reading, show
from closum.web.records.faults import Teller, flat
from closum.web.records.form import back
from closum.web.records.form_reading import Read
from closum.web.records.form_shown import Maker
from closum.web.records.inputs import Texts
from closum.web.titles import shortened
from closum.web.views import View
from closum.web.words import Words

Shown = Callable[[Page], Awaitable[Answer]]
Sent = Callable[[Page, Form], Awaitable[Answer]]


def deleted(view: View) -> Sent:
    """What moves a record into the bin."""

    async def delete(page: Page, form: Form) -> Answer:
        record_id = page.request.record_id
        try:
            written = await page.write(guarded.do, *_deletion(page, view.resource, form))
        except Kept:
            raise
        except Invalid as error:
            return await _refused(page, view, error)
        own = f"{view.path}/{record_id}"
        asked = back(form, view.path)
        return page.to(view.path if asked.partition("?")[0] == own else asked, written.operation)

    return delete


def _deletion(page: Page, resource: Resource, form: Form) -> tuple[Any, ...]:
    """What deletes the record; one that an undo has left, which is named then, with what is left for it alone."""
    record_id, operation = page.request.record_id, form(left.UNDO)
    if not operation.isdecimal():
        return records.delete, resource, record_id, None
    may = {one.resource.name for one in resource.nested if page.may(f"{one.resource.name}:write")}
    undo = min(int(operation[:19]), MAX_ID)
    return leaving.delete, resource, record_id, undo, page.request.services.kept_days, may


async def _refused(page: Page, view: View, error: Invalid) -> Answer:
    """The page that says which records need one that was to go."""
    record_id = page.request.record_id
    found = await page.read(reading.read, page.words, view.resource, record_id)
    tell = Teller(page.words, page.locale, view)
    cards = [show.card(page, view, record_id, one, found.named) for one in found.showing]
    return page.show(
        "refused-record.html",
        422,
        view=view,
        title=show.title_of(view, found.row, page.words, found.named),
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
            return await _told(page, view, error, EMPTY)

    return show_or_tell


def sent(view: View, handler: Sent) -> Sent:
    """Likewise of a form."""

    async def send_or_tell(page: Page, form: Form) -> Answer:
        try:
            return await handler(page, form)
        except NotFound as error:
            return await _told(page, view, error, form)

    return send_or_tell


class Left(NamedTuple):
    """What names are of that was typed for a record that is not there; what is known of it, None where it is gone for good; when it
    was deleted, and where it is in the bin, None where it is not; and the operation that merged it, where that can be undone.
    """

    names: Read
    away: Away | None
    deleted: str = ""
    position: int | None = None
    merge: int | None = None


async def _told(page: Page, view: View, error: NotFound, form: Form) -> Answer:
    """The page that says where a record is, with what was typed for it: so it can be copied, or saved once the record is back."""
    texts = inputs.sent(view.resource, form)
    merged_into = error.merged_into if isinstance(error, Merged) else 0
    days = page.request.services.kept_days
    of = (page.site.views, page.words, view.resource, page.request.record_id, page.now, days)
    found = await page.read(_left, texts, form, *of)
    into = f"{view.path}/{merged_into}" if merged_into else ""
    typed = _typed(page, view, form, texts, found.names)
    kind = page.words(view.name)
    return page.show(
        "gone.html",
        404,
        view=view,
        title=shortened(found.away.title if found.away else "") or f"{kind} {page.request.record_id}",
        deleted=found.deleted,
        into=into,
        into_title=shortened(found.away.into_title if found.away else "") or f"{kind} {merged_into}",
        merge=found.merge if page.may("operation:write") else None,
        path=f"{view.path}/{page.request.record_id}",
        typed=typed,
        position=found.position if page.may(bins.WRITE) else None,
        next=page.again if typed else f"{view.path}/{page.request.record_id}",
        kept=urlencode(failures.typed(form)) if typed else "",
    )


def _left(
    unit: Unit,
    texts: Texts,
    form: Form,
    views: Mapping[str, View],
    words: Words,
    resource: Resource,
    record_id: int,
    now: str,
    kept_days: int,
) -> Left:
    names = form_reading.read(unit, words, resource, None, texts, form, False)
    key = resource.name, record_id
    found = away.read(unit, views, [key], words).get(key)
    if found and found.into:
        return Left(names, found, merge=_merge(unit, resource, record_id, now, kept_days))
    entries = stored.of_records(unit, [(resource, record_id)])
    return Left(names, found, entries[0].deleted, entries[0].position) if entries else Left(names, found)


def _merge(unit: Unit, resource: Resource, record_id: int, now: str, kept_days: int) -> int | None:
    """The operation that merged a record, while it can be undone."""
    operation = merged.merge(unit, resource, record_id)
    try:
        until = done.read(unit, operation, kept_days)["can_be_undone_until"] if operation else None
    except NotFound:
        return None
    return operation if until and until > now else None


def _typed(page: Page, view: View, form: Form, texts: Texts, names: Read) -> list[tuple[str, str]]:
    """What somebody has typed into a form, by what its fields are called."""
    maker = Maker(page, view, names, texts, {})
    touched = inputs.touched(view.resource, texts, form(inputs.WAS))
    found = [
        (maker.label(one), maker.plain(one))
        for one in inputs.asks(view.resource)
        if one.group in touched and texts.get(one.name)
    ]
    found += [(page.words(key), text) for key, text in call_form.read_out(form)]
    name = form(data.PROPERTY)
    found += [(maker.label(one), form(data.TEXT)) for one in inputs.asks(view.resource) if one.name == name]
    return found
