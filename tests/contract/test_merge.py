"""POST /api/lead/<ID>/merge: leads that go into another one, and come back by an undo."""

import json
from typing import Any

import pytest

from closum.operations import person
from closum.resources.lead import LEAD
from closum.store import merged
from tests.support.answers import failure, faults
from tests.support.client import JSON, Client
from tests.support.command import command, faults_of
from tests.support.every_operation import erase
from tests.support.server import Server

ANA: JSON = {"name": "Ana", "custom_data": {"a": 1, "b": {"c": 2}}}
EVA: JSON = {
    "name": "Eva",
    "city_id": 213,
    "email": {"email": "eva@example.com"},
    "custom_data": {"a": 9, "b": {"d": 4}, "e": 5},
}
RUI: JSON = {
    "name": "Rui",
    "email": {"email": "rui@example.com"},
    "phone": {"extension": "351", "number": "912340999"},
}


@pytest.fixture
def leads(api: Client) -> list[int]:
    return [api.new("lead", one) for one in (ANA, EVA, RUI)]


def merge(api: Client, target: int, *ids: int, **more: Any) -> Any:
    answer = api.post(f"/api/lead/{target}/merge", json={"ids": [*ids], **more})
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert (data["id"], data["merged"]) == (target, [*ids])
    return answer.headers.get("x-operation"), data["record"]


def refused(api: Client, target: int, body: JSON) -> Any:
    return faults(api.post(f"/api/lead/{target}/merge", json=body))


def state(api: Client) -> Any:
    """All that there is, without when it was changed."""
    return [api.get(f"/api/{name}").json() for name in ("lead", "email", "phone", "bin")]


def test_a_lead_takes_what_it_lacks(api: Client, leads: list[int]) -> None:
    operation, record = merge(api, 1, 2, 3)
    assert operation
    assert record is None
    found = api.data("GET", "/api/lead/1")
    assert (found["name"], found["city_id"]) == ("Ana", 213)
    assert found["email"]["email"] == "eva@example.com"
    assert found["phone"]["number"] == "912340999"
    assert json.loads(found["custom_data"]) == {"a": 1, "b": {"c": 2, "d": 4}, "e": 5}
    assert list(json.loads(found["custom_data"])) == ["a", "b", "e"]
    assert [one["id"] for one in api.data("GET", "/api/lead")] == [1]
    assert api.get("/api/email").json()["pagination"]["count"] == 2
    assert api.data("GET", "/api/bin") == []


def test_each_property_is_that_of_the_lead_that_is_named(api: Client, leads: list[int]) -> None:
    api.data("PUT", "/api/lead/1", {"email": {"email": "ana@example.com"}, "city_id": 40})
    wins = {"name": 3, "email": 2, "city_id": 3, "custom_data": 2, "phone": 1}
    merge(api, 1, 2, 3, properties=wins)
    found = api.data("GET", "/api/lead/1")
    assert (found["name"], found["city_id"], found["phone"]) == ("Rui", None, None)
    assert found["email"]["email"] == "eva@example.com"
    assert json.loads(found["custom_data"]) == {"a": 9, "b": {"d": 4, "c": 2}, "e": 5}


def test_a_dry_run_shows_the_lead_as_it_would_be(api: Client, leads: list[int]) -> None:
    before = state(api)
    operation, record = merge(api, 1, 2, 3, properties={"name": 2}, dry_run=True)
    assert operation is None
    assert state(api) == before
    merge(api, 1, 2, 3, properties={"name": 2})
    assert api.data("GET", "/api/lead/1") == record


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"name": "Ida"}),
        ("PATCH", "", {"name": "Ida"}),
        ("DELETE", "", None),
        ("POST", "/merge", {"ids": [1]}),
    ],
)
def test_a_merged_lead_says_where_it_went(
    method: str, path: str, body: Any, api: Client, other_api: Client, leads: list[int]
) -> None:
    """Over all merges that followed."""
    merge(api, 2, 3)
    merge(api, 1, 2)
    for one in (2, 3):
        answer = api.request(method, f"/api/lead/{one}{path}", json=body)
        data = answer.json()["data"]
        assert (answer.status_code, data["code"], data["merged_into"]) == (404, 404, 1)
        assert data["message"] == f"The lead {one} went into the lead 1: ask for that one"
    assert "merged_into" not in failure(api.get("/api/lead/9"), 404)
    failure(other_api.request(method, f"/api/lead/2{path}", json=body), 404)


