"""A list as a file: the records, the order and the columns that are on the page, as people read them or as the API has them."""

from closum.errors import NotFound
from closum.formats.form import CSV, NDJSON, XLSX
from closum.http import exported
from closum.http.answer import Answer
from closum.operations.exporting import Export
from closum.web.lists import chosen, reading, sheet
from closum.web.lists.asked import ListQuery
from closum.web.page import Page
from closum.web.views import View

FORMAT = "format"
API = "api"
"""CSV with the names of the API."""

FORMATS = {XLSX: XLSX, CSV: CSV, API: CSV, NDJSON: NDJSON}
"""What the menu offers, and what each is a file of."""

_FOR_PEOPLE = (XLSX, CSV)


async def send(view: View, page: Page) -> Answer:
    """The file, to be saved: never a page of its own."""
    given = page.request.pairs
    wanted = next((value for name, value in given if name == FORMAT), CSV)
    if wanted not in FORMATS:
        raise NotFound
    found = chosen.of_address(view, [one for one in given if one[0] != FORMAT])
    if wanted in _FOR_PEOPLE:
        query = found.query(sheet.fields(found.asked))
        shown = sheet.of(found.asked, page.words, page.locale, has_dates=wanted == XLSX)
        asked = Export(view.resource, query, wanted, shown)
    else:
        asked = Export(view.resource, found.query(fields(found.asked)), FORMATS[wanted])
    return await exported.answer(page.request, asked, page.caller.by)


def fields(asked: ListQuery) -> tuple[str, ...]:
    """The title and what the columns show, each once."""
    shown = (name for one in reading.shown_columns(asked) for name in one.fields)
    return tuple(dict.fromkeys(("id", asked.resource.called_by, *shown)))
