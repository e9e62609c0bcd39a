"""What the undo of an import has left comes to an end: once the last of it is gone, all of the import is undone."""

import re

from closum.accounts import users
from closum.accounts.roles import READER
from closum.store import identity
from tests.support.client import Client
from tests.support.entering import add_user
from tests.support.import_calls import leads, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, pages_of, texts
from tests.support.server import Server
from tests.support.visiting import cells

FILE = "Nome,Email\nAna,ana@example.pt\nRui,rui@example.pt\n"
AUDIT = "/settings/audit"


def _undone(pages: Pages, api: Client) -> tuple[str, str, int]:
    """An import that is undone but for a lead that somebody has worked on: its path, that of its undo, and the lead."""
    number = sent(pages, FILE)
    checked(pages, number)
    imported(pages, number)
    lead = leads(api)[0]["id"]
    api.new("note", {"lead_id": lead, "text": "Called"})
    operation = shown(api, number)["operation"]
    asked = pages.submit(f"/undo/{operation}", {"back": f"/imports/{number}"}).headers["location"]
    assert asked == f"/undo/{operation}?back=%2Fimports%2F{number}"
    return f"/imports/{number}", asked, lead


def _lines(pages: Pages) -> list[list[str]]:
    return [row for row in cells(pages.shown(AUDIT)) if "leads.csv" in row[0]]


def _delete(pages: Pages, asked: str, lead: int) -> None:
    """By the button beside the lead, as a browser sends it."""
    (form,) = re.findall(rf'action="/leads/{lead}/delete">(.*?)</form>', pages.shown(asked))
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert pages.submit(f"/leads/{lead}/delete", fields).headers["location"] == asked


def test_a_lead_that_stayed_goes_with_the_address_that_came_with_it(pages: Pages, api: Client) -> None:
    path, asked, lead = _undone(pages, api)
    assert "What stayed, and why" in texts(pages.shown(path))
    assert [row[0] for row in _lines(pages)][-1].endswith("Undone in part")
    assert "Undone in part" in texts(pages.shown("/imports"))
    _delete(pages, asked, lead)
    page = pages.shown(asked)
    assert "moved to the bin" in texts(page)
    assert "<h1>Undone</h1>" in page
    assert "All of it is undone." in texts(page)
    assert "Undo 1 change" not in texts(page)
    assert api.data("GET", "/api/email") == []
    said = texts(pages.shown(path))
    assert "All that it created and changed was undone." in said
    assert "What stayed" not in said
    assert "Undone in part" not in texts(pages.shown("/imports"))
    assert [row[0] for row in _lines(pages)][-1].endswith("leads.csv . Undone")


def test_it_comes_back_with_its_address_where_one_was(pages: Pages, api: Client) -> None:
    _, asked, lead = _undone(pages, api)
    _delete(pages, asked, lead)
    (operation,) = re.findall(r'<div class="toast".*?action="/undo/(\d+)"', pages.shown(asked), re.DOTALL)
    answer = pages.post(
        f"/undo/{operation}", data={"_token": pages.token}, headers={"referer": f"{pages.base_url}{asked}"}
    )
    assert answer.headers["location"] == asked
    assert api.data("GET", f"/api/lead/{lead}?fields=email")["email"]["email"] == "ana@example.pt"
    assert f'action="/leads/{lead}/delete"' in pages.shown(asked)


def test_what_is_left_when_the_lead_went_another_way_is_named(pages: Pages, api: Client) -> None:
    path, asked, lead = _undone(pages, api)
    api.data("DELETE", f"/api/lead/{lead}")
    page = pages.shown(asked)
    assert "ana@example.pt goes to the bin" in texts(page)
    assert "Undo 1 change" in texts(page)
    assert "deleted since" not in texts(page)
    assert "What stayed, and why" in texts(pages.shown(path))
    pages.submit(asked.partition("?")[0])
    assert "All of it is undone." in texts(pages.shown(asked))
    assert [row[0].partition("leads.csv")[0] for row in _lines(pages)] == [
        "Undid the import of ",
        "Imported 2 leads from ",
    ]
    assert "Undo: moved ana@example.pt to the bin." in texts(pages.shown(AUDIT))


def test_an_address_that_somebody_worked_on_stays_with_its_reason(pages: Pages, api: Client) -> None:
    _, asked, lead = _undone(pages, api)
    api.new("lead", {"email": {"email": "ana@example.pt"}})
    _delete(pages, asked, lead)
    assert [one["email"] for one in api.data("GET", "/api/email")] == ["ana@example.pt"]
    assert "ana@example.pt another record shows it" in texts(pages.shown(asked))


def test_what_was_imported_comes_back_at_once_also_where_the_rest_was_undone_later(
    pages: Pages, api: Client
) -> None:
    path, asked, lead = _undone(pages, api)
    api.data("DELETE", f"/api/lead/{lead}")
    pages.submit(asked.partition("?")[0])
    (undo,) = re.findall(r'<div[^>]*class="banner.*?action="(/undo/\d+)"', pages.shown(path), re.DOTALL)
    pages.submit(undo)
    assert [one["name"] for one in leads(api)] == ["Rui"]
    assert "Only a part of this import is undone" in texts(pages.shown(path))


def test_who_may_not_undo_is_sent_to_no_page_that_says_so(pages: Pages, api: Client, server: Server) -> None:
    path, _, _ = _undone(pages, api)
    with server.session() as session:
        with session.read() as unit:
            account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        add_user(session, account, "reader@example.com", role=READER)
    with pages_of(server, "reader@example.com") as reader:
        said = texts(reader.shown(path))
    assert "What somebody has changed or worked on since stays." in said
    assert "What stayed, and why" not in said
