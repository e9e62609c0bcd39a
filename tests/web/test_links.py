"""Every link and every form of every page leads to something that is there."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from closum.accounts.roles import OWNER, READER
from closum.resources import RESOURCES
from closum.web.entry import Pages
from closum.web.routes import table
from closum.web.site import Site
from tests.support.company import Company, founded
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tests.web.browser.screens import NOBODY, screens

pytestmark = ON_SQLITE

ELSEWHERE = ("/docs", "/static/", "/health")
"""Paths of the server that pages link to, and that are no pages."""

_SITE = Site("", b"a key of tests, long enough", RESOURCES)
_ROUTES = [
    (one.method, re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(one.path))))
    for one in table(_SITE, Pages(_SITE))
]


class Leading(HTMLParser):
    """What leads from a page to others: a method and an address each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._method = "GET"
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._method = of.get("method", "get").upper()
        named = {"href": "GET", "src": "GET", "hx-get": "GET", "hx-post": "POST"}
        named |= {"action": self._method, "formaction": self._method}
        self.found += [(method, of[name]) for name, method in named.items() if name in of]


def is_there(method: str, path: str) -> bool:
    return path.startswith(ELSEWHERE) or any(
        one == method and known.fullmatch(path) is not None for one, known in _ROUTES
    )


@pytest.fixture(scope="module")
def company(server: Server) -> Company:
    return founded(server, "Links")


def pages(company: Company) -> Iterator[tuple[str, str]]:
    """The address and the text of each page, as each of those sees it who see it."""
    with httpx2.Client(base_url=company.server.address, trust_env=False, timeout=PATIENCE) as client:
        for screen in screens():
            path = screen.path.format(**company.ids)
            for role in {screen.as_, READER} if screen.as_ == OWNER else {screen.as_}:
                cookie = {} if role == NOBODY else {"Cookie": f"closum={company.cookies[role]}"}
                yield path, client.get(path, headers=cookie, follow_redirects=True).text


def test_every_link_and_form_leads_somewhere(company: Company) -> None:
    lost, number = set(), 0
    for path, html in pages(company):
        for method, address in Leading(html).found:
            to = urlsplit(urljoin(f"http://here{path}", address))
            number += 1
            if to.netloc == "here" and not is_there(method, to.path):
                lost.add(f"{path}: {method} {address}")
    assert sorted(lost) == []
    assert number > 5_000
