"""The leads of an import as a list: with a chip that names the file, searched, paged, and changed together."""

import re
from html import unescape

from tests.support.client import Client
from tests.support.import_calls import imported as by_call
from tests.support.import_calls import leads
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts

FILE = "Nome,Email\nAna,ana@example.pt\nRui Sá,rui@example.pt\nEva Sá,eva@example.pt\n"
OF_IMPORT = "/leads?filter=import%3D1"


def names(page: str) -> list[str]:
    return [
        unescape(one)
        for one in re.findall(r'class="title[^"]*"[^>]*><a [^>]*>(?:<span[^>]*>)?([^<]+)<', page)
    ]


def made(pages: Pages, api: Client) -> str:
    """The page of an import of three leads, beside others; one of the three was there."""
    api.new("lead", {"email": {"email": "ana@example.pt"}})
    number = sent(pages, FILE, "feira.csv")
    checked(pages, number)
    page = imported(pages, number)
    api.new("lead", {"name": "Outro Sá"})
    return page


def test_the_link_leads_to_the_leads_of_the_import_alone(pages: Pages, api: Client) -> None:
    assert f'href="{OF_IMPORT}"' in made(pages, api)
    page = pages.shown(OF_IMPORT)
    assert sorted(names(page)) == ["Ana", "Eva Sá", "Rui Sá"]
    assert "Import: feira.csv" in texts(page)
    assert sorted(names(pages.shown(f"{OF_IMPORT}&q=sá"))) == ["Eva Sá", "Rui Sá"]
    found = [names(pages.shown(f"{OF_IMPORT}&sort=name&limit=1&page={number}")) for number in (1, 2, 3)]
    assert found == [["Ana"], ["Eva Sá"], ["Rui Sá"]]


def test_they_are_changed_together(pages: Pages, api: Client) -> None:
    made(pages, api)
    fields = {"do": "save", "query": "filter=import%3D1", "count": "3", "all": "1", "f.source": "feira"}
    pages.submit("/leads/bulk", fields)
    assert [one["name"] for one in leads(api) if one.get("source") == "feira"] == []
    found = api.data("GET", "/api/lead?fields=name,source&sort=name")
    assert [(one["name"], one["source"]) for one in found] == [
        ("Ana", "feira"),
        ("Eva Sá", "feira"),
        ("Outro Sá", None),
        ("Rui Sá", "feira"),
    ]


def test_an_import_of_another_account_has_no_leads_here(pages: Pages, api: Client, other_api: Client) -> None:
    by_call(other_api, FILE)
    api.new("lead", {"name": "Outro"})
    assert names(pages.shown(OF_IMPORT)) == []
    assert api.get("/api/lead?filter=import=1").json()["data"] == []


def test_calls_filter_by_an_import_too(api: Client) -> None:
    by_call(api, FILE)
    api.new("lead", {"name": "Outro"})
    by_call(api, "Nome,Email\nZé,ze@example.pt\n")
    for query, ids in (
        ("filter=import=1", [1, 2, 3]),
        ("filter=import=2", [5]),
        ("filter=import=1&filter=import=2", [1, 2, 3, 5]),
        ("filter=import=3", []),
        ("filter=import=1&q=sá", [2, 3]),
    ):
        found = api.get(f"/api/lead?{query}").json()
        assert found["success"], (query, found)
        assert ([one["id"] for one in found["data"]], found["pagination"]["count"]) == (ids, len(ids))
    for query in ("filter=import!=1", "filter=import=", "filter=import=x", "filter=import>1"):
        assert api.get(f"/api/lead?{query}").status_code == 400
    assert api.get("/api/email?filter=import=1").status_code == 400
