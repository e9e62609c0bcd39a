"""What belongs to a deleted record goes with it, comes back with it, and has no entry of its own in the bin."""

import pytest

from closum.errors import Invalid
from closum.model.resource import Resource
from closum.operations import bin as bins
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import bin as entries
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import memos
from tests.support.family import family, faults, ids, state
from tests.support.memos import COMMENT, MEMO
from tests.support.stored import erase


@pytest.fixture(autouse=True)
def _memos(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    memos.add_tables(session)
    memos.declare(monkeypatch)


def delete(session: Session, account: Account, resource: Resource, record_id: int) -> int:
    """The entry."""
    with session.write(account.id) as unit:
        operation = records.delete(unit, resource, record_id).operation
        assert operation
        return next(one.position for one, _ in entries.page(unit, 2**63 - 1, 1))


def binned(session: Session, account: Account) -> list[tuple[str, int]]:
    with session.read() as unit:
        return [
            (one.resource, one.record_id) for some in entries.walk(unit.of(account.id), 9) for one in some
        ]


def test_they_come_back_together(session: Session, account: Account) -> None:
    family(session, account)
    before = state(session, account)
    entry = delete(session, account, LEAD, 1)
    assert (binned(session, account), ids(session, account)) == ([("lead", 1)], [[2], [3], []])
    assert faults(session) == []
    with session.write(account.id) as unit:
        assert bins.restore(unit, entry).left == []
    assert (binned(session, account), state(session, account)) == ([], before)
    assert faults(session) == []


def test_what_was_deleted_before_stays_in_the_bin(session: Session, account: Account) -> None:
    family(session, account)
    memo = delete(session, account, MEMO, 2)
    lead = delete(session, account, LEAD, 1)
    assert binned(session, account) == [("memo", 2), ("lead", 1)]
    with session.write(account.id) as unit:
        bins.restore(unit, lead)
    assert (binned(session, account), ids(session, account)) == ([("memo", 2)], [[1, 2], [1, 3], [1]])
    with session.write(account.id) as unit:
        bins.restore(unit, memo)
    assert (binned(session, account), ids(session, account)) == ([], [[1, 2], [1, 2, 3], [1]])
    assert faults(session) == []


def test_a_record_brings_back_what_it_belongs_to(session: Session, account: Account) -> None:
    family(session, account)
    memo = delete(session, account, MEMO, 2)
    delete(session, account, LEAD, 1)
    with session.write(account.id) as unit:
        assert bins.restore(unit, memo).left == []
    assert (binned(session, account), ids(session, account)) == ([], [[1, 2], [1, 2, 3], [1]])
    assert faults(session) == []


def test_they_are_removed_together_for_good(session: Session, account: Account) -> None:
    family(session, account)
    memo = delete(session, account, MEMO, 2)
    lead = delete(session, account, LEAD, 1)
    with session.write(account.id) as unit:
        operation = bins.purge(unit, lead)
        gone = {(one.resource, one.id, one.verb) for one in history.of_operation(unit, operation)}
        kept = [one for one in history.since(unit, 0, 100) if one.before and one.resource != "email"]
    assert gone == {("lead", 1, "purge"), ("memo", 1, "purge"), ("comment", 1, "purge")}
    assert [(one.resource, one.id) for one in kept] == [("memo", 2)]
    assert faults(session) == []
    with session.write(account.id) as unit, pytest.raises(Invalid) as refused:
        bins.restore(unit, memo)
    assert list(refused.value.faults["lead_id"]) == ["_existsIn"]
    assert binned(session, account) == [("memo", 2)]


def test_a_child_of_which_nothing_is_kept_stays_away(session: Session, account: Account) -> None:
    family(session, account)
    with session.write(account.id) as unit:
        erase(unit, COMMENT, [1])
    lead = delete(session, account, LEAD, 1)
    with session.write(account.id) as unit:
        history.forget(unit, MEMO, 2)
    with session.write(account.id) as unit:
        assert bins.restore(unit, lead).left == []
    assert ids(session, account) == [[1, 2], [1, 3], []]
    assert faults(session) == []
