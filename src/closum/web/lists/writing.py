"""What was chosen in a list is written: counted again first, and refused where another number fits."""

from collections.abc import Awaitable, Callable

from closum.errors import CountChanged, Invalid
from closum.http.answer import Answer
from closum.operations import bulk, guarded, jobs
from closum.operations.bulk import Asked, Changed
from closum.store.background import Job
from closum.web import called
from closum.web.lists.chosen import Chosen
from closum.web.lists.controls import PREFIX
from closum.web.page import SAME, Page

Again = Callable[[Chosen, int, set[str], int | None], Awaitable[Answer]]
"""The form once more: of what, with which status, with faults in which properties, and the number that does not fit any more."""


async def write(page: Page, found: Chosen, asked: Asked, again: Again) -> Answer:
    try:
        counted = await page.read(bulk.count, asked, long=True, one_moment=True)
        if counted.total != found.total:
            return await again(await there(page, found), 412, set(), found.total)
        done: Changed | Job = await page.write(guarded.do, bulk.write, asked, found.total)
    except CountChanged:
        return await again(await there(page, found), 412, set(), found.total)
    except Invalid as error:
        return await again(found, 422, {name.removeprefix(PREFIX) for name in error.faults}, None)
    if isinstance(done, Job):
        page.request.services.wake()
        name = f"bulk/{jobs.job_id(done.kind, done.number)}"
        return page.to(found.asked.url(name))
    if done.refused:
        return await _refused(page, found, done)
    return page.to(found.asked.list_url(), operation=done.operation, saying=SAME)


async def there(page: Page, found: Chosen) -> Chosen:
    """Those that there are now, counted; where none of those is there that were ticked, these with the number 0."""
    if not found.ids:
        counted = await page.read(bulk.count, found.to(None), long=True, one_moment=True)
        return found._replace(total=counted.total)
    titled = await page.read(called.of_records, found.asked.resource, found.ids, page.words)
    ids = tuple(one for one in found.ids if one in titled)
    return found._replace(ids=ids or found.ids, total=len(ids))


async def _refused(page: Page, found: Chosen, done: Changed) -> Answer:
    """Which records stay as they are, and why."""
    ids = [one["id"] for one in done.refused]
    resource = found.asked.resource
    names = await page.read(called.of_records, resource, ids, page.words)
    return page.show(
        "bulk-refused.html",
        here=resource.plural,
        view=found.asked.view,
        asked=found.asked,
        done=done,
        refused=[(one, names.get(one) or str(one)) for one in ids],
    )
