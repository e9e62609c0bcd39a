"""The page of one record: what it shows, who may see it, and what it lets do."""

import html
import re

import pytest

from closum.resources import RESOURCES
from tests.support.clerk import BEATRIZ, Clerk, hidden, text_of
from tests.support.client import Client

HOSTILE = "\"><script>alert(1)</script>{{7*7}}'`"


def test_a_lead_shows_how_it_is_reached_in_words(owner: Clerk) -> None:
    shown = owner.page(f"/leads/{owner.made('/leads', BEATRIZ)}")
    assert 'href="mailto:beatriz@example.pt"' in shown
    assert 'href="tel:+351961000213"' in shown
    assert 'href="/leads?filter=city_id%3D1"' in shown
    assert "+351 961 000 213 Valid Portugal" in text_of(shown)
    assert "Created by Owner" in text_of(shown)


def test_a_number_that_is_not_valid_says_so(owner: Clerk) -> None:
    lead = owner.made("/leads", {**BEATRIZ, "phone.number": "935 000 41"})
    assert "Not valid" in text_of(owner.page(f"/leads/{lead}"))


def test_a_shared_address_leads_to_the_others(owner: Clerk) -> None:
    first = owner.made("/leads", BEATRIZ)
    owner.made("/leads", {**BEATRIZ, "name": "Bea"})
    shown = owner.page(f"/leads/{first}")
    assert "Also shown by 1 lead" in text_of(shown)
    assert 'href="/leads?filter=email.id%3D1"' in shown
    assert "Both leads that show it change with it." in text_of(owner.page("/emails/1"))


def test_a_shared_address_says_which_kind_of_record_shows_it_too(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana", "email.email": "ana@example.com"})
    for name in ("Rui", "Eva"):
        other = owner.made("/unqualified-leads", {"name": name, "email.email": "ana@example.com"})
    shown = owner.page(f"/leads/{lead}")
    assert "Also shown by 2 unqualified leads" in text_of(shown)
    assert 'href="/unqualified-leads?filter=email.id%3D1"' in shown
    shown = owner.page(f"/unqualified-leads/{other}")
    assert "Also shown by 1 lead and 1 unqualified lead" in text_of(shown)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "No stage and no owner."), ("pt", "Sem fase nem responsável.")]
)
def test_a_reader_of_a_lead_that_lost_its_stage_reads_that_it_has_none(
    owner: Clerk, reader: Clerk, api: Client, language: str, told: str
) -> None:
    lead = owner.made("/leads", {"name": "Ana", "contact_lifecycle_stage_id": "3"})
    reader.headers["accept-language"] = language
    assert told not in text_of(reader.page(f"/leads/{lead}"))
    api.data("PATCH", f"/api/lead/{lead}", {"contact_lifecycle_stage_id": None})
    assert told in text_of(reader.page(f"/leads/{lead}"))
    assert told not in text_of(owner.page(f"/leads/{lead}"))


def test_a_lead_that_looks_like_another_one_says_so(owner: Clerk) -> None:
    first = owner.made("/leads", {"name": "Beatriz Lobo"})
    second = owner.made("/leads", {"name": "beatriz lobo"})
    assert f'href="/duplicates/{first}-{second}?of={second}"' in owner.page(f"/leads/{second}")


