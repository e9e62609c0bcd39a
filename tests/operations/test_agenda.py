"""Open follow-ups by when they are due, beside a naive reading of them all; what is done with them; leads without an owner."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.accounts import users
from closum.errors import NotFound
from closum.model import draft
from closum.model.change import By
from closum.operations import agenda, records
from closum.operations.agenda import LATER, OVERDUE, TODAY, UNTIMED, WEEK
from closum.resources.lead import LEAD
from closum.resources.task import TASK
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.stored import create

NOW = 1_796_035_200  # 2026-11-30T10:40:00 in Lisbon
ZONE = "Europe/Lisbon"
DAYS = agenda.days(NOW, ZONE)
EDGES = (
    None,
    "0001-01-01T00:00:00+00:00",
    "2026-11-29T23:59:59+00:00",
    "2026-11-30T10:39:59+00:00",
    "2026-11-30T10:40:00+00:00",
    "2026-11-30T23:59:59+00:00",
    "2026-12-01T00:00:00+00:00",
    "2026-12-07T23:59:59+00:00",
    "2026-12-08T00:00:00+00:00",
    "9999-12-31T23:59:59+00:00",
)
KINDS = (OVERDUE, TODAY, WEEK, LATER, UNTIMED)


@pytest.fixture
def user(session: Session, account: Account) -> int:
    with session.write() as unit:
        return users.add_user(unit, account, "rui@example.com", "none")


def kind_of(due: str | None) -> set[str]:
    if due is None:
        return {UNTIMED}
    if due < DAYS.now:
        return {OVERDUE}
    if due < DAYS.tomorrow:
        return {TODAY}
    return {LATER, WEEK} if due < DAYS.week else {LATER}


def walked(unit: Unit, kind: str, user_id: int | None, most: int) -> list[int]:
    """All of them, a few at a time."""
    found, after = list[int](), None
    while True:
        some = agenda.read(unit, kind, user_id, DAYS, most, after)
        found += [one.id for one in some.tasks]
        if (after := some.next) is None:
            return found


tasks = st.lists(st.tuples(st.sampled_from(EDGES), st.booleans(), st.booleans()), min_size=1, max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=tasks, most=st.integers(1, 4))
def test_each_is_found_once_by_its_time(
    session: Session, account: Account, made: list[tuple[str | None, bool, bool]], most: int
) -> None:
    with session.write() as unit:
        fresh = users.add_account(unit, f"Account {unit.one('SELECT COUNT(*) FROM account')}")
        user = users.add_user(unit, fresh, f"u{fresh.id}@example.com", "none")
    with session.write(fresh.id) as unit:
        (lead,) = create(unit, LEAD, [{"name": "Ana"}])
        bodies = [
            {"lead_id": lead, "text": "Call", "due": due, "done": done, "user_id": user if own else None}
            for due, done, own in made
        ]
        ids = create(unit, TASK, bodies)
    every = sorted(zip(ids, made, strict=True), key=lambda one: (one[1][0] or "", one[0]))
    with session.read() as shared:
        unit = shared.of(fresh.id)
        for kind in KINDS:
            for who in (None, user):
                wanted = [
                    one
                    for one, (due, done, own) in every
                    if kind in kind_of(due) and not done and (own or who is None)
                ]
                assert walked(unit, kind, who, most) == wanted
                if kind != UNTIMED:
                    assert agenda.number(unit, kind, who, DAYS) == len(wanted)


def test_days_begin_on_the_clocks_of_the_account() -> None:
    assert agenda.days(NOW, "Pacific/Auckland").tomorrow == "2026-11-30T11:00:00+00:00"
    assert DAYS == ("2026-11-30T10:40:00+00:00", "2026-12-01T00:00:00+00:00", "2026-12-08T00:00:00+00:00")


def test_no_more_are_counted_than_a_page_says(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda, "MOST_COUNTED", 2)
    with session.write(account.id) as unit:
        (lead,) = create(unit, LEAD, [{"name": "Ana"}])
        create(unit, TASK, [{"lead_id": lead, "text": "Call", "due": "2026-11-01"}] * 5)
    with session.read() as shared:
        unit = shared.of(account.id)
        assert agenda.number(unit, OVERDUE, None, DAYS) == 3


@pytest.mark.parametrize(
    ("due", "by", "moved"),
    [
        ("2026-11-02T09:30:00+00:00", 1, "2026-12-01T09:30:00+00:00"),
        ("2026-07-01T09:30:00+00:00", 3, "2026-12-03T10:30:00+00:00"),  # the same on the clocks of people
        ("2026-11-30T23:59:59+00:00", 7, "2026-12-07T23:59:59+00:00"),
        ("0001-01-01T00:00:00+00:00", 1, None),
        (None, 1, "2026-12-01T23:59:59+00:00"),
    ],
)
def test_a_follow_up_moves_from_today_on(
    session: Session, account: Account, due: str | None, by: int, moved: str | None
) -> None:
    with session.write(account.id) as unit:
        unit.run("UPDATE account SET zone = ? WHERE id = ?", (ZONE, account.id))
        (lead,) = create(unit, LEAD, [{"name": "Ana"}])
        (task,) = create(unit, TASK, [{"lead_id": lead, "text": "Call", "due": due}])
        unit.now = NOW
        assert agenda.move(unit, task, by, ZONE)
        found = records.retrieve(unit, TASK, task)["due"]
        assert found == moved if moved else found.startswith("2026-12-01")


def test_what_is_done_stays_done(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        (lead,) = create(unit, LEAD, [{"name": "Ana"}])
        (task,) = create(unit, TASK, [{"lead_id": lead, "text": "Call"}])
        assert agenda.finish(unit, task)
        done = records.retrieve(unit, TASK, task)
        assert done["done"]
        assert agenda.finish(unit, task) is None
        assert agenda.move(unit, task, 1, ZONE) is None
        assert records.retrieve(unit, TASK, task) == done


@pytest.mark.parametrize("deed", [lambda unit: agenda.finish(unit, 9), lambda unit: agenda.take(unit, 9)])
def test_nothing_is_done_with_what_is_not_there(session: Session, account: Account, deed: Any) -> None:
    with session.write(account.id) as unit, pytest.raises(NotFound):
        deed(unit)


def test_the_newest_leads_that_nobody_has(session: Session, account: Account, user: int) -> None:
    with session.write(account.id) as unit:
        one, two, three = create(unit, LEAD, [{"name": name} for name in ("Ana", "Eva", "Rui")])
        records.update(unit, LEAD, two, draft.parse(LEAD, {"owner_id": user}))
        found, number = agenda.unowned(unit, ("id",), 10)
        assert ([lead["id"] for lead in found], number) == ([three, one], 2)
        assert agenda.unowned(unit, ("id",), 1)[1] == 2


def test_a_lead_is_taken_once(session: Session, account: Account, user: int) -> None:
    with session.write() as unit:
        other = users.add_user(unit, account, "eva@example.com", "none")
    with session.write(account.id) as unit:
        (lead,) = create(unit, LEAD, [{"name": "Ana"}])
        mine, theirs = (unit.of(account.id, By(one, "r", "page")) for one in (user, other))
        operation, is_gone = agenda.take(mine, lead)
        assert operation
        assert not is_gone
        assert agenda.take(mine, lead) == (None, False)
        assert agenda.take(theirs, lead) == (None, True)
        assert records.retrieve(unit, LEAD, lead, ("owner_id",))["owner_id"] == user
