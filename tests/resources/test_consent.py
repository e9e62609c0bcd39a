"""Consents: what forms send with a lead, the entries that are kept of it, and what the lead says of the newest ones."""

from typing import Any

import pytest

from tests.conftest import sign_up
from tests.support.answers import DATE, failure, faults
from tests.support.client import Client
from tests.support.server import Server

each = pytest.mark.parametrize

ENVIRONMENT = {
    "CONTENT_LENGTH": "222",
    "HTTP_USER_AGENT": "Mozilla/5.0",
    "HTTP_REFERER": None,
    "REMOTE_ADDR": "192.0.2.7",
    "REQUEST_TIME_FLOAT": 1547548827.898,
}
TEXT = (
    '{"CONTENT_LENGTH":"222","HTTP_USER_AGENT":"Mozilla/5.0","HTTP_REFERER":null,"REMOTE_ADDR":"192.0.2.7",'
    '"REQUEST_TIME_FLOAT":1547548827.898}'
)


def lead(api: Client, **opt_in: Any) -> int:
    return api.new("lead", {"name": "Ana", **({"lead_opt_in": opt_in} if opt_in else {})})


def entries(api: Client, number: int) -> list[tuple[str, str]]:
    """Channel and state of the entries of a lead, the oldest first."""
    found = api.data("GET", f"/api/consent?lead_id={number}&sort=id&direction=asc")
    return [(one["channel"], one["state"]) for one in found]


def holds(api: Client, number: int) -> tuple[str | None, str | None]:
    """What a lead consents to now: by e-mail, and by text message."""
    found = api.data("GET", f"/api/lead/{number}?fields=consent_email,consent_sms")
    assert list(found) == ["consent_email", "consent_sms"]
    return found["consent_email"], found["consent_sms"]


@each("yes", [True, 1, "1", "on", "true", "On", " TRUE "])
def test_a_ticked_box_is_a_consent(api: Client, yes: Any) -> None:
    number = lead(api, email=yes)
    assert entries(api, number) == [("email", "given")]
    assert holds(api, number) == ("given", None)


@each("no", [False, 0, "0", "", "false", None])
def test_a_box_that_nobody_ticked_is_none_and_takes_one_back(api: Client, no: Any) -> None:
    number = lead(api, sms=no, email=True)
    assert entries(api, number) == [("email", "given")]
    for _ in range(2):
        api.data("PUT", f"/api/lead/{number}", {"lead_opt_in": {"email": no, "sms": no}})
    assert entries(api, number) == [("email", "given"), ("email", "withdrawn")]
    assert holds(api, number) == ("withdrawn", None)


@each("value", [2, "2", "yes", "no", "off", 0.5, [], {}, [1], {"a": 1}])
def test_what_is_no_tick_is_refused(api: Client, value: Any) -> None:
    answer = api.post("/api/lead", json={"name": "Ana", "lead_opt_in": {"email": value, "sms": True}})
    assert faults(answer) == {"lead_opt_in": {"email": "_flag"}}
    assert api.get("/api/lead").json()["pagination"]["count"] == 0
    assert api.get("/api/consent").json()["pagination"]["count"] == 0


def test_a_form_plugin_sends_what_it_has(api: Client) -> None:
    body = {
        "0": "",
        "name": "Sylvia L. Hook",
        "custom_data": "[null]",
        "email": {"email": "sylviahook@closum.com"},
        "phone": {"extension": "001", "number": "517-388-1452"},
        "lead_opt_in": {"sms": 0, "email": "1", "enviroment": ENVIRONMENT},
    }
    created = api.post("/api/lead", json=body)
    assert created.status_code == 201
    assert created.headers["X-Ignored-Properties"] == "0"
    number = created.json()["data"]["id"]
    shown = api.data("GET", f"/api/lead/{number}")
    assert list(shown) == ["id", "name", "creation_date", "city_id", "custom_data", "email", "phone"]
    assert shown["custom_data"] == "[null]"
    (entry,) = api.data("GET", "/api/consent")
    assert list(entry) == ["id", "lead_id", "channel", "state", "environment", "user_id", "creation_date"]
    assert (entry["lead_id"], entry["channel"], entry["state"]) == (number, "email", "given")
    assert entry["environment"] == TEXT
    assert entry["user_id"] == api.data("GET", f"/api/lead/{number}/history")[0]["user"]["id"]
    assert DATE.fullmatch(entry["creation_date"])
    assert api.data("GET", f"/api/consent/{entry['id']}") == entry


