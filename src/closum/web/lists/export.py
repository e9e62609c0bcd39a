"""A list as a file: the records, the order and the columns that are on the page."""

from closum.errors import NotFound
from closum.formats.form import CSV
from closum.http import exported
from closum.http.answer import Answer
from closum.operations.exporting import FORMATS, Export
from closum.web import titles
from closum.web.lists import chosen, reading
from closum.web.lists.asked import ListQuery
from closum.web.page import Page
from closum.web.views import View

FORMAT = "format"


async def send(view: View, page: Page) -> Answer:
    """The file, to be saved: never a page of its own."""
    given = page.request.pairs
    format_ = next((value for name, value in given if name == FORMAT), CSV)
    if format_ not in FORMATS:
        raise NotFound
    found = chosen.of_address(view, [one for one in given if one[0] != FORMAT])
    query = found.query(fields(found.asked))
    return await exported.answer(page.request, Export(view.resource, query, format_))


def fields(asked: ListQuery) -> tuple[str, ...]:
    """The title and what the columns show, each once."""
    shown = (name for one in reading.shown_columns(asked) for name in one.fields)
    return tuple(dict.fromkeys(("id", titles.property_of(asked.resource), *shown)))
