"""How far background work is: a page that can be closed, and reloaded, and shows what came of it."""

from closum.http.answer import Answer
from closum.operations import jobs
from closum.store.background import DONE, FAILED
from closum.web.entry import is_own_path
from closum.web.page import Page


async def show(page: Page) -> Answer:
    """The page of one piece of work, by the id that clients know."""
    found = await page.read(jobs.retrieve, page.request.params["id"])
    back = page.given.get("back", "")
    key = f"job.{found['kind']}"
    return page.show(
        "job.html",
        job=found,
        title=page.words(key) if key in page.words else page.words("job.other"),
        ended=found["state"] in (DONE, FAILED),
        failed=found["state"] == FAILED,
        path=f"/jobs/{found['id']}",
        back=back if is_own_path(back) else "/leads",
    )