def test_an_item_of_a_batch_says_it_too(api: Client, leads: list[int]) -> None:
    merge(api, 1, 2)
    upsert = {"action": "upsert", "match": "id"}
    items = [
        {"action": "update", "id": 2, "data": {"name": "Ida"}},
        {"action": "delete", "id": 2},
        {"action": "delete", "id": 9},
        {**upsert, "data": {"id": 2, "name": "Ida"}},
        {**upsert, "data": {"id": 9, "name": "Ida"}},
    ]
    found = api.data("POST", "/api/lead/batch", {"items": items})
    assert [one["status"] for one in found] == [404] * 5
    assert [one["body"]["data"].get("merged_into") for one in found] == [1, 1, None, 1, None]
    answer = api.post("/api/lead/batch", json={"items": items[2:4], "atomic": True})
    errors = failure(answer, 422)["errors"]["items"]
    assert errors["1"]["_refused"] == "404: The lead 2 went into the lead 1: ask for that one"


@pytest.mark.parametrize("on_match", ["update", "fill_empty", "skip", "fail", "create"])
def test_an_upsert_of_a_merged_id_says_it_too(on_match: str, api: Client, leads: list[int]) -> None:
    merge(api, 2, 3)
    merge(api, 1, 2)
    path, before = f"/api/lead?match=id&on_match={on_match}", state(api)
    answer = api.post(path, json={"id": 3, "name": "Ida"})
    told = answer.json()["data"]
    assert (answer.status_code, told["code"], told["merged_into"]) == (404, 404, 1)
    assert told["message"] == "The lead 3 went into the lead 1: ask for that one"
    assert "merged_into" not in failure(api.post(path, json={"id": 9, "name": "Ida"}), 404)
    assert "merged_into" not in failure(api.post(path, json={"id": 2**70, "name": "Ida"}), 404)
    assert state(api) == before


def test_a_merge_may_be_meant_for_one_state(api: Client, leads: list[int]) -> None:
    seen = api.get("/api/lead/1").headers["etag"]
    api.data("PUT", "/api/lead/1", {"name": "Ana Silva"})
    before, path = state(api), "/api/lead/1/merge"
    for body in ({"ids": [2]}, {"ids": [2], "dry_run": True}):
        failure(api.post(path, json=body, headers={"If-Match": seen}), 412)
        assert (
            "'If-Match' must be"
            in failure(api.post(path, json=body, headers={"If-Match": "x"}), 400)["message"]
        )
    failure(api.post("/api/lead/9/merge", json={"ids": [2]}, headers={"If-Match": seen}), 404)
    failure(api.post(path, json={"ids": [9]}, headers={"If-Match": seen}), 422)
    assert state(api) == before
    now = api.get("/api/lead/1").headers["etag"]
    assert api.post(path, json={"ids": [2]}, headers={"If-Match": f"{seen}, {now}"}).status_code == 200
    assert api.post(path, json={"ids": [3]}, headers={"If-Match": "*"}).status_code == 200


def test_the_history_and_the_feed_tell_of_it(api: Client, leads: list[int]) -> None:
    merge(api, 1, 2)
    newest = api.data("GET", "/api/lead/2/history")[0]
    assert (newest["verb"], newest["properties"]["name"]) == ("merge", {"before": "Eva"})
    changes = api.data("GET", "/api/change")[-2:]
    assert [(one["verb"], one["id"]) for one in changes] == [("update", 1), ("merge", 2)]
    (operation,) = api.data("GET", "/api/operation?limit=1")
    assert operation["counts"] == {"lead": {"merge": 1, "update": 1}}


def test_an_undo_gives_all_back_and_can_be_undone(server: Server, api: Client, leads: list[int]) -> None:
    before = state(api)
    operation, _ = merge(api, 1, 2, 3, properties={"name": 3})
    after = state(api)
    back = api.data("POST", f"/api/operation/{operation}/undo", {})
    assert back["left"] == []
    assert state(api) == before
    assert api.data("GET", "/api/lead/2")["name"] == "Eva"
    again = api.data("POST", f"/api/operation/{back['operation']}/undo", {})
    assert again["left"] == []
    assert state(api) == after
    assert api.get("/api/lead/3").json()["data"]["merged_into"] == 1
    api.data("POST", f"/api/operation/{operation}/undo", {})
    assert state(api) == before
    with command(server, api) as unit:
        assert [one for some in merged.walk(unit, 9) for one in some] == []
    assert faults_of(server, api) == []


def test_a_lead_that_did_not_change_takes_others_too(api: Client, leads: list[int]) -> None:
    """A merge without a change of the target, undone and done again."""
    for _ in range(2):
        api.new("lead", {"name": "Ana"})
    operation, _ = merge(api, 1, 4, 5)
    back = api.data("POST", f"/api/operation/{operation}/undo", {})["operation"]
    assert api.data("POST", f"/api/operation/{back}/undo", {})["left"] == []
    assert api.get("/api/lead/5").json()["data"]["merged_into"] == 1


