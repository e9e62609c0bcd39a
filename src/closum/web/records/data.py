"""A document of a record, as JSON: on a page of its own, since it may have any shape."""

from typing import NamedTuple

from closum.errors import Changed, Invalid, NotFound
from closum.http.answer import Answer
from closum.model.fields import Document
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.page import SAME, Page
from closum.web.records import extra, reading, show, writing
from closum.web.records.faults import Teller, flat
from closum.web.views import View

PROPERTY, TEXT, TAG = "property", "text", "tag"


class Present(NamedTuple):
    """A record by column, the text of a document of it, "" where there is none, and the tag of its state."""

    row: Row
    text: str
    tag: str


class Data:
    """The pages of the documents of one resource."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._names = [one.name for one in view.resource.writable if isinstance(one, Document)]

    async def show(self, page: Page) -> Answer:
        name = self._name(page.given.get(PROPERTY, ""))
        found = await page.read(_read, self._view.resource, page.request.record_id, name)
        return self._shown(page, name, found, found.text, found.tag)

    async def save(self, page: Page, form: Form) -> Answer:
        record_id, name, text = page.request.record_id, self._name(form(PROPERTY)), extra.lines(form(TEXT))
        found = await page.read(_read, self._view.resource, record_id, name)
        path = f"{self._view.path}/{record_id}"
        if extra.lines(found.text) == text:
            return page.to(path, saying=SAME)
        wanted = writing.draft(self._view.resource, {name: text}, ())
        seen = frozenset({form(TAG)})
        try:
            operation = await page.write(writing.update, self._view.resource, record_id, wanted, seen)
        except Invalid as error:
            tell = Teller(page.words, page.locale, self._view)
            fault = " ".join(tell.text(one) for one in flat(error.faults))
            return self._shown(page, name, found, text, form(TAG), fault, status=422)
        except Changed:
            is_own = await page.read(reading.is_by, self._view.resource, found.row, page.session.user_id)
            told = page.words.data_changed_own if is_own else page.words.data_changed
            return self._shown(page, name, found, text, found.tag, told=told, status=409)
        return page.to(path, operation, saying=SAME)

    def _name(self, name: str) -> str:
        """The one that is asked for, else the first."""
        if not self._names:
            raise NotFound
        return name if name in self._names else self._names[0]

    def _shown(
        self,
        page: Page,
        name: str,
        found: Present,
        text: str,
        tag: str,
        fault: str = "",
        told: str = "",
        status: int = 200,
    ) -> Answer:
        return page.show(
            "data.html",
            status,
            view=self._view,
            path=f"{self._view.path}/{page.request.record_id}",
            name=name,
            label=page.words(self._view.label(name)),
            title=show.title_of(self._view, found.row, page.words, {}),
            text=text,
            tag=tag,
            fault=fault,
            told=told,
            other=found.text if told else "",
        )


def _read(unit: Unit, resource: Resource, record_id: int, name: str) -> Present:
    found = reading.row(unit, resource, record_id)
    return Present(found, found[name] or "", reading.tag(resource, found))
