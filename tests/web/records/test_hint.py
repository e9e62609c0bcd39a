"""Who writes a new lead is told of one like it as soon as a field is left, by what a script asks for; a form says it again."""

import re

import pytest

from closum.web.forms import TOKEN
from tests.support.clerk import Clerk, hidden, text_of
from tests.support.client import Client
from tests.support.visiting import text

ALREADY = "There is already someone like this"
ANA = {
    "name": "Ana Sá",
    "email": {"email": "ana@example.pt"},
    "phone": {"extension": "351", "number": "961000213"},
}


def hint(clerk: Clerk, **fields: str) -> str:
    """What a script is answered with for what is in the form."""
    token = hidden(clerk.page("/leads/new"))["_token"]
    answer = clerk.post("/leads/alike", data={TOKEN: token, **fields}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "ana sá"},
        {"email.email": "ANA@example.pt"},
        {"phone.extension": "00351", "phone.number": "961 000 213"},
    ],
)
def test_a_name_an_address_or_a_number_is_enough(owner: Clerk, api: Client, fields: dict[str, str]) -> None:
    lead = api.new("lead", ANA)
    found = hint(owner, **fields)
    assert f'href="/leads/{lead}" target="_blank"' in found
    told = text(found)
    assert told.startswith(f"{ALREADY} Ana Sá (in a new tab) ana@example.pt +351 961 000 213 ")
    assert re.search(r" 213 \d+ \w+ \d{4}$", told)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"name": " "},
        {"name": "Rui"},
        {"email.email": "no address"},
        {"phone.number": "x", "phone.extension": "x"},
        {"city_id": "x"},
        {"city_id": "9" * 30, "name": "\ud7ff" * 300},
    ],
)
def test_of_nobody_there_is_nothing_to_say(owner: Clerk, api: Client, fields: dict[str, str]) -> None:
    api.new("lead", ANA)
    assert not hint(owner, **fields).strip()


def test_nothing_in_it_is_markup(owner: Clerk, api: Client) -> None:
    name = "<b>Ana</b>"
    api.new("lead", {"name": name})
    found = hint(owner, name=name)
    assert ALREADY in found
    assert name not in found


def test_leads_of_other_accounts_are_told_to_nobody(owner: Clerk, other_api: Client) -> None:
    other_api.new("lead", ANA)
    assert not hint(owner, name="Ana Sá").strip()


def test_it_writes_nothing_and_the_page_before_is_still_told(owner: Clerk, api: Client) -> None:
    api.new("lead", ANA)
    owner.fill("/leads", {"name": "Rui"})
    hint_token = hidden(owner.page("/settings/look"))["_token"]
    owner.fill("/leads", {"name": "Rita"})
    answer = owner.post("/leads/alike", data={TOKEN: hint_token, "name": "Ana Sá"})
    assert "set-cookie" not in answer.headers
    assert len(api.data("GET", "/api/lead")) == 3


def test_who_may_not_write_leads_is_told_of_none(reader: Clerk, api: Client) -> None:
    api.new("lead", ANA)
    assert "Ana Sá" not in reader.fill("/leads/alike", {"name": "Ana Sá"}, 403).text


def test_a_new_lead_asks_for_it_and_one_that_is_there_does_not(owner: Clerk) -> None:
    shown = owner.page("/leads/new")
    assert 'hx-post="/leads/alike"' in shown
    lead = owner.made("/leads", {"name": "Ana"})
    for path in (f"/leads/{lead}/edit", "/emails/new", "/unqualified-leads/new"):
        assert "/leads/alike" not in owner.page(path)


def test_a_form_that_comes_back_says_it_without_a_script(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", ANA)
    shown = owner.fill("/leads", {"name": "Ana Sá", "email.email": "ana@"}, 422).text
    assert ALREADY in text_of(shown)
    assert f'href="/leads/{lead}"' in shown
    assert shown.count('id="alike"') == 1
    owner.fill("/leads", {"name": "Ana Sá"})


def test_the_hint_is_beside_the_form_not_in_it(owner: Clerk, api: Client) -> None:
    """A script sends the form that an element is in, where a session has ended."""
    api.new("lead", ANA)
    shown = owner.fill("/leads", {"name": "Ana Sá", "email.email": "ana@"}, 422).text
    form = shown[shown.index('<form class="stack form"') :].partition("</form>")[0]
    assert "/leads/alike" not in form
    assert "/leads/alike" in shown.rpartition("</form>\n<div role")[2]
