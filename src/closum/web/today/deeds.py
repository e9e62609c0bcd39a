"""What the forms of the page do: a follow-up is done or moved, a lead is taken, changes are marked as seen."""

from closum.errors import Malformed, NotFound
from closum.http.answer import Answer
from closum.operations import agenda, guarded, visits
from closum.store.unit import Unit
from closum.web.entry import is_own_path
from closum.web.forms import Form
from closum.web.locale import said
from closum.web.page import SAME, Page
from closum.web.today.asked import PATH

DONE = "done"


async def task(page: Page, form: Form) -> Answer:
    """Done, or moved by so many days."""
    wanted, task_id = form("do"), page.request.record_id
    if wanted == DONE:
        operation = await page.write(guarded.do, agenda.finish, task_id)
    elif wanted in map(str, agenda.DAYS):
        operation = await page.write(guarded.do, agenda.move, task_id, int(wanted), page.session.zone)
    else:
        raise NotFound
    return page.to(_back(form), operation, saying=SAME)


async def take(page: Page, form: Form) -> Answer:
    operation, is_gone = await page.write(guarded.do, agenda.take, page.request.record_id)
    return page.to(_back(form), operation, saying=said(page.words.today_taken) if is_gone else SAME)


async def seen(page: Page, form: Form) -> Answer:
    try:
        await page.write(guarded.do, _see, page.session.user_id, form("until"))
    except Malformed:
        raise NotFound from None
    return page.to(PATH)


def _see(unit: Unit, user_id: int, until: str) -> None:
    visits.see(unit, user_id, until)


def _back(form: Form) -> str:
    return form("back") if is_own_path(form("back")) else PATH
