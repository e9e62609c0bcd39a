"""Where many leads are not counted yet, the figures of the dashboard wait.

`test_reports_state.py` compares them with a look at every lead.
"""

import pytest

from closum.errors import Unavailable
from closum.model import draft
from closum.operations import dashboard, records
from closum.operations.dashboard import Figures, Wanted
from closum.resources.lead import LEAD
from closum.store import reports as store
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.stored import create

STAGE = "contact_lifecycle_stage_id"


def add(session: Session, account: Account, number: int) -> None:
    with session.write(account.id) as unit:
        bodies = [
            {"name": "Ana", "source": f"s{one}", "city_id": 1 + one % 9, STAGE: 1 + one % 9}
            for one in range(number)
        ]
        create(unit, LEAD, bodies)


def count(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        store.count(unit, LEAD, 1_000)


def read(unit: Unit) -> Figures:
    return dashboard.read(unit, Wanted(), 5)


@pytest.mark.parametrize("changed", [False, True])
def test_where_many_are_not_counted_it_waits(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch, changed: bool
) -> None:
    """New ones, and such as have changed since."""
    monkeypatch.setattr(dashboard, "MOST", 2)
    add(session, account, 3)
    if changed:
        count(session, account)
        with session.write(account.id) as unit:
            for one in range(1, 4):
                records.update(unit, LEAD, one, draft.parse(LEAD, {"city_id": 9}))
    with session.read() as unit, pytest.raises(Unavailable):
        read(unit.of(account.id))
    count(session, account)
    with session.read() as unit:
        assert read(unit.of(account.id)).leads == 3


def test_leads_that_are_gone_are_none_that_are_not_counted(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard, "MOST", 2)
    add(session, account, 4)
    with session.write(account.id) as unit:
        for one in (2, 3):
            records.delete(unit, LEAD, one)
    with session.read() as unit:
        assert read(unit.of(account.id)).leads == 2
