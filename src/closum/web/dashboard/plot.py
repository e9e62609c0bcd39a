"""Bars of new leads over time: where each is in a picture of 100 units of height, and what is said of it in words."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from closum.operations.dashboard import Period
from closum.web.locale import Locale

WIDTH = 10
"""Units of a bar with the space on both sides of it."""
_ROUND = (10, 12, 15, 16, 20, 25, 30, 40, 50, 60, 80)
_LEAST = 1.0
"""Units of the lowest bar that is there."""
_MARKED = {"day": slice(1, None, 7), "week": slice(0, None, 5), "month": slice(1, None, 2)}
"""The bars that have their names below them."""


class Bar(NamedTuple):
    """`when` is what its period is called, `mark` what is below it, "" for nothing; one of several days `is_running` until it ends."""

    x: float
    y: float
    height: float
    when: str
    mark: str
    number: int
    is_weekend: bool
    is_running: bool


class Plot(NamedTuple):
    """`axis` are the numbers beside it from the top down; `most` is the highest bar, the latest of several, None where none is."""

    width: int
    bars: Sequence[Bar]
    axis: Sequence[int]
    most: Bar | None


def of(periods: Sequence[Period], by: str, locale: Locale) -> Plot:
    top = _top(max(one.number for one in periods))
    bars = [*_bars(periods, by, top, locale)]
    most = max(reversed(bars), key=lambda one: one.number)
    return Plot(WIDTH * len(bars), bars, (top, top // 2, 0), most if most.number else None)


def _bars(periods: Sequence[Period], by: str, top: int, locale: Locale) -> Iterator[Bar]:
    marked = range(len(periods))[_MARKED[by]]
    for place, (first, number) in enumerate(periods):
        height = round(max(100 * number / top, _LEAST), 1) if number else 0
        is_weekend = by == "day" and first.isoweekday() > 5
        when = locale.month_of(first) if by == "month" else locale.short(first)
        mark = _short(first, by, locale) if place in marked else ""
        is_running = by != "day" and place == len(periods) - 1
        x, y = place * WIDTH + 1.5, round(100 - height, 1)
        yield Bar(x, y, height, when, mark, number, is_weekend, is_running)


def _top(most: int) -> int:
    """The end of the axis: a round number, whose half is a whole one."""
    power = 1
    while True:
        for one in _ROUND:
            half, rest = divmod(one * power, 20)
            if not rest and 2 * half >= most:
                return 2 * half
        power *= 10


def _short(first: date, by: str, locale: Locale) -> str:
    return locale.month(first)[:3] if by == "month" else locale.short(first)
