"""Nobody is shown what they may not do: no link, form or input of a page is dead, or forbidden to who sees it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2
import pytest

from closum.accounts.roles import MEMBER, OWNER, READER, rights
from closum.http.route import PUBLIC, Route
from closum.resources import RESOURCES
from closum.web.entry import Pages
from closum.web.routes import table
from closum.web.site import Site
from closum.web.views import SETTINGS
from tests.support.company import Company, founded
from tests.support.engine import ON_SQLITE
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tests.web.browser.screens import NOBODY, OF_VIEWS, screens

pytestmark = ON_SQLITE

INPUTS = {"input", "select", "textarea", "button"}
BY_THEMSELVES = {"type=hidden", "popovertarget", "data-help", "data-print", "data-copy"}
"""Inputs that nobody fills in, and buttons that send no form."""

_SITE = Site("", b"a key of tests, long enough", RESOURCES)
_ROUTES = [
    (one, re.compile(re.sub(r"\\?\{\w+\\?\}", "[^/]+", re.escape(one.path))))
    for one in table(_SITE, Pages(_SITE))
    if one.scheme is not None
]


class Controls(HTMLParser):
    """What leads from a page, a method and an address each; and what is there of inputs that nobody can use."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.leading: list[tuple[str, str]] = []
        self.dead: list[str] = []
        self.checked_by_browsers: list[str] = []
        self._form: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = of.get("method", "get").upper()
            if "novalidate" not in of and self._form != "DIALOG":
                self.checked_by_browsers.append(self.get_starttag_text() or tag)
        named = {"href": "GET", "hx-get": "GET", "hx-post": "POST"}
        named |= {"action": self._form or "", "formaction": self._form or "POST"}
        self.leading += [(method, of[name]) for name, method in named.items() if name in of]
        if tag in INPUTS | {"fieldset"} and ("disabled" in of or ("readonly" in of and "hidden" not in of)):
            self.dead.append(self.get_starttag_text() or tag)
        told = {f"{name}={value}" for name, value in of.items()} | of.keys()
        if tag in INPUTS and not (self._form or "form" in of or told & BY_THEMSELVES):
            self.dead.append(self.get_starttag_text() or tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


def routes_of(method: str, path: str) -> Iterator[Route]:
    """Those that answer a request: of several the one with the fewest parameters comes first."""
    found = (one for one, known in _ROUTES if one.method == method and known.fullmatch(path))
    return iter(sorted(found, key=lambda one: one.path.count("{")))


@pytest.fixture(scope="module")
def company(server: Server) -> Company:
    return founded(server, "Controls")


@pytest.mark.parametrize("role", [READER, MEMBER])
def test_who_may_not_do_something_is_not_shown_how(company: Company, role: str) -> None:
    dead, number = set[str](), 0
    cookie = {"Cookie": f"closum={company.cookies[role]}"}
    with httpx2.Client(base_url=company.server.address, trust_env=False, timeout=PATIENCE) as client:
        for path in dict.fromkeys(one.path for one in screens() if one.as_ != NOBODY):
            answer = client.get(path.format(**company.ids), headers=cookie, follow_redirects=True)
            assert answer.status_code in (200, 403, 404), path
            if answer.status_code == 403:
                continue
            found = Controls(answer.text)
            dead |= {f"{path}: {one}" for one in found.dead}
            for method, address in found.leading:
                to = urlsplit(urljoin(f"http://here{path}", address))
                route = next(routes_of(method, to.path), None) if to.netloc == "here" else None
                number += 1
                if route and route.needs not in (PUBLIC, *rights(role, RESOURCES)):
                    dead.add(f"{path}: {method} {address} needs {route.needs}")
    assert not dead, "\n".join(sorted(dead))
    assert number > 2_000


def test_no_form_is_checked_by_browsers_which_tell_faults_in_their_own_language(company: Company) -> None:
    found, number = set[str](), 0
    with httpx2.Client(base_url=company.server.address, trust_env=False, timeout=PATIENCE) as client:
        for path, role in dict.fromkeys((one.path, one.as_) for one in screens()):
            cookie = {"Cookie": f"closum={company.cookies[role]}"} if role != NOBODY else {}
            answer = client.get(path.format(**company.ids), headers=cookie, follow_redirects=True)
            found |= {f"{path}: {one}" for one in Controls(answer.text).checked_by_browsers}
            number += answer.text.count("<form")
    assert not found, "\n".join(sorted(found))
    assert number > 200


def test_a_reader_reads_what_others_fill_in(company: Company) -> None:
    cookie = {"Cookie": f"closum={company.cookies[READER]}"}
    with httpx2.Client(base_url=company.server.address, trust_env=False, timeout=PATIENCE) as client:
        for path, told in (
            ("/settings/company", "Controls"),
            ("/settings/stages", "Unqualified"),
            ("/settings/contact-types", "Cliente"),
            (f"/duplicates/{company.ids['one']}-{company.ids['other']}", "Filipa Matos"),
        ):
            main = client.get(path, headers=cookie).text.partition("<main")[2].partition("<dialog")[0]
            assert told in main
            assert not re.search(r"<(input|select|textarea)", main), path


def test_the_menu_says_where_one_is_on_every_page_of_the_settings(company: Company) -> None:
    """Also where they are of a resource that an account sets up once."""
    cookie = {"Cookie": f"closum={company.cookies[OWNER]}"}
    below = ("/settings/", *(f"{path}/" for path, one in OF_VIEWS.items() if one.place == SETTINGS))
    lit, lists = set[str](), set[str]()
    with httpx2.Client(base_url=company.server.address, trust_env=False, timeout=PATIENCE) as client:
        for path in dict.fromkeys(one.path for one in screens() if f"{one.path}/".startswith(below)):
            nav = client.get(path.format(**company.ids), headers=cookie).text.partition("</nav>")[0]
            lit |= {f"{path}: {one}" for one in re.findall(r'href="([^"]*)"[^>]* aria-current', nav)}
            lists.add(path.split("/")[1])
    assert {one.partition(": ")[2] for one in lit} == {"/settings"}, lit
    assert lists == {"settings", "assignment-rules", "contact-lifecycle-stages", "contact-types"}
