"""What an account's leads come to: how many there are by a property or a time, how far they went, and when somebody spoke
with them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from closum.errors import Malformed, Unavailable
from closum.model.draft import MAX_ID
from closum.model.reported import (
    ALL,
    CONTACTED,
    ENTERED,
    OWNER,
    SECONDS,
    WITHIN,
    Entry,
    Range,
    each_day,
    monthly,
    ranges,
    week_of,
)
from closum.model.when import When
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD, REPORTED
from closum.store import cities, identity, reports
from closum.store.reports import TOTAL, Counts, Stage, TooMany
from closum.store.unit import Unit

TIMES: Mapping[str, Callable[[str], str]] = {
    "day": lambda period: period,
    "week": week_of,
    "month": lambda period: period[:7],
}
"""What makes a period of a day."""
BY = (*TIMES, OWNER, *REPORTED.by)
MOST = 100_000
"""Leads that are not counted yet, and that a report looks at."""
RETRY = 10  # seconds
LAST = MAX_ID
"""The position of a stage that was deleted."""
STAGE = REPORTED.stage


class Asked(NamedTuple):
    """The first and the last day, in the time zone of the account, and the owner, "" for none; None for any."""

    first: When | None = None
    last: When | None = None
    owner: str | None = None


class _Days(NamedTuple):
    first: date | None
    last: date | None

    def has(self, day: str) -> bool:
        return (self.first is None or day >= self.first.isoformat()) and (
            self.last is None or day <= self.last.isoformat()
        )


class Counters:
    """The counters of an account for several reports, with one look at what is not counted yet: at most so many leads, and `only`
    what these kinds count.
    """

    def __init__(self, unit: Unit, only: Sequence[str], most: int) -> None:
        self.unit = unit
        place, self.zone = reports.present(unit)
        self.is_counted = place.counted > 0
        self.uncounted = defaultdict[str, list[Entry]](list)
        try:
            for one in reports.uncounted(unit, LEAD, place, self.zone, only, most):
                self.uncounted[one.kind].append(one)
        except TooMany:
            raise Unavailable(
                "Many leads were added or changed, and are not counted yet: try again soon", RETRY
            ) from None


class Report:
    """Counters of some days and one owner, or all, with what is not counted yet."""

    def __init__(self, counters: Counters, asked: Asked) -> None:
        self._counters, self._owner = counters, TOTAL if asked.owner is None else asked.owner
        self._read: dict[str, Counts] = {}
        ends = (asked.first, asked.last)
        self.days = _Days(
            *(None if one is None else one.on(counters.unit.now, counters.zone) for one in ends)
        )
        if self.days.first and self.days.last and self.days.first > self.days.last:
            raise Malformed("'from' is a day behind 'to'")

    def read(self, *kinds: str) -> None:
        """Read the counters of these kinds together; `values` reads by itself what is not read yet."""
        each = self._counted(kinds, ranges(*self.days))
        self._read |= {kind: _added(found) for kind, found in zip(kinds, each, strict=True)}

    def values(self, kind: str) -> Counts:
        """How many there are of each value."""
        if kind not in self._read:
            self.read(kind)
        found = self._read[kind].copy()
        for one in self._uncounted(kind):
            found[one.value] = found.get(one.value, 0) + one.number
        return {value: number for value, number in found.items() if number}

    def periods(self, period_of: Callable[[str], str], *, by_month: bool) -> Counts:
        """How many there are in each period."""
        found = Counter[str]()
        (counted,) = self._counted((ALL,), (monthly if by_month else each_day)(*self.days))
        for period, counts in counted:
            found[period_of(period)] += sum(counts.values())
        for one in self._uncounted(ALL):
            found[period_of(one.day)] += one.number
        return +found

    def _counted(self, kinds: Sequence[str], spans: Iterable[Range]) -> list[list[tuple[str, Counts]]]:
        if not self._counters.is_counted:
            return [[] for _ in kinds]
        return reports.counted_each(self._counters.unit, kinds, self._owner, spans)

    def _uncounted(self, kind: str) -> Iterator[Entry]:
        found = self._counters.uncounted[kind]
        return (one for one in found if self._owner in (TOTAL, one.owner) and self.days.has(one.day))


def _added(counted: Iterable[tuple[str, Counts]]) -> Counts:
    """What several counters come to; the first of them is made use of."""
    found: Counts = {}
    for _, counts in counted:
        if not found:
            found = counts
            continue
        for value, number in counts.items():
            found[value] = found.get(value, 0) + number
    return found


def leads(unit: Unit, by: str, asked: Asked, most: int) -> dict[str, Any]:
    """How many leads there are by a property, the most first, or by a time, the earliest first."""
    report = Report(Counters(unit, (ALL if by in TIMES else by,), MOST), asked)
    period_of = TIMES.get(by)
    found = report.periods(period_of, by_month=by == "month") if period_of else report.values(by)
    if by in TIMES:
        shown = sorted(found.items())
    else:
        shown = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:most]
    labels = _labels(unit, by, [value for value, _ in shown])
    rows = [
        {"value": value or None, "label": labels.get(value, value) or None, "count": number}
        for value, number in shown
    ]
    total = sum(found.values())
    others = total - sum(number for _, number in shown)
    return {"by": by, **_shown(report.days), "total": total, "others": others, "rows": rows}


def _shown(days: _Days) -> dict[str, str | None]:
    ends = (None if day is None else day.isoformat() for day in days)
    return dict(zip(("first_day", "last_day"), ends, strict=True))


def _labels(unit: Unit, by: str, values: Sequence[str]) -> Mapping[str, str]:
    """What people call the values, where it is something else."""
    ids = [int(value) for value in values if value] if by in _NAMES else []
    return {str(one): name for one, name in _NAMES[by](unit, ids).items()} if ids else {}


_NAMES: Mapping[str, Callable[[Unit, Sequence[int]], Mapping[int, str]]] = {
    "city": lambda unit, ids: dict(cities.names(unit)),
    "stage": lambda unit, ids: {one.id: one.label for one in reports.stages(unit, CONTACT_LIFECYCLE_STAGE)},
    OWNER: identity.emails,
}


def funnel(unit: Unit, asked: Asked) -> dict[str, Any]:
    """How many leads entered each stage on these days, and how many of them are there now, or in a later one."""
    report = Report(Counters(unit, (ENTERED,), MOST), asked)
    rows = stages(reports.stages(unit, CONTACT_LIFECYCLE_STAGE), report)
    return {**_shown(report.days), "rows": rows}


def stages(known: Sequence[Stage], report: Report) -> list[dict[str, Any]]:
    """Those of an account with how many leads entered each, and how many of them are there now, or in a later one."""
    entered, kept = Counter[int](), Counter[int]()
    places = {one.id: one.position for one in known}
    for pair, number in report.values(ENTERED).items():
        stage, present = (int(one or 0) for one in pair.split(":"))
        entered[stage] += number
        if stage == present or (present in places and places[present] >= places.get(stage, LAST)):
            kept[stage] += number
    gone = sorted(entered.keys() - places.keys())
    shown = [(one.id, one.label) for one in known if not one.archived or entered[one.id]]
    return [
        {STAGE: stage, "label": label, "entered": entered[stage], "kept": kept[stage]}
        for stage, label in [*shown, *((one, None) for one in gone)]
    ]


def first_contact(unit: Unit, asked: Asked) -> dict[str, Any]:
    """In how many seconds somebody spoke with the leads that were made on these days."""
    report = Report(Counters(unit, (ALL, CONTACTED), MOST), asked)
    report.read(ALL, CONTACTED, SECONDS)
    return {**_shown(report.days), **waits(report)}


def waits(report: Report) -> dict[str, Any]:
    """In how many seconds somebody spoke with the leads of a report."""
    buckets = {int(one): number for one, number in report.values(CONTACTED).items()}
    number, total = sum(buckets.values()), sum(report.values(SECONDS).values())
    ranked = _Ranked(report, buckets)
    return {
        "leads": sum(report.values(ALL).values()),
        "contacted": number,
        "mean": round(total / number, 3) if number else None,
        "median": (ranked.at((number - 1) // 2) + ranked.at(number // 2)) / 2 if number else None,
        "percentile_90": ranked.at(-(-9 * number // 10) - 1) if number else None,
    }


class _Ranked:
    """The seconds until the first contact, in their order: by bucket first, then within one."""

    def __init__(self, report: Report, buckets: Mapping[int, int]) -> None:
        self._report, self._buckets = report, sorted(buckets.items())
        self._within: dict[int, list[tuple[int, int]]] = {}

    def at(self, rank: int) -> int:
        """Those of the lead that has so many before it."""
        bucket, rest = _find(self._buckets, rank)
        if bucket not in self._within:
            found = self._report.values(f"{WITHIN}{bucket}")
            self._within[bucket] = sorted((int(one), number) for one, number in found.items())
        return _find(self._within[bucket], rest)[0]


def _find(counts: Iterable[tuple[int, int]], rank: int) -> tuple[int, int]:
    """The value at a rank, and how many of the same are before it."""
    for value, number in counts:
        if rank < number:
            return value, rank
        rank -= number
    raise ValueError("fewer are counted than there are")
