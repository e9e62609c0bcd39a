"""POST /api/lead?match=…&on_match=…: a create that first looks whether the record is there."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from closum_client import Client as ClosumClient
from closum_client import Upserted
from tests.support.client import Client

each = pytest.mark.parametrize

ANA = {
    "name": "Ana",
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912341208"},
}


def send(api: Client, body: Any, match: str, on_match: str = "") -> tuple[int, Any]:
    then = f"&on_match={on_match}" if on_match else ""
    answer = api.post(f"/api/lead?match={match}{then}", json=body)
    return answer.status_code, answer.json()["data"]


def lead(api: Client, number: int) -> Any:
    return api.data("GET", f"/api/lead/{number}")


MEANS = [
    ("email", {"email": {"email": "ANA@example.com"}}),
    ("phone", {"phone": {"number": "+351 912 341 208"}}),
    ("id", {"id": 1, "email": {"email": "ana@example.com"}}),
    ("custom_data.order", {"custom_data": {"order": "A-7"}}),
]


@each("match, body", MEANS, ids=[match for match, _ in MEANS])
def test_a_record_that_matches_is_changed(match: str, body: dict[str, Any], api: Client) -> None:
    api.new("lead", ANA | {"custom_data": {"order": "a-7"}})
    assert send(api, body | {"name": "Ana Silva"}, match) == (200, {"id": 1, "result": "updated"})
    assert lead(api, 1)["name"] == "Ana Silva"
    assert send(api, body | {"name": "Ana Silva"}, match) == (200, {"id": 1, "result": "unchanged"})
    assert api.get("/api/lead").json()["pagination"]["count"] == 1


@each("match, body", MEANS[:2] + MEANS[3:], ids=["email", "phone", "custom_data"])
def test_without_one_it_is_created(match: str, body: dict[str, Any], api: Client) -> None:
    assert send(api, body | {"name": "Ana"}, match) == (201, {"id": 1, "result": "created"})
    answer = api.post(f"/api/lead?match={match}&on_match=skip", json=body | {"name": "Eva"})
    assert (answer.status_code, answer.json()["data"]) == (200, {"id": 1, "result": "skipped"})
    assert "X-Operation" not in answer.headers
    assert lead(api, 1)["name"] == "Ana"


def test_the_id_of_no_record_is_404(api: Client, other_api: Client) -> None:
    other_api.new("lead", ANA)
    assert send(api, {"id": 1, "name": "Ana"}, "id")[0] == 404
    assert send(api, {"id": 2**70, "name": "Ana"}, "id", "create")[0] == 404
    assert api.get("/api/lead").json()["data"] == []


def test_what_can_be_done_with_one_that_matches(api: Client) -> None:
    api.new("lead", {"email": {"email": "ana@example.com"}, "custom_data": {"a": 1, "b": None, "c": ""}})
    body = ANA | {"custom_data": {"a": 2, "b": 2, "c": 2, "d": 1.50}, "city_id": 213}
    status, data = send(api, body, "email", "fail")
    assert (status, data["errors"]) == (
        422,
        {"email": {"email": {"_isUnique": "This value is already in use"}}},
    )
    assert send(api, body, "email", "fill_empty") == (200, {"id": 1, "result": "updated"})
    found = lead(api, 1)
    assert json.loads(found["custom_data"]) == {"a": 1, "b": 2, "c": 2, "d": 1.5}
    assert '"d":1.5' in found["custom_data"]
    assert (found["name"], found["city_id"], found["phone"]["number"]) == ("Ana", 213, "912341208")
    assert send(api, body, "email", "fill_empty") == (200, {"id": 1, "result": "unchanged"})
    assert send(api, body, "email", "create") == (201, {"id": 2, "result": "created"})
    assert lead(api, 2)["email"] == found["email"]


def test_several_that_match_are_named(api: Client) -> None:
    for name in ("Ana", "Eva"):
        api.new("lead", ANA | {"name": name})
    for then in ("update", "fill_empty", "skip"):
        status, data = send(api, {"name": "Rui", "email": {"email": "ana@example.com"}}, "email", then)
        assert status == 422
        assert "1, 2" in data["errors"]["email"]["email"]["_ambiguous"]
    assert [one["name"] for one in api.get("/api/lead").json()["data"]] == ["Ana", "Eva"]


def test_a_number_that_is_nobodys_matches_nothing(api: Client) -> None:
    body = {"name": "Ana", "phone": {"extension": "351", "number": "-"}}
    assert [send(api, body, "phone") for _ in "ab"] == [(201, {"id": n, "result": "created"}) for n in (1, 2)]


BAD = [
    ("match=mail", {"name": "Ana"}, 400),
    ("match=name", {"name": "Ana"}, 400),
    ("match=custom_data.", {"name": "Ana"}, 400),
    ("match=custom_data.%3Ckey%3E", {"name": "Ana"}, 422),
    ("match=email&on_match=merge", {"name": "Ana"}, 400),
    ("on_match=skip", {"name": "Ana"}, 400),
    ("match=email&match=phone", {"name": "Ana"}, 400),
    ("mach=email", {"name": "Ana"}, 400),
    ("match=email", {"name": "Ana"}, 422),
    ("match=email", {"name": "Ana", "email": None}, 422),
    ("match=email", {"email": {"email": "nobody"}}, 422),
    ("match=phone", {"phone": {"extension": "999", "number": "1"}}, 422),
    ("match=id", {"name": "Ana"}, 422),
    ("match=id", {"id": "x", "name": "Ana"}, 422),
    ("match=custom_data.a", {"name": "Ana", "custom_data": {"b": 1}}, 422),
    ("match=custom_data.a", {"name": "Ana", "custom_data": {"a": [1]}}, 422),
    ("match=custom_data.a", {"name": "Ana", "custom_data": "no JSON"}, 422),
    ("match=email", {"city_id": 9999, "email": {"email": "new@example.com"}}, 422),
]


@each("query, body, status", BAD)
def test_what_cannot_be_matched_is_refused(query: str, body: Any, status: int, api: Client) -> None:
    answer = api.post(f"/api/lead?{query}", json=body)
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert api.get("/api/lead").json()["data"] == api.get("/api/email").json()["data"] == []


def test_every_fault_is_told_at_once(api: Client) -> None:
    _, data = send(api, {"city_id": "x", "email": {"email": ""}}, "email")
    assert data["errorCount"] == 2
    assert data["errors"].keys() == {"city_id", "email"}


@each("match", ["email", "phone", "custom_data.order"])
def test_many_at_once_make_one_record(match: str, api: Client) -> None:
    bodies = [ANA | {"name": f"Ana {n}", "custom_data": {"order": 7}} for n in range(32)]
    with ThreadPoolExecutor(32) as clients:
        answers = list(clients.map(lambda body: send(api, body, match), bodies))
    assert sorted(data["result"] for _, data in answers) == ["created", *["updated"] * 31]
    assert {data["id"] for _, data in answers} == {1}
    assert api.get("/api/lead").json()["pagination"]["count"] == 1


def test_what_does_not_fit_any_more_is_refused(api: Client) -> None:
    api.new("lead", {"email": {"email": "ana@example.com"}, "custom_data": {"a": "x" * 40_000}})
    body = {"email": {"email": "ana@example.com"}, "custom_data": {"b": "y" * 40_000}}
    status, data = send(api, body, "email", "fill_empty")
    assert (status, data["errors"]["custom_data"].keys()) == (422, {"_maxLength"})
    assert "b" not in json.loads(lead(api, 1)["custom_data"])


@each("on_match", ["update", "skip", "create"])
def test_the_record_itself_can_be_the_answer(on_match: str, api: Client) -> None:
    api.new("lead", ANA)
    answer = api.post(
        f"/api/lead?match=email&on_match={on_match}",
        json={"name": "Ana Silva", "email": {"email": "ana@example.com"}},
        headers={"Prefer": "return=representation"},
    )
    record = answer.json()["data"]
    assert record == api.data("GET", f"/api/lead/{record['id']}")
    assert answer.headers["Preference-Applied"] == "return=representation"


def test_the_python_client_has_it(api: Client) -> None:
    with ClosumClient(str(api.base_url), token=str(api.token)) as client:
        made = [
            client.leads.upsert(name=name, email="ana@example.com", match="email", on_match=then)
            for name, then in (("Ana", None), ("Eva", "skip"), ("Rui", "create"))
        ]
    assert made == [Upserted(1, "created"), Upserted(1, "skipped"), Upserted(2, "created")]
    assert [one["name"] for one in api.get("/api/lead").json()["data"]] == ["Ana", "Rui"]
