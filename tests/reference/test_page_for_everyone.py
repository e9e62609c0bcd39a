"""The reference page for everyone: in both colours, by keyboard, read out, printed, without scripts or storage."""

import itertools
import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.reference.conftest import BAR, CHOSEN, CREATE, FEW, Visit, visit
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

BLOCKED = """Object.defineProperty(window, 'localStorage', {
  get() { throw new DOMException('blocked', 'SecurityError') } })"""
COLOURS = {"dark": "rgb(27, 31, 35)", "light": "rgb(255, 255, 255)"}
OPEN_CREATE = f"""() => document.querySelectorAll("{CREATE} button:not([aria-label])").forEach(button => {{
  if (!/^(Copy|Collapse|Expand)/.test(button.textContent)) button.click() }})"""

pytestmark = ON_SQLITE


def test_it_is_accessible(visitor: Visit) -> None:
    page = visitor.open()
    is_phone = page.locator("#menu-button").is_visible()
    colours = not is_phone  # on a phone they are the same as at a desk
    assert visitor.violations(colours=colours) == []
    page.evaluate(OPEN_CREATE)
    expect(page.locator(f"{CREATE} caption").first).to_be_visible()
    page.locator(f"{CREATE} [aria-label='expand property name*']").first.click()  # of faults in faults
    expect(page.locator(f"{CREATE} td[colspan] button", has_text="Faults").first).to_be_visible()
    assert visitor.violations(CREATE, colours=colours) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    if is_phone:
        page.click("#menu-button")
    page.fill(".search-input", "lead")
    page.wait_for_selector("[data-role='search:results'] [role=menuitem]")
    assert visitor.violations(".menu-content", colours=colours) == []


def test_it_is_dark_where_that_is_preferred_or_chosen(browser: Browser, server: Server, scheme: str) -> None:
    for opened in visit(browser, server, scheme=scheme):
        page = opened.open()
        assert page.get_attribute("html", "data-theme") == scheme
        other = "light" if scheme == "dark" else "dark"
        expect(page.locator("#theme-switch")).to_have_text(other.capitalize())
        page.click("#theme-switch")
        page.wait_for_selector(f"html[data-ready][data-theme={other}]")
        expect(page.locator("#theme-switch")).to_have_text(scheme.capitalize())
        page.reload()
        assert page.get_attribute("html", "data-theme") == other
        assert opened.colour() == COLOURS[other]


@pytest.mark.parametrize(("preferred", "chosen"), [("dark", None), ("light", "dark"), ("dark", "light")])
def test_its_colours_do_not_wait_for_redoc(
    browser: Browser, server: Server, preferred: str, chosen: str | None
) -> None:
    for opened in visit(browser, server, scheme=preferred, remembered={"theme": chosen} if chosen else None):
        page = opened.page
        page.route("**/docs/redoc.js", lambda route: None)  # no answer
        page.goto(f"{server.address}/docs", wait_until="commit")
        page.wait_for_selector("html[data-theme]")  # our script waits for the style sheet, as rendering does
        expect(page.locator(".message")).to_be_visible()
        assert opened.colour() == COLOURS[chosen or preferred]
        page.click("#theme-switch")
        assert opened.colour() != COLOURS[chosen or preferred]


def test_it_works_where_nothing_can_be_remembered(desktop: Visit) -> None:
    desktop.page.add_init_script(BLOCKED)
    page = desktop.open()
    for theme in ("dark", "light"):
        page.click("#theme-switch")
        page.wait_for_selector(f"html[data-ready][data-theme={theme}]")
        assert desktop.colour() == COLOURS[theme]
    page.click("#languages [data-lang=ruby]")
    assert page.evaluate(CHOSEN) == ["Ruby"] * len(FEW)


