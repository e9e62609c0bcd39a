"""Tasks: when one is due by the clocks of its account, for whom it is, when it was done, and what its lead keeps of it."""

from typing import Any

import pytest

from tests.conftest import sign_up
from tests.support.answers import DATE, faults
from tests.support.client import Client
from tests.support.server import Server

each = pytest.mark.parametrize


def task(api: Client, lead: int, **body: Any) -> int:
    return api.new("task", {"lead_id": lead, "text": "Call back"} | body)


def shown(api: Client, number: int) -> Any:
    return api.data("GET", f"/api/task/{number}")


def next_due(api: Client, lead: int) -> Any:
    return api.data("GET", f"/api/lead/{lead}?fields=next_due")["next_due"]


@pytest.fixture
def lead(api: Client) -> int:
    return api.new("lead", {"name": "Ana"})


@each(
    ("sent", "due"),
    [
        ("2026-07-31T10:30", "2026-07-31T09:30:00+00:00"),
        ("2026-01-31 10:30:15", "2026-01-31T10:30:15+00:00"),
        ("2026-07-31", "2026-07-31T22:59:59+00:00"),
        ("2026-07-31T10:30:00Z", "2026-07-31T10:30:00+00:00"),
        ("2026-07-31T10:30:00.5+05:30", "2026-07-31T05:00:00+00:00"),
        ("2026-10-25T01:30", "2026-10-25T00:30:00+00:00"),
        ("9999-12-31", "9999-12-31T23:59:59+00:00"),
        ("0001-01-02", "0001-01-03T00:36:44+00:00"),
        ("", None),
    ],
)
def test_a_time_is_on_the_clocks_of_the_account(api: Client, lead: int, sent: str, due: str | None) -> None:
    api.data("PUT", "/api/account", {"zone": "Europe/Lisbon"})
    assert shown(api, task(api, lead, due=sent))["due"] == due


@each(
    ("sent", "rule"),
    [
        ("2026-03-29T01:30", "_gap"),
        ("0000-01-01", "_between"),
        ("0001-01-01T00:00:00+14:00", "_between"),
        ("9999-12-31T23:59:59-01:00", "_between"),
        ("10000-01-01", "_time"),
        ("2026-02-30", "_time"),
        ("31/01/2026", "_time"),
        ("tomorrow", "_time"),
        (20260131, "_time"),
        (True, "_scalar"),
        ({}, "_scalar"),
    ],
)
def test_what_is_no_time_is_refused(api: Client, lead: int, sent: Any, rule: str) -> None:
    api.data("PUT", "/api/account", {"zone": "Europe/Lisbon"})
    body = {"lead_id": lead, "text": "Call back", "due": sent}
    assert faults(api.post("/api/task", json=body)) == {"due": rule}
    assert faults(api.put(f"/api/task/{task(api, lead)}", json={"due": sent})) == {"due": rule}


