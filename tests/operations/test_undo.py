"""An undo gives back what was, by property; undone in reverse, any writes leave what was before them."""

import inspect
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.errors import Error, Invalid, NotFound
from closum.model import draft
from closum.model.change import Operation
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import check, merging, plan, records, undo
from closum.operations.plan import Update
from closum.operations.undo import Undone
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import changes, history, integrity, tally
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support.every_operation import erase
from tests.support.stored import written

OWNED = [resource for resource in RESOURCES if not resource.shared]
Body = dict[str, Any]


def create(session: Session, account: Account, resource: Resource, body: Body) -> records.Written:
    with session.write(account.id) as unit:
        (outcome,) = records.create_many(unit, resource, [draft.parse(resource, body)])
        return written(outcome)


def change(session: Session, account: Account, resource: Resource, record_id: int, body: Body) -> int | None:
    with session.write(account.id) as unit:
        return records.update(unit, resource, record_id, draft.parse(resource, body)).operation


def undone(session: Session, account: Account, operation: int | None) -> Undone:
    assert operation is not None
    with session.write(account.id) as unit:
        return undo.undo(unit, operation)


def state(session: Session, account: Account) -> dict[str, Any]:
    """All that an account has, but for how often and when it was changed, and the counts that are kept."""
    with session.read() as reading:
        unit = reading.of(account.id)
        counts = tally.counters(unit)
        return {
            resource.name: (
                counts[resource.name].records if resource.name in counts else 0,
                [
                    {name: value for name, value in row.items() if name not in ("version", "modified")}
                    for batch in integrity.walk(unit, resource, 1_000)
                    for row in batch.rows
                ],
            )
            for resource in OWNED
        }


def shown(session: Session, account: Account, resource: Resource, record_id: int) -> Any:
    with session.read() as unit:
        return records.retrieve(unit.of(account.id), resource, record_id)


def test_a_create_undone_is_gone_with_what_it_made_and_comes_back(session: Session, account: Account) -> None:
    before = state(session, account)
    lead = create(session, account, LEAD, {"name": "Ana", "email": {"email": "ana@example.com"}})
    after = state(session, account)
    first = undone(session, account, lead.operation)
    assert (first.left, state(session, account)) == ([], before)
    again = undone(session, account, first.operation)
    assert (again.left, state(session, account)) == ([], after)
    assert create(session, account, LEAD, {"name": "Rui"}).id == 2


def test_what_was_changed_since_stays_and_is_named(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana", "custom_data": "{}"})
    first = change(session, account, LEAD, lead.id, {"name": "Eva", "custom_data": '{"a":1}'})
    change(session, account, LEAD, lead.id, {"name": "Ida"})
    found = undone(session, account, first)
    assert found.left == [undo.Left(LEAD, lead.id, ("name",), undo.CHANGED)]
    record = shown(session, account, LEAD, lead.id)
    assert (record["name"], record["custom_data"]) == ("Ida", "{}")


def test_what_was_changed_and_changed_back_is_undone(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    first = change(session, account, LEAD, lead.id, {"name": "Eva"})
    change(session, account, LEAD, lead.id, {"name": "Ida"})
    change(session, account, LEAD, lead.id, {"name": "Eva"})
    assert undone(session, account, first).left == []
    assert shown(session, account, LEAD, lead.id)["name"] == "Ana"


@pytest.mark.parametrize("operation", [0, -1, 2, 2**63 - 1, 2**63, -(2**63) - 1, 10**30])
def test_there_is_no_operation_with_a_number_that_none_can_have(
    session: Session, account: Account, operation: int
) -> None:
    create(session, account, LEAD, {"name": "Ana"})
    with pytest.raises(NotFound, match="no such operation"):
        undone(session, account, operation)


def test_a_chain_of_undos_may_be_of_any_length(session: Session, account: Account) -> None:
    """As somebody makes it who undoes and does again all day."""
    first = last = create(session, account, LEAD, {"name": "Ana"}).operation
    for _ in range(151):
        last = undone(session, account, last).operation
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 150)
    try:
        with pytest.raises(Invalid, match="1 validation error"):
            undone(session, account, first)
        again = undone(session, account, last)
    finally:
        sys.setrecursionlimit(limit)
    assert again.left == []
    assert undone(session, account, first).left == []


def test_a_record_that_another_one_shows_stays(session: Session, account: Account) -> None:
    email = {"email": {"email": "ana@example.com"}}
    first, _ = (create(session, account, LEAD, {"name": name} | email) for name in ("Ana", "Eva"))
    found = undone(session, account, first.operation)
    assert found.left == [undo.Left(EMAIL, 1, (), undo.SHOWN)]
    with pytest.raises(NotFound):
        shown(session, account, LEAD, first.id)


def test_a_cascade_is_undone_everywhere(session: Session, account: Account) -> None:
    email = {"email": {"email": "ana@example.com"}}
    for name in ("Ana", "Eva"):
        create(session, account, LEAD, {"name": name} | email)
    before = state(session, account)
    operation = change(session, account, EMAIL, 1, {"email": "eva@example.com"})
    with session.read() as unit:
        found = [
            (one.resource, one.id, one.before)
            for one in history.of_operation(unit.of(account.id), operation or 0)
        ]
    assert found == [("email", 1, {"email": "ana@example.com"}), ("lead", 1, {}), ("lead", 2, {})]
    assert undone(session, account, operation).left == []
    assert state(session, account) == before


def test_a_value_that_is_taken_meanwhile_is_left(session: Session, account: Account) -> None:
    email = create(session, account, EMAIL, {"email": "ana@example.com"})
    operation = change(session, account, EMAIL, email.id, {"email": "eva@example.com"})
    create(session, account, EMAIL, {"email": "Ana@Example.com"})
    left = [undo.Left(EMAIL, email.id, ("email",), undo.TAKEN)]
    assert undone(session, account, operation) == (None, left, [])


def test_the_last_property_stays(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"email": {"email": "ana@example.com"}})
    operation = change(session, account, LEAD, lead.id, {"name": "Ana"})
    change(session, account, LEAD, lead.id, {"email": None})
    assert undone(session, account, operation).left == [undo.Left(LEAD, lead.id, ("name",), undo.NEEDED)]
    assert shown(session, account, LEAD, lead.id)["name"] == "Ana"


