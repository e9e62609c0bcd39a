"""Another account's ids are as unknown ones, in every property that names a record or a user, and in calls for many."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from closum.model.relations import Parent, Reference
from closum.model.resource import Resource
from closum.model.user_fields import User, Users
from closum.resources import RESOURCES
from tests.support.answers import failure, faults
from tests.support.client import JSON, Client
from tests.support.owners import user_id
from tests.support.resources import first_id, new_sample, prepare
from tests.support.server import Server

each = pytest.mark.parametrize


class Named(NamedTuple):
    """A property that names something of the account: `other` is None for a user."""

    resource: Resource
    name: str
    other: Resource | None
    several: bool = False

    def __str__(self) -> str:
        return f"{self.resource.name}.{self.name}"


def named() -> Iterator[Named]:
    for resource in RESOURCES:
        for field in resource.writable:
            if isinstance(field, Reference | Parent) and not field.resource.shared:
                yield Named(resource, field.name, field.resource)
            if isinstance(field, User | Users):
                yield Named(resource, field.name, None, isinstance(field, Users))


NAMED = [*named()]


def theirs(server: Server, other_api: Client, one: Named) -> int:
    """An id that the other account has, and this one has not."""
    if one.other is None:
        return user_id(server, other_api)
    last = 0
    for _ in range(3):
        last = new_sample(other_api, one.other)
    return last


def found(api: Client, path: str) -> tuple[str, str]:
    answer = api.get(path)
    return answer.text, answer.headers["ETag"]


def test_all_that_was_added_is_here() -> None:
    assert {str(one) for one in NAMED} >= {
        "lead.contact_lifecycle_stage_id",
        "lead.owner_id",
        "note.lead_id",
        "task.lead_id",
        "task.user_id",
        "unqualified_lead.contact_type_id",
        "lead_audience_list.lead_id",
        "lead_audience_list.audience_list_id",
        "assignment_rule.audience_list_id",
        "assignment_rule.user_ids",
        "consent.lead_id",
        "unqualified_lead_consent.unqualified_lead_id",
    }


@each("one", NAMED, ids=str)
def test_a_property_does_not_take_one(one: Named, server: Server, api: Client, other_api: Client) -> None:
    stranger = theirs(server, other_api, one)
    resource = one.resource
    path = f"/api/{resource.slug}"
    prepare(api, resource)
    body: JSON = {**resource.examples.sample, one.name: [stranger] if one.several else stranger}
    wrong = {one.name: "_existsIn"}
    assert faults(api.post(path, json=body)) == wrong
    number = new_sample(api, resource)
    before = found(api, f"{path}/{number}")
    for verb, method in (("update", "PUT"), ("patch", "PATCH")):
        if verb in resource.verbs:
            assert faults(api.request(method, f"{path}/{number}", json={one.name: body[one.name]})) == wrong
    assert found(api, f"{path}/{number}") == before
    assert number == first_id(resource)


def test_calls_for_many_do_not_reach_one(server: Server, api: Client, other_api: Client) -> None:
    mine, stage = api.new("lead", {"name": "Ana"}), 0
    for _ in range(3):
        stage = other_api.new("contact-lifecycle-stage", {"label": "Proposta"})
    stranger = user_id(server, other_api)
    for _ in range(3):
        lead = other_api.new(
            "lead", {"name": "Eva", "owner_id": stranger, "contact_lifecycle_stage_id": stage}
        )
    assert "merge" in str(api.post(f"/api/lead/{mine}/merge", json={"ids": [lead]}).json()["data"])
    items = [
        {"action": "patch", "id": lead, "data": {"name": "Rui"}},
        {"action": "create", "data": {"name": "Rui", "owner_id": stranger}},
        {"action": "update", "id": mine, "data": {"contact_lifecycle_stage_id": stage}},
    ]
    assert [one["status"] for one in api.data("POST", "/api/lead/batch", {"items": items})] == [404, 422, 422]
    for query in (f"owner_id={stranger}", f"contact_lifecycle_stage_id={stage}"):
        assert api.data("GET", f"/api/lead?{query}") == []
        dry = api.data("PATCH", f"/api/lead?filter={query}", {"name": "Rui", "dry_run": True})
        assert dry["count"] == 0
    assert api.data("GET", f"/api/report/leads?by=owner&owner_id={stranger}")["total"] == 0
    assert {one["name"] for one in other_api.data("GET", "/api/lead")} == {"Eva"}
    assert [one["name"] for one in api.data("GET", "/api/lead")] == ["Ana"]


def test_an_id_that_a_new_stage_is_sent_with_counts_for_nothing(api: Client) -> None:
    path = "/api/contact-lifecycle-stage"
    for number, wanted in ((100, 500), (101, 3_000), (102, 100)):
        assert api.new("contact-lifecycle-stage", {"id": wanted, "label": "Proposta"}) == number
    for reserved in (3, 50, 99):
        body = {"id": reserved, "label": "Proposta"}
        assert faults(api.post(path, json=body)) == {"id": "_isReserved"}
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        failure(api.request(method, f"{path}/50", json=None if method in ("GET", "DELETE") else {}), 404)
    assert api.data("GET", f"{path}/3") == {"id": 3, "label": "Lead"}
    api.data("PUT", f"{path}/100", {"id": 50, "label": "Enviada"})
    assert api.data("GET", f"{path}/100") == {"id": 100, "label": "Enviada"}


def test_a_rule_is_not_restored_without_its_list(api: Client) -> None:
    """It would hold for every new lead."""
    news = api.new("audience-list", {"name": "News"})
    me = api.data("GET", "/api/operation")[0]["user"]["id"]
    rule = api.new("assignment-rule", {"audience_list_id": news, "user_ids": [me]})
    gone = api.delete(f"/api/assignment-rule/{rule}").headers["X-Operation"]
    without = api.delete(f"/api/audience-list/{news}").headers["X-Operation"]
    left = api.data("POST", f"/api/operation/{gone}/undo", {"dry_run": True})["left"]
    assert [(one["resource"], one["reason"]) for one in left] == [
        ("assignment_rule", "what it names is not there any more")
    ]
    (entry,) = api.data("GET", "/api/bin?resource=assignment_rule")
    refused = api.post(f"/api/bin/{entry['id']}/restore")
    assert faults(refused) == {"audience_list_id": "_existsIn"}
    api.data("POST", f"/api/operation/{gone}/undo", {})
    lead = api.new("lead", {"name": "Ana"})
    assert api.data("GET", f"/api/lead/{lead}?fields=owner_id") == {"owner_id": None}
    api.data("POST", f"/api/operation/{without}/undo", {})
    api.data("POST", f"/api/operation/{gone}/undo", {})
    assert api.data("GET", f"/api/assignment-rule/{rule}?fields=audience_list_id,user_ids") == {
        "audience_list_id": news,
        "user_ids": [me],
    }
