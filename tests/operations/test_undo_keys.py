"""One operation may free a unique key and take it again, and so may its undo."""

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.accounts import users
from closum.model.change import Operation
from closum.operations import check, deletion, plan, records, rules, undo
from closum.operations.edit import Edit
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import changes, rows
from closum.store.identity import Account
from closum.store.session import Session
from tests.operations.test_undo import Body, create, undone


def rewrite(
    session: Session, account: Account, new: dict[int, str | None], created: tuple[str, ...] = ()
) -> int | None:
    """In one operation: e-mails with other addresses, None for those that go, and new ones."""
    with session.write(account.id) as unit:
        known = plan.known_of(unit)
        known.add(EMAIL, rows.rows_by(unit, EMAIL, "id", list(new)).values())
        deletion.look_up_showing(unit, known, EMAIL, list(new))
        edit = Edit(known)
        for record_id, address in new.items():
            if address is None:
                edit.delete(EMAIL, record_id)
            else:
                row = known.row(EMAIL, record_id)
                assert row is not None
                edit.update(EMAIL, record_id, rules.derived(EMAIL, row, {"email": address}))
        for address in created:
            values = EMAIL.blank | {"email": address}
            edit.create(EMAIL, values | EMAIL.derive(values))
        return changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)[0]


def addresses(session: Session, account: Account) -> dict[int, str]:
    with session.read() as unit:
        return dict(unit.all("SELECT id, email FROM email WHERE account_id = ? ORDER BY id", (account.id,)))


def test_an_address_that_a_deletion_frees_is_taken_and_given_back(session: Session, account: Account) -> None:
    for name in "ab":
        create(session, account, EMAIL, {"email": f"{name}@example.com"})
    before = addresses(session, account)
    operation = rewrite(session, account, {2: None, 1: "b@example.com"})
    assert addresses(session, account) == {1: "b@example.com"}
    assert undone(session, account, operation).left == []
    assert addresses(session, account) == before


def test_a_swap_is_undone(session: Session, account: Account) -> None:
    for name in "abcd":
        create(session, account, EMAIL, {"email": f"{name}@example.com"})
    before = addresses(session, account)
    new = {1: "b@example.com", 2: "c@example.com", 3: "a@example.com", 4: "e@example.com"}
    operation = rewrite(session, account, dict[int, str | None](new))
    assert addresses(session, account) == new
    assert undone(session, account, operation).left == []
    assert addresses(session, account) == before


def test_what_waits_for_a_key_that_another_record_keeps_is_left(session: Session, account: Account) -> None:
    for name in "ab":
        create(session, account, EMAIL, {"email": f"{name}@example.com"})
    operation = rewrite(session, account, {2: "c@example.com", 1: "b@example.com"})
    create(session, account, EMAIL, {"email": "a@example.com"})
    left = undone(session, account, operation).left
    assert {(one.id, one.names, one.reason) for one in left} == {
        (one, ("email",), undo.TAKEN) for one in (1, 2)
    }
    assert addresses(session, account) == {1: "b@example.com", 2: "c@example.com", 3: "a@example.com"}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations([1, 2, 3, 4]),
    names=st.permutations("abcdefgh"),
    gone=st.sets(st.sampled_from([1, 2, 3, 4])),
    new=st.integers(0, 3),
)
def test_any_keys_that_end_valid_can_be_written(
    session: Session, order: list[int], names: list[str], gone: set[int], new: int
) -> None:
    with session.write() as unit:
        account = users.add_account(unit, uuid4().hex)
    for name in "abcd":
        create(session, account, LEAD if name == "a" else EMAIL, body(name))
    found = [f"{name}@example.com" for name in names]
    gone -= {1}  # a lead shows it
    todo = {one: None if one in gone else found[one] for one in order}
    before = addresses(session, account)
    operation = rewrite(session, account, todo, (found[0], *found[5 : 5 + new]))
    kept = {one: address for one, address in todo.items() if address is not None}
    made = {5 + n: address for n, address in enumerate((found[0], *found[5 : 5 + new]))}
    assert addresses(session, account) == kept | made
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
    assert undone(session, account, operation).left == []
    assert addresses(session, account) == before


def body(name: str) -> Body:
    address = {"email": f"{name}@example.com"}
    return {"name": "Ana", "email": address} if name == "a" else address


def test_a_record_that_comes_and_goes_never_has_a_version_again(session: Session, account: Account) -> None:
    lead = create(session, account, LEAD, {"name": "Ana"})
    with session.write(account.id) as unit:
        deleted = records.delete(unit, LEAD, lead.id).operation
    versions = []
    for _ in range(3):
        back = undone(session, account, deleted).operation
        with session.read() as unit:
            versions.append(rows.rows_by(unit.of(account.id), LEAD, "id", [lead.id])[lead.id]["version"])
        undone(session, account, back)
    assert versions == [2, 3, 4]
    with session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
