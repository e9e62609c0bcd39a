"""What is chosen of many records is found while one writes, and chosen by the arrows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import Person, person


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account with many lists."""
    return founded(place, "Searched", filled=False)


@pytest.fixture
def who(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        yield one


def test_a_list_is_found_while_one_writes(who: Person, team: Company) -> None:
    with team.client() as api:
        for number in range(401):
            api.new("audience_list", {"name": f"Fair {number:03}"})
    page = who.open("/assignment-rules/new")
    page.set_viewport_size({"width": 320, "height": 700})
    search = page.get_by_role("searchbox")
    search.press_sequentially("fair 39")
    expect(page.get_by_role("status").filter(has_text="Results: 10")).to_be_visible()
    expect(search).to_be_focused()
    page.get_by_role("radio", name="Fair 390").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Fair 391")).to_be_checked()
    search.fill("fair 400")
    expect(page.get_by_role("radio", name="Fair 400")).to_be_visible()
    expect(page.get_by_role("radio", name="Fair 391")).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
