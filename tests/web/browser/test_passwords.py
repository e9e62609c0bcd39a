"""A password can be looked at while it is typed."""

import pytest
from playwright.sync_api import Browser, expect

from closum.accounts.attempts import MOST_PER_ADDRESS
from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import PHONE, person


@pytest.mark.parametrize(("language", "label"), [("en", "Show password"), ("pt", "Mostrar palavra-passe")])
def test_a_password_is_shown_while_a_box_is_ticked(
    browser: Browser, place: Server, company: Company, language: str, label: str
) -> None:
    with person(browser, place, language=language, width=PHONE) as who:
        page = who.open("/sign-in")
        field, box = page.locator("#password"), page.get_by_label(label, exact=True)
        field.fill("a secret")
        for ticked, kind in ((True, "text"), (False, "password"), (True, "text")):
            box.set_checked(ticked)
            assert field.evaluate("el => el.type") == kind
            assert field.input_value() == "a secret"
        who.look()
        who.watch.expected = {422, 401}
        page.locator("#email").fill("nobody@example.com")
        page.locator("form .strong").click()
        expect(page.locator("#faults")).to_be_visible()
        expect(box).not_to_be_checked()
        box.check()
        assert field.evaluate("el => el.type") == "text"


def test_each_password_of_a_page_has_its_own_box(browser: Browser, place: Server, company: Company) -> None:
    with person(browser, place, company.cookies[OWNER]) as who:
        page = who.open("/settings/password")
        page.get_by_label("Show new password", exact=True).check()
        kinds = page.locator("#present, #password").evaluate_all("els => els.map((el) => el.type)")
        assert kinds == ["password", "text"]


def test_without_scripts_there_is_no_box(browser: Browser, place: Server, company: Company) -> None:
    with person(browser, place, scripts=False) as who:
        page = who.open("/sign-in")
        expect(page.locator("#password")).to_be_visible()
        expect(page.locator("[data-show]")).to_be_hidden()


def test_whoever_is_not_heard_for_a_while_is_told_that_alone(browser: Browser, place: Server) -> None:
    team = founded(place, "Locked", filled=False)
    with team.client() as api:
        email = api.data("GET", "/api/user")[0]["email"]
    with person(browser, place, width=PHONE) as who:
        page = who.open("/sign-in")
        who.watch.expected = {422, 429}
        told = page.locator(".banner:visible")
        for number in range(MOST_PER_ADDRESS + 1):
            page.fill("#email", email)
            page.fill("#password", f"wrong {number}")
            with page.expect_response("**/sign-in") as answer:
                page.locator("form .strong").click()
            assert answer.value.status == (422 if number < MOST_PER_ADDRESS else 429)
            expect(page.locator("#password")).to_have_value("")
        expect(told).to_have_count(1)
        expect(told).to_contain_text("Too many wrong passwords")
        expect(told).to_be_focused()
