"""Headless Chromium, and what every page that is opened in it has to keep."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect, sync_playwright

from tests.support.patience import PATIENCE

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
OF_COLOURS = ("color-contrast", "link-in-text-block")
OPTIONS = [
    "--no-sandbox",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # no other machine
]


@contextmanager
def chromium(path: str, **environment: str) -> Iterator[Browser]:
    """The system's own; one for the tests of a module."""
    expect.set_options(timeout=PATIENCE * 1_000)
    more: dict[str, str | float | bool] = {**os.environ, **environment}
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=OPTIONS, env=more) as browser,
    ):
        yield browser


@dataclass
class Watch:
    """What a page does beside showing itself: requests to other places, and whatever browser or page complain of.

    A status above 399 is a complaint too, unless `page` was opened to see it.
    """

    page: Page
    address: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", f"blob:{self.address}/")):
            self.elsewhere.append(request.url)

    def _failed(self, request: Request) -> None:
        if request.failure not in ("net::ERR_ABORTED", None):  # aborted: the next page, or a download
            self.complaints.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.url}: {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        of_status = "the server responded with a status of" in message.text  # told by `_answered`
        if message.type in ("error", "warning") and not of_status:
            self.complaints.append(message.text)

    def silent(self) -> None:
        """Fails for what was seen so far."""
        assert not self.elsewhere, self.elsewhere
        assert not self.complaints, self.complaints


def violations(
    page: Page, place: str = "html", *, rules: list[str] | None = None, colours: bool = True
) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds: rule, level, places; of all its rules, of these, or without those about colours, which take most
    of its time.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    elif not colours:
        options["rules"] = {rule: {"enabled": False} for rule in OF_COLOURS}
    found = page.evaluate("([place, options]) => axe.run(place, options)", [place, options])
    return [
        (one["id"], one["impact"], [str(node["target"]) for node in one["nodes"]])
        for one in found["violations"]
    ]
