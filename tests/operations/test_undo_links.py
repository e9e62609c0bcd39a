"""What a record shows comes back with it, also where its unique key passed on to another record."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from closum.accounts import users
from closum.model import draft
from closum.operations import batch, check
from closum.operations.batch import Item
from closum.operations.deletion import Delete
from closum.operations.plan import Create, Update
from closum.resources.lead import LEAD
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undo import create, state, undone
from tests.support.client import Client

JSON = dict[str, Any]


def written(session: Session, account: Account, *items: tuple[int | None, JSON | None]) -> int | None:
    """In one operation: leads with other values, new ones without an id, and those that go without values."""
    with session.write(account.id) as unit:
        asks: list[Item] = []
        for number, body in items:
            if body is None:
                asks.append(Delete(unit.by, number or 0))
            elif number is None:
                asks.append(Create(unit.by, draft.parse(LEAD, body)))
            else:
                asks.append(Update(unit.by, draft.parse(LEAD, body), number))
        return batch.write(unit, LEAD, unit.by, asks).operation


def mail(name: str) -> JSON:
    return {"email": {"email": f"{name}@example.com"}}


PASSED_ON: list[list[tuple[int | None, JSON | None]]] = [
    [(1, mail("b")), (2, mail("a"))],
    [(1, mail("b")), (None, {"name": "Ida"} | mail("a"))],
    [(1, mail("c")), (2, mail("a")), (3, mail("b"))],
]


@pytest.mark.parametrize("items", PASSED_ON)
def test_who_got_an_address_that_was_freed_has_it_again(
    items: list[tuple[int | None, JSON | None]], session: Session, account: Account
) -> None:
    for name, more in (("Ana", mail("a")), ("Eva", {}), ("Rui", mail("r"))):
        create(session, account, LEAD, {"name": name} | more)
    before = state(session, account)
    operation = written(session, account, *items)
    after = state(session, account)
    for _ in range(2):
        back = undone(session, account, operation)
        assert (back.left, state(session, account)) == ([], before)
        again = undone(session, account, back.operation)
        assert (again.left, state(session, account)) == ([], after)


BODIES = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from([None, *({"email": f"{one}@example.com"} for one in "abc")]),
        "phone": st.sampled_from([None, *({"number": f"+35191234120{one}"} for one in "12")]),
    },
)
ITEMS = st.one_of(
    st.tuples(st.sampled_from([1, 2, 3]), BODIES),
    st.tuples(st.none(), BODIES.map({"name": "Ida"}.__or__)),
    st.tuples(st.sampled_from([1, 2, 3]), st.none()),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.lists(ITEMS, min_size=1, max_size=5), min_size=1, max_size=3))
@example(calls=[[(3, {"email": None}), (3, mail("c"))]])
def test_operations_undone_and_done_again_leave_what_they_left(
    session: Session, calls: list[list[tuple[int | None, JSON | None]]]
) -> None:
    with session.write() as unit:
        account = users.add_account(unit, uuid4().hex)
    for name in "abc":
        create(session, account, LEAD, {"name": name} | mail(name))
    states, done = [state(session, account)], list[int]()
    for items in calls:
        if operation := written(session, account, *items):
            done.append(operation)
            states.append(state(session, account))
    backs = [undone(session, account, operation) for operation in reversed(done)]
    assert [back.left for back in backs] == [[]] * len(done)
    assert state(session, account) == states[0]
    for back, after in zip(reversed(backs), states[1:], strict=True):
        assert undone(session, account, back.operation).left == []
        assert state(session, account) == after
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []


# From the bin

ANA, EVA = {"name": "Ana"} | mail("ana"), {"name": "Eva"} | mail("eva")
UNLINKING = ["merge", "update", "delete"]


def unlinked(api: Client, how: str) -> int:
    """The operation after which nothing shows e-mail 2, which then is deleted."""
    for body in (ANA, EVA):
        api.new("lead", body)
    if how == "merge":
        answer = api.post("/api/lead/1/merge", json={"ids": [2]})
    elif how == "update":
        answer = api.put("/api/lead/2", json={"email": None})
    else:
        answer = api.delete("/api/lead/2")
    api.data("DELETE", "/api/email/2")
    return int(answer.headers["x-operation"])


def back(api: Client, operation: int, **more: Any) -> Any:
    return api.data("POST", f"/api/operation/{operation}/undo", more)


def shown(api: Client) -> list[Any]:
    return [(one["id"], one["email"] and one["email"]["email"]) for one in api.data("GET", "/api/lead")]


def binned(api: Client) -> list[tuple[str, int]]:
    return [(one["resource"], one["record_id"]) for one in api.data("GET", "/api/bin")]


@pytest.mark.parametrize("how", UNLINKING)
def test_a_binned_address_comes_back_with_what_showed_it(how: str, api: Client) -> None:
    operation = unlinked(api, how)
    before, gone = shown(api), binned(api)
    preview = back(api, operation, dry_run=True)
    done = back(api, operation)
    assert preview | {"operation": None} == done | {"operation": None}
    assert done["left"] == []
    assert ("email", 2) in {(one["resource"], one["id"]) for one in done["undone"]}
    assert api.data("GET", "/api/lead/2")["email"] == {"id": 2, "email": "eva@example.com"}
    assert binned(api) == []
    for _ in range(2):
        again = back(api, done["operation"])
        assert (again["left"], shown(api), sorted(binned(api))) == ([], before, sorted(gone))
        done = back(api, again["operation"])
        assert (done["left"], shown(api)) == ([], [(1, "ana@example.com"), (2, "eva@example.com")])


MISSING = {
    "resource": "lead",
    "id": 2,
    "properties": ["email"],
    "reason": "what it shows is not there any more",
}


@pytest.mark.parametrize("how", UNLINKING)
def test_a_purged_address_is_left_out_and_named(how: str, api: Client) -> None:
    operation = unlinked(api, how)
    (entry,) = [one for one in api.data("GET", "/api/bin") if one["resource"] == "email"]
    api.data("DELETE", f"/api/bin/{entry['id']}")
    assert back(api, operation)["left"] == [MISSING]
    assert shown(api) == [(1, "ana@example.com"), (2, None)]


@pytest.mark.parametrize("how", UNLINKING)
def test_a_binned_address_that_is_anothers_now_is_left_and_named(how: str, api: Client) -> None:
    operation = unlinked(api, how)
    api.new("lead", {"name": "Ida"} | mail("eva"))
    taken = {
        "resource": "email",
        "id": 2,
        "properties": None,
        "reason": "its value is another record's now",
    }
    done = back(api, operation)
    assert sorted(done["left"], key=lambda one: one["resource"]) == [taken, MISSING]
    assert shown(api) == [(1, "ana@example.com"), (2, None), (3, "eva@example.com")]
    assert ("email", 2) in binned(api)


def test_an_address_in_the_bin_stays_there_where_its_link_is_left(api: Client) -> None:
    operation = unlinked(api, "update")
    api.data("PUT", "/api/lead/2", mail("ida"))
    done = back(api, operation)
    assert [(one["id"], one["reason"]) for one in done["left"]] == [(2, "changed since")]
    assert binned(api) == [("email", 2)]


def test_an_address_that_passed_on_comes_back_from_the_bin(api: Client) -> None:
    """Of the lead that got it in the same operation, whose own one was deleted then."""
    for body in (ANA, EVA):
        api.new("lead", body)
    items = [
        {"action": "update", "id": 1, "data": mail("ida")},
        {"action": "update", "id": 2, "data": {"email": None}},
        {"action": "create", "data": {"name": "Rui"} | mail("ana")},
    ]
    operation = int(api.post("/api/lead/batch", json={"items": items}).headers["x-operation"])
    after = shown(api)
    api.data("DELETE", "/api/email/2")
    done = back(api, operation)
    assert (done["left"], shown(api)) == ([], [(1, "ana@example.com"), (2, "eva@example.com")])
    again = back(api, done["operation"])
    assert (again["left"], shown(api), binned(api)) == ([], after, [("email", 2)])
