"""What the ledger has is told in sentences, with names that are looked up and go with what had them."""

import re
from typing import get_args

import pytest

from closum.accounts import users
from closum.model.change import By
from closum.store import identity, ledger
from closum.store.ledger import Event, Work
from tests.support.client import Client
from tests.support.import_calls import imported
from tests.support.server import Server
from tests.support.visiting import Visitor, cells

AUDIT = "/settings/audit"
USERS = "/settings/users"
API = "/settings/api"

each = pytest.mark.parametrize


def told(owner: Visitor, language: str = "en") -> list[str]:
    owner.headers["accept-language"] = language
    return [row[0] for row in cells(owner.page(AUDIT))]


def invite(owner: Visitor, email: str) -> str:
    """The path of the link."""
    answer = owner.form(f"{USERS}/invite", [("email", email), ("role", "member")], USERS)
    found = re.search(r"(/join/[\w-]{43})", owner.behind(answer))
    assert found
    return found[1]


def test_who_was_invited_is_named_while_the_link_or_the_user_is_there(server: Server, owner: Visitor) -> None:
    email = f"eva.{owner.email}"
    path = invite(owner, email)
    assert told(owner)[0] == f"Invited {email} as member."
    assert told(owner, "pt")[0] == f"Convidou {email} como membro."
    with Client(server.address, None) as eva:
        token = re.search(r'name="_token" value="(\w+)"', eva.get(path).text)
        assert token
        typed = {"_token": token[1], "name": "Eva <b>", "password": "quite another password"}
        assert eva.post(path, data=typed).status_code == 303
    assert "Invited Eva <b> as member." in told(owner)
    by_eva = [row[0] for row in cells(owner.page(AUDIT)) if row[1] == "Eva <b>"]
    assert by_eva[-2:] == ["Joined the account.", "Became a user, as member."]


def test_an_address_goes_with_its_link(owner: Visitor) -> None:
    invite(owner, email := f"eva.{owner.email}")
    (number,) = re.findall(r"/invitations/(\d+)/withdraw", owner.page(USERS))
    owner.form(f"{USERS}/invitations/{number}/withdraw", [], USERS)
    assert told(owner)[:2] == ["Withdrew an invitation.", "Invited somebody as member."]
    assert email not in owner.page(AUDIT)


def test_another_link_for_an_address_is_told_of_by_itself(owner: Visitor) -> None:
    for _ in range(2):
        invite(owner, email := f"eva.{owner.email}")
    assert told(owner)[:2] == [f"Invited {email} as member.", "Invited somebody as member."]


def test_a_key_is_named_and_leads_to_its_page_while_it_works(owner: Visitor) -> None:
    owner.form(f"{API}/keys", [("name", "Form <1>"), ("kind", "create")], API)
    (path,) = re.findall(rf'href="({API}/keys/\d+)"', owner.page(API))
    assert f'<a href="{path}"><b>Form &lt;1&gt;</b></a>' in owner.page(AUDIT)
    owner.form(f"{path}/revoke", [("typed", "Form <1>")], path)
    assert told(owner)[:2] == [
        "Revoked the API key “ Form <1> ”.",
        "Created the API key “ Form <1> ” (create only).",
    ]
    assert told(owner, "pt")[:2] == [
        "Revogou a chave da API « Form <1> ».",
        "Criou a chave da API « Form <1> » (só criar).",
    ]
    assert path not in owner.page(AUDIT)


def test_users_are_named_and_lead_to_their_pages(server: Server, owner: Visitor, member: Visitor) -> None:
    with server.session() as session, session.read() as unit:
        number = users.user_named(unit, member.email).id
    path = f"{USERS}/{number}"
    owner.form(f"{USERS}/roles", [(f"role-{number}", "reader")], USERS)
    owner.form(f"{path}/link", [], path)
    owner.form(f"{path}/disable", [], path)
    assert f'Disabled <a href="{path}"><b>{member.email}</b></a>.' in owner.page(AUDIT)
    owner.behind(owner.form(f"{path}/remove", [("typed", member.email)], path))
    page = owner.page(AUDIT)
    assert member.email not in page
    assert [row[0] for row in cells(page)][:2] == ["Removed a user.", "Disabled a user who was removed."]


def test_what_was_changed_of_the_company_is_named(server: Server, owner: Visitor, api: Client) -> None:
    api.data("PATCH", "/api/account", {"zone": "Asia/Tokyo", "country": "PT"})
    assert told(owner)[0] == "Changed the company: country and time zone."
    assert told(owner, "pt")[0] == "Alterou a empresa: país e fuso horário."


