"""On paper: what a record or a list has, and nothing to press or to fill in."""

import re

import pytest
from playwright.sync_api import Browser, Page

from closum.accounts.roles import OWNER
from tests.support.company import Company
from tests.web.browser.conftest import Person, person
from tests.web.browser.screens import VIEWS

LONE = """() => [...document.querySelectorAll('main section')].filter((el) => el.checkVisibility())
  .filter((el) => el.innerText.trim() === el.querySelector('h2')?.innerText.trim()).map((el) => el.innerText)"""
"""Headings with nothing below."""
PRESSED = """() => [...document.querySelectorAll('button, input, select, textarea, summary, nav')]
  .filter((el) => el.checkVisibility()).map((el) => el.outerHTML.slice(0, 120))"""
A4 = (595, 842)


def on_paper(one: Person, path: str) -> Page:
    one.page.emulate_media(media="screen")
    page = one.open(path)
    page.set_viewport_size({"width": 680, "height": 960})  # what a sheet of A4 has within its margins
    page.emulate_media(media="print")
    assert page.evaluate(PRESSED) == [], path
    return page


@pytest.mark.parametrize("language", ["en", "pt"])
def test_a_record_has_no_heading_with_nothing_below(
    browser: Browser, company: Company, language: str
) -> None:
    with company.client() as api:
        bare = api.new("lead", {"name": "Only a name"})
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        for view in VIEWS:
            if view.name in company.ids:
                page = on_paper(one, f"{view.path}/{company.ids[view.name]}")
                assert page.evaluate(LONE) == [], view.path
        page = on_paper(one, f"/leads/{bare}")
        assert page.evaluate(LONE) == []
        headings = page.locator("h2").filter(visible=True).all_inner_texts()
        assert headings == [one.page.locator(f"#{name}").inner_text() for name in ("r", "h")]


def test_a_list_is_a_table_with_its_filters_and_says_which_part_it_is(
    browser: Browser, company: Company
) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        page = on_paper(one, "/leads?filter=source%3Dsmaller&columns=email,phone,city_id,owner_id,source,id")
        row, chip = page.locator("tbody tr").first, page.locator(".chip")
        assert row.evaluate("(el) => getComputedStyle(el).display") == "table-row"
        assert "smaller" in chip.inner_text()
        assert "1–25 of 1,0" in page.locator(".foot").inner_text()
        wide = page.evaluate("() => document.querySelector('table').getBoundingClientRect().right")
        assert wide <= page.viewport_size["width"]  # type: ignore[index]


def test_a_sheet_is_a4(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        sheet = one.open("/leads").pdf(prefer_css_page_size=True)
    found = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert found
    assert (round(float(found[1])), round(float(found[2]))) == A4
