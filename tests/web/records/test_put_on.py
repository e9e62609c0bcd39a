"""The page of a list leads to one where leads are looked for and put on it."""

import re

from tests.support.clerk import Clerk, text_of
from tests.support.client import Client


def test_leads_are_found_and_put_on_a_list_one_after_the_other(owner: Clerk, api: Client) -> None:
    number = api.new("audience_list", {"name": "Letter"})
    ids = [api.new("lead", {"name": f"Ana {name}"}) for name in ("Reis", "Costa")]
    path = f"/audience-lists/{number}/add"
    assert f'href="{path}"' in owner.page(f"/audience-lists/{number}")
    page = owner.page(f"{path}?q=ana")
    assert "Add a lead to “Letter”" in text_of(page)
    assert re.search('href="/audience-lists"[^>]* aria-current="page"', page)
    assert [int(one) for one in re.findall('name="lead_id" value="([0-9]+)"', page)] == ids
    (back,) = {*re.findall('name="back" value="([^"]*)"', page)}
    answer = owner.fill(
        "/lead-audience-lists", {"lead_id": str(ids[0]), "audience_list_id": str(number), "back": back}
    )
    assert answer.headers["location"] == f"{path}?q=ana"
    page = owner.page(f"{path}?q=ana")
    assert re.findall('name="lead_id" value="([0-9]+)"', page) == [str(ids[1])]
    assert "On the list" in text_of(page)
    assert [one["lead_id"] for one in api.data("GET", "/api/lead-audience-list")] == [ids[0]]


def test_nothing_is_found_where_nothing_is_asked_for_and_nobody_elses_list(
    owner: Clerk, reader: Clerk, stranger: Clerk, api: Client
) -> None:
    number = api.new("audience_list", {"name": "Letter"})
    api.new("lead", {"name": "Ana"})
    path = f"/audience-lists/{number}/add"
    assert "lead_id" not in owner.page(path)
    assert "No lead matches" in text_of(owner.page(f"{path}?q=zzzz"))
    assert reader.get(path).status_code == 403
    assert stranger.get(path).status_code == 404
    assert f'href="{path}"' not in reader.page(f"/audience-lists/{number}")
