"""What the server keeps of a call with an Idempotency-Key: nothing that the client wrote."""

from typing import Any

from closum.accounts import users
from tests.contract.test_idempotency import REPLAYED, own, post
from tests.support.client import Client
from tests.support.server import Server


def kept(server: Server, api: Client) -> list[Any]:
    with server.session() as session, session.read() as unit:
        account_id = users.account_named(unit, api.account).id
        return [*unit.all("SELECT * FROM idempotency WHERE account_id = ?", (account_id,))]


def test_nothing_of_a_person_is_kept(server: Server, api: Client) -> None:
    body = {
        "name": "Ana Findme",
        "email": {"email": "findme@example.com"},
        "custom_data": {"findme": 1},
        "findme": 2,
    }
    post(api, "findme", body, Prefer="return=representation").raise_for_status()
    post(api, "findme 2", body).raise_for_status()
    rows = kept(server, api)
    assert len(rows) == 2
    assert "findme" not in repr(rows).lower()


PERSON = "findme@example.com"
LEAD = {"name": PERSON, "email": {"email": PERSON}, "custom_data": {PERSON: "a"}}
BY_KEY = {"action": "upsert", "match": f"custom_data.{PERSON}"}
ITEMS: list[Any] = [
    PERSON,
    {"action": PERSON},
    {"action": "create", PERSON: 1},
    {"action": "create", "data": PERSON},
    {"action": "create", "data": LEAD | {"city_id": PERSON, "email": f"@{PERSON}", "custom_data": PERSON}},
    {"action": "create", "data": LEAD},
    {"action": "create", "data": LEAD | {"city_id": 10**9}},
    {"action": "update", "id": PERSON, "data": LEAD},
    {"action": "update", "id": {PERSON: PERSON}},
    {"action": "update", "id": 1, "if_match": PERSON},
    {"action": "update", "id": 1, "if_match": f'"{PERSON}"', "data": {}},
    {"action": "update", "id": 1, "data": {"name": PERSON}},
    {"action": "update", "id": "9", "data": {"name": PERSON}},
    {"action": "delete", "id": PERSON},
    {"action": "upsert", "match": PERSON, "on_match": PERSON, "data": LEAD},
    {"action": "upsert", "match": "email", "on_match": "skip", "data": LEAD},
    {**BY_KEY, "on_match": "fail", "data": LEAD},
    {**BY_KEY, "data": LEAD},
    {**BY_KEY, "data": {"custom_data": {PERSON: [PERSON]}}},
    {**BY_KEY, "data": {"custom_data": {"b": PERSON}, "city_id": PERSON}},
    {"action": "create", "data": LEAD},
    {**BY_KEY, "data": LEAD},
    {"action": "delete", "id": 1},
    {"action": "delete", "id": 1},
]


def test_of_a_batch_nothing_is_kept_that_the_client_wrote(
    server: Server, api: Client, other_api: Client
) -> None:
    for client in (api, other_api):
        client.new("lead", {"name": "Ana"})
    plain = other_api.post("/api/lead/batch", json={"items": ITEMS}).json()
    first, again = (post(api, "k", {"items": ITEMS}, "/api/lead/batch") for _ in range(2))
    assert own(again) == own(first)
    assert first.json() == plain
    statuses = {one["status"] for one in plain["data"]}
    assert (statuses, again.headers[REPLAYED]) == ({200, 201, 400, 404, 412, 422}, "true")
    rows = kept(server, api)
    assert len(rows) == 1
    assert "findme" not in repr(rows).lower()