@each("sent", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0000-12-31"])
def test_a_time_that_no_calendar_has_is_refused_with_the_range(api: Client, lead: int, sent: str) -> None:
    answer = api.post("/api/task", json={"lead_id": lead, "text": "Call back", "due": sent})
    message = "This value must be from 0001-01-01T00:00:00+00:00 to 9999-12-31T23:59:59+00:00"
    assert answer.json()["data"]["errors"] == {"due": {"_between": message}}


def test_it_is_for_who_creates_it_unless_it_says_for_whom(
    server: Server, api: Client, other_api: Client, lead: int
) -> None:
    mine = shown(api, task(api, lead))["user_id"]
    with sign_up(server, api.account) as colleague:
        theirs = shown(colleague, task(colleague, lead))["user_id"]
    stranger = shown(other_api, task(other_api, other_api.new("lead", {"name": "Eva"})))["user_id"]
    assert len({mine, theirs, stranger}) == 3
    assert shown(api, task(api, lead, user_id=theirs))["user_id"] == theirs
    assert shown(api, task(api, lead, user_id=None))["user_id"] is None
    number = task(api, lead)
    for wrong in (stranger, 0, 10**18, 10**30):
        assert faults(api.post("/api/task", json={"lead_id": lead, "text": "a", "user_id": wrong})) == {
            "user_id": "_existsIn"
        }
        assert faults(api.put(f"/api/task/{number}", json={"user_id": wrong})) == {"user_id": "_existsIn"}


def test_it_is_done_now_or_at_a_time(api: Client, lead: int) -> None:
    number = task(api, lead)
    assert shown(api, number)["done"] is None
    api.data("PUT", f"/api/task/{number}", {"done": True})
    assert DATE.fullmatch(shown(api, number)["done"])
    api.data("PUT", f"/api/task/{number}", {"done": False})
    assert shown(api, number)["done"] is None
    api.data("PUT", f"/api/task/{number}", {"done": "2026-01-31T17:00:00+00:00"})
    assert shown(api, number)["done"] == "2026-01-31T17:00:00+00:00"
    api.data("PUT", f"/api/task/{number}", {"done": "false"})
    assert shown(api, number)["done"] is None
    api.data("PUT", f"/api/task/{number}", {"done": " True "})
    assert DATE.fullmatch(shown(api, number)["done"])
    assert faults(api.put(f"/api/task/{number}", json={"due": "true"})) == {"due": "_time"}
    for wrong, rule in ((1, "_time"), ("yes", "_time"), ([], "_scalar")):
        assert faults(api.put(f"/api/task/{number}", json={"done": wrong})) == {"done": rule}


def test_what_is_open_and_due(api: Client, lead: int) -> None:
    old, done = task(api, lead, due="2020-01-31"), task(api, lead, due="2020-01-31", done=True)
    later, never = task(api, lead, due="9999-01-31"), task(api, lead)
    asked = {"due<=today": [old, done], "due>today": [later], "due=": [never], "due=2020-01-31": [old, done]}
    for one, expected in asked.items():
        assert [
            each["id"]
            for each in api.data("GET", f"/api/task?filter={one.replace('<', '%3C').replace('>', '%3E')}")
        ] == expected
    found = api.data("GET", "/api/task?filter=due%3C=today&filter=done=")
    assert [one["id"] for one in found] == [old]
    by_due = api.data("GET", "/api/task?sort=due&direction=asc")
    assert [one["id"] for one in by_due] == [never, old, done, later]


def test_a_lead_keeps_when_its_next_task_is_due(api: Client, lead: int) -> None:
    assert next_due(api, lead) is None
    first, second = task(api, lead, due="2026-01-31T10:00:00Z"), task(api, lead, due="2026-02-28T10:00:00Z")
    task(api, lead)
    assert next_due(api, lead) == "2026-01-31T10:00:00+00:00"
    done = api.put(f"/api/task/{first}", json={"done": True})
    assert next_due(api, lead) == "2026-02-28T10:00:00+00:00"
    api.data("POST", f"/api/operation/{done.headers['X-Operation']}/undo")
    assert next_due(api, lead) == "2026-01-31T10:00:00+00:00"
    api.data("DELETE", f"/api/task/{first}")
    assert next_due(api, lead) == "2026-02-28T10:00:00+00:00"
    other = api.new("lead", {"name": "Eva"})
    api.data("PUT", f"/api/task/{second}", {"lead_id": other})
    assert (next_due(api, lead), next_due(api, other)) == (None, "2026-02-28T10:00:00+00:00")
    assert [one["id"] for one in api.data("GET", "/api/lead?filter=next_due%3C=2026-02-28")] == [other]
    merged = api.post(f"/api/lead/{lead}/merge", json={"ids": [other]})
    assert next_due(api, lead) == "2026-02-28T10:00:00+00:00"
    api.data("POST", f"/api/operation/{merged.headers['X-Operation']}/undo")
    assert (next_due(api, lead), next_due(api, other)) == (None, "2026-02-28T10:00:00+00:00")
    gone = api.delete(f"/api/lead/{other}")
    api.data("POST", f"/api/operation/{gone.headers['X-Operation']}/undo")
    assert next_due(api, other) == "2026-02-28T10:00:00+00:00"
    api.data("PUT", f"/api/lead/{other}", {"next_due": None, "name": "Eva Sá"})
    assert next_due(api, other) == "2026-02-28T10:00:00+00:00"
