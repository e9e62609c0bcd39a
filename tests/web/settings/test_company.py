"""The company: its name, zone, country, language and revision."""

import re
from html import unescape

import pytest

from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import Visitor

PATH = "/settings/company"

each = pytest.mark.parametrize


def given(page: str, name: str = "", **changes: str) -> list[tuple[str, str]]:
    seen = re.search(r'name="_seen" value="([^"]*)"', page)
    assert seen
    values = {"zone": "Europe/Lisbon", "country": "PT", "language": "pt", "revision": "first", **changes}
    return [("_seen", unescape(seen[1])), ("name", name), *values.items()]


def test_an_owner_changes_it_and_the_api_shows_it(owner: Visitor, api: Client) -> None:
    fields = given(owner.page(PATH), f"{api.account} <b>")
    assert owner.form(PATH, fields, PATH).status_code == 303
    assert api.data("GET", "/api/account") == {
        "name": f"{api.account} <b>",
        "zone": "Europe/Lisbon",
        "country": "PT",
        "language": "pt",
        "revision": "first",
    }
    assert "&lt;b&gt;" in owner.page(PATH)


@each(
    ("change", "faulty"),
    [
        ({"zone": "Lisbon"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"country": "XX"}, "country"),
        ({"language": "de"}, "language"),
        ({"revision": "next"}, "revision"),
        ({"name": ""}, "name"),
        ({"name": "a\x07b"}, "name"),
    ],
)
def test_a_fault_is_told_beside_its_field_and_changes_nothing(
    owner: Visitor, api: Client, change: dict[str, str], faulty: str
) -> None:
    before = api.data("GET", "/api/account")
    fields = given(owner.page(PATH), **{"name": "Other", **change})
    answer = owner.form(PATH, fields, PATH)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)"', answer.text) == [faulty]
    assert api.data("GET", "/api/account") == before


def test_a_name_that_another_company_has_is_told(owner: Visitor, other_api: Client) -> None:
    answer = owner.form(PATH, given(owner.page(PATH), other_api.account), PATH)
    assert answer.status_code == 422
    assert 'href="#name"' in answer.text


def test_nobody_overwrites_what_somebody_else_has_just_changed(owner: Visitor, api: Client) -> None:
    fields = given(owner.page(PATH), "Mine")
    api.data("PATCH", "/api/account", {"country": "ES"})
    answer = owner.form(PATH, fields, PATH)
    assert answer.status_code == 412
    assert "The company was changed meanwhile." in answer.text
    assert 'value="Mine"' in answer.text
    assert api.data("GET", "/api/account")["country"] == "ES"
    assert owner.form(PATH, given(answer.text, f"{api.account}, mine"), PATH).status_code == 303


def test_others_read_it_as_facts(member: Visitor, reader: Visitor) -> None:
    for visitor in (member, reader):
        main = visitor.page(PATH).partition("<main")[2].partition("</main>")[0]
        assert not re.search("<(form|input|select|button)", main)
        facts = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", main)
        assert [name for name, _ in facts] == [
            "Name",
            "Time zone",
            "Country",
            "Language of the company",
            "Version of the API",
        ]
        assert all(value for _, value in facts)


def test_its_language_is_that_of_browsers_that_ask_for_none_of_ours(
    owner: Visitor, member: Visitor, api: Client
) -> None:
    for visitor in (owner, member):
        visitor.headers["accept-language"] = "fr"
    api.data("PATCH", "/api/account", {"language": "pt"})
    assert '<html lang="pt"' in owner.page("/leads")
    owner.form("/settings/look", [("theme", "system"), ("language", "en"), ("shortcuts", "on")])
    assert '<html lang="en"' in owner.page("/leads")
    assert '<html lang="pt"' in member.page("/leads")
    member.headers["accept-language"] = "en"
    assert '<html lang="en"' in member.page("/leads")


def test_who_is_invited_is_spoken_to_in_it_unless_they_choose(
    server: Server, owner: Visitor, api: Client
) -> None:
    api.data("PATCH", "/api/account", {"language": "pt"})
    made = owner.form(
        "/settings/users/invite", [("email", "new@example.com"), ("role", "member")], "/settings/users"
    )
    link = re.search(r">[^<]*(/join/[\w-]{43})</textarea>", owner.behind(made))
    assert link
    with Client(server.address, None) as visitor:
        visitor.headers["accept-language"] = "fr"
        assert '<html lang="pt"' in visitor.get(link[1]).text
        visitor.get(f"{link[1]}?language=en")
        assert '<html lang="en"' in visitor.get(link[1]).text
