"""PATCH: as PUT, but what is sent for custom data is merged into what is there."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from closum.resources import DECLARED
from tests.support.answers import failure, faults
from tests.support.client import Client
from tests.support.resources import change, new_sample

each = pytest.mark.parametrize
CHANGING = [one for one in DECLARED if "update" in one.verbs]
MERGE = {"Content-Type": "application/merge-patch+json"}

RFC: list[tuple[Any, Any, Any]] = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], {"a": "b"}, {"a": "b"}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
"""Present value, patch and result. Source: RFC 7396, appendix A, those with an object as the patch."""


def lead_with(api: Client, custom_data: Any) -> str:
    return f"/api/lead/{api.new('lead', {'name': 'Ana', 'custom_data': custom_data})}"


def custom_data(api: Client, path: str) -> Any:
    return api.data("GET", path)["custom_data"]


@each("resource", CHANGING, ids=lambda one: one.name)
@each("media_type", ["application/json", "application/merge-patch+json"])
def test_every_resource_that_has_put_has_patch(resource: Any, media_type: str, api: Client) -> None:
    path = f"/api/{resource.slug}" + ("" if resource.singleton else f"/{new_sample(api, resource)}")
    before, body = api.data("GET", path), change(resource)
    answer = api.patch(path, content=json.dumps(body), headers={"Content-Type": media_type})
    assert (answer.status_code, answer.content) == (200, b'{"success":true,"data":[]}')
    assert api.data("GET", path) != before
    assert api.put(path, json=body).headers.get("x-operation") is None  # it is as that makes it already


@each(("present", "patch", "merged"), RFC)
def test_the_examples_of_the_standard(present: Any, patch: Any, merged: Any, api: Client) -> None:
    path = lead_with(api, json.dumps(present))
    assert api.patch(path, json={"custom_data": patch}, headers=MERGE).status_code == 200
    assert json.loads(custom_data(api, path)) == merged
    assert api.data("GET", path)["name"] == "Ana"


@each(
    ("present", "patch", "after"),
    [
        (None, '{"a":1.0}', '{"a":1.0}'),
        ('{ "b" : 1.50 }', '{"a":2e3,"c":null}', '{"b":1.50,"a":2e3}'),
        ('{ "b" : 1.50 }', "{}", '{ "b" : 1.50 }'),
        ('{ "b" : 1.50 }', '{"b":1.50,"x":null}', '{ "b" : 1.50 }'),
        ('{"b":1.5}', '{"b":1.50}', '{"b":1.50}'),
        ('{"b":1}', '{"b":true}', '{"b":true}'),
        ('{"z":1,"a":{"y":1,"b":2}}', '{"a":{"b":3},"z":9}', '{"z":9,"a":{"y":1,"b":3}}'),
        ('"text"', '{"a":12345678901234567890123}', '{"a":12345678901234567890123}'),
        ("null", '{"a":"\\u00e9\\""}', '{"a":"é\\""}'),
        ('{"a":1}', '"{\\"b\\": 2}"', '{"b": 2}'),
        ('{"a":1}', "[3.0]", "[3.0]"),
        ('{"a":1}', "null", None),
        ('{"a":1}', '""', None),
    ],
)
def test_spelling_and_order_stay(present: str | None, patch: str, after: str | None, api: Client) -> None:
    path = lead_with(api, present)
    api.patch(path, content=f'{{"custom_data":{patch}}}').raise_for_status()
    assert custom_data(api, path) == after


def test_put_replaces_as_before(api: Client) -> None:
    path = lead_with(api, {"a": 1})
    api.data("PUT", path, {"custom_data": {"b": None}})
    assert custom_data(api, path) == '{"b":null}'


def test_a_patch_that_changes_nothing_is_no_operation(api: Client) -> None:
    path = lead_with(api, '{ "a": {"b": 1} }')
    tag = api.get(path).headers["etag"]
    answer = api.patch(path, json={"custom_data": {"a": {"b": 1, "c": None}}})
    assert (answer.status_code, answer.headers.get("x-operation")) == (200, None)
    assert api.get(path).headers["etag"] == tag


def nested(levels: int) -> Any:
    found: Any = 1
    for _ in range(levels):
        found = {"a": found}
    return found


def test_the_limits_are_those_of_the_field(api: Client) -> None:
    """Each part is within them, and what comes of both is not."""
    path = lead_with(api, {f"k{n}": n for n in range(900)})
    many = api.patch(path, json={"custom_data": {f"l{n}": n for n in range(101)}})
    assert faults(many) == {"custom_data": "_json"}
    assert "1000 keys" in many.text
    api.data("PATCH", path, {"custom_data": {f"l{n}": n for n in range(100)}})
    large = lead_with(api, {"a": "x" * 40_000})
    assert faults(api.patch(large, json={"custom_data": {"b": "x" * 40_000}})) == {
        "custom_data": "_maxLength"
    }
    assert len(custom_data(api, large)) < 41_000
    api.data("PATCH", large, {"custom_data": {"a": None, "b": "x" * 60_000}})
    deep = lead_with(api, json.dumps(nested(32)))
    api.data("PATCH", deep, {"custom_data": nested(31)})
    assert json.loads(custom_data(api, deep)) == nested(31)
    failure(api.patch(deep, json={"custom_data": nested(32)}), 400)
    failure(api.patch(deep, content='{"custom_data":' * 40 + "1" + "}" * 40), 400)


def test_faults_are_told_together(api: Client) -> None:
    path = lead_with(api, {"a": "x" * 40_000})
    answer = api.patch(path, json={"city_id": "x", "custom_data": {"b": "x" * 40_000}})
    assert faults(answer) == {"city_id": "_integer", "custom_data": "_maxLength"}


def test_the_rest_of_a_lead_is_changed_as_by_put(api: Client) -> None:
    path = lead_with(api, {"a": 1})
    body = {
        "name": None,
        "email": {"email": "ana@example.com"},
        "custom_data": {"b": 2},
        "city": "Faro",
        "id": 7,
    }
    answer = api.patch(path, json=body)
    assert (answer.status_code, answer.headers["x-ignored-properties"]) == (200, "city")
    found = api.data("GET", path)
    assert (found["name"], found["email"]["email"]) == (None, "ana@example.com")
    assert found["custom_data"] == '{"a":1,"b":2}'
    assert faults(api.patch(path, json={"email": None})) == {"name": "_atLeastOne"}


def test_if_match_is_kept_to(api: Client) -> None:
    path = lead_with(api, {"a": 1})
    tag = api.get(path).headers["etag"]
    assert api.patch(path, json={"custom_data": {"b": 1}}, headers={"If-Match": tag}).status_code == 200
    failure(api.patch(path, json={"custom_data": {"c": 1}}, headers={"If-Match": tag}), 412)
    failure(api.patch(path, json={"custom_data": {"c": 1}}, headers={"If-Match": "c"}), 400)
    assert custom_data(api, path) == '{"a":1,"b":1}'


@each(
    ("body", "status"),
    [("[1]", 400), ('[{"op":"remove","path":"/name"}]', 400), ("{", 400), ("", 400), ("1", 400), ("[]", 200)],
)
def test_what_is_no_patch(body: str, status: int, api: Client) -> None:
    path = lead_with(api, {"a": 1})
    answer = api.patch(path, content=body, headers=MERGE)
    assert answer.status_code == status
    assert custom_data(api, path) == '{"a":1}'


def test_an_unknown_record_comes_before_its_values(api: Client, other_api: Client) -> None:
    path = lead_with(api, {"a": 1})
    failure(other_api.patch(path, json={"custom_data": {"a": "x" * 70_000}}), 404)
    failure(api.patch("/api/lead/99", json={"city_id": "x"}), 404)


def test_patches_at_once_lose_nothing(api: Client) -> None:
    """Each is merged into what the one before has left."""
    path = lead_with(api, {})
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: api.data("PATCH", path, {"custom_data": {f"k{n}": n}}), range(40)))
    assert json.loads(custom_data(api, path)) == {f"k{n}": n for n in range(40)}
