"""Audience lists, and leads on them."""

from tests.support.answers import faults
from tests.support.client import Client


def pair(api: Client) -> dict[str, int]:
    lead, audience = api.new("lead", {"name": "Ana"}), api.new("audience-list", {"name": "Newsletter"})
    return {"lead_id": lead, "audience_list_id": audience}


def test_the_same_pair_again_is_the_present_record(api: Client) -> None:
    body = pair(api)
    first = api.post("/api/lead-audience-list", json=body)
    again = api.post("/api/lead-audience-list", json=body | {"lead_id": str(body["lead_id"])})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert "X-Operation" not in again.headers
    assert api.get("/api/lead-audience-list").json()["pagination"]["count"] == 1


def test_what_is_not_there_is_on_no_list(api: Client) -> None:
    body = pair(api)
    for name in body:
        answer = api.post("/api/lead-audience-list", json=body | {name: 999})
        assert faults(answer) == {name: "_existsIn"}


def test_two_leads_on_one_list_that_are_merged(api: Client) -> None:
    body = pair(api)
    other = api.new("lead", {"name": "Ana Sá"})
    second = api.new("audience-list", {"name": "Second"})
    for one in (body, body | {"lead_id": other}, {"lead_id": other, "audience_list_id": second}):
        api.new("lead-audience-list", one)
    before = api.data("GET", "/api/lead-audience-list")
    answer = api.post(f"/api/lead/{body['lead_id']}/merge", json={"ids": [other]})
    after = api.data("GET", "/api/lead-audience-list")
    assert [(one["lead_id"], one["audience_list_id"]) for one in after] == [
        (body["lead_id"], body["audience_list_id"]),
        (body["lead_id"], second),
    ]
    api.data("POST", f"/api/operation/{answer.headers['X-Operation']}/undo", {})
    assert api.data("GET", "/api/lead-audience-list") == before
