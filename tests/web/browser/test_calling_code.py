"""A number that is typed with its calling code chooses it before it is saved."""

import pytest
from playwright.sync_api import Browser, expect

from closum.accounts.roles import OWNER
from tests.support.company import Company
from tests.web.browser.conftest import LOCALES, person

SPAIN = {"en": "Spain +34", "pt": "Espanha +34"}
PATH = "/phones/calling-code"


@pytest.mark.parametrize("language", LOCALES)
def test_a_number_chooses_its_code(browser: Browser, company: Company, language: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        page = one.open("/leads/new")
        code, number = page.locator("[name='phone.extension']"), page.locator("[name='phone.number']")
        number.press_sequentially("+34 612 345 678")
        expect(code.locator("option:checked")).to_have_text(SPAIN[language])
        expect(code).to_have_value("0034")
        expect(number).to_be_focused()
        code.select_option("0044")
        with page.expect_response(f"**{PATH}") as answered:
            number.fill("7700 900882")
        assert answered.value.status == 204
        expect(code).to_have_value("0044")


def test_a_code_is_chosen_among_faults_too_and_the_focus_stays(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        page = one.open("/phones/new")
        one.watch.expected = {422}
        page.locator("main .actions .strong").click()
        expect(page.locator("#faults")).to_be_focused()
        page.locator("[name=number]").press_sequentially("0044 7700 900882")
        expect(page.locator("[name=extension]")).to_have_value("0044")
        expect(page.locator("[name=number]")).to_be_focused()


@pytest.mark.parametrize("language", LOCALES)
def test_what_is_said_of_a_number_goes_once_another_one_is_typed(
    browser: Browser, company: Company, language: str
) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        page = one.open("/leads/new")
        one.watch.expected = {422}
        page.locator("[name='email.email']").fill("ana@example")
        page.locator("[name='phone.number']").fill("abc")
        page.locator("main .actions .strong").click()
        notice = page.locator("[id='phone.number-said']")
        expect(notice).to_be_visible()
        expect(page.locator("[id='email.email-said']")).to_be_visible()
        page.locator("[name='phone.number']").fill("913 000 111")
        save = page.locator("main .actions .strong")
        before = save.bounding_box()
        page.locator("[name='name']").focus()
        expect(notice).to_be_hidden()
        assert save.bounding_box() == before, "a press on Save would miss it"
        expect(page.locator("[id='email.email-said']")).to_be_visible()
