"""When the leads of demonstration data come."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from closum.operations.dates import DAY, YEARS, Dates

NOW = 1_790_000_000
MANY = 20_000


@pytest.fixture(scope="module")
def times() -> list[int]:
    return Dates(NOW - YEARS, NOW, MANY).of(0, MANY)


def test_they_rise_over_the_whole_time(times: list[int]) -> None:
    assert times == sorted(times)
    assert NOW - YEARS <= times[0] < NOW - YEARS + 7 * DAY
    assert NOW - 7 * DAY < times[-1] <= NOW
    assert len(set(times)) > MANY * 0.95


def test_they_are_the_same_whatever_the_sets(times: list[int]) -> None:
    dates = Dates(NOW - YEARS, NOW, MANY)
    assert [time for first in range(0, MANY, 1_000) for time in dates.of(first, 1_000)] == times


def test_weeks_have_their_rhythm(times: list[int]) -> None:
    moments = [datetime.fromtimestamp(time, UTC) for time in times]
    days = Counter(moment.weekday() for moment in moments)
    assert min(days[day] for day in range(5)) > 2 * max(days[5], days[6])
    hours = Counter(moment.hour for moment in moments)
    assert sum(hours[hour] for hour in range(9, 19)) > 3 * sum(hours[hour] for hour in range(9))
    months = Counter(moment.month for moment in moments)
    assert months[8] < 0.7 * months[10]


def test_there_are_more_at_the_end(times: list[int]) -> None:
    middle = NOW - YEARS // 2
    assert sum(time > middle for time in times) > 1.3 * sum(time <= middle for time in times)


@pytest.mark.parametrize("span", [0, 1, 59, 3_600, 90_000])
@pytest.mark.parametrize("count", [1, 7, 3_000])
def test_a_short_time_is_kept_to(span: int, count: int) -> None:
    times = Dates(NOW - span, NOW, count).of(0, count)
    assert times == sorted(times)
    assert (len(times), min(times) >= NOW - span, max(times) <= NOW) == (count, True, True)


def test_a_clock_that_went_back_gives_its_own_time() -> None:
    assert Dates(NOW, NOW - 100, 3).of(0, 3) == [NOW - 100] * 3
