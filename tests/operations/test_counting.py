"""Servers count leads for reports, in the background; what is counted is what leads are, and `closum check` compares."""

from typing import Any

import pytest

from closum.errors import Unavailable
from closum.model import draft
from closum.operations import check, counting, records, reports
from closum.operations.reports import Asked
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.store import identity, recompute, report_place
from closum.store import reports as store
from closum.store.identity import Account
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.report_place import FEW, Place
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine
from tests.support.every_operation import erase
from tests.support.finding import serve
from tests.support.stored import create

ANA = {"name": "Ana", "city_id": 213, "email": {"email": "ana@own.example"}}


@pytest.fixture
def url(session: Session, folder: object) -> str:
    return engine.current.url(folder)  # type: ignore[arg-type]


def faults(unit: Unit) -> list[str]:
    return [*check.faults(unit, lambda done, total: None)]


def place(session: Session, account: Account) -> Place:
    with session.read() as unit:
        return report_place.place(unit.of(account.id))


def cities(session: Session, account: Account) -> dict[str | None, int]:
    with session.read() as unit:
        found = reports.leads(unit.of(account.id), "city", Asked(), 9)
    return {one["value"]: one["count"] for one in found["rows"]}


def pending(unit: Unit) -> int:
    return len(unit.all("SELECT 1 FROM report_changed"))


def add(session: Session, account: Account, number: int, **body: Any) -> list[int]:
    with session.write(account.id) as unit:
        return create(unit, LEAD, [{"name": "Rui"} | body] * number)


def count(session: Session, account: Account, size: int = 1_000) -> None:
    with session.write(account.id) as unit:
        store.count(unit, LEAD, size)


def test_a_server_counts_what_is_new_and_what_has_changed(
    session: Session, account: Account, url: str
) -> None:
    add(session, account, FEW - 1)
    serve(url, counting.kind())
    assert place(session, account) == Place()  # so few are looked at as soon
    add(session, account, 1)
    serve(url, counting.kind())
    assert place(session, account) == Place(FEW, "UTC")
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"city_id": 1}))
        assert pending(unit) == 1
    assert cities(session, account) == {None: FEW - 1, "1": 1}
    serve(url, counting.kind())
    assert cities(session, account) == {None: FEW - 1, "1": 1}
    with session.write() as unit:
        assert pending(unit) == 0
        identity.change_account(unit, account.id, {"zone": "Asia/Tokyo"})
    serve(url, counting.kind())
    assert place(session, account) == Place(FEW, "Asia/Tokyo")
    assert cities(session, account) == {None: FEW - 1, "1": 1}
    with session.read() as unit:
        assert faults(unit) == []


def test_who_looks_at_no_report_writes_nothing(session: Session, account: Account) -> None:
    add(session, account, 1)
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"city_id": 1}))
        create(unit, NOTE, [{"lead_id": 1, "kind": "call", "text": "Called"}])
        tables = ("report", "report_count", "report_changed")
        assert [unit.all(f"SELECT 1 FROM {table}") for table in tables] == [[], [], []]


def test_where_too_many_are_not_counted_a_report_is_refused(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(session, account, 3)
    monkeypatch.setattr(reports, "MOST", 2)
    with pytest.raises(Unavailable, match="not counted yet") as refused:
        cities(session, account)
    assert refused.value.retry_after > 1
    count(session, account)
    assert cities(session, account) == {None: 3}


def test_nothing_of_a_person_stays(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, ANA])
    count(session, account)
    with session.write(account.id) as unit:
        records.delete(unit, LEAD, 2)
        erase(unit, account.id, "ana@own.example")
        found = [text for (text,) in unit.all("SELECT counts FROM report_count")]
        assert pending(unit) == 0
    assert found == []


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (
            "DELETE FROM report_count WHERE kind = 'city' AND span = 1",
            "the counters by city do not agree with those of days",
        ),
        (
            "DELETE FROM report_count WHERE kind = 'domain'",
            "the counters by domain do not agree with the leads",
        ),
        (
            "UPDATE report_count SET counts = REPLACE(counts, ':1', ':2') WHERE kind = 'city'",
            "the counters by city do not agree with the leads",
        ),
        ("UPDATE lead SET city_id = 1", "the counters by city do not agree with the leads"),
    ],
)
def test_check_finds_what_is_counted_wrong_and_recompute_counts_again(
    session: Session, account: Account, damage: str, fault: str
) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Rui"}])
    count(session, account)
    with session.read() as unit:
        assert faults(unit) == []
    with session.write(account.id) as unit:
        unit.run(damage)
    with session.read() as unit:
        assert f"reports of account {account.id}: {fault}" in faults(unit)
    recompute.recompute(session, Rules([LEAD], no_progress))
    assert place(session, account) == Place()
    for _ in range(2):
        count(session, account)
    with session.read() as unit:
        assert [one for one in faults(unit) if "reports" in one] == []


def test_counters_are_cleared_in_steps(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [ANA, {"name": "Rui"}])
    count(session, account)
    with session.write(account.id) as unit:
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"city_id": 1}))
    with session.write() as unit:
        identity.change_account(unit, account.id, {"zone": "Asia/Tokyo"})
    steps = 0
    while place(session, account).counted < 2 or place(session, account).zone != "Asia/Tokyo":
        count(session, account, 3)
        assert cities(session, account) == {None: 1, "1": 1}
        steps += 1
    assert steps > 3
    with session.read() as unit:
        assert faults(unit) == []
