"""The page of one piece of background work, wherever it was asked for."""

from urllib.parse import quote

from closum.http.answer import Answer
from closum.web import work
from closum.web.entry import is_own_path
from closum.web.page import Page


async def show(page: Page) -> Answer:
    job_id, given = page.request.params["id"], page.given.get("back", "")
    back = given if is_own_path(given) else "/leads"
    again = f"/jobs/{job_id}?back={quote(back, safe='')}"
    return await work.shown(page, job_id, back, again=again, list="/leads", list_text=page.words.leads)
