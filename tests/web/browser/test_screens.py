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
from tests.web.browser.screens import DOWNLOADS, REDIRECTS, screens

Theme = Literal["light", "dark"]
VISITS: tuple[tuple[str, int, Theme], ...] = (
    ("en", DESK, "light"),
    ("pt", DESK, "dark"),
    ("pt", PHONE, "dark"),
    ("en", PHONE, "light"),
)
SCREENS = screens()


def test_what_only_leads_elsewhere_or_is_a_file(company: Company) -> None:
    with Client(company.server.address, None) as visitor:
        visitor.cookies["closum"] = company.cookies[OWNER]
        for path in REDIRECTS.values():
            answer = visitor.get(path, follow_redirects=False)
            assert (answer.status_code, answer.headers.get("location", "")[:1]) == (303, "/"), path
        for path in DOWNLOADS.values():
            answer = visitor.get(path)
            assert (answer.status_code, answer.headers.get("content-disposition", "")[:10]) == (
                200,
                "attachment",
            ), path


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


@pytest.mark.parametrize(
    "number", range(len(SCREENS)), ids=lambda number: SCREENS[number].path.partition("?lead_id")[0]
)
def test_a_screen(window: Window, company: Company, number: int) -> None:
    """Colours are those of the theme at any width and in any language, and names those of the language at any width and in
    any theme. So each screen is looked at twice, where language, width and theme all differ, and the next one has them the
    other way round: what all screens share is seen in every combination. What is made by the template of another screen,
    with other words, is looked at once.
    """
    screen = SCREENS[number]
    visits = VISITS[number % 2 :: 2]
    for language, width, theme in visits[number // 2 % 2 :][:1] if screen.derived else visits:
        one = window(screen.as_, language, width)
        one.page.set_viewport_size({"width": width, "height": 740})
        one.page.emulate_media(color_scheme=theme)
        page = one.open(screen.path.format(**company.ids), screen.status)
        assert violations(page) == []
        if width == PHONE:
            page.set_viewport_size({"width": 320, "height": 640})
            one.look()