def test_who_took_records_out_is_told_without_what_they_are(owner: Visitor, api: Client) -> None:
    api.new("lead", {"name": "Ana", "city_id": 213, "email": {"email": "ana@example.com"}})
    assert owner.get("/leads/export?format=xlsx").status_code == 200
    assert owner.get("/leads/export?format=api&q=ana&filter=city_id%3D213").status_code == 200
    tag = api.get("/api/email/export?format=ndjson").headers["etag"]
    assert api.get("/api/email/export?format=ndjson", headers={"If-None-Match": tag}).status_code == 304
    assert api.head("/api/lead/export").status_code == 200
    assert api.get("/api/lead/export", headers={"Range": "bytes=99999-"}).status_code == 416
    assert api.get("/api/phone/export", headers={"Range": "bytes=0-4"}).status_code == 206
    owner.form("/settings/retention/export", [("person", "ana@example.com")], "/settings/retention")
    assert [one for one in told(owner) if "Export" in one] == [
        "Exported what there is of a person: 2 records.",
        "Exported 0 phones as CSV.",
        "Exported 1 email as NDJSON.",
        "Exported 1 lead as CSV, filtered by city and words.",
        "Exported 1 lead as XLSX.",
    ]
    assert [one for one in told(owner, "pt") if "Export" in one] == [
        "Exportou o que há sobre uma pessoa: 2 registos.",
        "Exportou 0 telefones em CSV.",
        "Exportou 1 email em NDJSON.",
        "Exportou 1 lead em CSV, com filtro por localidade e palavras.",
        "Exportou 1 lead em XLSX.",
    ]
    assert "ana@example.com" not in owner.page(AUDIT)


def test_who_took_the_refused_rows_of_an_import_is_told(owner: Visitor, api: Client) -> None:
    number = imported(api, "Name,E-mail\nAna,ana@@example.com\nRui,rui@@example.com\n")["id"]
    path = f"/api/import/{number}/faults"
    assert api.head(path).status_code == 200
    assert not any("Exported" in one for one in told(owner))
    assert "ana@@example.com" in api.get(path).text
    assert "rui@@example.com" in owner.get(f"/imports/{number}/faults").text
    assert told(owner)[:2] == ["Exported the rows of leads.csv that were not imported: 2 rows."] * 2
    assert told(owner, "pt")[0] == "Exportou as linhas não importadas de leads.csv : 2 linhas."


def test_who_exports_with_a_key_is_told(owner: Visitor, api: Client, server: Server) -> None:
    answer = owner.form(f"{API}/keys", [("name", "ERP"), ("kind", "read")], API)
    key = re.search(r">(closum_\d+_\w{64})</textarea>", owner.behind(answer))
    assert key
    with Client(server.address, key[1]) as program:
        assert program.get("/api/lead/export").status_code == 200
    row = cells(owner.page(AUDIT))[0]
    assert row[:2] == ["Exported 0 leads as CSV.", "API key “ERP”"]


def test_views_are_told_by_their_names_where_all_see_them(owner: Visitor) -> None:
    for name, more in (("Mine", []), ("Fair", [("shared", "1")])):
        owner.form("/leads/views", [("name", name), ("query", "q=a"), *more])
    assert told(owner)[:2] == ["Saved the view “ Fair ” of leads.", "Saved a view of leads."]
    (number,) = re.findall(r'action="(/leads/views/\d+)"', owner.page("/leads/views").partition("Fair")[2])[
        :1
    ]
    owner.form(number, [("do", "rename"), ("name", "Fair 2027"), ("shared", "1")], "/leads/views")
    assert told(owner)[0] == "Changed the view “ Fair 2027 ” of leads."
    owner.form(number, [("do", "delete")], "/leads/views")
    assert told(owner, "pt")[:4] == [
        "Removeu uma vista de leads.",
        "Alterou uma vista de leads.",
        "Guardou uma vista de leads.",
        "Guardou uma vista de leads.",
    ]
    assert "Fair" not in owner.page(AUDIT)


@each("language", ["en", "pt"])
def test_every_event_of_an_account_is_told_in_words(
    server: Server, owner: Visitor, api: Client, language: str
) -> None:
    """Whatever it has in its detail, and whoever it is about."""
    of_all = ("all_tokens_ended", "cities_loaded", "database", "signing_key_set")
    events = [one for one in get_args(Event) if not one.startswith(of_all)]
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        by = unit.of(0, By(None, "request", "command", operator="root"))
        for event in events:
            ledger.add(by, event, account.id, users.user_named(unit, owner.email).id)
            ledger.add(by, event, account.id)
        for work in get_args(Work):
            if not work.startswith(of_all):
                ledger.note(by, work, "started", account.id, number=7, records=1, leads=2)
    for row in cells(owner.page(AUDIT)):
        assert "_" not in row[0]
        assert "{" not in row[0]
        assert row[0].endswith(".")
