"""POST /api/lead/batch: many writes in one call, each with the answer that it would have had alone."""

import json
from typing import Any

import pytest

from tests.support.client import JSON, Client

each = pytest.mark.parametrize

ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}


def send(api: Client, items: Any, **more: Any) -> Any:
    return api.post("/api/lead/batch", json={"items": items} | more)


def outcomes(api: Client, items: Any) -> list[tuple[int, Any]]:
    answer = send(api, items)
    assert answer.status_code == 200, answer.text
    return [(one["status"], one["body"]["data"]) for one in answer.json()["data"]]


def create(**data: Any) -> dict[str, Any]:
    return {"action": "create", "data": data}


def names(api: Client) -> list[str]:
    return [one["name"] for one in api.get("/api/lead?limit=1000").json()["data"]]


def test_each_item_has_the_answer_that_it_would_have_alone(api: Client, other_api: Client) -> None:
    api.new("lead", {"name": "Rui"})
    for name in "abcde":
        other_api.new("lead", {"name": name})
    items = [
        create(**ANA),
        create(city_id="x"),
        {"action": "update", "id": 1, "data": {"name": "Rui Costa"}},
        {"action": "update", "id": 5, "data": {"name": "Nobody"}},
        {"action": "update", "id": "1", "data": {"name": ""}},
        {"action": "upsert", "match": "email", "on_match": "skip", "data": ANA},
        {
            "action": "upsert",
            "match": "email",
            "data": {"name": "Eva", "email": {"email": "eva@example.com"}},
        },
        {"action": "delete", "id": 1},
        {"action": "delete", "id": 1},
        {"action": "delete", "id": "no-id"},
    ]
    found = send(api, items).json()["data"]
    assert [one["status"] for one in found] == [201, 422, 200, 404, 422, 200, 201, 200, 404, 404]
    assert [one["body"]["success"] for one in found] == [one["status"] < 300 for one in found]
    assert found[0]["body"]["data"] == {"id": 2}
    assert found[2]["body"]["data"] == found[7]["body"]["data"] == []
    assert found[3]["body"] == api.get("/api/lead/5").json()
    assert found[5]["body"]["data"] == {"id": 2, "result": "skipped"}
    assert found[6]["body"]["data"] == {"id": 3, "result": "created"}
    alone = api.post("/api/lead", json={"city_id": "x"}).json()
    assert found[1]["body"] == alone
    assert names(api) == ["Ana", "Eva"]
    assert other_api.get("/api/lead").json()["pagination"]["count"] == 5


def test_it_is_one_operation(api: Client) -> None:
    api.new("lead", {"name": "Rui"})
    items = [create(name=f"Lead {n}") for n in range(5)]
    items += [{"action": "update", "id": 1, "data": {"name": f"Rui {n}"}} for n in range(5)]
    answer = send(api, items)
    operation = int(answer.headers["X-Operation"])
    found = api.get("/api/change?limit=1000").json()["data"]
    assert {one["operation"] for one in found[1:]} == {operation}
    assert names(api)[0] == "Rui 4"
    assert "X-Operation" not in send(api, [create()]).headers


def test_items_see_what_those_before_them_did(api: Client) -> None:
    items = [
        create(**ANA),
        create(name="Eva", email={"email": "ANA@example.com"}),
        {"action": "upsert", "match": "email", "on_match": "fail", "data": ANA},
        {"action": "update", "id": 1, "data": {"email": {"email": "rui@example.com"}}},
        {
            "action": "upsert",
            "match": "email",
            "data": {"name": "Rui", "email": {"email": "rui@example.com"}},
        },
        {
            "action": "upsert",
            "match": "email",
            "data": {"name": "Rui C", "email": {"email": "rui@example.com"}},
        },
        {
            "action": "upsert",
            "match": "phone",
            "data": {"name": "Rita", "phone": {"number": "+351912341208"}},
        },
        {
            "action": "upsert",
            "match": "phone",
            "data": {"name": "Rita", "phone": {"number": "+351912341208"}},
        },
    ]
    found = outcomes(api, items)
    assert [status for status, _ in found] == [201, 201, 422, 200, 200, 200, 201, 200]
    assert [data["result"] for _, data in found[4:]] == ["updated", "updated", "created", "unchanged"]
    leads = api.get("/api/lead").json()["data"]
    assert [(one["name"], (one["email"] or {}).get("email")) for one in leads] == [
        ("Rui C", "rui@example.com"),
        ("Eva", "ana@example.com"),
        ("Rita", None),
    ]


def test_addresses_that_several_show_are_not_changed_for_the_others(api: Client) -> None:
    for name in "abcd":
        api.new("lead", ANA | {"name": name})
    items = [
        {"action": "update", "id": n, "data": {"email": {"email": f"new{n}@example.com"}}} for n in (1, 2, 3)
    ]
    assert [status for status, _ in outcomes(api, items)] == [200] * 3
    shown = [one["email"]["email"] for one in api.get("/api/lead").json()["data"]]
    assert shown == ["new1@example.com", "new2@example.com", "new3@example.com", "ana@example.com"]


