"""The first column of a list, which says what its records are called, has room at every width of a table; so has what is in
fields on a phone.
"""

from typing import Any

import pytest
from playwright.sync_api import Browser

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import LOCALES, PHONE, person

LEAST = 7 * 16
WIDTHS = (896, 900, 960, 1024, 1151, 1152, 1200, 1280, 1440, 1920)
ROOM = """() => { const title = document.querySelector('tbody .title'), table = title.closest('table'), round = table.parentNode
  const cut = table.offsetWidth > round.clientWidth + 1 && getComputedStyle(round).overflowX === 'clip'
  return cut ? 0 : title.getBoundingClientRect().width }"""
MANY = "id,phone,email,city_id,creation_date,source"


CUT = """() => {
  const pen = document.createElement('canvas').getContext('2d')
  const texts = (el) => el.selectedOptions ? [el.selectedOptions[0].text] : [el.value]
  return [...document.querySelectorAll(':is(.pairs, .phone) :is(input.input, select)')].flatMap((el) => {
    const style = getComputedStyle(el)
    pen.font = style.font
    const room = el.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    return texts(el).filter((text) => pen.measureText(text).width > room)
  })
}"""
"""What is longer than its field in additional data and among phones."""


COUNTRIES = """() => {
  const select = document.querySelector('.phone select'), style = getComputedStyle(select), pen = document.createElement('canvas').getContext('2d')
  pen.font = style.font
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
  const all = [...select.options].map((one) => one.text)
  return [all.length, all.filter((text) => pen.measureText(text).width > room + 1)] }"""
"""How many countries a form offers for a number, and which are longer than its field."""
BROKEN = """() => [...document.querySelectorAll('tbody .title a')].filter((link) => {
  const text = link.firstChild, row = link.closest('tr'), mark = row.querySelector('td > .mark'), { paddingLeft, paddingRight } = getComputedStyle(row)
  const room = row.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - (mark ? mark.offsetWidth + 12 : 0)
  return [text, text.firstChild].some((part) => {
    const range = document.createRange(), whole = document.createElement('span')
    range.selectNodeContents(part)
    const lines = new Set([...range.getClientRects()].map((one) => one.top)).size
    whole.textContent = part.textContent
    whole.style.cssText = 'position: absolute; white-space: nowrap'
    link.append(whole)
    const fits = whole.offsetWidth < room
    whole.remove()
    return lines > 1 && fits })
}).map((link) => link.textContent)"""
"""Titles that take more lines than one, or break before an @, where that has room in the row: beside a mark, if it has one."""