@each(
    ("sent", "text"),
    [
        ({"enviroment": []}, "{}"),
        ({"enviroment": {}}, "{}"),
        ({"enviroment": None}, None),
        ({"enviroment": ""}, None),
        ({"environment": {"b": [1, {"c": None}], "a": True}}, '{"b":[1,{"c":null}],"a":true}'),
        ({"environment": {"a": 1}, "enviroment": {"b": 2}}, '{"b":2}'),
        ({"environment": {"a": 1}, "enviroment": None}, '{"a":1}'),
        ({}, None),
    ],
)
def test_the_environment_is_kept_as_it_is_sent(api: Client, sent: Any, text: str | None) -> None:
    lead(api, email=1, sms=1, **sent)
    assert [one["environment"] for one in api.data("GET", "/api/consent")] == [text, text]


@each(
    ("environment", "rule"),
    [
        ("text", "_object"),
        ('{"a":1}', "_object"),
        (1, "_object"),
        ([1], "_object"),
        (True, "_object"),
        ({"a": "é" * 40_000}, "_maxLength"),
    ],
)
def test_an_odd_environment_is_refused_and_nothing_stored(api: Client, environment: Any, rule: str) -> None:
    number = lead(api)
    body = {"name": "Eva", "lead_opt_in": {"email": 1, "enviroment": environment}}
    for answer in (api.post("/api/lead", json=body), api.put(f"/api/lead/{number}", json=body)):
        assert faults(answer) == {"lead_opt_in": {"enviroment": rule}}
    assert [one["name"] for one in api.data("GET", "/api/lead")] == ["Ana"]
    assert api.data("GET", "/api/consent") == []


def test_an_environment_of_very_many_keys_is_refused(api: Client) -> None:
    many = {str(number): number for number in range(10_000)}
    body = {"name": "Ana", "lead_opt_in": {"email": 1, "enviroment": many}}
    assert "1000 keys" in failure(api.post("/api/lead", json=body), 400)["message"]
    one = {"action": "create", "data": body}
    answer = api.data("POST", "/api/lead/batch", {"items": [one]})
    assert answer[0]["status"] == 400
    assert api.get("/api/lead").json()["pagination"]["count"] == 0


@each("value", ["a", 1, True, [1]])
def test_an_opt_in_is_an_object(api: Client, value: Any) -> None:
    answer = api.post("/api/lead", json={"name": "Ana", "lead_opt_in": value})
    assert faults(answer) == {"lead_opt_in": "_object"}


@each("value", [None, "", [], {}])
def test_an_empty_opt_in_is_none(api: Client, value: Any) -> None:
    number = api.new("lead", {"name": "Ana", "lead_opt_in": value})
    assert entries(api, number) == []


def test_what_else_is_in_it_is_ignored_and_named(api: Client) -> None:
    opt_in = {"id": 1, "lead_id": 5, "creation_date": None, "sms": 1, "push": 1}
    answer = api.post("/api/lead", json={"name": "Ana", "lead_opt_in": opt_in})
    assert (
        answer.headers["X-Ignored-Properties"]
        == "lead_opt_in.lead_id, lead_opt_in.creation_date, lead_opt_in.push"
    )
    assert holds(api, answer.json()["data"]["id"]) == (None, "given")


def test_every_body_of_a_lead_takes_it(api: Client) -> None:
    number = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    sent = {"lead_opt_in": {"email": True}}
    api.data("PUT", f"/api/lead/{number}", sent)
    api.data("PATCH", f"/api/lead/{number}", sent)
    found = {"email": {"email": "ana@example.com"}, "name": "Eva"}
    api.data("POST", "/api/lead?match=email", found | sent)
    api.data("POST", "/api/lead?match=email&on_match=fill_empty", found | sent)
    items = [
        {"action": "update", "id": number, "data": sent},
        {"action": "patch", "id": number, "data": {"lead_opt_in": {"email": False}}},
        {"action": "create", "data": {"name": "Rui"} | sent},
        {"action": "upsert", "match": "email", "data": found | {"lead_opt_in": {"sms": 1}}},
    ]
    written = api.data("POST", "/api/lead/batch", {"items": items})
    assert [one["status"] for one in written] == [200, 200, 201, 200]
    path = f"/api/lead?filter=id={number}"
    count = api.data("PATCH", path, {"dry_run": True} | sent)["if_count"]
    api.data("PATCH", path, {"if_count": count} | sent)
    assert entries(api, number) == [
        *[("email", "given")] * 5,
        ("email", "withdrawn"),
        ("sms", "given"),
        ("email", "given"),
    ]
    assert holds(api, number) == ("given", "given")
    assert holds(api, number + 1) == ("given", None)


