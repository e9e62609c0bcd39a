"""All records that belong to one, where there is no list of them elsewhere, page by page."""

from typing import Any

from closum.http.answer import Answer
from closum.model.query import Page as Window
from closum.model.relations import Row
from closum.store.unit import Unit
from closum.web import called
from closum.web.locale import said
from closum.web.named import Named, wanted
from closum.web.page import Page
from closum.web.records import reading, show
from closum.web.records.facts import Teller
from closum.web.records.reading import Others
from closum.web.views import View
from closum.web.words import Words

MOST = 50


def shown(view: View, child: View, link: str) -> Any:
    """What answers for the records of a resource that belong to one by a property."""

    async def all_of(page: Page) -> Answer:
        text = page.given.get("page", "1")
        number = max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
        of = (page.words, view, child, link, page.request.record_id, Window(number, MOST))
        row, some, named = await page.read(_read, *of)
        path = f"{view.path}/{page.request.record_id}"
        tell = Teller(page, child, named)
        return page.show(
            "record-others.html",
            view=view,
            path=path,
            title=show.title_of(view, row, page.words, named),
            heading=page.words(child.resource.plural),
            rows=[show.line(page, child, link, one, tell) for one in some.records],
            count=some.total or 0,
            **_pager(page, f"{path}{child.path}", number, some.total or 0),
        )

    return all_of


def _pager(page: Page, path: str, number: int, total: int) -> dict[str, Any]:
    """What is below the list, where it has several pages."""
    count, pages = page.locale.number, -(-total // MOST)
    first, last = (number - 1) * MOST + 1, min(number * MOST, total)
    is_long = pages > 1
    return {
        "previous": f"{path}?page={number - 1}" if number > 1 else "",
        "next": f"{path}?page={number + 1}" if number < pages else "",
        "range": said(page.words.range, a=count(first), b=count(last), n=count(total)) if is_long else "",
        "place": said(page.words.page_of, a=count(number), n=count(pages)) if is_long else "",
    }


def _read(
    unit: Unit, words: Words, view: View, child: View, link: str, record_id: int, window: Window
) -> tuple[Row, Others, Named]:
    """Raises NotFound, Merged."""
    row = reading.row(unit, view.resource, record_id)
    found = reading.others(unit, child.resource, link, record_id, window)
    keys = (*wanted(view.resource, row), *reading.wanted_by(found))
    return row, found, called.named(unit, keys, words)
