"""The bodies of the later published revisions, and what an account that follows them is shown."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.answers import DATE
from tests.support.client import Client
from tests.support.patience import wait_until

SAMPLES: dict[str, Any] = json.loads((Path(__file__).parent / "later.json").read_text(encoding="utf-8"))
STAGES = SAMPLES.pop("contact-lifecycle-stage")
NEEDS = {"unqualified-lead": ("contact-type",), "lead-audience-list": ("lead", "audience-list")}
STAGE = "contact_lifecycle_stage_id"
FOLLOWED = {"first": "city_id", "later": STAGE}
"""What leads are shown with, by the revision that an account follows."""

each = pytest.mark.parametrize


@pytest.fixture
def later(api: Client) -> Client:
    """A client whose account follows the later revisions."""
    return follow(api, "later")


def follow(api: Client, revision: str) -> Client:
    """At once on SQLite; on PostgreSQL once the server has looked again."""
    api.data("PUT", "/api/account", {"revision": revision})
    name = FOLLOWED[revision]
    number = api.new("lead", {"name": "Rui"})
    wait_until(lambda: name in api.data("GET", f"/api/lead/{number}"))
    api.data("DELETE", f"/api/lead/{number}")
    entry = api.data("GET", "/api/bin")[0]["id"]
    api.data("DELETE", f"/api/bin/{entry}")
    return api


def send(api: Client, name: str) -> int:
    for other in NEEDS.get(name, ()):
        send(api, other)
    return api.new(name, SAMPLES[name]["body"])


def same(printed: Any, answer: Any) -> None:
    """The same keys in the same order, and the same values, but for dates and ids."""
    if isinstance(printed, dict):
        assert list(answer) == list(printed)
        for key, value in printed.items():
            if key != "id":
                same(value, answer[key])
    elif isinstance(printed, str) and DATE.fullmatch(printed):
        assert DATE.fullmatch(answer)
    else:
        assert (type(answer), answer) == (type(printed), printed)


@each("name", SAMPLES)
def test_a_body_is_answered_as_it_is_printed(name: str, api: Client) -> None:
    if name == "lead":
        follow(api, "later")
    number = send(api, name)
    sample = SAMPLES[name]
    (listed,) = api.data("GET", f"/api/{name}")
    retrieved = api.data("GET", f"/api/{name}/{number}")
    same(sample["listed"], listed)
    same(sample["retrieved"], retrieved)
    assert (listed["id"], retrieved["id"]) == (number, number)


@each("path", ["/api/contact-lifecycle-stage", "/api/contact-lifecycle-stage/"])
def test_the_stages_of_every_account(path: str, api: Client) -> None:
    answer = api.get(path).json()
    assert (answer["success"], answer["data"]) == (True, STAGES)
    assert answer["pagination"]["count"] == 9
    assert api.data("GET", "/api/contact-lifecycle-stage/3") == STAGES[2]


def test_what_is_answered_to_a_type_of_contact(api: Client) -> None:
    assert api.data("POST", "/api/contact-type", {"label": "Cliente"}, 201) == {"id": 1}
    assert api.data("PUT", "/api/contact-type/1", {"label": "Fornecedor"}) == []


# An account that follows the later revisions


def keys(name: str) -> list[str]:
    return list(SAMPLES["lead"][name])


def test_leads_are_shown_with_their_stage_everywhere(later: Client) -> None:
    number = send(later, "lead")
    represent = {"Prefer": "return=representation"}
    for method, path in (("PUT", f"/api/lead/{number}"), ("PATCH", f"/api/lead/{number}")):
        answer = later.request(method, path, json={"name": "Sylvia"}, headers=represent)
        assert list(answer.json()["data"]) == keys("retrieved")
    new = later.post("/api/lead", json={"name": "Ana", STAGE: 4}, headers=represent).json()["data"]
    assert (list(new), new[STAGE]) == (keys("retrieved"), 4)
    for query in ("sort=name", "cursor=", "q=sylvia", f"{STAGE}=3", "limit=1&page=1"):
        assert list(later.data("GET", f"/api/lead?{query}")[0]) == keys("listed"), query
    assert list(later.data("GET", "/api/lead?fields=*")[0]) == keys("listed")
    with_city = later.data("GET", "/api/lead?fields=*,city_id,city.city_name")[0]
    assert list(with_city) == [*keys("listed"), "city_id", "city"]
    assert list(later.data("GET", f"/api/lead/{number}?fields=*")) == keys("retrieved")
    assert later.data("GET", f"/api/lead/{number}?fields=id,city_id") == {"id": number, "city_id": None}


def test_so_are_leads_in_other_answers(later: Client) -> None:
    number = send(later, "lead")
    other = later.new("lead", {"name": "Rui"})
    preview = later.data("POST", f"/api/lead/{number}/merge", {"ids": [other], "dry_run": True})
    assert list(preview["record"]) == keys("retrieved")
    dry = later.request("PATCH", "/api/lead?filter=id>0", json={"name": "Ana", "dry_run": True}).json()[
        "data"
    ]
    assert [list(one) for one in dry["sample"]] == [keys("listed")] * 2
    later.data("DELETE", f"/api/lead/{number}")
    entry = later.data("GET", "/api/bin")[0]
    same(SAMPLES["lead"]["retrieved"], entry["record"])
    same(SAMPLES["lead"]["retrieved"], later.data("GET", f"/api/bin/{entry['id']}")["record"])
    exported = later.get("/api/lead/export?format=ndjson").text.splitlines()
    assert list(json.loads(exported[0])) == keys("listed")
    assert "city_id" in later.get("/api/lead/export").text.splitlines()[0]


def test_an_account_of_the_first_revision_sees_no_stage(api: Client) -> None:
    number = send(api, "lead")
    for shown in (api.data("GET", "/api/lead")[0], api.data("GET", f"/api/lead/{number}")):
        assert "city_id" in shown
        assert STAGE not in shown


def test_it_can_go_back(later: Client) -> None:
    number = send(later, "lead")
    follow(later, "first")
    assert "city_id" in later.data("GET", f"/api/lead/{number}")


# A website's form plugin

PLUGIN = {
    "0": "",
    "name": "Sylvia L. Hook",
    "custom_data": "[null]",
    "email": {"email": "sylvialhook@closum.com"},
    "phone": {"extension": "00351", "number": "912 340 999"},
}
CONSENT = {
    "sms": 0,
    "email": "1",
    "enviroment": {
        "CONTENT_LENGTH": None,
        "HTTP_USER_AGENT": "Mozilla/5.0",
        "HTTP_REFERER": None,
        "REMOTE_ADDR": "192.0.2.7",
        "REQUEST_TIME_FLOAT": 1547548827.898,
    },
}
KEPT = (
    '{"CONTENT_LENGTH":null,"HTTP_USER_AGENT":"Mozilla/5.0","HTTP_REFERER":null,"REMOTE_ADDR":"192.0.2.7",'
    '"REQUEST_TIME_FLOAT":1547548827.898}'
)
HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Cache-Control": "no-cache"}


def entry(api: Client, path: str) -> tuple[str, str, str]:
    (found,) = api.data("GET", path)
    return found["channel"], found["state"], found["environment"]


@each("revision", ["first", "later"])
def test_a_form_plugin_sends_what_it_always_sent(revision: str, api: Client) -> None:
    follow(api, revision)
    answer = api.post("/api/lead", content=json.dumps(PLUGIN | {"lead_opt_in": CONSENT}), headers=HEADERS)
    number = answer.json()["data"]["id"]
    assert (answer.status_code, answer.json()) == (201, {"success": True, "data": {"id": number}})
    assert answer.headers["X-Ignored-Properties"] == "0"
    found = api.data("GET", f"/api/lead/{number}")
    assert list(found) == [name.replace(STAGE, FOLLOWED[revision]) for name in keys("retrieved")]
    assert (found["name"], found["custom_data"], found[FOLLOWED[revision]]) == (
        PLUGIN["name"],
        "[null]",
        None,
    )
    assert (found["email"]["email"], found["phone"]["number"]) == ("sylvialhook@closum.com", "912 340 999")
    assert entry(api, f"/api/consent?lead_id={number}") == ("email", "given", KEPT)


def test_who_is_no_lead_yet_consents_as_well(api: Client) -> None:
    send(api, "contact-type")
    more = {"contact_type_id": "1", "unqualified_lead_opt_in": {"id": 1, "unqualified_lead_id": 1} | CONSENT}
    answer = api.post("/api/unqualified-lead", content=json.dumps(PLUGIN | more), headers=HEADERS)
    assert (answer.status_code, answer.json()) == (201, {"success": True, "data": {"id": 1}})
    assert answer.headers["X-Ignored-Properties"] == "0, unqualified_lead_opt_in.unqualified_lead_id"
    found = api.data("GET", "/api/unqualified-lead/1")
    assert list(found) == list(SAMPLES["unqualified-lead"]["retrieved"])
    assert entry(api, "/api/unqualified-lead-consent?unqualified_lead_id=1") == ("email", "given", KEPT)
    for body in ({"sms": "on", "email": "false"}, {"sms": None, "email": ""}):
        api.data("PUT", "/api/unqualified-lead/1", {"unqualified_lead_opt_in": body})
    noted = api.data("GET", "/api/unqualified-lead-consent")
    assert [(one["channel"], one["state"]) for one in noted] == [
        ("email", "given"),
        ("email", "withdrawn"),
        ("sms", "given"),
        ("sms", "withdrawn"),
    ]
    shown = api.data("GET", "/api/unqualified-lead?consent.email=withdrawn&fields=consent_email,consent_sms")
    assert shown == [{"consent_email": "withdrawn", "consent_sms": "withdrawn"}]
