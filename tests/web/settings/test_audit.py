"""Who did what: operations and the ledger in one order, page by page."""

import itertools
import re
from html import unescape
from typing import Any

import pytest

from closum.accounts import users
from closum.model import draft
from closum.operations import records
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import identity, imports, ledger
from closum.store.unit import Unit
from closum.web.settings import audit
from closum.web.settings.audit import FEW
from closum.web.views import views as views_of
from closum.web.words import load
from tests.support import held
from tests.support.client import Client
from tests.support.command import command
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages
from tests.support.server import Server
from tests.support.visiting import Visitor, cells, new_leads, text

AUDIT = "/settings/audit"

each = pytest.mark.parametrize


def test_it_tells_who_did_what_the_newest_first(owner: Visitor, member: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    api.data("PATCH", f"/api/lead/{lead}", {"name": "Rui"})
    api.data("DELETE", f"/api/lead/{lead}")
    rows = cells(owner.page(AUDIT))
    assert [row[:2] for row in rows[:3]] == [
        ["Moved Rui to the bin.", owner.email],
        ["Changed name of Rui .", owner.email],
        ["Created Rui .", owner.email],
    ]
    told = [row[0] for row in rows]
    assert f"Changed the role of {member.email} to member." in told
    assert rows[0][3] == "Undo"


def test_a_line_leads_to_the_record_that_it_is_about(owner: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana <b>", "email": {"email": "ana@example.pt"}})
    api.new("note", {"lead_id": lead, "text": "Called"})
    page = owner.page(AUDIT)
    assert [row[0] for row in cells(page)[:2]] == [
        "Ana <b> : added a note.",
        "Created Ana <b> .",
    ]
    assert page.count(f'<a href="/leads/{lead}"><b>Ana &lt;b&gt;</b></a>') == 2


def test_a_record_without_a_name_is_called_by_what_it_refers_to(owner: Visitor, api: Client) -> None:
    api.new("assignment_rule", {"source": "fair"})
    assert cells(owner.page(AUDIT))[0][0] == "Created New leads, source fair → Nobody ."


def test_what_a_command_has_done_is_told(owner: Visitor, server: Server, api: Client) -> None:
    api.new("contact_type", {"label": "Client"})
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        records.create_many(unit.of(account.id), LEAD, [draft.parse(LEAD, {"name": "Ana"})])
    assert cells(owner.page(AUDIT))[0][:2] == ["Created Ana .", "The server"]


def test_every_line_is_on_one_page(owner: Visitor, api: Client) -> None:
    for number in range(60):
        api.new("contact_type", {"label": f"Type {number}"})
        if number % 2:
            owner.form("/settings/name", [("name", f"Name {number}")], "/settings/look")
    lines, path, pages = list[str](), AUDIT, 0
    while path:
        page = owner.page(path)
        found = re.findall(r'action="/undo/(\d+)"', page)
        lines += [*found, *(row[0] for row in cells(page) if not row[3])]
        more = re.search(r'href="(/settings/audit\?[^"]*)" rel="next"', page)
        path, pages = more[1].replace("&amp;", "&") if more else "", pages + 1
    operations = [one for one in lines if one.isdigit()]
    assert len(operations) == len(set(operations)) == 60
    assert lines.count("Changed their own name.") == 30
    assert pages >= 2


def test_another_accounts_lines_are_not_there(owner: Visitor, stranger: Visitor, other_api: Client) -> None:
    other_api.new("lead", {"name": "Ana"})
    page = text(owner.page(AUDIT))
    assert stranger.email not in page
    assert "1 lead" not in page


@each("place", ["operation=x", "operation=-1", f"entry={2**64}", "entry=", "operation=%C2%B2"])
def test_what_is_no_place_is_no_page(owner: Visitor, place: str) -> None:
    owner.page(f"{AUDIT}?{place}", 404)


def test_it_names_what_was_changed_and_what_it_was_done_to(owner: Visitor, api: Client) -> None:
    lead, other = (api.new("lead", {"name": name}) for name in ("Nuria", "Nuria Yáñez"))
    api.data("PATCH", f"/api/lead/{lead}", {"contact_lifecycle_stage_id": 4, "source": "fair"})
    names = ("source", "utm_source", "utm_medium", "utm_campaign", "utm_term")
    api.data("PATCH", f"/api/lead/{lead}", {name: f"Other {name}" for name in names})
    one = api.new("audience_list", {"name": "Readers"})
    put = api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": one})
    assert cells(owner.page(AUDIT))[0][0] == "Put Nuria on “ Readers ”."
    api.data("DELETE", f"/api/lead-audience-list/{put}")
    api.data("POST", f"/api/lead/{lead}/merge", {"ids": [other]})
    assert [row[0] for row in cells(owner.page(AUDIT))[:6]] == [
        "Merged 2 leads into Nuria .",
        "Took Nuria off “ Readers ”.",
        "Put Nuria on “ Readers ”.",
        "Created the list Readers .",
        "Changed source, UTM source, UTM medium and 2 more of Nuria .",
        "Changed stage and source of Nuria .",
    ]
    owner.headers["accept-language"] = "pt"
    assert [row[0] for row in cells(owner.page(AUDIT))[4:6]] == [
        "Alterou Nuria : origem, origem UTM, meio UTM e mais 2.",
        "Alterou Nuria : fase e origem.",
    ]


def test_of_several_records_it_says_how_many(owner: Visitor, api: Client) -> None:
    new_leads(api, 2)
    operation = api.data("GET", "/api/operation")[0]["id"]
    row = cells(owner.page(AUDIT))[0]
    assert (row[0], row[3]) == ("Created 2 leads.", "Undo")
    api.data("POST", f"/api/operation/{operation}/undo", {})
    assert cells(owner.page(AUDIT))[0][0] == "Undo: moved 2 leads to the bin."


def test_a_lead_that_went_into_another_one_keeps_its_name(owner: Visitor, api: Client) -> None:
    one, other = (
        api.new("lead", {"name": name, "email": {"email": f"{name}@example.pt"}}) for name in ("Ana", "Anna")
    )
    api.data("POST", f"/api/lead/{one}/merge", {"ids": [other]})
    page = owner.page(AUDIT)
    assert [row[0] for row in cells(page)[1:3]] == ["Created Anna .", "Created Ana ."]
    assert f'Created <a href="/leads/{other}"><b>Anna</b></a>.' in page
    assert f'href="/leads/{one}"' in owner.page(f"/leads/{other}", 404)


def test_a_lead_of_which_nothing_is_known_is_told_without_its_address(owner: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
    api.data("DELETE", f"/api/lead/{lead}")
    api.data("DELETE", f"/api/bin/{api.data('GET', '/api/bin')[0]['id']}")
    assert [row[0] for row in cells(owner.page(AUDIT))[:3]] == [
        "Deleted 1 lead for good.",
        "Moved 1 lead to the bin.",
        "Created 1 lead.",
    ]


def test_an_address_that_changes_is_named_however_many_leads_show_it(owner: Visitor, api: Client) -> None:
    for name in ("Ana", "Rui", "Eva"):
        lead = api.new("lead", {"name": name, "email": {"email": "home@example.pt"}})
    email = api.data("GET", f"/api/lead/{lead}")["email"]["id"]
    api.data("PATCH", f"/api/email/{email}", {"email": "office@example.pt"})
    assert cells(owner.page(AUDIT))[0][0] == "Changed email of office@example.pt ."
    api.data("POST", "/api/operation/{id}/undo".format(**api.data("GET", "/api/operation")[0]), {})
    assert cells(owner.page(AUDIT))[0][0] == "Undo: gave home@example.pt the earlier values back."


def test_a_deleted_record_is_in_the_bin_and_keeps_its_name(owner: Visitor, api: Client) -> None:
    lead = api.new("lead", {"email": {"email": "ana@example.pt"}})
    api.data("DELETE", f"/api/lead/{lead}")
    page = owner.page(AUDIT)
    assert 'Moved <a href="/bin"><b>ana@example.pt</b></a> to the bin.' in page
    assert cells(page)[1][0] == "Created ana@example.pt ."
    operation = api.data("GET", "/api/operation")[0]["id"]
    api.data("POST", f"/api/operation/{operation}/undo", {})
    page = owner.page(AUDIT)
    assert f'Moved <a href="/leads/{lead}"><b>ana@example.pt</b></a> to the bin.' in page
    assert cells(page)[0][0] == "Restored ana@example.pt ."


def test_it_names_the_stage_that_moved(owner: Visitor, api: Client) -> None:
    first, second = (
        api.new("contact_lifecycle_stage", {"label": label, "position": 200 + number})
        for number, label in enumerate(("Interested", "Offer"))
    )
    for moved, way, label in (
        (second, "up", "Offer"),
        (second, "down", "Offer"),
        (first, "down", "Interested"),
    ):
        owner.form(f"/settings/stages/{moved}", [("do", way)], "/settings/stages")
        assert cells(owner.page(AUDIT))[0][0] == f"Moved {label} to another place in its list."


def test_an_import_is_told_by_its_file_and_its_undo_too(owner: Visitor, pages: Pages, api: Client) -> None:
    number = sent(pages, "Nome,Email\nAna,ana@example.pt\nRui,rui@example.pt\n", "fair <1>.csv")
    checked(pages, number)
    imported(pages, number)
    link = f'<a href="/imports/{number}"><b>fair &lt;1&gt;.csv</b></a>'
    assert f"Imported 2 leads from {link}." in owner.page(AUDIT)
    operation = api.data("GET", "/api/operation")[0]["id"]
    assert f"Imported 2 leads from {link}." in owner.page(f"/undo/{operation}")
    undo = api.data("POST", f"/api/operation/{operation}/undo", {})["operation"]
    assert f"Undid the import of {link}." in owner.page(AUDIT)
    api.data("POST", f"/api/operation/{undo}/undo", {})
    assert f"Brought back the import of {link}." in owner.page(AUDIT)


def test_an_import_that_goes_on_is_not_undone_yet(
    server: Server, owner: Visitor, pages: Pages, api: Client
) -> None:
    number = sent(pages, "Nome,Email\nAna,ana@example.pt\n", "fair.csv")
    checked(pages, number)
    imported(pages, number)
    page = owner.page(f"/imports/{number}")
    assert "Undo this import" in page
    assert "Undo takes back what the import created and changed." in page
    assert cells(owner.page(AUDIT))[0][::3] == ["Imported 1 lead from fair.csv .", "Undo"]
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        imports.change(unit.of(account.id), number, phase=imports.RUN)
    assert cells(owner.page(AUDIT))[0][::3] == ["Importing fair.csv …", ""]
    assert "Undo this import" not in owner.page(f"/imports/{number}")


def test_a_change_of_many_that_goes_on_is_not_undone_yet(server: Server, owner: Visitor, api: Client) -> None:
    number = held.STEP + 1
    new_leads(api, number)
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        job = held.begin_change(unit.of(account.id), number, {"source": "fair"})
    operation = api.data("GET", "/api/operation")[0]["id"]
    assert cells(owner.page(AUDIT))[0][::3] == [f"Changed {held.STEP} leads.", ""]
    assert f'href="/jobs/{job}?back=' in owner.page(f"/undo/{operation}")
    owner.form(f"/jobs/{job}/stop", [])
    assert cells(owner.page(AUDIT))[0][::3] == [f"Changed {held.STEP} leads.", "Undo…"]


def test_one_lead_that_is_restored_after_an_import_was_undone_is_told_as_that(
    owner: Visitor, pages: Pages, api: Client
) -> None:
    number = sent(pages, "Nome,Email\nAna,ana@example.pt\nRui,rui@example.pt\n", "fair.csv")
    checked(pages, number)
    imported(pages, number)
    api.data("POST", f"/api/operation/{api.data('GET', '/api/operation')[0]['id']}/undo", {})
    (entry,) = [one for one in api.data("GET", "/api/bin") if one["record"].get("name") == "Ana"]
    api.data("POST", f"/api/bin/{entry['id']}/restore", {})
    assert cells(owner.page(AUDIT))[0][0] == "Restored Ana ."


def test_what_changed_much_is_looked_at_before_it_is_undone(owner: Visitor, api: Client) -> None:
    new_leads(api, FEW + 1)
    operation = api.data("GET", "/api/operation")[0]["id"]
    page = owner.page(AUDIT)
    assert f'action="/undo/{operation}"' not in page
    assert f'href="/undo/{operation}?back=/settings/audit"' in page
    asked = owner.page(f"/undo/{operation}?back=/settings/audit")
    assert "Created 21 leads." in text(asked)
    assert "Undo 21 changes" in asked
    assert f'<a class="button" href="{AUDIT}">Cancel</a>' in asked
    assert len(api.data("GET", "/api/lead?limit=100")) == FEW + 1


class Counting:
    """A unit of work that counts its statements."""

    def __init__(self, unit: Unit) -> None:
        self._unit, self.number = unit, 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._unit, name)
        if name not in ("all", "one", "all_of"):
            return found

        def counted(*given: Any) -> Any:
            self.number += len(given[0]) if name == "all_of" else 1
            return found(*given)

        return counted


def test_more_lines_are_read_with_no_more_statements(server: Server, api: Client) -> None:
    views, words = views_of(RESOURCES), load()["en"]

    def statements() -> int:
        with server.session() as session, session.read() as unit:
            account = identity.account_by_key(unit, users.name_key(api.account))
            assert account
            counting = Counting(unit.of(account.id))
            assert audit.read(counting, views, words, audit.Asked(), 30).about
        return counting.number

    def some() -> None:
        lead = api.new("lead", {"name": "Ana", "email": {"email": f"{next(numbers)}@example.pt"}})
        api.new("note", {"lead_id": lead, "text": "Called"})
        operation = api.data("GET", "/api/operation")[0]["id"]
        api.data("POST", f"/api/operation/{operation}/undo", {})

    numbers = itertools.count()
    some()
    few = statements()
    for _ in range(9):
        some()
    assert statements() == few


def test_lines_of_somebody_are_looked_for_behind_many_of_others(
    server: Server, owner: Visitor, api: Client
) -> None:
    api.new("contact_type", {"label": "Client"})
    with server.session() as session:
        with session.write() as unit:
            account = identity.account_by_key(unit, users.name_key(api.account))
            assert account
            for _ in range(audit.MOST_LOOKED_AT + 1):
                ledger.add(unit, "sign_in", account.id, None)
        with session.read() as unit:
            counting = Counting(unit.of(account.id))
            audit.read(counting, views_of(RESOURCES), load()["en"], audit.Asked(user=1_000_000), 30)
    assert counting.number < 3 * audit.MOST_LOOKED_AT / audit.ROWS
    page = owner.page(f"{AUDIT}?user=1000000")
    assert "Looked through 2,000 lines; older ones are on the next page." in text(page)


def told(owner: Visitor, query: str) -> list[str]:
    return [row[0] for row in cells(owner.page(f"{AUDIT}?{query}"))]


def test_lines_of_a_user_and_of_a_kind(owner: Visitor, member: Visitor, api: Client) -> None:
    api.new("contact_type", {"label": "Client"})
    mine = next(one for one in api.data("GET", "/api/user") if one["email"] == owner.email)["id"]
    other = next(one for one in api.data("GET", "/api/user") if one["email"] == member.email)["id"]
    assert "Created the contact type Client ." in told(owner, f"user={mine}")
    assert "Created the contact type Client ." not in told(owner, f"user={other}")
    assert told(owner, f"user={mine}&kind=operations") == ["Created the contact type Client ."]
    entries = told(owner, "kind=entries")
    assert entries
    assert "Created the contact type Client ." not in entries
    assert told(owner, "kind=operations&from=2099-01-01") == []
    for nothing in ("user=x&kind=y&from=z&to=9", "user=0"):
        assert told(owner, nothing) == told(owner, "")


def test_lines_of_some_days(owner: Visitor, server: Server, api: Client) -> None:
    api.data("PATCH", "/api/account", {"zone": "Europe/Lisbon"})
    for label in ("Old", "New"):
        api.new("contact_type", {"label": label})
    times = {"Old": "2026-06-30T22:59:59+00:00", "New": "2026-06-30T23:00:00+00:00"}
    with command(server, api) as unit:
        for position, at in enumerate(times.values(), 1):
            unit.run(
                "UPDATE change SET at = ? WHERE account_id = ? AND position = ?",
                (at, unit.account_id, position),
            )
    assert told(owner, "kind=operations&to=2026-06-30") == ["Created the contact type Old ."]
    assert told(owner, "kind=operations&from=2026-07-01&to=2026-07-01") == ["Created the contact type New ."]
    assert told(owner, "kind=operations&from=2026-06-30&to=2026-07-01") == [
        "Created the contact type New .",
        "Created the contact type Old .",
    ]
    page = owner.page(f"{AUDIT}?kind=operations&to=2026-06-30")
    assert f'href="{AUDIT}?kind=operations"' in page
    assert f'href="{AUDIT}?to=2026-06-30"' in page


def test_a_page_says_which_lines_it_has_and_keeps_what_is_asked_for(owner: Visitor, api: Client) -> None:
    for number in range(60):
        api.new("contact_type", {"label": f"Type {number}"})
    page = owner.page(f"{AUDIT}?kind=operations")
    assert "1–50 " in text(page)
    assert "1–50 of" not in text(page)
    following = re.search(r'href="(/settings/audit\?kind=operations&amp;[^"]*)" rel="next"', page)
    assert following
    page = owner.page(unescape(following[1]))
    assert "51–60 of 60" in text(page)
    assert len(cells(page)) == 10
    assert f'href="{AUDIT}?kind=operations" rel="prev"' in page
