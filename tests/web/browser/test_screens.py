"""Every screen in both languages, both themes and two widths: as every page is, and nothing for axe-core to find."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Literal

import pytest
from playwright.sync_api import Browser

from closum.accounts.roles import OWNER
from tests.support.browser import violations
from tests.support.client import Client
from tests.support.company import Company
from tests.web.browser.conftest import DESK, PHONE, Person, person
from tests.web.browser.screens import REDIRECTS, SCREENS, routes

Theme = Literal["light", "dark"]
LIGHT_FIRST: tuple[Theme, Theme] = ("light", "dark")
DARK_FIRST: tuple[Theme, Theme] = ("dark", "light")


def test_no_page_is_forgotten() -> None:
    assert routes() == {one.route for one in SCREENS} | REDIRECTS.keys()


def test_what_only_leads_elsewhere(company: Company) -> None:
    with Client(company.server.address, None) as visitor:
        visitor.cookies["closum"] = company.cookies[OWNER]
        for path in REDIRECTS.values():
            answer = visitor.get(path.format(**company.ids), follow_redirects=False)
            assert (answer.status_code, answer.headers["location"][:1]) == (303, "/"), path


Window = Callable[[str, str, int], Person]


@pytest.fixture(scope="module")
def window(browser: Browser, company: Company) -> Iterator[Window]:
    """One for each role, language and width, which stays open."""
    with ExitStack() as stack:

        @cache
        def opened(role: str, language: str, width: int) -> Person:
            session = company.cookies.get(role, "")
            one = person(browser, company.server, session, language=language, width=width)
            return stack.enter_context(one)

        yield opened


@pytest.mark.parametrize("number", range(len(SCREENS)), ids=lambda number: SCREENS[number].path)
def test_a_screen(window: Window, company: Company, number: int) -> None:
    """Colours are those of the theme at any width and in any language, and names those of the language at any width and in
    any theme. So each screen is looked at twice, with all that differs, and once more in the other theme for its colours; the
    next screen has the languages the other way round.
    """
    screen = SCREENS[number]
    languages = ("en", "pt") if number % 2 else ("pt", "en")
    for language, width, themes in zip(languages, (DESK, PHONE), (LIGHT_FIRST, DARK_FIRST), strict=True):
        one = window(screen.as_, language, width)
        one.page.set_viewport_size({"width": width, "height": 740})
        one.page.emulate_media(color_scheme=themes[0])
        page = one.open(screen.path.format(**company.ids), screen.status)
        assert violations(page) == []
        page.emulate_media(color_scheme=themes[1])
        assert violations(page, rules=["color-contrast"]) == []
        if width == PHONE:
            page.set_viewport_size({"width": 320, "height": 640})
            one.look()
