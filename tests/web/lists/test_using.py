"""Whose the records of a list are: who has an address or a number, and how many leads are of a city or on a list."""

import pytest

from tests.support.client import Client
from tests.support.visiting import Visitor, cells, links, text

EMAIL, PHONE = {"email": "ana@example.com"}, {"extension": "351", "number": "912345678"}


@pytest.mark.parametrize(
    ("path", "shared", "filtered"),
    [
        ("/emails", {"email": EMAIL}, "Email: ana@example.com"),
        ("/phones", {"phone": PHONE}, "Phone: +351 912 345 678"),
    ],
)
def test_an_address_says_whose_it_is(
    visitor: Visitor, api: Client, path: str, shared: dict[str, object], filtered: str
) -> None:
    first = api.new("lead", {"name": "Ana Costa", **shared})
    assert cells(visitor.page(path))[0][1] == "Ana Costa"
    for name in ("Rui", "Eva"):
        api.new("lead", {"name": name, **shared})
    html = visitor.page(path)
    assert cells(html)[0][1] == "Ana Costa +2"
    (every,) = {one for one in links(html) if ".id%3D" in one}
    assert f"/leads/{first}" in links(html)
    page = visitor.page(every)
    assert {row[0] for row in cells(page)} == {"Ana Costa", "Rui", "Eva"}
    assert filtered in text(page)
    assert filtered in text(visitor.page(every.replace("/leads?", "/leads/views/new?")))
    api.delete(f"/api/lead/{first}").raise_for_status()
    assert cells(visitor.page(path))[0][1] == "Rui +1"


def test_an_address_that_no_lead_has_says_nothing_and_a_nameless_lead_what_it_is_called(
    visitor: Visitor, api: Client
) -> None:
    api.new("email", {"email": "nobody@example.com"})
    api.new("lead", {"email": EMAIL})
    assert [row[:2] for row in cells(visitor.page("/emails"))] == [
        ["ana@example.com", "ana@example.com"],
        ["nobody@example.com", ""],
    ]


@pytest.mark.parametrize(("path", "shared"), [("/emails", {"email": EMAIL}), ("/phones", {"phone": PHONE})])
def test_an_address_that_only_unqualified_leads_have_says_so(
    visitor: Visitor, api: Client, path: str, shared: dict[str, object]
) -> None:
    first = api.new("unqualified_lead", {"name": "Rui", **shared})
    html = visitor.page(path)
    assert cells(html)[0][1] == "1 unqualified lead"
    assert f"/unqualified-leads/{first}" in links(html)
    api.new("unqualified_lead", {"name": "Eva", **shared})
    html = visitor.page(path)
    assert cells(html)[0][1] == "2 unqualified leads"
    (every,) = {one for one in links(html) if ".id%3D" in one}
    assert {row[0] for row in cells(visitor.page(every))} == {"Rui", "Eva"}
    api.new("lead", {"name": "Ana", **shared})
    assert cells(visitor.page(path))[0][1] == "Ana"


def test_a_long_name_leaves_room_for_how_many_others_there_are(visitor: Visitor, api: Client) -> None:
    name = "Sociedade de Construções e Empreendimentos da Beira Interior e Litoral"
    lead = api.new("lead", {"name": name[:54], "email": EMAIL})
    assert cells(visitor.page("/emails"))[0][1] == name[:54]
    api.data("PATCH", f"/api/lead/{lead}", {"name": name})
    assert cells(visitor.page("/emails"))[0][1] == f"{name[:54]}…"
    api.new("lead", {"name": "Rui", "email": EMAIL})
    html = visitor.page("/emails")
    assert cells(html)[0][1] == "Sociedade de Construções e Empreendi… +1"
    assert f'title="{name}"' in html


def test_a_city_and_a_list_say_how_many_leads_they_have(visitor: Visitor, api: Client) -> None:
    number = api.new("audience_list", {"name": "Newsletter"})
    for name in ("Ana", "Rui"):
        lead = api.new("lead", {"name": name, "city_id": 213})
        api.new("lead_audience_list", {"lead_id": lead, "audience_list_id": number})
    api.new("lead", {"name": "Eva"})
    for path in ("/cities?filter=id%3D213", "/audience-lists"):
        html = visitor.page(path)
        assert cells(html)[0][1] == "2"
        (every,) = {one for one in links(html) if one.startswith("/leads?filter=")}
        assert {row[0] for row in cells(visitor.page(every))} == {"Ana", "Rui"}


def test_leads_of_another_account_are_not_counted(visitor: Visitor, other_api: Client) -> None:
    other_api.new("lead", {"name": "Eva", "city_id": 213})
    assert cells(visitor.page("/cities?filter=id%3D213")) == [["Abrantes", "0"]]
