"""What searches find follows every write, and agrees with the records at every moment."""

from collections.abc import Callable
from pathlib import Path

import pytest

from closum.accounts import users
from closum.model import draft, query
from closum.operations import check, records, undo
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import recompute
from closum.store.identity import Account
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.engine import session_of
from tests.support.every_operation import erase
from tests.support.stored import create

RULES = Rules(RESOURCES, no_progress)
ANA = {"name": "Ana Silva", "email": {"email": "ana@example.com"}, "phone": {"number": "+351 912 340 999"}}


def settle(unit: Unit) -> None:
    unit.search.settle(unit)


def nothing(unit: Unit) -> None:
    """Terms stay where the write has left them."""


Then = Callable[[Unit], None]
moment = pytest.mark.parametrize("then", [nothing, settle])
"""What has become of the terms of one write when the next one comes."""


def found(session: Session, account: Account, asked: str) -> list[int]:
    """Ids of the leads that a search finds."""
    with session.read() as unit:
        leads, count = records.page(unit.of(account.id), LEAD, query.parse(LEAD, [("q", asked)]))
        ids = sorted(one["id"] for one in leads)
        assert count == len(ids)
        return ids


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


@moment
def test_a_new_lead_is_found(session: Session, account: Account, then: Then) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Rui"}])
        then(unit)
    assert found(session, account, "sil") == [1]
    assert found(session, account, "0999") == found(session, account, "912 3") == [1]
    assert found(session, account, "+351 912 3") == found(session, account, "3519123") == [1]
    assert found(session, account, "+351 912") == found(session, account, "+34 912 3") == []
    assert faults(session) == []


@moment
def test_zeros_in_front_are_those_of_a_prefix_where_four_digits_are_left(
    session: Session, account: Account, then: Then
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Rui", "phone": {"number": "+44 20 7946 0018"}}])
        then(unit)
    assert found(session, account, "020 7946 0018") == found(session, account, "02079460018") == [2]
    assert found(session, account, "00999") == found(session, account, "0018 00999") == []
    assert found(session, account, "00340999") == [1]


@moment
@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (("id>=99999999999999999999",), []),
        (("id>1099511627775",), []),
        (("id=9223372036854775807",), []),
        (("id<=99999999999999999999",), [1]),
        (("id!=9223372036854775807",), [1]),
        (("id>=-99999999999999999999",), [1]),
        (("id<-1",), []),
        (("id>9223372036854775806", "id<9223372036854775807"), []),
    ],
)
def test_any_range_of_ids_can_be_searched(
    session: Session, account: Account, then: Then, asked: tuple[str, ...], ids: list[int]
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        then(unit)
    pairs = [("q", "ana"), *(("filter", one) for one in asked)]
    with session.read() as unit:
        for sort in ("id", "name", "relevance"):
            wanted = query.parse(LEAD, [*pairs, ("sort", sort)])
            leads, count = records.page(unit.of(account.id), LEAD, wanted)
            assert ([one["id"] for one in leads], count) == (ids, len(ids))


@moment
def test_a_changed_lead_is_found_by_what_it_is_now(session: Session, account: Account, then: Then) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        then(unit)
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Rui", "custom_data": {"source": "fair"}}))
        then(unit)
    assert (found(session, account, "silva"), found(session, account, "rui fair")) == ([], [1])
    assert faults(session) == []


@moment
def test_an_address_or_number_that_changes_changes_its_leads(
    session: Session, account: Account, then: Then
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        create(unit, LEAD, [{"name": "Rui", "email": {"id": 1}, "phone": {"id": 1}}])
        then(unit)
    with session.write(account.id) as unit:
        records.update(unit, EMAIL, 1, draft.parse(EMAIL, {"email": "other@example.org"}))
        records.update(unit, PHONE, 1, draft.parse(PHONE, {"number": "912 345 678"}))
        then(unit)
    assert (found(session, account, "example.com"), found(session, account, "0999")) == ([], [])
    assert (found(session, account, "other"), found(session, account, "5678")) == ([1, 2], [1, 2])
    assert faults(session) == []


@moment
def test_an_undone_lead_is_found_no_more(session: Session, account: Account, then: Then) -> None:
    with session.write(account.id) as unit:
        (one,) = records.create_many(unit, LEAD, [draft.parse(LEAD, ANA)])
        then(unit)
    with session.write(account.id) as unit:
        undone = undo.undo(unit, one.operation).operation  # type: ignore[union-attr, arg-type]
        then(unit)
    assert found(session, account, "silva") == []
    assert faults(session) == []
    with session.write(account.id) as unit:
        assert undone
        undo.undo(unit, undone)
        then(unit)
    assert found(session, account, "silva") == [1]
    assert faults(session) == []


@moment
def test_an_erased_person_is_found_no_more(session: Session, account: Account, then: Then) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Ana Costa"}])
        then(unit)
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
        then(unit)
    assert found(session, account, "ana") == [2]
    assert faults(session) == []


@moment
def test_writes_after_an_erasure_go_on(session: Session, account: Account, then: Then) -> None:
    """In its transaction, and in a set: what the index does for itself counts for nothing."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Rui"}])
        then(unit)
    with session.write(account.id) as unit:
        erase(unit, account.id, "ana@example.com")
        create(unit, LEAD, [{"name": f"New {number}"} for number in range(40)])
        records.update(unit, LEAD, 2, draft.parse(LEAD, {"name": "Other"}))
        then(unit)
    assert found(session, account, "other") == [2]
    assert len(found(session, account, "new 1")) == 11
    assert faults(session) == []


@moment
def test_accounts_are_apart(session: Session, account: Account, then: Then) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    for one, name in ((account, "Ana One"), (other, "Ana Two")):
        with session.write(one.id) as unit:
            create(unit, LEAD, [{"name": name}])
            then(unit)
    assert (found(session, account, "ana"), found(session, account, "two")) == ([1], [])
    assert (found(session, other, "two"), found(session, other, "one")) == ([1], [])


@pytest.fixture
def disagreeing(session: Session, account: Account) -> Session:
    """An index that does not have a lead, has another one by other words, and has one that is not there."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Rui Costa"}, {"name": "Eva"}])
        settle(unit)
        for statement in unit.search.drop(LEAD, account.id, [2]):
            unit.run(*statement)
        terms = LEAD.terms
        assert terms
        row = dict.fromkeys(LEAD.columns)
        for record_id in (3, 1_003):
            for sql, values, _ in unit.search.put(
                LEAD, account.id, [(record_id, terms.make(row | {"name": "X"}))]
            ):
                unit.run(sql, values)
    return session


