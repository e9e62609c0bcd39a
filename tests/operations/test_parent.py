"""A record that belongs to another one of its account: named in a create, moved by an update, deleted with it."""

from typing import Any

import pytest

from closum.accounts import users
from closum.errors import Invalid
from closum.model import draft
from closum.model.change import DELETE
from closum.model.resource import Resource
from closum.operations import records, undo
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.support import memos, stored
from tests.support.family import ANA, RUI, change, family, faults, ids, state, undone
from tests.support.memos import MEMO
from tests.support.stored import create, erase
from tests.support.writing import filled


@pytest.fixture(autouse=True)
def _memos(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    memos.add_tables(session)
    memos.declare(monkeypatch)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({"text": "A"}, "_required"),
        ({"text": "A", "lead_id": None}, "_empty"),
        ({"text": "A", "lead_id": "x"}, "_integer"),
        ({"text": "A", "lead_id": 2}, "_existsIn"),
        ({"text": "A", "lead_id": 0}, "_existsIn"),
        ({"text": "A", "lead_id": -1}, "_existsIn"),
        ({"text": "A", "lead_id": 10**30}, "_existsIn"),
    ],
)
def test_a_new_record_names_a_parent_of_its_account(
    session: Session, account: Account, body: dict[str, Any], rule: str
) -> None:
    filled(session, account, ANA)
    with session.write() as unit:
        other = users.add_account(unit, "Beta")
    filled(session, other, ANA, RUI)  # lead 2 is theirs alone
    with session.write(account.id) as unit, pytest.raises(Invalid) as refused:
        create(unit, MEMO, [body])
    assert list(refused.value.faults["lead_id"]) == [rule]
    assert state(session, account)["memo"] == (0, [])


def test_of_a_set_those_without_a_parent_alone_are_refused(session: Session, account: Account) -> None:
    filled(session, account, ANA)
    with session.write(account.id) as unit:
        drafts = [draft.parse(MEMO, {"lead_id": lead, "text": "A"}) for lead in (1, 7, "1")]
        first, second, third = stored.many(unit, MEMO, drafts)
    assert (first, third) == (1, 2)
    assert isinstance(second, Invalid)


def test_an_update_moves_a_record_to_another_parent(session: Session, account: Account) -> None:
    family(session, account)
    before = state(session, account)
    operation = change(session, account, 1, {"lead_id": 2})
    assert state(session, account)["memo"][1][0]["lead_id"] == 2
    for lead, rule in ((9, "_existsIn"), (None, "_empty")):
        with pytest.raises(Invalid) as refused:
            change(session, account, 1, {"lead_id": lead})
        assert list(refused.value.faults["lead_id"]) == [rule]
    assert undone(session, account, operation).left == []
    assert state(session, account) == before


def test_a_deletion_takes_what_belongs_to_the_record_in_one_operation(
    session: Session, account: Account
) -> None:
    family(session, account)
    before = state(session, account)
    operation = delete(session, account, LEAD, 1)
    assert ids(session, account) == [[2], [3], []]
    with session.read() as unit:
        past = history.of_operation(unit.of(account.id), operation or 0)
    assert {(one.resource, one.id, one.verb) for one in past} == {
        (name, number, DELETE) for name, number in (("comment", 1), ("memo", 1), ("memo", 2), ("lead", 1))
    }
    assert undone(session, account, operation).left == []
    assert state(session, account) == before
    assert faults(session) == []


def delete(session: Session, account: Account, resource: Resource, record_id: int) -> int | None:
    with session.write(account.id) as unit:
        return records.delete(unit, resource, record_id).operation


def test_undone_in_reverse_all_is_as_it_was(session: Session, account: Account) -> None:
    before = state(session, account)
    operations = family(session, account)
    operations.append(change(session, account, 1, {"lead_id": 2, "text": "E"}))
    for operation in reversed(operations):
        assert undone(session, account, operation).left == []
    after = state(session, account)
    assert after == before
    assert faults(session) == []