def test_all_or_none(api: Client) -> None:
    api.new("lead", {"name": "Rui"})
    items = [
        create(**ANA),
        {"action": "update", "id": 1, "data": {"name": "Rui Costa"}},
        {"action": "update", "id": 9, "data": {"name": "Nobody"}},
        create(email={"email": "nobody"}),
        "no item",
    ]
    answer = send(api, items, atomic=True)
    errors = answer.json()["data"]["errors"]["items"]
    assert (answer.status_code, errors.keys()) == (422, {"2", "3", "4"})
    assert errors["3"] == {"email": {"email": errors["3"]["email"]["email"]}}
    assert errors["2"] == {"_refused": "404: Not Found"}
    assert names(api) == ["Rui"]
    assert api.get("/api/email").json()["data"] == []
    assert send(api, items[:2], atomic=True).status_code == 200
    assert names(api) == ["Rui Costa", "Ana"]


def test_if_match_of_an_item(api: Client) -> None:
    api.new("lead", {"name": "Rui"})
    tag = api.get("/api/lead/1").headers["ETag"]
    items = [
        {"action": "update", "id": 1, "if_match": tag, "data": {"name": "Rui Costa"}},
        {"action": "update", "id": 1, "if_match": tag, "data": {"name": "Lost"}},
        {"action": "delete", "id": 1, "if_match": tag},
        {"action": "delete", "id": 1, "if_match": "*"},
    ]
    assert [status for status, _ in outcomes(api, items)] == [200, 412, 412, 200]
    assert names(api) == []


BAD_ITEMS: list[Any] = [
    None,
    [],
    "create",
    {},
    {"action": "merge"},
    {"action": ["create"]},
    {"action": "batch", "items": []},
    {"action": "create", "data": [create(name="Ana")]},
    {"action": "create", "id": 1, "data": {"name": "Ana"}},
    {"action": "update", "data": {"name": "Ana"}},
    {"action": "upsert", "data": ANA},
    {"action": "upsert", "match": "mail", "data": ANA},
    {"action": "upsert", "match": ["email"], "data": ANA},
    {"action": "upsert", "match": "email", "on_mach": "skip", "data": ANA},
    {"action": "delete", "id": 1, "data": {}},
    {"action": "update", "id": 1, "if_match": 7, "data": {}},
    {"action": "create", "data": {"name": "Ana", "custom_data": {str(n): n for n in range(1001)}}},
    {"action": "create", "data": {"name": "a\0b"}},
]


@each("item", BAD_ITEMS, ids=[str(n) for n in range(len(BAD_ITEMS))])
def test_an_item_that_cannot_be_read_leaves_the_others(item: Any, api: Client) -> None:
    api.new("lead", {"name": "Rui"})
    found = outcomes(api, [create(name="Before"), item, create(name="Behind")])
    assert [status for status, _ in found] == [201, 400, 201]
    assert found[1][1]["message"] != "Bad Request"
    assert names(api) == ["Rui", "Before", "Behind"]


def test_a_patch_changes_custom_data_key_by_key(api: Client) -> None:
    first = api.new("lead", {"name": "Rui", "custom_data": {"a": 1, "b": 2}})
    tag = api.get(f"/api/lead/{first}").headers["ETag"]
    item = {"action": "patch", "id": first, "data": {"custom_data": {"b": None, "c": 3}}}
    found = outcomes(api, [item | {"if_match": '"7.7"'}, item | {"if_match": tag}, item | {"id": first + 1}])
    assert [status for status, _ in found] == [412, 200, 404]
    assert found[1][1] == []
    assert found[2][1]["url"] == f"/api/lead/{first + 1}"
    assert api.data("GET", f"/api/lead/{first}")["custom_data"] == '{"a":1,"c":3}'


def nested(levels: int) -> JSON:
    return {"a": nested(levels - 1)} if levels > 1 else {}


@each(
    "data",
    [
        {"name": "Ana", "custom_data": nested(31)},
        {"name": "Ana", "custom_data": nested(32)},
        {"name": "Ana"} | {str(n): n for n in range(999)},
        {"name": "Ana"} | {str(n): n for n in range(1000)},
    ],
)
def test_an_item_has_the_limits_of_a_body_that_comes_alone(data: JSON, api: Client) -> None:
    alone = api.post("/api/lead", json=data)
    ((status, _),) = outcomes(api, [{"action": "create", "data": data}])
    assert status == alone.status_code


BODIES = [
    ({}, 422),
    ({"items": None}, 422),
    ({"items": []}, 422),
    ({"items": {"0": create(name="Ana")}}, 422),
    ({"items": [create(name="Ana")] * 1001}, 422),
    ({"items": [create(name="Ana")], "atomic": "maybe"}, 422),
    ({"item": [create(name="Ana")]}, 400),
    ([create(name="Ana")], 400),
    ([], 422),
]


@each("body, status", BODIES)
def test_a_body_that_is_no_batch_is_refused(body: Any, status: int, api: Client) -> None:
    answer = api.post("/api/lead/batch", json=body)
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert names(api) == []