@moment
def test_a_check_names_what_disagrees(disagreeing: Session, account: Account, then: Then) -> None:
    with disagreeing.write(account.id) as unit:
        then(unit)
    of = f"of account {account.id}: the search index"
    assert sorted(faults(disagreeing)) == [
        f"lead 1003 {of} has it, and there is no such record",
        f"lead 2 {of} does not have it",
        f"lead 3 {of} does not agree with what it is made from",
    ]


@moment
def test_recompute_makes_it_again(disagreeing: Session, account: Account, then: Then) -> None:
    with disagreeing.write(account.id) as unit:
        then(unit)
    recompute.recompute(disagreeing, RULES)
    assert faults(disagreeing) == []
    assert (found(disagreeing, account, "costa"), found(disagreeing, account, "x")) == ([2], [])
    with disagreeing.read() as unit:  # records are as they were
        assert unit.all("SELECT MAX(version) FROM lead") == [(1,)]


def test_terms_of_an_account_without_records(session: Session, account: Account) -> None:
    terms = LEAD.terms
    assert terms
    with session.write(account.id) as unit:
        for sql, values, _ in unit.search.put(
            LEAD, account.id, [(7, terms.make(dict.fromkeys(LEAD.columns) | {"name": "X"}))]
        ):
            unit.run(sql, values)
    assert faults(session) == [
        f"lead 7 of account {account.id}: the search index has it, and there is no such record"
    ]
    recompute.recompute(session, RULES)
    assert faults(session) == []


def test_values_that_cannot_be_read_are_left(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA])
        unit.run("UPDATE lead SET custom_data = 'no JSON' WHERE account_id = ? AND id = 1", (account.id,))
    recompute.recompute(session, RULES)
    assert found(session, account, "silva") == [1]


def test_a_check_beside_writes_finds_no_faults(session: Session, account: Account, folder: Path) -> None:
    """It is of one moment, whatever is written, moved and erased while it runs."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": f"Rui {one}"} for one in range(20)])
    reports = 0
    with session_of(folder) as other:

        def report(done: int, total: int) -> None:
            nonlocal reports
            reports += 1
            with other.write(account.id) as unit:
                create(unit, LEAD, [ANA] + [{"name": f"Eva {one}"} for one in range(20)])
                records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": f"Rui {reports}"}))
                settle(unit)
            with other.write(account.id) as unit:
                erase(unit, account.id, "ana@example.com")
                create(unit, LEAD, [{"name": "Eva"}])

        for _ in range(3):
            with session.read() as unit:
                assert list(check.faults(unit, report)) == []
    assert reports >= 9
