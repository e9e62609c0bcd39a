"""At 320 px, which is a page at 400 %: nothing is wider than the window or cut off, and every field has its name, whatever is open
and however long the texts of the account are.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, expect

from closum.accounts.roles import OWNER
from tests.support.browser import violations
from tests.support.company import Company, founded
from tests.support.lengthy import NAME, lengthen
from tests.support.server import Server
from tests.web.browser.conftest import WIDE, Person, person
from tests.web.browser.screens import Screen, screens

LEAST = 320
DESKS = (900, 1280)
ROLES = ["label", "select-name", "button-name", "link-name", "summary-name", "duplicate-id-aria"]
"""What axe-core looks at: that whatever can be used is called something."""
OPEN = "() => document.querySelectorAll('main details:not(.menu)').forEach((one) => { one.open = true })"
OVER = """() => {
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
  const place = (el) => { const range = document.createRange(); range.selectNodeContents(el); return range.getBoundingClientRect() }
  const labels = [...document.querySelectorAll('.field > label')].filter((el) => el.checkVisibility())
  const beside = (el) => [...el.parentNode.querySelectorAll('.none')].filter((one) => one !== el)
  return labels.filter((el) => beside(el).some((one) => meet(place(el), one.getBoundingClientRect()))).map((el) => el.textContent)
}"""
"""Labels that lie over the box beside them."""
CUT = """() => [...document.querySelectorAll('main *')].filter((el) => {
  const hides = ['hidden', 'clip'].includes(getComputedStyle(el).overflowX)
  return hides && el.checkVisibility() && !el.closest('.hide, svg, input') && el.scrollWidth > el.clientWidth + 1
}).map((el) => el.outerHTML.slice(0, 160))"""
"""What is wider than the place that hides the rest of it."""
WHOLE = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = []
  while (texts.nextNode()) if (/(?=\\S{17})\\S+@\\S/.test(texts.currentNode.data) && !texts.currentNode.parentNode.closest('textarea, option, pre, .hide')) found.push(texts.currentNode.data)
  return found
}"""
"""Addresses that would have to break within a word: shorter ones, such as those of examples, fit every line."""
SCREENS = [(number, one) for number, one in enumerate(screens()) if not one.derived]


@pytest.fixture(scope="module")
def lengthy(place: Server) -> Company:
    company = founded(place, f"{NAME}, {NAME}")
    lengthen(company)
    return company


Window = Callable[[str, str], Person]


@pytest.fixture(scope="module")
def window(browser: Browser, lengthy: Company) -> Iterator[Window]:
    """One for each role and language, which stays open."""
    with ExitStack() as stack:

        @cache
        def opened(role: str, language: str) -> Person:
            session = lengthy.cookies.get(role, "")
            return stack.enter_context(
                person(browser, lengthy.server, session, language=language, width=LEAST)
            )

        yield opened


def faults(page: Page) -> list[object]:
    return [page.evaluate(one) for one in (WIDE, OVER, CUT, WHOLE)]


@pytest.mark.parametrize(("number", "screen"), SCREENS, ids=lambda one: getattr(one, "path", ""))
def test_a_narrow_screen(window: Window, lengthy: Company, number: int, screen: Screen) -> None:
    """In the language in which the walk through all screens does not see it as narrow."""
    one = window(screen.as_, "pt" if number % 2 else "en")
    page = one.open(screen.path.format(**lengthy.ids), screen.status)
    page.evaluate(OPEN)
    assert faults(page) == [[], [], [], []]
    assert violations(page, rules=ROLES) == []
    for width in DESKS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(WIDE) == []
    page.set_viewport_size({"width": LEAST, "height": 740})


@pytest.mark.parametrize("language", ["en", "pt"])
@pytest.mark.parametrize("path", ["/leads", "/unqualified-leads", "/leads/{lead}"])
def test_a_narrow_menu(window: Window, lengthy: Company, language: str, path: str) -> None:
    page = window(OWNER, language).open(path.format(**lengthy.ids))
    for number in range(page.locator("main .menu > summary").count()):
        page.locator("main .menu > summary").nth(number).click()
        menu = page.locator("main .menu[open]")
        expect(menu.locator("input:not([type=hidden]), a, button").first).to_be_visible()
        assert faults(page) == [[], [], [], []]
        assert violations(page, rules=ROLES) == []
        page.keyboard.press("Escape")
