"""The bin, operations and background work."""

from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest

from closum_client import Client, Invalid, NotFound, UnexpectedAnswer, User, _group
from closum_client.records import BinEntry, ChangedRecord, Job, Left, ReportRow, Restored, Undo, UndoneRecord
from tests.clients.python.conftest import Scripted
from tests.clients.python.scripted import body, ok
from tests.support.patience import PATIENCE

AT = "2018-01-01T10:00:00+00:00"
TIME = datetime(2018, 1, 1, 10, tzinfo=UTC)
OPERATION = {
    "id": 9,
    "at": AT,
    "user": {"id": 1, "email": "email@closum.com"},
    "cause": "api",
    "changes": 1,
    "counts": {"lead": {"update": 1}},
    "undoes": None,
    "undone_by": 10,
    "can_be_undone_until": AT,
}
ENTRY = {
    "id": 3,
    "resource": "lead",
    "record_id": 1,
    "record": {"id": 1, "name": "Ana"},
    "deleted_date": AT,
    "expires_date": AT,
    "user": None,
    "operation": 3,
}
LEFT = {"resource": "lead", "id": 7, "properties": ["name"], "reason": "changed since"}
HELD = {"resource": "lead", "id": 8, "properties": None, "reason": "added to", "belonging": {"note": 2}}
NOTHING_UNDONE = {"operation": 10, "undone_count": 0, "undone": [], "left_count": 0, "left": []}
JOB = {
    "id": "undo-1",
    "kind": "undo",
    "state": "running",
    "done": 3000,
    "total": None,
    "error": None,
    "created": AT,
    "modified": AT,
    "operation": None,
    "left_count": 1,
    "left": [LEFT],
}


def part(*found: Any, then: int | None = None) -> httpx2.Response:
    return ok(list(found), pagination={"next": then, "has_next_page": then is not None, "limit": None})


def jobs(*states: str) -> list[httpx2.Response]:
    return [ok({**JOB, "state": state}) for state in states]


def test_operations_are_walked_to_the_oldest(scripted: Scripted) -> None:
    older = {**OPERATION, "id": 2, "user": None, "counts": None, "can_be_undone_until": None}
    client, script = scripted(part(OPERATION, then=9), part(older), part(older))
    found = client.operations.list(limit=1)
    assert script.calls == []
    newest, oldest = found
    assert (newest.id, newest.at, newest.counts) == (9, TIME, {"lead": {"update": 1}})
    assert newest.user == User(id=1, email="email@closum.com")
    assert (oldest.id, oldest.user, oldest.counts, oldest.can_be_undone_until) == (2, None, None, None)
    assert [one.id for one in client.operations.list(before=9)] == [2]
    assert script.calls == [
        f"GET /api/operation?{asked}" for asked in ("limit=1", "before=9&limit=1", "before=9")
    ]
    assert repr(found).endswith("NewestFirst of https://closum.test/api/operation>")
    assert "Operations at https://closum.test/api/operation>" in repr(client.operations)


def test_one_operation_has_its_records(scripted: Scripted) -> None:
    changed = {"resource": "lead", "id": 7, "verb": "update", "properties": ["name"]}
    client, script = scripted(ok({**OPERATION, "records": [changed]}), ok({**OPERATION, "records": []}))
    found = client.operations.retrieve("9")
    assert found.records == (ChangedRecord(resource="lead", id=7, verb="update", properties=("name",)),)
    with pytest.raises(UnexpectedAnswer, match="8 was asked for, and this is 9"):
        client.operations.retrieve(8)
    assert script.calls == ["GET /api/operation/9", "GET /api/operation/8"]


def test_an_undo_says_what_is_done_and_what_is_left(scripted: Scripted) -> None:
    undone = {"resource": "lead", "id": 1, "properties": None}
    client, script = scripted(
        ok(
            {
                "operation": None,
                "undone_count": None,
                "undone": [undone],
                "left_count": None,
                "left": [LEFT, HELD],
            }
        ),
        ok(NOTHING_UNDONE),
        ok({"job": JOB}, 202),
    )
    tried = client.operations.undo(9, dry_run=True)
    assert tried == Undo(
        operation=None,
        undone_count=None,
        undone=(UndoneRecord(resource="lead", id=1, properties=None),),
        left_count=None,
        left=(
            Left(resource="lead", id=7, properties=("name",), reason="changed since", belonging=None),
            Left(resource="lead", id=8, properties=None, reason="added to", belonging={"note": 2}),
        ),
    )
    done = client.operations.undo(9)
    assert isinstance(done, Undo)
    assert done.operation == 10
    begun = client.operations.undo(9, dry_run=False)
    assert isinstance(begun, Job)
    assert (begun.id, begun.done, begun.total, begun.left) == ("undo-1", 3000, None, tried.left[:1])
    assert script.calls == ["POST /api/operation/9/undo"] * 3
    assert [body(one) for one in script.requests] == [{"dry_run": True}, {}, {"dry_run": False}]
    assert len({one.headers["Idempotency-Key"] for one in script.requests}) == 3