def test_a_merge_is_not_done_again_where_the_target_is_gone(api: Client, leads: list[int]) -> None:
    operation, _ = merge(api, 1, 2)
    back = api.data("POST", f"/api/operation/{operation}/undo", {})["operation"]
    api.data("DELETE", "/api/lead/1")
    left = api.data("POST", f"/api/operation/{back}/undo", {})["left"]
    assert {one["reason"] for one in left} == {"deleted since", "what it went into is not there any more"}
    assert api.data("GET", "/api/lead/2")["name"] == "Eva"


def test_what_was_changed_since_the_merge_is_left_by_its_undo(api: Client, leads: list[int]) -> None:
    operation, _ = merge(api, 1, 2)
    api.data("PUT", "/api/lead/1", {"city_id": 40})
    done = api.data("POST", f"/api/operation/{operation}/undo", {})
    assert done["left"] == [
        {"resource": "lead", "id": 1, "properties": ["city_id"], "reason": "changed since"}
    ]
    assert api.data("GET", "/api/lead/2")["email"]["email"] == "eva@example.com"
    assert api.data("GET", "/api/lead/1")["email"] is None


def test_bad_input_is_refused_by_item(api: Client, other_api: Client, leads: list[int]) -> None:
    other_api.new("lead", ANA)
    merge(api, 2, 3)
    before = state(api)
    assert refused(api, 1, {"ids": [1, 2, 2, 3, 9, 0, -1, 2**70]}) == {
        "ids": {
            "0": "_isTarget",
            "2": "_isTwice",
            "3": "_isMerged",
            **dict.fromkeys(("4", "5", "6", "7"), "_existsIn"),
        }
    }
    told = failure(api.post("/api/lead/1/merge", json={"ids": [3]}), 422)["errors"]
    assert told == {"ids": {"0": {"_isMerged": "This record went into record 2"}}}
    assert refused(api, 1, {}) == {"ids": "_required"}
    assert refused(api, 1, {"ids": []}) == {"ids": "_empty"}
    assert refused(api, 1, {"ids": [*range(2, 103)]}) == {"ids": "_maxLength"}
    assert refused(api, 1, {"ids": ["x", None]}) == {"ids": {"0": "_integer", "1": "_empty"}}
    assert refused(api, 1, {"ids": 2}) == {"ids": "_array"}
    assert refused(api, 1, {"ids": [2], "properties": {"name": 3, "email": "x"}, "dry_run": "no"}) == {
        "properties": {"email": "_integer"},
        "dry_run": "_flag",
    }
    assert refused(api, 1, {"ids": [2], "properties": {"name": 3, "city_id": 2}}) == {
        "properties": {"name": "_inList"}
    }
    failure(api.post("/api/lead/9/merge", json={"ids": [9]}), 404)
    failure(other_api.post("/api/lead/2/merge", json={"ids": [1]}), 404)
    assert refused(other_api, 1, {"ids": [2]}) == {"ids": {"0": "_existsIn"}}
    assert state(api) == before


def test_a_ring_of_merges_is_not_possible(api: Client) -> None:
    """Which an undo of an undo could make."""
    for _ in range(2):
        api.new("lead", {"name": "Ana"})
    first, _ = merge(api, 1, 2)
    back = api.data("POST", f"/api/operation/{first}/undo", {})["operation"]
    merge(api, 2, 1)
    left = api.data("POST", f"/api/operation/{back}/undo", {})["left"]
    assert [(one["id"], one["reason"]) for one in left] == [(2, "what it went into is not there any more")]
    assert api.data("GET", "/api/lead/2")
    assert api.get("/api/lead/1").json()["data"]["merged_into"] == 2


