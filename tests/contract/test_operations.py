"""What was done, over HTTP: operations, the newest first, and undoing them."""

from pathlib import Path
from typing import Any

import pytest

from closum.operations import bin as bins
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.unit import timestamp
from tests.conftest import sign_up
from tests.support.answers import DATE, failure, faults
from tests.support.client import Client
from tests.support.command import command, waiting_undo
from tests.support.every_operation import erase
from tests.support.killed import as_one, leads
from tests.support.server import Server

ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}
SUMMARY = [
    "id",
    "at",
    "user",
    "cause",
    "changes",
    "counts",
    "undoes",
    "undone_by",
    "can_be_undone_until",
]
DAY = 24 * 3_600


def operations(api: Client, **params: Any) -> tuple[list[Any], Any]:
    answer = api.get("/api/operation", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"], answer.json()["pagination"]


def undo(api: Client, operation: object, body: Any = None, status: int = 200) -> Any:
    return api.data("POST", f"/api/operation/{operation}/undo", {} if body is None else body, status)


def last(api: Client) -> int:
    return int(operations(api, limit=1)[0][0]["id"])


def change(api: Client, path: str, body: Any) -> int:
    """The operation of an update."""
    return int(api.put(path, json=body).headers["x-operation"])


def test_what_was_done_is_listed_the_newest_first(api: Client, other_api: Client) -> None:
    lead = api.new("lead", ANA)
    changed = change(api, f"/api/lead/{lead}", {"name": "Eva", "email": {"email": "eva@example.com"}})
    (update, create), places = operations(api)
    assert list(update) == list(create) == SUMMARY
    assert (create["id"], update["id"]) == (1, changed)
    assert create["counts"] == {"email": {"create": 1}, "lead": {"create": 1}}
    assert update["counts"] == {"email": {"update": 1}, "lead": {"update": 1}}
    assert (create["changes"], update["changes"]) == (2, 2)
    assert (create["cause"], create["undoes"], create["undone_by"]) == ("api", None, None)
    assert set(create["user"]) == {"id", "email"}
    assert create["user"]["email"] == api.email
    assert DATE.fullmatch(create["at"])
    assert create["can_be_undone_until"] > create["at"]
    assert places == {"next": None, "has_next_page": False, "limit": None}
    assert operations(other_api) == ([], places)


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_pages_hang_together(api: Client, limit: int) -> None:
    made = [api.post("/api/lead", json={"name": one}).headers["x-operation"] for one in "abcde"]
    found: list[Any] = []
    before: dict[str, int] = {}
    for _ in range(-(-5 // limit)):
        page, places = operations(api, limit=limit, **before)
        assert len(page) <= limit
        found += page
        assert places["has_next_page"] is (places["next"] is not None) is (len(found) < 5)
        before = {"before": places["next"]}
    assert [str(one["id"]) for one in found] == made[::-1]


def test_a_page_may_begin_in_the_middle_of_an_operation(api: Client) -> None:
    api.new("lead", ANA)
    (first,), _ = operations(api, before=2)
    assert (first["id"], first["changes"]) == (1, 2)
    assert operations(api, before=1)[0] == []


@pytest.mark.parametrize(
    "wrong", ["limit=0", "limit=x", "before=x", "before=-1", "page=1", "since=now", "x=1"]
)
def test_what_cannot_be_asked(api: Client, wrong: str) -> None:
    failure(api.get(f"/api/operation?{wrong}"), 400)
    failure(api.get(f"/api/job?{wrong}" if wrong[0] != "b" else "/api/job?before=1"), 400)
    failure(api.get("/api/operation/1?limit=1"), 400)


def test_background_work_is_stopped(server: Server, api: Client) -> None:
    assert waiting_undo(server, api, 7) == "undo-7"
    done = api.data("POST", "/api/job/undo-7/stop")
    assert (done["id"], done["state"], done["done"], done["operation"]) == ("undo-7", "failed", 0, None)
    assert done["error"] == "It was stopped: what it has done stays, and can be undone"
    assert api.data("GET", "/api/job/undo-7") == done
    assert "has ended" in failure(api.post("/api/job/undo-7/stop"), 409)["message"]
    failure(api.post("/api/job/undo-8/stop"), 404)


def test_an_operation_names_what_it_changed(api: Client) -> None:
    lead = api.new("lead", ANA)
    changed = change(api, f"/api/lead/{lead}", {"name": "Eva", "email": {"email": "eva@example.com"}})
    found = api.data("GET", f"/api/operation/{changed}")
    assert list(found) == [*SUMMARY, "records"]
    assert found["records"] == [
        {"resource": "email", "id": 1, "verb": "update", "properties": ["email"]},
        {"resource": "lead", "id": lead, "verb": "update", "properties": ["name", "email.email"]},
    ]
    for strange in (changed + 1, 10**12):
        failure(api.get(f"/api/operation/{strange}"), 404)


def test_of_many_records_the_first_100_are_named(server: Server, api: Client) -> None:
    with command(server, api) as unit:
        operation = as_one(unit, LEAD, leads(80, "many"))
    found = api.data("GET", f"/api/operation/{operation}")
    assert (found["changes"], found["cause"], found["user"]) == (160, "command", None)
    assert found["counts"] == {"email": {"create": 80}, "lead": {"create": 80}}
    assert len(found["records"]) == 100


def test_an_undo_gives_back_what_was(api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"name": "Eva"})
    answer = api.post(f"/api/operation/{operation}/undo", json={})
    assert answer.status_code == 200
    done = answer.json()["data"]
    assert done == {
        "operation": operation + 1,
        "undone_count": 1,
        "undone": [{"resource": "lead", "id": lead, "properties": ["name"]}],
        "left_count": 0,
        "left": [],
    }
    assert answer.headers["x-operation"] == str(operation + 1)
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Ana"
    undone, by = (api.data("GET", f"/api/operation/{one}") for one in (operation, done["operation"]))
    assert (undone["undone_by"], by["undoes"], by["cause"]) == (by["id"], operation, "undo")
    assert by["user"]["email"] == api.email


def test_an_undo_needs_no_body(api: Client) -> None:
    number = api.new("lead", ANA)
    answer = api.post(f"/api/operation/{last(api)}/undo")
    assert answer.status_code == 200, answer.text
    failure(api.get(f"/api/lead/{number}"), 404)


def test_an_undo_leaves_what_others_belong_to_and_counts_them(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    operation = last(api)
    notes = [api.new("note", {"lead_id": lead, "text": text}) for text in ("Call", "Called")]
    api.new("task", {"lead_id": lead, "text": "Call", "due": "2026-01-31"})
    reason, counts = "what belongs to it was added or changed since", {"note": 2, "task": 1}
    left = [{"resource": "lead", "id": lead, "properties": None, "reason": reason, "belonging": counts}]
    found = {"operation": None, "undone_count": 0, "undone": [], "left_count": 1, "left": left}
    assert undo(api, operation, {"dry_run": True}) == found
    assert undo(api, operation) == found
    assert [one["id"] for one in api.data("GET", f"/api/note?lead_id={lead}")] == notes
    api.data("DELETE", f"/api/lead/{lead}")  # what it is for
    assert (api.data("GET", "/api/note"), api.data("GET", "/api/task")) == ([], [])


def test_undoing_an_undo_does_it_again(api: Client) -> None:
    lead = api.new("lead", ANA)
    created = last(api)
    first = undo(api, created)["operation"]
    failure(api.get(f"/api/lead/{lead}"), 404)
    again = undo(api, first)
    assert {(one["resource"], one["properties"]) for one in again["undone"]} == {
        ("lead", None),
        ("email", None),
    }
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Ana"
    assert api.data("GET", f"/api/operation/{created}")["undone_by"] is None
    found = api.data("GET", f"/api/operation/{again['operation']}")
    assert found["counts"] == {"email": {"restore": 1}, "lead": {"restore": 1}}
    second = undo(api, created)["operation"]
    assert api.data("GET", f"/api/operation/{created}")["undone_by"] == second


def test_what_was_changed_since_is_named_and_left(api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"name": "Eva", "city_id": 1})
    change(api, f"/api/lead/{lead}", {"name": "Ida"})
    left = [{"resource": "lead", "id": lead, "properties": ["name"], "reason": "changed since"}]
    undone = [{"resource": "lead", "id": lead, "properties": ["city_id"]}]
    found = {"undone_count": 1, "undone": undone, "left_count": 1, "left": left}
    assert undo(api, operation, {"dry_run": True}) == {"operation": None, **found}
    done = undo(api, operation)
    assert done == {"operation": done["operation"], **found}
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Ida"
    assert api.data("GET", f"/api/lead/{lead}")["city_id"] is None


@pytest.mark.parametrize(
    ("name", "body", "changes"),
    [
        ("email", {"email": "ana@example.com"}, {"email": "eva@example.com"}),
        ("phone", {"extension": "351", "number": "912345678"}, {"number": "922345678"}),
        ("phone", {"extension": "351", "number": "912345678"}, {"extension": "34"}),
        ("lead", ANA, {"name": "Eva"}),
    ],
)
@pytest.mark.parametrize("purged", [False, True])
def test_what_was_deleted_since_is_named_and_left(
    name: str, body: Any, changes: Any, purged: bool, api: Client
) -> None:
    record = api.new(name, body)
    operation = change(api, f"/api/{name}/{record}", changes)
    api.data("DELETE", f"/api/{name}/{record}")
    if purged:
        api.data("DELETE", f"/api/bin/{api.data('GET', '/api/bin')[0]['id']}")
    for asked in ({"dry_run": True}, {}):
        found = undo(api, operation, asked)
        assert found["undone"] == []
        assert [(one["resource"], one["id"]) for one in found["left"]] == [(name, record)]
        assert {one["reason"] for one in found["left"]} == {"purged" if purged else "deleted since"}


def test_one_record_that_was_deleted_since_leaves_the_others(api: Client) -> None:
    """Nothing of the leads themselves was changed, so none of them is left."""
    phones = [api.new("phone", {"extension": "351", "number": f"91234567{n}"}) for n in range(3)]
    leads = [api.new("lead", {"name": "Ana", "phone": {"id": phone}}) for phone in phones]
    items = [
        {"action": "update", "id": lead, "data": {"phone": {"number": f"92234567{lead}"}}} for lead in leads
    ]
    operation = int(api.post("/api/lead/batch", json={"items": items}).headers["x-operation"])
    api.data("DELETE", f"/api/lead/{leads[0]}")
    api.data("DELETE", f"/api/phone/{phones[0]}")
    found = undo(api, operation)
    assert [(one["resource"], one["id"]) for one in found["left"]] == [("phone", phones[0])]
    numbers = [api.data("GET", f"/api/lead/{lead}")["phone"]["number"] for lead in leads[1:]]
    assert numbers == ["912345671", "912345672"]


def test_a_lead_of_which_only_what_it_shows_was_changed_is_not_left(api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"email": {"email": "eva@example.com"}})
    email = api.data("GET", f"/api/lead/{lead}")["email"]["id"]
    api.data("DELETE", f"/api/lead/{lead}")
    found = undo(api, operation)
    assert [(one["resource"], one["id"]) for one in found["undone"]] == [("email", email)]
    assert found["left"] == []
    assert api.data("GET", f"/api/email/{email}")["email"] == "ana@example.com"
    assert faults(api.post(f"/api/operation/{operation}/undo", json={})) == {"operation": "_isUndone"}


def test_records_that_come_back_one_by_one_are_operations_of_their_own(server: Server, api: Client) -> None:
    """Also where a command does it, whose writes have no id of a request."""
    items = [{"action": "delete", "id": api.new("lead", {"name": "Ana"})} for _ in range(3)]
    assert api.post("/api/lead/batch", json={"items": items}).status_code == 200
    with command(server, api) as unit:
        found = [bins.restore(unit, entry["id"]).operation for entry in api.data("GET", "/api/bin")]
    assert [one["id"] for one in operations(api, limit=3)[0]] == found[::-1]


def test_a_record_that_is_shown_is_named_by_what_clients_call_it(api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"email": None})
    change(api, f"/api/lead/{lead}", {"email": {"email": "eva@example.com"}})
    (left,) = undo(api, operation)["left"]
    assert (left["properties"], left["reason"]) == (["email"], "changed since")


