"""The first column of a list, which says what its records are called, has room at every width of a table; so has what is in
fields on a phone.
"""

import pytest
from playwright.sync_api import Browser

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import LOCALES, PHONE, person

LEAST = 11 * 16
WIDTHS = (896, 900, 1024, 1151, 1152, 1200, 1280, 1440)
ROOM = """() => { const title = document.querySelector('tbody .title'), table = title.closest('table'), round = table.parentNode
  const cut = table.offsetWidth > round.clientWidth + 1 && getComputedStyle(round).overflowX === 'clip'
  return cut ? 0 : title.getBoundingClientRect().width }"""
MANY = "id,phone,email,city_id,creation_date,source"


CUT = """() => {
  const pen = document.createElement('canvas').getContext('2d')
  const texts = (el) => el.selectedOptions ? [el.selectedOptions[0].text] : [el.value]
  return [...document.querySelectorAll('.pairs :is(input.input, select)')].flatMap((el) => {
    const style = getComputedStyle(el)
    pen.font = style.font
    const room = el.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    return texts(el).filter((text) => pen.measureText(text).width > room)
  })
}"""
"""What is longer than its field in additional data."""


@pytest.mark.parametrize("language", LOCALES)
def test_additional_data_can_be_read_on_a_phone(browser: Browser, place: Server, language: str) -> None:
    team = founded(place, f"Room {language}", filled=False)
    with team.client() as api:
        data = (
            '{"Shoe size in Europe": 38, "Newsletter": true, "Visit": "2026-12-02", "Budget": "18 000 EUR"}'
        )
        lead = api.new("lead", {"name": "Ana", "custom_data": data})
    with person(browser, team.server, team.cookies[OWNER], language=language, width=PHONE) as one:
        page = one.open(f"/leads/{lead}/edit")
        assert page.locator(".pairs li").count() == 4
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize(
    "path", ["/leads", f"/leads?columns={MANY}", f"/leads?columns={MANY},owner_id,first_contact"]
)
def test_a_title_has_room_beside_its_columns(browser: Browser, company: Company, path: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            one.open(path)
            assert one.page.evaluate(ROOM) >= LEAST, (path, width)
