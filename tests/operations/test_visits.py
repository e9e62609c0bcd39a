"""What changed since somebody was here last: a reload loses nothing, a later visit begins behind what was shown."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from closum.accounts import users
from closum.errors import Malformed
from closum.model import draft
from closum.model.change import By
from closum.operations import handover, records, visits
from closum.operations.visits import NOTED, PAUSE, News
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support.stored import create

BEGAN = 1_796_035_200
MOST = 10


class Company:
    """An account whose user comes at times, and whose other user writes."""

    def __init__(self, session: Session, account: Account) -> None:
        self.session, self.account = session, account
        with session.write() as unit:
            self.me, self.other = (
                users.add_user(unit, account, f"{name}@example.com", "none") for name in ("rui", "eva")
            )

    def writing(self) -> AbstractContextManager[Unit]:
        return self.session.write(self.account.id)

    def write(self, name: str, by: int | None = None) -> None:
        with self.writing() as unit:
            create(unit.of(self.account.id, By(by or self.other, "r", "page")), LEAD, [{"name": name}])

    def look(self, after: int, most: int = MOST) -> News:
        """Looks at the page, so many seconds after the first time."""
        with self.writing() as unit:
            unit.now = BEGAN + after
            found = visits.read(unit, self.me, most)
            if not found.is_noted:
                visits.note(unit, self.me, found.until)
            return found

    def see(self, after: int, until: str) -> None:
        with self.writing() as unit:
            unit.now = BEGAN + after
            visits.see(unit, self.me, until)


@pytest.fixture
def company(session: Session, account: Account) -> Company:
    return Company(session, account)


def ids(found: News) -> list[int]:
    return [one.id for one in found.changes]


def test_the_first_visit_begins(company: Company) -> None:
    company.write("Before")
    first = company.look(0)
    assert (ids(first), first.since, first.is_cut) == ([], None, False)
    company.write("Ana")
    again = company.look(1)
    assert (ids(again), again.since) == ([2], timestamp(BEGAN))


def test_a_reload_loses_nothing(company: Company) -> None:
    company.look(0)
    company.write("Ana")
    for moment in range(0, 5 * PAUSE, PAUSE - 1):
        assert ids(company.look(moment)) == [1]
    company.write("Eva")
    assert ids(company.look(5 * PAUSE)) == [2, 1]


def test_a_later_visit_begins_behind_what_was_shown(company: Company) -> None:
    company.look(0)
    company.write("Ana")
    company.look(100)
    company.write("Eva")
    later = company.look(100 + PAUSE)
    assert (ids(later), later.since) == ([2], timestamp(BEGAN + 100))
    assert ids(company.look(101 + PAUSE)) == [2]


def test_own_changes_are_left_out(company: Company) -> None:
    company.look(0)
    company.write("Mine", company.me)
    company.write("Ana")
    assert ids(company.look(1)) == [2]


def test_the_newest_are_looked_at(company: Company) -> None:
    company.look(0)
    for name in ("Ana", "Eva", "Rui"):
        company.write(name)
    found = company.look(1, most=2)
    assert (ids(found), found.has_more) == ([3, 2], True)
    assert not company.look(2, most=3).has_more


def test_what_is_marked_as_seen_is_gone(company: Company) -> None:
    company.look(0)
    company.write("Ana")
    shown = company.look(1)
    company.write("Eva")  # after the page was shown, before the button is pressed
    company.see(2, shown.until)
    assert ids(company.look(3)) == [2]


@pytest.mark.parametrize("text", ["", "x", "A" * 21, "Á" * 22])
def test_nothing_else_is_taken_for_a_position(company: Company, text: str) -> None:
    with pytest.raises(Malformed):
        company.see(0, text)


def test_a_visit_is_noted_now_and_then(company: Company) -> None:
    company.look(0)
    assert company.look(1).is_noted
    assert not company.look(NOTED).is_noted


def lose(unit: Unit) -> None:
    """As a backup does that is put back."""
    unit.run(
        "UPDATE change SET request_id = 'other' WHERE account_id = ? AND position = 1", (unit.account_id,)
    )


def cut(unit: Unit) -> None:
    history.cut(unit, timestamp(unit.now + 1), 2)


@pytest.mark.parametrize("gone", [lose, cut])
def test_where_the_history_does_not_have_all_it_says_since_when(
    company: Company, gone: Callable[[Unit], None]
) -> None:
    company.write("Before")
    company.look(0)
    for name in ("Ana", "Eva"):
        company.write(name)
    with company.writing() as unit:
        gone(unit)
        earliest = history.earliest(unit)
    found = company.look(1)
    assert (found.is_cut, found.since) == (True, earliest)
    assert ids(found)[0] == 3


def test_each_user_and_each_account_has_a_place_of_its_own(company: Company, session: Session) -> None:
    company.look(0)
    company.write("Ana")
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    with session.write(other.id) as unit:
        unit.now = BEGAN
        assert visits.read(unit, company.me, MOST).since is None
    with company.writing() as unit:
        assert visits.read(unit, company.other, MOST).since is None


def test_the_place_goes_with_its_user(company: Company) -> None:
    company.look(0)
    with company.writing() as unit:
        handover.begin(unit, company.me, None)
        assert unit.all("SELECT 1 FROM user_visit") == []


def test_records_change_as_ever(company: Company) -> None:
    company.look(0)
    company.write("Ana")
    with company.writing() as unit:
        records.update(
            unit.of(company.account.id, By(company.other, "r", "page")),
            LEAD,
            1,
            draft.parse(LEAD, {"name": "Eva"}),
        )
    assert [(one.verb, one.id) for one in company.look(1).changes] == [("update", 1), ("create", 1)]