def test_a_consent_is_noted_by_itself(server: Server, api: Client) -> None:
    number = lead(api)
    with sign_up(server, api.account) as colleague:
        made = colleague.new("consent", {"lead_id": str(number), "channel": "SMS", "state": "given"})
    api.new("consent", {"lead_id": number, "channel": "email", "state": "given", "environment": '{"a": 1}'})
    first, second = api.data("GET", "/api/consent")
    assert (first["id"], first["channel"], first["environment"]) == (made, "sms", None)
    assert second["environment"] == '{"a": 1}'
    assert first["user_id"] != second["user_id"]
    assert holds(api, number) == ("given", "given")


def test_what_does_not_hold_cannot_be_withdrawn(api: Client) -> None:
    number = lead(api, sms=True)
    body = {"lead_id": number, "channel": "email", "state": "withdrawn"}
    assert faults(api.post("/api/consent", json=body)) == {"state": "_notGiven"}
    api.new("consent", body | {"channel": "sms"})
    assert faults(api.post("/api/consent", json=body | {"channel": "sms"})) == {"state": "_notGiven"}
    assert entries(api, number) == [("sms", "given"), ("sms", "withdrawn")]
    assert holds(api, number) == (None, "withdrawn")


def test_an_entry_has_a_lead_of_the_account_a_channel_and_a_state(api: Client, other_api: Client) -> None:
    assert faults(api.post("/api/consent", json={})) == {
        "lead_id": "_required",
        "channel": "_required",
        "state": "_required",
    }
    theirs = lead(other_api, email=1)
    for wrong in (theirs, 0, -1, 10**30):
        for state in ("given", "withdrawn"):
            body = {"lead_id": wrong, "channel": "email", "state": state}
            assert faults(api.post("/api/consent", json=body)) == {"lead_id": "_existsIn"}
    body = {"lead_id": lead(api), "channel": "fax", "state": "perhaps"}
    assert faults(api.post("/api/consent", json=body)) == {"channel": "_inList", "state": "_inList"}
    (entry,) = other_api.data("GET", "/api/consent")
    failure(api.get(f"/api/consent/{entry['id'] + 1}"), 404)
    assert api.data("GET", "/api/consent") == []


def test_an_entry_is_never_changed_or_deleted(api: Client) -> None:
    lead(api, email=1)
    for method in ("PUT", "PATCH", "DELETE"):
        failure(api.request(method, "/api/consent/1", json={"state": "withdrawn"}), 405)
    answer = api.put("/api/lead/1", json={"consent_email": "withdrawn", "name": "Eva"})
    assert answer.headers["X-Ignored-Properties"] == "consent_email"
    assert holds(api, 1) == ("given", None)


def test_leads_are_found_by_what_they_consent_to(api: Client) -> None:
    both, email, sms, none = lead(api, email=1, sms=1), lead(api, email=1), lead(api, sms=1), lead(api)
    api.data("PATCH", f"/api/lead/{both}", {"lead_opt_in": {"sms": 0}})
    asked = {
        "filter=consent.email=given": [both, email],
        "consent.email=given": [both, email],
        "filter=consent_email=given": [both, email],
        "filter=consent.sms=withdrawn": [both],
        "filter=consent.sms=Given": [sms],
        "filter=consent.email=": [sms, none],
        "filter=consent.email!=": [both, email],
        "filter=consent.sms!=given": [both, email, none],
        "filter=consent.email=given&filter=consent.sms=": [email],
    }
    for query, expected in asked.items():
        assert [one["id"] for one in api.data("GET", f"/api/lead?{query}")] == expected, query
    assert "given or withdrawn" in failure(api.get("/api/lead?filter=consent.email=yes"), 400)["message"]
    withdrawn = api.data("GET", "/api/consent?filter=state=withdrawn&filter=channel=sms")
    assert [one["lead_id"] for one in withdrawn] == [both]


def undo(api: Client, answer: Any) -> Any:
    return api.data("POST", f"/api/operation/{answer.headers['X-Operation']}/undo")


