"""The pages of an undo say which records stay, because of what, and offer to delete them."""

from tests.support.clerk import Clerk, text_of
from tests.support.client import Client
from tests.support.visiting import text


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
    sent = owner.fill(f"/leads/{lead}/delete", {"back": path})
    assert sent.headers["location"] == path
    page = owner.page(path)
    assert "1 lead moved to the bin." in text_of(page)
    assert _card(page) == ""
    owner.page(f"/leads/{lead}", 404)


def test_it_says_all_that_was_added_and_changed(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    for note in ("Wants an offer", "Called"):
        owner.made("/notes", {"lead_id": str(lead), "text": note})
    owner.made("/tasks", {"lead_id": str(lead), "text": "Call", "due": "2026-01-31"})
    listed = owner.made("/audience-lists", {"name": "Fair"})
    owner.made("/lead-audience-lists", {"lead_id": str(lead), "audience_list_id": str(listed)})
    path = _undone(owner, api, lead)
    assert "stays because of 1 place on a list, 2 notes, 1 follow-up" in text(_card(owner.page(path)))
    owner.fill(f"/leads/{lead}", {"name": "Eva"})
    assert "changed since: Name · stays because of 1 place on a list" in text(_card(owner.page(path)))
    owner.headers["accept-language"] = "pt"
    shown = text(_card(owner.page(path)))
    assert "Ficam: 1 lead" in shown
    assert "fica por causa de 1 entrada numa lista, 2 notas, 1 tarefa" in shown


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
    assert "Undone. Removed: 1 lead." in text_of(page)
    assert f'<a href="/leads/{ana}">Ana</a>' in _card(page)
    assert "/leads?q=a" in page
    owner.page(f"/leads/{eva}", 404)
