"""Dots stand between the parts of a line, and not where it begins or ends (`look` of a Person); no cell has a fade of its own."""

import pytest
from playwright.sync_api import Browser

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import DESK, LOCALES, PHONE, person

LINES = """() => [...document.querySelectorAll('main .dots')].map((line) => [...line.children].filter((one) =>
  Math.abs(one.getBoundingClientRect().left - line.getBoundingClientRect().left) < 1).length)"""
"""How many lines the parts of each take."""
FADES = "() => [...document.querySelectorAll('td')].filter((el) => getComputedStyle(el).backgroundImage !== 'none').length"


@pytest.mark.parametrize("language", LOCALES)
def test_a_line_that_wraps_begins_without_a_dot(browser: Browser, place: Server, language: str) -> None:
    team = founded(place, f"Dots {language}", filled=False)
    with team.client() as api:
        phone = {"extension": "351", "number": "961000213"}
        leads = [
            api.new(
                "lead",
                {"name": "Ana Sá", "email": {"email": f"ana.maria.sa{at}@example.pt"}, "phone": phone},
            )
            for at in range(2)
        ]
        listed = api.new("audience_list", {"name": "Fair"})
    paths = [
        f"/audience-lists/{listed}/add?q=ana",
        f"/leads/{leads[0]}/merge?q=ana",
        f"/leads/{leads[0]}",
        f"/duplicates/{leads[0]}-{leads[1]}",
    ]
    with person(browser, team.server, team.cookies[OWNER], language=language, width=PHONE) as one:
        wrapped = [max(one.open(path).evaluate(LINES)) for path in paths]
        assert wrapped[:3] == [2, 2, 2]
        one.page.set_viewport_size({"width": DESK, "height": 800})
        assert [max(one.open(path).evaluate(LINES)) for path in paths] == [1] * 4


def test_cells_have_the_background_of_their_row(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        for path in ("/settings/audit", "/settings/rules", f"/imports/{company.ids['import']}"):
            page = one.open(path)
            assert page.locator("td.wide").count() or path.startswith("/imports"), path
            assert page.evaluate(FADES) == 0, path
