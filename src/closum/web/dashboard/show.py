"""Shows what the leads of an account come to, in one read; while they are still being counted, what is known at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.errors import Unavailable
from closum.http.answer import Answer
from closum.http.route import Route
from closum.operations import dashboard
from closum.operations.dashboard import Days, Figures, Wanted
from closum.operations.reports import STAGE
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.unit import Unit
from closum.web import titles
from closum.web.dashboard import asked as asking
from closum.web.dashboard import lately, plot, shares
from closum.web.dashboard.asked import BY, NOBODY, PATH, SINCE, Asked
from closum.web.lists.asked import Filter
from closum.web.locale import said
from closum.web.page import Page
from closum.web.settings.frame import AUDIT
from closum.web.table import Table
from closum.web.views import View
from closum.web.words import Words

READS = "report:read"
_MINUS = "\N{MINUS SIGN}"
MOST = 5
"""Values of a share that are named."""


class Read(NamedTuple):
    """The figures, None while they are being counted; how many numbers are not valid; what was done lately; and what is called how."""

    figures: Figures | None
    not_valid: int
    done: lately.Done
    names: shares.Names
    users: Mapping[int, str]


class Stat(NamedTuple):
    """A figure, "" while it is being counted, what is told about it, and the list that explains this, or else the figure."""

    label: str
    text: str
    told: str | Markup
    url: str = ""
    own_url: str = ""


class Stage(NamedTuple):
    """`width` is that of the bar, of 100; `part` the share of it that was kept."""

    label: str
    entered: int
    kept: int
    width: float
    part: float


def routes(to: Table) -> list[Route]:
    return [to.show(PATH, show, READS)]


async def show(page: Page) -> Answer:
    asked = asking.read(page.given)
    today = page.locale.there(page.now).date()
    kept_days = page.request.services.kept_days if page.may(lately.READS) else None
    of = (page.site.views, page.words, asked.wanted(today), kept_days)
    read = await page.read(_read, *of, long=True, one_moment=True)
    return page.show(
        "dashboard.html",
        asked=asked,
        by=BY,
        since=SINCE,
        whose=_whose(page.words, read.users),
        stats=_stats(page, read),
        lines=lately.lines(page, read.done, read.users),
        audit=AUDIT.path if page.may(AUDIT.needs) else "",
        **(_counted(page, asked, today, read, read.figures) if read.figures else {"figures": None}),
    )


def _read(unit: Unit, views: Mapping[str, View], words: Words, wanted: Wanted, kept_days: int | None) -> Read:
    """Who may not see what was done has no `kept_days`."""
    not_valid, users = dashboard.numbers_not_valid(unit), titles.of_users(unit)
    done = lately.Done() if kept_days is None else lately.read(unit, views, words, kept_days)
    try:
        figures = dashboard.read(unit, wanted, MOST)
    except Unavailable:
        return Read(None, not_valid, done, {}, users)
    return Read(figures, not_valid, done, shares.names(unit, figures, users, words), users)


def _counted(page: Page, asked: Asked, today: date, read: Read, figures: Figures) -> dict[str, Any]:
    first = asked.first(today)
    return {
        "figures": figures,
        "plot": plot.of(figures.periods, asked.by, page.locale),
        "cards": shares.cards(page, asked, first, figures, read.names),
        "stages": _stages(page, figures),
        "waits": {key: figures.waits[key] for key in ("median", "percentile_90")},
    }


def _whose(words: Words, users: Mapping[int, str]) -> dict[str, str]:
    """What the owners are called that somebody may choose."""
    return {"": words.whose_all, NOBODY: words("without.owner")} | {str(one): users[one] for one in users}


def _stats(page: Page, read: Read) -> list[Stat]:
    return [
        _all(page),
        _new(page, read.figures),
        _valid(page, read.not_valid),
        _with_email(page, read.figures),
    ]


def _all(page: Page) -> Stat:
    words, number = page.words, page.count(LEAD.name)
    text = page.locale.number(number)
    if page.pairs:
        key = "dash_pairs_one" if page.pairs == page.locale.number(1) else "dash_pairs"
        return Stat(words.leads, text, said(words(key), n=page.pairs), "/duplicates")
    return Stat(words.leads, text, words.to_leads, page.site.views[LEAD.name].path)


def _new(page: Page, figures: Figures | None) -> Stat:
    if figures is None:
        return Stat(page.words.dash_new, "", "")
    days = figures.month
    label = page.words.new_in.format(month=page.locale.month(days.first))
    bounds = ((">=", days.first), ("<=", days.last))
    made = (Filter("creation_date", operator, day.isoformat()) for operator, day in bounds)
    url = shares.listing(page, LEAD.name).having(filters=(*made,)).list_url()
    return Stat(label, page.locale.number(days.number), _compared(page, days, figures.before), own_url=url)


def _compared(page: Page, days: Days, before: Days) -> Markup:
    """By how much there are more than in the month before, on as many days."""
    words, month = page.words, page.locale.month(before.first)
    text = words.days_of_month if before.last > before.first else words.day_of_month
    told = said(text, a=before.first.day, b=before.last.day, month=month)
    if not before.number:
        return said(words.new_vs_none, days=told)
    change = days.number / before.number - 1
    sign = "+" if change > 0 else _MINUS if change < 0 else ""
    return said(words.new_vs, x=f"{sign}{page.locale.percent(abs(change))}", days=told)


def _valid(page: Page, not_valid: int) -> Stat:
    total, every = page.count(PHONE.name), shares.listing(page, PHONE.name)
    text = _part(page, total - not_valid, total)
    if not not_valid:
        return Stat(page.words.dash_valid, text, page.words.phones, every.list_url())
    url = every.having(filters=(Filter("is_valid", "=", "0"),)).list_url()
    return Stat(page.words.dash_valid, text, page.locale.count("dash_valid_p", not_valid), url)


def _with_email(page: Page, figures: Figures | None) -> Stat:
    if figures is None:
        return Stat(page.words.dash_email, "", "")
    without, total = figures.without_email, figures.leads
    text = _part(page, total - without, total)
    if not without:
        return Stat(page.words.dash_email, text, page.words.emails, page.site.views[EMAIL.name].path)
    url = shares.listing(page, LEAD.name).having(filters=(Filter("email", "=", ""),)).list_url()
    return Stat(page.words.dash_email, text, page.locale.count("dash_email_p", without), url)


def _part(page: Page, some: int, total: int) -> str:
    return page.locale.percent(some / total) if total else page.words.no_value


def _stages(page: Page, figures: Figures) -> list[Stage]:
    most = max((one["entered"] for one in figures.stages), default=0) or 1
    return [
        Stage(
            _stage(page, one),
            one["entered"],
            one["kept"],
            100 * one["entered"] / most,
            one["kept"] / one["entered"],
        )
        for one in figures.stages
        if one["entered"]
    ]


def _stage(page: Page, one: Mapping[str, Any]) -> str:
    if one["label"] is None:
        return page.words.stage_gone
    return page.words.called(CONTACT_LIFECYCLE_STAGE.name, one[STAGE], one["label"])
