"""What is behind the figures of an import: its leads, and the file of the rows that it refused."""

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

from closum import resources
from closum.http import refused_rows
from closum.http.answer import Answer
from closum.model.resource import Resource
from closum.operations.importing import job
from closum.operations.importing.faults import FileName, Wording
from closum.store import history, imports, rows
from closum.store.imports import Import, Touched
from closum.store.operation import UNDO
from closum.store.unit import Unit
from closum.web import called, deeds, positions, titles
from closum.web.imports import names, phases, told
from closum.web.imports.phases import RESULT, At
from closum.web.page import Page
from closum.web.positions import Place, Window
from closum.web.views import View
from closum.web.words import Words

ON_A_PAGE = 50


class Read(NamedTuple):
    """An import, some of what it did, the records of that which there are, what they and those in the bin are called, by id, and of
    which what it did was undone."""

    at: At
    touched: Window
    records: dict[int, Any]
    titles: dict[int, str]
    undone: set[int]


def _read(unit: Unit, number: int, wanted: Place, views: Mapping[str, View], words: Words) -> Read:
    at = phases.at(unit, number)

    def forth(after: int, most: int) -> list[Touched]:
        return imports.touched(unit, number, at.found.resource, after, most)

    def back(before: int, most: int) -> list[Touched]:
        return imports.touched_back(unit, number, at.found.resource, before, most)

    window = positions.window(wanted, ON_A_PAGE, forth, back, lambda one: one.position)
    resource = resources.RESOURCES.of_name(at.found.resource)
    ids, fields = sorted({one.id for one in window.some}), ("id", *titles.properties(resource))
    records = rows.listed(unit, resource, ids, fields)
    gone = deeds.in_bin(unit, views, {(resource.name, one) for one in ids if one not in records})
    once = {one: title for (_, one), title in deeds.called_once(unit, views, gone, words).items()}
    titled = called.of(unit, resource, records, words) | once
    return Read(at, window, records, titled, _undone(unit, at, resource, records, ids))


def _undone(unit: Unit, at: At, resource: Resource, records: Container[int], ids: Sequence[int]) -> set[int]:
    """Of which of the records an undo took back what the import did: of those that are there nobody knows while one goes on."""
    operation = at.summary["operation"]
    asked = ids if at.summary["undone_by"] and not at.undo else [one for one in ids if one not in records]
    if operation is None or not asked:
        return set()
    later = history.of_records(unit, resource, asked, operation)
    return {
        record_id
        for record_id, past in later.items()
        if any(one.by.cause == UNDO and one.by.cause_id == operation for one in past)
    }


async def records(page: Page) -> Answer:
    """The records that an import made or changed."""
    of = positions.place(page.request), page.site.views, page.words
    read = await page.read(_read, page.request.record_id, *of)
    if RESULT not in read.at.pages:
        return page.to(f"{read.at.path}{read.at.pages[0]}")
    named = [
        (one, read.records.get(one.id), read.titles.get(one.id, ""), one.id in read.undone)
        for one in read.touched.some
    ]
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
