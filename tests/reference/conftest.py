"""Visits to the reference page in headless Chromium."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from closum.api.routes import table
from closum.resources import RESOURCES
from tests.conftest import Programs
from tests.support.browser import Watch, chromium, violations
from tests.support.client import Client
from tests.support.patience import PATIENCE
from tests.support.server import Server

LANGUAGES = ["Shell", "Ruby", "Python"]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BAR = 48
SAMPLES = sum(1 for route in table(RESOURCES) if route.sample)
FEW = {"listLeads", "createLead", "updateLead", "deleteLead", "updatePhone", "ready"}
"""Calls, of every method, in a document with all sections: one with all calls takes Redoc and axe-core many times as long."""
CHOSEN = """() => [...document.querySelectorAll('#reference [role=tablist]')]
  .filter(list => /Shell/.test(list.textContent))
  .map(list => list.querySelector('[aria-selected=true]').textContent.trim())"""
CREATE = "[id='tag/Leads/operation/createLead']"


class Visit(Watch):
    """A page of the reference that is open."""

    def open(self, path: str = "/docs") -> Page:
        self.page.goto(f"{self.address}{path}")
        self.wait()
        return self.page

    def wait(self) -> None:
        self.page.wait_for_selector("html[data-ready]")

    def colour(self) -> str:
        return str(self.page.evaluate("() => getComputedStyle(document.body).backgroundColor"))

    def top(self, section: str) -> float:
        """How far below the window's top a section begins, after Redoc has answered its scrolling."""
        self.page.wait_for_timeout(200)
        return float(
            self.page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", section)
        )

    def violations(self, place: str = "html", *, colours: bool = True) -> list[tuple[str, str, list[str]]]:
        """What axe-core finds of serious or critical level: rule, level, places."""
        found = violations(self.page, place, colours=colours)
        return [one for one in found if one[1] in ("serious", "critical")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(Programs()("chromium", package="chromium")) as browser:
        yield browser


@cache
def of_few_calls(address: str) -> dict[str, Any]:
    """The document of a server, without all other calls."""
    with Client(address, None) as nobody:
        document: dict[str, Any] = nobody.get("/api/openapi.json").json()
    paths = {
        path: {method: call for method, call in calls.items() if call["operationId"] in FEW}
        for path, calls in document["paths"].items()
    }
    return document | {"paths": {path: calls for path, calls in paths.items() if calls}}


def visit(
    browser: Browser,
    server: Server,
    *,
    whole: bool = False,
    phone: bool = False,
    scheme: str = "light",
    remembered: dict[str, str] | None = None,
) -> Iterator[Visit]:
    """A visitor, with nothing else remembered, of a page of few calls or of the whole one; in the end nothing came from
    elsewhere, or was complained of.
    """
    size = PHONE if phone else DESKTOP
    kept = (remembered or {}).items()
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        has_touch=phone,
        color_scheme=scheme,  # type: ignore[arg-type]
        storage_state={
            "origins": [
                {
                    "origin": server.address,
                    "localStorage": [{"name": f"closum-docs-{key}", "value": value} for key, value in kept],
                }
            ]
        },
    )
    context.set_default_timeout(PATIENCE * 1_000)
    if not whole:
        few = of_few_calls(server.address)
        context.route("**/api/openapi.json", lambda route: route.fulfill(json=few))
    opened = Visit(context.new_page(), server.address)
    yield opened
    context.close()
    opened.silent()


@pytest.fixture
def desktop(browser: Browser, server: Server) -> Iterator[Visit]:
    yield from visit(browser, server)


@pytest.fixture(scope="module")
def still(browser: Browser, server: Server) -> Iterator[Page]:
    """A whole page at a desk that tests only look at."""
    for opened in visit(browser, server, whole=True):
        yield opened.open()


@pytest.fixture(scope="module")
def shared(browser: Browser, server: Server) -> Iterator[Page]:
    """A whole page at a desk, in which each test chooses the language, or what it looks for, by itself: one takes seconds to
    come up.
    """
    for opened in visit(browser, server, whole=True):
        yield opened.open()


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Visit]:
    yield from visit(browser, server, phone=True)


@pytest.fixture(params=LANGUAGES)
def linked(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    """Who has chosen a language before and follows links, in one language on the whole page."""
    language, whole = request.param.lower(), request.param == LANGUAGES[-1]
    yield from visit(browser, server, whole=whole, remembered={"language": language})


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[("desktop", "light"), ("desktop", "dark"), ("phone", "dark")], ids="-".join)
def visitor(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Visit]:
    """At a desk in both colour schemes, and on a phone, which has the whole page."""
    device, scheme = request.param
    is_phone = device == "phone"
    yield from visit(browser, server, whole=is_phone, phone=is_phone, scheme=scheme)
