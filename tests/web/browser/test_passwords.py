"""A password can be looked at while it is typed."""

import pytest
from playwright.sync_api import Browser, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company
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
