"""Erasing a person takes what the leads showed that were merged: no table has anything of any of them afterwards."""

from typing import Any

import pytest

from closum.model import draft
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import check, merging, person, records, undo
from closum.operations.merging import IDS, PROPERTIES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.store import catalogue
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.stored import create
from tests.support.writing import filled

FIRST, SECOND = "ana@example.com", "silva@example.org"
ANA: dict[str, Any] = {
    "name": "Ana",
    "email": {"email": FIRST},
    "phone": {"extension": "351", "number": "912340001"},
}
SILVA: dict[str, Any] = {
    "name": "Silva",
    "email": {"email": SECOND},
    "phone": {"extension": "351", "number": "912340002"},
    "custom_data": {"of": "silva"},
}
TELLING = ("ana@", "silva", "912340001", "912340002")


def merge(session: Session, account: Account, target: int, *ids: int, **winners: int) -> int:
    with session.write(account.id) as unit:
        done = merging.write(unit, LEAD, target, Draft({IDS: [*ids], PROPERTIES: winners}, {}, {}))
    assert done.operation
    return done.operation


def update(
    session: Session, account: Account, resource: Resource, record_id: int, body: dict[str, Any]
) -> None:
    with session.write(account.id) as unit:
        records.update(unit, resource, record_id, draft.parse(resource, body))


def delete(session: Session, account: Account, resource: Resource, record_id: int) -> None:
    with session.write(account.id) as unit:
        records.delete(unit, resource, record_id)


def look(session: Session, account: Account, text: str) -> person.Plan:
    with session.read() as unit:
        return person.look(unit.of(account.id), text)


def erase(session: Session, account: Account, text: str) -> person.Plan:
    plan = look(session, account, text)
    session.write_steps(person.Erasure(plan).steps(), account.id)
    assert not any(look(session, account, text).size)
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
    return plan


def telling(session: Session, *words: str) -> list[str]:
    """The rows of all tables that have one of the words."""
    with session.write(1) as unit:
        unit.search.settle(unit)
    with session.read() as unit:
        found = [f"{table.name}: {row}" for table in catalogue.tables(unit) for row in unit.all(table.rows)]
    return [row for row in found if any(word in row.lower() for word in words or TELLING)]


@pytest.mark.parametrize("text", [FIRST, "+351 912340001", SECOND, "+351 912340002"])
@pytest.mark.parametrize("target", [1, 2])
def test_each_address_and_number_takes_all(
    session: Session, account: Account, text: str, target: int
) -> None:
    filled(session, account, ANA, SILVA, {"name": "Rui", "email": {"email": "rui@example.com"}})
    with session.write(account.id) as unit:
        create(
            unit,
            NOTE,
            [{"lead_id": 3 - target, "text": "about silva"}, {"lead_id": 3 - target, "text": "silva"}],
        )
    delete(session, account, NOTE, 1)
    merge(session, account, target, 3 - target)
    assert telling(session)
    erase(session, account, text)
    assert telling(session) == []


def test_what_another_lead_shows_stays(session: Session, account: Account) -> None:
    filled(session, account, ANA, SILVA)
    merge(session, account, 1, 2)
    filled(session, account, {"name": "Eva", "email": {"email": SECOND}})
    plan = erase(session, account, FIRST)
    assert [(one.resource, one.row["id"], one.shown_count) for one in plan.kept] == [(EMAIL, 2, 1)]
    assert telling(session, "ana@", "912340001", "912340002", '"silva"') == []
    assert telling(session, SECOND)


def test_what_is_another_persons_by_now_stays_without_what_it_was(session: Session, account: Account) -> None:
    filled(session, account, ANA, SILVA)
    merge(session, account, 1, 2)
    update(session, account, EMAIL, 2, {"email": "eva@example.com"})
    plan = erase(session, account, FIRST)
    assert (EMAIL, 2) in plan.former
    assert (EMAIL, 2) not in plan.records
    assert telling(session) == []
    assert telling(session, "eva@example.com")


def test_what_was_deleted_since_leaves_the_bin(session: Session, account: Account) -> None:
    filled(session, account, ANA, SILVA)
    merge(session, account, 1, 2)
    delete(session, account, EMAIL, 2)
    erase(session, account, FIRST)
    assert telling(session) == []


@pytest.mark.parametrize("text", [FIRST, SECOND])
def test_over_chains_and_in_the_bin(session: Session, account: Account, text: str) -> None:
    filled(session, account, ANA, SILVA, {"name": "Third"})
    merge(session, account, 1, 2)
    merge(session, account, 3, 1)
    delete(session, account, LEAD, 3)
    erase(session, account, text)
    assert telling(session, *TELLING, "third") == []


def test_what_the_target_showed_until_then_goes_too(session: Session, account: Account) -> None:
    filled(session, account, ANA, SILVA)
    merge(session, account, 1, 2, email=2, phone=2)
    erase(session, account, SECOND)
    assert telling(session) == []


def test_leads_that_an_undo_brought_back_are_other_people(session: Session, account: Account) -> None:
    filled(session, account, ANA, SILVA)
    operation = merge(session, account, 1, 2)
    with session.write(account.id) as unit:
        assert undo.undo(unit, operation).left == []
    erase(session, account, FIRST)
    assert telling(session, "ana@", "912340001") == []
    assert telling(session, SECOND)
    assert telling(session, "912340002")


@pytest.mark.parametrize("done", range(5))
@pytest.mark.parametrize("text", [FIRST, SECOND])
def test_an_erasure_that_is_interrupted_is_completed(
    session: Session, account: Account, text: str, done: int
) -> None:
    filled(session, account, ANA, SILVA)
    merge(session, account, 1, 2)
    steps = list(person.Erasure(look(session, account, text)).steps())
    session.write_steps(iter(steps[:done]), account.id)
    erase(session, account, text)
    assert telling(session) == []
