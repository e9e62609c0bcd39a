"""Requests that nobody waits for any more leave nothing in the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company
from tests.web.browser.conftest import Person, person


@pytest.fixture
def who(browser: Browser, company: Company) -> Iterator[Person]:
    with person(browser, company.server, company.cookies[OWNER]) as one:
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
