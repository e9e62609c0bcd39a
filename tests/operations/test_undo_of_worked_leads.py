"""Undo and restore of leads with tasks and notes: what they keep of these, and where these go."""

from typing import Any

import pytest

from closum.errors import Invalid
from closum.model import draft
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import bin as bins
from closum.operations import check, merging, records, undo
from closum.operations.undo import Undone
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.store import rows
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.every_operation import erase
from tests.support.stored import written

DUE = "2026-01-31"


def made(session: Session, account: Account, resource: Resource, **body: Any) -> records.Written:
    with session.write(account.id) as unit:
        return written(records.create_many(unit, resource, [draft.parse(resource, body)])[0])


def changed(session: Session, account: Account, resource: Resource, one: int, **body: Any) -> int | None:
    with session.write(account.id) as unit:
        return records.update(unit, resource, one, draft.parse(resource, body)).operation


def deleted(session: Session, account: Account, lead: int) -> int | None:
    with session.write(account.id) as unit:
        return records.delete(unit, LEAD, lead).operation


def undone(session: Session, account: Account, operation: int | None) -> Undone:
    assert operation
    with session.write(account.id) as unit:
        return undo.undo(unit, operation)


def of(session: Session, account: Account, resource: Resource, column: str) -> dict[int, Any]:
    """A column of the first records, by id; all that the account has is sound."""
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
        found = rows.rows_by(unit.of(account.id), resource, "id", range(1, 10))
    return {one: row[column] for one, row in found.items()}


def test_when_a_task_is_due_is_no_change_of_a_lead_that_came_back(session: Session, account: Account) -> None:
    lead = made(session, account, LEAD, name="Ana")
    task = made(session, account, TASK, lead_id=lead.id, text="Call", due=DUE)
    undone(session, account, deleted(session, account, lead.id))
    changed(session, account, TASK, task.id, done=DUE)
    assert undone(session, account, lead.operation).left == []
    assert of(session, account, LEAD, "id") == {}


def test_a_lead_that_goes_into_another_one_again_takes_along_what_it_has_got(
    session: Session, account: Account
) -> None:
    target, other = (made(session, account, LEAD, name=name).id for name in ("Ana", "Ana Silva"))
    wanted = Draft({merging.IDS: [other], merging.PROPERTIES: {}}, {}, {})
    with session.write(account.id) as unit:
        merge = merging.write(unit, LEAD, target, wanted).operation
    back = undone(session, account, merge).operation
    made(session, account, NOTE, lead_id=other, text="Wants an offer", kind="call")
    assert undone(session, account, back).left == []
    assert of(session, account, NOTE, "lead_id") == {1: target}
    assert of(session, account, LEAD, "first_contact")[target]


def test_a_lead_comes_back_without_a_task_that_was_erased(session: Session, account: Account) -> None:
    person, lead = made(session, account, LEAD, email={"email": "ana@example.com"}).id, 2
    made(session, account, LEAD, name="Eva")
    task = made(session, account, TASK, lead_id=person, text="Call", due=DUE).id
    changed(session, account, TASK, task, lead_id=lead)
    deleted(session, account, lead)
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
        (entry,) = bins.read(unit, bins.Wanted(), 9, 30).entries
        bins.restore(unit, entry["id"])
    assert of(session, account, TASK, "id") == {}
    assert of(session, account, LEAD, "next_due") == {lead: None}


def test_a_lead_that_changed_by_its_address_alone_is_undone_with_that(
    session: Session, account: Account
) -> None:
    made(session, account, LEAD, email={"email": "ana@example.com"})
    operation = changed(session, account, EMAIL, 1, email="eva@example.com")
    undone(session, account, operation)
    assert of(session, account, EMAIL, "email") == {1: "ana@example.com"}
    with pytest.raises(Invalid) as found:
        undone(session, account, operation)
    assert "_isUndone" in found.value.faults["operation"]
