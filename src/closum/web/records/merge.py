"""The page on which one looks for the lead that is the same person as one."""

from closum.errors import Malformed
from closum.http.answer import Answer
from closum.model import query
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.unit import Unit
from closum.web import duplicates, titles
from closum.web.page import Page
from closum.web.records import alike, notices, reading
from closum.web.records.notices import Alike
from closum.web.views import View

MOST = 20


async def show(page: Page) -> Answer:
    """Leads that a search finds, at first those that look like the one, each with a link to the page of both."""
    record_id, text = page.request.record_id, page.given.get("q", "")
    own, found = await page.read(_read, record_id, text)
    view: View = page.site.views[LEAD.name]
    return page.show(
        "merge.html",
        view=view,
        path=f"{view.path}/{record_id}",
        title=own or f"{page.words(view.name)} {record_id}",
        q=text,
        found=[(pair_path(one.id, record_id), one) for one in alike.lines(page, found)],
    )


def pair_path(other_id: int, record_id: int) -> str:
    """The page of two leads, which leads back to that of the second one."""
    return (
        f"{duplicates.PATH}/{min(other_id, record_id)}-{max(other_id, record_id)}?{duplicates.OF}={record_id}"
    )


def _read(unit: Unit, record_id: int, text: str) -> tuple[str, list[Alike]]:
    """What the lead is called, and others that a search finds, or that look like it. Raises NotFound, Merged."""
    row = reading.row(unit, LEAD, record_id)
    own = titles.of_records(unit, LEAD, [record_id])[record_id]
    if not text:
        return own, notices.of_lead(unit, row)
    ids = [one for one in ids_of(unit, text, MOST + 1) if one != record_id][:MOST]
    return own, notices.of_ids(unit, ids)


def ids_of(unit: Unit, text: str, most: int = MOST) -> list[int]:
    """Of the first leads that a search finds."""
    try:
        asked = query.parse(LEAD, [("q", text), ("limit", str(most)), ("count", "false")])
        return [one["id"] for one in records.window(unit, LEAD, asked).records] if text.strip() else []
    except Malformed:
        return []
