"""Long changes of an account come one after the other: an undo waits for a change of many records, and this for an undo."""

import pytest

from closum.errors import WorkRunning
from closum.model import draft, query
from closum.model.change import By
from closum.operations import alone, bulk, jobs, records, runner, stopping, undoing
from closum.operations.bulk import Asked, Rest
from closum.operations.plan import Update
from closum.operations.runner import Kind
from closum.operations.undo import Undone
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.background import Job, Key
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.killed import as_one, leads

MANY = 1_050
EVERY = [("filter", "id>0")]


@pytest.fixture
def many(session: Session, account: Account) -> int:
    with session.write(account.id) as unit:
        return as_one(unit, LEAD, leads(MANY, "many"))


def change(session: Session, account: Account) -> Job:
    with session.write(account.id) as unit:
        found = bulk.write(unit, Asked(LEAD, query.parse(LEAD, EVERY), EVERY, {"name": "Somebody"}), MANY)
    assert isinstance(found, Job)
    return found


def undo(session: Session, account: Account, operation: int) -> Undone | Job:
    with session.write(account.id) as unit:
        return undoing.begin(unit, operation, 30, {})


def step(session: Session, account: Account, kind: Kind, job: Job) -> runner.Turn | None:
    with session.write(account.id) as unit:
        return runner.turn(unit, kind, Key(account.id, job.kind, job.number), "test", 300)


def end(session: Session, account: Account, kind: Kind, job: Job) -> None:
    while (taken := step(session, account, kind, job)) and taken.left:
        pass


def test_an_undo_waits_for_a_change_of_many(session: Session, account: Account, many: int) -> None:
    job = change(session, account)
    step(session, account, bulk.kind(), job)
    with pytest.raises(WorkRunning, match=f"Background work bulk-{job.number} has not ended"):
        undo(session, account, many)
    with session.read() as unit:
        own = unit.of(account.id)
        assert alone.waits_for(own) == f"bulk-{job.number}"
        assert len(jobs.going_on(own)) == 1
    end(session, account, bulk.kind(), job)
    with session.read() as unit:
        assert jobs.going_on(unit.of(account.id)) == set()
    done = undo(session, account, many)
    assert isinstance(done, Undone)
    assert done.operation is None  # all was changed since, and stays


def test_a_change_of_many_waits_for_an_undo(
    session: Session, account: Account, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "AT_ONCE", 300)
    job = undo(session, account, many)
    assert isinstance(job, Job)
    step(session, account, undoing.kind(), job)
    with pytest.raises(WorkRunning, match=f"Background work undo-{job.number} has not ended"):
        change(session, account)
    same = undo(session, account, many)
    assert isinstance(same, Job)
    assert same.number == job.number
    with session.write(account.id) as unit:
        stopping.stop(unit, f"undo-{job.number}")
    change(session, account)


@pytest.mark.usefixtures("many")
def test_what_is_short_waits_for_nothing(session: Session, account: Account) -> None:
    job = change(session, account)
    step(session, account, bulk.kind(), job)
    with session.write(account.id) as unit:
        short = as_one(unit, LEAD, leads(2, "few"))
    assert isinstance(undo(session, account, short), Undone)


@pytest.mark.usefixtures("many")
def test_the_result_accounts_for_all_that_were_confirmed(session: Session, account: Account) -> None:
    job = change(session, account)
    step(session, account, bulk.kind(), job)
    by = By(None, "", "")
    with session.write(account.id) as unit:
        name = draft.parse_patch(LEAD, {"name": "Somebody"})
        records.write_together(unit, LEAD, [Update(by, name, MANY)], by)
        few = [("filter", "id>1047"), ("filter", "id<1050")]
        bulk.write(unit, Asked(LEAD, query.parse(LEAD, few), few, None), 2)
    end(session, account, bulk.kind(), job)
    with session.read() as unit:
        ended = background.job(unit.of(account.id), job.kind, job.number)
    assert ended
    assert bulk.rest(ended) == Rest(same=0, gone=2)
    assert (ended.place["changed"], ended.place["left_count"], ended.total) == (MANY - 3, 1, MANY)