def test_the_limits_of_size(api: Client) -> None:
    text = "x" * 65_000
    items = [create(name=f"Lead {n}", custom_data={"text": text}) for n in range(200)]
    assert len(json.dumps(items)) > 12_000_000
    assert {status for status, _ in outcomes(api, items)} == {201}
    answer = send(api, items + items)
    assert (answer.status_code, answer.json()["data"]["message"]) == (
        413,
        "The request body is too large: at most 16 MiB (16777216 bytes)",
    )
    keys = [create(name="Keys", custom_data={str(key): key for key in range(900)}) for _ in range(5)]
    assert [status for status, _ in outcomes(api, keys)] == [201] * 5


def test_what_had_no_effect_is_named(api: Client) -> None:
    answer = send(
        api, [create(name="Ana", city="Abrantes"), create(name="Eva", city="Faro", phone={"is_valid": 1})]
    )
    assert answer.headers["X-Ignored-Properties"] == "city, phone.is_valid"


def test_a_thousand(api: Client) -> None:
    items = [create(name=f"Lead {n}", email={"email": f"{n}@example.com"}) for n in range(1000)]
    found = outcomes(api, items)
    assert [(status, data["id"]) for status, data in found] == [(201, n) for n in range(1, 1001)]
    assert names(api) == [f"Lead {n}" for n in range(1000)]


def test_an_item_can_show_what_one_before_it_has_made(api: Client) -> None:
    found = outcomes(
        api,
        [
            create(name="Ana", email={"email": "ana@example.com"}),
            create(name="Eva", email={"id": 1}),
            create(name="Rui", email={"id": 2}),
        ],
    )
    assert [status for status, _ in found] == [201, 201, 422]
    assert [one["email"]["id"] for one in (api.data("GET", f"/api/lead/{n}") for n in (1, 2))] == [1, 1]


def test_what_an_item_made_can_be_changed_and_deleted_by_those_behind_it(api: Client) -> None:
    items = [
        create(name="Rui"),
        {"action": "update", "id": 1, "data": {"name": "Ana"}},
        create(name="Gone", email={"email": "gone@example.com"}),
        {"action": "delete", "id": 2},
        create(name="Last"),
        {"action": "delete", "id": 3},
    ]
    assert [status for status, _ in outcomes(api, items)] == [201, 200, 201, 200, 201, 200]
    assert [one["id"] for one in api.get("/api/lead?name=Ana").json()["data"]] == [1]
    assert api.get("/api/lead?name=Rui").json()["data"] == []
    assert [one["record_id"] for one in api.get("/api/bin").json()["data"]] == [3, 2]
    assert api.new("lead", {"name": "New"}) == 4
    assert names(api) == ["Ana", "New"]
    assert [one["id"] for one in api.get("/api/lead?limit=1&page=2").json()["data"]] == [4]


def test_many_that_come_and_go_leave_every_page_right(api: Client) -> None:
    items = [create(name=f"Lead {n}") for n in range(20)]
    items += [{"action": "delete", "id": n} for n in range(1, 20)]
    assert {status for status, _ in outcomes(api, items)} == {200, 201}
    assert {status for status, _ in outcomes(api, [create(name="More") for _ in range(30)])} == {201}
    pages = [api.get(f"/api/lead?limit=10&page={page}").json() for page in (1, 2, 3, 4)]
    assert [one["id"] for page in pages for one in page["data"]] == list(range(20, 51))
    assert pages[0]["pagination"]["count"] == 31


def test_an_address_passes_from_one_to_another(api: Client) -> None:
    for name in "ab":
        api.new("lead", {"name": name, "email": {"email": f"{name}@example.com"}})
    items = [
        {"action": "update", "id": 1, "data": {"email": {"email": "t@example.com"}}},
        {"action": "update", "id": 2, "data": {"email": {"email": "a@example.com"}}},
    ]
    assert [status for status, _ in outcomes(api, items)] == [200, 200]
    shown = [one["email"]["email"] for one in api.get("/api/lead").json()["data"]]
    assert shown == ["t@example.com", "a@example.com"]


IDS: list[tuple[Any, int, str]] = [
    (None, 400, "/api/lead"),
    ("", 400, "/api/lead"),
    (True, 400, "/api/lead"),
    ([1], 400, "/api/lead"),
    ({"id": 1}, 400, "/api/lead"),
    (1.5, 404, "/api/lead/1.5"),
    (-1, 404, "/api/lead/-1"),
    ("none", 404, "/api/lead/none"),
]


@each("action", ["update", "delete"])
@each("record_id, status, url", IDS)
def test_an_id_that_is_none_is_told(action: str, record_id: Any, status: int, url: str, api: Client) -> None:
    (item,) = send(api, [{"action": action, "id": record_id}]).json()["data"]
    data = item["body"]["data"]
    assert (item["status"], data["code"], data["url"]) == (status, status, url)
    assert ("'id'" in data["message"]) is (status == 400)
