"""People at pages in headless Chromium."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from closum.web.words import texts
from tests.conftest import Programs
from tests.support import engine
from tests.support.browser import Watch, chromium
from tests.support.company import Company, founded
from tests.support.patience import PATIENCE
from tests.support.server import Server

DESK, PHONE = 1280, 360
LOCALES = {"en": "en-GB", "pt": "pt-PT"}
NOBODY = ""
COOKIE, LANGUAGE = "closum", "closum-language"

SHIFTS = """() => { window.shifts = []
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) shifts.push(one.value) })
    .observe({ type: 'layout-shift', buffered: true }) }"""
POLICY = """() => { window.refused = []
  document.addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective + ' ' + event.sample)) }"""
WIDE = """() => { const wide = document.documentElement.scrollWidth - innerWidth
  const all = wide > 0 ? [...document.querySelectorAll('body *')] : []
  const out = all.filter((el) => el.getBoundingClientRect().right > innerWidth + 1)
  const over = all.filter((el) => el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX === 'visible')
  return wide > 0 ? [...out, ...over].slice(0, 9).map((el) => el.outerHTML.slice(0, 120)).concat(wide + ' px') : [] }"""
"""What is wider than the window, where the page is."""
OVER = """() => [...document.querySelectorAll('.card > header')].flatMap((header) => [...header.children].filter((one, at, all) => {
  const { left, right, top, bottom } = one.getBoundingClientRect()
  return right > header.getBoundingClientRect().right || all.slice(at + 1).map((el) => el.getBoundingClientRect())
    .some((el) => Math.min(right, el.right) - Math.max(left, el.left) > 1 && Math.min(bottom, el.bottom) - Math.max(top, el.top) > 1)
})).map((el) => el.outerHTML.slice(0, 120))"""
"""What has another part of the head of a card over it, or ends outside of that."""

CUT = """() => [...document.querySelectorAll('th, td:not(:has(form))')].filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
  .map((cell) => cell.innerText.trim()).filter(Boolean)"""
"""The texts of cells that have no space for all of it."""
DOTS = """() => [...document.querySelectorAll('.dots')].filter((line) => line.checkVisibility()).flatMap((line) => {
  const place = (el) => el.getBoundingClientRect(), { left } = place(line), style = getComputedStyle(line)
  const beside = (one, other) => place(one).top < place(other).bottom && place(other).top < place(one).bottom
  return [...line.children].filter((one, at, all) => {
    const dot = getComputedStyle(one, '::before'), begins = !all.slice(0, at).some((other) => beside(one, other))
    const end = place(one).left + parseFloat(dot.marginLeft) + parseFloat(dot.width)
    const hidden = style.overflowX === 'clip' && end <= left - parseFloat(style.overflowClipMargin)
    return dot.content !== '"·"' || begins === !hidden
  })
}).map((el) => el.outerHTML.slice(0, 120))"""
"""Parts of lines without a dot before them, or with one where a line begins."""


@cache
def own(language: str) -> re.Pattern[str]:
    """Words of the product, those with a number of something among them."""
    found = (re.escape(one).replace(r"\{n\}", r"[\d,\s]+") for one in texts()[language].values())
    return re.compile("|".join(one for one in found if "{" not in one), re.IGNORECASE)


@dataclass
class Person:
    """Who looks at pages of a server, in one window; `watch` has what went wrong in it, `scripts` whether pages have any."""

    page: Page
    server: Server
    language: str
    watch: Watch
    scripts: bool = True

    def open(self, path: str, status: int = 200) -> Page:
        """The page at a path, which has what every page has."""
        self.watch.expected = {status}
        answer = self.page.goto(f"{self.server.address}{path}")
        assert answer
        assert answer.status == status, path
        self.look()
        return self.page

    def look(self) -> None:
        """Fails for a page that is not as every page is."""
        page = self.page
        assert page.locator("html").get_attribute("lang") == self.language
        assert page.locator("h1").count() == 1, page.url
        assert page.title().endswith(" · closum"), page.title()
        assert page.title() != " · closum", page.url
        assert page.evaluate("() => window.refused || []") == [], page.url
        assert sum(page.evaluate("() => window.shifts || []")) == 0, page.url
        assert page.evaluate(WIDE) == [], page.url
        assert page.evaluate(OVER) == [], page.url
        assert "·" not in page.locator("main").inner_text(), page.url
        assert page.evaluate(DOTS) == [], page.url
        assert [one for one in page.evaluate(CUT) if own(self.language).fullmatch(one)] == [], page.url
        self.watch.silent()


@contextmanager
def person(
    browser: Browser,
    server: Server,
    session: str = NOBODY,
    *,
    language: str = "en",
    width: int = DESK,
    theme: str = "light",
    scripts: bool = True,
    **more: Any,
) -> Iterator[Person]:
    """Who is signed in by the text of a session, if by one; in the end nothing came from elsewhere, or went wrong."""
    height = 740 if width < 600 else 800
    context = browser.new_context(
        viewport={"width": width, "height": height},
        has_touch=width < 600,
        color_scheme=theme,  # type: ignore[arg-type]
        locale=LOCALES[language],
        java_script_enabled=scripts,
        reduced_motion="reduce",
        **more,
    )
    cookies = {COOKIE: session, LANGUAGE: language}
    context.add_cookies(
        [{"name": name, "value": value, "url": server.address} for name, value in cookies.items() if value]
    )
    context.set_default_timeout(PATIENCE * 1_000)
    if scripts:
        context.add_init_script(f"({SHIFTS})(); ({POLICY})()")
    page = context.new_page()
    one = Person(page, server, language, Watch(page, server.address), scripts)
    yield one
    one.watch.silent()
    context.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(Programs()("chromium", package="chromium")) as browser:
        yield browser


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for pages that the tests of one worker share: what pages show is the same on both engines."""
    engine.current = engine.SQLITE
    with Server(tmp_path_factory.mktemp("pages")) as server:
        yield server


@pytest.fixture(scope="session")
def company(place: Server) -> Company:
    """With something on every page; tests that share it change nothing."""
    return founded(place)
