"""Who did what: operations and the ledger in one order, page by page."""

import re

import pytest

from closum.accounts import users
from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import identity
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Visitor, cells, text

AUDIT = "/settings/audit"

each = pytest.mark.parametrize


def test_it_tells_who_did_what_the_newest_first(owner: Visitor, member: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    api.data("PATCH", f"/api/lead/{lead}", {"name": "Rui"})
    api.data("DELETE", f"/api/lead/{lead}")
    rows = cells(owner.page(AUDIT))
    assert [row[:2] for row in rows[:3]] == [
        ["Moved to the bin: 1 lead.", owner.email],
        ["Changed: 1 lead.", owner.email],
        ["Created: 1 lead.", owner.email],
    ]  # a lead in the bin has no page
    told = [row[0] for row in rows]
    assert f"Role changed: {member.email} (member)" in told
    assert rows[0][3] == "Undo"


def test_a_line_leads_to_the_record_that_it_is_about(owner: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana <b>", "email": {"email": "ana@example.pt"}})
    api.new("note", {"lead_id": lead, "text": "Called"})
    page = owner.page(AUDIT)
    assert [row[0] for row in cells(page)[:2]] == [
        "Ana <b> Created: 1 note.",
        "Ana <b> Created: 1 email. Created: 1 lead.",
    ]
    assert page.count(f'<a href="/leads/{lead}">Ana &lt;b&gt;</a>') == 2


def test_a_record_without_a_name_is_called_by_what_it_is(owner: Visitor, api: Client) -> None:
    rule = api.new("assignment_rule", {"city_id": 213})
    assert cells(owner.page(AUDIT))[0][0] == f"Assignment rule {rule} Created: 1 assignment rule."


def test_what_a_command_has_done_is_told(owner: Visitor, server: Server, api: Client) -> None:
    api.new("contact_type", {"label": "Client"})
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        records.create_many(unit.of(account.id), LEAD, [draft.parse(LEAD, {"name": "Ana"})])
    assert cells(owner.page(AUDIT))[0][:2] == ["Ana Created: 1 lead.", "The server"]


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
    assert lines.count("User renamed") == 30
    assert pages >= 2


def test_another_accounts_lines_are_not_there(owner: Visitor, stranger: Visitor, other_api: Client) -> None:
    other_api.new("lead", {"name": "Ana"})
    page = text(owner.page(AUDIT))
    assert stranger.email not in page
    assert "1 lead" not in page


@each("place", ["operation=x", "operation=-1", f"entry={2**64}", "entry=", "operation=%C2%B2"])
def test_what_is_no_place_is_no_page(owner: Visitor, place: str) -> None:
    owner.page(f"{AUDIT}?{place}", 404)
