"""Saves what was written down of a lead on its page: all of it in one operation, or nothing where something has a fault."""

import json

from closum.errors import Changed, Invalid
from closum.http.answer import Answer
from closum.model.relations import Row
from closum.operations import guarded, idempotent, several
from closum.operations.guarded import Caller
from closum.operations.idempotent import Call, Key, Told
from closum.operations.several import Part
from closum.resources.lead import LEAD
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.lists import asked as lists
from closum.web.lists.neighbours import neighbours
from closum.web.page import SAME, Page
from closum.web.records import call_form, once, reading, show, writing
from closum.web.records.faults import Teller, flat
from closum.web.records.form import Forms
from closum.web.records.inputs import Made, Texts
from closum.web.views import View

PATH = "call"


class Calls:
    """What answers the form on the page of a lead."""

    def __init__(self, view: View) -> None:
        self._view, self._forms = view, Forms(view)

    async def send(self, page: Page, form: Form) -> Answer:
        return await self._forms.changed(page, form, page.again, self._save)

    async def _save(self, page: Page, form: Form, texts: Texts, made: Made, present: Row) -> Answer:
        lead_id = page.request.record_id
        parts = [*call_form.parts(page, form, lead_id)]
        key = once.key(page, form) if parts else None
        if made.body:
            seen = frozenset({reading.tag(LEAD, present)})
            parts.insert(0, Part(LEAD, writing.draft(LEAD, made.body, ()), "", lead_id, seen))
        for one in parts:
            page.require(f"{one.resource.name}:write")
        try:
            operation = await page.write(_write, key, parts)
        except Invalid as error:
            tell = Teller(page.words, page.locale, self._view)
            faults = {one.name: tell.text(one) for one in flat(error.faults)}
            return await show.answer(page, self._view, form, faults, 422)
        except Changed:
            return await self.send(page, form)
        to = await self._target(page, form)
        return page.to(to, operation, call_form.last_kind(page, parts), saying=SAME)

    async def _target(self, page: Page, form: Form) -> str:
        """The same page, or that of the next lead in the list that this one is shown from."""
        asked, lead_id = lists.parse(self._view, page.request.pairs), page.request.record_id
        if call_form.NEXT in form:
            beside = await page.read(neighbours, asked, lead_id)
            if following := show.next_url(asked, beside, lead_id):
                return following
        return f"{asked.record_url(lead_id, asked.at, asked.trail)}#call"


def _write(unit: Unit, caller: Caller, key: Key | None, parts: list[Part]) -> int | None:
    answered = idempotent.write(
        unit, Call(key, _told, writing.nothing), guarded.do, caller, several.write, parts
    )
    operation: int | None = json.loads(answered.told.body)
    return operation


def _told(operation: int | None) -> Told:
    return Told(201, json.dumps(operation), ())
