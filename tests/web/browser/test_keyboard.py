"""Everything by the keyboard alone: the keys of the list behind `?`, and the order of Tab."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import Person, person

FOCUSED = (
    "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
)
RING = """() => [document.activeElement, document.activeElement.closest('td')].filter(Boolean).map((one) => getComputedStyle(one))
  .some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)"""
"""Whether what has the focus has a ring round it, or round its cell."""


@pytest.fixture(scope="module")
def desk(place: Server) -> Company:
    """An account that these tests change."""
    company = founded(place, "Keyboard", filled=False)
    with company.client() as api:
        for name in ("Ana Lopes", "Rui Costa", "Marta Reis"):
            api.new("lead", {"name": name})
    return company


@pytest.fixture
def typist(browser: Browser, desk: Company) -> Iterator[Person]:
    with person(browser, desk.server, desk.cookies[OWNER]) as one:
        yield one


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def test_a_lead_is_found_opened_edited_and_put_back(typist: Person) -> None:
    page = typist.open("/leads")
    keys = page.keyboard
    keys.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    keys.type("marta")
    expect(page.locator("#list tbody tr")).to_have_count(1)
    keys.press("Enter")
    heading(page, "Marta Reis")
    keys.press("e")
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    page.get_by_label("Name", exact=True).focus()
    keys.press("ControlOrMeta+a")
    keys.type("Marta Reis de Sá")
    keys.press("Control+Enter")
    heading(page, "Marta Reis de Sá")
    typist.look()
    keys.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone")
    heading(page, "Marta Reis")
    typist.look()


def test_leads_are_gone_through_one_after_the_other(typist: Person) -> None:
    page = typist.open("/leads?sort=name&direction=asc")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading(page, "Ana Lopes")
    page.keyboard.press("j")
    heading(page, "Marta Reis")
    page.keyboard.press("k")
    heading(page, "Ana Lopes")
    page.keyboard.press("/")
    page.wait_for_url("**/leads#q")
    expect(page.get_by_role("searchbox")).to_be_focused()
    typist.look()


def test_a_lead_is_written(typist: Person) -> None:
    page = typist.open("/leads")
    page.keyboard.press("n")
    heading(page, "New lead")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.type("Inês Nova")
    page.keyboard.press("Enter")
    heading(page, "Inês Nova")
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Undone")


def test_a_lead_is_begun_from_another_one(typist: Person) -> None:
    page = typist.open("/leads?sort=name&direction=asc")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    heading(page, "Ana Lopes")
    page.keyboard.press("n")
    heading(page, "New lead")
    typist.look()


def test_rows_are_walked_ticked_and_edited(typist: Person) -> None:
    page = typist.open("/leads?sort=name&direction=asc")
    keys = page.keyboard
    for _ in range(2):
        keys.press("ArrowDown")
    assert page.evaluate(FOCUSED) == "Marta Reis"
    assert page.evaluate(RING)
    keys.press("x")
    keys.press("ArrowUp")
    keys.press("x")
    expect(page.locator("[data-count]")).to_have_text("2")
    keys.press("ArrowDown")
    keys.press("Enter")
    heading(page, "Marta Reis")


def test_a_row_is_edited_and_the_list_is_there_again(typist: Person) -> None:
    page = typist.open("/leads?sort=name&direction=asc")
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    heading(page, "Leads")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("e")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Marta Reis")
    page.get_by_label("Name", exact=True).focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/leads?sort=name")
    typist.look()


def test_all_of_a_list_are_counted_as_many(typist: Person, desk: Company) -> None:
    page = typist.open("/leads?limit=1")
    count = page.locator("[data-count]")
    page.locator("tbody [name=id]").check()
    expect(count).to_have_text("1")
    page.locator("[name=all]").check()
    expect(count).to_have_text(page.locator("#count").text_content() or "")
    page.locator("[name=all]").uncheck()
    expect(count).to_have_text("1")


def test_a_follow_up_is_moved_done_and_opened_again(typist: Person, desk: Company) -> None:
    with desk.client() as api:
        lead = api.new("lead", {"name": "Nuno Sá"})
        api.new("task", {"lead_id": lead, "text": "Call", "due": "2020-01-31", "user_id": desk.ids[OWNER]})
    page = typist.open("/today")
    overdue = page.locator("section[aria-labelledby=t-overdue]")
    overdue.get_by_role("link", name="Nuno Sá").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-labelledby=t-week]")).to_contain_text("Nuno Sá")
    page.keyboard.press("u")
    expect(overdue).to_contain_text("Nuno Sá")
    page.get_by_role("button", name="Done: Call").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()
    expect(overdue).to_have_count(0)
    page.keyboard.press("u")
    expect(overdue).to_contain_text("Nuno Sá")
    typist.look()


def test_g_goes_to_places(typist: Person) -> None:
    page = typist.open("/leads")
    for key, path in (
        ("i", "/imports"),
        ("t", "/today"),
        ("h", "/dashboard"),
        ("d", "/duplicates"),
        ("l", "/leads"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}*")
        typist.look()


def test_the_list_of_keys_opens_and_closes(typist: Person) -> None:
    page = typist.open("/leads")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_one_like_a_new_lead_is_told_when_its_field_is_left(typist: Person) -> None:
    page = typist.open("/leads/new")
    hint = page.locator("#alike")
    name = page.get_by_label("Name", exact=True)
    name.fill("marta reis")
    name.press("Tab")
    expect(hint.get_by_role("link")).to_contain_text("Marta Reis")
    typist.look()
    name.fill("Nobody Else")
    name.press("Tab")
    expect(hint).to_have_count(0)


def test_a_menu_opens_and_closes_and_gives_the_focus_back(typist: Person) -> None:
    page = typist.open("/leads")
    summary = page.locator(".tools .menu > summary").last
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Rows per page")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Rows per page")).to_be_hidden()
    expect(summary).to_be_focused()


def test_letters_in_a_field_are_letters(typist: Person) -> None:
    page = typist.open("/leads/new")
    name = page.get_by_label("Name", exact=True)
    name.focus()
    page.keyboard.type("n/x?eu")
    expect(name).to_have_value("n/x?eu")
    page.keyboard.press("Escape")
    expect(name).not_to_be_focused()


def test_tab_goes_through_a_page_in_the_order_of_reading(typist: Person) -> None:
    """The first stop skips to the content, all have a ring, and whatever can be clicked is a stop."""
    page = typist.open("/leads")
    stops = list[tuple[float, float]]()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to content"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => !document.activeElement.closest('main')"):
            break
        assert page.evaluate(RING), page.evaluate(FOCUSED)
        box = page.evaluate(
            "() => { const r = document.activeElement.getBoundingClientRect(); return [r.top, r.left] }"
        )
        stops.append((box[0] // 40, box[1]))
    assert stops == sorted(stops)
    assert len(stops) > 10
