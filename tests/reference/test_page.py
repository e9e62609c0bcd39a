"""The reference page in a browser: tabs, search, phone, dark mode, accessibility, and nothing from elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from closum.resources import RESOURCES
from tests.conftest import Programs
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
SECTIONS = [
    "Introduction",
    "Authentication",
    "Querystring Parameters",
    "Leads",
    "Cities",
    "Emails",
    "Phones",
    "Health",
    "Errors",
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SAMPLES = 3 + sum(len(resource.verbs) for resource in RESOURCES)

CHOSEN = """() => [...document.querySelectorAll('#reference [role=tablist]')]
  .filter(list => /Shell/.test(list.textContent))
  .map(list => list.querySelector('[aria-selected=true]').textContent.trim())"""
FENCES = """() => [...document.querySelectorAll('.redoc-markdown pre > code[class^=language-]')]
  .filter(code => code.checkVisibility()).map(code => code.className.replace('language-', ''))"""
CREATE = "[id='tag/Leads/operation/createLead']"
OPEN_CREATE = f"""() => document.querySelectorAll("{CREATE} button:not([aria-label])").forEach(button => {{
  if (!/^(Copy|Collapse|Expand)/.test(button.textContent)) button.click() }})"""

pytestmark = ON_SQLITE


@dataclass
class Visit:
    """A page that is open, and what it did beside showing itself."""

    page: Page
    address: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("request", lambda request: self._asked(request.url))
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", f"blob:{self.address}/")):
            self.elsewhere.append(url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def open(self, path: str = "/docs") -> Page:
        self.page.goto(f"{self.address}{path}")
        self.wait()
        return self.page

    def wait(self) -> None:
        self.page.wait_for_selector("html[data-ready]")

    def violations(self, place: str = "html") -> list[tuple[str, str, list[str]]]:
        """What axe-core finds of serious or critical level: rule, level, places."""
        self.page.evaluate(AXE)
        found = self.page.evaluate("place => axe.run(place, {resultTypes: ['violations']})", place)
        return [
            (one["id"], one["impact"], [str(node["target"]) for node in one["nodes"]])
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = Programs()("chromium", package="chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--no-proxy-server"]
        with playwright.chromium.launch(executable_path=chromium, args=options) as browser:
            yield browser


def visit(browser: Browser, server: Server, *, phone: bool = False, scheme: str = "light") -> Iterator[Visit]:
    """A new visitor, with nothing remembered; in the end nothing came from elsewhere, and nothing was complained of."""
    size = PHONE if phone else DESKTOP
    context = browser.new_context(viewport=size, has_touch=phone, color_scheme=scheme)  # type: ignore[arg-type]
    opened = Visit(context.new_page(), server.address)
    opened.watch()
    yield opened
    context.close()
    assert opened.elsewhere == []
    assert opened.complaints == []


@pytest.fixture
def desktop(browser: Browser, server: Server) -> Iterator[Visit]:
    yield from visit(browser, server)


@pytest.fixture
def phone(browser: Browser, server: Server) -> Iterator[Visit]:
    yield from visit(browser, server, phone=True)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["desktop", "phone"])
def visitor(request: pytest.FixtureRequest, browser: Browser, server: Server, scheme: str) -> Iterator[Visit]:
    """In both colour schemes, at a desk and on a phone."""
    yield from visit(browser, server, phone=request.param == "phone", scheme=scheme)


def test_it_is_public_and_read_in_pieces(server: Server) -> None:
    with Client(server.address, None) as nobody:
        page = nobody.get("/docs/")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        same = nobody.get("/docs", headers={"If-None-Match": page.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        packed = nobody.get("/docs/redoc.js")
        plain = nobody.get("/docs/redoc.js", headers={"Accept-Encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.text == plain.text
        assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])
        assert nobody.head("/docs/redoc.js").headers["content-length"] == packed.headers["content-length"]
        assert nobody.get("/docs/other.js").status_code == 404
        assert nobody.post("/docs").status_code == 405


def test_the_sections_are_the_published_ones(desktop: Visit) -> None:
    page = desktop.open()
    titles = page.locator(".api-content [id^='tag/'] :is(h1, h2)").all_inner_texts()
    assert [title.strip() for title in titles if title.strip() in SECTIONS] == SECTIONS
    for name, property_name in (("Lead", "custom_data"), ("Email", "status"), ("Phone", "is_valid")):
        table = page.locator(f"[id='tag/{name}s/{name}-Properties'] table")
        expect(table).to_contain_text(property_name)


def test_there_are_three_columns(desktop: Visit) -> None:
    page = desktop.open()
    places = [
        page.locator(selector).first.bounding_box()
        for selector in (
            ".menu-content",
            "[id$='operation/listLeads'] h2",
            "[id$='operation/listLeads'] [role=tablist]",
        )
    ]
    left, middle, right = [place for place in places if place]
    assert left["x"] + left["width"] <= middle["x"]
    assert middle["x"] + middle["width"] <= right["x"]


def test_a_tab_switches_all_samples_and_is_remembered(desktop: Visit) -> None:
    page = desktop.open()
    assert page.evaluate(CHOSEN) == ["Shell"] * SAMPLES
    for language in ("Ruby", "Python"):
        page.click(f"#languages [data-lang={language.lower()}]")
        assert page.evaluate(CHOSEN) == [language] * SAMPLES
        assert page.evaluate(FENCES).count(language.lower()) == 1
        assert not {"shell", "ruby", "python"} - {language.lower()} & {*page.evaluate(FENCES)}
    shown = page.locator(CREATE)
    expect(shown).to_contain_text("client.leads.create(")
    expect(shown).not_to_contain_text("curl")
    page.reload()
    desktop.wait()
    assert page.evaluate(CHOSEN) == ["Python"] * SAMPLES
    expect(page.locator("#languages [aria-pressed=true]")).to_have_text("Python")


def test_a_link_leads_to_its_place_in_any_language(desktop: Visit) -> None:
    page = desktop.open()
    top = page.evaluate("scrollY")
    button = page.locator("#languages [data-lang=python]")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(CHOSEN) == ["Python"] * SAMPLES
    expect(button).to_be_focused()
    assert page.evaluate("scrollY") == top
    page.goto("about:blank")
    desktop.open("/docs#tag/Phones/operation/createPhone")
    expect(page.locator("[id='tag/Phones/operation/createPhone'] h2").first).to_be_in_viewport()
    assert page.url.endswith("#tag/Phones/operation/createPhone")
    page.goto("about:blank")
    desktop.open()
    expect(page.locator("[id='tag/Introduction'] h2").first).to_be_in_viewport()


def test_the_tab_of_one_sample_switches_all(desktop: Visit) -> None:
    page = desktop.open()
    page.locator("[id$='operation/listLeads'] [role=tab]", has_text="Ruby").click()
    assert page.evaluate(CHOSEN) == ["Ruby"] * SAMPLES


def test_search_finds_a_section_and_goes_there(desktop: Visit) -> None:
    page = desktop.open()
    page.fill(".search-input", "error")
    found = page.locator("[data-role='search:results'] [role=menuitem]", has_text="Errors")
    found.first.locator("label").click()
    expect(page.locator("[id='tag/Errors'] h2").first).to_be_in_viewport()


def test_search_finds_an_operation(desktop: Visit) -> None:
    page = desktop.open()
    page.fill(".search-input", "update phone")
    found = page.locator("[data-role='search:results'] [role=menuitem]", has_text="Update a Phone")
    found.first.locator("label").click()
    expect(page.locator("[id='tag/Phones/operation/updatePhone'] h2").first).to_be_in_viewport()


def test_a_section_is_opened_on_a_phone(phone: Visit) -> None:
    page = phone.open()
    search = page.locator(".search-input")
    expect(search).not_to_be_in_viewport()
    page.click("#menu-button")
    expect(search).to_be_in_viewport()
    page.click("[data-item-id='tag/Errors'] > label")
    expect(page.locator("[id='tag/Errors'] h2").first).to_be_in_viewport()
    expect(search).not_to_be_in_viewport()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_it_is_accessible(visitor: Visit) -> None:
    page = visitor.open()
    assert visitor.violations() == []
    page.evaluate(OPEN_CREATE)
    expect(page.locator(f"{CREATE} caption").first).to_be_visible()
    assert visitor.violations(CREATE) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if page.locator("#menu-button").is_visible():
        page.click("#menu-button")
    page.fill(".search-input", "lead")
    page.wait_for_selector("[data-role='search:results'] [role=menuitem]")
    assert visitor.violations(".menu-content") == []


def test_it_is_dark_where_that_is_preferred_or_chosen(browser: Browser, server: Server, scheme: str) -> None:
    for opened in visit(browser, server, scheme=scheme):
        page = opened.open()
        assert page.get_attribute("html", "data-theme") == scheme
        other = "light" if scheme == "dark" else "dark"
        page.click("#theme-switch")
        page.wait_for_selector(f"html[data-ready][data-theme={other}]")
        page.reload()
        opened.wait()
        assert page.get_attribute("html", "data-theme") == other
        shown = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert shown == ("rgb(27, 31, 35)" if other == "dark" else "rgb(255, 255, 255)")


def test_it_stands_under_the_path_of_a_proxy(browser: Browser, folder: Path) -> None:
    with Server(folder, "--root-path", "/crm") as server:
        for opened in visit(browser, server):
            opened.page.route(
                "**/crm/**", lambda route: route.continue_(url=route.request.url.replace("/crm/", "/"))
            )
            page = opened.open("/crm/docs")
            expect(page.locator("[id='tag/Leads'] h2").first).to_have_text("Leads")
            link = page.locator("[id='tag/Introduction'] a", has_text="OpenAPI document")
            assert link.get_attribute("href") == "/crm/api/openapi.json"


def test_without_its_document_it_says_so(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/api/openapi.json", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(f"{server.address}/docs")
    expect(page.locator("#reference [role=alert]")).to_contain_text("503")
    context.close()


def test_the_browser_would_refuse_a_script_of_its_own(desktop: Visit) -> None:
    page = desktop.open()
    with pytest.raises(Error, match="Content Security Policy"):
        page.add_script_tag(content="document.title = 'stolen'")
    desktop.complaints.clear()
