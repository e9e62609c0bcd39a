"""Data and privacy: what there is of a person, given to them or erased."""

import json
import re
from html import unescape

import pytest

from tests.support.client import Client
from tests.support.visiting import Visitor, text

PATH = "/settings/retention"
WHO = "ana@person.example"

each = pytest.mark.parametrize


def lead(api: Client, **more: object) -> int:
    return api.new("lead", {"name": "Ana <Silva>", "email": {"email": WHO}, **more})


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found
    return unescape(found[1])


def test_what_is_kept_how_long_is_told_to_everybody(reader: Visitor) -> None:
    page = text(reader.page(PATH))
    assert "Bin, and what can be undone 30 days" in page
    assert "History 365 days" in page
    assert "Data of one person" not in page


def test_a_person_is_found_exported_and_erased(owner: Visitor, api: Client) -> None:
    lead(api)
    other = api.new("lead", {"name": "Rui"})
    page = owner.form(f"{PATH}/find", [("person", f" {WHO} ")], PATH).text
    assert "This would be erased: 1 lead and 1 email." in text(page)
    assert "Ana &lt;Silva&gt;" in page
    export = owner.form(f"{PATH}/export", [("person", WHO)], PATH)
    assert export.headers["content-disposition"] == 'attachment; filename="person.json"'
    assert json.loads(export.content)["leads"][0]["name"] == "Ana <Silva>"
    wrong = owner.form(f"{PATH}/erase", [("person", WHO), ("typed", "yes"), ("mark", mark(page))], PATH)
    assert wrong.status_code == 422
    assert 'href="#typed"' in wrong.text
    assert len(api.data("GET", "/api/lead")) == 2
    done = owner.form(f"{PATH}/erase", [("person", WHO), ("typed", WHO), ("mark", mark(page))], PATH)
    assert "Erased: 1 lead and 1 email." in text(owner.behind(done))
    assert "Erased" not in text(owner.page(PATH))
    assert [one["id"] for one in api.data("GET", "/api/lead")] == [other]
    assert api.data("GET", "/api/bin") == []
    again = owner.form(f"{PATH}/find", [("person", WHO)], PATH)
    assert "Nothing is stored about this person." in again.text
    audit = text(owner.page("/settings/audit"))
    assert "Began to erase a person: " in audit
    assert "Erased a person for good: " in audit
    assert WHO not in audit


@each(
    ("language", "told"),
    [
        ("en", ["List Newsletter", "Consent to emails given", "Consent to text messages given withdrawn"]),
        (
            "pt",
            ["Lista Newsletter", "Consentimento para emails dado", "Consentimento para SMS dado retirado"],
        ),
    ],
)
def test_lists_and_consents_are_told_in_words(
    owner: Visitor, api: Client, language: str, told: list[str]
) -> None:
    number = lead(api)
    place = api.new("audience_list", {"name": "Newsletter"})
    api.new("lead_audience_list", {"lead_id": number, "audience_list_id": place})
    for channel, state in (("email", "given"), ("sms", "given"), ("sms", "withdrawn")):
        api.new("consent", {"lead_id": number, "channel": channel, "state": state})
    look = owner.form("/settings/look", [("theme", "system"), ("language", language)], PATH)
    assert look.status_code == 303
    page = text(owner.form(f"{PATH}/find", [("person", WHO)], PATH).text)
    assert [one for one in told if one in page] == told
    assert not re.search(rf"Lead {number}|Email \d", page)


def test_a_number_without_its_code_is_one_of_the_country_of_the_company(owner: Visitor, api: Client) -> None:
    lead(api, phone={"extension": "351", "number": "934567890"})
    refused = owner.form(f"{PATH}/find", [("person", "934567890")], PATH)
    assert refused.status_code == 422
    assert '<a href="#person">Email or phone number</a>' in refused.text
    api.data("PATCH", "/api/account", {"country": "PT"})
    page = owner.form(f"{PATH}/find", [("person", "934 567 890")], PATH).text
    assert "What is stored about +351 934 567 890" in text(page)
    assert "Ana &lt;Silva&gt;" in page
    export = owner.form(f"{PATH}/export", [("person", "934 567 890")], PATH)
    assert json.loads(export.content)["leads"][0]["name"] == "Ana <Silva>"
    fields = [("person", "934 567 890"), ("typed", "934 567 890"), ("mark", mark(page))]
    assert "Erased: 1 lead" in text(owner.behind(owner.form(f"{PATH}/erase", fields, PATH)))


def test_what_changed_since_it_was_shown_is_not_erased_unseen(owner: Visitor, api: Client) -> None:
    first = lead(api)
    page = owner.form(f"{PATH}/find", [("person", WHO)], PATH).text
    api.data("PATCH", f"/api/lead/{first}", {"name": "Somebody else"})
    fields = [("person", WHO), ("typed", WHO)]
    answer = owner.form(f"{PATH}/erase", [*fields, ("mark", mark(page))], PATH)
    assert answer.status_code == 412
    assert "Something changed since you looked." in answer.text
    assert api.data("GET", f"/api/lead/{first}")["name"] == "Somebody else"
    assert owner.form(f"{PATH}/erase", [*fields, ("mark", mark(answer.text))], PATH).status_code == 303
    assert api.get(f"/api/lead/{first}").status_code == 404


@each("who", ["", "ana", "912345678", "<b>", "x" * 400])
@each("form", ["find", "export", "erase"])
def test_what_names_nobody_is_told(owner: Visitor, form: str, who: str) -> None:
    answer = owner.form(f"{PATH}/{form}", [("person", who), ("typed", who)], PATH)
    assert answer.status_code == 422
    assert 'href="#person"' in answer.text


def test_a_person_of_another_account_is_not_there(owner: Visitor, other_api: Client) -> None:
    first = lead(other_api)
    page = owner.form(f"{PATH}/find", [("person", WHO)], PATH).text
    assert "Nothing is stored about this person." in page
    answer = owner.form(f"{PATH}/erase", [("person", WHO), ("typed", WHO), ("mark", "x")], PATH)
    assert answer.status_code == 412
    assert other_api.data("GET", f"/api/lead/{first}")["name"] == "Ana <Silva>"
