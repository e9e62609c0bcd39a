"""Background work that is stopped: what its steps have done stays, is told, and can be undone or gone on with."""

from typing import Any

import pytest

from closum.errors import NotFound, WorkEnded
from closum.model import query
from closum.operations import bulk, jobs, records, runner, stopping, undoing
from closum.operations.bulk import Asked
from closum.operations.runner import Kind
from closum.operations.undo import Undone
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.background import DONE, FAILED, Job, Key
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undo import state
from tests.support.killed import as_one, leads

MANY = 1_050
FIRST = 300
"""Records, or changes, that a step comes to."""
KEPT = 30
EVERY = [("filter", "id>0")]


@pytest.fixture
def many(session: Session, account: Account) -> int:
    with session.write(account.id) as unit:
        return as_one(unit, LEAD, leads(MANY, "many"))


def begun(session: Session, account: Account, body: dict[str, Any] | None) -> Job:
    with session.write(account.id) as unit:
        found = bulk.write(unit, Asked(LEAD, query.parse(LEAD, EVERY), EVERY, body), MANY)
    assert isinstance(found, Job)
    return found


def step(session: Session, account: Account, kind: Kind, job: Job) -> runner.Turn | None:
    with session.write(account.id) as unit:
        return runner.turn(unit, kind, Key(account.id, job.kind, job.number), "test", FIRST)


def stop(session: Session, account: Account, job: Job) -> dict[str, Any]:
    with session.write(account.id) as unit:
        return stopping.stop(unit, jobs.job_id(job.kind, job.number))


def undo(session: Session, account: Account, operation: int) -> Undone | Job:
    with session.write(account.id) as unit:
        return undoing.begin(unit, operation, KEPT, {})


def number_of_leads(session: Session, account: Account, condition: str = "id>0") -> int:
    with session.read() as unit:
        asked = query.parse(LEAD, [("filter", condition), ("limit", "1")])
        return records.window(unit.of(account.id), LEAD, asked).total or 0


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("body", [{"name": "Somebody"}, None])
def test_many_records_are_changed_up_to_the_step_that_is_done(
    session: Session, account: Account, body: dict[str, Any] | None
) -> None:
    job = begun(session, account, body)
    assert step(session, account, bulk.kind(), job)
    done = stop(session, account, job)
    assert (done["state"], done["done"], done["total"]) == (FAILED, FIRST, MANY)
    assert done["error"] == stopping.STOPPED
    assert number_of_leads(session, account, "name=Somebody") == (FIRST if body else 0)
    assert number_of_leads(session, account) == MANY - (0 if body else FIRST)
    assert step(session, account, bulk.kind(), job) is None
    with session.read() as unit:
        kept = background.job(unit.of(account.id), job.kind, job.number)
    assert kept
    assert kept.argument is None
    assert isinstance(undo(session, account, done["operation"]), Undone)
    assert number_of_leads(session, account, "name=Somebody") == 0
    assert number_of_leads(session, account) == MANY
    begun(session, account, body)  # nothing goes on that it would wait for


@pytest.mark.usefixtures("many")
def test_what_has_not_begun_does_nothing(session: Session, account: Account) -> None:
    before = state(session, account)
    done = stop(session, account, begun(session, account, None))
    assert (done["done"], done["operation"], state(session, account)) == (0, None, before)


def test_an_undo_goes_on_where_it_was_stopped(
    session: Session, account: Account, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", FIRST)
    first = undo(session, account, many)
    assert isinstance(first, Job)
    assert step(session, account, undoing.kind(), first)
    assert stop(session, account, first)["done"] == FIRST
    left = number_of_leads(session, account)
    assert 0 < left < MANY
    second = undo(session, account, many)
    assert isinstance(second, Job)
    assert second.number > first.number
    while (taken := step(session, account, undoing.kind(), second)) and taken.left:
        pass
    assert number_of_leads(session, account) == 0


def test_what_an_undo_that_was_stopped_has_not_come_to_is_previewed(
    session: Session, account: Account, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many changes a preview shows the last ones, which are those that it has come to first."""
    monkeypatch.setattr(undoing, "AT_ONCE", FIRST)
    monkeypatch.setattr(undoing, "MOST_SHOWN", FIRST)
    first = undo(session, account, many)
    assert isinstance(first, Job)
    assert step(session, account, undoing.kind(), first)
    stop(session, account, first)
    with session.read() as unit:
        found = undoing.preview(unit.of(account.id), many, KEPT, {})
    assert len(found["undone"]) == FIRST


@pytest.mark.usefixtures("many")
def test_what_has_ended_and_what_is_not_there_cannot_be_stopped(session: Session, account: Account) -> None:
    job = begun(session, account, {"name": "Somebody"})
    while (taken := step(session, account, bulk.kind(), job)) and taken.left:
        pass
    with pytest.raises(WorkEnded, match="it has ended"):
        stop(session, account, job)
    with session.read() as unit:
        assert jobs.retrieve(unit.of(account.id), jobs.job_id(job.kind, job.number))["state"] == DONE
    with session.write(account.id) as unit:
        background.add(unit, "handover", 7)
    for job_id, error in (("handover-7", WorkEnded), ("bulk-9999", NotFound), ("bulk", NotFound)):
        with session.write(account.id) as unit, pytest.raises(error):
            stopping.stop(unit, job_id)
