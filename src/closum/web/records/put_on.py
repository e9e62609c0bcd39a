"""The page on which one looks for leads, and puts them on a list."""

from collections.abc import Collection
from urllib.parse import urlencode

from closum.http.answer import Answer
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.lead import LEAD
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.store import rows
from closum.store.unit import Unit
from closum.web import titles
from closum.web.page import Page
from closum.web.records import alike, merge, notices, reading
from closum.web.records.notices import Alike
from closum.web.views import View

PATH = "add"
WRITES = f"{LEAD_AUDIENCE_LIST.name}:write"


async def show(page: Page) -> Answer:
    """Leads that a search finds, each with a button, or said to be on the list already."""
    page.require(f"{LEAD.name}:read")
    record_id, text = page.request.record_id, page.given.get("q", "")
    title, found, there = await page.read(_read, record_id, text)
    view: View = page.site.views[AUDIENCE_LIST.name]
    path = f"{view.path}/{record_id}"
    return page.show(
        "put-on.html",
        view=view,
        path=path,
        record_id=record_id,
        title=title,
        q=text,
        back=f"{path}/{PATH}?{urlencode({'q': text})}",
        action=page.site.views[LEAD_AUDIENCE_LIST.name].path,
        found=[(one, one.id in there) for one in alike.lines(page, found)],
    )


def _read(unit: Unit, record_id: int, text: str) -> tuple[str, list[Alike], Collection[int]]:
    """What the list is called, leads that a search finds, and which of them are on the list. Raises NotFound."""
    title = titles.title(AUDIENCE_LIST, reading.row(unit, AUDIENCE_LIST, record_id))
    ids = merge.ids_of(unit, text)
    there = rows.rows_by(unit, LEAD_AUDIENCE_LIST, "pair", [f"{one} {record_id}" for one in ids])
    return title, notices.of_ids(unit, ids), {one["lead_id"] for one in there.values()}
