"""A list without records says what it is about and what to do next; one that a filter leaves empty, how to see all again."""

import pytest

from closum.web.words import load
from tests.support.client import Client
from tests.support.visiting import Visitor, links, new_leads, text

WORDS = load()["en"]


@pytest.mark.parametrize(
    "name", ["emails", "phones", "unqualified_leads", "audience_lists", "assignment_rules"]
)
def test_an_empty_list_says_what_it_is_about(visitor: Visitor, name: str) -> None:
    path = f"/{name.replace('_', '-')}"
    page = visitor.page(path).partition("<main")[2]
    assert WORDS(f"about.{name}") in text(page)
    assert '<svg class="icon"' in page.partition("<h1>")[0]
    assert f"{path}/new" in links(page)
    assert ("/imports/new" in links(page)) == (name in ("emails", "phones"))


def test_a_reader_is_offered_nothing_to_make(reader: Visitor) -> None:
    page = reader.page("/emails").partition("<main")[2]
    assert not {"/emails/new", "/imports/new"} & {*links(page)}


def test_filters_that_nothing_has_can_be_cleared(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1)
    page = visitor.page("/leads?filter=source%3Dfair&sort=name")
    assert "Nothing found" in text(page)
    assert links(page, "Nothing found")[0] == "/leads?sort=name"
    assert ("Clear the filters" in page, "Clear all" in page) == (True, False)
    page = visitor.page("/leads?q=zzz")
    assert ("Clear the search" in page, "Clear all" in page) == (True, False)
    assert links(page, "Nothing found")[:2] == ["/leads", "/leads/new?name=zzz"]
    assert "/leads/export" not in page.partition('id="out" hidden')[0]


def test_one_page_has_no_pager(visitor: Visitor, api: Client) -> None:
    new_leads(api, 26)
    assert "Page 1 of 2" in text(visitor.page("/leads"))
    assert 'class="row pager"' not in visitor.page("/leads?limit=50")


def test_the_bin_has_tabs_for_what_is_in_it(visitor: Visitor, api: Client) -> None:
    """And none for one kind alone, but for that which is looked at."""
    assert 'class="tabs"' not in visitor.page("/bin")
    api.delete(f"/api/lead/{api.new('lead', {'name': 'Ana'})}").raise_for_status()
    assert 'class="tabs"' not in visitor.page("/bin")
    api.delete(f"/api/email/{api.new('email', {'email': 'ana@example.com'})}").raise_for_status()
    tabs = visitor.page("/bin").partition('class="tabs"')[2].partition("</nav>")[0]
    assert links(tabs) == ["/bin", "/bin?resource=lead", "/bin?resource=email"]


def test_where_there_is_nothing_one_goes_on(visitor: Visitor, reader: Visitor) -> None:
    for one in (visitor, reader):
        answer = one.get("/nothing-here", headers={"accept": "text/html"})
        page = answer.text
        assert answer.status_code == 404
        assert "There is nothing at this address" in text(page)
        assert links(page.partition("<main")[2])[:2] == ["/leads", "/bin"]
        assert 'class="side"' in page
