"""Who saves a form by keyboard is where they were in it: what they type next are no shortcuts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import PHONE, Person, person

each = pytest.mark.parametrize

FIELDS = {
    "/settings/company": "#name",
    "/settings/look": "#name",
    "/settings/stages": "#label-new",
    "/settings/contact-types": "#label-new",
}
"""A field of each page, in which Enter saves what is typed."""


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account that these tests change."""
    return founded(place, "Focus", filled=False)


@pytest.fixture
def who(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        yield one


@each("path", FIELDS)
def test_the_field_in_which_enter_was_pressed_has_the_focus_again(who: Person, path: str) -> None:
    page, field = who.open(path), FIELDS[path]
    page.fill(field, "new.focus@example.com")
    with page.expect_navigation():
        page.press(field, "Enter")
    expect(page.locator(field)).to_be_focused()
    before = page.locator(field).input_value()
    page.keyboard.type("n")
    assert page.url.endswith(path)
    assert len(page.locator(field).input_value()) == len(before) + 1


def test_a_stage_that_is_renamed_and_moved_keeps_the_focus(who: Person, team: Company) -> None:
    with team.client() as api:
        first, *_ = [api.new("contact_lifecycle_stage", {"label": one}) for one in ("One", "Two", "Three")]
    page = who.open("/settings/stages")
    row = page.locator(f"form[action$='/{first}']")
    row.locator("summary").click()
    row.locator(".input").fill("Renamed")
    for press, focused in ((".input", "summary"), ("[value=down]", "[value=down]")):
        with page.expect_navigation():
            row.locator(press).press("Enter")
        expect(row.locator(focused)).to_be_focused()
    expect(row).to_contain_text("Renamed")


@each(("path", "field"), [("/settings/users", "#email"), ("/settings/api", "#name")])
def test_what_is_shown_once_has_the_focus_and_is_in_sight(who: Person, path: str, field: str) -> None:
    page = who.open(path)
    page.fill(field, "new.focus@example.com")
    with page.expect_navigation():
        page.press(field, "Enter")
    expect(page.locator("#once")).to_be_focused()
    expect(page.locator("#once textarea")).to_be_in_viewport(ratio=1)


def test_a_fault_has_the_focus_before_the_field(who: Person) -> None:
    page = who.open("/settings/stages")
    who.watch.expected = {422}
    page.press("#label-new", "Enter")
    expect(page.locator("#faults")).to_be_focused()


def test_what_is_done_with_leads_begins_without_a_field_of_the_list(who: Person, team: Company) -> None:
    with team.client() as api:
        api.new("lead", {"name": "Rui"})
    page = who.open("/leads")
    page.locator("[name=id]").first.check()
    page.get_by_role("button", name="Edit…").click()
    expect(page.locator("h1")).not_to_contain_text("Leads")
    assert page.evaluate("document.activeElement === document.body")


def test_another_page_takes_no_focus_from_a_form_that_was_left(who: Person, team: Company) -> None:
    page = who.open("/leads/new")
    page.fill("#name", "Ana")
    page.press("#name", "Enter")
    expect(page.locator("h1")).to_have_text("Ana")
    assert page.evaluate("document.activeElement === document.body")


@each("scripts", [True, False])
def test_what_is_stored_about_a_person_is_in_sight_on_a_phone(
    browser: Browser, team: Company, scripts: bool
) -> None:
    with team.client() as api:
        api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
    with person(browser, team.server, team.cookies[OWNER], width=PHONE, scripts=scripts) as one:
        page = one.open("/settings/retention")
        page.fill("#person", "ana@example.pt")
        page.press("#person", "Enter")
        found = page.locator("#once")
        expect(found).to_be_focused()
        expect(found.get_by_role("heading")).to_be_in_viewport(ratio=1)


@each("path", ["/settings/retention", "/settings/stages"])
def test_the_tab_of_a_page_is_in_sight_after_a_fault(browser: Browser, team: Company, path: str) -> None:
    with person(browser, team.server, team.cookies[OWNER], width=PHONE, language="pt") as one:
        page = one.open(path)
        one.watch.expected = {422}
        page.locator("main form .button.strong").last.click()
        expect(page.locator("#faults")).to_be_focused()
        tab = page.locator(".tabs [aria-current]")
        left, right = tab.evaluate(
            "el => { const box = el.getBoundingClientRect(); return [box.left, box.right] }"
        )
        assert (left >= 0, right <= PHONE) == (True, True)