def test_notes_follow_ups_lists_and_consents_are_on_the_page_of_their_lead(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    back = f"/leads/{lead}"
    of_lead = {"lead_id": str(lead), "back": back}
    owner.fill("/notes", {**of_lead, "kind": "call", "text": "Wants an offer"})
    owner.fill("/tasks", {**of_lead, "text": "Send it", "due.day": "2020-01-31", "due.time": "10:00"})
    fair = owner.made("/audience-lists", {"name": "Fair"})
    owner.fill("/lead-audience-lists", {**of_lead, "audience_list_id": str(fair)})
    owner.fill("/consents", {**of_lead, "channel": "email", "state": "given"})
    shown = text_of(owner.page(back))
    for text in ("Wants an offer", "Send it", "31 Jan 2020, 10:00", "Overdue", "Fair", "Email Given"):
        assert text in shown
    assert "Ana" in text_of(owner.page(f"/audience-lists/{fair}"))
    assert "Wants an offer" in text_of(owner.page(f"{back}/notes"))


def test_a_stage_is_changed_on_the_page_and_its_stays_are_shown(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    sent = owner.fill(f"/leads/{lead}", {"contact_lifecycle_stage_id": "3", "back": f"/leads/{lead}?at=1"})
    assert sent.headers["location"] == f"/leads/{lead}?at=1"
    assert "Stages so far" in text_of(owner.page(f"/leads/{lead}"))


def test_a_task_is_ticked_and_opened_again(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    task = owner.made("/tasks", {"lead_id": str(lead), "text": "Call"})
    owner.fill(f"/tasks/{task}", {"done": "true"})
    assert "Open again: Call" in owner.page(f"/leads/{lead}")
    owner.fill(f"/tasks/{task}", {"done": "false"})
    assert "Done: Call" in owner.page(f"/leads/{lead}")


def test_only_the_author_changes_a_note(owner: Clerk, reader: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.made("/notes", {"lead_id": str(lead), "text": "Mine"})
    assert "/notes/1/edit" in owner.page(f"/leads/{lead}")
    assert "/notes/1/edit" not in reader.page(f"/leads/{lead}")


def test_a_record_knows_its_place_in_the_list(owner: Clerk) -> None:
    for name in ("Ana", "Bea", "Carla"):
        owner.made("/leads", {"name": name})
    shown = owner.page("/leads/2?sort=name&at=2")
    assert "2 of 3" in text_of(shown)
    assert 'href="/leads/1?sort=name&amp;at=1"' in shown
    assert 'href="/leads/3?sort=name&amp;at=3&amp;from=2"' in shown
    assert 'href="/leads?sort=name' in shown


WITHOUT = "filter=contact_lifecycle_stage_id%3D"


def beside(page: str, which: str) -> str:
    """The address of the record before or behind one, "" where there is none."""
    found = re.search(rf'href="([^"]*)" rel="{which}"', page)
    return html.unescape(found[1]) if found else ""


def test_one_goes_back_to_a_lead_that_has_left_the_list(owner: Clerk) -> None:
    for name in ("Ana", "Bea", "Carla", "Dora"):
        owner.made("/leads", {"name": name})
    path = f"/leads/2?{WITHOUT}&sort=name&at=2"
    for number, following in ((2, 3), (3, 4)):
        shown = owner.page(path)
        assert f"2 of {6 - number}" in text_of(shown)
        sent = {"contact_lifecycle_stage_id": "3", "next": "1", "was": ""}
        path = owner.fill(path.replace(f"/{number}?", f"/{number}/call?"), sent).headers["location"]
        assert path.startswith(f"/leads/{following}?")
    last = owner.page(path)
    assert "2 of 2" in text_of(last)
    back = beside(last, "prev")
    left = owner.page(back)
    assert back.startswith("/leads/3?")
    assert "No longer in this list" in text_of(left)
    assert beside(left, "prev").startswith("/leads/2?")
    assert beside(left, "next").startswith(f"/leads/4?{WITHOUT}&sort=name&at=")
    assert beside(owner.page(beside(left, "prev")), "prev").startswith("/leads/1?")


def test_who_deletes_a_lead_of_a_list_goes_on_to_the_next_one(owner: Clerk) -> None:
    for name in ("Ana", "Bea"):
        owner.made("/leads", {"name": name})
    for number, name, where in ((1, "Ana", "/leads/2?sort=name&at=1"), (2, "Bea", "/leads?sort=name")):
        shown = owner.page(f"/leads/{number}?sort=name&at=1")
        form = shown.partition(f'action="/leads/{number}/delete"')[2].partition("</form>")[0]
        assert hidden(form)["back"] == where
        went = owner.fill(f"/leads/{number}/delete", {"back": hidden(form)["back"]})
        assert went.headers["location"] == where
        assert f"{name} moved to the bin." in text_of(owner.page(where))


def test_nothing_of_a_record_is_markup(owner: Clerk) -> None:
    data = {
        "custom_data.rows": "1",
        "custom_data.row": "0",
        "custom_data.0.name": HOSTILE,
        "custom_data.0.value": HOSTILE,
        "custom_data.0.kind": "text",
        "custom_data.0.was": "",
    }
    lead = owner.made("/leads", {"name": HOSTILE, "source": HOSTILE, **data})
    owner.made("/notes", {"lead_id": str(lead), "text": HOSTILE})
    owner.fill(f"/leads/{lead}", {"name": f"{HOSTILE}2"})
    paths = (
        f"/leads/{lead}",
        f"/leads/{lead}/edit",
        f"/leads/{lead}/data",
        f"/leads/{lead}/history",
        "/notes/1",
    )
    for path in (*paths, f"/leads/{lead}/merge?q={HOSTILE}", "/undo/1"):
        shown = owner.page(path)
        assert "<script>alert" not in shown
    assert f"{HOSTILE}2" in html.unescape(owner.page(f"/leads/{lead}"))


def test_a_record_of_another_account_is_not_there(owner: Clerk, stranger: Clerk) -> None:
    lead = owner.made("/leads", {**BEATRIZ, "name": "Secret"})
    owner.made("/notes", {"lead_id": str(lead), "text": "Secret"})
    for path in ("", "/edit", "/data", "/history", "/merge", "/notes", "/tasks", "/consents"):
        assert "Secret" not in stranger.page(f"/leads/{lead}{path}", 404)
    for path in ("/notes/1", "/emails/1", "/phones/1", "/undo/1", "/jobs/undo-1", "/jobs/x"):
        stranger.page(path, 404)
    for path in ("", "/data", "/delete"):
        stranger.fill(f"/leads/{lead}{path}", {"name": "Taken", "text": "{}"}, 404)
    stranger.fill("/notes", {"lead_id": str(lead), "text": "In"}, 422)
    stranger.fill("/undo/1", {}, 404)
    assert "Secret" in owner.page(f"/leads/{lead}")


def test_a_reader_sees_no_way_to_change_and_has_none(owner: Clerk, reader: Clerk) -> None:
    lead = owner.made("/leads", BEATRIZ)
    owner.made("/notes", {"lead_id": str(lead), "text": "Read this"})
    shown = reader.page(f"/leads/{lead}")
    main = shown[shown.index("<main") :]
    assert "Read this" in main
    assert 'method="post"' not in main
    assert "/edit" not in main
    forms = ("/leads", f"/leads/{lead}", f"/leads/{lead}/data", f"/leads/{lead}/delete")
    for path in (*forms, "/notes", "/undo/1", "/undo/1/choice"):
        reader.fill(path, {"name": "No", "text": "{}"}, 403)
    for path in ("/leads/new", f"/leads/{lead}/edit", f"/leads/{lead}/merge"):
        reader.page(path, 403)


def test_a_form_without_the_token_of_the_session_does_nothing(owner: Clerk, stranger: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    token = hidden(stranger.page("/leads/new"))["_token"]
    for fields in ({}, {"_token": ""}, {"_token": token}):
        assert owner.post(f"/leads/{lead}", data={"name": "No", **fields}).status_code == 403
    assert "Ana" in owner.page(f"/leads/{lead}")


@pytest.mark.parametrize("view", [one for one in RESOURCES if not one.shared], ids=lambda one: one.name)
def test_what_is_not_there_says_where_to_look(owner: Clerk, view: object) -> None:
    path = f"/{view.plural.replace('_', '-')}/999"  # type: ignore[attr-defined]
    shown = owner.page(path, 404)
    assert 'href="/bin"' in shown


def test_the_way_back_has_the_name_of_the_view(owner: Clerk) -> None:
    owner.made("/leads", {"name": "Ana"})
    assert "Without phone" in text_of(owner.page("/leads/1?filter=phone%3D&at=1"))


def test_a_record_that_never_was_is_told_like_an_address_that_never_was(owner: Clerk) -> None:
    owner.headers["accept"] = "text/html"
    record, address = (owner.page(path, 404) for path in ("/leads/999999", "/nothing"))
    heading = "<h1>There is nothing at this address</h1>"
    assert heading in record
    assert heading in address