def test_what_moved_to_another_parent_stays_without_the_first(session: Session, account: Account) -> None:
    operations = family(session, account)
    moved = change(session, account, 1, {"lead_id": 2, "text": "E"})
    undone(session, account, operations[3])
    assert undone(session, account, operations[0]).left == []
    assert ids(session, account) == [[2], [1, 3], [1]]
    assert undone(session, account, moved).left == [undo.Left(MEMO, 1, ("lead_id",), undo.ORPHANED)]
    memo = state(session, account)["memo"][1][0]
    assert (memo["lead_id"], memo["text"]) == (2, "A")
    assert faults(session) == []


def test_what_moved_to_a_record_goes_with_it(session: Session, account: Account) -> None:
    family(session, account)
    change(session, account, 3, {"lead_id": 1})
    operation = delete(session, account, LEAD, 1)
    assert ids(session, account) == [[2], [], []]
    assert undone(session, account, operation).left == []
    assert ids(session, account) == [[1, 2], [1, 2, 3], [1]]


def test_what_belonged_to_a_deleted_record_stays_away(session: Session, account: Account) -> None:
    operations = family(session, account)
    gone = undone(session, account, operations[3])  # a memo
    delete(session, account, LEAD, 1)  # its lead
    assert undone(session, account, gone.operation).left == [undo.Left(MEMO, 2, (), undo.ORPHANED)]
    assert faults(session) == []


def test_an_undo_keeps_a_record_to_which_others_belong(session: Session, account: Account) -> None:
    """In turn, too; and each says how many of which resource."""
    operations = family(session, account)
    before = state(session, account)
    lead = undo.Left(LEAD, 1, (), undo.HELD, (("comment", 1), ("memo", 2)))
    memo = undo.Left(MEMO, 1, (), undo.HELD, (("comment", 1),))
    for operation, left in (
        (operations[0], [lead, undo.Left(EMAIL, 1, (), undo.SHOWN)]),
        (operations[2], [memo]),
    ):
        found = undone(session, account, operation)
        assert (found.operation, found.left) == (None, left)
    assert state(session, account) == before
    change(session, account, 1, {"lead_id": 2})
    (lead, _) = undone(session, account, operations[0]).left
    assert lead.belonging == (("memo", 1),)
    undone(session, account, operations[3])
    assert undone(session, account, operations[0]).left == []
    assert ids(session, account) == [[2], [1, 3], [1]]
    assert faults(session) == []


def test_an_undo_keeps_a_record_to_which_another_was_moved(session: Session, account: Account) -> None:
    family(session, account)
    with session.write(account.id) as unit:
        made = records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": "Eva"})])
        lead = stored.written(made[0])
    change(session, account, 3, {"lead_id": lead.id})
    found = undone(session, account, lead.operation)
    assert found.left == [undo.Left(LEAD, lead.id, (), undo.HELD, (("memo", 1),))]


def test_an_erased_record_takes_what_belongs_to_it(session: Session, account: Account) -> None:
    operations = family(session, account)
    with session.write(account.id) as unit:
        erase(unit, LEAD, [1])
    assert ids(session, account) == [[2], [3], []]
    with session.read() as unit:
        past = history.since(unit.of(account.id), 0, 100)
    assert {(one.resource, one.id) for one in past if one.verb == "erase"} == {
        ("lead", 1),
        ("memo", 1),
        ("memo", 2),
        ("comment", 1),
    }
    assert undone(session, account, operations[2]).left == [undo.Left(MEMO, 1, (), undo.ERASED)]


def test_a_record_without_its_parent_is_found(session: Session, account: Account) -> None:
    family(session, account)
    assert faults(session) == []
    without_reference(session, "UPDATE memo SET lead_id = 9 WHERE id = 3")
    assert faults(session) == ["integrity: a row of memo refers to a row of lead that is not there"]


def without_reference(session: Session, statement: str) -> None:
    """Run a statement that the database would refuse."""
    if isinstance(session, SQLiteSession):
        session.connection.pragma("foreign_keys", False)
    with session.write() as unit:
        if unit.engine == "postgres":
            unit.run("SET LOCAL session_replication_role TO replica")
        unit.run(statement)


def test_an_address_of_a_lead_with_memos_is_changed_as_ever(session: Session, account: Account) -> None:
    family(session, account)
    with session.write(account.id) as unit:
        records.update(unit, EMAIL, 1, draft.parse(EMAIL, {"email": "eva@example.com"}))
    assert state(session, account)["lead"][1][0]["email_email"] == "eva@example.com"
    assert faults(session) == []
