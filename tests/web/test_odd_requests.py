"""Requests that no page makes: they are refused, or answered as if what is odd were not there, and are never our fault."""

import re

import pytest

from tests.support.client import Client
from tests.support.visiting import Visitor, new_leads

each = pytest.mark.parametrize

NO_TEXT = ("%FF", "%ED%A0%80", "a%00b")


@each("value", NO_TEXT)
@each(
    "path",
    [
        "/leads/new?name={}&back={}",
        "/lead-audience-lists/new?lead_id={}",
        "/notes/new?back={}",
        "/bin?resource={}",
        "/duplicates?dismissed={}",
        "/dashboard?owner={}",
        "/today?who=all&list=later&after=1~{}",
    ],
)
def test_what_nobody_can_type_is_not_in_a_form(owner: Visitor, path: str, value: str) -> None:
    owner.page(path.replace("{}", value))


@each("value", NO_TEXT)
def test_what_nobody_can_type_is_no_address_to_go_on_to(nobody: Client, value: str) -> None:
    assert nobody.get(f"/sign-in?next={value}").status_code == 200
    assert nobody.get(f"/sign-in?language=pt&next={value}").headers["location"] == "/sign-in"


def test_an_origin_that_is_none_is_another_one(owner: Visitor) -> None:
    found = re.search(r'_token" value="(\w+)"', owner.page("/leads"))
    assert found
    answer = owner.post("/settings/sign-out", data={"_token": found[1]}, headers={"Origin": "http://["})
    assert answer.status_code == 403


def test_a_page_before_that_is_none_is_not_gone_back_to(owner: Visitor, api: Client) -> None:
    new_leads(api, 1)
    found = re.search(r'_token" value="(\w+)"', owner.page("/leads"))
    assert found
    answer = owner.post("/undo/1", data={"_token": found[1]}, headers={"Referer": "http://["})
    assert answer.status_code == 303


@each("digits", ["9" * 30, "9" * 5_000])
def test_no_number_is_too_long(owner: Visitor, member: Visitor, digits: str) -> None:
    for path, fields in (
        ("/leads", [("city_id", digits), ("email.email", "no address")]),
        ("/lead-audience-lists", [("lead_id", digits)]),
        ("/notes", [("lead_id", digits)]),
    ):
        assert owner.form(path, fields).status_code == 422, path
    for one in {*re.findall(r"/settings/users/(\d+)", owner.page("/settings/users"))}:
        answer = owner.form(
            f"/settings/users/{one}/remove", [("typed", member.email), ("heir", digits)], "/settings/users"
        )
        assert answer.status_code in (404, 422)


@each("ids", ["", "7", "7-7-7"])
def test_fewer_than_two_leads_were_never_said_to_be_different(owner: Visitor, ids: str) -> None:
    answer = owner.form("/duplicates/restore", [("ids", ids)])
    assert (answer.status_code, answer.headers["location"]) == (303, "/duplicates")


@each("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@each("due", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00"])
def test_the_ends_of_time_are_shown_on_any_clock(owner: Visitor, api: Client, zone: str, due: str) -> None:
    new_leads(api, 1)
    lead = api.get("/api/lead").json()["data"][0]["id"]
    api.put("/api/account", json={"zone": zone})
    task = api.new("task", {"lead_id": lead, "text": "Call", "due": due})
    for path in (f"/leads/{lead}", f"/tasks/{task}", f"/tasks/{task}/edit", "/leads?columns=next_due"):
        owner.page(path)


def test_a_reader_leaves_the_order_of_what_all_see(owner: Visitor, reader: Visitor) -> None:
    for name in ("First", "Second"):
        owner.form("/leads/views", [("name", name), ("query", "q=a"), ("shared", "1")])
    page = reader.page("/leads/views")
    assert 'value="up"' not in page
    assert "/leads/views/" not in page
    _, second = dict.fromkeys(re.findall(r'action="(/leads/views/\d+)"', owner.page("/leads/views")))
    assert reader.form(second, [("do", "up")]).status_code == 403
    assert owner.page("/leads/views").index('value="First"') < owner.page("/leads/views").index(
        'value="Second"'
    )
    assert owner.form(second, [("do", "up")]).status_code == 303
    assert owner.page("/leads/views").index('value="First"') > owner.page("/leads/views").index(
        'value="Second"'
    )


@each(
    "method, path, status",
    [
        ("GET", "/nothing", 404),
        ("GET", "/leads/1/nothing", 404),
        ("POST", "/nothing", 404),
        ("POST", "/leads/new", 405),
        ("POST", "/settings/look/nothing", 404),
        ("POST", "/leads/1/history", 405),
    ],
)
def test_where_there_is_no_page_one_is_still_in_the_app(
    method: str, path: str, status: int, owner: Visitor, nobody: Client
) -> None:
    browser = {"Accept": "text/html"}
    answer = owner.request(method, path, headers=browser)
    assert answer.status_code == status
    assert 'href="/leads"' in answer.text
    assert 'id="nav"' in answer.text
    assert answer.headers.get("allow") == ("GET, HEAD" if status == 405 else None)
    outside = nobody.request(method, path, headers=browser)
    assert outside.status_code == status
    assert 'id="nav"' not in outside.text
    asked = owner.request(method, path)
    assert asked.headers["content-type"].startswith("application/json")  # no browser asks


def test_who_may_not_is_told_so_in_the_app(owner: Visitor, reader: Visitor) -> None:
    page = reader.page("/leads/new", 403)
    assert 'id="nav"' in page
    assert owner.email in page