def test_an_undo_whose_answer_is_lost_is_sent_again_with_its_key(scripted: Scripted) -> None:
    lost = httpx2.ReadError("gone")
    client, script = scripted(lost, ok(NOTHING_UNDONE))
    client.operations.undo(9)
    first, second = (one.headers["Idempotency-Key"] for one in script.requests)
    assert first == second


def test_the_bin(scripted: Scripted) -> None:
    client, script = scripted(
        part(ENTRY, then=3),
        part({**ENTRY, "id": 2, "record": None}),
        ok(ENTRY),
        ok({"id": 1, "resource": "lead", "left": [LEFT]}),
        ok([]),
    )
    first, second = client.bin.list(resource="lead", record_id=1, limit=1)
    assert first == client.bin.retrieve(3)
    assert first == BinEntry(
        id=3,
        resource="lead",
        record_id=1,
        record={"id": 1, "name": "Ana"},
        deleted_date=TIME,
        expires_date=TIME,
        user=None,
        key=None,
        operation=3,
    )
    assert (second.id, second.record) == (2, None)
    left = (Left(resource="lead", id=7, properties=("name",), reason="changed since", belonging=None),)
    assert client.bin.restore(3) == Restored(id=1, resource="lead", left=left)
    client.bin.purge(3)
    assert script.calls == [
        "GET /api/bin?resource=lead&record_id=1&limit=1",
        "GET /api/bin?before=3&resource=lead&record_id=1&limit=1",
        "GET /api/bin/3",
        "POST /api/bin/3/restore",
        "DELETE /api/bin/3",
    ]


def test_reports_are_asked_for_by_day_and_owner(scripted: Scripted) -> None:
    row = {"value": "213", "label": "Abrantes", "count": 3}
    days = {"first_day": "2026-01-31", "last_day": None}
    client, script = scripted(
        ok({"by": "city", **days, "total": 4, "others": 1, "rows": [row]}),
        ok({**days, "rows": [{"contact_lifecycle_stage_id": 3, "label": None, "entered": 2, "kept": 1}]}),
        ok({**days, "leads": 2, "contacted": 1, "mean": 0.5, "median": 1, "percentile_90": None}),
    )
    found = client.reports.leads(by="city", from_=date(2026, 1, 31), owner_id="", limit=1)
    assert found.rows == (ReportRow(value="213", label="Abrantes", count=3),)
    assert (found.total, found.others, found.first_day, found.last_day) == (4, 1, "2026-01-31", None)
    (stage,) = client.reports.funnel(to="yesterday").rows
    assert (stage.contact_lifecycle_stage_id, stage.label, stage.entered, stage.kept) == (3, None, 2, 1)
    contact = client.reports.first_contact(owner_id=7)
    assert (contact.mean, contact.median, contact.percentile_90) == (0.5, 1, None)
    assert script.calls == [
        "GET /api/report/leads?by=city&from=2026-01-31&owner_id=&limit=1",
        "GET /api/report/funnel?to=yesterday",
        "GET /api/report/first-contact?owner_id=7",
    ]


def test_background_work_is_one_part(scripted: Scripted) -> None:
    client, script = scripted(
        ok([JOB], pagination={"has_next_page": True, "limit": 1}), ok({**JOB, "state": "done"})
    )
    (found,) = client.jobs.list(limit=1)
    assert (found.id, found.state, found.created) == ("undo-1", "running", TIME)
    assert client.jobs.retrieve("undo-1").state == "done"
    assert script.calls == ["GET /api/job?limit=1", "GET /api/job/undo-1"]


