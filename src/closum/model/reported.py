"""What records are counted by, for reports: by a day of their own, and by values that a declaration names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Row = dict[str, Any]

ALL, OWNER, ENTERED, CONTACTED, SECONDS, WITHIN = "all", "owner", "entered", "contacted", "seconds", "within"
"""Counters that every report of a resource may have: of all records; of those of each owner; of those that entered a stage; of those with a first
contact, by the bucket of the seconds until then; the sum of these seconds; and, behind `within`, a bucket's, second by second."""

DAY, MONTH, YEAR = 1, 2, 3
"""The spans of counters."""

_EXACT_BITS = 4
"""Of a number of seconds in a bucket: as many of the highest ones, behind the first, are those of all others there."""


class Counted(NamedTuple):
    """The columns that a value is made of, and what makes it; None is counted as nothing."""

    columns: tuple[str, ...]
    make: Callable[..., Any]


class Reported(NamedTuple):
    """What records are counted by: `by` has what makes each value, by its name. `date` is the column with the time at which a
    record was made, `contact` that with the time of the first contact, `stage` and `owner` those with its stage and its user.
    """

    by: Mapping[str, Counted]
    date: str
    contact: str
    stage: str
    owner: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read, each once."""
        made = [name for one in self.by.values() for name in one.columns]
        return (*dict.fromkeys(["id", self.date, self.contact, self.stage, self.owner, *made]),)


class Entry(NamedTuple):
    """What a record adds to one counter; the value and the owner are texts, "" for nothing."""

    kind: str
    day: str
    owner: str
    value: str
    number: int


class Entered(NamedTuple):
    """A stage, and when a record entered it for the first time."""

    stage_id: int
    at: str


class Range(NamedTuple):
    """Counters of one span, from the first period to the last."""

    span: int
    first: str
    last: str


def entries(
    reported: Reported, row: Row, zone: str, only: Sequence[str] = (), stages: Sequence[Entered] = ()
) -> list[Entry]:
    """What a record adds to the counters of these kinds, without any of all. `stages` are those that it has entered."""
    return [*_entries(reported, row, zone, frozenset(only), stages)]


def _entries(
    reported: Reported, row: Row, zone: str, only: frozenset[str], stages: Sequence[Entered]
) -> Iterator[Entry]:
    day, owner = day_of(row[reported.date], zone), _text(row[reported.owner])
    if not only or ALL in only:
        yield Entry(ALL, day, owner, "", 1)
    if not only or OWNER in only:
        yield Entry(OWNER, day, owner, owner, 1)
    for name, one in reported.by.items():
        if not only or name in only:
            yield Entry(name, day, owner, _text(one.make(*map(row.__getitem__, one.columns))), 1)
    if row[reported.contact] is not None and (not only or CONTACTED in only):
        yield from _of_contact(day, owner, seconds(row[reported.date], row[reported.contact]))
    if stages and (not only or ENTERED in only):
        present = _text(row[reported.stage])
        for stage, at in stages:
            yield Entry(ENTERED, day_of(at, zone), owner, f"{stage}:{present}", 1)


def _of_contact(day: str, owner: str, passed: int) -> Iterator[Entry]:
    number = bucket(passed)
    yield Entry(CONTACTED, day, owner, str(number), 1)
    yield Entry(f"{WITHIN}{number}", day, owner, str(passed), 1)
    if passed:
        yield Entry(SECONDS, day, owner, "", passed)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


@lru_cache(maxsize=4_096)
def day_of(timestamp: str, zone: str) -> str:
    """The day of a stored time on the clocks of a zone."""
    try:
        return datetime.fromisoformat(timestamp).astimezone(ZoneInfo(zone)).date().isoformat()
    except (OverflowError, ValueError):  # out of every calendar there
        return timestamp[:10]


def seconds(start: str, end: str) -> int:
    """How many have passed from one stored time to another, 0 where that is before it."""
    return max(0, int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()))


def bucket(passed: int) -> int:
    """The bucket of so many seconds: these rise with them, and each is about a sixteenth of its seconds wide."""
    shift = max(0, passed.bit_length() - _EXACT_BITS - 1)
    return (shift << _EXACT_BITS) + (passed >> shift)


def ranges(first: date | None, last: date | None) -> list[Range]:
    """The counters that make up these days, without an end where one is None: those of whole years, and of months and days
    beside them."""
    return [part for one in monthly(first, last) for part in _yearly(one)]


def _yearly(months: Range) -> list[Range]:
    """A range with whole years in place of their months."""
    span, first, last = months
    is_late, is_early = first[5:] > "01", last[5:] < "12"
    begin, end = int(first[:4]) + is_late, int(last[:4]) - is_early
    if span != MONTH or begin > end:
        return [months]
    found = [Range(YEAR, f"{begin:04}", f"{end:04}")]
    if is_late:
        found.insert(0, Range(MONTH, first, f"{begin - 1:04}-12"))
    if is_early:
        found.append(Range(MONTH, f"{end + 1:04}-01", last))
    return found


def monthly(first: date | None, last: date | None) -> list[Range]:
    """Those of whole months, and of days beside them."""
    begin, end = first or date.min, last or date.max
    if begin > end:
        return []
    found: list[Range] = []
    if begin.day > 1:
        until = min(_month_end(begin), end)
        found.append(_days(begin, until))
        if until == end:
            return found
        begin = until + timedelta(days=1)
    tail: list[Range] = []
    if end != _month_end(end):
        start = max(end.replace(day=1), begin)
        tail = [_days(start, end)]
        if start == begin:
            return [*found, *tail]
        end = start - timedelta(days=1)
    return [*found, Range(MONTH, begin.isoformat()[:7], end.isoformat()[:7]), *tail]


def each_day(first: date | None, last: date | None) -> list[Range]:
    """The counters of these days, one by one."""
    return [_days(first or date.min, last or date.max)]


def _days(first: date, last: date) -> Range:
    return Range(DAY, first.isoformat(), last.isoformat())


def _month_end(day: date) -> date:
    if (day.year, day.month) == (date.max.year, date.max.month):
        return date.max
    following = day.replace(day=28) + timedelta(days=4)
    return following - timedelta(days=following.day)


def week_of(day: str) -> str:
    """The Monday of the week of a day."""
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()
