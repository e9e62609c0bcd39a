"""What an import would do with all rows: how far the check is, then its figures, faults and remarks."""

from closum.http.answer import Answer
from closum.store.imports import READY
from closum.web import positions
from closum.web.imports import figures, refused
from closum.web.imports.phases import CHECKED
from closum.web.page import Page


async def shown(page: Page) -> Answer:
    read = await page.read(refused.read, page.request.record_id, positions.place(page.request))
    at = read.at
    if CHECKED not in at.pages:
        return page.to(f"{at.path}{at.pages[0]}")
    if at.found.phase != READY:
        return figures.running(page, at)
    return page.show(
        "imports-check.html",
        lacks_country=refused.lacks_country(at, page.session.country),
        figures=figures.of(at.counted, at.found, is_check=True),
        **refused.shown(read, page.words),
    )
