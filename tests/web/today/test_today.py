"""What a day begins with: follow-ups that are due, leads without an owner, and what others have changed."""

import datetime as dt
import re
from typing import Any

import pytest

from tests.conftest import sign_up
from tests.support.client import Client
from tests.support.pages import Pages, colleague, pages_of, texts
from tests.support.server import Server

NOW = dt.datetime.now(dt.UTC)
PAST, FAR = "2020-01-31T10:00:00+00:00", "2999-01-31T10:00:00+00:00"
SOON = (NOW + dt.timedelta(days=3)).isoformat(timespec="seconds")


def task(api: Client, text: str, due: str | None = PAST, **more: Any) -> int:
    lead = api.new("lead", {"name": f"Lead of {text}", "phone": {"number": "+351 912 345 678"}})
    return api.new("task", {"lead_id": lead, "text": text, "due": due, **more})


def sections(page: str) -> dict[str, str]:
    """The text of each card, by its heading."""
    found = re.findall(
        r'<section class="card[^"]*" aria-labelledby="t-(\w+)">(.*?)</section>', page, re.DOTALL
    )
    return {name: texts(f"<main{text}") for name, text in found}


def test_follow_ups_are_listed_by_when_they_are_due(pages: Pages, api: Client) -> None:
    task(api, "Late call")
    task(api, "Next call", SOON)
    task(api, "Far call", FAR)
    task(api, "Some day", None)
    task(api, "Done call", done=True)
    found = sections(pages.shown("/today"))
    assert "Late call" in found["overdue"]
    assert "Next call" in found["week"]
    assert not {"Far call", "Some day", "Done call"} & {
        one for text in found.values() for one in text.split("\n")
    }
    assert 'href="tel:+351912345678"' in pages.shown("/today")
    later = sections(pages.shown("/today?list=later"))["later"]
    assert later.index("Next call") < later.index("Far call")
    assert "Some day" in sections(pages.shown("/today?list=untimed"))["untimed"]


def test_a_day_without_anything_says_so(pages: Pages) -> None:
    page = texts(pages.shown("/today"))
    assert "Nothing is due." in page
    assert "From your next visit on" in page


def test_whose_they_are_is_chosen(pages: Pages, api: Client, server: Server) -> None:
    task(api, "Mine")
    with sign_up(server, api.account) as rui:
        task(rui, "Theirs")
    mine, everybody = (sections(pages.shown(f"/today{who}"))["overdue"] for who in ("", "?who=all"))
    assert "Theirs" not in mine
    assert "Mine" in mine
    assert "Mine" in everybody
    assert "Theirs" in everybody


@pytest.mark.parametrize(
    "query",
    ["who=x", "who=-1", "list=x", "after=x", "after=9~", "after=1%7E%00", "who=²", "list=later&after=~"],
)
def test_an_odd_address_is_no_fault_of_the_server(pages: Pages, query: str) -> None:
    assert pages.get(f"/today?{query}").status_code in (200, 404)


