"""A form of the settings is followed by a sentence that names whom and what it has changed, and by no address that does."""

import re
from html import unescape

from closum.web.cookies import OF_DONE
from tests.support.visiting import Fields, Visitor, text

USERS, COMPANY, API = "/settings/users", "/settings/company", "/settings/api"
SAME = "Nothing was changed: it was like that already."


def said(visitor: Visitor, path: str, fields: Fields, of: str) -> str:
    """What is told behind a form."""
    answer = visitor.form(path, fields, of)
    assert answer.status_code == 303, answer.text
    assert "@" not in answer.headers["location"]
    assert "@" not in answer.headers["set-cookie"]
    toast = re.search(r'class="toast" role="status"><span>(.*?)</span>', visitor.behind(answer))
    assert toast
    return text(toast[1])


def number_of(owner: Visitor, email: str) -> str:
    found = re.search(rf'href="{USERS}/(\d+)">{re.escape(email)}<', owner.page(USERS))
    assert found
    return found[1]


def test_who_was_changed_is_named(owner: Visitor, member: Visitor) -> None:
    number = number_of(owner, member.email)
    path = f"{USERS}/{number}"
    assert said(owner, f"{path}/disable", [], path) == f"Disabled {member.email} ."
    assert said(owner, f"{path}/enable", [], path) == f"Enabled {member.email} ."
    roles = [(f"was-{number}", "member"), (f"role-{number}", "reader")]
    assert said(owner, f"{USERS}/roles", roles, USERS) == f"Changed the role of {member.email} to reader."
    assert said(owner, f"{USERS}/roles", roles[:1], USERS) == SAME
    owner.headers["accept-language"] = "pt"
    assert said(owner, f"{path}/remove", [("typed", member.email)], path) == f"Removeu {member.email} ."


def test_whose_link_was_withdrawn_is_named(owner: Visitor) -> None:
    owner.form(f"{USERS}/invite", [("email", f"eva.{owner.email}"), ("role", "reader")], USERS)
    (path,) = re.findall(rf"{USERS}/invitations/\d+/withdraw", owner.page(USERS))
    assert said(owner, path, [], USERS) == f"Withdrew the link for eva.{owner.email} ."


def test_a_name_of_ones_own_is_told_as_text(reader: Visitor) -> None:
    assert (
        said(reader, "/settings/name", [("name", "Eva <b>")], "/settings/look") == "Name changed to Eva <b> ."
    )
    assert said(reader, "/settings/name", [("name", "Eva <b>")], "/settings/look") == SAME
    assert said(reader, "/settings/name", [("name", "")], "/settings/look") == "Saved."
    assert said(reader, "/settings/name", [("name", "")], "/settings/look") == SAME


def test_a_key_that_was_revoked_is_named(owner: Visitor) -> None:
    owner.form(f"{API}/keys", [("name", "Form <1>"), ("kind", "create")], API)
    (path,) = re.findall(rf'href="({API}/keys/\d+)"', owner.page(API))
    told = said(owner, f"{path}/revoke", [("typed", "Form <1>")], path)
    assert told == "Revoked the API key “ Form <1> ”."


def test_what_was_changed_of_the_company_is_named(owner: Visitor) -> None:
    def change(zone: str, country: str) -> str:
        seen = re.search(r'name="_seen" value="([^"]*)"', owner.page(COMPANY))
        assert seen
        values = {
            "name": owner.email,
            "zone": zone,
            "country": country,
            "language": "en",
            "revision": "first",
        }
        return said(owner, COMPANY, [("_seen", unescape(seen[1])), *values.items()], COMPANY)

    change("UTC", "ES")
    assert change("Asia/Tokyo", "PT") == "Changed the company: country and time zone."
    assert change("Asia/Tokyo", "PT") == SAME
    owner.headers["accept-language"] = "pt"
    assert change("UTC", "PT") == "Alterou a empresa: fuso horário."


def test_what_is_told_is_for_who_has_done_it(owner: Visitor, member: Visitor) -> None:
    answer = owner.form("/settings/name", [("name", "Ana")], "/settings/look")
    member.cookies.set(OF_DONE.name, answer.cookies[OF_DONE.name])
    assert "Name changed" not in member.page("/settings/look")
    assert "Name changed to" in owner.behind(answer)
