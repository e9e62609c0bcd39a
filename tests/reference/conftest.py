"""Visits to the reference in headless Chromium: only for what a script or a style sheet does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page

from tests.conftest import Programs
from tests.support.browser import Watch, chromium, violations
from tests.support.client import Client
from tests.support.forked import Forked, forks
from tests.support.patience import PATIENCE
from tests.support.running import Run, runner
from tests.support.server import Server

LANGUAGES = ["Shell", "Ruby", "Python"]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CHOSEN = """() => [...document.querySelectorAll('[role=tablist]')]
  .map(list => list.querySelector('[aria-selected=true]').textContent)"""
SHOWN = """() => [...document.querySelectorAll('.several [data-in]')]
  .filter(one => one.checkVisibility()).map(one => one.dataset.in)"""
BLOCKED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('blocked', 'SecurityError') } })"""


def box(element: Locator) -> FloatRect:
    """Where it is."""
    found = element.bounding_box()
    assert found
    return found


class Visit(Watch):
    """A page of the reference that is open."""

    def open(self, path: str = "/docs") -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def colour(self) -> str:
        return str(self.page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor"))

    def top(self, place: str) -> float:
        """How far below the window's top something begins."""
        return float(
            self.page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", place)
        )

    def violations(self, place: str = "html") -> list[tuple[str, str, list[str]]]:
        """What axe-core finds of serious or critical level: rule, level, places."""
        return [one for one in violations(self.page, place) if one[1] in ("serious", "critical")]


@pytest.fixture(scope="module")
def forked() -> Iterator[Callable[[str], Forked]]:
    with forks(Programs()) as of:
        yield of


@pytest.fixture
def run(
    request: pytest.FixtureRequest,
    server: Server,
    api: Client,
    tmp_path: Path,
    forked: Callable[[str], Forked],
) -> Run:
    """In a folder with `leads.csv`, which is the FILE of the module."""
    Programs()("curl", package="curl")
    (tmp_path / "leads.csv").write_text(request.module.FILE, encoding="utf-8")
    return runner(server, api, tmp_path, forked)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(Programs()("chromium", package="chromium")) as browser:
        yield browser


@contextmanager
def visit(
    browser: Browser,
    server: Server,
    *,
    phone: bool = False,
    scheme: str = "light",
    scripts: bool = True,
    remembered: dict[str, str] | None = None,
) -> Iterator[Visit]:
    """A visitor, with nothing else remembered; in the end nothing came from elsewhere, or was complained of."""
    kept: Any = [
        {"name": f"closum-docs-{name}", "value": value} for name, value in (remembered or {}).items()
    ]
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        has_touch=phone,
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        storage_state={"origins": [{"origin": server.address, "localStorage": kept}]},
    )
    context.set_default_timeout(PATIENCE * 1_000)
    opened = Visit(context.new_page(), server.address)
    yield opened
    context.close()
    opened.silent()


@pytest.fixture
def desktop(browser: Browser, server: Server) -> Iterator[Visit]:
    with visit(browser, server) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Visit]:
    with visit(browser, server, phone=True) as opened:
        yield opened
