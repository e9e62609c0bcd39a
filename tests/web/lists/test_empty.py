"""A list without records says what it is about and what to do next; one that a filter leaves empty, how to see all again."""

import re
from urllib.parse import urlencode

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
    assert f"<h1>{WORDS(name)}</h1>" in page
    assert f"<h2>No {WORDS(name.removesuffix('s') + '.n').removeprefix('{n} ')} yet</h2>" in page
    assert '<svg class="icon"' in page.partition("<h2>")[0]
    assert f"{path}/new" in links(page)
    assert ("/imports/new" in links(page)) == (name in ("emails", "phones"))


def test_a_reader_is_offered_nothing_to_make(reader: Visitor) -> None:
    page = reader.page("/emails").partition("<main")[2]
    assert not {"/emails/new", "/imports/new"} & {*links(page)}


def test_who_has_no_leads_yet_is_offered_what_they_may_do(
    visitor: Visitor, member: Visitor, reader: Visitor
) -> None:
    ways = ("/imports/new", "/leads/new", "/settings/api")
    pages = [one.page("/leads").partition("<main")[2] for one in (visitor, member, reader)]
    assert [[way for way in ways if way in links(page)] for page in pages] == [[*ways], [*ways[:2]], []]
    told = ["An owner of the account sets this up." in page for page in pages]
    assert told == [False, True, False]
    assert ["let your site send them" in page for page in pages] == [True, True, False]
    assert "once a colleague brings or writes them" in text(pages[2])
    assert "You see every row" not in text(reader.page("/imports"))


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


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("q=silva", "Nothing matches “silva”. Check the spelling."),
        (
            "q=silva&filter=source%3Dfair",
            "Nothing matches “silva” with these filters. Take a filter away, or check the spelling.",
        ),
        (
            "q=919",
            "Nothing matches “919”. A number is found by its first four digits or more behind the code of its country, or by its last four or more.",
        ),
        (
            "q=919&filter=source%3Dfair",
            "Nothing matches “919”. A number is found by its first four digits or more behind the code of its country, or by its last four or more. Or take a filter away.",
        ),
        ("filter=source%3Dfair", "Nothing matches. Take a filter away."),
    ],
)
def test_what_is_not_found_is_said_with_what_to_do(
    visitor: Visitor, api: Client, query: str, told: str
) -> None:
    """And what is offered to make is offered once."""
    new_leads(api, 1)
    page = visitor.page(f"/leads?{query}").partition("<main")[2]
    assert f"Nothing found {told} Clear" in text(page)
    head, _, found = page.partition('id="list"')
    assert re.search(r'id="new" href="/leads/new" hidden>', head)
    assert sum(one.startswith("/leads/new") for one in links(found)) == 1
    assert 'id="new" href="/leads/new" aria-keyshortcuts="n">' in visitor.page("/leads")


@pytest.mark.parametrize(
    ("path", "q", "told", "other"),
    [
        ("/emails", "+351 912", "Phone numbers are in another list.", "/phones?q=%2B351+912"),
        ("/phones", "ana@example.com", "Email addresses are in another list.", "/emails?q=ana%40example.com"),
    ],
)
def test_what_is_in_another_list_is_offered_there(
    visitor: Visitor, api: Client, path: str, q: str, told: str, other: str
) -> None:
    new_leads(api, 1)
    page = visitor.page(f"{path}?{urlencode({'q': q})}").partition("<main")[2]
    assert f"Nothing found Nothing matches “{q}”. {told} Clear" in text(page)
    assert links(page, "Nothing found")[:2] == [path, other]


def test_a_search_can_be_cleared_without_a_script(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1)
    page = visitor.page("/leads?q=zzz&filter=source%3Dfair&sort=name")
    (search,) = re.findall(r'<div class="search">.*?</div>', page)
    assert links(search) == ["/leads?filter=source%3Dfair&sort=name"]


def test_the_navigation_counts_what_is_there(visitor: Visitor, api: Client) -> None:
    """308 cities from the first day."""
    assert _counts(visitor) == ["308"]
    new_leads(api, 2)
    assert _counts(visitor) == ["2", "308"]


def _counts(visitor: Visitor) -> list[str]:
    navigation = visitor.page("/imports").partition("<nav")[2].partition("</nav>")[0]
    return re.findall(r'<span class="num">(\d+)</span>', navigation)


def test_what_to_do_first_is_offered_once(visitor: Visitor) -> None:
    assert visitor.page("/imports").partition("<main")[2].count("button strong") == 1
    page = text(visitor.page("/bin").partition("<main")[2])
    assert ("stays here" in page, "can be restored for 30 days" in page) == (False, True)


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
