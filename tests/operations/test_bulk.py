"""Many records by filter: background work of two calls never runs at the same time in an account."""

import pytest

from closum.accounts import users
from closum.errors import WorkRunning
from closum.model import query
from closum.operations import bulk
from closum.operations.bulk import MOST, NAME, Asked
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.background import Job, Key, Progress
from closum.store.identity import Account
from closum.store.session import Session

EVERY = [("filter", "id>0")]
ASKED = Asked(LEAD, query.parse(LEAD, EVERY), EVERY, None)


def begun(session: Session, account: Account) -> Job:
    with session.write(account.id) as unit:
        found = bulk.write(unit, ASKED, MOST + 1)
    assert isinstance(found, Job)
    return found


def test_work_waits_for_that_of_an_earlier_call(session: Session, account: Account) -> None:
    """Each would leave what the other has changed."""
    first = begun(session, account)
    with pytest.raises(WorkRunning, match=f"Background work bulk-{first.number} has not ended"):
        begun(session, account)
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    begun(session, other)
    with session.write(account.id) as unit:
        background.save(unit, Key(account.id, NAME, first.number), Progress(done=1, ended=True), None)
    assert begun(session, account).number > first.number


def test_work_that_failed_keeps_nobody_waiting(session: Session, account: Account) -> None:
    first = begun(session, account)
    with session.write(account.id) as unit:
        background.give_up(unit, Key(account.id, NAME, first.number), "a reason", None)
    assert begun(session, account).number > first.number