def test_without_scripts_it_says_so_and_no_more(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{server.address}/docs")
    expect(page.get_by_role("link", name="OpenAPI document")).to_be_visible()
    assert page.inner_text("body").startswith("This page needs JavaScript.")
    assert not page.locator("button").first.is_visible()
    assert Visit(page, server.address).colour() == COLOURS["dark"]
    context.close()


def test_the_keyboard_skips_to_the_content(desktop: Visit) -> None:
    page = desktop.open()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_focused()
    # And what has the focus is not under the bar.
    page.locator("[id='tag/Leads/operation/updateLead'] h2 a").focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("() => document.activeElement.getBoundingClientRect().top") >= BAR - 1


def test_landmarks_and_links_have_names(still: Page) -> None:
    page = still
    expect(page.get_by_role("navigation", name="Sections").get_by_role("search")).to_be_visible()
    create = page.get_by_role("main").locator(CREATE)
    expect(create.get_by_role("heading", name="Create a New Lead", exact=True)).to_be_visible()
    expect(create.get_by_role("link", name="Link to Create a New Lead", exact=True)).to_have_count(1)
    links = page.locator(".api-content :is(h1, h2, h3) > a")
    assert [name for name in links.evaluate_all("all => all.map(one => one.ariaLabel)") if "/" in name] == []


def test_code_of_the_prose_stands_in_the_right_column(still: Page) -> None:
    page = still
    errors, parameters = (
        "[id='tag/Errors'] .redoc-markdown",
        "[id='tag/Querystring-Parameters'] .redoc-markdown",
    )
    # JSON beside a call, which no section has yet.
    page.locator(parameters).evaluate(
        "prose => prose.append(document.querySelector('.language-json').parentElement.cloneNode(true))"
    )
    samples = box(page.locator(CREATE).get_by_role("tablist").first)
    for prose in (errors, parameters):
        json = box(page.locator(f"{prose} > pre:has(.language-json)"))
        assert abs(json["x"] - samples["x"]) <= 8
        text = box(page.locator(f"{prose} > p").first)
        assert text["x"] + text["width"] < json["x"]
    shell = box(page.locator(f"{parameters} > pre:has(.language-shell)"))
    assert shell["x"] == json["x"]
    assert shell["y"] + shell["height"] <= json["y"]
    assert (
        abs(box(page.locator(f"{errors} > pre"))["y"] - box(page.locator(f"{errors} > p").first)["y"]) <= 24
    )
    page.locator(f"{parameters} > pre:has(.language-json)").evaluate("added => added.remove()")


def box(element: Locator) -> dict[str, float]:
    found = element.bounding_box()
    assert found
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def test_nested_bodies_are_open(still: Page) -> None:
    for operation in ("createLead", "updateLead"):
        body = still.locator(f"[id='tag/Leads/operation/{operation}']")
        parts = body.locator(
            "td[kind=field] :is(button, span)", has_text=re.compile(r"^(id|extension|number|email)$")
        )
        assert len(parts.all()) >= 5
        for part in parts.all():
            expect(part).to_be_visible()
        expect(body.get_by_text("alone, it links that record")).to_have_count(2)


COVERING = """() => [...document.body.querySelectorAll('*')]
  .filter(one => getComputedStyle(one).position === 'fixed' && one.checkVisibility({ visibilityProperty: true }))
  .map(one => one.getBoundingClientRect()).filter(box => box.width > 1 && box.height > 1).map(box => box.bottom)"""
CUT = """() => [...document.querySelectorAll('#reference *')]
  .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
    && ['auto', 'scroll', 'hidden'].includes(getComputedStyle(one).overflowX))
  .map(one => `${one.tagName} ${one.closest('[id]').id} ${one.scrollWidth} > ${one.clientWidth}`)"""


def test_on_a_phone_nothing_is_cut_or_covered(browser: Browser, server: Server) -> None:
    for opened in visit(browser, server, whole=True, phone=True):
        page = opened.open()
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            nothing_is_cut_or_covered(page, width)
        assert "to the right" not in page.locator("[id='tag/Introduction']").inner_text()


def nothing_is_cut_or_covered(page: Page, width: int) -> None:
    assert page.evaluate(CUT) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for element in page.evaluate(COVERING):
        assert element <= BAR
    buttons = [box(one) for one in page.locator("#menu-button, #bar button").all()]
    for one in buttons:
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= width
    edges = sorted((one["x"], one["x"] + one["width"]) for one in buttons)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(edges))


def test_a_table_that_scrolls_says_so(phone: Visit) -> None:
    page = phone.open()
    table = page.locator("[id='tag/Errors'] table").first
    sign = "table => getComputedStyle(table, '::before').content"
    assert table.evaluate(sign) == "none"
    table.evaluate("table => { table.rows[1].cells[0].textContent = 'x'.repeat(200); }")
    expect(table).to_have_attribute("tabindex", "0")
    assert "scrolls sideways" in table.evaluate(sign)


def test_errors_of_every_call_have_no_tabs(desktop: Visit) -> None:
    page = desktop.open()
    tabs = page.locator(f"{CREATE} [role=tablist]").last
    shown = tabs.get_by_role("tab")
    common = ("413", "414", "431", "500", "503")
    every = tabs.locator("[role=tab]").all_text_contents()
    assert {*common, "422"} < {*every}
    expect(shown).to_have_text([status for status in every if status not in common])
    for status in common:
        expect(page.locator(CREATE).get_by_role("button", name=status)).to_be_visible()
    shown.last.click()
    page.keyboard.press("ArrowRight")
    expect(shown.first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(shown.last).to_be_focused()
    ready = page.locator("[id='tag/Health/operation/ready']").get_by_role("tab", name="503")
    expect(ready).to_be_visible()


def test_it_can_be_printed(browser: Browser, server: Server) -> None:
    for opened in visit(browser, server, scheme="dark", remembered={"language": "python"}):
        page = opened.open()
        page.emulate_media(media="print")
        for unprinted in ("#bar", ".menu-content", "#menu-button", f"{CREATE} [role=tabpanel] button"):
            expect(page.locator(unprinted).first).to_be_hidden()
        expect(page.locator(f"{CREATE} [role=tab]:visible")).to_have_text(["Python", "200"])
        sample = page.locator(f"{CREATE} [role=tabpanel] pre")
        expect(sample).to_contain_text("client.leads.create(")
        assert opened.colour() == COLOURS["light"]
        for text in (sample, sample.locator("span").first, page.locator(f"{CREATE} p").first):
            expect(text).to_have_css("color", "rgb(16, 18, 20)")
            expect(text).to_have_css("background-color", "rgba(0, 0, 0, 0)")
