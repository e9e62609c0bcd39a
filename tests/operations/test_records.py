"""The verbs on sets of drafts: what one of them means for those behind it."""

from typing import Any

import pytest

from closum.errors import Invalid
from closum.model import draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.operations import records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.stored import written

ADDRESSES = ("ana@example.com", "Ana@Example.com", "rui@example.com", " ana@example.com")
NUMBERS = ("912 345 678", "912345678", "912345679", "912-345-678")


def created(
    session: Session, account: Account, resource: Resource, bodies: list[dict[str, Any]]
) -> list[Any]:
    """Ids of the new records, and the faults of those refused."""
    drafts = [draft.parse(resource, body) for body in bodies]
    with session.write(account.id) as unit:
        outcomes = records.create_many(unit.of(account.id), resource, drafts)
    return [outcome.faults if isinstance(outcome, Invalid) else written(outcome).id for outcome in outcomes]


def listed(session: Session, account: Account, resource: Resource) -> list[tuple[Any, ...]]:
    with session.read() as unit:
        found, count = records.page(unit.of(account.id), resource, Query("id", window=Page(limit=1000)))
    assert count == len(found)
    return [(one["id"], one[resource.writable_names[0]]) for one in found]


@pytest.mark.parametrize(
    ("resource", "bodies"),
    [
        (EMAIL, [{"email": address} for address in ADDRESSES]),
        (PHONE, [{"extension": "351", "number": number} for number in NUMBERS]),
    ],
    ids=["email", "phone"],
)
def test_a_value_is_taken_for_those_behind_it_in_its_set(
    session: Session, account: Account, resource: Resource, bodies: list[dict[str, Any]]
) -> None:
    field = resource.writable_names[-1]
    taken = {field: {"_isUnique": "This value is already in use"}}
    assert created(session, account, resource, bodies) == [1, taken, 2, taken]
    assert created(session, account, resource, bodies) == [taken] * 4
    assert [one[0] for one in listed(session, account, resource)] == [1, 2]


def test_one_that_is_refused_takes_no_value_and_no_id(session: Session, account: Account) -> None:
    bodies = [{"email": "no address"}, {"email": "ana@example.com"}, {}, {"email": "rui@example.com"}]
    outcomes = created(session, account, EMAIL, bodies)
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [1, 2]
    assert [list(outcome["email"]) for outcome in outcomes if isinstance(outcome, dict)] == [
        ["_email"],
        ["_required"],
    ]


def test_leads_of_one_set_share_the_record_that_the_first_of_them_makes(
    session: Session, account: Account
) -> None:
    bodies = [{"email": {"email": address}} for address in ADDRESSES]
    assert created(session, account, LEAD, bodies) == [1, 2, 3, 4]
    assert listed(session, account, EMAIL) == [(1, "ana@example.com"), (2, "rui@example.com")]
    with session.read() as unit:
        shown = [records.retrieve(unit.of(account.id), LEAD, number)["email"]["id"] for number in range(1, 5)]
    assert shown == [1, 1, 2, 1]


def test_a_link_to_what_one_before_it_has_made_is_found(session: Session, account: Account) -> None:
    bodies: list[dict[str, Any]] = [
        {"email": {"id": 1}},
        {"email": {"email": "ana@example.com"}},
        {"email": {"id": 1}},
    ]
    missing = {"email": {"id": {"_existsIn": "This value does not exist"}}}
    assert created(session, account, LEAD, bodies) == [missing, 1, 2]
