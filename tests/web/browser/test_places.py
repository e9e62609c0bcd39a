"""What is on a page has its place: nothing covers what is needed, runs into what is beside it, or moves when it is chosen."""

import pytest
from playwright.sync_api import Browser, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import DESK, PHONE, person

TABS = "() => [...document.querySelectorAll('.tabs a')].map((tab) => tab.offsetLeft)"
ABOVE = """() => [...document.querySelectorAll('.tr .title')].map((title) => {
  const texts = document.createTreeWalker(title, NodeFilter.SHOW_TEXT), text = document.createRange()
  text.selectNodeContents(texts.nextNode())
  return text.getBoundingClientRect().top - title.closest('.tr').getBoundingClientRect().top })"""
LEAST_ABOVE = 10
BELOW = """(part) => [...document.querySelectorAll('.tr')].map((row) =>
  Math.round(row.querySelector(part).getBoundingClientRect().left - row.querySelector('.title').getBoundingClientRect().left))"""
BESIDE = """() => [...document.querySelectorAll('.none')].map((box) => {
  const label = box.parentNode.firstElementChild.getBoundingClientRect(), place = box.getBoundingClientRect()
  return [place.left - label.right, (place.bottom + place.top) / 2, label.top, label.bottom] })"""


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account with more than a page of leads, which these tests change."""
    made = founded(place, "Places", filled=False)
    with made.client() as api:
        for number in range(40):
            api.new("lead", {"name": f"Ana {number}"})
        email = api.new("email", {"email": "ana.silva@example.com"})
        for path in ("lead/1", f"email/{email}"):
            api.delete(f"/api/{path}").raise_for_status()
    return made


def test_tabs_stay_where_they_are_when_one_is_chosen(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        first = one.open("/settings/look").evaluate(TABS)
        assert len(first) > 3
        assert one.open("/settings/users").evaluate(TABS) == first
        assert one.open("/settings/audit").evaluate(TABS) == first


@pytest.mark.parametrize("path", ["/leads", "/bin", "/settings/audit"])
def test_each_row_on_a_phone_has_space_above_its_title(browser: Browser, team: Company, path: str) -> None:
    with person(browser, team.server, team.cookies[OWNER], width=PHONE) as one:
        above = one.open(path).evaluate(ABOVE)
        assert above
        assert min(above) >= LEAST_ABOVE


@pytest.mark.parametrize(("path", "part"), [("/bin", ".num"), ("/settings/audit", ".title + td")])
def test_each_row_on_a_phone_begins_its_lines_at_one_edge(
    browser: Browser, team: Company, path: str, part: str
) -> None:
    with person(browser, team.server, team.cookies[OWNER], width=PHONE) as one:
        assert set(one.open(path).evaluate(BELOW, part)) == {0}


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_filter_for_what_is_empty_is_beside_its_label(
    browser: Browser, company: Company, language: str, width: int
) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=width, language=language) as one:
        found = one.open("/leads/filters").evaluate(BESIDE)
        assert found
        for gap, middle, top, bottom in found:
            assert gap >= 8
            assert top <= middle + 8
            assert middle <= bottom + 8


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_was_done_is_told_beside_the_pages_of_a_list(
    browser: Browser, team: Company, width: int
) -> None:
    with person(browser, team.server, team.cookies[OWNER], width=width) as one:
        page = one.open("/leads")
        page.locator("tbody [name=id]").first.check()
        page.locator(".bulk [value=delete]").click()
        expect(page.locator(".toast")).to_be_visible()
        for place in ("0", "document.body.scrollHeight"):
            page.evaluate(f"scrollTo(0, {place})")
            toast, pager = (page.locator(one).bounding_box() for one in (".toast", ".pager"))
            assert toast
            assert pager
            assert not toast["y"] - pager["height"] < pager["y"] < toast["y"] + toast["height"]
        page.locator("[rel=next]").click()
        page.wait_for_url("**page=2")


def test_a_search_is_cleared_where_its_key_was(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        page = one.open("/leads")
        cross, key = page.locator(".search a"), page.locator(".search kbd")
        expect(key).to_be_visible()
        expect(cross).to_be_hidden()
        page.locator("#q").fill("zzzz")
        expect(key).to_be_hidden()
        expect(page.locator("#new")).to_be_hidden()
        cross.click()
        page.wait_for_url("**/leads")
        expect(page.locator("#q")).to_have_value("")
        expect(page.locator("#new")).to_be_visible()