def test_waiting_looks_less_and_less_often(scripted: Scripted, pauses: list[float]) -> None:
    states = ["pending", *["running"] * 11, "done"]
    client, script = scripted(*jobs(*states))
    assert client.jobs.wait("undo-1").state == "done"
    assert script.is_at_end
    assert pauses[:3] == [0.25, 0.375, 0.5625]
    assert (pauses, pauses[-3:]) == (sorted(pauses), [8, 8, 8])


def test_what_was_given_up_has_ended(scripted: Scripted, pauses: list[float]) -> None:
    client, _ = scripted(ok({**JOB, "state": "failed", "error": "no room"}))
    assert client.jobs.wait("undo-1", timeout=PATIENCE).error == "no room"
    assert pauses == []


def test_waiting_ends(scripted: Scripted, pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_group, "monotonic", lambda: 1000 + sum(pauses))
    client, script = scripted(*jobs("running", "running", "running", "running"))
    with pytest.raises(TimeoutError, match="undo-1 has not ended within 1 s: it goes on"):
        client.jobs.wait("undo-1", timeout=1)
    assert (script.is_at_end, pauses) == (True, [0.25, 0.375, 0.375])


@pytest.mark.parametrize("id", [True, 1.5, None, "x", "1/2", "-1", ""])
def test_what_is_no_id_is_not_sent(scripted: Scripted, id: Any) -> None:
    client, script = scripted()
    for call in (client.bin.retrieve, client.bin.restore, client.bin.purge, client.operations.undo):
        with pytest.raises((TypeError, ValueError), match="id is"):
            call(id)
    with pytest.raises((TypeError, ValueError), match="id of background work is"):
        client.jobs.wait(id)
    with pytest.raises(ValueError, match="limit is 1000 at most"):
        client.operations.list(limit=1001)
    assert script.calls == []


def test_an_answer_of_another_shape(scripted: Scripted) -> None:
    client, _ = scripted(ok([]), part({"id": 3}), ok({"operation": 1}), ok([1]))
    with pytest.raises(UnexpectedAnswer, match="'pagination'"):
        list(client.jobs.list())
    with pytest.raises(UnexpectedAnswer, match="'resource' is missing"):
        list(client.bin.list())
    for _ in range(2):
        with pytest.raises(UnexpectedAnswer):
            client.operations.undo(1)


def test_a_lead_comes_back(client: Client) -> None:
    lead = client.leads.create(name="Ana", email="ana@example.com")
    client.leads.delete(lead)
    (entry,) = client.bin.list(resource="lead")
    assert (entry.record_id, entry.record and entry.record["name"]) == (lead, "Ana")
    assert client.bin.retrieve(entry.id) == entry
    assert client.bin.restore(entry.id) == Restored(id=lead, resource="lead", left=())
    assert [one.resource for one in client.bin.list()] == []
    with pytest.raises(NotFound):
        client.bin.purge(entry.id)


def test_a_change_is_undone(client: Client) -> None:
    lead = client.leads.create(name="Ana")
    client.leads.update(lead, name="Rui")
    client.leads.update(lead, city_id=213)
    walked = list(client.operations.list(limit=1))
    assert [one.counts for one in walked] == [*[{"lead": {"update": 1}}] * 2, {"lead": {"create": 1}}]
    change = client.operations.retrieve(walked[1].id)
    assert [(one.id, one.properties) for one in change.records] == [(lead, ("name",))]
    tried = client.operations.undo(change.id, dry_run=True)
    assert client.leads.retrieve(lead).name == "Rui"
    done = client.operations.undo(change.id)
    assert isinstance(done, Undo)
    assert (done.undone, done.left) == (tried.undone, ())
    assert client.leads.retrieve(lead).name == "Ana"
    with pytest.raises(Invalid):
        client.operations.undo(change.id)


def test_background_work_is_waited_for(client: Client) -> None:
    leads = [{"name": f"Lead {number}"} for number in range(1001)]
    for some in (leads[:1000], leads[1000:]):
        client.leads.batch(items=[{"action": "create", "data": one} for one in some])
    tried = client.leads.delete_many(filter="id>0", dry_run=True)
    begun = client.leads.delete_many(filter="id>0", if_count=tried["if_count"])
    done = client.jobs.wait(begun["job"]["id"], timeout=PATIENCE)
    assert (done.state, done.done, done.total) == ("done", 1001, 1001)
    assert done in list(client.jobs.list())
    assert client.leads.list().first_page().pagination.count == 0
    assert done.operation is not None
    assert client.operations.retrieve(done.operation).counts == {"lead": {"delete": 1001}}
