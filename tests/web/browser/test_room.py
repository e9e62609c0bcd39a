"""The first column of a list, which says what its records are called, has room at every width of a table."""

import pytest
from playwright.sync_api import Browser

from closum.accounts.roles import OWNER
from tests.support.company import Company
from tests.web.browser.conftest import person

LEAST = 11 * 16
WIDTHS = (896, 900, 1024, 1151, 1152, 1200, 1280, 1440)
ROOM = """() => { const title = document.querySelector('tbody .title'), table = title.closest('table'), round = table.parentNode
  const cut = table.offsetWidth > round.clientWidth + 1 && getComputedStyle(round).overflowX === 'clip'
  return cut ? 0 : title.getBoundingClientRect().width }"""
MANY = "id,phone,email,city_id,creation_date,source"


@pytest.mark.parametrize(
    "path", ["/leads", f"/leads?columns={MANY}", f"/leads?columns={MANY},owner_id,first_contact"]
)
def test_a_title_has_room_beside_its_columns(browser: Browser, company: Company, path: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            one.open(path)
            assert one.page.evaluate(ROOM) >= LEAST, (path, width)