def test_a_list_goes_on(pages: Pages, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for number in range(51):
        api.new("task", {"lead_id": lead, "text": f"Call {number}", "due": PAST})
    first = pages.shown("/today?list=overdue")
    assert first.count('class="button only tick"') == 50
    (following,) = re.findall(r'href="(/today\?[^"]*after[^"]*)" rel="next"', first)
    second = pages.shown(following.replace("&amp;", "&"))
    assert second.count('class="button only tick"') == 1
    assert "Call 50" in second


def test_done_can_be_undone(pages: Pages, api: Client) -> None:
    one = task(api, "Call")
    answer = pages.submit(f"/today/tasks/{one}", {"do": "done", "back": "/today?who=all"})
    assert answer.headers["location"] == "/today?who=all"
    assert api.get(f"/api/task/{one}").json()["data"]["done"]
    page = pages.shown("/today")
    (undo,) = re.findall(r'action="(/undo/\d+)"', page)
    pages.submit(undo)
    assert "Call" in sections(pages.shown("/today"))["overdue"]


@pytest.mark.parametrize("days", [1, 3, 7])
def test_a_follow_up_is_moved(pages: Pages, api: Client, days: int) -> None:
    one = task(api, "Call")
    pages.submit(f"/today/tasks/{one}", {"do": str(days)})
    assert api.get(f"/api/task/{one}").json()["data"]["due"] > NOW.isoformat()
    assert "Call" in sections(pages.shown("/today"))["week"]


def test_a_lead_is_taken_and_given_back(pages: Pages, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    assert "Ana" in sections(pages.shown("/today"))["unowned"]
    pages.submit(f"/today/leads/{lead}")
    page = pages.shown("/today")
    assert "unowned" not in sections(page)
    (undo,) = re.findall(r'action="(/undo/\d+)"', page)
    pages.submit(undo)
    assert "Ana" in sections(pages.shown("/today"))["unowned"]


def test_a_lead_that_somebody_has_is_not_taken(pages: Pages, api: Client, server: Server) -> None:
    with sign_up(server, api.account) as rui, pages_of(server, rui.email) as theirs:
        lead = api.new("lead", {"name": "Ana"})
        theirs.submit(f"/today/leads/{lead}")
        pages.submit(f"/today/leads/{lead}")
        assert "Somebody else looks after this lead already." in texts(pages.shown("/today"))


def test_a_reader_only_reads(pages: Pages, api: Client, server: Server) -> None:
    one = task(api, "Call")
    with colleague(server, api, "reader") as reader:
        page = reader.shown("/today?who=all")
        assert "Call" in page
        assert 'action="/today/' not in page.replace('action="/today/seen"', "")
        reader.submit(f"/today/tasks/{one}", {"do": "done"}, 403)
        reader.submit("/today/leads/1", {}, 403)
    assert not api.get(f"/api/task/{one}").json()["data"]["done"]


def test_what_others_have_changed_is_told_until_it_is_seen(pages: Pages, api: Client, server: Server) -> None:
    pages.shown("/today")
    api.new("lead", {"name": "My own"})
    with sign_up(server, api.account) as rui:
        lead = rui.new("lead", {"name": "Ana Silva", "email": {"email": "ana@example.com"}})
        rui.new("note", {"lead_id": lead, "text": "Called", "kind": "call"})
    told = sections(pages.shown("/today"))["news"]
    assert "Ana Silva : new, note" in told
    assert "My own" not in told
    page = pages.shown("/today")
    (until,) = re.findall(r'name="until" value="([\w-]+)"', page)
    pages.submit("/today/seen", {"until": until})
    assert "Nobody else has changed anything since " in sections(pages.shown("/today"))["news"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/today/tasks/{task}", {"do": "x"}), ("/today/tasks/{task}", {}), ("/today/seen", {"until": "x"})],
)
def test_a_form_that_means_nothing_is_refused(
    pages: Pages, api: Client, path: str, fields: dict[str, str]
) -> None:
    pages.submit(path.format(task=task(api, "Call")), fields, 404)


def test_what_is_of_another_account_is_not_there(pages: Pages, other_pages: Pages, api: Client) -> None:
    one = task(api, "Call")
    lead = api.get(f"/api/task/{one}").json()["data"]["lead_id"]
    other_pages.submit(f"/today/tasks/{one}", {"do": "done"}, 404)
    other_pages.submit(f"/today/leads/{lead}", {}, 404)
    assert "Call" not in other_pages.shown("/today?who=all")


def test_each_kind_of_change_is_told(pages: Pages, api: Client, server: Server) -> None:
    ids = [
        api.new("lead", {"name": f"Lead {one}", "email": {"email": f"l{one}@example.com"}})
        for one in range(4)
    ]
    pages.shown("/today")
    with sign_up(server, api.account) as rui:
        rui.delete(f"/api/lead/{ids[0]}").raise_for_status()
        rui.put(
            f"/api/lead/{ids[1]}", json={"name": "Ana", "email": {"email": "new@example.com"}}
        ).raise_for_status()
        merged = rui.post(f"/api/lead/{ids[2]}/merge", json={"ids": [ids[3]], "properties": {}})
        merged.raise_for_status()
        task(rui, "Call")
    told = sections(pages.shown("/today"))["news"]
    for text in (
        "Lead 0 : moved to the bin",
        "Ana : changed (name, email)",
        "Lead 3 : merged",
        "Lead of Call : new, follow-up",
    ):
        assert text in told


def test_what_is_not_told_is_counted(pages: Pages, api: Client, server: Server) -> None:
    pages.shown("/today")
    with sign_up(server, api.account) as rui:
        for one in range(22):
            rui.new("lead", {"name": f"Lead {one}"})
        assert "and 2 more" in sections(pages.shown("/today"))["news"]
        for one in range(200):
            rui.new("note", {"lead_id": 1, "text": f"Note {one}"})
    assert "and 1+ more" in sections(pages.shown("/today"))["news"]
