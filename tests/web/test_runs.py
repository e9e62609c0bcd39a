"""Calls that somebody who is signed in runs from the reference, and the key that its samples get."""

import json
from typing import Any

import httpx2
import pytest

from closum.accounts import roles
from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.pages import Pages, colleague, texts
from tests.support.patience import PATIENCE
from tests.support.server import Server

each = pytest.mark.parametrize


def run(pages: Pages, method: str, target: str, body: Any = "", status: int = 200, **headers: str) -> Any:
    """What a call was answered with."""
    text = body if isinstance(body, str) else json.dumps(body)
    fields = {"method": method, "target": target, "body": text, **headers}
    answer = pages.submit("/docs/run", fields, status=status)
    return answer.json() if status == 200 else answer.text


def envelope(ran: Any) -> Any:
    return json.loads(ran["body"])


def test_a_call_runs_with_the_rights_of_the_session(pages: Pages, api: Client) -> None:
    ran = run(pages, "POST", "/api/lead", {"name": "Ana Silva", "email": {"email": "ana@example.com"}})
    assert (ran["status"], ran["is_cut"]) == (201, False)
    lead = envelope(ran)["data"]["id"]
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Ana Silva"
    assert dict(ran["headers"])["content-type"] == "application/json"
    found = run(pages, "GET", "/api/lead?filter=name~=ana%20s&fields=id,name")
    assert envelope(found)["data"] == [{"id": lead, "name": "Ana Silva"}]


def test_it_is_marked_in_the_history_and_can_be_undone(pages: Pages, api: Client) -> None:
    ran = run(pages, "POST", "/api/lead", {"name": "Ana Silva"})
    lead, operation = envelope(ran)["data"]["id"], dict(ran["headers"])["x-operation"]
    (change,) = api.data("GET", f"/api/lead/{lead}/history")
    assert (change["cause"], change["user"]["email"]) == ("reference", api.email)
    assert "(API reference)" in texts(pages.shown(f"/leads/{lead}"))
    undone = envelope(run(pages, "POST", f"/api/operation/{operation}/undo", "{}"))
    assert undone["data"]["undone_count"] == 1
    assert api.get(f"/api/lead/{lead}").status_code == 404


