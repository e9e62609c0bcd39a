"""If-Match: an update that is meant for the record as it was retrieved."""

from typing import Any

import pytest

from closum.resources import RESOURCES
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.resources import change, new_sample

each = pytest.mark.parametrize
CHANGING = [one for one in RESOURCES if "update" in one.verbs]


def tag_of(api: Client, path: str) -> str:
    tag: str = api.get(path).headers["ETag"]
    assert api.head(path).headers["ETag"] == tag
    return tag


def put(api: Client, path: str, body: Any, tag: str) -> int:
    return api.put(path, json=body, headers={"If-Match": tag}).status_code


@each("resource", CHANGING, ids=lambda one: one.name)
def test_who_was_overtaken_changes_nothing(resource: Any, api: Client) -> None:
    path = f"/api/{resource.slug}/{new_sample(api, resource)}"
    seen = tag_of(api, path)
    assert put(api, path, change(resource), seen) == 200
    changed, now = api.data("GET", path), tag_of(api, path)
    assert now != seen
    answer = api.put(path, json=dict(resource.examples.sample), headers={"If-Match": seen})
    assert (answer.status_code, answer.json()["data"]["code"]) == (412, 412)
    assert (api.data("GET", path), tag_of(api, path)) == (changed, now)
    assert put(api, path, dict(resource.examples.sample), now) == 200


@each("forms", ["{}", "*", '"x", {}', "W/{}", '"x" ,W/{},"y"'])
def test_forms_that_match(forms: str, api: Client) -> None:
    path = f"/api/lead/{api.new('lead', {'name': 'Ana'})}"
    assert put(api, path, {"name": "Rui"}, forms.format(tag_of(api, path))) == 200
    assert api.data("GET", path)["name"] == "Rui"


@each("tag", ['"x"', '""', '"1"', '"*"', 'W/"x"', '"é"'.encode(), '"x","y"', ', "x" ,'])
def test_forms_that_do_not(tag: str, api: Client) -> None:
    path = f"/api/lead/{api.new('lead', {'name': 'Ana'})}"
    assert put(api, path, {"name": "Rui"}, tag) == 412
    assert api.data("GET", path)["name"] == "Ana"


@each(
    "tag", ["", "x", "1", '"x', 'x"', 'w/"x"', '* , "x"', '"x" "y"', '"a b"', ",", 'tag, "x"', "a," * 9_000]
)
@each("method", ["PUT", "PATCH"])
def test_what_is_no_tag_is_refused(tag: str, method: str, api: Client) -> None:
    """Before it is looked for: 412 would say that somebody has changed the record."""
    path = f"/api/lead/{api.new('lead', {'name': 'Ana'})}"
    for where in (path, "/api/lead/99"):
        answer = api.request(method, where, json={"name": "Rui"}, headers={"If-Match": tag})
        assert "'If-Match' must be" in failure(answer, 400)["message"]
    assert api.data("GET", path)["name"] == "Ana"


def test_what_a_lead_shows_is_a_part_of_its_state(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    path = f"/api/lead/{lead}"
    seen = tag_of(api, path)
    api.data("PUT", "/api/email/1", {"email": "rui@example.com"})
    assert put(api, path, {"name": "Rui"}, seen) == 412
    assert put(api, path, {"email": {"email": "eva@example.com"}}, seen) == 412
    assert api.data("GET", "/api/email/1")["email"] == "rui@example.com"


def test_an_update_that_changes_nothing_keeps_the_tag(api: Client) -> None:
    path = f"/api/lead/{api.new('lead', {'name': 'Ana'})}"
    seen = tag_of(api, path)
    assert put(api, path, {"name": "Ana"}, seen) == 200
    assert tag_of(api, path) == seen


def test_the_order_of_refusals(api: Client) -> None:
    """An unknown record and invalid values are told first: there a right tag would not help either."""
    path = f"/api/lead/{api.new('lead', {'name': 'Ana'})}"
    assert put(api, "/api/lead/99", {"name": "Rui"}, "*") == 404
    assert put(api, path, {"city_id": "x"}, '"x"') == 422
    assert put(api, path, {"name": None}, '"x"') == 422


def test_where_it_means_nothing(api: Client) -> None:
    headers = {"If-Match": '"x"'}
    assert api.get("/api/lead", headers=headers).status_code == 200
    assert api.post("/api/lead", json={"name": "Ana"}, headers=headers).status_code == 201
    assert api.get("/api/lead/1", headers=headers).status_code == 200
    assert "ETag" not in api.get("/api/city/1").headers
    assert "ETag" not in api.get("/api/lead").headers
