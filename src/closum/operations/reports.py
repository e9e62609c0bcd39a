"""What an account's leads come to: how many there are by a property or a time, how far they went, and when somebody spoke
with them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from closum.store.reports import TOTAL, Counts, TooMany
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
_STAGE = REPORTED.stage


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


class _Report:
    """Counters of some days and one owner, or all, with what is not counted yet."""

    def __init__(self, unit: Unit, asked: Asked, only: Sequence[str]) -> None:
        self._unit, self._owner = unit, TOTAL if asked.owner is None else asked.owner
        place, zone = reports.present(unit)
        ends = (asked.first, asked.last)
        self.days = _Days(*(None if one is None else one.on(unit.now, zone) for one in ends))
        if self.days.first and self.days.last and self.days.first > self.days.last:
            raise Malformed("'from' is a day behind 'to'")
        self._is_counted = place.counted > 0
        try:
            found = [*reports.uncounted(unit, LEAD, place, zone, only, MOST)]
        except TooMany:
            raise Unavailable(
                "Many leads were added or changed, and are not counted yet: try again soon", RETRY
            ) from None
        self._more = [one for one in found if self.days.has(one.day) and self._has(one.owner)]

    def _has(self, owner: str) -> bool:
        return self._owner in (TOTAL, owner)

    def values(self, kind: str) -> Counts:
        """How many there are of each value."""
        found: Counts = {}
        for _, counts in self._counted(kind, ranges(*self.days)):
            if not found:
                found = counts
                continue
            for value, number in counts.items():
                found[value] = found.get(value, 0) + number
        for one in self._more:
            if one.kind == kind:
                found[one.value] = found.get(one.value, 0) + one.number
        return {value: number for value, number in found.items() if number}

    def periods(self, period_of: Callable[[str], str], *, by_month: bool) -> Counts:
        """How many there are in each period."""
        found = Counter[str]()
        for period, counts in self._counted(ALL, (monthly if by_month else each_day)(*self.days)):
            found[period_of(period)] += sum(counts.values())
        for one in self._more:
            if one.kind == ALL:
                found[period_of(one.day)] += one.number
        return +found

    def _counted(self, kind: str, spans: Iterable[Range]) -> list[tuple[str, Counts]]:
        return reports.counted(self._unit, kind, self._owner, spans) if self._is_counted else []


def leads(unit: Unit, by: str, asked: Asked, most: int) -> dict[str, Any]:
    """How many leads there are by a property, the most first, or by a time, the earliest first."""
    report = _Report(unit, asked, (ALL if by in TIMES else by,))
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
    report = _Report(unit, asked, (ENTERED,))
    entered, kept = Counter[int](), Counter[int]()
    stages = reports.stages(unit, CONTACT_LIFECYCLE_STAGE)
    places = {one.id: one.position for one in stages}
    for pair, number in report.values(ENTERED).items():
        stage, present = (int(one or 0) for one in pair.split(":"))
        entered[stage] += number
        if stage == present or (present in places and places[present] >= places.get(stage, LAST)):
            kept[stage] += number
    gone = sorted(entered.keys() - places.keys())
    shown = [(one.id, one.label) for one in stages if not one.archived or entered[one.id]]
    rows = [
        {_STAGE: stage, "label": label, "entered": entered[stage], "kept": kept[stage]}
        for stage, label in [*shown, *((one, None) for one in gone)]
    ]
    return {**_shown(report.days), "rows": rows}


def first_contact(unit: Unit, asked: Asked) -> dict[str, Any]:
    """In how many seconds somebody spoke with the leads that were made on these days."""
    report = _Report(unit, asked, (ALL, CONTACTED))
    buckets = {int(one): number for one, number in report.values(CONTACTED).items()}
    number, total = sum(buckets.values()), sum(report.values(SECONDS).values())
    ranked = _Ranked(report, buckets)
    return {
        **_shown(report.days),
        "leads": sum(report.values(ALL).values()),
        "contacted": number,
        "mean": round(total / number, 3) if number else None,
        "median": (ranked.at((number - 1) // 2) + ranked.at(number // 2)) / 2 if number else None,
        "percentile_90": ranked.at(-(-9 * number // 10) - 1) if number else None,
    }


class _Ranked:
    """The seconds until the first contact, in their order: by bucket first, then within one."""

    def __init__(self, report: _Report, buckets: Mapping[int, int]) -> None:
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
