"""The page of a record that is not there says what it was called, and where it is."""

import pytest

from tests.support.clerk import Clerk, text_of
from tests.support.client import Client

each = pytest.mark.parametrize


def _merge(api: Client, kept: int, gone: int) -> None:
    assert api.post(f"/api/lead/{kept}/merge", json={"ids": [gone]}).status_code == 200


@each(
    ("language", "heading", "when"),
    [
        ("en", "Helena Dias is in the bin", "It was deleted on"),
        ("pt", "Helena Dias está na reciclagem", "O registo foi eliminado a"),
    ],
)
def test_who_restores_reads_whom(
    owner: Clerk, reader: Clerk, api: Client, language: str, heading: str, when: str
) -> None:
    lead = api.new("lead", {"name": "Helena Dias"})
    api.data("DELETE", f"/api/lead/{lead}")
    for one in (owner, reader):
        one.headers["accept-language"] = language
        page = one.page(f"/leads/{lead}", 404)
        assert f"<h1>{heading}</h1>" in page
        assert when in text_of(page)
        assert ('action="/bin/restore"' in page) is (one is owner)


def test_a_lead_without_a_name_is_called_by_what_it_shows(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"email": {"email": "ana@example.pt"}})
    api.data("DELETE", f"/api/lead/{lead}")
    assert "<h1>ana@example.pt is in the bin</h1>" in owner.page(f"/leads/{lead}", 404)
    email = api.data("GET", "/api/email")[0]["id"]
    api.data("DELETE", f"/api/email/{email}")
    assert "<h1>ana@example.pt is in the bin</h1>" in owner.page(f"/emails/{email}", 404)


@each(
    ("language", "heading"),
    [("en", "Rui was merged into Marta Reis"), ("pt", "O registo Rui foi unido a Marta Reis")],
)
def test_who_went_into_whom_is_said_over_chains(
    owner: Clerk, api: Client, language: str, heading: str
) -> None:
    rui, joana, marta = (api.new("lead", {"name": name}) for name in ("Rui", "Joana", "Marta Reis"))
    _merge(api, joana, rui)
    _merge(api, marta, joana)
    owner.headers["accept-language"] = language
    assert f"<h1>{heading}</h1>" in owner.page(f"/leads/{rui}", 404)
    api.data("DELETE", f"/api/lead/{marta}")
    page = owner.page(f"/leads/{rui}", 404)
    assert f"<h1>{heading}</h1>" in page
    assert f'href="/leads/{marta}">Marta Reis</a>' in page


def test_nothing_is_said_of_what_is_gone_for_good(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Helena Dias"})
    api.data("DELETE", f"/api/lead/{lead}")
    api.data("DELETE", f"/api/bin/{api.data('GET', '/api/bin')[0]['id']}")
    for path in (f"/leads/{lead}", "/leads/99"):
        page = owner.page(path, 404)
        assert "<h1>There is nothing at this address</h1>" in page
        assert "Helena" not in page


def test_a_link_back_names_who_is_in_the_bin(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Helena Dias"})
    operation = api.data("GET", "/api/operation")[0]["id"]
    api.data("DELETE", f"/api/lead/{lead}")
    page = owner.page(f"/undo/{operation}?back=/leads/{lead}")
    assert f'href="/leads/{lead}">' in page
    assert "Helena Dias" in text_of(page)
    assert f"Lead {lead}" not in text_of(page)
