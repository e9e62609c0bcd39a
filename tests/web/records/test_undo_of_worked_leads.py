"""The pages of an undo say which records stay, because of what, and offer to delete them."""

import re

from closum.operations import undoing
from closum.web import left
from tests.support.clerk import Clerk, text_of
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.visiting import cells, text
from tests.web.records.test_jobs import many


def _undone(owner: Clerk, api: Client, lead: int, back: str = "/leads") -> str:
    """Where the undo of what made a lead leads to."""
    made = api.data("GET", f"/api/lead/{lead}/history")[-1]["operation"]
    return owner.fill(f"/undo/{made}", {"few": "1", "back": back}).headers["location"]


def _card(page: str) -> str:
    """What it says of records that stay."""
    return page.partition('aria-labelledby="stays"')[2].partition("</section>")[0]


def test_a_new_lead_with_a_note_stays_and_can_be_deleted(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana", "email.email": "ana@example.pt"})
    owner.made("/notes", {"lead_id": str(lead), "text": "Wants an offer"})
    path = _undone(owner, api, lead)
    assert path.startswith("/undo/")
    page = owner.page(path)
    assert text(_card(page)).startswith("> Kept: 1 lead Somebody has worked on this since, so it stays.")
    assert f'<a href="/leads/{lead}">Ana</a><small>stays because of 1 note</small>' in page
    assert "nothing left" not in page
    assert "another record shows it" not in page  # which is the lead that stays
    (undo,) = re.findall(r'name="undo" value="([0-9]+)"', _card(page))
    sent = owner.fill(f"/leads/{lead}/delete", {"back": path, "undo": undo})
    assert sent.headers["location"] == path
    page = owner.page(path)
    assert "Ana moved to the bin." in text_of(page)
    assert "All that it did is gone: it was deleted since." in text_of(page)
    assert (_card(page), "ana@example.pt" in page) == ("", False)
    owner.page(f"/leads/{lead}", 404)
    assert [row[0::3] for row in cells(owner.page("/settings/audit")) if "Ana" in row[0]] == [
        ["Moved Ana to the bin.", "Undo"],
        ["Ana : added a note.", ""],
        ["Created Ana .", ""],
    ]


def test_it_says_all_that_was_added_and_changed(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    for note in ("Wants an offer", "Called"):
        owner.made("/notes", {"lead_id": str(lead), "text": note})
    owner.made("/tasks", {"lead_id": str(lead), "text": "Call", "due": "2026-01-31"})
    listed = owner.made("/audience-lists", {"name": "Fair"})
    owner.made("/lead-audience-lists", {"lead_id": str(lead), "audience_list_id": str(listed)})
    path = _undone(owner, api, lead)
    assert "stays because of 1 place on a list, 2 notes and 1 follow-up" in text(_card(owner.page(path)))
    owner.fill(f"/leads/{lead}", {"name": "Eva"})
    assert "changed since: Name stays because of 1 place on a list" in text(_card(owner.page(path)))
    owner.headers["accept-language"] = "pt"
    shown = text(_card(owner.page(path)))
    assert "Fica: 1 lead" in shown
    assert "fica por causa de 1 entrada numa lista, 2 notas e 1 tarefa" in shown


def test_a_new_lead_that_was_changed_since_says_so(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}", {"name": "Eva"})
    page = owner.page(_undone(owner, api, lead))
    assert f'<a href="/leads/{lead}">Eva</a><small>changed since: Name</small>' in page
    assert "nothing left" not in page


def test_what_is_undone_beside_it_is_said_too(owner: Clerk, api: Client) -> None:
    items = [{"action": "create", "data": {"name": name}} for name in ("Ana", "Eva")]
    answer = api.post("/api/lead/batch", json={"items": items})
    ana, eva = (one["body"]["data"]["id"] for one in answer.json()["data"])
    owner.made("/notes", {"lead_id": str(ana), "text": "Wants an offer"})
    sent = owner.fill(f"/undo/{answer.headers['X-Operation']}", {"back": "/leads?q=a"})
    page = owner.page(sent.headers["location"])
    assert "Undone. Moved Eva to the bin." in text_of(page)
    assert "The rest is undone." in text_of(page)
    assert "<h1>Undone, but 1 lead stays</h1>" in page
    assert f'<a href="/leads/{ana}">Ana</a>' in _card(page)
    assert "/leads?q=a" in page
    owner.page(f"/leads/{eva}", 404)


def test_the_page_of_the_work_says_how_many_stay_and_names_the_first(
    server: Server, owner: Clerk, api: Client
) -> None:
    operation = many(server, owner, undoing.AT_ONCE + 1)
    last = left.MOST + 1
    items = [{"action": "patch", "id": one, "data": {"name": f"Known {one}"}} for one in range(1, last + 1)]
    assert api.post("/api/lead/batch", json={"items": items}).status_code == 200
    owner.made("/notes", {"lead_id": "3000", "text": "Wants an offer"})
    page = owner.fill(f"/undo/{operation}", {"back": "/leads"}).headers["location"]
    wait_until(lambda: "Kept:" in text(_card(owner.page(page))))
    card = _card(owner.page(page))
    assert text(card).startswith(f"> Kept: {last + 1} leads")
    assert '<a href="/leads/3000">Lead 2999</a><small>stays because of 1 note</small>' in card
    assert f"Known {last} changed since: Name" in text(card)
    assert card.count("<li>") == left.MOST + 1
    assert "and 2 more" in text(card)
    assert "stay as they are" not in owner.page(page)


def test_the_page_of_the_work_forgets_what_was_deleted(server: Server, owner: Clerk) -> None:
    operation = many(server, owner, undoing.AT_ONCE + 1)
    for lead in ("7", "8"):
        owner.made("/notes", {"lead_id": lead, "text": "Wants an offer"})
    page = owner.fill(f"/undo/{operation}", {"back": "/leads"}).headers["location"]
    wait_until(lambda: "Kept: 2 leads" in text(_card(owner.page(page))))
    assert owner.fill("/leads/7/delete", {"back": page}).headers["location"] == page
    card = _card(owner.page(page))
    assert "Kept: 1 lead " in text(card)
    assert 'href="/leads/7"' not in card
    assert 'href="/leads/8"' in card
