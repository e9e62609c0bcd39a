"""A list as a file, with the records and the order that are on the page: its columns as people read them, or everything as the API
has it."""

from collections.abc import Mapping

from closum.errors import NotFound
from closum.formats.flat import flat
from closum.formats.form import CSV, NDJSON, XLSX
from closum.http import exported
from closum.http.answer import Answer
from closum.model.fields import Document
from closum.model.resource import Resource
from closum.operations.exporting import Export
from closum.web.lists import chosen, sheet
from closum.web.page import Page
from closum.web.views import View

FORMAT = "format"

SHOWN = {XLSX: XLSX, CSV: CSV}
EVERYTHING = {"everything": XLSX, "api": CSV, NDJSON: NDJSON}
"""What the menu offers, and what each is a file of: of the columns of the page, and of all that there is."""

_FORMATS = SHOWN | EVERYTHING


def offered(resource: Resource) -> dict[str, Mapping[str, str]]:
    """What the menu has, by the keys of its headings."""
    has_more = any(isinstance(one, Document) for one in resource.fields)
    return {"export_shown": SHOWN, "export_whole" if has_more else "export_all": EVERYTHING}


async def send(view: View, page: Page) -> Answer:
    """The file, to be saved: never a page of its own."""
    given = page.request.pairs
    wanted = next((value for name, value in given if name == FORMAT), CSV)
    if wanted not in _FORMATS:
        raise NotFound
    found = chosen.of_address(view, [one for one in given if one[0] != FORMAT])
    if wanted in SHOWN:
        query = found.query(sheet.fields(found.asked))
        shown = sheet.of(found.asked, page.words, page.locale, has_dates=wanted == XLSX)
        asked = Export(view.resource, query, wanted, shown)
    else:
        asked = Export(view.resource, found.query(flat(view.resource).headings), EVERYTHING[wanted])
    return await exported.answer(page.request, asked, page.caller.by)
