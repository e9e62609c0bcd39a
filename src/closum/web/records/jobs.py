"""The page of one piece of background work, wherever it was asked for."""

from contextlib import suppress
from urllib.parse import quote

from closum.errors import WorkEnded
from closum.http.answer import Answer
from closum.operations import guarded, stopping
from closum.web import work
from closum.web.entry import is_own_path
from closum.web.forms import Form
from closum.web.page import Page


async def show(page: Page) -> Answer:
    job_id, given = page.request.params["id"], page.given.get("back", "")
    back = given if is_own_path(given) else "/leads"
    return await work.shown(
        page, job_id, back, again=_path(job_id, back), list="/leads", list_text=page.words.to_leads
    )


def _path(job_id: str, back: str) -> str:
    return f"/jobs/{job_id}?back={quote(back, safe='')}"


async def stop(page: Page, form: Form) -> Answer:
    """End it, and back to its page, which also says so where it had ended by itself."""
    job_id, again = page.request.params["id"], form("again")
    with suppress(WorkEnded):
        await page.write(guarded.do, stopping.stop, job_id)
    return page.to(again if is_own_path(again) else _path(job_id, "/leads"))
