"""PATCH and DELETE /api/lead?filter=…: many records at once, after a dry run that counts them."""

import json
from typing import Any

import pytest

from tests.support.answers import failure, faults
from tests.support.client import Client
from tests.support.patience import wait_until

each = pytest.mark.parametrize

FARO = "filter=custom_data.city=faro"


def fill(api: Client, number: int = 5) -> None:
    """Leads of which every second one is of Faro."""
    cities = ["faro", "Porto"]
    items = [
        {"action": "create", "data": {"name": f"Lead {n}", "custom_data": {"city": cities[n % 2], "n": n}}}
        for n in range(number)
    ]
    for start in range(0, number, 1000):
        assert api.post("/api/lead/batch", json={"items": items[start : start + 1000]}).status_code == 200


def names(api: Client, query: str = "") -> list[str | None]:
    return [one["name"] for one in api.get(f"/api/lead?limit=1000{query}").json()["data"]]


def dry(api: Client, method: str, query: str, body: dict[str, Any] | None = None) -> Any:
    answer = api.request(method, f"/api/lead?{query}", json=(body or {}) | {"dry_run": True})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def send(api: Client, method: str, query: str, token: str | None, body: dict[str, Any] | None = None) -> Any:
    headers = {"If-Count": token} if token else {}
    return api.request(method, f"/api/lead?{query}", headers=headers, json=body)


