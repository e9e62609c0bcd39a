"""Erasing a person leaves nothing of them in the history, also where a record is another person's by now."""

from itertools import islice
from typing import Any

import pytest

from closum.model import draft
from closum.model.resource import Resource
from closum.operations import person, records, undo
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.stored import written

Body = dict[str, Any]


@pytest.fixture
def write(session: Session, account: Account) -> Any:
    """Creates a record, or changes the one with an id; the operation."""

    def call(resource: Resource, body: Body, record_id: int | None = None) -> int | None:
        with session.write(account.id) as unit:
            asked = draft.parse(resource, body)
            if record_id is None:
                return written(records.create_many(unit, resource, [asked])[0]).operation
            return records.update(unit, resource, record_id, asked).operation

    return call


def erase(session: Session, account: Account, text: str) -> person.Erased:
    with session.read() as unit:
        erasure = person.Erasure(person.look(unit.of(account.id), text))
    session.write_steps(erasure.steps(), account.id)
    with session.read() as unit:
        assert not any(person.look(unit.of(account.id), text).size)
    return erasure.total


def before(session: Session, account: Account) -> list[str]:
    with session.read() as unit:
        return [str(one.before) for one in history.since(unit.of(account.id), 0, 1_000) if one.before]


def test_a_record_that_is_gone_and_was_changed_leaves_nothing(
    session: Session, account: Account, write: Any
) -> None:
    write(LEAD, {"name": "Ana Findme", "email": {"email": "findme@example.com"}})
    write(LEAD, {"name": "Ana Other", "custom_data": '{"x":"findme"}'}, 1)
    write(LEAD, {"custom_data": None}, 1)
    assert erase(session, account, "findme@example.com") == (1, 1, 0, 0)
    assert before(session, account) == []


def test_an_address_that_a_record_had_once_goes_from_its_history(
    session: Session, account: Account, write: Any
) -> None:
    write(LEAD, {"name": "Ana Findme", "email": {"email": "findme@example.com"}})
    write(LEAD, {"name": "Rui", "email": {"email": "rui@example.com"}}, 1)
    write(LEAD, {"name": "Rui Costa"}, 1)
    assert erase(session, account, "findme@example.com") == (0, 0, 2, 0)
    assert before(session, account) == ["{'name': 'Rui'}"]


def test_a_number_that_changed_in_parts(session: Session, account: Account, write: Any) -> None:
    write(PHONE, {"extension": "351", "number": "912 340 999"})
    write(PHONE, {"number": "912 340 998"}, 1)
    write(PHONE, {"extension": "34", "number": "612 345 678"}, 1)
    assert erase(session, account, "+351 912 340 999") == (0, 0, 1, 0)
    assert before(session, account) == ["{'extension': '351', 'number': '912 340 998'}"]
    assert erase(session, account, "+351912340998") == (0, 0, 1, 0)
    assert before(session, account) == []


def test_what_was_undone_leaves_nothing_either(session: Session, account: Account, write: Any) -> None:
    operation = write(LEAD, {"name": "Ana Findme", "email": {"email": "findme@example.com"}})
    with session.write(account.id) as unit:
        undo.undo(unit, operation)
    assert len(before(session, account)) == 2
    assert erase(session, account, "findme@example.com") == (0, 0, 2, 0)
    assert before(session, account) == []
    with session.write(account.id) as unit:
        assert undo.undo(unit, operation + 2).operation is None


def test_a_lead_that_showed_the_address_once(session: Session, account: Account, write: Any) -> None:
    write(EMAIL, {"email": "rui@example.com"})
    write(LEAD, {"name": "Ana Findme", "email": {"email": "findme@example.com"}})
    write(LEAD, {"name": "Rui", "email": {"id": 1}}, 1)
    assert erase(session, account, "findme@example.com").records == 1
    assert [one for one in before(session, account) if "Findme" in one] == []


def test_what_a_record_had_at_the_time_goes_whenever_it_is_replaced(
    session: Session, account: Account, write: Any
) -> None:
    write(
        LEAD, {"name": "Findme", "email": {"email": "findme@example.com"}, "custom_data": '{"nif":"findme"}'}
    )
    write(LEAD, {"email": {"email": "rui@example.com"}}, 1)
    renamed = write(LEAD, {"name": "Rui", "custom_data": None}, 1)
    with session.write(account.id) as unit:
        undone = undo.undo(unit, renamed).operation
        assert undone
        undo.undo(unit, undone)
    write(LEAD, {"name": "Rui Costa"}, 1)
    erase(session, account, "findme@example.com")
    assert before(session, account) == ["{'name': 'Rui', 'custom_data': None}", "{'name': 'Rui'}"]
    with session.write(account.id) as unit:
        assert undo.undo(unit, renamed).operation is None


def test_interrupted_after_any_step_the_rest_is_found_again(
    session: Session, account: Account, write: Any
) -> None:
    for number in range(120):
        write(LEAD, {"name": "Findme", "email": {"email": "findme@example.com"}})
        write(LEAD, {"name": "Rui", "email": {"email": f"rui{number}@example.com"}}, number + 1)
    write(EMAIL, {"email": "findme@example.com"})
    for _ in range(10):
        with session.read() as unit:
            steps = person.Erasure(person.look(unit.of(account.id), "findme@example.com")).steps()
        session.write_steps(islice(steps, 1), account.id)
    erase(session, account, "findme@example.com")
    assert before(session, account) == []


@pytest.mark.parametrize("moved", [False, True])
def test_what_comes_into_the_history_meanwhile_goes_too(
    session: Session, account: Account, write: Any, moved: bool
) -> None:
    write(LEAD, {"name": "Findme", "email": {"email": "findme@example.com"}})
    write(EMAIL, {"email": "bob@example.com"})
    with session.read() as unit:
        erasure = person.Erasure(person.look(unit.of(account.id), "findme@example.com"))
    steps = list(erasure.steps())
    if moved:
        write(LEAD, {"name": "Bob", "email": {"id": 2}}, 1)
    else:
        write(LEAD, {"name": "Bob"}, 1)
    session.write_steps(steps, account.id)
    if not moved:
        assert before(session, account) == ["{'name': 'Findme'}"]  # the lead stays, and its address with it
    erase(session, account, "findme@example.com")
    assert before(session, account) == []


def test_the_person_is_told_what_the_history_has(session: Session, account: Account, write: Any) -> None:
    write(LEAD, {"name": "Findme", "email": {"email": "findme@example.com"}})
    write(LEAD, {"name": "Rui", "email": {"email": "rui@example.com"}}, 1)
    write(LEAD, {"name": "Rui Costa"}, 1)
    with session.read() as unit:
        found = person.retrieve(unit.of(account.id), "findme@example.com")
        other = person.retrieve(unit.of(account.id), "rui@example.com")
    told = [(one["resource"], one["id"], one["verb"], one["before"]) for one in found.pop("history")]
    assert ("email", 1, "update", {"email": "findme@example.com"}) in told
    assert {"name": "Findme"}.items() <= told[-1][3].items()
    assert not any("Rui" in str(one) for one in told)
    assert not any(found.values())
    assert "Rui" in str(other["history"])
