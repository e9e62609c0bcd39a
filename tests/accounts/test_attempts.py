"""The throttle of wrong passwords, by its clock."""

from dataclasses import dataclass
from typing import Any

import pytest

from closum.accounts import attempts
from closum.accounts.attempts import MOST_PER_ADDRESS, MOST_PER_CLIENT, WINDOW
from closum.errors import TooManyAttempts
from closum.store.session import Session
from closum.store.unit import Unit

START = 1_800_000_000


@dataclass
class Throttle:
    session: Session
    now: int = START

    def fail(self, email: str = "ana@example.com", client: str = "192.0.2.1") -> None:
        with self.session.write() as unit:
            attempts.fail(self._at(unit), attempts.subjects(email, client))

    def wait(self, email: str = "ana@example.com", client: str = "192.0.2.1") -> int:
        """Seconds to wait until the next attempt; 0 for none."""
        with self.session.read() as unit:
            try:
                attempts.check(self._at(unit), attempts.subjects(email, client))
            except TooManyAttempts as error:
                return error.retry_after
        return 0

    def _at(self, unit: Unit) -> Unit:
        unit.now = self.now
        return unit

    def noted(self) -> Any:
        with self.session.read() as unit:
            (number,) = unit.one("SELECT COUNT(*) FROM sign_in_failure") or (0,)
        return number


@pytest.fixture
def throttle(session: Session) -> Throttle:
    return Throttle(session)


def test_ten_for_an_address_from_wherever(throttle: Throttle) -> None:
    for number in range(MOST_PER_ADDRESS):
        assert throttle.wait(client="198.51.100.1") == 0
        throttle.fail(client=f"192.0.2.{number}")
    assert throttle.wait(client="198.51.100.1") == WINDOW
    assert throttle.wait("rui@example.com", "192.0.2.1") == 0
    with pytest.raises(TooManyAttempts):
        throttle.fail(client="198.51.100.1")
    assert throttle.noted() == 2 * MOST_PER_ADDRESS  # one too many is not counted


def test_fifty_from_a_client_for_whomever(throttle: Throttle) -> None:
    for number in range(MOST_PER_CLIENT):
        assert throttle.wait("ana@example.com") == 0
        throttle.fail(f"user{number}@example.com")
    assert throttle.wait("ana@example.com") == WINDOW
    assert throttle.wait("ana@example.com", "192.0.2.2") == 0


def test_it_ends_15_minutes_after_the_first_of_the_last_ten(throttle: Throttle) -> None:
    for _ in range(MOST_PER_ADDRESS):
        throttle.fail()
        throttle.now += 10
    assert throttle.wait() == WINDOW - 100
    throttle.now = START + WINDOW - 1
    assert throttle.wait() == 1
    throttle.now += 1
    assert throttle.wait() == 0
    throttle.fail()  # uses the attempt that became free
    assert throttle.wait() == 10


def test_what_is_over_is_forgotten(throttle: Throttle) -> None:
    throttle.fail()
    throttle.now += WINDOW
    throttle.fail("rui@example.com", "198.51.100.1")
    assert throttle.noted() == 2


def test_neither_address_nor_client_is_kept(throttle: Throttle) -> None:
    throttle.fail("canary@example.com", "203.0.113.77")
    with throttle.session.read() as unit:
        kept = str(unit.all("SELECT * FROM sign_in_failure"))
    assert len(kept) > 10
    assert "canary" not in kept
    assert "203.0" not in kept


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ana@example.com", " ANA@Example.COM ", True),
        ("ana@example.com", "ana.@example.com", False),
        ("no address", " NO address", True),
        ("\x00\ud800", "\x00\ud800", True),
    ],
)
def test_spellings_of_one_address_are_counted_together(one: str, other: str, same: bool) -> None:
    assert (attempts.subjects(one, "x")[0] == attempts.subjects(other, "x")[0]) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),  # one client has all of a /64
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
        ("unknown", "unknown", True),
    ],
)
def test_what_counts_as_one_client(one: str, other: str, same: bool) -> None:
    assert (attempts.subjects("x", one)[1] == attempts.subjects("x", other)[1]) is same


def test_an_address_is_not_mistaken_for_a_client() -> None:
    assert len(set(attempts.subjects("192.0.2.1", "192.0.2.1"))) == 2


def test_after_a_clock_went_back_nobody_is_told_to_wait_longer(throttle: Throttle) -> None:
    for _ in range(MOST_PER_ADDRESS):
        throttle.fail()
    throttle.now -= 87_296
    assert throttle.wait() == WINDOW  # whether or not it can be stored that they count as of now
