"""Times in filters: a day, a moment, or so long ago, as a stretch of time."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

EXPECTED = (
    "a day such as 2026-01-31, a time such as 2026-01-31T10:00:00+00:00, today, yesterday, tomorrow,"
    " -7d or -24h for so long ago, or +7d or +24h for so long from now"
)

_AWAY = re.compile(r"([+ -][0-9]{1,5})([dh])")  # a + in a query string that was not encoded comes as a space
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?([Zz]|[ +-][0-9]{2}:?[0-9]{2})?"
)
FIRST, LAST = "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"
"""Of the times that the calendar has."""


class Stretch(NamedTuple):
    """From `start` to before `end`, in the form in which times are stored."""

    start: str
    end: str


class When(NamedTuple):
    """What a filter says of a time. `days` counts from today, `hours` from now; else it is a day or a moment."""

    day: date | None = None
    moment: datetime | None = None
    days: int | None = None
    hours: int | None = None

    @property
    def has_zone(self) -> bool:
        """Whether it means the same in every time zone."""
        return self.hours is not None or (self.moment is not None and self.moment.tzinfo is not None)

    def stretch(self, now: int, zone: str) -> Stretch:
        """The second, or the day of the zone, that is meant at a time in seconds since 1970."""
        if self.hours is not None:
            start = datetime.fromtimestamp(now, UTC) + timedelta(hours=self.hours)
            return _between(start, start + timedelta(seconds=1))
        local = ZoneInfo(zone)
        if self.moment is not None:
            start = self.moment if self.moment.tzinfo else self.moment.replace(tzinfo=local)
            return Stretch(_stored(start), _stored(_later(start)))
        day = self.on(now, zone)
        return _between(_midnight(day, local), _midnight(_shifted(day, 1), local))

    @property
    def is_day(self) -> bool:
        """Whether it is a whole day."""
        return self.day is not None or self.days is not None

    def on(self, now: int, zone: str) -> date:
        """The day of the zone that is meant, where it is one."""
        today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
        return self.day or _shifted(today, self.days or 0)


def read(text: str) -> When:
    """Raises ValueError for a text that is no time, or none that there is."""
    try:
        found = _read(text if _AWAY.fullmatch(text) else text.strip())
    except ValueError:
        found = None
    if found is None:
        raise ValueError(f"it must be {EXPECTED}")
    return found


def _read(text: str) -> When | None:
    lowered = text.lower()
    if lowered in _NAMED:
        return When(days=_NAMED[lowered])
    if away := _AWAY.fullmatch(lowered):
        number = int(away[1])
        return When(days=number) if away[2] == "d" else When(hours=number)
    if _DAY.fullmatch(text):
        return When(day=date.fromisoformat(text))
    if time := _TIME.fullmatch(text):
        # A + in a query string that was not encoded comes as a space.
        zone = (time[3] or "").upper().replace("Z", "+00:00").replace(" ", "+")
        return When(moment=datetime.fromisoformat(f"{time[1]}T{time[2]}{zone}"))
    return None


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def _later(moment: datetime) -> datetime:
    """By a second, as far as the calendar goes."""
    try:
        return moment + timedelta(seconds=1)
    except OverflowError:
        return moment


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _between(start: datetime, end: datetime) -> Stretch:
    return Stretch(_stored(start), _stored(end))


def _stored(moment: datetime) -> str:
    """Rounded up to a whole second; times out of every calendar are the first or the last that there is."""
    try:
        utc = moment.astimezone(UTC)
        whole = utc.replace(microsecond=0)
        return (whole + timedelta(seconds=1) if utc.microsecond else whole).isoformat()
    except (OverflowError, ValueError):
        return FIRST if moment.year < 5000 else LAST
