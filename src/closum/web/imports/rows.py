"""What is behind the figures of an import: its leads, and the file of the rows that it refused."""

from typing import Any, NamedTuple

from closum.http import refused_rows
from closum.http.answer import Answer
from closum.operations.importing.faults import FileName, Wording
from closum.resources.lead import LEAD
from closum.store import imports, rows
from closum.store.imports import Import, Touched
from closum.store.unit import Unit
from closum.web import positions, titles
from closum.web.imports import names, phases, told
from closum.web.imports.phases import RESULT, At
from closum.web.page import Page
from closum.web.positions import Place, Window

ON_A_PAGE = 50


class Read(NamedTuple):
    """An import, some of what it did, and the leads of that which there are by id."""

    at: At
    touched: Window
    leads: dict[int, Any]


def _read(unit: Unit, number: int, wanted: Place) -> Read:
    at = phases.at(unit, number)

    def forth(after: int, most: int) -> list[Touched]:
        return imports.touched(unit, number, after, most)

    def back(before: int, most: int) -> list[Touched]:
        return imports.touched_back(unit, number, before, most)

    window = positions.window(wanted, ON_A_PAGE, forth, back, lambda one: one.position)
    return Read(
        at, window, rows.listed(unit, LEAD, sorted({one.id for one in window.some}), titles.properties(LEAD))
    )


async def leads(page: Page) -> Answer:
    """The leads that an import made or changed."""
    read = await page.read(_read, page.request.record_id, positions.place(page.request))
    if RESULT not in read.at.pages:
        return page.to(f"{read.at.path}{read.at.pages[0]}")
    shown = [(one, read.leads.get(one.id)) for one in read.touched.some]
    named = [(one, lead, titles.title(LEAD, lead) if lead else "") for one, lead in shown]
    return page.show("imports-leads.html", at=read.at, leads=named, window=read.touched)


async def download(page: Page) -> Answer:
    """The file of the rows that were refused, as the spreadsheets of the language open it; the browser saves it."""

    def tell(rule: str, message: str) -> str:
        return told.plain(rule, message, page.words)

    def name(found: Import) -> FileName:
        return names.refused(found, page.words)

    wording = Wording(tell, page.words.delimiter, page.language, page.words.row.lower())
    return await refused_rows.download(page.request, wording, name)