def test_twice_is_refused_and_so_is_what_is_not_there(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana", "email": {"email": "ana@example.com"}})
    assert lead.operation is not None
    undone(session, account, lead.operation)
    with pytest.raises(Invalid) as refused:
        undone(session, account, lead.operation)
    assert refused.value.faults == {"operation": {"_isUndone": "This operation has been undone already"}}
    for strange in (lead.operation + 1, 999, -1):  # the middle of one, and none
        with pytest.raises(NotFound):
            undone(session, account, strange)


def test_an_undo_that_is_undone_can_be_done_again(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    after = state(session, account)
    first = undone(session, account, lead.operation)
    before = state(session, account)
    undone(session, account, first.operation)
    assert state(session, account) == after
    undone(session, account, lead.operation)
    assert state(session, account) == before


def test_the_operation_of_another_account_is_not_there(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    with session.write(account.id + 1) as unit, pytest.raises(NotFound):
        undo.undo(unit, lead.operation or 0)


def test_half_an_operation_is_not_undone(session: Session, account: Account) -> None:
    """Neither by a change in its middle, nor when the history of its first ones is cut."""
    lead = create(session, account, LEAD, {"name": "Ana", "email": {"email": "ana@example.com"}})
    assert lead.operation is not None
    before = state(session, account)
    with session.write(account.id) as unit:
        assert history.cut(unit, timestamp(unit.now + 1), 1) == 1
    for operation in (lead.operation, lead.operation + 1):
        with pytest.raises(NotFound):
            undone(session, account, operation)
    assert state(session, account) == before


def test_what_was_erased_is_left_and_the_rest_undone(session: Session, account: Account) -> None:
    for name in ("ana", "eva"):
        create(session, account, LEAD, {"name": name, "email": {"email": f"{name}@example.com"}})
    with session.write(account.id) as unit:
        asks = [Update(unit.by, draft.parse(LEAD, {"name": "Ida"}), one) for one in (1, 2)]
        looked = plan.look_up(unit, LEAD, asks)
        decided = plan.decide(looked, LEAD, asks).operations
        both = Operation(unit.by, [change for one in decided for change in one.changes])
        (operation,) = changes.write(unit, [both])
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
    found = undone(session, account, operation)
    assert found.left == [undo.Left(LEAD, 1, (), undo.ERASED)]
    assert shown(session, account, LEAD, 2)["name"] == "eva"
    assert undone(session, account, 1).left == [
        undo.Left(LEAD, 1, (), undo.ERASED),
        undo.Left(EMAIL, 1, (), undo.ERASED),
    ]


def test_nothing_changed_is_no_operation(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    assert change(session, account, LEAD, lead.id, {"name": "Ana"}) is None


EMAILS = st.sampled_from(
    [None, {}, {"id": 1}, {"id": 2}, *({"email": f"{one}@example.com"} for one in "abc")]
)
PHONES = st.sampled_from(
    [
        None,
        {},
        {"id": 1},
        {"extension": "351", "number": "912345678"},
        {"extension": "351", "number": "912345679"},
        {"extension": "34"},
        {"extension": "351", "number": "sem telefone"},
    ]
)
LEADS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from([None, "Ana", "Eva"]),
        "city_id": st.sampled_from([None, 1, 2]),
        "custom_data": st.sampled_from([None, "{}"]),
        "email": EMAILS,
        "phone": PHONES,
    },
)
CALLS: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just(LEAD), st.sampled_from([None, 1, 2, 3]), LEADS),
    st.tuples(
        st.just(EMAIL),
        st.sampled_from([None, 1, 2]),
        st.fixed_dictionaries(
            {"email": st.sampled_from(["a@example.com", "d@example.com", "A@Example.com"])}
        ),
    ),
    st.tuples(
        st.just(PHONE),
        st.sampled_from([None, 1, 2]),
        st.fixed_dictionaries(
            {},
            optional={
                "extension": st.just("351"),
                "number": st.sampled_from(["912345678", "912345670", "x1"]),
            },
        ),
    ),
    st.tuples(st.none(), st.integers(1, 12), st.just({})),  # undo one of those before
    st.tuples(st.sampled_from([LEAD, EMAIL, PHONE]), st.sampled_from([1, 2, 3]), st.none()),  # delete
    st.tuples(
        st.just(LEAD), st.sampled_from([1, 2, 3]), st.lists(st.integers(1, 4), min_size=1, max_size=2)
    ),  # merge
)


