"""DELETE, and the bin: deleted records come back as they were, or go for good."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from closum.resources import RESOURCES
from tests.support.answers import failure, faults
from tests.support.client import Client
from tests.support.resources import new_sample

each = pytest.mark.parametrize
BINNED = [one for one in RESOURCES if "delete" in one.verbs]
ANA = {
    "name": "Ana Silva",
    "city_id": 213,
    "custom_data": '{"source":"fair"}',
    "email": {"email": "ana@example.com"},
    "phone": {"extension": "351", "number": "912340999"},
}


def delete(api: Client, path: str, **headers: str) -> int:
    """The operation."""
    answer = api.delete(path, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "data": []}), answer.text
    return int(answer.headers["x-operation"])


def entries(api: Client, **wanted: Any) -> list[Any]:
    answer = api.get("/api/bin", params=wanted)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["data"]
    return found


def restore(api: Client, **wanted: Any) -> Any:
    (entry,) = entries(api, **wanted)
    return api.post(f"/api/bin/{entry['id']}/restore")


@each("resource", BINNED, ids=lambda one: one.name)
def test_a_deleted_record_comes_back_as_it_was(resource: Any, api: Client) -> None:
    number = new_sample(api, resource)
    path = f"/api/{resource.slug}/{number}"
    before, count = api.data("GET", path), api.get(f"/api/{resource.slug}").json()
    operation = delete(api, path)
    failure(api.get(path), 404, path)
    failure(api.delete(path), 404, path)
    if "update" in resource.verbs:
        failure(api.put(path, json=dict(resource.examples.sample)), 404, path)
    assert api.get(f"/api/{resource.slug}").json()["pagination"]["count"] == count["pagination"]["count"] - 1
    (entry,) = entries(api, resource=resource.name)
    assert (entry["resource"], entry["record_id"], entry["operation"]) == (resource.name, number, operation)
    assert (entry["record"], entry["user"]["email"]) == (before, api.email)
    assert api.data("GET", f"/api/bin/{entry['id']}") == entry
    answer = api.post(f"/api/bin/{entry['id']}/restore")
    assert answer.json() == {"success": True, "data": {"id": number, "resource": resource.name, "left": []}}
    assert int(answer.headers["x-operation"]) == operation + 1
    assert (api.data("GET", path), api.get(f"/api/{resource.slug}").json()) == (before, count)
    assert entries(api) == []
    failure(api.post(f"/api/bin/{entry['id']}/restore"), 404)
    verbs = [one["verb"] for one in api.data("GET", f"{path}/history")]
    assert verbs == ["restore", "delete", "create"]


@each("content", [b"", b"{}", b"[]", b'{"id":1}'])
@each("chunked", [False, True])
def test_a_restore_needs_no_body(content: bytes, chunked: bool, api: Client) -> None:
    delete(api, f"/api/lead/{api.new('lead', {'name': 'Eva'})}")
    (entry,) = entries(api)
    path, sent = f"/api/bin/{entry['id']}/restore", iter([content]) if chunked else content
    answer = api.post(path, content=sent, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert api.data("GET", "/api/lead/1")["name"] == "Eva"


@each("chunked", [False, True])
def test_a_restore_refuses_what_is_no_json(chunked: bool, api: Client) -> None:
    delete(api, f"/api/lead/{api.new('lead', {'name': 'Eva'})}")
    (entry,) = entries(api)
    for media_type, content, status in (
        ("application/json", b"{", 400),
        ("application/json", b"1", 400),
        ("text/plain", b"name=Ana", 415),
        ("text/plain", b"x" * (1024 * 1024 + 1), 413),
    ):
        sent = iter([content]) if chunked else content
        headers = {"Content-Type": media_type}
        failure(api.post(f"/api/bin/{entry['id']}/restore", content=sent, headers=headers), status)
    assert entries(api) == [entry]


@each("resource", BINNED, ids=lambda one: one.name)
def test_a_deletion_is_meant_for_one_state(resource: Any, api: Client) -> None:
    path = f"/api/{resource.slug}/{new_sample(api, resource)}"
    seen = api.get(path).headers["etag"]
    failure(api.delete(path, headers={"If-Match": '"1.other"'}), 412, path)
    assert api.get(path).headers["etag"] == seen
    delete(api, path, **{"If-Match": f'"x", {seen}'})
    failure(api.delete(path, headers={"If-Match": seen}), 404, path)


def test_a_body_is_not_read_unless_it_is_too_large(api: Client) -> None:
    path = f"/api/lead/{api.new('lead', {'name': 'Ana'})}"
    failure(api.request("DELETE", path, content=b"x" * (1024 * 1024 + 1)), 413)
    failure(api.delete(f"{path}?cascade=1"), 400)
    assert api.get(path).status_code == 200
    assert api.request("DELETE", path, content=b"{not JSON").status_code == 200
    (entry,) = entries(api)
    back = f"/api/bin/{entry['id']}/restore"
    failure(api.post(back, content=b"x" * (1024 * 1024 + 1)), 413)
    assert api.post(back, content=b"[]").status_code == 200


def test_what_leads_show_is_not_deleted(api: Client) -> None:
    leads = [api.new("lead", {"email": {"email": "ana@example.com"}}) for _ in range(12)]
    refused = api.delete("/api/email/1")
    assert faults(refused) == {"id": "_isShown"}
    text = refused.json()["data"]["errors"]["id"]["_isShown"]
    assert text.startswith("Leads 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more show it: ")
    for lead in leads[:10]:
        delete(api, f"/api/lead/{lead}")
    text = api.delete("/api/email/1").json()["data"]["errors"]["id"]["_isShown"]
    assert text.startswith("Leads 11 and 12 show it: have them show another")
    delete(api, "/api/lead/11")
    text = api.delete("/api/email/1").json()["data"]["errors"]["id"]["_isShown"]
    assert text.startswith("Lead 12 shows it: have it show another one or none, or delete it, ")
    api.data("PUT", "/api/lead/12", {"name": "Ana", "email": None})
    delete(api, "/api/email/1")


def test_nothing_that_is_read_knows_of_what_is_in_the_bin(api: Client) -> None:
    lead = api.new("lead", ANA)
    other = api.new("lead", {"name": "Rui", "city_id": 213})
    delete(api, f"/api/lead/{lead}")
    for name in ("email", "phone"):
        assert api.get(f"/api/{name}").json()["pagination"]["count"] == 1  # they stay
        delete(api, f"/api/{name}/1")
        assert api.get(f"/api/{name}").json()["pagination"]["count"] == 0
    finds = ("", "q=ana", "q=0999", "email=ana@example.com", "city_id=213", "custom_data.source=fair")
    shown = {one: [lead["id"] for lead in api.data("GET", f"/api/lead?{one}")] for one in finds}
    assert {one: found for one, found in shown.items() if found} == {"": [other], "city_id=213": [other]}
    again = api.new("lead", ANA)
    assert (api.data("GET", f"/api/lead/{again}")["email"]["id"], again) == (2, other + 1)
    assert api.data("GET", "/api/lead?q=ana%20silva")[0]["id"] == again


def test_what_it_showed_comes_back_with_it(api: Client) -> None:
    lead = api.new("lead", ANA)
    before = api.data("GET", f"/api/lead/{lead}")
    for path in (f"/api/lead/{lead}", "/api/phone/1", "/api/email/1"):
        delete(api, path)
    found = entries(api)
    assert [one["resource"] for one in found] == ["email", "phone", "lead"]
    assert found[2]["record"] == before
    assert restore(api, resource="lead").json()["data"]["left"] == []
    assert api.data("GET", f"/api/lead/{lead}") == before
    assert entries(api) == []
    assert [one["id"] for one in api.data("GET", "/api/lead?q=ana&email=ana@example.com")] == [lead]
    assert api.new("email", {"email": "rui@example.com"}) == 2


def test_a_linked_record_that_changed_since_is_shown_as_it_is(api: Client) -> None:
    lead = api.new("lead", ANA)
    delete(api, f"/api/lead/{lead}")
    api.data("PUT", "/api/email/1", {"email": "new@example.com"})
    assert entries(api)[0]["record"]["email"]["email"] == "new@example.com"
    assert restore(api).status_code == 200
    assert api.data("GET", f"/api/lead/{lead}")["email"] == {"id": 1, "email": "new@example.com"}


def test_what_was_removed_for_good_is_left_out(api: Client) -> None:
    lead = api.new("lead", ANA)
    for path in (f"/api/lead/{lead}", "/api/email/1"):
        delete(api, path)
    (email,) = entries(api, resource="email")
    delete(api, f"/api/bin/{email['id']}")
    failure(api.delete(f"/api/bin/{email['id']}"), 404)
    assert entries(api)[0]["record"]["email"] is None
    data = restore(api).json()["data"]
    reason = "what it shows is not there any more"
    left = {"resource": "lead", "id": lead, "properties": ["email"], "reason": reason}
    assert data == {"id": lead, "resource": "lead", "left": [left]}
    shown = api.data("GET", f"/api/lead/{lead}")
    assert (shown["email"], shown["phone"]["id"]) == (None, 1)


def test_a_lead_with_nothing_left_does_not_come_back(api: Client) -> None:
    lead = api.new("lead", {"email": {"email": "ana@example.com"}})
    for path in (f"/api/lead/{lead}", "/api/email/1"):
        delete(api, path)
    delete(api, f"/api/bin/{entries(api, resource='email')[0]['id']}")
    assert faults(restore(api)) == {"name": "_atLeastOne"}
    failure(api.get(f"/api/lead/{lead}"), 404)
    assert len(entries(api)) == 1


@each(("resource", "body"), [("email", ANA["email"]), ("phone", ANA["phone"])])
def test_a_key_that_another_record_has_taken(resource: str, body: Any, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", resource: body})
    delete(api, f"/api/lead/{lead}")
    delete(api, f"/api/{resource}/1")
    other = api.new(resource, body)
    key = "email" if resource == "email" else "number"
    before = entries(api)
    assert faults(restore(api, resource=resource)) == {key: "_isUnique"}
    assert faults(restore(api, resource="lead")) == {resource: {key: "_isUnique"}}
    assert entries(api) == before
    failure(api.get(f"/api/lead/{lead}"), 404)
    delete(api, f"/api/{resource}/{other}")
    assert restore(api, resource="lead").status_code == 200
    assert api.data("GET", f"/api/lead/{lead}")[resource]["id"] == 1
    assert faults(restore(api)) == {key: "_isUnique"}  # the other one, of which the first has the key again


def test_pages_of_a_list_with_gaps(api: Client) -> None:
    leads = [api.new("lead", {"name": f"Lead {number}"}) for number in range(40)]
    gone = [*leads[3:9], leads[20], leads[-1]]
    for lead in gone:
        delete(api, f"/api/lead/{lead}")

    def listed() -> list[int]:
        pages = [api.get("/api/lead", params={"limit": 7, "page": page}).json() for page in (1, 2, 3)]
        assert {one["pagination"]["count"] for one in pages} == {len(there)}
        return [one["id"] for page in pages for one in page["data"]]

    there = [one for one in leads if one not in gone]
    assert listed() == there[:21]
    for lead in gone[1::2]:
        assert restore(api, resource="lead", record_id=lead).status_code == 200
    there = [one for one in leads if one not in gone[0::2]]
    assert listed() == there[:21]
    last = api.data("GET", "/api/lead?limit=3&direction=desc")
    assert [one["id"] for one in last] == there[:-4:-1]
    assert api.new("lead", {"name": "New"}) == leads[-1] + 1


def test_what_is_removed_for_good(api: Client) -> None:
    lead = api.new("lead", ANA)
    position = api.get("/api/change?since=now").json()["pagination"]["next"]
    deleted = delete(api, f"/api/lead/{lead}")
    (entry,) = entries(api)
    purged = delete(api, f"/api/bin/{entry['id']}")
    assert purged > deleted
    failure(api.get(f"/api/lead/{lead}/history"), 404)
    failure(api.get(f"/api/bin/{entry['id']}"), 404)
    failure(api.post(f"/api/bin/{entry['id']}/restore"), 404)
    changes = api.data("GET", f"/api/change?since={position}")
    assert [(one["verb"], one["resource"], one["id"]) for one in changes] == [
        ("delete", "lead", lead),
        ("purge", "lead", lead),
    ]
    assert changes[1]["user"]["email"] == api.email
    assert api.new("lead", {"name": "Rui"}) == lead + 1


def test_pages_of_the_bin(api: Client) -> None:
    leads = [api.new("lead", {"name": f"Lead {number}"}) for number in range(5)]
    for lead in leads:
        delete(api, f"/api/lead/{lead}")
    delete(api, f"/api/email/{api.new('email', {'email': 'ana@example.com'})}")
    found, before = [], None
    while True:
        params: dict[str, str | int] = {"limit": 2, "resource": "lead"}
        params |= {"before": before} if before else {}
        answer = api.get("/api/bin", params=params).json()
        found += [one["record_id"] for one in answer["data"]]
        before = answer["pagination"]["next"]
        assert answer["pagination"] == {"next": before, "has_next_page": before is not None, "limit": 2}
        if before is None:
            break
    assert found == leads[::-1]


@each(
    "asked",
    ["limit=0", "before=x", "record_id=-1", "resource=city", "resource=x", "page=1", "limit=1&limit=2"],
)
def test_what_the_list_does_not_take(asked: str, api: Client) -> None:
    failure(api.get(f"/api/bin?{asked}"), 400)


def test_another_account_has_another_bin(api: Client, other_api: Client) -> None:
    delete(api, f"/api/lead/{api.new('lead', ANA)}")
    (entry,) = entries(api)
    assert entries(other_api) == []
    path = f"/api/bin/{entry['id']}"
    for answer in (other_api.get(path), other_api.post(f"{path}/restore"), other_api.delete(path)):
        failure(answer, 404)
    assert entries(api) == [entry]


@each("call", ["delete", "restore", "purge"])
def test_of_several_at_once_one_does_it(call: str, api: Client) -> None:
    path = f"/api/lead/{api.new('lead', ANA)}"
    if call != "delete":
        delete(api, path)
        path = f"/api/bin/{entries(api)[0]['id']}"
    method, path = ("POST", f"{path}/restore") if call == "restore" else ("DELETE", path)
    with ThreadPoolExecutor(8) as several:
        answers = list(several.map(lambda _: api.request(method, path), range(8)))
    assert sorted(one.status_code for one in answers) == [200, *[404] * 7]
    assert len(entries(api)) == (call == "delete")