def test_a_lead_with_nothing_left_is_refused(api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    api.new("lead", {"email": {"email": "eva@example.com"}})
    wins = {"name": 2, "email": 1}
    assert refused(api, 1, {"ids": [2], "properties": wins}) == {"properties": {"name": "_atLeastOne"}}


def test_custom_data_that_is_too_much_together_is_refused(api: Client) -> None:
    for name in "ab":
        api.new("lead", {"name": name, "custom_data": {name: "x" * 40_000}})
    assert refused(api, 1, {"ids": [2]}) == {"custom_data": "_maxLength"}


def test_custom_data_that_is_no_object_stays_as_it_is(api: Client) -> None:
    for data in ([1], {"a": 1}, None):
        api.new("lead", {"name": "Ana", "custom_data": data})
    merge(api, 1, 2, 3)
    assert api.data("GET", "/api/lead/1")["custom_data"] == "[1]"


def test_a_restored_target_is_found_again_and_a_purged_one_is_not(api: Client, leads: list[int]) -> None:
    merge(api, 2, 3)
    merge(api, 1, 2)
    api.data("DELETE", "/api/lead/1")
    (entry,) = api.data("GET", "/api/bin")
    assert (entry["resource"], entry["record_id"]) == ("lead", 1)
    assert api.get("/api/lead/3").json()["data"]["merged_into"] == 1
    api.data("DELETE", f"/api/bin/{entry['id']}")
    for one in (1, 2, 3):
        failure(api.get(f"/api/lead/{one}"), 404)


def test_an_erased_person_is_erased_from_merged_leads_too(
    server: Server, api: Client, leads: list[int]
) -> None:
    operation, _ = merge(api, 3, 2)
    with command(server, api) as unit:
        (found,) = [one for one in person.look(unit, "eva@example.com").former if one[0] is LEAD]
        assert found == (LEAD, 2)
        erase(unit, unit.account_id, "eva@example.com")
    assert "Eva" not in api.get("/api/lead/2/history").text
    left = api.data("POST", f"/api/operation/{operation}/undo", {})["left"]
    assert {(one["id"], one["reason"]) for one in left if one["resource"] == "lead"} >= {(2, "erased")}
    assert faults_of(server, api) == []


@pytest.mark.parametrize("chain", [False, True])
@pytest.mark.parametrize("binned", [False, True])
def test_a_lead_that_a_person_went_into_is_erased_too(
    chain: bool, binned: bool, server: Server, api: Client
) -> None:
    """It may have the person's values without the person's address."""
    body = {"name": "Vera", "email": {"email": "vera@example.com"}, "custom_data": {"note": "hidden"}}
    vera, other, last = (
        api.new("lead", one)
        for one in (body, {"name": "Ana", "email": {"email": "ana@example.com"}}, {"name": "Rui"})
    )
    api.data("POST", f"/api/lead/{other}/merge", {"ids": [vera], "properties": {"name": vera}})
    if chain:
        api.data("POST", f"/api/lead/{last}/merge", {"ids": [other], "properties": {"name": other}})
    target = last if chain else other
    if binned:
        api.data("DELETE", f"/api/lead/{target}")
    with command(server, api) as unit:
        found = person.retrieve(unit, "vera@example.com")
        assert [one["id"] for one in found["leads"]] == ([] if binned else [target])
        assert (LEAD, target) in person.look(unit, "vera@example.com").merged
        erase(unit, unit.account_id, "vera@example.com")
    failure(api.get(f"/api/lead/{target}"), 404)
    seen = [api.get(f"/api/lead/{one}/history").text for one in (vera, other, last)]
    seen += [api.get(path).text for path in ("/api/bin", "/api/lead", "/api/change", "/api/operation")]
    assert not [text for text in seen if "Vera" in text or "hidden" in text]
    with command(server, api) as unit:
        assert not any(person.look(unit, "vera@example.com").size)
    assert faults_of(server, api) == []


def test_a_lead_that_was_another_persons_when_it_was_merged_leads_nowhere(
    server: Server, api: Client
) -> None:
    vera = api.new("lead", {"name": "Vera", "email": {"email": "vera@example.com"}})
    api.data(
        "PUT",
        f"/api/lead/{vera}",
        {"name": "Bob", "email": {"id": api.new("email", {"email": "bob@example.com"})}},
    )
    other = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    api.data("POST", f"/api/lead/{other}/merge", {"ids": [vera]})
    with command(server, api) as unit:
        erase(unit, unit.account_id, "vera@example.com")
    assert api.data("GET", f"/api/lead/{other}")["name"] == "Ana"


def test_an_erased_target_leads_nowhere(server: Server, api: Client, leads: list[int]) -> None:
    merge(api, 3, 1)
    with command(server, api) as unit:
        erase(unit, unit.account_id, "rui@example.com")
    failure(api.get("/api/lead/3"), 404)
    failure(api.get("/api/lead/1"), 404)


def test_what_went_into_an_erased_lead_is_erased_with_it(server: Server, api: Client) -> None:
    ana = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    other = api.new("lead", {"name": "Secret", "custom_data": {"note": "hidden"}})
    operation, _ = merge(api, ana, other)
    with command(server, api) as unit:
        erase(unit, unit.account_id, "ana@example.com")
    assert "Secret" not in api.get(f"/api/lead/{other}/history").text
    left = api.data("POST", f"/api/operation/{operation}/undo", {})["left"]
    assert (other, "erased") in {(one["id"], one["reason"]) for one in left}
    failure(api.get(f"/api/lead/{other}"), 404)


def test_a_lead_goes_into_another_once(api: Client, leads: list[int]) -> None:
    headers = {"Idempotency-Key": "one"}
    answers = [api.post("/api/lead/1/merge", json={"ids": [2]}, headers=headers) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[0].headers["x-operation"] == answers[1].headers["x-operation"]
