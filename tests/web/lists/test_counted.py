"""A search is counted as far as people look: what many records have is `1,000+`, and whatever is done with all of them counts
them first."""

import re

import pytest

from closum.web.lists.asked import MOST_COUNTED
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.visiting import Fields, Visitor, cells, new_leads, text

FOUND = MOST_COUNTED + 3
ALL = [("query", "q=n"), ("count", ""), ("all", "1")]


@pytest.fixture
def found(api: Client) -> int:
    """Leads that the letter finds, and two others."""
    new_leads(api, FOUND, source="fair")
    for name in ("Ana", "Rui"):
        api.new("lead", {"name": name})
    return FOUND


def hidden(html: str) -> Fields:
    """The fields that a form sends without being asked, but its token."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html)
    return [one for one in fields if one[0] != "_token"]


def test_a_search_and_its_pages(visitor: Visitor, found: int) -> None:
    first = text(visitor.page("/leads?q=n"))
    assert "Leads 1,000+" in first
    assert "1–25 of 1,000+" in first
    assert "Page 1 of 40" in first
    assert "All 1,000+ that match" in first
    last = visitor.page("/leads?q=n&page=40")
    assert "976–1,000 of 1,000+" in text(last)
    assert "page=41" not in last
    assert len(cells(last)) == 25


def test_the_place_of_a_record(visitor: Visitor, found: int) -> None:
    assert "2 of 1,000+" in text(visitor.page("/leads/2?q=n&at=2"))


def test_filters_and_lists_are_counted_exactly(visitor: Visitor, found: int) -> None:
    assert "Leads 1,005" in text(visitor.page("/leads"))
    assert "Leads 1,003" in text(visitor.page("/leads?filter=source%3Dfair"))


def test_few_are_counted_exactly(visitor: Visitor, api: Client) -> None:
    new_leads(api, 3, source="fair")
    assert "Leads 3" in text(visitor.page("/leads?q=n"))
    assert 'name="count" value="3"' in visitor.page("/leads?q=n")


def test_a_search_in_another_order(visitor: Visitor, found: int) -> None:
    assert "1–25 of 1,000+" in text(visitor.page("/leads?q=n&sort=name&direction=desc"))
    assert "1–25 of 1,000+" in text(visitor.page("/leads?q=n&filter=id%3E0"))


def test_all_are_counted_before_they_are_deleted(visitor: Visitor, api: Client, found: int) -> None:
    assert 'name="count" value=""' in visitor.page("/leads?q=n")
    asked = visitor.form("/leads/bulk", [*ALL, ("do", "delete")])
    assert asked.status_code == 200
    assert "1,003 leads" in text(asked.text)
    assert api.get("/api/lead?limit=1").json()["pagination"]["count"] == found + 2
    sent = visitor.form("/leads/bulk", [*hidden(asked.text), ("do", "delete"), ("all", "1")])
    assert sent.status_code == 303
    wait_until(lambda: api.get("/api/lead?limit=1").json()["pagination"]["count"] == 2)


def test_all_are_counted_before_they_are_edited(visitor: Visitor, found: int) -> None:
    answer = visitor.form("/leads/bulk", [*ALL, ("do", "edit")])
    assert "Edit 1,003 leads" in text(visitor.page(answer.headers["location"]))


def test_all_of_nothing_are_none(visitor: Visitor, api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    answer = visitor.form("/leads/bulk", [*ALL, ("do", "delete")])
    assert "0 leads" in text(answer.text)
    assert 'value="delete"' not in answer.text