def test_an_undo_of_an_entry_leaves_what_the_others_say(api: Client) -> None:
    number = lead(api)
    given, again, withdrawn = (
        api.put(f"/api/lead/{number}", json={"lead_opt_in": {"email": yes}}) for yes in (1, 1, 0)
    )
    assert holds(api, number) == ("withdrawn", None)
    assert undo(api, given)["left_count"] == 0
    assert entries(api, number) == [("email", "given"), ("email", "withdrawn")]
    assert holds(api, number) == ("withdrawn", None)
    failure(api.post(f"/api/operation/{given.headers['X-Operation']}/undo"), 422)
    back = undo(api, withdrawn)["operation"]
    assert holds(api, number) == ("given", None)
    undo(api, again)
    assert (entries(api, number), holds(api, number)) == ([], (None, None))
    api.data("POST", f"/api/operation/{back}/undo")
    assert holds(api, number) == ("withdrawn", None)


def test_the_history_of_a_lead_has_what_it_consented_to(api: Client) -> None:
    number = lead(api)
    api.data("PUT", f"/api/lead/{number}", {"lead_opt_in": {"email": 1}})
    api.data("PUT", f"/api/lead/{number}", {"lead_opt_in": {"email": 0}})
    newest, *_ = api.data("GET", f"/api/lead/{number}/history")
    assert newest["verb"] == "update"
    assert newest["properties"] == {"consent_email": {"before": "given", "after": "withdrawn"}}
    assert [one["verb"] for one in api.data("GET", "/api/consent/1/history")] == ["create"]


def test_a_merge_takes_the_entries_along_and_the_newest_counts(api: Client) -> None:
    target, other = lead(api, email=1, sms=1), lead(api, email=1)
    api.data("PUT", f"/api/lead/{target}", {"lead_opt_in": {"sms": 0}})
    api.data("PUT", f"/api/lead/{other}", {"lead_opt_in": {"sms": 1, "email": 0}})
    before = api.data("GET", "/api/consent")
    assert (holds(api, target), holds(api, other)) == (("given", "withdrawn"), ("withdrawn", "given"))
    merged = api.post(f"/api/lead/{target}/merge", json={"ids": [other]})
    assert holds(api, target) == ("withdrawn", "given")
    assert {one["lead_id"] for one in api.data("GET", "/api/consent")} == {target}
    undone = undo(api, merged)
    assert undone["left_count"] == 0
    assert (holds(api, target), holds(api, other)) == (("given", "withdrawn"), ("withdrawn", "given"))
    assert api.data("GET", "/api/consent") == before
    api.data("POST", f"/api/operation/{undone['operation']}/undo")
    assert holds(api, target) == ("withdrawn", "given")


def test_a_deleted_lead_takes_its_entries_along_and_back(api: Client) -> None:
    number = lead(api, email=1, sms=1)
    before = api.data("GET", "/api/consent")
    gone = api.delete(f"/api/lead/{number}")
    assert api.data("GET", "/api/consent") == []
    undo(api, gone)
    assert (api.data("GET", "/api/consent"), holds(api, number)) == (before, ("given", "given"))
    api.data("DELETE", f"/api/lead/{number}")
    (entry,) = api.data("GET", "/api/bin")
    api.data("POST", f"/api/bin/{entry['id']}/restore")
    assert (api.data("GET", "/api/consent"), holds(api, number)) == (before, ("given", "given"))


def test_an_undo_of_a_new_lead_takes_its_entries(api: Client) -> None:
    answer = api.post("/api/lead", json={"name": "Ana", "lead_opt_in": {"email": 1, "sms": 1}})
    undone = undo(api, answer)
    assert (api.data("GET", "/api/lead"), api.data("GET", "/api/consent")) == ([], [])
    api.data("POST", f"/api/operation/{undone['operation']}/undo")
    assert holds(api, answer.json()["data"]["id"]) == ("given", "given")


def test_an_export_has_it_last(api: Client) -> None:
    lead(api, email=1)
    first, second = api.get("/api/lead/export?format=csv").text.splitlines()
    assert first.endswith(",consent_email,consent_sms")
    assert second.endswith(",given,")
    found = api.get("/api/lead/export?format=csv&fields=name,consent_email,consent_sms").text
    assert found.removeprefix("\ufeff").splitlines() == ["name,consent_email,consent_sms", "Ana,given,"]
