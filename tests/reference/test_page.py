"""The reference page in a browser: sections, tabs, links, search, a phone, a proxy, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from closum.reference import samples
from tests.reference.conftest import BAR, CHOSEN, CREATE, FEW, SAMPLES, Visit, visit
from tests.support.client import Client
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

SECTIONS = [
    "Introduction",
    "Authentication",
    "Querystring Parameters",
    "Find",
    "Writes",
    "Leads",
    "Cities",
    "Emails",
    "Phones",
    "Export",
    "Bin",
    "Health",
    "Errors",
]
FENCES = """() => [...document.querySelectorAll('.redoc-markdown pre > code[class^=language-]')]
  .filter(code => code.checkVisibility()).map(code => code.className.replace('language-', ''))"""
NAMED_HOSTS = """() => [...document.querySelectorAll('link, script, img, iframe, form, source, video, audio, embed')]
  .flatMap(element => ['href', 'src', 'action'].map(name => element.getAttribute(name)))
  .filter(address => address && new URL(address, location).protocol !== 'data:')
  .map(address => new URL(address, location).origin)"""
BLOCKED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('blocked', 'SecurityError') } })"""
COLOURS = {"dark": "rgb(27, 31, 35)", "light": "rgb(255, 255, 255)"}
pytestmark = ON_SQLITE


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


def test_the_address_of_the_server_alone_leads_to_the_pages(server: Server) -> None:
    assert server.password  # so there is a user
    with Client(server.address, None) as nobody:
        for method in ("GET", "HEAD"):
            front = nobody.request(method, "/", follow_redirects=False)
            assert (front.status_code, front.headers["location"], front.content) == (303, "/sign-in", b"")
        assert nobody.post("/", json={}).status_code == 405
        assert [nobody.get(path).status_code for path in ("/index.html", "/api")] == [404, 404]


def test_so_it_does_under_the_path_of_a_proxy(folder: Path) -> None:
    with Server(folder, "--root-path", "/crm") as server, Client(server.address, None) as nobody:
        for path in ("/", "/crm", "/crm/"):
            assert nobody.get(path, follow_redirects=False).headers["location"] == "/crm/welcome"


def test_the_sections_are_the_published_ones(still: Page) -> None:
    page = still
    titles = page.locator(".api-content [id^='tag/'] :is(h1, h2)").all_inner_texts()
    assert [title.strip() for title in titles if title.strip() in SECTIONS] == SECTIONS
    for name, property_name in (("Lead", "custom_data"), ("Email", "status"), ("Phone", "is_valid")):
        table = page.locator(f"[id='tag/{name}s/{name}-Properties'] table")
        expect(table).to_contain_text(property_name)


def test_there_are_three_columns(still: Page) -> None:
    page = still
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
    assert page.evaluate(CHOSEN) == ["Shell"] * len(FEW)
    for language in ("Ruby", "Python"):
        page.click(f"#languages [data-lang={language.lower()}]")
        assert page.evaluate(CHOSEN) == [language] * len(FEW)
        assert (
            page.evaluate(FENCES).count(language.lower()) == 5
        )  # of the parameters, of Find, of Writes, of Changes
        assert not {"shell", "ruby", "python"} - {language.lower()} & {*page.evaluate(FENCES)}
    shown = page.locator(CREATE)
    expect(shown).to_contain_text("client.leads.create(")
    expect(shown).not_to_contain_text("curl")
    page.reload()
    desktop.wait()
    assert page.evaluate(CHOSEN) == ["Python"] * len(FEW)
    expect(page.locator("#languages [aria-pressed=true]")).to_have_text("Python")


def test_the_place_is_kept_when_the_language_changes(desktop: Visit) -> None:
    page = desktop.open()
    top = page.evaluate("scrollY")
    button = page.locator("#languages [data-lang=python]")
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(CHOSEN) == ["Python"] * len(FEW)
    expect(button).to_be_focused()
    expect(page.locator("#status")).to_have_text("Code samples in Python")
    assert page.evaluate("scrollY") == top


def test_a_link_leads_to_its_place_in_any_language(linked: Visit) -> None:
    for section in ("tag/Errors", "tag/Introduction", "tag/Leads/operation/updateLead"):
        linked.page.goto("about:blank")
        page = linked.open(f"/docs#{section}")
        assert abs(linked.top(section) - BAR) <= 2
        assert page.url.endswith(f"#{section}")
    page.reload()
    linked.wait()
    assert abs(linked.top(section) - BAR) <= 2
    assert page.url.endswith(f"#{section}")


