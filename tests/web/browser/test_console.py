"""Nothing is left in the console: by requests that nobody waits for any more, nor by fields that people have made larger."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import Person, person


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account that these tests change."""
    return founded(place, "Console")


@pytest.fixture
def who(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        yield one


def waits(page: Page, url: str) -> list[Route]:
    """The requests to an address, none of which is answered."""
    found = list[Route]()
    page.route(url, lambda route: found.append(route))  # noqa: PLW0108 - playwright marks what it calls
    return found


def test_a_page_is_left_while_the_hint_is_on_its_way_for_the_second_time(who: Person) -> None:
    page = who.open("/leads/new")
    waits(page, "**/leads/alike")
    for text in ("Marta", "Marta Reis"):
        with page.expect_request("**/leads/alike"):
            page.locator("#name").fill(text)
            page.locator("#name").press("Tab")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Emails").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Emails")
    who.watch.silent()


def test_a_search_is_left_for_the_next_one_and_for_another_page(who: Person) -> None:
    page = who.open("/leads")
    found = waits(page, "**/leads?q=*")
    for text in ("Mar", "Marta", "Marta Reis"):
        with page.expect_request("**/leads?q=*"):
            page.locator("#q").fill(text)
    page.get_by_role("link", name="Emails").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Emails")
    assert len(found) == 3
    who.watch.silent()


def larger(page: Page, field: str) -> None:
    """A field of many lines is drawn larger by its corner, for which the browser gives it a style."""
    box = page.locator(field).bounding_box()
    assert box
    right, bottom = box["x"] + box["width"] - 4, box["y"] + box["height"] - 4
    page.mouse.move(right, bottom)
    page.mouse.down()
    page.mouse.move(right, bottom + 60)
    page.mouse.up()
    expect(page.locator(field)).to_have_attribute("style", re.compile("height"))


def test_a_field_that_was_made_larger_is_saved_again_and_again(who: Person, team: Company) -> None:
    with team.client() as api:
        lead = api.new("lead", {"name": "Ana"})
    page = who.open(f"/leads/{lead}")
    for text in ("By a key", "By a button"):
        larger(page, "#note-text")
        page.locator("#note-text").fill(text)
        if text == "By a key":
            page.keyboard.press("Control+Enter")
        else:
            page.locator("#pick .strong").click()
        expect(page.locator("section:has(#notes) .rows")).to_contain_text(text)
        who.look()


def test_a_field_that_was_made_larger_comes_back_with_faults(who: Person, team: Company) -> None:
    with team.client() as api:
        lead = api.new("lead", {"name": "Ana"})
        note = api.new("note", {"lead_id": lead, "text": "Asks for us"})
    page = who.open(f"/notes/{note}/edit")
    larger(page, "#text")
    page.locator("#text").fill("")
    who.watch.expected = {422}
    page.keyboard.press("Control+Enter")
    expect(page.locator("#faults")).to_be_focused()
    who.look()
