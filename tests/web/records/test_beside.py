"""The history of a lead tells of its notes and follow-ups."""

import pytest

from tests.support.clerk import Clerk, text_of
from tests.support.client import Client


def past(clerk: Clerk, path: str) -> str:
    return text_of(clerk.page(path)).partition(" History ")[2]


def test_notes_and_follow_ups_are_told_in_their_order(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    note = owner.made("/notes", {"lead_id": str(lead), "text": "Wants an offer\nby Friday"})
    task = owner.made("/tasks", {"lead_id": str(lead), "text": "Send it"})
    owner.fill(f"/tasks/{task}", {"done": "true"})
    owner.fill(f"/leads/{lead}", {"source": "Fair"})
    owner.fill(f"/tasks/{task}", {"done": "false"})
    owner.fill(f"/tasks/{task}", {"text": "Send it soon"})
    owner.fill(f"/notes/{note}", {"text": "Wants no offer"})
    told = [
        "Owner edited a note Wants no offer",
        "Owner changed a follow-up Send it soon",
        "Owner reopened a follow-up Send it soon",
        "Owner set source: Fair",
        "Owner completed a follow-up Send it soon",
        "Owner added a follow-up Send it soon",
        "Owner added a note Wants no offer",
        "Owner created the record",
    ]
    for path in (f"/leads/{lead}", f"/leads/{lead}/history"):
        shown = past(owner, path) or text_of(owner.page(path))
        places = [shown.find(one) for one in told]
        assert -1 not in places
        assert places == sorted(places)
    assert "Created by Owner" in text_of(owner.page(f"/leads/{lead}"))


def test_what_was_done_to_a_note_is_undone_from_there(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    made = owner.fill("/notes", {"lead_id": str(lead), "text": "Wants an offer"})
    operation = owner.page(f"/leads/{lead}").partition('action="/undo/')[2].partition('"')[0]
    owner.fill(f"/undo/{operation}", {"few": "1", "back": f"/leads/{lead}"})
    assert "Wants an offer" not in past(owner, f"/leads/{lead}")
    assert made.status_code == 303


def test_many_are_told_page_by_page_and_none_twice(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for number in range(15):
        api.new("note", {"lead_id": lead, "text": f"Text {number:02}"})
        if number == 3:
            api.data("PATCH", f"/api/lead/{lead}", {"name": "Ana Sá"})
    path, found, pages = f"/leads/{lead}", "", 0
    while path:
        page = owner.page(path)
        found += past(owner, path) or text_of(page)
        more = page.partition(f'href="/leads/{lead}/history?before=')[2].partition('"')[0]
        path, pages = f"/leads/{lead}/history?before={more}" if more else "", pages + 1
    assert pages == 2
    assert [found.count(f"added a note Text {number:02}") for number in range(15)] == [1] * 15
    assert found.count("changed name") == 1
    assert found.count("created the record") == 1


def test_a_lead_into_which_another_one_went_tells_it_once(owner: Clerk, api: Client) -> None:
    first = api.new("lead", {"name": "Ana"})
    second = api.new("lead", {"name": "Ana", "source": "Fair"})
    api.new("note", {"lead_id": second, "text": "Of the second"})
    api.data("POST", f"/api/lead/{first}/merge", {"ids": [second]})
    shown = past(owner, f"/leads/{first}")
    assert f"merged Ana (no. {second}) into this lead" in shown
    assert "brought a note here" not in shown
    assert shown.count("added a note Of the second") == 1


def test_a_note_that_moves_is_told_as_that(owner: Clerk, api: Client) -> None:
    first, second = (api.new("lead", {"name": "Ana"}) for _ in range(2))
    note = owner.made("/notes", {"lead_id": str(first), "text": "Of the second"})
    owner.fill(f"/notes/{note}", {"lead_id": str(second)})
    assert "Owner brought a note here Of the second" in past(owner, f"/leads/{second}")
    assert "Of the second" not in past(owner, f"/leads/{first}")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["noted a meeting", "noted an email", "noted a call", "added a note"]),
        ("pt", ["registou uma reunião", "registou um email", "registou uma chamada", "acrescentou uma nota"]),
    ],
)
def test_a_call_is_told_as_a_call(owner: Clerk, api: Client, language: str, told: list[str]) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for kind in ("note", "call", "email", "meeting"):
        api.new("note", {"lead_id": lead, "text": f"Of {kind}", "kind": kind})
    owner.headers["accept-language"] = language
    shown = past(owner, f"/leads/{lead}/history") or text_of(owner.page(f"/leads/{lead}/history"))
    places = [shown.find(one) for one in told]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("language", "gone", "back"),
    [
        ("en", "Owner moved it to the bin", "restored it from the bin"),
        ("pt", "Owner moveu o registo para a reciclagem", "retirou o registo da reciclagem"),
    ],
)
def test_the_history_of_a_list_gives_it_no_gender(
    owner: Clerk, api: Client, language: str, gone: str, back: str
) -> None:
    fair = api.new("audience_list", {"name": "Fair"})
    owner.fill(f"/audience-lists/{fair}/delete")
    (entry,) = api.data("GET", "/api/bin")
    owner.fill("/bin/restore", {"id": str(entry["id"])})
    owner.headers["accept-language"] = language
    shown = text_of(owner.page(f"/audience-lists/{fair}/history"))
    assert gone in shown
    assert back in shown