@pytest.mark.parametrize("language", LOCALES)
def test_the_code_of_every_country_is_whole(browser: Browser, company: Company, language: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        for width in (768, 1280):
            one.page.set_viewport_size({"width": width, "height": 800})
            for path in ("/leads/new", f"/leads/{company.ids['lead']}/edit", "/phones/new"):
                number, longer = one.open(path).evaluate(COUNTRIES)
                assert number > 200
                assert longer == [], (path, width)


@pytest.mark.parametrize("language", LOCALES)
def test_addresses_and_numbers_have_their_row_on_a_phone(
    browser: Browser, place: Server, language: str
) -> None:
    company = founded(place, f"Rows {language}", filled=False)
    with company.client() as api:
        for address in ("marta.reis@example.com", "conceicao.vasconcelos@gmail.com", f"x.{ADDRESS}"):
            api.new("email", {"email": address})
            api.new("lead", {"name": "Conceição Vasconcelos", "email": {"email": f"a{address}"}})
        for typed in ("961 234 505", "939329612345", "+44 7700 900882"):
            api.new("phone", {"extension": "351", "number": typed})
    with person(browser, place, company.cookies[OWNER], language=language, width=PHONE) as one:
        for path, rows in (("/emails", 6), ("/phones", 3)):
            page = one.open(path)
            assert page.locator("tbody .title a").count() == rows
            assert page.evaluate(BROKEN) == []


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
        assert page.locator(".pairs:not([aria-hidden]) li").count() == 4
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


ADDRESS = "conceicao.almeida.ferreira@padaria-sol.example"
STAGE = "Proposta enviada, a aguardar a resposta do cliente"
CUT_OFF = """() => [...document.querySelectorAll('th, td:not(.check)')].filter((el) => el.scrollWidth > el.clientWidth + 1).map((el) =>
  [el.cellIndex, el.title === el.textContent && el.textContent !== ''])"""
"""What a table cuts: the number of the column, and whether its title has all of it."""
HEIGHTS = "() => [...new Set([...document.querySelectorAll('tbody tr')].map((el) => el.getBoundingClientRect().height))]"
SHORT = """() => {
  const select = document.querySelector('#contact_lifecycle_stage_id'), text = document.createElement('span')
  text.textContent = select.selectedOptions[0].text
  text.style.cssText = `position: absolute; white-space: nowrap; font: ${getComputedStyle(select).font}`
  document.body.append(text)
  const { paddingLeft, paddingRight } = getComputedStyle(select)
  const room = select.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
  const lacks = text.offsetWidth - room
  text.remove()
  return lacks }"""
"""By how much the list of stages is too narrow for what it has."""


def _height(width: int) -> int:
    """Of each row: there is room for two lines where the table is narrow, in the whole window or beside the navigation."""
    return 44 if width < 1040 or 1152 <= width < 1256 else 38


ALIKE = ("Proposta enviada, a aguardar", "Proposta enviada, recusada")
HIDDEN = """() => [...document.querySelectorAll('.clip')].filter((el) => el.scrollHeight > el.clientHeight + 1 || el.scrollWidth > el.clientWidth + 1)
  .map((el) => el.textContent)"""
"""Names of which a part is not seen."""


def test_what_is_in_the_bin_has_its_kind_whole(browser: Browser, place: Server) -> None:
    """As every window sees to it for what is ours on any page."""
    company = founded(place, "Kinds", filled=False)
    with company.client() as api:
        kinds: dict[str, dict[str, Any]] = {
            "unqualified_lead": {"name": "Ana Reis"},
            "assignment_rule": {"city_id": 213, "user_ids": [company.ids[OWNER]]},
            "contact_type": {"label": "Cliente"},
            "contact_lifecycle_stage": {"label": STAGE},
        }
        for name, body in kinds.items():
            api.delete(f"/api/{name.replace('_', '-')}/{api.new(name, body)}")
    for language in LOCALES:
        with person(browser, place, company.cookies[OWNER], language=language) as one:
            page = one.open("/bin")
            assert page.locator("tbody tr").count() == len(kinds)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                one.look()


def test_stages_that_begin_alike_are_told_apart(browser: Browser, place: Server) -> None:
    """They take two lines where one is too short, in rows that are as high as others; so does a city."""
    company = founded(place, "Lines", filled=False)
    with company.client() as api:
        stages = [4, *(api.new("contact_lifecycle_stage", {"label": one}) for one in ALIKE)]
        for stage in stages:
            api.new("lead", {"name": "Rui Costa", "contact_lifecycle_stage_id": stage, "city_id": 68})
    with person(browser, place, company.cookies[OWNER], width=1280) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open("/leads")
            assert set(ALIKE) <= set(page.locator(".clip").all_inner_texts())
            assert page.evaluate(HIDDEN) == [], width
            assert page.evaluate(HEIGHTS) == [_height(width)], width


def test_a_table_has_one_line_for_each_record(browser: Browser, company: Company) -> None:
    """All rows are equally high; of what the sample has nothing is cut, neither phones, dates and stages nor names and cities."""
    with person(browser, company.server, company.cookies[OWNER], language="pt", width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open("/leads")
            assert page.evaluate(HEIGHTS) == [_height(width)], width
            assert page.evaluate(CUT_OFF) == [], width


def test_what_a_table_has_and_a_stage_are_whole(browser: Browser, place: Server) -> None:
    """An address or a name of a stage that a table has no room for is in one line, cut, and whole in a title; on the page it is whole."""
    company = founded(place, "Room", filled=False)
    with company.client() as api:
        stage = api.new("contact_lifecycle_stage", {"label": STAGE})
        lead = {"name": "Conceição Almeida Ferreira", "contact_lifecycle_stage_id": stage}
        one_of = api.new("lead", lead | {"email": {"email": ADDRESS}})
    with person(browser, place, company.cookies[OWNER], language="pt", width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open("/leads")
            assert page.locator(f"td[title='{ADDRESS}']").all_inner_texts() == [ADDRESS]
            assert page.evaluate(HEIGHTS) == [_height(width)], width
            assert all(whole for _, whole in page.evaluate(CUT_OFF)), width
        for width in (700, 900, 1152, 1280):
            one.page.set_viewport_size({"width": width, "height": 800})
            assert one.open(f"/leads/{one_of}").evaluate(SHORT) <= 0, width


def test_a_marked_number_ends_in_its_column(browser: Browser, place: Server) -> None:
    """One that is too long is cut within its mark, and whole in a title."""
    company = founded(place, "Marked", filled=False)
    with company.client() as api:
        for typed in ("12", "939329612345", "+44 7700 900882"):
            api.new("lead", {"name": "Ana", "phone": {"extension": "351", "number": typed}})
    with person(browser, place, company.cookies[OWNER], width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open("/leads")
            assert page.evaluate(CUT_OFF) == [], width
            assert page.locator("td[title='Not valid: +351 939329612345']").count() == 1


NUMBERS = {"351": "969-329-686", "44": "+44 7700 900882"}


@pytest.mark.parametrize("prefix", NUMBERS)
def test_a_number_and_its_country_are_whole_on_a_phone(browser: Browser, place: Server, prefix: str) -> None:
    company = founded(place, f"Numbers {prefix}", filled=False)
    with company.client() as api:
        phone = {"extension": prefix, "number": NUMBERS[prefix]}
        lead = api.new("lead", {"name": "Ana", "phone": phone})
    with person(browser, place, company.cookies[OWNER], language="pt", width=PHONE) as one:
        for path in (f"/leads/{lead}/edit", "/phones/1/edit"):
            page = one.open(path)
            assert page.locator(".two.phone :is(input, select)").count() == 2
            assert page.evaluate(CUT) == []


LINES = """(name) => [...document.querySelectorAll('tbody tr')].map((row) => {
  const at = [...row.closest('table').querySelectorAll('th')].findIndex((one) => one.innerText.trim() === name)
  const text = row.cells[at].querySelector('.clip')
  return text ? Math.round(text.getBoundingClientRect().height / 17) : 0 })"""
"""How many lines a column has in each row."""
ADDRESSES = (
    "ana@a.pt",
    "rui.costa@sapo.pt",
    "jp.santos1998@hotmail.com",
    "carlos.teixeira@example.com",
    "a.vasconcelos@padaria.sol.pt",
)
USUAL = (
    "+49 15123 456789",
    "+55 61 98326-1234",
    "+54 9 11 2345-6789",
    "+212 6 50 12 34 56",
    "+351 93932961",
    "12",
)
NARROW = (896, 900, 960, 1152, 1200)


@pytest.mark.parametrize("path", ["/leads", "/unqualified-leads"])
@pytest.mark.parametrize("language", LOCALES)
def test_usual_addresses_numbers_and_cities_are_whole_in_a_table(
    browser: Browser, place: Server, language: str, path: str
) -> None:
    """No column is left out; an address has a line, and where the table is narrow at most two."""
    company = founded(place, f"Usual {language} {path}", filled=False)
    email, city, name = {"en": ("Email", "City", "Name"), "pt": ("Email", "Localidade", "Nome")}[language]
    with company.client() as api:
        for number, address in enumerate(ADDRESSES):
            record = {"name": "Beatriz Lopes", "email": {"email": address}, "city_id": 213}
            api.new(
                path[1:-1].replace("-", "_"),
                record | {"phone": {"extension": "351", "number": USUAL[number]}},
            )
        record = {"name": "Conceição Vasconcelos", "city_id": 68}
        api.new(path[1:-1].replace("-", "_"), record | {"phone": {"extension": "351", "number": USUAL[-1]}})
    with person(browser, place, company.cookies[OWNER], language=language, width=WIDTHS[0]) as one:
        page = one.open(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            one.look()
            assert page.evaluate(CUT_OFF) == [], width
            assert page.evaluate(HIDDEN) == [], width
            assert page.evaluate(HEIGHTS) == [_height(width)], width
            assert page.get_by_role("cell", name="Abrantes").count() == len(ADDRESSES), width
            assert page.get_by_role("columnheader", name=city).is_visible(), width
            lines = page.evaluate(LINES, email)
            assert max(page.evaluate(LINES, name)) <= 2
            assert max(lines) <= (2 if width in NARROW else 1), width


@pytest.mark.parametrize("path", ["/imports", "/bin"])
def test_rows_with_buttons_are_as_high_as_others(browser: Browser, company: Company, path: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], language="pt", width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open(path)
            assert page.evaluate(HEIGHTS) == [_height(width)], width
            assert page.evaluate(ROOM) >= LEAST, width


ACTIONS = """() => [...document.querySelectorAll('td > .row')].map((row) => {
  const tops = [...row.querySelectorAll('.button')].map((one) => one.getBoundingClientRect().top)
  return Math.round(Math.max(...tops) - Math.min(...tops)) })"""
"""How far the buttons of each row stand below each other."""
OVER = "() => { const one = document.querySelector('.table'); return one.offsetWidth - one.closest('.card').clientWidth }"


@pytest.mark.parametrize("language", LOCALES)
def test_the_buttons_of_a_rule_stand_in_one_line(browser: Browser, place: Server, language: str) -> None:
    team = founded(place, f"Rules {language}", filled=False)
    with team.client() as api:
        listed = api.new("audience_list", {"name": "Newsletter"})
        api.new("assignment_rule", {"city_id": 1, "user_ids": []})
        for source in ("facebook", "google"):
            api.new("assignment_rule", {"audience_list_id": listed, "source": source, "user_ids": []})
    with person(browser, team.server, team.cookies[OWNER], language=language, width=WIDTHS[0]) as one:
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 800})
            page = one.open("/settings/rules")
            assert page.evaluate(ACTIONS) == [0] * 3, width
            assert page.evaluate(OVER) <= 0, width


def test_a_table_scrolls_only_where_its_columns_have_no_room(browser: Browser, company: Company) -> None:
    columns = "email,phone,city_id,contact_lifecycle_stage_id,owner_id,source,creation_date,id"
    with person(browser, company.server, company.cookies[OWNER], width=1920) as one:
        for width, scrolls in ((1280, True), (1920, False)):
            one.page.set_viewport_size({"width": width, "height": 800})
            wide = one.open(f"/leads?columns={columns}").locator(".wide")
            assert wide.evaluate("round => round.scrollWidth > round.clientWidth") == scrolls, width


BLOCKS = """() => [...document.querySelectorAll('tbody tr')].map((row) => {
  const place = (el) => el.getBoundingClientRect(), title = place(row.querySelector('.title a')), date = place(row.querySelector('.right'))
  return [date.top < title.bottom, Math.round(place(row.querySelector('.title .clip')).height / parseFloat(getComputedStyle(row.querySelector('.title')).fontSize) / 1.45)] })"""
"""Of each row below the width of a table: whether its date is beside its title, and how many lines that has."""


def test_a_date_is_beside_a_title_and_a_very_long_name_has_three_lines(
    browser: Browser, place: Server
) -> None:
    company = founded(place, "Blocks", filled=False)
    with company.client() as api:
        api.new("email", {"email": "sem.lead@example.com"})
        api.new("lead", {"name": "Nome muito comprido " * 12, "email": {"email": "ana@example.com"}})
    with person(browser, place, company.cookies[OWNER], width=768) as one:
        assert one.open("/emails").evaluate(BLOCKS) == [[True, 1], [True, 1]]
        one.page.set_viewport_size({"width": PHONE, "height": 740})
        assert one.open("/leads").evaluate(BLOCKS) == [[True, 3]]


@pytest.mark.parametrize(("language", "most"), [("en", "1,000+"), ("pt", "1\u00a0000+")])
def test_the_side_navigation_has_room_for_the_most_pairs(
    browser: Browser, company: Company, language: str, most: str
) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language) as one:
        link = one.open("/duplicates").locator(".nav [aria-current]")
        height = link.bounding_box()
        link.locator(".num").evaluate("(el, most) => { el.textContent = most }", most)
        assert height
        assert link.bounding_box() == height
        assert (
            link.evaluate(
                "(el) => { const r = document.createRange(); r.selectNodeContents(el.childNodes[1])\n return r.getClientRects().length }"
            )
            == 1
        )


@pytest.mark.parametrize("language", LOCALES)
def test_a_search_field_has_room_on_a_phone_for_what_it_says(
    browser: Browser, company: Company, language: str
) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language, width=PHONE) as one:
        field = one.open("/leads").locator("#q")
        assert (field.get_attribute("placeholder") or "").endswith("…")
        field.evaluate("(el) => { el.value = el.placeholder }")
        assert field.evaluate("(el) => el.scrollWidth - el.clientWidth") == 0
