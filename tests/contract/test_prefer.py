"""Prefer: return=representation answers a write with the record."""

from typing import Any

import pytest

from closum.http.prefer import MINIMAL, REPRESENTATION, returned
from closum.resources import DECLARED
from tests.support.answers import check_headers, failure
from tests.support.client import Client
from tests.support.resources import change, new_sample, prepare

each = pytest.mark.parametrize
SHOW = {"Prefer": REPRESENTATION}
CHANGING = [one for one in DECLARED if "update" in one.verbs]
CREATED = [one for one in DECLARED if "create" in one.verbs]


def check_shown(api: Client, answer: Any, path: str) -> None:
    """The answer to a write is that to a GET that follows, but for its status and what the write did."""
    shown = api.get(path)
    check_headers(answer)
    assert answer.content == shown.content
    assert answer.headers["etag"] == shown.headers["etag"]
    assert answer.headers["preference-applied"] == REPRESENTATION


@each("resource", CREATED, ids=lambda one: one.name)
def test_a_new_record_is_shown(resource: Any, api: Client) -> None:
    prepare(api, resource)
    answer = api.post(f"/api/{resource.slug}", json=dict(resource.examples.sample), headers=SHOW)
    assert (answer.status_code, answer.headers["x-operation"].isdigit()) == (201, True)
    check_shown(api, answer, f"/api/{resource.slug}/{answer.json()['data']['id']}")


@each("resource", CHANGING, ids=lambda one: one.name)
@each("method", ["PUT", "PATCH"])
def test_a_changed_record_is_shown(resource: Any, method: str, api: Client) -> None:
    path = f"/api/{resource.slug}" + ("" if resource.singleton else f"/{new_sample(api, resource)}")
    tag = api.get(path).headers["etag"]
    answer = api.request(method, path, json=change(resource), headers=SHOW | {"If-Match": tag})
    assert answer.status_code == 200
    assert ("x-operation" in answer.headers) is not resource.singleton
    check_shown(api, answer, path)
    assert answer.headers["etag"] != tag
    again = api.request(method, path, json=change(resource), headers=SHOW)
    assert (again.status_code, "x-operation" in again.headers) == (200, False)
    check_shown(api, again, path)


@each("header", [None, "return=minimal", "return=nothing", "wait=5", "return", ""])
def test_what_does_not_ask_for_it_gets_the_usual_answer(header: str | None, api: Client) -> None:
    headers = {} if header is None else {"Prefer": header}
    created = api.post("/api/lead", json={"name": "Ana"}, headers=headers)
    changed = api.put("/api/lead/1", json={"name": "Rui"}, headers=headers)
    assert (created.status_code, created.content) == (201, b'{"success":true,"data":{"id":1}}')
    assert (changed.status_code, changed.content) == (200, b'{"success":true,"data":[]}')
    applied = MINIMAL if header == MINIMAL else None
    for answer in (created, changed):
        assert answer.headers.get("preference-applied") == applied
        assert "etag" not in answer.headers


def test_ignored_properties_are_named_beside_it(api: Client) -> None:
    answer = api.post("/api/lead", json={"name": "Ana", "town": "Faro"}, headers=SHOW)
    assert answer.headers["x-ignored-properties"] == "town"
    assert answer.json()["data"]["name"] == "Ana"


def test_a_refused_write_is_told_as_ever(api: Client) -> None:
    for method, path in (("POST", "/api/lead"), ("PUT", "/api/lead/1"), ("PATCH", "/api/lead/1")):
        new = method == "POST"
        answer = api.request(method, path, json={"city_id": "x"}, headers=SHOW)
        failure(answer, 422 if new else 404)
        assert "preference-applied" not in answer.headers
    assert api.data("GET", "/api/lead") == []


def test_where_it_means_nothing(api: Client) -> None:
    plain, asked = api.get("/api/lead"), api.get("/api/lead", headers=SHOW)
    assert (plain.content, "preference-applied" in asked.headers) == (asked.content, False)


@each(
    ("header", "preferred"),
    [
        ("return=representation", REPRESENTATION),
        ("RETURN=Representation", REPRESENTATION),
        ('return="representation"', REPRESENTATION),
        ("return = representation", REPRESENTATION),
        ("respond-async, wait=10 ,return=representation;foo=bar", REPRESENTATION),
        ('x="a, return=minimal", return=representation', REPRESENTATION),
        (r'x="a\", return=minimal", return=representation', REPRESENTATION),
        ('x;y="return=minimal";z, return=representation', REPRESENTATION),
        ("return=minimal, return=representation", MINIMAL),
        ("return=representation, return=minimal", REPRESENTATION),
        ("return, return=representation", ""),
        ("return=other, return=representation", ""),
        ("xreturn=representation", ""),
        ("return=representations", ""),
        ("handling=strict", ""),
        (", ,return=minimal", MINIMAL),
        ("", ""),
        (",", ""),
        ('"' * 999, ""),
        ("return=representation," + "a" * 1_000, ""),
    ],
)
def test_the_list_of_preferences(header: str, preferred: str) -> None:
    assert returned(header) == preferred


def test_several_headers_are_one_list(api: Client) -> None:
    headers = [("Prefer", "wait=5"), ("Prefer", "return=representation")]
    assert api.post("/api/lead", json={"name": "Ana"}, headers=headers).json()["data"]["name"] == "Ana"
