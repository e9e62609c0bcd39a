"""What is behind the figures of an import: its leads, and the file of the rows that it refused."""

from typing import Any, NamedTuple

from closum import resources
from closum.http import refused_rows
from closum.http.answer import Answer
from closum.operations.importing import job
from closum.operations.importing.faults import FileName, Wording
from closum.store import imports, rows
from closum.store.imports import Import, Touched
from closum.store.unit import Unit
from closum.web import called, positions, titles
from closum.web.imports import names, phases, told
from closum.web.imports.phases import RESULT, At
from closum.web.page import Page
from closum.web.positions import Place, Window
from closum.web.words import Words

ON_A_PAGE = 50


class Read(NamedTuple):
    """An import, some of what it did, and the records of that which there are, and what they are called, by id."""

    at: At
    touched: Window
    records: dict[int, Any]
    titles: dict[int, str]


def _read(unit: Unit, number: int, wanted: Place, words: Words) -> Read:
    at = phases.at(unit, number)

    def forth(after: int, most: int) -> list[Touched]:
        return imports.touched(unit, number, at.found.resource, after, most)

    def back(before: int, most: int) -> list[Touched]:
        return imports.touched_back(unit, number, at.found.resource, before, most)

    window = positions.window(wanted, ON_A_PAGE, forth, back, lambda one: one.position)
    resource = resources.RESOURCES.of_name(at.found.resource)
    ids, fields = sorted({one.id for one in window.some}), ("id", *titles.properties(resource))
    records = rows.listed(unit, resource, ids, fields)
    return Read(at, window, records, called.of(unit, resource, records, words))


async def records(page: Page) -> Answer:
    """The records that an import made or changed."""
    read = await page.read(_read, page.request.record_id, positions.place(page.request), page.words)
    if RESULT not in read.at.pages:
        return page.to(f"{read.at.path}{read.at.pages[0]}")
    named = [(one, read.records.get(one.id), read.titles.get(one.id, "")) for one in read.touched.some]
    return page.show("imports-leads.html", at=read.at, records=named, window=read.touched)


async def download(page: Page) -> Answer:
    """The file of the rows that were refused, as the spreadsheets of the language open it; the browser saves it."""

    found = await page.read(job.find, page.request.record_id)

    def tell(name: str, rule: str, message: str) -> str:
        return told.plain(found, (name, rule, message), page.words)

    def label(name: str) -> str:
        return told.label(found, name, page.words) or name

    def name(found: Import) -> FileName:
        return names.refused(found, page.words)

    wording = Wording(tell, page.words.delimiter, page.language, page.words.row.lower(), label)
    return await refused_rows.download(page.request, page.caller.by, wording, name)