def test_the_tab_of_one_sample_switches_all_and_keeps_the_focus(shared: Page) -> None:
    page = shared
    for sample, language in (("listLeads", "Ruby"), ("updatePhone", "Python")):
        tab = page.locator(f"[id$='operation/{sample}'] [role=tab]", has_text=language).first
        tab.click()
        assert page.evaluate(CHOSEN) == [language] * SAMPLES
        expect(tab).to_be_focused()
    for key, language in (("ArrowLeft", "Ruby"), ("ArrowLeft", "Shell"), ("ArrowLeft", "Python")):
        page.keyboard.press(key)
        expect(page.locator("[id$='operation/updatePhone'] [role=tab]:focus")).to_have_text(language)
        assert page.evaluate(CHOSEN) == [language] * SAMPLES


def test_search_finds_a_section_and_goes_there(desktop: Visit) -> None:
    page = desktop.open()
    page.fill(".search-input", "error")
    found = page.locator("[data-role='search:results'] [role=menuitem]", has_text="Errors")
    expect(found.first).to_be_visible()
    count = page.locator("[data-role='search:results'] [role=menuitem]").count()
    expect(page.locator("#status[role=status]")).to_have_text(f"Search results: {count}")
    found.first.locator("label").click()
    expect(page.locator("[id='tag/Errors'] h2").first).to_be_in_viewport()


def test_search_finds_an_operation(shared: Page) -> None:
    page = shared
    page.fill(".search-input", "update phone")
    found = page.locator("[data-role='search:results'] [role=menuitem]", has_text="Update a Phone")
    found.first.locator("label").click()
    expect(page.locator("[id='tag/Phones/operation/updatePhone'] h2").first).to_be_in_viewport()


def test_a_section_is_opened_on_a_phone(phone: Visit) -> None:
    page = phone.open()
    search = page.locator(".search-input")
    expect(search).not_to_be_in_viewport()
    button = page.locator("#menu-button")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(search).to_be_in_viewport()
    expect(search).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(search).to_have_value("")
    page.keyboard.press("Escape")
    expect(search).not_to_be_in_viewport()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    page.click("[data-item-id='tag/Errors'] > label")
    expect(page.locator("[id='tag/Errors'] h2").first).to_be_in_viewport()
    expect(page.locator("[id='tag/Errors'] h2")).to_be_focused()
    expect(search).not_to_be_in_viewport()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_it_names_no_other_host(still: Page, server: Server) -> None:
    assert set(still.evaluate(NAMED_HOSTS)) == {server.address}


def called(page: Page, language: str) -> set[str]:
    """Where the samples of a language go, of every call and in the prose."""
    page.click(f"#languages [data-lang={language}]")
    sources = page.locator("#reference pre:visible").all_inner_texts()
    assert len(sources) >= SAMPLES
    return {
        found
        for text in sources
        for found in re.findall(r"https?://[^\s\"']+?(?=/api|/health|/ready|\")", text)
    }


@pytest.mark.parametrize("language", ["shell", "ruby", "python"])
def test_samples_call_the_server_that_the_page_comes_from(
    language: str, shared: Page, server: Server
) -> None:
    """By the address that the visitor has for it: a copied sample sends the password nowhere else."""
    assert called(shared, language) == {server.address}
    expect(shared.locator("[id='tag/Introduction'] blockquote")).to_contain_text(server.address)
    assert samples.ORIGIN not in shared.inner_text("body")


def test_it_stands_under_the_path_of_a_proxy(browser: Browser, folder: Path) -> None:
    with Server(folder, "--root-path", "/crm") as server:
        for opened in visit(browser, server, whole=True):
            opened.page.route(
                "**/crm/**", lambda route: route.continue_(url=route.request.url.replace("/crm/", "/"))
            )
            page = opened.open("/crm/docs")
            expect(page.locator("[id='tag/Leads'] h2").first).to_have_text("Leads")
            link = page.locator("[id='tag/Introduction'] a", has_text="OpenAPI document")
            assert link.get_attribute("href") == "/crm/api/openapi.json"
            assert called(page, "shell") == {f"{server.address}/crm"}


def test_without_its_document_it_says_so(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(BLOCKED)
    page.route("**/api/openapi.json", lambda route: route.fulfill(status=503, body="{}"))
    page.goto(f"{server.address}/docs")
    expect(page.locator("#reference [role=alert]")).to_contain_text("503")
    page.click("#theme-switch")
    assert Visit(page, server.address).colour() == COLOURS["dark"]
    context.close()


def test_the_browser_would_refuse_a_script_of_its_own(desktop: Visit) -> None:
    page = desktop.open()
    with pytest.raises(Error, match="Content Security Policy"):
        page.add_script_tag(content="document.title = 'stolen'")
    desktop.complaints.clear()