def test_a_reader_reads_and_writes_nothing(server: Server, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana Silva"})
    with colleague(server, api, roles.READER) as pages:
        assert envelope(run(pages, "GET", f"/api/lead/{lead}"))["data"]["name"] == "Ana Silva"
        refused = run(pages, "DELETE", f"/api/lead/{lead}")
    assert (refused["status"], "lead:write" in refused["body"]) == (403, True)
    assert api.data("GET", f"/api/lead/{lead}")["name"] == "Ana Silva"


def test_another_account_is_not_there(pages: Pages, server: Server, api: Client) -> None:
    with sign_up(server) as other:
        lead = other.new("lead", {"name": "Of another account"})
    found = run(pages, "GET", f"/api/lead/{lead}")
    assert (found["status"], "Of another account" in found["body"]) == (404, False)


@each(
    "target",
    ["/leads", "/docs/run", "/api/openapi.json", "/api/token", "//example.com/api/lead", "", "api/lead"],
)
def test_only_calls_of_the_api_run(pages: Pages, target: str) -> None:
    refused = run(pages, "GET", target)
    assert refused["status"] in (404, 405)
    assert envelope(refused)["success"] is False


@each(
    ("method", "target", "body", "status"),
    [
        ("GET", "/api/lead?nonsense=1", "", 400),
        ("POST", "/api/lead", "{", 400),
        ("POST", "/api/lead", {"name": ""}, 422),
        ("TRACE", "/api/lead", "", 405),
        ("", "/api/lead", "", 405),
        ("GET\r\nX: y", "/api/lead", "", 405),
        ("GET", "/api/lead/%0d%0aX:y", "", 404),
        ("GET", "/api/lead/<script>", "", 404),
        ("GET", "/api/lead?filter=name=ç&limit=5", "", 200),
        ("GET", "/api/export", "", 404),
        ("GET", "/api/lead/", "", 200),
        ("GET", "/api%2Flead", "", 404),
        ("GET", f"/api/lead?q={'a' * 17_000}", "", 414),
        ("POST", "/api/import", "Nome\nAna", 405),
    ],
)
def test_bad_input_is_answered_as_the_api_answers_it(
    pages: Pages, method: str, target: str, body: Any, status: int
) -> None:
    ran = run(pages, method, target, body)
    assert ran["status"] == status, ran
    assert envelope(ran)["success"] is (status == 200)


def test_a_call_has_the_headers_that_it_takes(pages: Pages, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    target, change = f"/api/lead?filter=id={lead}", {"name": "Ana Silva"}
    tried = envelope(run(pages, "PATCH", target, change | {"dry_run": True}))["data"]
    assert run(pages, "PATCH", target, change)["status"] == 428
    done = run(pages, "PATCH", target, change, **{"if-count": tried["if_count"]})
    assert (done["status"], envelope(done)["data"]["changed"]) == (200, 1)
    shown = run(pages, "PUT", f"/api/lead/{lead}", {"name": "Ana"}, prefer="return=representation")
    assert envelope(shown)["data"]["name"] == "Ana"
    tag = dict(shown["headers"])["etag"]
    api.data("PATCH", f"/api/lead/{lead}", {"name": "Eva"})
    assert run(pages, "PUT", f"/api/lead/{lead}", {"name": "Rui"}, **{"if-match": tag})["status"] == 412
    assert run(pages, "HEAD", f"/api/lead/{lead}")["body"] == ""


def test_a_long_answer_is_cut(pages: Pages, api: Client) -> None:
    for number in range(4):
        api.new("lead", {"name": f"Lead {number}", "custom_data": {"text": "x" * 60_000}})
    ran = run(pages, "GET", "/api/lead")
    assert (ran["status"], ran["is_cut"], len(ran["body"])) == (200, True, 200_000)


def test_a_form_from_elsewhere_runs_nothing(pages: Pages, api: Client) -> None:
    fields = {"method": "POST", "target": "/api/lead", "body": '{"name":"Forged"}'}
    for token, site in (("", "same-origin"), ("wrong", "same-origin"), (pages.token, "cross-site")):
        answer = pages.post("/docs/run", data=fields | {"_token": token}, headers={"Sec-Fetch-Site": site})
        assert answer.status_code in (200, 303, 403)
        assert "success" not in answer.text
    assert api.data("GET", "/api/lead") == []


def test_nobody_runs_anything_without_a_session(server: Server) -> None:
    with httpx2.Client(base_url=server.address, timeout=PATIENCE, trust_env=False) as visitor:
        assert visitor.get("/docs/visitor").json() == {}
        for path in ("/docs/run", "/docs/key"):
            answer = visitor.post(path, data={"method": "GET", "target": "/api/lead"})
            assert (answer.status_code, "success" in answer.text) == (401, False)


def test_the_reference_knows_who_is_signed_in(pages: Pages, api: Client) -> None:
    answer = pages.get("/docs/visitor")
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert (found["user"], found["may_add_key"], found["refused"]) == (api.email, True, [])
    assert found["token"]


def test_a_key_is_made_for_the_samples(pages: Pages, server: Server, api: Client) -> None:
    first, second = (pages.submit("/docs/key", status=200).json()["key"] for _ in range(2))
    with Client(server.address, first) as program:
        assert program.new("lead", {"name": "Ana Silva"}) == 1
    shown = texts(pages.shown("/settings/api"))
    assert f"API reference, {api.email} " in shown
    assert f"API reference, {api.email} 2 " in shown
    assert first not in shown
    assert second not in shown


@each("role", [roles.MEMBER, roles.READER])
def test_only_an_owner_makes_a_key(server: Server, api: Client, role: roles.Role) -> None:
    with colleague(server, api, role) as pages:
        visitor = pages.get("/docs/visitor").json()
        assert visitor["may_add_key"] is False
        assert ("deleteLead" in visitor["refused"]) is (role == roles.READER)
        assert "createContactType" in visitor["refused"]
        assert "listLeads" not in visitor["refused"]
        pages.submit("/docs/key", status=403)
