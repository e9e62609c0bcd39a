"""A document of a record, as JSON: on a page of its own, since it may have any shape."""

from closum.errors import Changed, Invalid, NotFound
from closum.http.answer import Answer
from closum.model.fields import Document
from closum.model.resource import Resource
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.records import extra, reading, writing
from closum.web.records.faults import Teller, flat
from closum.web.views import View

PROPERTY, TEXT, TAG = "property", "text", "tag"


class Data:
    """The pages of the documents of one resource."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._names = [one.name for one in view.resource.writable if isinstance(one, Document)]

    async def show(self, page: Page) -> Answer:
        name = self._name(page.given.get(PROPERTY, ""))
        text, tag = await page.read(_read, self._view.resource, page.request.record_id, name)
        return self._shown(page, name, text, tag)

    async def save(self, page: Page, form: Form) -> Answer:
        record_id, name, text = page.request.record_id, self._name(form(PROPERTY)), extra.lines(form(TEXT))
        present, tag = await page.read(_read, self._view.resource, record_id, name)
        path = f"{self._view.path}/{record_id}"
        if extra.lines(present) == text:
            return page.to(path)
        wanted = writing.draft(self._view.resource, {name: text}, ())
        seen = frozenset({form(TAG)})
        try:
            operation = await page.write(writing.update, self._view.resource, record_id, wanted, seen)
        except Invalid as error:
            tell = Teller(page.words, page.locale, self._view)
            fault = " ".join(tell.text(one) for one in flat(error.faults))
            return self._shown(page, name, text, form(TAG), fault, status=422)
        except Changed:
            return self._shown(page, name, text, tag, page.words.data_changed, present, status=409)
        return page.to(path, operation)

    def _name(self, name: str) -> str:
        """The one that is asked for, else the first."""
        if not self._names:
            raise NotFound
        return name if name in self._names else self._names[0]

    def _shown(
        self, page: Page, name: str, text: str, tag: str, fault: str = "", other: str = "", status: int = 200
    ) -> Answer:
        return page.show(
            "data.html",
            status,
            view=self._view,
            path=f"{self._view.path}/{page.request.record_id}",
            name=name,
            label=page.words(self._view.label(name)),
            text=text,
            tag=tag,
            fault=fault,
            other=other,
        )


def _read(unit: Unit, resource: Resource, record_id: int, name: str) -> tuple[str, str]:
    """The text of a document, "" where there is none, and the tag of the record's state."""
    found = reading.row(unit, resource, record_id)
    return found[name] or "", reading.tag(resource, found)
