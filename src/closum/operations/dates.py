"""When the leads of demonstration data come: more every month, in office hours, fewer at weekends and in August."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate

HOUR = 3_600
DAY = 24 * HOUR
YEARS = 3 * 365 * DAY

_HOURS = (2, 1, 1, 1, 1, 2, 5, 12, 30, 55, 65, 60, 45, 45, 60, 65, 60, 50, 35, 28, 25, 22, 14, 6)
_WEEKDAYS = (100, 110, 105, 100, 90, 35, 25)  # from Monday on
_MONTHS = (105, 100, 105, 100, 105, 95, 80, 55, 110, 110, 100, 75)
_GROWTH = 1.5  # by which there are more at the end than at the beginning
_PRIME = 0x9E3779B97F4A7C15


class Dates:
    """Times of `count` leads from `begin` to `end`, in seconds since 1970: the same ones for the same arguments.

    They never go back. Where `end` is not after `begin` all are `end`.
    """

    def __init__(self, begin: int, end: int, count: int) -> None:
        self._begin, self._end, self._count = min(begin, end), end, count
        self._starts = range(self._begin, end, HOUR)
        self._sums = list(accumulate(self._weights(), initial=0.0))

    def of(self, first: int, number: int) -> list[int]:
        """The times of `number` leads, of which the first is that with the number `first`, counted from 0."""
        return [self._time(lead) for lead in range(first, first + number)]

    def _time(self, lead: int) -> int:
        if not self._starts:
            return self._end
        share = (lead + _mixed(lead) / 1_000) / self._count * self._sums[-1]
        hour = min(bisect_right(self._sums, share) - 1, len(self._starts) - 1)
        part = (share - self._sums[hour]) / (self._sums[hour + 1] - self._sums[hour])
        start = self._starts[hour]
        return int(start + part * (min(start + HOUR, self._end) - start))

    def _weights(self) -> Iterator[float]:
        """How much comes in each hour, by the clock of UTC."""
        for start in self._starts:
            weight = _of_day(start // DAY) * _HOURS[start % DAY // HOUR]
            grown = 1 + _GROWTH * (start - self._begin) / (self._end - self._begin)
            yield weight * grown * min(HOUR, self._end - start) / HOUR


@lru_cache(maxsize=2)  # its hours come one after the other
def _of_day(day: int) -> float:
    date = datetime.fromtimestamp(day * DAY, UTC)
    return _WEEKDAYS[date.weekday()] * _MONTHS[date.month - 1] * (600 + _mixed(day)) / 1_000


def _mixed(number: int) -> int:
    """0 … 999, spread evenly."""
    return (number * _PRIME & 0xFFFF_FFFF_FFFF_FFFF) * 1_000 >> 64
