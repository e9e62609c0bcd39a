"""Leads are found by the status of their address and the extension of their number, which are terms of the lead."""

from collections.abc import Callable
from typing import Any

import pytest

from closum.model import draft, query
from closum.operations import check, records
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import recompute
from closum.store.identity import Account
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.stored import create

each = pytest.mark.parametrize
STATUSES = (1, 1, 2, 5, 0, 1)
"""Of the addresses of the leads from 1 on; the last two leads show none."""
COMPARED: dict[str, Callable[[int, int], bool]] = {
    "=": lambda one, other: one == other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def settle(unit: Unit) -> None:
    unit.search.settle(unit)


def nothing(unit: Unit) -> None:
    """Terms stay where the write has left them."""


def set_status(unit: Unit, record_id: int, status: int) -> None:
    made = draft.parse(EMAIL, {})
    made.values["status"] = status
    records.update(unit, EMAIL, record_id, made)


def fill(session: Session, account: Account, then: Callable[[Unit], None]) -> dict[int, int | None]:
    """The status that each lead shows."""
    with session.write(account.id) as unit:
        create(
            unit, LEAD, [{"email": {"email": f"a{number}@example.com"}} for number in range(len(STATUSES))]
        )
        create(unit, LEAD, [{"name": "Rui"}, {"name": "Eva"}])
        then(unit)
    for record_id, status in enumerate(STATUSES, 1):
        with session.write(account.id) as unit:
            set_status(unit, record_id, status)
            then(unit)
    return {**dict(enumerate(STATUSES, 1)), 7: None, 8: None}


def found(session: Session, account: Account, *filters: str, **more: Any) -> list[int]:
    with session.read() as unit:
        asked = query.parse(LEAD, [*(("filter", one) for one in filters), *more.items()])
        leads, count = records.page(unit.of(account.id), LEAD, asked)
    assert count == len(leads)
    return sorted(one["id"] for one in leads)


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


@each("then", [nothing, settle])
def test_the_status_of_an_address(session: Session, account: Account, then: Callable[[Unit], None]) -> None:
    shown = fill(session, account, then)
    for value in (0, 1, 2, 3, 5, 9):
        for operator, fits in COMPARED.items():
            expected = [one for one, status in shown.items() if status is not None and fits(status, value)]
            assert found(session, account, f"email.status{operator}{value}") == expected, (operator, value)
            assert found(session, account, f"email.status{operator}{value}", sort="name") == expected
        others = [one for one, status in shown.items() if status != value]
        assert found(session, account, f"email.status!={value}") == others
        either = [one for one, status in shown.items() if status in (value, 2)]
        assert found(session, account, f"email.status={value}", "email.status=2") == either
        none = [one for one, status in shown.items() if status in (value, None)]
        assert found(session, account, f"email.status={value}", "email.status=") == none
    assert found(session, account, "email.status=") == [7, 8]
    assert found(session, account, "email.status!=") == [1, 2, 3, 4, 5, 6]
    assert found(session, account, "email.status>0", "email.status<5", "email.domain=example.com") == [
        1,
        2,
        3,
        6,
    ]
    assert found(session, account, "email.status!=1", q="example") == [3, 4, 5]
    assert faults(session) == []


@each("then", [nothing, settle])
def test_an_address_that_two_leads_show(
    session: Session, account: Account, then: Callable[[Unit], None]
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": name, "email": {"email": "ana@example.com"}} for name in ("Ana", "Eva")])
        then(unit)
        tags = [records.retrieve_with_tag(unit, LEAD, one)[1] for one in (1, 2)]
    assert found(session, account, "email.status=1") == [1, 2]
    with session.write(account.id) as unit:
        set_status(unit, 1, 4)
        then(unit)
        assert all(records.retrieve_with_tag(unit, LEAD, one)[1] not in tags for one in (1, 2))
        assert records.retrieve_with_tag(unit, LEAD, 2, ("email.status",))[0] == {"email": {"status": 4}}
    assert (found(session, account, "email.status=1"), found(session, account, "email.status=4")) == (
        [],
        [1, 2],
    )
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"email": {"email": "other@example.com"}}))
        then(unit)
    assert (found(session, account, "email.status=1"), found(session, account, "email.status=4")) == (
        [1],
        [2],
    )
    assert faults(session) == []


def test_a_lead_of_before_gets_the_status_and_keeps_its_version(session: Session, account: Account) -> None:
    fill(session, account, settle)
    with session.write(account.id) as unit:
        before = unit.all("SELECT id, version, modified FROM lead WHERE account_id = ?", (account.id,))
        unit.run("UPDATE lead SET email_status = NULL WHERE account_id = ?", (account.id,))
        for one in range(1, 9):
            unit.run_each(unit.search.drop(LEAD, account.id, [one]))
    assert faults(session) != []
    recompute.recompute(session, Rules(RESOURCES, no_progress))
    assert faults(session) == []
    assert found(session, account, "email.status>1") == [3, 4]
    with session.read() as unit:
        after = unit.of(account.id).all(
            "SELECT id, version, modified FROM lead WHERE account_id = ?", (account.id,)
        )
    assert after == before


EXTENSIONS = {"351": [1, 2], "00351": [1, 2], "+351": [1, 2], "44": [3], "1": [], "1242": [4], "x": []}


@each("then", [nothing, settle])
def test_the_extension_of_a_number(session: Session, account: Account, then: Callable[[Unit], None]) -> None:
    numbers = [("00351", "912341208"), ("351", "1"), ("+44", "7911 123456"), ("1242", "3225555")]
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"phone": {"extension": one, "number": typed}} for one, typed in numbers])
        create(unit, LEAD, [{"name": "Rui"}])
        then(unit)
    for text, ids in EXTENSIONS.items():
        assert found(session, account, f"phone.extension={text}") == ids, text
        assert found(session, account, f"phone.extension!={text}") == [
            one for one in range(1, 6) if one not in ids
        ]
    assert found(session, account, "phone.extension=") == [5]
    assert found(session, account, "phone.extension=", "phone.extension=44") == [3, 5]
    assert found(session, account, "phone.extension!=") == [1, 2, 3, 4]
    with session.write(account.id) as unit:
        records.update(
            unit, LEAD, 3, draft.parse(LEAD, {"phone": {"extension": "351", "number": "912341209"}})
        )
        then(unit)
    assert found(session, account, "phone.extension=351") == [1, 2, 3]
    assert faults(session) == []
