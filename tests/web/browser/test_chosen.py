"""What is ticked in a list is what is chosen, with and without a script, and is said."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import PHONE, person

ROWS = 25
TOTAL = 40


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account with more than a page of leads, and records in the bin, which these tests leave as they are."""
    made = founded(place, "Chosen", filled=False)
    with made.client() as api:
        for number in range(TOTAL):
            api.new("lead", {"name": f"Ana {number}"})
        for _ in range(2):
            api.delete(f"/api/lead/{api.new('lead', {'name': 'Rui'})}").raise_for_status()
    return made


def boxes(page: Page) -> Locator:
    return page.locator("tbody [name=id]")


def test_all_that_match_are_chosen_only_while_each_row_is(browser: Browser, team: Company) -> None:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        page = one.open("/leads")
        head, every, count = (page.locator(at) for at in ("[data-all]", "[name=all]", "[data-count]"))
        ticked = page.locator("tbody [name=id]:checked")
        head.check()
        every.check()
        expect(count).to_have_text(str(TOTAL))
        boxes(page).first.uncheck()
        expect(every).not_to_be_checked()
        expect(head).not_to_be_checked()
        expect(head).to_have_js_property("indeterminate", True)
        expect(count).to_have_text(str(ROWS - 1))
        every.check()
        expect(ticked).to_have_count(ROWS)
        expect(head).to_be_checked()
        head.uncheck()
        expect(ticked).to_have_count(0)
        expect(head).to_have_js_property("indeterminate", False)
        boxes(page).first.check()
        expect(every).not_to_be_checked()
        expect(count).to_have_text("1")
        every.check()
        expect(count).to_have_text(str(TOTAL))
        every.uncheck()
        expect(count).to_have_text(str(ROWS))
        page.locator(".bulk [value=edit]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Edit {ROWS} leads")


@pytest.mark.parametrize("path", ["/leads", "/bin"])
@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_a_row_that_is_not_ticked_chooses_nothing(
    browser: Browser, team: Company, path: str, scripts: bool
) -> None:
    with person(browser, team.server, team.cookies[OWNER], scripts=scripts) as one:
        page = one.open(path)
        one.watch.expected = {422}
        boxes(page).first.press("Enter")
        expect(page.locator("#faults")).to_have_text("Nothing is selected. Select at least one row.")
        if scripts:
            expect(page.locator("#faults")).to_be_focused()
        one.look()
        expect(boxes(page)).to_have_count(ROWS if path == "/leads" else 2)


def test_without_scripts_all_beside_a_row_are_counted_before_they_are_deleted(
    browser: Browser, team: Company
) -> None:
    with person(browser, team.server, team.cookies[OWNER], scripts=False, language="pt", width=PHONE) as one:
        page = one.open("/leads")
        boxes(page).first.check()
        page.locator("[name=all]").check()
        page.locator(".bulk [value=delete]").click()
        expect(page.locator("main button")).to_have_text(re.compile(f"{TOTAL} leads"))
        one.look()


@pytest.mark.parametrize("path", ["/leads", "/bin"])
@pytest.mark.parametrize("scripts", [True, False])
def test_the_box_for_the_page_is_there_where_it_does_something(
    browser: Browser, team: Company, path: str, scripts: bool
) -> None:
    with person(browser, team.server, team.cookies[OWNER], scripts=scripts) as one:
        page = one.open(path)
        expect(page.locator("[data-all]")).to_be_visible(visible=scripts)
        boxes(page).first.check()
        expect(page.locator(".bulk")).to_be_visible()
        expect(page.locator(".bulk span:has([data-count])")).to_be_visible(visible=scripts)


def test_who_comes_back_reads_how_many_are_ticked(browser: Browser, team: Company) -> None:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        page = one.open("/leads")
        page.locator("[data-all]").check()
        page.get_by_role("link", name="Emails").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Emails")
        page.go_back()
        expect(page.locator("tbody [name=id]:checked")).to_have_count(ROWS)
        expect(page.locator("[data-count]")).to_have_text(str(ROWS))
        expect(page.locator("[data-all]")).to_be_checked()


def test_a_search_is_one_step_back_however_many_letters_it_has(browser: Browser, team: Company) -> None:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        page = one.open("/leads")
        for text in ("A", "An", "Ana 3"):
            page.locator("#q").fill(text)
            page.wait_for_url(f"**/leads?q={text.replace(' ', '%20')}")
        expect(page.locator("[data-all]")).to_be_visible()
        page.go_back()
        page.wait_for_url("**/leads")
        expect(page.locator("#count")).to_have_text(str(TOTAL))
        expect(page.locator("#q")).to_have_value("")
        page.go_forward()
        expect(boxes(page)).to_have_count(11)
        page.locator("#q").fill("Ana 39")
        page.wait_for_url("**/leads?q=Ana%2039")
        expect(boxes(page)).to_have_count(1)
        page.go_back()
        expect(boxes(page)).to_have_count(11)  # Chromium may not close a window whose next page is on its way


SINKS = {
    "innerHTML": "document.body.innerHTML = '<b>x</b>'",
    "template": "document.createElement('template').innerHTML = '<b>x</b>'",
    "DOMParser": "new DOMParser().parseFromString('<b>x</b>', 'text/html')",
    "insertAdjacentHTML": "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
    "empty": "document.body.innerHTML = ''",
    "script": "document.createElement('script').text = '1'",
    "source": "document.createElement('script').src = '/static/x.js'",
}


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("is_searched", [False, True])
def test_no_other_text_than_what_the_server_has_sent_becomes_a_page(
    browser: Browser, team: Company, sink: str, is_searched: bool
) -> None:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        page = one.open("/leads")
        if is_searched:
            page.locator("#q").fill("Ana 39")
            expect(boxes(page)).to_have_count(1)
            one.look()
        told = page.evaluate(f"() => {{ try {{ {SINKS[sink]} }} catch (error) {{ return error.name }} }}")
        assert told == "TypeError"
        expect(page.get_by_role("heading", level=1)).to_contain_text("Leads")
        one.watch.complaints.clear()  # the browser tells of what it refuses
