"""Bars of new leads: the axis, what is lighter, and what is said of them; and how long something took, in words."""

from datetime import date, timedelta

import pytest

from closum.operations.dashboard import NUMBERS, Period, starts
from closum.web.dashboard import plot
from closum.web.locale import locale_of
from closum.web.words import LANGUAGES, load

WORDS = load()
FRIDAY = date(2026, 11, 27)


def made(by: str, *numbers: int) -> list[Period]:
    """So many leads in the last periods, and none before."""
    firsts = starts(by, FRIDAY)
    return [
        Period(one, number)
        for one, number in zip(firsts, [0] * (len(firsts) - len(numbers)) + [*numbers], strict=True)
    ]


def shown(by: str, *numbers: int, language: str = "en") -> plot.Plot:
    return plot.of(made(by, *numbers), by, locale_of(language, "UTC", WORDS))


@pytest.mark.parametrize(
    ("most", "axis"),
    [
        (0, 2),
        (1, 2),
        (3, 4),
        (5, 6),
        (7, 8),
        (9, 10),
        (11, 12),
        (146, 150),
        (2_480, 2_500),
        (8_001, 10_000),
        (1_201, 1_500),
        (15_001, 16_000),
        (10**12 + 1, 12 * 10**11),
    ],
)
def test_the_axis_ends_with_a_round_number(most: int, axis: int) -> None:
    found = shown("day", most)
    assert found.axis == (axis, axis // 2, 0)
    assert all(0 <= one.y <= 100 and round(one.y + one.height, 1) == 100 for one in found.bars)


@pytest.mark.parametrize("by", NUMBERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_period_has_a_bar_and_the_last_one_is_named(by: str, language: str) -> None:
    found = shown(by, 3, 1_000_000, 1, language=language)
    assert len(found.bars) == NUMBERS[by]
    assert found.width == 10 * len(found.bars)
    assert found.bars[-1].mark
    assert found.bars[-1].height > 0
    assert found.most == found.bars[-2]
    assert found.bars[0].number == found.bars[0].height == 0


def test_weekends_are_lighter() -> None:
    assert [one.is_weekend for one in shown("day").bars[-7:]] == [
        True,
        True,
        False,
        False,
        False,
        False,
        False,
    ]
    assert not any(one.is_weekend for by in ("week", "month") for one in shown(by).bars)


def test_the_week_and_the_month_that_are_not_over_yet_run() -> None:
    running = {by: [one for one in shown(by).bars if one.is_running] for by in NUMBERS}
    assert running == {"day": [], "week": [shown("week").bars[-1]], "month": [shown("month").bars[-1]]}


def test_of_several_highest_bars_the_latest_is_named() -> None:
    found = shown("day", 8, 8, 1)
    assert found.most == found.bars[-2]


def test_without_leads_no_bar_is_the_highest() -> None:
    assert shown("day").most is None


def test_periods_follow_each_other() -> None:
    days, weeks, months = (starts(by, FRIDAY) for by in NUMBERS)
    assert (days[0], days[-1]) == (FRIDAY - timedelta(days=29), FRIDAY)
    assert {one.isoweekday() for one in weeks} == {1}
    assert weeks[-1] == date(2026, 11, 23)
    assert (months[0], months[-1]) == (date(2025, 12, 1), date(2026, 11, 1))
    assert starts("month", date(2026, 1, 31))[0] == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("language", "by", "when", "mark"),
    [
        ("en", "day", "27 Nov", "27 Nov"),
        ("pt", "day", "27/11", "27/11"),
        ("en", "month", "November 2026", "Nov"),
        ("pt", "month", "novembro de 2026", "nov"),
    ],
)
def test_periods_are_called(language: str, by: str, when: str, mark: str) -> None:
    last = shown(by, language=language).bars[-1]
    assert (last.when, last.mark) == (when, mark)
