"""The watch over the wall clock, by two clocks that the test sets."""

import logging

import pytest

from closum.http import clocks
from closum.http.clocks import ClockWatch


class Clocks:
    def __init__(self) -> None:
        self.wall, self.steady = 1_800_000_000.0, 5_000.0
        self.watch = ClockWatch(lambda: self.wall, lambda: self.steady)

    def pass_by(self, seconds: float, jump: float = 0.0) -> None:
        self.wall += seconds + jump
        self.steady += seconds


@pytest.fixture
def both(caplog: pytest.LogCaptureFixture) -> Clocks:
    caplog.set_level(logging.WARNING)
    return Clocks()


@pytest.mark.parametrize(
    ("jump", "words"), [(87_296, "went forward by 87296 s"), (-87_296, "went back by 87296 s")]
)
def test_a_jump_is_one_warning(
    both: Clocks, caplog: pytest.LogCaptureFixture, jump: float, words: str
) -> None:
    both.pass_by(1, jump)
    for _ in range(3):
        both.watch.look()
        both.pass_by(1)
    assert [words in record.getMessage() for record in caplog.records] == [True]
    assert both.watch.forward() == max(0, jump)
    assert both.watch.forward() == 0


def test_time_that_passes_and_small_corrections_are_no_jump(
    both: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    for correction in (0.0, 1.9, -1.9, 0.5, 0.5, 0.5, 0.5):
        both.pass_by(3_600, correction)
        assert both.watch.forward() == 0
    assert caplog.records == []


def test_forward_and_back_again_is_no_jump_forward(both: Clocks) -> None:
    for jump in (3_600, -3_600):
        both.pass_by(1, jump)
        both.watch.look()
    assert both.watch.forward() == 0


def test_a_look_in_which_the_process_did_not_run_says_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    steady = iter([0.0, 1.0, 61.0, 62.0, 62.0])
    watch = ClockWatch(lambda: 1_000.0, lambda: next(steady))
    watch.look()
    assert caplog.records == []


def test_the_steady_clock_goes_on() -> None:
    assert clocks.steady_time() <= clocks.steady_time()
