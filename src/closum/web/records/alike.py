"""Leads that look like one that somebody is writing, as soon as they leave a field of its form."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from closum.http.answer import Answer
from closum.web.forms import Form
from closum.web.locale import dotted
from closum.web.page import Page
from closum.web.records import notices
from closum.web.records.notices import Alike

PATH = "/leads/alike"
READS, WRITES = "lead:read", "lead:write"
FIELDS = ("name", "email.email", "phone.extension", "phone.number", "city_id")
"""Those of the form that leads are compared by; it sends no others."""


class Line(NamedTuple):
    """A lead by its title, with what else tells who it is."""

    id: int
    title: str
    small: Markup


async def shown(page: Page, form: Form) -> Answer:
    """The middle of the form's hint alone: it is no page, and what the page before has done is still to be told."""
    page.require(READS)
    texts = {name: form(name) for name in FIELDS}
    found = await page.request.db.read(notices.of_draft, texts, account_id=page.session.account_id)
    return page.show("alike.html", alike=lines(page, found))


def lines(page: Page, found: Sequence[Alike]) -> list[Line]:
    """As the hint tells them."""
    return [_line(page, one) for one in found]


def _line(page: Page, one: Alike) -> Line:
    day = page.locale.time(one.created, page.locale.day(one.created))
    number = Markup('<span class="num">{}</span>').format(one.phone)
    others = [(one.email, Markup.escape(one.email)), (one.phone, number)]
    told = [shown for text, shown in others if text not in ("", one.title)]
    small = dotted([*told, day])
    return Line(one.id, one.title or f"{page.words.id} {one.id}", small)
