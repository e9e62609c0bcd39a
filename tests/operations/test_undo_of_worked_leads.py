"""Undo and restore of leads with tasks and notes: what they keep of these, and where these go."""

from typing import Any

import pytest

from closum.errors import Invalid
from closum.model import draft
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import batch, check, merging, records, undo, undoing
from closum.operations import bin as bins
from closum.operations.batch import Item
from closum.operations.plan import Create
from closum.operations.undo import Left, Undone
from closum.resources.audience_list import AUDIENCE_LIST
from closum.resources.consent import CONSENT
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.resources.note import NOTE
from closum.resources.task import TASK
from closum.store import history, rows
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undoing import work
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


def held(lead: int, **belonging: int) -> Left:
    return Left(LEAD, lead, (), undo.HELD, tuple(sorted(belonging.items())))


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
    assert undone(session, account, lead.operation).left == [held(lead.id, task=1)]
    with session.write(account.id) as unit:
        records.delete(unit, TASK, task.id)
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


WORK: dict[Resource, dict[str, Any]] = {
    NOTE: {"text": "Wants an offer"},
    TASK: {"text": "Call", "due": DUE},
    CONSENT: {"channel": "email", "state": "given"},
}


@pytest.mark.parametrize("resource", WORK, ids=lambda one: one.name)
def test_a_lead_stays_with_what_was_added_to_it(
    session: Session, account: Account, resource: Resource
) -> None:
    lead = made(session, account, LEAD, name="Ana")
    added = made(session, account, resource, lead_id=lead.id, **WORK[resource])
    (with_one,) = undone_as_said(session, account, lead.operation).left
    assert with_one == held(lead.id, **{resource.name: 1})
    assert of(session, account, LEAD, "name") == {lead.id: "Ana"}
    assert of(session, account, resource, "lead_id") == {added.id: lead.id}
    undone(session, account, added.operation)
    assert undone_as_said(session, account, lead.operation).left == []
    assert of(session, account, LEAD, "id") == {}


def test_a_lead_and_a_list_stay_while_the_lead_is_on_it(session: Session, account: Account) -> None:
    lead = made(session, account, LEAD, name="Ana")
    new = made(session, account, AUDIENCE_LIST, name="Fair")
    place = made(session, account, LEAD_AUDIENCE_LIST, lead_id=lead.id, audience_list_id=new.id)
    counts = (("lead_audience_list", 1),)
    for one, resource in ((lead, LEAD), (new, AUDIENCE_LIST)):
        assert undone(session, account, one.operation).left == [Left(resource, one.id, (), undo.HELD, counts)]
    undone(session, account, place.operation)
    for one in (lead, new):
        assert undone(session, account, one.operation).left == []


def test_what_the_operation_itself_added_goes(session: Session, account: Account) -> None:
    """Also from a lead that stays; what nobody has added to since is undone when that is gone."""
    lead = made(session, account, LEAD, name="Ana", lead_opt_in={"email": 1, "sms": 1})
    note = made(session, account, NOTE, lead_id=lead.id, text="Wants an offer")
    done = undone_as_said(session, account, lead.operation)
    assert done.left == [held(lead.id, note=1)]
    assert of(session, account, CONSENT, "id") == {}
    assert of(session, account, LEAD, "consent_email") == {lead.id: None}
    deleted_one(session, account, NOTE, note.id)
    assert undone_as_said(session, account, lead.operation).left == []
    assert of(session, account, LEAD, "id") == {}


def test_a_lead_that_was_changed_since_says_what_belongs_to_it_too(
    session: Session, account: Account
) -> None:
    lead = made(session, account, LEAD, name="Ana")
    made(session, account, NOTE, lead_id=lead.id, text="Wants an offer")
    changed(session, account, LEAD, lead.id, name="Eva")
    assert undone_as_said(session, account, lead.operation).left == [
        Left(LEAD, lead.id, ("name",), undo.CHANGED, (("note", 1),))
    ]


def test_an_undo_of_an_undo_keeps_what_was_worked_on_since(session: Session, account: Account) -> None:
    lead = made(session, account, LEAD, name="Ana", lead_opt_in={"email": 1})
    gone = undone(session, account, lead.operation).operation
    back = undone(session, account, gone).operation
    note = made(session, account, NOTE, lead_id=lead.id, text="Wants an offer")
    assert undone_as_said(session, account, back).left == [held(lead.id, note=1)]
    assert of(session, account, NOTE, "lead_id") == {note.id: lead.id}
    assert of(session, account, CONSENT, "id") == {}
    deleted_one(session, account, NOTE, note.id)
    assert undone_as_said(session, account, back).left == []
    assert of(session, account, LEAD, "id") == {}


def test_an_erasure_takes_what_was_added_all_the_same(session: Session, account: Account) -> None:
    lead = made(session, account, LEAD, email={"email": "ana@example.com"})
    made(session, account, NOTE, lead_id=lead.id, text="Wants an offer")
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
    for resource in (LEAD, EMAIL, NOTE):
        assert of(session, account, resource, "id") == {}


def deleted_one(session: Session, account: Account, resource: Resource, one: int) -> None:
    with session.write(account.id) as unit:
        records.delete(unit, resource, one)


def undone_as_said(session: Session, account: Account, operation: int | None) -> Undone:
    """What an undo does, which is what the dry run said before."""
    assert operation
    with session.read() as unit:
        said = undoing.preview(unit.of(account.id), operation, 30, {})
    done = undone(session, account, operation)
    assert undoing.shown(done) == said | {"operation": done.operation}
    return done


def test_steps_take_what_was_made_with_a_lead_before_it(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history has consents before the lead that they were sent with, so that a step may end between them."""
    monkeypatch.setattr(undoing, "AT_ONCE", undoing.LEAST)
    number, body = undoing.LEAST, {"name": "Ana", "lead_opt_in": {"email": 1, "sms": 1}}
    with session.write(account.id) as unit:
        asks: list[Item] = [Create(unit.by, draft.parse(LEAD, body)) for _ in range(number)]
        operation = batch.write(unit, LEAD, unit.by, asks).operation
        past = history.of_operation(unit, operation or 0)
    assert [one.resource for one in past[:3]] == ["consent", "consent", "lead"]
    last = past[
        -undoing.LEAST - 1 : 1 - undoing.LEAST
    ]  # of the first step a consent, of the second one another
    assert {(one.resource, one.before) for one in last} == {("consent", None)}
    leads = sorted(one.id for one in past if one.resource == "lead")
    noted = made(session, account, NOTE, lead_id=leads[3], text="Wants an offer")
    again = work(session, account, operation, size=1)
    assert (again["left_count"], again["left"]) == (
        1,
        [
            {
                "resource": "lead",
                "id": leads[3],
                "properties": None,
                "reason": undo.HELD,
                "belonging": {"note": 1},
            }
        ],
    )
    with session.read() as unit:
        own = unit.of(account.id)
        assert [*rows.rows_by(own, LEAD, "id", leads)] == [leads[3]]
        assert rows.rows_by(own, CONSENT, "id", range(1, 3 * number)) == {}
    deleted_one(session, account, NOTE, noted.id)
    assert work(session, account, operation, size=1)["left_count"] == 0
    assert of(session, account, LEAD, "id") == {}
