"""Erasing a person: what goes, what stays, and what has changed since it was looked at."""

from typing import Any

import pytest

from closum.model import draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.operations import person, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.writing import filled

ANA, RUI = {"email": "ana@example.com"}, {"email": "rui@example.com"}
MOBILE = {"extension": "351", "number": "912 345 678"}


def ids(session: Session, account: Account, resource: Resource) -> list[int]:
    with session.read() as unit:
        return [
            one["id"]
            for one in records.page(unit.of(account.id), resource, Query("id", window=Page(limit=1000)))[0]
        ]


def left(session: Session, account: Account) -> tuple[list[int], list[int], list[int]]:
    """Ids of leads, e-mail and phone records."""
    leads, emails, phones = (ids(session, account, resource) for resource in (LEAD, EMAIL, PHONE))
    return leads, emails, phones


def look(session: Session, account: Account, text: str, **options: Any) -> person.Plan:
    with session.read() as unit:
        return person.look(unit.of(account.id), text, **options)


def carry_out(session: Session, plan: person.Plan) -> person.Erased:
    erasure = person.Erasure(plan)
    for step in erasure.steps():
        with session.write(plan.account_id) as unit:
            step(unit)
    return erasure.total


@pytest.mark.parametrize("text", ["ana@example.com", " ANA@Example.com "])
def test_an_address_takes_its_leads_and_what_they_alone_show(
    session: Session, account: Account, text: str
) -> None:
    filled(session, account, {"email": ANA, "phone": MOBILE}, {"name": "Ana", "email": ANA}, {"email": RUI})
    plan = look(session, account, text)
    assert plan.size == person.Erased(showing=2, records=2)
    assert carry_out(session, plan) == plan.size
    assert left(session, account) == ([3], [2], [])
    assert look(session, account, text).size == (0, 0, 0, 0)


@pytest.mark.parametrize("text", ["+351 912 345 678", "00351912345678", "+351912345678"])
def test_a_number_with_its_prefix_takes_its_leads(session: Session, account: Account, text: str) -> None:
    filled(
        session,
        account,
        {"phone": MOBILE, "email": ANA},
        {"name": "Rui", "phone": {"extension": "351", "number": "912345679"}},
    )
    assert carry_out(session, look(session, account, text)) == (1, 2, 0, 0)
    assert left(session, account) == ([2], [], [2])


@pytest.mark.parametrize("text", ["nobody@example.com", "+351 912 345 670"])
def test_what_is_nobodys_takes_nothing(session: Session, account: Account, text: str) -> None:
    filled(session, account, {"phone": MOBILE, "email": ANA})
    plan = look(session, account, text)
    assert (plan.found, plan.size) == ([], (0, 0, 0, 0))
    assert carry_out(session, plan) == (0, 0, 0, 0)
    assert left(session, account) == ([1], [1], [1])


def test_a_record_that_other_leads_show_stays_and_is_named(session: Session, account: Account) -> None:
    filled(session, account, {"email": ANA, "phone": MOBILE}, *[{"email": RUI, "phone": MOBILE}] * 4)
    plan = look(session, account, "ana@example.com")
    assert plan.size == (1, 1, 0, 0)
    (kept,) = plan.kept
    assert (kept.resource, kept.row["number"], kept.shown_count) == (PHONE, "912 345 678", 4)
    assert [lead["id"] for _, lead in kept.shown_by] == [2, 3, 4]
    assert carry_out(session, plan) == (1, 1, 0, 0)
    assert left(session, account) == ([2, 3, 4, 5], [2], [1])


def test_a_record_that_no_lead_shows_goes_alone(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        records.create_many(unit.of(account.id), EMAIL, [draft.parse(EMAIL, ANA)])
    assert carry_out(session, look(session, account, "ana@example.com")) == (0, 1, 0, 0)
    assert left(session, account) == ([], [], [])


def test_a_lead_that_was_changed_since_stays_with_what_it_shows(session: Session, account: Account) -> None:
    filled(session, account, {"name": "Ana", "email": ANA}, {"email": ANA, "phone": MOBILE})
    plan = look(session, account, "ana@example.com")
    with session.write(account.id) as unit:
        records.update(unit.of(account.id), LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
    assert carry_out(session, plan) == (1, 1, 0, 0)
    assert left(session, account) == ([1], [1], [])


def test_a_record_that_somebody_shows_by_now_stays(session: Session, account: Account) -> None:
    filled(session, account, {"email": ANA, "phone": MOBILE})
    plan = look(session, account, "ana@example.com")
    filled(session, account, {"name": "Rui", "phone": {"id": 1}})
    assert carry_out(session, plan) == (1, 1, 0, 0)
    assert left(session, account) == ([2], [], [1])


def test_a_lead_that_came_since_stays(session: Session, account: Account) -> None:
    filled(session, account, {"email": ANA})
    plan = look(session, account, "ana@example.com")
    filled(session, account, {"name": "Eva", "email": ANA})
    assert carry_out(session, plan) == (1, 0, 0, 0)
    assert left(session, account) == ([2], [1], [])


def test_another_accounts_person_stays(session: Session, account: Account) -> None:
    from closum.accounts import users

    with session.write() as unit:
        other = users.add_account(unit, "Other")
    for one in (account, other):
        filled(session, one, {"email": ANA})
    assert carry_out(session, look(session, account, "ana@example.com")) == (1, 1, 0, 0)
    assert left(session, other) == ([1], [1], [])


def test_many_leads_go_in_small_steps_and_few_are_shown(session: Session, account: Account) -> None:
    count = 2 * person.AT_ONCE + 1
    filled(
        session, account, *[{"name": str(number), "email": ANA, "city_id": 213} for number in range(count)]
    )
    plan = look(session, account, "ana@example.com", most=5)
    assert plan.size == (count, 1, 0, 0)
    assert [row["id"] for _, row in plan.first_showing] == [1, 2, 3, 4, 5]
    assert plan.first_records == look(session, account, "ana@example.com", most=1).first_records
    assert look(session, account, "ana@example.com", most=0).first_records == []
    assert plan.cities == {213: "Abrantes"}
    steps = person.Erasure(plan)
    gone = []
    for step in steps.steps():
        with session.write(account.id) as unit:
            step(unit)
        gone.append(steps.total.showing)
    assert gone == [person.AT_ONCE, 2 * person.AT_ONCE, count, count]
    assert left(session, account) == ([], [], [])
