"""The reference for everyone: in both colours, by keyboard, read out, printed, without scripts or storage."""

import pytest
from playwright.sync_api import Browser, expect

from tests.reference.conftest import BLOCKED, CHOSEN, SHOWN, Visit, box, visit
from tests.reference.shown import pages
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

COLOURS = {"dark": "rgb(15, 19, 18)", "light": "rgb(245, 244, 240)"}
PATHS = [*pages()]
each = pytest.mark.parametrize

pytestmark = ON_SQLITE


@each(("device", "scheme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "dark")])
def test_it_is_accessible(browser: Browser, server: Server, device: str, scheme: str) -> None:
    is_phone = device == "phone"
    with visit(browser, server, phone=is_phone, scheme=scheme) as opened:
        for path in (
            "/docs/errors",
            "/docs/health",
            *(["/docs", "/docs/search?q=undo"] if scheme == "light" else []),
        ):
            page = opened.open(path)
            page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
            assert opened.violations() == [], path
        if is_phone:
            page.get_by_role("button", name="Menu").click()
        page.fill("#q", "lead")
        page.wait_for_selector("#found a")
        assert opened.violations("#nav") == []


@each("scheme", ["light", "dark"])
def test_it_is_dark_where_that_is_preferred_or_chosen(browser: Browser, server: Server, scheme: str) -> None:
    with visit(browser, server, scheme=scheme) as opened:
        page = opened.open()
        assert opened.colour() == COLOURS[scheme]
        other = "light" if scheme == "dark" else "dark"
        button = page.locator("#theme")
        expect(button).to_have_text(f"{other.capitalize()} theme")
        button.click()
        expect(button).to_have_text(f"{scheme.capitalize()} theme")
        assert opened.colour() == COLOURS[other]
        opened.open("/docs/errors")
        assert opened.colour() == COLOURS[other]
        # Code stands on a dark ground in both.
        assert (
            page.locator(".sample").evaluate("one => getComputedStyle(one).backgroundColor")
            == "rgb(22, 27, 25)"
        )


def test_it_works_where_nothing_can_be_remembered(desktop: Visit) -> None:
    desktop.page.add_init_script(BLOCKED)
    page = desktop.open("/docs/find")
    for theme in ("dark", "light"):
        page.click("#theme")
        assert desktop.colour() == COLOURS[theme]
    page.click("#languages [data-language=ruby]")
    assert page.evaluate(CHOSEN) == ["Ruby"]
    assert page.evaluate(SHOWN) == ["ruby"]


def test_without_scripts_all_of_it_is_read_and_searched(browser: Browser, server: Server) -> None:
    with visit(browser, server, scripts=False, scheme="dark") as opened:
        page = opened.open("/docs/find")
        assert opened.colour() == COLOURS["dark"]
        for language in ("shell", "ruby", "python"):
            expect(page.locator(f".several [data-in={language}] pre")).to_be_visible()
        expect(page.locator(".several .label")).to_have_text(["Shell", "Ruby", "Python"])
        expect(page.get_by_role("button")).to_have_count(0)  # none that would do nothing
        page.fill("#q", "undo")
        page.locator("#q").press("Enter")
        page.get_by_role("link", name="Undo an Operation").click()
        expect(page.locator("#undoOperation h2")).to_be_in_viewport()
    with visit(browser, server, scripts=False, phone=True) as opened:
        page = opened.open("/docs/errors")
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Health").click()
        expect(page.get_by_role("heading", name="Health")).to_be_visible()


def test_the_keyboard_skips_to_the_content(desktop: Visit) -> None:
    page = desktop.open("/docs/health")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Health").last).to_be_focused()


def test_what_has_the_focus_is_not_covered_on_a_phone(phone: Visit) -> None:
    page = phone.open("/docs/health")
    bar = page.locator(".side").evaluate("one => one.getBoundingClientRect().bottom")
    page.locator("#ready summary").last.focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert (
            page.evaluate(
                "() => document.activeElement.closest('.side') ? 999 : document.activeElement.getBoundingClientRect().top"
            )
            >= bar - 1
        )


def test_landmarks_and_links_have_names(desktop: Visit) -> None:
    page = desktop.open("/docs/leads")
    expect(page.get_by_role("navigation", name="Sections").get_by_role("search")).to_be_visible()
    create = page.get_by_role("main").get_by_role("region", name="Create a New Lead")
    expect(create.get_by_role("heading", name="Create a New Lead", exact=True)).to_be_visible()
    expect(create.get_by_role("link", name="Create a New Lead", exact=True)).to_have_attribute(
        "href", "#createLead"
    )
    expect(create.get_by_role("tablist", name="Language of the code samples")).to_be_visible()
    expect(create.get_by_role("tabpanel", name="Shell")).to_be_visible()
    expect(create.get_by_role("row").filter(has_text="on_match").first.get_by_role("cell")).to_have_count(2)


CUT = """() => [...document.querySelectorAll('#main *')]
  .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1
    && ['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(one).overflowX) && !one.matches('.hide'))
  .map(one => `${one.tagName} ${one.closest('[id]').id} ${one.scrollWidth} > ${one.clientWidth}`)"""
WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def test_on_a_phone_nothing_is_cut(phone: Visit) -> None:
    """On no page, with all that can be opened."""
    for path in PATHS:
        page = phone.open(path)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            assert (path, page.evaluate(CUT), page.evaluate(WIDE)) == (path, [], 0)


def test_it_can_be_printed(browser: Browser, server: Server) -> None:
    with visit(browser, server, scheme="dark", remembered={"language": "python"}) as opened:
        page = opened.open("/docs/leads")
        page.emulate_media(media="print")
        for unprinted in (".side", "#nav", "#createLead [role=tablist]"):
            expect(page.locator(unprinted)).to_be_hidden()
        sample = page.locator("#createLead .several")
        expect(sample.locator(".label:visible")).to_have_text("Python")
        assert "client.leads.create(" in sample.inner_text()
        assert "curl" not in sample.inner_text()
        for one in (sample.locator("pre").last, page.locator("#createLead p").first):
            expect(one).to_have_css("color", "rgb(0, 0, 0)")
            expect(one).to_have_css("background-color", "rgba(0, 0, 0, 0)")
        text, aside = (box(page.locator(f"#createLead .{one}")) for one in ("prose", "aside"))
        assert text["x"] == aside["x"]
