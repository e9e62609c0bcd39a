"""Unqualified leads: shown as the later revisions have them, with addresses and numbers that leads may show, too."""

from typing import Any

import pytest

from tests.support.answers import faults
from tests.support.client import Client

ANA = {"name": "Ana", "email": {"email": "ana@example.com"}, "phone": {"number": "+351 912 345 678"}}
PATH = "/api/unqualified-lead"


def new(api: Client, **more: Any) -> int:
    return api.new("unqualified-lead", ANA | more)


def ids(api: Client, query: str) -> list[int]:
    return [one["id"] for one in api.data("GET", f"{PATH}?{query}")]


def test_it_shares_address_and_number_with_leads(api: Client) -> None:
    lead, other = api.new("lead", ANA), new(api)
    assert [len(api.data("GET", f"/api/{name}")) for name in ("email", "phone")] == [1, 1]
    api.data("PUT", "/api/email/1", {"email": "sa@example.com"})
    assert api.data("GET", f"{PATH}/{other}")["email"] == {"email": "sa@example.com"}
    assert api.data("GET", f"/api/lead/{lead}")["email"]["email"] == "sa@example.com"
    api.data("PUT", f"/api/lead/{lead}", {"email": {"email": "new@example.com"}})
    assert api.data("GET", f"{PATH}/{other}")["email"] == {"email": "sa@example.com"}


def test_what_it_shows_is_not_deleted(api: Client) -> None:
    api.new("lead", ANA)
    new(api)
    answer = api.delete("/api/email/1")
    assert faults(answer) == {"id": "_isShown"}
    text = answer.json()["data"]["errors"]["id"]["_isShown"]
    assert text.startswith("Lead 1 and unqualified lead 1 show it")
    for path in ("/api/lead/1", f"{PATH}/1", "/api/email/1"):
        api.data("DELETE", path)


def test_a_type_of_contact_is_one_of_the_account(api: Client, other_api: Client) -> None:
    customer = api.new("contact-type", {"label": "Cliente"})
    number = new(api, contact_type_id=str(customer))
    assert api.data("GET", f"{PATH}/{number}")["contact_type_id"] == customer
    assert faults(other_api.post(PATH, json=ANA | {"contact_type_id": customer})) == {
        "contact_type_id": "_existsIn"
    }
    assert faults(api.delete(f"/api/contact-type/{customer}")) == {"id": "_isUsed"}
    api.data("PATCH", f"{PATH}/{number}", {"contact_type_id": None})
    api.data("DELETE", f"/api/contact-type/{customer}")


@pytest.mark.parametrize(
    "query",
    [
        "name=Ana",
        "email=ana@example.com",
        "email.domain=example.com",
        "phone=00351912345678",
        "phone.country=PT",
        "phone.is_valid=1",
        "contact_type_id=1",
        "filter=contact_type_id=1&q=ana",
        "city_id=40",
        "q=abrantes 912345678",
        "custom_data.source=fair",
        "sort=email.email&filter=name~=an",
    ],
)
def test_it_is_found_by_what_it_has(api: Client, query: str) -> None:
    api.new("contact-type", {"label": "Cliente"})
    city = api.data("GET", "/api/city?city_name=Abrantes")[0]["id"]
    number = new(api, contact_type_id=1, city_id=city, custom_data={"source": "fair"})
    new(api, name="Rui", email={"email": "rui@example.org"}, phone={"extension": "44", "number": "12"})
    found = ids(api, query.replace("40", str(city)))
    assert found == [number]


def test_custom_data_is_shown_where_it_is_asked_for(api: Client) -> None:
    number = new(api, custom_data={"source": "fair"})
    assert "custom_data" not in api.data("GET", f"{PATH}/{number}")
    shown = api.data("GET", f"{PATH}/{number}?fields=custom_data,phone.id,phone.extension")
    assert shown == {"custom_data": '{"source":"fair"}', "phone": {"id": 1, "extension": "00351"}}


def test_it_needs_a_name_or_a_way_to_reach_it(api: Client) -> None:
    assert faults(api.post(PATH, json={"city_id": 1})) == {"name": "_atLeastOne"}


def test_it_comes_back_with_what_it_showed(api: Client) -> None:
    number = new(api)
    before = api.data("GET", f"{PATH}/{number}")
    gone = api.delete(f"{PATH}/{number}").headers["X-Operation"]
    api.data("DELETE", "/api/email/1")
    api.data("POST", f"/api/operation/{gone}/undo", {})
    assert api.data("GET", f"{PATH}/{number}") == before
