"""The counters that make up some days have each of them once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closum.model.reported import DAY, MONTH, YEAR, Range, bucket, monthly, ranges

DAYS = st.dates(date(2019, 11, 1), date(2024, 3, 1)) | st.dates(date(1, 1, 1), date(9999, 12, 31))


def days_of(one: Range) -> list[date]:
    """From the first day of the first period to the last day of the last one."""
    first = {DAY: one.first, MONTH: f"{one.first}-01", YEAR: f"{one.first}-01-01"}[one.span]
    last = {DAY: one.last, MONTH: f"{one.last}-01", YEAR: f"{one.last}-12-31"}[one.span]
    end = date.fromisoformat(last)
    while one.span == MONTH and end != date.max and (end + timedelta(days=1)).month == end.month:
        end += timedelta(days=1)
    return [date.fromisoformat(first), end]


@given(DAYS, DAYS)
def test_each_day_once(first: date, last: date) -> None:
    for make, most in ((ranges, 5), (monthly, 3)):
        found = make(first, last)
        if first > last:
            assert found == []
            continue
        ends = [days_of(one) for one in found]
        assert (ends[0][0], ends[-1][1]) == (first, last)
        assert all(one[0] <= one[1] for one in ends)
        assert [one[1] + timedelta(days=1) for one in ends[:-1]] == [one[0] for one in ends[1:]]
        assert len(found) <= most
        assert (
            sum((one[1] - one[0]).days + 1 for one, span in zip(ends, found, strict=True) if span.span == DAY)
            <= 60
        )


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, [Range(YEAR, "0001", "9999")]),
        (date(2024, 1, 1), None, [Range(YEAR, "2024", "9999")]),
        (None, date(2024, 11, 30), [Range(YEAR, "0001", "2023"), Range(MONTH, "2024-01", "2024-11")]),
        (
            date(2024, 1, 2),
            date(2024, 12, 31),
            [Range(DAY, "2024-01-02", "2024-01-31"), Range(MONTH, "2024-02", "2024-12")],
        ),
        (
            date(2024, 2, 1),
            date(2025, 12, 31),
            [Range(MONTH, "2024-02", "2024-12"), Range(YEAR, "2025", "2025")],
        ),
    ],
)
def test_whole_years(first: date | None, last: date | None, expected: list[Range]) -> None:
    assert ranges(first, last) == expected


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_buckets_rise_with_the_seconds(first: int, second: int) -> None:
    assert (bucket(first) <= bucket(second)) or first > second