Call = tuple[Resource | None, int | None, Body | list[int] | None]


def call(unit: Unit, what: Call, done: list[int]) -> int | None:
    resource, number, body = what
    if resource is None:
        return undo.undo(unit, done[(number or 0) % len(done)]).operation if done else None
    if body is None:
        return records.delete(unit, resource, number or 0).operation
    if isinstance(body, list):
        return merging.write(unit, resource, number or 0, Draft({merging.IDS: body}, {}, {})).operation
    asked = draft.parse(resource, body)
    if number is None:
        (outcome,) = records.create_many(unit, resource, [asked])
        return written(outcome).operation
    return records.update(unit, resource, number, asked).operation


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(CALLS, max_size=12))
def test_undone_in_reverse_everything_is_as_it_was(
    session: Session, account: Account, calls: list[Call]
) -> None:
    states, done = [state(session, account)], list[int]()
    for one in calls:
        try:
            with session.write(account.id) as unit:
                operation = call(unit, one, done)
        except Error:
            continue
        if operation is not None:
            done.append(operation)
            states.append(state(session, account))
    for operation in reversed(done):
        assert state(session, account) == states.pop()
        assert undone(session, account, operation).left == []
    assert state(session, account) == states.pop()
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


def test_a_number_and_its_extension_are_set_back_together_or_stay(session: Session, account: Account) -> None:
    phone = create(session, account, PHONE, {"extension": "351", "number": "912345678"})
    both = change(session, account, PHONE, phone.id, {"extension": "34", "number": "612345678"})
    change(session, account, PHONE, phone.id, {"number": "612345679"})
    left = undone(session, account, both)
    assert [(one.id, one.names, one.reason) for one in left.left] == [
        (phone.id, ("extension", "number"), undo.CHANGED)
    ]
    found = shown(session, account, PHONE, phone.id)
    assert (found["extension"], found["number"], found["is_valid"]) == ("34", "612345679", 1)


def test_a_number_stays_when_its_extension_alone_was_changed_since(
    session: Session, account: Account
) -> None:
    phone = create(session, account, PHONE, {"extension": "351", "number": "912345678"})
    number = change(session, account, PHONE, phone.id, {"number": "612345678"})
    change(session, account, PHONE, phone.id, {"extension": "34"})
    left = undone(session, account, number)
    assert (left.operation, [one.names for one in left.left]) == (None, [("number",)])
    assert shown(session, account, PHONE, phone.id)["number"] == "612345678"


def version(session: Session, account: Account, record_id: int) -> int:
    with session.read() as unit:
        ((found,),) = unit.all(
            "SELECT version FROM lead WHERE account_id = ? AND id = ?", (account.id, record_id)
        )
        return int(found)


def test_a_record_that_comes_back_goes_on_with_its_versions(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana", "email": {"email": "ana@example.com"}})
    change(session, account, EMAIL, 1, {"email": "Ana@example.com"})
    assert version(session, account, lead.id) == 2
    for last in (3, 4):
        first = undone(session, account, lead.operation)
        undone(session, account, first.operation)
        assert version(session, account, lead.id) == last
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


def test_what_an_undo_left_can_be_undone_later_and_only_that(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "x"})
    both = change(session, account, LEAD, lead.id, {"name": "y", "custom_data": {"q": 1}})
    change(session, account, LEAD, lead.id, {"name": "z"})
    assert [one.names for one in undone(session, account, both).left] == [("name",)]
    again = undone(session, account, both)
    assert (again.operation, [one.names for one in again.left]) == (None, [("name",)])
    change(session, account, LEAD, lead.id, {"name": "y", "custom_data": {"q": 1}})
    rest = undone(session, account, both)
    assert rest.left == []
    found = shown(session, account, LEAD, lead.id)
    assert (found["name"], found["custom_data"]) == ("x", '{"q":1}')
    with pytest.raises(Invalid):
        undone(session, account, both)
