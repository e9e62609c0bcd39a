"""What stands on one page is as wide, and what belongs to a value stands beside it."""

import pytest
from playwright.sync_api import Browser

from closum.accounts.roles import OWNER
from tests.support import import_calls
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import DESK, LOCALES, PHONE, person

WIDTHS = """() => [...new Set([...document.querySelectorAll('.main > :is(.card, .banner, form)')]
  .map((el) => Math.round(el.getBoundingClientRect().width)).filter(Boolean))]"""
"""Of the cards and banners of a page."""
APART = """() => [...document.querySelectorAll('.facts dd .push')].filter((el) => {
  const link = el.getBoundingClientRect(), dd = el.closest('dd'), value = dd.firstElementChild.getClientRects()[0]
  const above = dd.previousElementSibling.getBoundingClientRect()
  return Math.abs(link.top - value.top) > 6 && Math.abs(link.top - above.top) > 6 }).length"""
"""How many links stand neither in the first line of their value nor in that of its label."""
LONGEST = """(el) => { el.selectedIndex = [...el.options].reduce((most, one) => one.text.length > most.text.length ? one : most).index }"""
FILE = "Name,Email,City\nAna,n/a,\nRui,rui@example.com,Nowhere\nEva,eva@example.com,Lisboa\n"


@pytest.mark.parametrize("language", LOCALES)
def test_cards_and_banners_of_a_page_are_as_wide(browser: Browser, place: Server, language: str) -> None:
    company = founded(place, f"Widths {language}", filled=False)
    with company.client() as api:
        number = import_calls.send(api, FILE)
        import_calls.started(api, number, dry_run=True)
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        for path in ("/settings/api", "/settings/users", "/settings/rules", f"/imports/{number}/check"):
            for width in (PHONE, DESK):
                one.page.set_viewport_size({"width": width, "height": 800})
                assert len(one.open(path).evaluate(WIDTHS)) == 1, (path, width)


@pytest.mark.parametrize("language", LOCALES)
def test_the_way_to_the_details_stands_beside_a_long_value(
    browser: Browser, place: Server, language: str
) -> None:
    company = founded(place, f"Long {language}", filled=False)
    with company.client() as api:
        email = {"email": "henrique.vasconcelos@construcoes-exemplo.example"}
        phone = {"extension": "351", "number": "939329612345"}
        lead = api.new("lead", {"name": "Henrique", "email": email, "phone": phone})
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        for width in (PHONE, 900, 1152, 1200, DESK):
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open(f"/leads/{lead}")
            assert page.locator(".facts dd .push").count() == 2
            assert page.evaluate(APART) == 0, width


def test_what_is_chosen_takes_two_lines_where_one_is_too_short(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=PHONE, language="pt") as one:
        for path, name in (
            ("/leads/new", "phone.extension"),
            ("/settings/company", "country"),
            (f"/imports/{company.ids['import']}/columns", "column-1"),
        ):
            select = one.open(path).locator(f"select[name='{name}']")
            least = select.evaluate("(el) => el.offsetHeight")
            select.evaluate(LONGEST)
            assert select.evaluate("(el) => el.offsetHeight") > least, path


def test_the_call_can_be_copied_after_a_key_was_refused(browser: Browser, place: Server) -> None:
    company = founded(place, "Copies", filled=False)
    with person(browser, company.server, company.cookies[OWNER]) as one:
        page = one.open("/settings/api")
        one.watch.expected = {422}
        page.locator("main form .button.strong").click()
        page.locator("#faults").wait_for()
        page.locator("[data-copy]").wait_for()


UNSEEN = """() => [...document.querySelectorAll('th')].filter((el) => {
  const { left, right } = el.getBoundingClientRect(), box = el.closest('.card').getBoundingClientRect()
  return left < box.left - 1 || right > box.right + 1 || el.scrollWidth > el.clientWidth }).map((el) => el.textContent)"""
"""Columns that are not seen whole."""


@pytest.mark.parametrize("language", LOCALES)
def test_earlier_imports_keep_all_their_columns(browser: Browser, place: Server, language: str) -> None:
    company = founded(place, f"Imports {language}", filled=False)
    with company.client() as api:
        import_calls.started(api, import_calls.send(api, FILE), dry_run=True)
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        for width in (896, 1024, 1152, 1200, DESK):
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open("/imports")
            assert page.locator("th").count() == 8
            assert page.evaluate(UNSEEN) == [], width
            assert page.locator("tbody .clip").first.evaluate("el => el.offsetWidth") >= 80, width


ON_LINES = """() => { const text = document.querySelector('.fault span').firstChild, range = document.createRange()
  const at = text.textContent.indexOf('ana@example.pt')
  range.setStart(text, at)
  range.setEnd(text, at + 14)
  return new Set([...range.getClientRects()].map((one) => one.top)).size }"""
"""On how many lines the address is that a fault names as an example."""


@pytest.mark.parametrize("language", LOCALES)
def test_an_example_stays_whole(browser: Browser, company: Company, language: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language, width=PHONE) as one:
        page = one.open("/emails/new")
        one.watch.expected = {422}
        page.locator("#email").fill("ana@")
        page.locator(".actions .strong").click()
        page.locator(".fault").wait_for()
        for width in range(320, 400, 8):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate(ON_LINES) == 1, width
