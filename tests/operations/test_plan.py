"""A write is looked up, decided and written: a dry run writes nothing, and who writes is noted."""

import pytest

from closum.errors import Invalid
from closum.model import draft
from closum.model.change import By
from closum.operations import plan, records
from closum.operations.plan import Create, Update
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import changes, history
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Conflict
from tests.support.stored import create

ANA, RUI = By(7, "first", "api"), By(8, "second", "api")


def test_a_dry_run_ends_before_it_writes(session: Session, account: Account) -> None:
    asks = [
        Create(ANA, draft.parse(LEAD, {"name": name, "email": {"email": f"{name}@x.example"}}))
        for name in "ab"
    ]
    with session.write(account.id) as unit:
        found = plan.decide(plan.look_up(unit, LEAD, asks), LEAD, asks)
        assert found.outcomes == [1, 2]
        assert [[one.resource.name for one in operation.changes] for operation in found.operations] == [
            ["email", "lead"]
        ] * 2
    with session.read() as unit:
        assert history.since(unit.of(account.id), 0, 10) == []
        assert unit.all("SELECT 1 FROM lead") == unit.all("SELECT 1 FROM email") == []


def test_each_of_a_set_has_who_asked_for_it(session: Session, account: Account) -> None:
    bodies = [(ANA, "ana@example.com"), (RUI, "Ana@example.com"), (RUI, "rui@example.com")]
    with session.write(account.id) as unit:
        outcomes = records.write(
            unit, EMAIL, [Create(by, draft.parse(EMAIL, {"email": email})) for by, email in bodies]
        )
        assert isinstance(outcomes[1], Invalid)
    with session.read() as unit:
        found = history.since(unit.of(account.id), 0, 10)
    assert [(one.position, one.operation, one.id, one.by, one.verb) for one in found] == [
        (1, 1, 1, ANA, "create"),
        (2, 2, 2, RUI, "create"),
    ]


def test_a_lost_update_is_run_again(session: Session, account: Account) -> None:
    """Whoever decided by what is not there any more writes nothing."""
    asks = [Update(ANA, draft.parse(LEAD, {"name": "Eva"}), 1)]
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        looked = plan.look_up(unit, LEAD, asks)
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Ida"}))
        with pytest.raises(Conflict):
            changes.write(unit, plan.decide(looked, LEAD, asks).operations)


def test_a_record_needs_an_account(session: Session) -> None:
    with session.write() as unit, pytest.raises(ValueError, match="account"):
        create(unit, LEAD, [{"name": "Ana"}])
