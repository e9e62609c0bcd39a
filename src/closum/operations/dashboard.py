"""The figures of an account at one moment: how many leads there are and were made, what they have, and how far they went."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from closum.model import filters
from closum.model.query import Page, Query
from closum.model.reported import ALL, CONTACTED, ENTERED, OWNER, SECONDS, week_of
from closum.model.terms import exact
from closum.model.when import When
from closum.operations import records, reports
from closum.operations.reports import TIMES, Asked, Counters, Report
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.phone import PHONE
from closum.store import reports as store
from closum.store.reports import Counts
from closum.store.unit import Unit

MOST = 5_000
"""Leads that are not counted yet, and that are looked at for one page."""
SHARES = ("city", "domain", "country", "source", OWNER)
NUMBERS = {"day": 30, "week": 26, "month": 12}
"""How many periods are shown."""
_KINDS = (ALL, *SHARES, ENTERED, CONTACTED, SECONDS)
_TODAY = When(days=0)
_NOT_VALID = filters.parse(PHONE, ["is_valid=0"])


class Wanted(NamedTuple):
    """By which periods new leads are shown; and of the leads of which days and owner the rest is, as `reports` takes it."""

    by: str = "day"
    of: Asked = Asked()


class Days(NamedTuple):
    """Some days, and how many leads were made on them."""

    first: date
    last: date
    number: int


class Period(NamedTuple):
    """A day, or the first day of a week or a month, and how many leads were made in it."""

    first: date
    number: int


class Share(NamedTuple):
    """How many leads have the values that most leads have, another one, and none."""

    values: Sequence[tuple[str, int]]
    others: int
    none: int

    @property
    def total(self) -> int:
        return sum(number for _, number in self.values) + self.others + self.none


class Figures(NamedTuple):
    """`month` is the present one until today, `before` are as many days of the month before it."""

    leads: int
    without_email: int
    month: Days
    before: Days
    periods: Sequence[Period]
    shares: Mapping[str, Share]
    stages: Sequence[Mapping[str, Any]]
    waits: Mapping[str, Any]


def read(unit: Unit, wanted: Wanted, most: int) -> Figures:
    """At most so many values of each share. Raises Unavailable where more than MOST leads are not counted yet."""
    known = store.stages(unit, CONTACT_LIFECYCLE_STAGE)
    counters = Counters(unit, _KINDS, MOST)
    today = _TODAY.on(unit.now, counters.zone)
    firsts, (month, before) = starts(wanted.by, today), _months(today)
    days = Asked(When(min(firsts[0], before[0])), When(today))
    made = Report(counters, days).periods(TIMES["day"], by_month=False)
    whole = report = Report(counters, Asked())
    if wanted.of != Asked():
        report = Report(counters, wanted.of)
        whole.read(ALL, "domain")
    report.read(*_KINDS)
    return Figures(
        sum(whole.values(ALL).values()),
        whole.values("domain").get("", 0),
        _on(made, *month),
        _on(made, *before),
        _periods(made, wanted.by, firsts),
        {by: _share(by, report.values(by), most) for by in SHARES},
        reports.stages(known, report),
        reports.waits(report),
    )


def numbers_not_valid(unit: Unit) -> int:
    """How many phone numbers are not valid in their country."""
    return records.page(unit, PHONE, Query("id", window=Page(1, 1), where=_NOT_VALID, fields=("id",)))[1]


def starts(by: str, today: date) -> list[date]:
    """The first days of the last periods, the earliest first."""
    number = NUMBERS[by]
    if by == "month":
        months = (today.year * 12 + today.month - 1 - back for back in reversed(range(number)))
        return [date(one // 12, one % 12 + 1, 1) for one in months]
    last = date.fromisoformat(week_of(today.isoformat())) if by == "week" else today
    step = 7 if by == "week" else 1
    return [last - timedelta(days=step * back) for back in reversed(range(number))]


def _months(today: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The present month until today, and as many days of the one before, where it has so many."""
    first = today.replace(day=1)
    last_before = first - timedelta(days=1)
    first_before = last_before.replace(day=1)
    return (first, today), (first_before, min(first_before + (today - first), last_before))


def _on(made: Counts, first: date, last: date) -> Days:
    """How many were made from one day to another, of those of each day."""
    return Days(
        first, last, sum(some for day, some in made.items() if first <= date.fromisoformat(day) <= last)
    )


def _periods(made: Counts, by: str, firsts: Sequence[date]) -> list[Period]:
    found = Counter[str]()
    for day, number in made.items():
        found[TIMES[by](day)] += number
    return [Period(one, found[TIMES[by](one.isoformat())]) for one in firsts]


def _share(by: str, found: Counts, most: int) -> Share:
    found = _folded(found) if by == "source" else found
    none = found.pop("", 0)
    values = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]
    return Share(values, sum(found.values()) - sum(number for _, number in values), none)


def _folded(found: Counts) -> Counts:
    """Sources as filters compare them, each as most leads spell it."""
    spelled = dict[str, str]()
    counts: Counts = {}
    for value, _ in sorted(found.items(), key=lambda one: (-one[1], one[0])):
        first = spelled.setdefault(exact(value), value)
        counts[first] = counts.get(first, 0) + found[value]
    return counts
