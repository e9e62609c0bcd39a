"""Shows what is to do today, in one read, and notes afterwards that it was shown."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.errors import Unavailable
from closum.http.answer import Answer
from closum.model.change import By
from closum.operations import agenda, guarded, visits
from closum.operations.agenda import MOST_COUNTED, OVERDUE, TODAY, UNTIMED, WEEK, Days, Some
from closum.operations.visits import News
from closum.resources.lead import LEAD
from closum.store import rows
from closum.store.unit import Unit
from closum.web import telephone, titles
from closum.web.locale import said
from closum.web.page import Page
from closum.web.settings.frame import AUDIT
from closum.web.today import asked as asking
from closum.web.today import news
from closum.web.today.asked import Asked
from closum.web.views import View
from closum.web.words import Words

READS = "lead:read"
MOST = {OVERDUE: 12, TODAY: 12, WEEK: 8}
"""Follow-ups of each list that the page of all shows."""
MOST_OF_LIST = 50
MOST_UNOWNED = 10
_FIELDS = tuple(
    dict.fromkeys(("id", *titles.properties(LEAD), "phone.extension", "phone.number", "creation_date"))
)


class Read(NamedTuple):
    """Follow-ups by the list, with their leads; how many there are of each list that is not shown whole; leads without an owner and
    their number; what changed, and what is told of it; and what the users are called."""

    lists: Mapping[str, Some]
    numbers: Mapping[str, int]
    leads: Mapping[int, Any]
    unowned: Sequence[Any]
    unowned_number: int
    news: News | None
    told: news.Told | None
    users: Mapping[int, str]


class Line(NamedTuple):
    """A follow-up as it is shown."""

    task: Any
    lead: str
    phone: Markup
    who: str


async def shown(page: Page) -> Answer:
    own = page.session.user_id
    asked = asking.read(page.given, own)
    on = agenda.days(int(page.request.db.clock()), page.session.zone)
    read = await page.read(_read, page.site.views, page.may, page.words, asked, on, own)
    if read.news and not read.news.is_noted:
        with contextlib.suppress(Unavailable):  # the next look notes it
            await page.write(guarded.do, _note, own, read.news.until)
    return _shown(page, asked, read)


def _note(unit: Unit, own: int, until: str) -> None:
    visits.note(unit, own, until)


def _read(
    unit: Unit,
    views: Mapping[str, View],
    may: Callable[[str], bool],
    words: Words,
    asked: Asked,
    on: Days,
    own: int,
) -> Read:
    wanted = {asked.kind: MOST_OF_LIST} if asked.kind else MOST
    lists = (
        {
            kind: agenda.read(unit, kind, asked.who, on, most, asked.after if asked.kind else None)
            for kind, most in wanted.items()
        }
        if may("task:read")
        else {}
    )
    numbers = {
        kind: agenda.number(unit, kind, asked.who, on)
        for kind, some in lists.items()
        if some.next and kind != UNTIMED
    }
    leads = rows.listed(
        unit, LEAD, sorted({one.lead_id for some in lists.values() for one in some.tasks}), _FIELDS
    )
    users = titles.of_users(unit)
    if asked.kind:
        return Read(lists, numbers, leads, (), 0, None, None, users)
    unowned, number = agenda.unowned(unit, _FIELDS, MOST_UNOWNED)
    since = visits.read(unit, own, news.MOST_LOOKED_AT)
    told = news.read(unit, views, may, words, since.changes)
    return Read(lists, numbers, leads, unowned, number, since, told, users)


def _shown(page: Page, asked: Asked, read: Read) -> Answer:
    own = page.session.user_id
    names = read.users
    return page.show(
        "today.html",
        asked=asked,
        own=own,
        who=asking.ALL if asked.who is None else "" if asked.who == own else str(asked.who),
        url=lambda kind="", after=None: asking.url(own, asked.who, kind, after),
        read=read,
        lists=[
            (kind, [_line(page, one, read, asked) for one in some.tasks], some)
            for kind, some in read.lists.items()
        ],
        count=lambda number: page.locale.up_to(MOST_COUNTED, number),
        title=lambda lead: titles.title(LEAD, lead) or f"{page.words.id} {lead['id']}",
        dial=lambda lead: _dial(page, lead),
        by=lambda by: _who(page, by, names, read.told.keys if read.told else {}),
        days=[(one, page.words(f"due_in.{one}")) for one in agenda.DAYS],
        audit=AUDIT.path if page.may(AUDIT.needs) else "",
    )


def _line(page: Page, task: Any, read: Read, asked: Asked) -> Line:
    lead = read.leads.get(task.lead_id, {"id": task.lead_id})
    title = titles.title(LEAD, lead) or f"{page.words.id} {task.lead_id}"
    who = "" if asked.who == page.session.user_id else read.users.get(task.user_id or 0, "")
    return Line(task, title, _dial(page, lead), who)


def _dial(page: Page, lead: Any) -> Markup:
    """Its phone, where it is not what the lead is called by."""
    found = telephone.dial(page.words, lead.get("phone"))
    return Markup() if found.striptags() == titles.title(LEAD, lead) else found


def _who(page: Page, by: By, users: Mapping[int, str], keys: Mapping[int, str]) -> Markup:
    if by.user_id is not None:
        return said(users.get(by.user_id, page.words.former_user))
    if by.key_id is not None:
        return said(page.words.by_key, name=keys.get(by.key_id, by.key_id))
    return said(page.words.by_server)
