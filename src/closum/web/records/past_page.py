"""The history of a record on pages of its own, where it is long."""

from typing import Any

from closum.http.answer import Answer
from closum.model.query import Page as Window
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import children_of
from closum.store.unit import Unit
from closum.web import called
from closum.web.named import USER, Named, wanted
from closum.web.page import Page
from closum.web.records import beside, history, reading, show
from closum.web.records.facts import Teller
from closum.web.records.history import Historian, Past
from closum.web.views import View
from closum.web.words import Words

MOST = 50


def shown(view: View) -> Any:
    """What answers for the changes before an operation."""

    async def show_past(page: Page) -> Answer:
        text = page.given.get("before", "")
        before = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else None
        of = (page.words, view.resource, page.request.record_id, before, history.undoable_since(page))
        row, past, named = await page.read(_read, *of)
        users = {one: name for (kind, one), name in named.items() if kind == USER}
        return page.show(
            "record-history.html",
            view=view,
            path=f"{view.path}/{page.request.record_id}",
            url=f"{view.path}/{page.request.record_id}",
            title=show.title_of(view, row, page.words, named),
            lines=Historian(page, view, Teller(page, view, named), users).lines(past),
            earlier=past.next,
        )

    return show_past


def _read(
    unit: Unit, words: Words, resource: Resource, record_id: int, before: int | None, since: str | None
) -> tuple[Row, Past, Named]:
    """Raises NotFound, Merged."""
    row = reading.row(unit, resource, record_id)
    window = Window(limit=MOST)
    children = [
        reading.others(unit, child, parent.name, record_id, window, counted=False)
        for child, parent in children_of(resource)
        if child in beside.TOLD
    ]
    past = history.read(unit, resource, record_id, MOST, before, reading.told_of(children), since)
    keys = (*wanted(resource, row), *history.wanted(resource, past))
    return row, past, called.named(unit, keys, words)