def test_a_dry_run_writes_nothing(api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"name": "Eva"})
    before = api.data("GET", f"/api/lead/{lead}"), operations(api)
    for flag in (True, 1, "1"):
        answer = api.post(f"/api/operation/{operation}/undo", json={"dry_run": flag})
        assert answer.json()["data"]["undone"] == [{"resource": "lead", "id": lead, "properties": ["name"]}]
        assert "x-operation" not in answer.headers
    assert (api.data("GET", f"/api/lead/{lead}"), operations(api)) == before
    assert undo(api, operation, {"dry_run": False})["operation"]


def test_what_cannot_be_undone(server: Server, api: Client, other_api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"name": "Eva"})
    for body in ({}, {"dry_run": True}):
        for strange in (operation + 1, 2, 10**12, 2**63 - 1, 0, "x"):  # 2 is the middle of one
            failure(api.post(f"/api/operation/{strange}/undo", json=body), 404)
        failure(other_api.post(f"/api/operation/{operation}/undo", json=body), 404)
    refused = api.post(f"/api/operation/{operation}/undo", json={"dry_run": "maybe"})
    assert faults(refused) == {"dry_run": "_flag"}
    failure(api.post("/api/operation/999/undo", json={"dry_run": "maybe"}), 404)
    misspelled = api.post(f"/api/operation/{operation}/undo", json={"dry": True})
    assert "Unknown property 'dry': the body of this call has dry_run" in failure(misspelled, 400)["message"]
    undo(api, operation)
    for body in ({}, {"dry_run": True}):
        twice = api.post(f"/api/operation/{operation}/undo", json=body)
        assert faults(twice) == {"operation": "_isUndone"}


