"""What the pages of records have in which place, in plain words, and what they leave out."""

import json
import re

from tests.support.clerk import BEATRIZ, Clerk, text_of
from tests.support.client import Client
from tests.support.visiting import cells


def headings(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*>([^<]*?) *<", page[page.index("<main") :].partition("</main>")[0])


def test_an_address_has_a_plain_label_and_a_link_to_its_own_page(owner: Clerk) -> None:
    shown = owner.page(f"/leads/{owner.made('/leads', BEATRIZ)}")
    assert "<dt>Email</dt>" in shown
    assert '<a href="/emails/1" aria-label="Details: Email">Details</a>' in shown
    assert '<a href="/phones/1" aria-label="Details: Phone">Details</a>' in shown


def test_a_card_without_anything_is_not_there(owner: Clerk, reader: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    assert headings(reader.page(f"/leads/{lead}")) == ["Record", "History"]
    assert headings(owner.page(f"/leads/{lead}")) == [
        "Note, stage and follow-up",
        "Record",
        "History",
        "Consents",
    ]


def test_additional_data_stands_first_beside_a_lead_and_all_of_it_is_there(owner: Clerk, api: Client) -> None:
    data = {f"Field {one}": f"Value {one}" for one in range(30)}
    lead = api.new("lead", {"name": "Ana", "custom_data": json.dumps(data)})
    shown = owner.page(f"/leads/{lead}")
    assert headings(shown)[-3:] == ["Additional data", "History", "Consents"]
    assert "and 22 more" in text_of(shown)
    for name, value in data.items():
        assert f"{name} {value} " in text_of(shown)


def test_history_stands_before_lists_and_consents(owner: Clerk, api: Client) -> None:
    api.new("audience_list", {"name": "Fair"})
    found = headings(owner.page(f"/leads/{owner.made('/leads', {'name': 'Ana'})}"))
    assert found[found.index("History") :] == ["History", "Lists", "Consents"]


def test_a_value_that_is_gone_is_told_as_removed_and_empty(owner: Clerk) -> None:
    lead = owner.made("/leads", BEATRIZ)
    owner.fill(f"/leads/{lead}", {"source": "Fair"})
    owner.fill(f"/leads/{lead}", {"source": ""})
    shown = text_of(owner.page(f"/leads/{lead}"))
    assert "Owner removed source Fair → empty" in shown
    assert "Owner set source: Fair" in shown


def test_what_people_called_their_data_is_told_as_they_wrote_it(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    data = '{"Orçamento": 18000, "Visita": "2026-12-02", "Newsletter": true}'
    api.data("PATCH", f"/api/lead/{lead}", {"custom_data": data})
    shown = text_of(owner.page(f"/leads/{lead}"))
    assert "set Orçamento, Visita and Newsletter Orçamento 18000 Visita 2 Dec 2026 Newsletter Yes" in shown


def test_a_form_of_a_note_says_that_it_is_one(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    note = owner.made("/notes", {"lead_id": str(lead), "text": "Wants an offer"})
    form = owner.page(f"/notes/{note}/edit")
    assert "<h1>Edit note</h1>" in form
    assert "Edit note Lead Ana Text" in text_of(form)
    assert 'aria-label="Edit note: Wants an offer"' in owner.page(f"/leads/{lead}")
    assert "<h1>Edit Ana</h1>" in owner.page(f"/leads/{lead}/edit")
    back = owner.page(f"/notes/{note}")
    assert re.search(rf'class="button bare" href="/leads/{lead}"><svg.*?</svg>Ana</a>', back)


def test_a_city_shows_its_leads_of_this_account(owner: Clerk, stranger: Clerk) -> None:
    owner.made("/leads", {"name": "Elsewhere", "city_id": "2"})
    for number in range(12):
        owner.made("/leads", {"name": f"N{number:02}", "city_id": "1"})
    shown = owner.page("/cities/1")
    assert headings(shown) == ["Leads"]
    assert "Leads 12 N11" in text_of(shown)
    assert "N01" not in shown
    assert 'href="/leads?filter=city_id%3D1">Show all 12</a>' in shown
    assert "Elsewhere" not in shown
    assert headings(stranger.page("/cities/1")) == ["Record"]


def test_a_page_with_nothing_beside_is_one_column(owner: Clerk) -> None:
    assert owner.page("/cities/1").count('<div class="stack">') == 1
    assert owner.page(f"/leads/{owner.made('/leads', {'name': 'Ana'})}").count('<div class="stack">') == 2


def test_a_shared_record_says_in_words_whether_it_is_valid(owner: Clerk) -> None:
    owner.made("/leads", BEATRIZ)
    assert "Record No. 1 Created" in text_of(owner.page("/emails/1"))
    assert "Record No. 1 Created" in text_of(owner.page("/phones/1"))
    assert "+351 961 000 213 Valid Portugal" in text_of(owner.page("/phones/1"))


def test_a_list_shows_its_leads(owner: Clerk, api: Client) -> None:
    one = api.new("audience_list", {"name": "Fair"})
    lead = api.new("lead", {"name": "Ana"})
    assert headings(owner.page(f"/audience-lists/{one}")) == ["Leads", "Record", "History"]
    api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": one})
    assert f'<a href="/leads/{lead}">Ana</a>' in owner.page(f"/audience-lists/{one}")


def test_the_list_of_keys_is_a_button_for_who_uses_them(owner: Clerk) -> None:
    button = " data-help>"
    assert button in owner.page("/leads")
    owner.fill("/settings/look", {"theme": "system", "language": "en"})
    assert button not in owner.page("/leads")


def test_the_leads_of_a_list_are_in_the_table_of_leads(owner: Clerk, api: Client) -> None:
    fair = api.new("audience_list", {"name": "Fair"})
    path = f"/leads?filter=audience_list_id%3D{fair}"
    assert path not in owner.page(f"/audience-lists/{fair}")
    for name in ("Ana", "Bea"):
        lead = api.new("lead", {"name": name})
        api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": fair})
    api.new("lead", {"name": "Carla"})
    for language, told in (("en", "Show all 2 leads"), ("pt", "Mostrar tudo (2 leads)")):
        owner.headers["accept-language"] = language
        assert f'<a href="{path}">{told}</a>' in owner.page(f"/audience-lists/{fair}")
    assert sorted(row[0] for row in cells(owner.page(path))) == ["Ana", "Bea"]


def test_phones_and_addresses_in_additional_data_are_links(owner: Clerk, api: Client) -> None:
    api.data("PUT", "/api/account", {"country": "PT"})
    data = {
        "Telefone 2": "912 345 678\n<b>x</b>",
        "Other": "+351 213 000 001",
        "Email 2": "ana.s@example.pt",
        "NIF": "212345678",
        "Note": "a@@b",
        "Telefone 3": "12",
    }
    lead = api.new("lead", {"name": "Ana", "custom_data": json.dumps(data)})
    shown = owner.page(f"/leads/{lead}")
    assert '<a href="tel:+351912345678">912 345 678</a>\n&lt;b&gt;x&lt;/b&gt;' in shown
    assert '<a href="tel:+351213000001">+351 213 000 001</a>' in shown
    assert '<a href="mailto:ana.s@example.pt">ana.s@example.pt</a>' in shown
    assert ">212345678</span>" in shown
    assert ">a@@b</span>" in shown
    assert ">12</span>" in shown