def test_a_deletion_may_come_without_a_body(api: Client) -> None:
    fill(api)
    token = dry(api, "DELETE", FARO)["if_count"]
    for headers in ({"Content-Length": "0"}, {"Content-Length": "0", "If-Count": token}):
        answer = api.delete(f"/api/lead?{FARO}", headers=headers)
        assert answer.status_code == (200 if "If-Count" in headers else 428), answer.text


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"city_id": 99_999}, {"city_id": "_existsIn"}),
        (
            {"email": {"id": 7}, "phone": {"id": 8}},
            {"email": {"id": "_existsIn"}, "phone": {"id": "_existsIn"}},
        ),
        ({"city_id": "x"}, {"city_id": "_integer"}),
    ],
)
def test_a_dry_run_refuses_what_no_record_can_have(body: Any, wrong: Any, api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    for sent in (body, body | {"dry_run": True}):
        assert faults(api.patch("/api/lead?filter=id>0", json=sent)) == wrong


def test_a_dry_run_counts_and_changes_nothing(api: Client) -> None:
    fill(api)
    found = dry(api, "PATCH", FARO, {"city_id": 213})
    assert found["count"] == 3
    assert [one["name"] for one in found["sample"]] == ["Lead 0", "Lead 2", "Lead 4"]
    assert dry(api, "DELETE", FARO)["count"] == 3
    assert len(names(api)) == 5
    assert api.get("/api/lead?city_id=213").json()["data"] == []


def test_what_fits_is_changed_in_one_operation(api: Client) -> None:
    fill(api)
    body = {"city_id": 213, "custom_data": {"seen": True, "n": None}}
    token = dry(api, "PATCH", FARO, body)["if_count"]
    answer = send(api, "PATCH", FARO, token, body)
    assert answer.json()["data"] == {"count": 3, "changed": 3, "refused": []}
    assert names(api, "&city_id=213") == ["Lead 0", "Lead 2", "Lead 4"]
    assert json.loads(api.data("GET", "/api/lead/1")["custom_data"]) == {"city": "faro", "seen": True}
    operation = int(answer.headers["X-Operation"])
    undone = api.post(f"/api/operation/{operation}/undo", json={}).json()["data"]
    assert (len(undone["undone"]), undone["left"]) == (3, [])
    assert json.loads(api.data("GET", "/api/lead/1")["custom_data"]) == {"city": "faro", "n": 0}
    again = send(api, "PATCH", FARO, token, {"name": "Lead 0"})
    assert again.json()["data"] == {"count": 3, "changed": 2, "refused": []}


def test_what_fits_is_deleted(api: Client) -> None:
    fill(api)
    token = dry(api, "DELETE", FARO)["if_count"]
    answer = send(api, "DELETE", FARO, token)
    assert answer.json()["data"] == {"count": 3, "changed": 3, "refused": []}
    assert names(api) == ["Lead 1", "Lead 3"]
    assert len(api.get("/api/bin").json()["data"]) == 3
    api.post(f"/api/operation/{answer.headers['X-Operation']}/undo", json={})
    assert names(api) == [f"Lead {n}" for n in range(5)]


@each("method, body", [("PATCH", {"city_id": 213}), ("DELETE", None)])
def test_without_the_count_nothing_happens(method: str, body: Any, api: Client) -> None:
    fill(api)
    before = api.get("/api/lead").content
    assert send(api, method, FARO, None, body).status_code == 428
    token = dry(api, method, FARO, body)["if_count"]
    assert send(api, method, "filter=custom_data.city=Porto", token, body).status_code == 412
    assert send(api, method, "filter=id>0", token, body).status_code == 412
    other = "DELETE" if method == "PATCH" else "PATCH"
    refused = send(api, other, FARO, token, {"city_id": 213} if other == "PATCH" else None)
    assert "of another call or filter" in failure(refused, 412)["message"]
    for bad in ("3", "x", f"4-{token[2:]}", f"{token}0"):
        assert send(api, method, FARO, bad, body).status_code in (400, 412)
    assert api.get("/api/lead").content == before
    api.new("lead", {"name": "One more", "custom_data": {"city": "FARO"}})
    answer = send(api, method, FARO, token, body)
    assert "Another number of records fits" in failure(answer, 412)["message"]
    assert len(names(api)) == 6


def test_the_count_can_be_in_the_body(api: Client) -> None:
    fill(api)
    token = dry(api, "DELETE", FARO)["if_count"]
    assert send(api, "DELETE", FARO, None, {"if_count": token}).json()["data"]["changed"] == 3


def test_of_another_account_it_counts_for_nothing(api: Client, other_api: Client) -> None:
    fill(api)
    fill(other_api)
    token = dry(other_api, "DELETE", FARO)["if_count"]
    assert send(api, "DELETE", FARO, token).status_code == 412
    assert send(other_api, "DELETE", FARO, token).status_code == 200
    assert (len(names(api)), len(names(other_api))) == (5, 2)


BAD = [
    ("PATCH", "", {"city_id": 213, "dry_run": True}, 400),
    ("DELETE", "", {"dry_run": True}, 400),
    ("DELETE", "_=1", {"dry_run": True}, 400),
    ("DELETE", "filer=id>0", {"dry_run": True}, 400),
    ("DELETE", "filter=id>0&limit=1", {"dry_run": True}, 400),
    ("DELETE", "filter=nothing=1", {"dry_run": True}, 400),
    ("DELETE", "filter=id>0", {"dry_run": "maybe"}, 422),
    ("PATCH", "filter=id>0", {"dry_run": True}, 400),
    ("PATCH", "filter=id>0", {"city_id": "x", "dry_run": True}, 422),
    ("PATCH", "filter=id>0", {"email": {"email": "nobody"}, "dry_run": True}, 422),
    ("PATCH", "filter=id>0", {"custom_data": {"a": [[[]]] * 2}, "city_id": "x"}, 422),
]


@each("method, query, body, status", BAD)
def test_what_cannot_be_done_is_refused(method: str, query: str, body: Any, status: int, api: Client) -> None:
    fill(api)
    before = api.get("/api/lead").content
    answer = api.request(method, f"/api/lead?{query}", json=body)
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert api.get("/api/lead").content == before


def test_records_that_cannot_be_changed_are_named(api: Client) -> None:
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    api.new("lead", {"name": "Rui"})
    body = {"name": None}
    token = dry(api, "PATCH", "filter=id>0", body)["if_count"]
    done = send(api, "PATCH", "filter=id>0", token, body).json()["data"]
    assert (done["count"], done["changed"]) == (2, 1)
    (refused,) = done["refused"]
    assert (refused["id"], refused["errors"].keys()) == (2, {"name"})
    assert names(api) == [None, "Rui"]


def ended(api: Client, place: str) -> Any:
    wait_until(lambda: api.data("GET", place)["state"] in ("done", "failed"))
    return api.data("GET", place)


def test_a_thousand_and_more_are_background_work(api: Client) -> None:
    fill(api, 2_300)
    body = {"city_id": 213}
    token = dry(api, "PATCH", FARO, body)["if_count"]
    answer = send(api, "PATCH", FARO, token, body)
    assert answer.status_code == 202, answer.text
    place = answer.headers["Location"]
    assert place == f"/api/job/{answer.json()['data']['job']['id']}"
    api.new("lead", {"name": "Later", "custom_data": {"city": "faro"}})
    job = ended(api, place)
    assert (job["state"], job["done"], job["total"]) == ("done", 1_150, 1_150)
    assert api.get("/api/lead?city_id=213").json()["pagination"]["count"] == 1_150
    found = api.data("GET", f"/api/operation/{job['operation']}")
    assert found["counts"] == {"lead": {"update": 1_150}}


def test_long_custom_data_is_counted_too(api: Client) -> None:
    for _ in range(15):
        api.new("lead", {"name": "Long", "custom_data": {"z": "Y" * 64_000}})
    found = dry(api, "DELETE", "filter=id>0")
    assert (found["count"], found["sample"][0]["name"]) == (15, "Long")
    assert send(api, "DELETE", "filter=id>0", found["if_count"]).json()["data"]["changed"] == 15


def test_background_work_names_what_it_leaves(api: Client) -> None:
    fill(api, 2_100)
    body = {"name": None}  # each needs a name, an address or a number
    token = dry(api, "PATCH", "filter=id>0", body)["if_count"]
    job = ended(api, send(api, "PATCH", "filter=id>0", token, body).headers["Location"])
    assert (job["state"], job["left_count"], len(job["left"]), job["operation"]) == ("done", 2_100, 100, None)
    assert job["left"][0]["properties"] == ["name"]


def test_background_work_leaves_what_was_changed_since(api: Client) -> None:
    fill(api, 2_100)
    token = dry(api, "PATCH", "filter=id>0", {"city_id": 213})["if_count"]
    few = "filter=id>2050"  # which the work comes to last
    of_few = dry(api, "PATCH", few, {"city_id": 40})["if_count"]
    location = send(api, "PATCH", "filter=id>0", token, {"city_id": 213}).headers["Location"]
    changed = send(api, "PATCH", few, of_few, {"city_id": 40}).json()["data"]["changed"]
    found = ended(api, location)
    assert found["done"] + found["left_count"] == 2_100
    assert {one["reason"] for one in found["left"]} <= {"changed since"}
    assert api.get("/api/lead?city_id=40").json()["pagination"]["count"] == changed == 50