def test_what_is_older_than_30_days_is_gone(server: Server, api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"name": "Eva"})
    for days, status in ((30, 200), (31, 410)):
        with command(server, api) as unit:
            at = timestamp(unit.now - days * DAY + 60)
            unit.run("UPDATE change SET at = ? WHERE account_id = ?", (at, unit.account_id))
        answer = api.post(f"/api/operation/{operation}/undo", json={"dry_run": True})
        assert answer.status_code == status, answer.text
    assert "30 days" in failure(api.post(f"/api/operation/{operation}/undo", json={}), 410)["message"]


def test_what_is_cut_is_gone(server: Server, api: Client) -> None:
    lead = api.new("lead", ANA)
    operation = change(api, f"/api/lead/{lead}", {"name": "Eva"})
    with command(server, api) as unit:
        assert history.cut(unit, timestamp(unit.now + 60), 1) == 1
    failure(api.post("/api/operation/1/undo", json={}), 410)
    failure(api.get("/api/operation/1"), 404)
    assert [one["id"] for one in operations(api)[0]] == [operation]


def test_what_was_erased_is_left(server: Server, api: Client) -> None:
    api.new("lead", ANA)
    operation = last(api)
    with command(server, api) as unit:
        erase(unit, unit.account_id, "ana@example.com")
    assert {one["reason"] for one in undo(api, operation)["left"]} == {"erased"}


def test_damage_is_named(folder: Path) -> None:
    with Server(folder) as server, sign_up(server) as api:  # a database that no other test checks
        lead = api.new("lead", ANA)
        operation = change(api, f"/api/lead/{lead}", {"name": "Eva"})
        with command(server, api) as unit:
            unit.run(
                "UPDATE change SET before = '{' WHERE account_id = ? AND position = ?",
                (unit.account_id, operation),
            )
        for body in ({}, {"dry_run": True}):
            told = failure(api.post(f"/api/operation/{operation}/undo", json=body), 500)["message"]
            assert "closum check" in told


def test_undos_with_one_request_id_are_listed_each(api: Client) -> None:
    """A client gives the id of a request, and so may give one twice."""
    api.new("lead", {"name": "Ana"})
    first, same = change(api, "/api/lead/1", {"name": "Eva"}), {"X-Request-Id": "same"}
    made = [first]
    for operation in (first, first + 1, first):
        answer = api.post(f"/api/operation/{operation}/undo", json={}, headers=same)
        made.append(answer.json()["data"]["operation"])
    found, _ = operations(api)
    assert [(one["id"], one["undoes"]) for one in found[:3]] == [
        (made[3], first),
        (made[2], made[1]),
        (made[1], first),
    ]
