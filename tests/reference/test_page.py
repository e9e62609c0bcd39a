"""The reference in a browser: tabs, links, search, a phone, a proxy, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from closum.reference import samples, search
from tests.reference.conftest import CHOSEN, LANGUAGES, SHOWN, Visit, box, visit
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

UPDATE = "/docs/leads#updateLead"
RESULTS = "#found a"
pytestmark = ON_SQLITE


def test_there_are_three_columns(desktop: Visit) -> None:
    page = desktop.open("/docs/leads")
    left, middle, right = [
        box(page.locator(one)) for one in ("#nav", "#listLeads .prose", "#listLeads .aside")
    ]
    assert left["x"] + left["width"] <= middle["x"]
    assert middle["x"] + middle["width"] <= right["x"]
    assert abs(middle["y"] - right["y"]) <= 1
    # Code of the prose stands there, too, and what follows it goes on in the middle.
    page = desktop.open("/docs/errors")
    prose, json, after = [box(page.locator(one)) for one in (".prose >> nth=0", ".aside", ".after")]
    assert prose["x"] + prose["width"] <= json["x"] == right["x"]
    assert abs(prose["y"] - json["y"]) <= 24
    assert after["x"] == prose["x"]
    assert after["y"] - prose["y"] - prose["height"] <= 24


def test_a_tab_switches_all_samples_and_is_remembered(desktop: Visit) -> None:
    page = desktop.open("/docs/writes")
    number = len(page.evaluate(CHOSEN))
    assert number > 5  # one of the prose
    assert page.evaluate(CHOSEN) == ["Shell"] * number
    for language in ("Ruby", "Python"):
        page.click(f"#languages [data-language={language.lower()}]")
        assert page.evaluate(CHOSEN) == [language] * number
        assert page.evaluate(SHOWN) == [language.lower()] * number
        expect(page.locator("#status")).to_have_text(f"Code samples in {language}")
    page = desktop.open("/docs/leads")
    assert {*page.evaluate(CHOSEN)} == {"Python"}
    create = page.locator("#createLead .several")
    assert "from closum_client import Client" in create.inner_text()
    assert "curl" not in create.inner_text()
    expect(page.locator("#languages [aria-pressed=true]")).to_have_text("Python")


def test_a_sample_is_copied_with_the_address_of_the_server(desktop: Visit, server: Server) -> None:
    desktop.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desktop.open("/docs/guide/capture-leads")
    page.get_by_role("button", name="Copy: Shell").click()
    expect(page.locator("#status")).to_have_text("Copied")
    text = page.evaluate("() => navigator.clipboard.readText()")
    assert text.startswith(f"curl -X POST {server.address}/api/lead")


def test_the_tab_of_one_sample_switches_all_and_keeps_focus_and_place(desktop: Visit) -> None:
    page = desktop.open(UPDATE)
    tabs = page.locator("#updateLead [role=tab]")
    for key, language in (
        ("", "Ruby"),
        ("ArrowLeft", "Shell"),
        ("ArrowLeft", "Python"),
        ("ArrowRight", "Shell"),
    ):
        top = desktop.top("updateLead")
        if key:
            page.keyboard.press(key)
        else:
            tabs.get_by_text(language).click()
        assert {*page.evaluate(CHOSEN)} == {language}
        expect(page.locator("#updateLead [role=tab]:focus")).to_have_text(language)
        expect(page.locator("#updateLead [role=tab][tabindex='0']")).to_have_text(language)
        assert abs(desktop.top("updateLead") - top) <= 1
    button = page.locator("#languages [data-language=python]")
    button.press("Enter")
    expect(button).to_be_focused()
    assert {*page.evaluate(CHOSEN)} == {"Python"}
    assert abs(desktop.top("updateLead") - top) <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_page_was_once_linked_by_leads_to_its_place(
    browser: Browser, server: Server, language: str
) -> None:
    places = {
        "tag/Errors": "/docs/errors",
        "tag/Introduction": "/docs#Introduction",
        "tag/Authentication/operation/createToken": "/docs#createToken",
        "tag/Leads/Nested-Objects": "/docs/leads#Nested-Objects",
        "tag/Leads/operation/updateLead": UPDATE,
    }
    with visit(browser, server, remembered={"language": language.lower()}) as opened:
        for old, new in [*places.items()][0 if language == LANGUAGES[0] else -1 :]:
            opened.page.goto("about:blank")
            page = opened.open(f"/docs#{old}")
            page.wait_for_url(f"{server.address}{new}")
            expect(page.locator("html")).to_have_attribute("data-language", language.lower())
        page.reload()
        expect(page.locator("#updateLead h2")).to_be_in_viewport()
        assert 0 <= opened.top("updateLead") <= 100
        page.goto(f"{server.address}/docs#tag/Other/%")
        expect(page.locator("#languages [aria-pressed=true]")).to_have_text(language)


def test_search_finds_a_section_a_call_and_a_property_by_keyboard(desktop: Visit) -> None:
    page = desktop.open()
    page.keyboard.press("/")
    field = page.locator("#q")
    expect(field).to_be_focused()
    page.keyboard.type("errors")
    expect(page.locator(RESULTS).first).to_have_text("Errors")
    count = page.locator(RESULTS).count()
    expect(page.locator("#status[role=status]")).to_have_text(f"Search results: {count}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docs/errors")
    field.fill("update phone")
    found = page.locator(RESULTS, has_text="Update a Phone")
    expect(found).to_contain_text("PUT /api/phone/{id}")
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator(RESULTS).first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    found.click()
    page.wait_for_url("**/docs/phones#updatePhone")
    expect(page.locator("#updatePhone h2")).to_be_in_viewport()
    field.fill("utm_campaign")
    expect(page.locator(RESULTS, has_text="Lead Properties")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(page.locator("#sections")).to_be_visible()


def test_server_and_script_find_the_same(desktop: Visit) -> None:
    for asked in ("lead", "Undo import", "PATCH many", "x-file-name", "a'b<c", "errors"):
        page = desktop.open(f"/docs/search?q={asked}")
        of_server = page.locator("#main li a").all_inner_texts()
        assert len(of_server) <= search.MOST
        page.fill("#q", "")
        page.fill("#q", asked)
        expect(page.locator("#status")).to_have_text(f"Search results: {len(of_server)}")
        of_script = page.locator(f"{RESULTS} span").evaluate_all("all => all.map(one => one.firstChild.data)")
        assert of_script == of_server


def test_where_the_index_is_not_there_the_server_searches(desktop: Visit) -> None:
    desktop.expected.add(503)
    desktop.page.route("**/docs/search.json", lambda route: route.fulfill(status=503, body="{"))
    page = desktop.open()
    page.fill("#q", "undo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/docs/search?q=undo")
    expect(page.get_by_role("link", name="Undo an Operation")).to_be_visible()


def test_a_section_is_opened_on_a_phone(phone: Visit) -> None:
    page = phone.open("/docs/errors")
    field, button = page.locator("#q"), page.get_by_role("button", name="Menu")
    expect(field).to_be_hidden()
    button.click()
    expect(field).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Health").click()
    page.wait_for_url("**/docs/health")
    button.click()
    page.get_by_role("link", name="GET Check That the Server Is Ready").click()
    expect(page.locator("#ready h2")).to_be_in_viewport()
    expect(field).to_be_hidden()
    page.keyboard.press("/")
    expect(field).to_be_focused()


def called(page: Page) -> set[str]:
    """Where samples go, in every language and in the prose."""
    sources = page.locator("#main").text_content() or ""
    return {*re.findall(r"https?://[^\s\"']+?(?=/api|/health|/ready|\"|\. If)", sources)}


def test_samples_call_the_server_that_the_page_comes_from(desktop: Visit) -> None:
    """By the address that the visitor has for it: a copied sample sends the password nowhere else."""
    for path in ("/docs", "/docs/leads", "/docs/find"):
        page = desktop.open(path)
        assert called(page) == {desktop.address}
        assert samples.ORIGIN not in page.inner_text("body")


def test_it_stands_under_the_path_of_a_proxy(browser: Browser, folder: Path) -> None:
    with Server(folder, "--root-path", "/crm") as server, visit(browser, server) as opened:
        opened.page.route(
            "**/crm/**", lambda route: route.continue_(url=route.request.url.replace("/crm/", "/"))
        )
        page = opened.open("/crm/docs")
        assert called(page) == {f"{server.address}/crm"}
        page.fill("#q", "update phone")
        page.locator(RESULTS, has_text="Update a Phone").click()
        page.wait_for_url("**/crm/docs/phones#updatePhone")


def test_the_browser_would_refuse_a_script_of_its_own(desktop: Visit) -> None:
    page = desktop.open()
    with pytest.raises(Error, match=r"Content Security Policy|TrustedScript"):
        page.add_script_tag(content="document.title = 'stolen'")
    assert page.title() == "Closum API Documentation"
    desktop.complaints.clear()
