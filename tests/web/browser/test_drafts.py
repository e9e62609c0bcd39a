"""What scripts add to the page of a lead: what is being written is not lost, and what is chosen is saved by a button."""

from playwright.sync_api import Browser, expect

from closum.accounts.roles import MEMBER, OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import COOKIE, PHONE, person

TYPED = "Rings back on Friday"


def test_what_is_written_stays_until_it_is_sent(browser: Browser, place: Server) -> None:
    company = founded(place, "Drafts")
    one, other = company.ids["lead"], company.ids["one"]
    with person(browser, place, company.cookies[OWNER], width=PHONE) as who:
        page = who.open(f"/leads/{one}")
        page.locator("#note-text").fill(TYPED)
        page.get_by_label("Call", exact=True).check()
        who.open(f"/leads/{other}")
        assert page.locator("#note-text").input_value() == ""
        who.open(f"/leads/{one}")
        assert page.locator("#note-text").input_value() == TYPED
        expect(page.get_by_label("Call", exact=True)).to_be_checked()
        page.locator("#pick .strong").click()
        expect(page.locator("section:has(#notes) .rows")).to_contain_text(TYPED)
        assert page.locator("#note-text").input_value() == ""
        who.open(f"/leads/{other}")
        assert page.locator("#note-text").input_value() == ""
        expect(page.get_by_label("Call", exact=True)).to_be_checked()
        who.open(f"/leads/{one}")
        page.locator("#task-text").fill("Send the offer")
        page.get_by_label("Tomorrow").check()
        who.open(f"/leads/{one}")
        assert page.locator("#task-text").input_value() == "Send the offer"
        expect(page.get_by_label("Tomorrow")).to_be_checked()
        page.get_by_role("button", name="Menu", exact=True).click()
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        left = page.evaluate("() => Object.keys(sessionStorage)")
        assert [one for one in left if not one.startswith("htmx")] == []


def test_what_is_written_is_not_shown_to_who_signs_in_next(browser: Browser, place: Server) -> None:
    company = founded(place, "Handed over", filled=False)
    with company.client() as api:
        lead = api.new("lead", {"name": "Ana"})
    with person(browser, place, company.cookies[OWNER]) as who:
        page = who.open(f"/leads/{lead}")
        page.locator("#note-text").fill(TYPED)
        who.open("/leads")
        for role in (MEMBER, OWNER):
            page.context.add_cookies([{"name": COOKIE, "value": company.cookies[role], "url": place.address}])
            who.open(f"/leads/{lead}")
            assert page.locator("#note-text").input_value() == ""


def test_a_stage_is_saved_by_the_button(browser: Browser, place: Server) -> None:
    company = founded(place, "Stages", filled=False)
    with company.client() as api:
        lead = api.new("lead", {"name": "Ana"})
    with person(browser, place, company.cookies[OWNER]) as who:
        page = who.open(f"/leads/{lead}")
        stage, save = page.locator("#contact_lifecycle_stage_id"), page.locator("#pick .strong")
        stage.select_option("4")
        save.click()
        expect(page.locator(".toast")).to_contain_text(": changed the stage.")
        expect(stage).to_have_value("4")
        page.keyboard.press("u")
        expect(page.locator(".toast")).to_contain_text("Undone")
        who.look()
        expect(stage).to_have_value("")


def test_without_scripts_the_button_is_always_there(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER], scripts=False) as who:
        page = who.page
        page.goto(f"{company.server.address}/leads/{company.ids['lead']}")
        expect(page.locator("#pick .strong")).to_be_visible()
