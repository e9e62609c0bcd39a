"""What stands beside or below something has space to it, on a phone as well."""

import pytest
from playwright.sync_api import Browser, Page, expect

from closum.accounts.roles import OWNER, READER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import LOCALES, PHONE, person

ARROW, LEAST_BESIDE, LEAST_WITHIN = 23, 8, 8
INSIDE = """(part) => [...document.querySelectorAll(part)].map((el) => {
  const place = el.getBoundingClientRect(), row = el.closest('.tr').getBoundingClientRect()
  return Math.min(place.left - row.left, row.right - place.right, row.bottom - place.bottom) })"""
"""How far each is from the edges of its row."""
OVER = """(part) => [...document.querySelectorAll(part)].filter((el) => {
  const a = el.getBoundingClientRect()
  return [...el.closest('.tr').cells].some((cell) => {
    const range = document.createRange()
    range.selectNodeContents(cell)
    const b = range.getBoundingClientRect()
    return !cell.contains(el) && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom })
}).length"""
"""How many lie over the text of another cell."""
ROUND = """() => { const title = document.querySelector('details.banner strong').getBoundingClientRect()
  const round = document.querySelector('details.banner'), own = round.getBoundingClientRect()
  round.open = false
  const shut = round.getBoundingClientRect()
  return [title.top - own.top, shut.bottom - title.bottom] }"""

MARKS = "() => [...document.querySelectorAll('td .mark')].map((el) => el.getBoundingClientRect().height)"
DIALS = (
    "() => [...document.querySelectorAll('td a:has(.mark)')].map((el) => el.getBoundingClientRect().height)"
)
DATES = """() => [...document.querySelectorAll('.tr')].map((row) => {
  const title = document.createRange(), date = row.querySelector('td.right').getBoundingClientRect()
  title.selectNodeContents(row.querySelector('.title a'))
  return [date.top - title.getBoundingClientRect().bottom, Math.round(row.getBoundingClientRect().right - date.right)] })"""
"""How far dates are below the titles of their rows, and from the right."""


def _top(page: Page) -> float:
    return float(page.locator(".lines summary").first.evaluate("el => el.getBoundingClientRect().top"))


def test_a_list_of_choices_ends_before_its_arrow(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=PHONE) as one:
        padding = (
            one.open("/leads/new")
            .locator("select.input")
            .first.evaluate("el => getComputedStyle(el).paddingRight")
        )
        assert float(padding.removesuffix("px")) >= ARROW + LEAST_BESIDE


@pytest.mark.parametrize("language", LOCALES)
def test_a_button_in_a_row_has_its_place(browser: Browser, company: Company, language: str) -> None:
    with person(browser, company.server, company.cookies[OWNER], language=language, width=PHONE) as one:
        page = one.open("/settings/users")
        inside = page.evaluate(INSIDE, ".tr form .button")
        assert inside
        assert min(inside) >= LEAST_WITHIN
        assert page.evaluate(OVER, ".tr form .button") == 0


def test_a_folded_notice_has_as_much_space_above_as_below(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=PHONE) as one:
        above, below = one.open("/emails/1/edit").evaluate(ROUND)
        assert min(above, below) >= 12
        assert abs(above - below) <= 1


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_what_opens_a_row_stays_where_it_is(browser: Browser, company: Company, width: int) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=width) as one:
        page = one.open("/settings/contact-types")
        before = _top(page)
        page.locator(".lines summary").first.click()
        assert page.locator(".lines .input").first.is_visible()
        assert abs(_top(page) - before) <= 1


def test_a_refused_row_of_an_import_is_a_block_as_others_are(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=PHONE) as one:
        page = one.open(f"/imports/{company.ids['import']}/columns")
        rows = page.locator("#preview .tr")
        assert rows.count() == rows.locator(".title").count() > 1


def test_a_table_with_more_columns_than_fit_scrolls_within_the_window(
    browser: Browser, company: Company
) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        page = one.open(
            "/leads?columns=email,phone,city_id,contact_lifecycle_stage_id,creation_date,owner_id"
        )
        table = page.locator(".wide")
        assert table.evaluate("el => el.scrollWidth > el.clientWidth")
        end = table.evaluate("el => el.offsetTop + parseFloat(getComputedStyle(el).maxHeight)")
        assert end < page.evaluate("innerHeight")


def test_tabs_that_all_fit_are_not_faded(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        mask = "el => [getComputedStyle(el).maskPosition, getComputedStyle(el).maskSize]"
        whole = one.open("/settings/audit").locator(".tabs").evaluate(mask)
        one.page.set_viewport_size({"width": PHONE, "height": 740})
        one.page.reload()
        assert one.page.locator(".tabs").evaluate(mask) != whole
        one.page.set_viewport_size({"width": 1280, "height": 800})
        one.page.wait_for_function(
            f"whole => String(({mask})(document.querySelector('.tabs'))) === String(whole)", arg=whole
        )


@pytest.mark.parametrize("width", [PHONE, 768])
def test_a_marked_number_is_small_and_can_be_touched(browser: Browser, place: Server, width: int) -> None:
    """One that cannot be dialled has the same mark."""
    company = founded(place, f"Marks {width}", filled=False)
    with company.client() as api:
        for typed in ("12", "939329612345", "+44 7700 900882"):
            api.new(
                "lead",
                {"name": "Ana", "email": {"email": "a@a.pt"}, "phone": {"extension": "351", "number": typed}},
            )
    with person(browser, place, company.cookies[OWNER], width=width) as one:
        page = one.open("/leads")
        assert page.evaluate(MARKS) == [20, 20, 20]
        dials = page.evaluate(DIALS)
        assert len(dials) == 2
        assert min(dials) >= 44


def test_dates_on_a_phone_are_at_one_place(browser: Browser, place: Server) -> None:
    """In the line below an address or a number, however long that is and whoever has it."""
    company = founded(place, "Dates", filled=False)
    name = "Maria Isabel Vasconcelos de Almeida"
    with company.client() as api:
        for address in ("a@a.pt", "conceicao.almeida.ferreira@padaria-sol.example"):
            api.new("email", {"email": address})
            api.new("lead", {"name": name, "email": {"email": f"b.{address}"}})
        for typed in ("+351 961 234 505", "939329612345"):
            api.new("phone", {"extension": "351", "number": typed})
            api.new("lead", {"name": name, "phone": {"extension": "351", "number": f"{typed}6"}})
    with person(browser, place, company.cookies[OWNER], width=PHONE) as one:
        for path in ("/emails", "/phones"):
            dates = one.open(path).evaluate(DATES)
            assert len(dates) == 4
            below, beside = zip(*dates, strict=True)
            assert 0 <= min(below) <= max(below) <= min(below) + 2, path
            assert len({*beside}) == 1, path


def test_how_many_others_have_a_number_stands_behind_the_name(browser: Browser, place: Server) -> None:
    company = founded(place, "Others", filled=False)
    with company.client() as api:
        phone = {"extension": "351", "number": "961234505"}
        for _ in range(3):
            api.new("lead", {"name": "Maria Isabel Vasconcelos de Almeida", "phone": phone})
    with person(browser, place, company.cookies[OWNER], width=PHONE) as one:
        more = one.open("/phones").get_by_role("link", name="+2")
        assert more.evaluate(
            "el => el.parentNode.getBoundingClientRect().left < el.getBoundingClientRect().left"
        )
        assert (
            more.evaluate(
                "el => [...el.previousElementSibling.getClientRects()].at(-1).bottom - el.getBoundingClientRect().bottom"
            )
            == 0
        )


@pytest.mark.parametrize("path", ["/emails", "/phones"])
def test_a_long_name_makes_no_row_of_many_lines(browser: Browser, place: Server, path: str) -> None:
    company = founded(place, f"Long {path[1:]}", filled=False)
    name = "Sociedade de Construções e Empreendimentos Imobiliários Vasconcelos & Albuquerque " * 3
    with company.client() as api:
        for number in (1, 2, 2):
            email = {"email": f"{number}@example.com"}
            phone = {"extension": "351", "number": f"96123450{number}"}
            api.new("lead", {"name": name.strip(), "email": email, "phone": phone})
    with person(browser, place, company.cookies[OWNER], width=PHONE) as one:
        page = one.open(path)
        heights = page.locator("tbody .clip a:first-child").evaluate_all(
            "all => all.map((one) => one.closest('.clip').offsetHeight / parseFloat(getComputedStyle(one).lineHeight))"
        )
        assert len(heights) == 2
        assert max(heights) < 4
        assert page.get_by_role("link", name="+1").evaluate(
            "el => { const text = document.createRange(); text.selectNodeContents(el); return text.getBoundingClientRect().bottom <= el.closest('.clip').getBoundingClientRect().bottom + 1 }"
        )


def test_the_second_fields_of_all_lines_of_a_form_begin_at_one_edge(
    browser: Browser, company: Company
) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        edges = (
            one.open("/leads/new")
            .locator(".two:visible > .field:last-child .input")
            .evaluate_all(
                "all => [...new Set(all.map((one) => Math.round(one.getBoundingClientRect().left)))]"
            )
        )
        assert len(edges) == 1


def test_edit_stands_beside_the_arrows_of_a_stage(browser: Browser, place: Server) -> None:
    company = founded(place, "Stages", filled=False)
    with company.client() as api:
        for label in ("Visit", "Visita marcada", "Em negociação com a direção comercial do norte"):
            api.new("contact_lifecycle_stage", {"label": label})
    with person(browser, place, company.cookies[OWNER], width=PHONE) as one:
        rows = one.open("/settings/stages").locator("li form:has(summary)")
        middles = rows.evaluate_all(
            "all => all.map((row) => ['button.only', 'summary'].map((one) => { const box = row.querySelector(one).getBoundingClientRect(); return Math.round((box.top + box.bottom) / 2) }))"
        )
        assert len(middles) == 3
        assert [pair for pair in middles if abs(pair[0] - pair[1]) > 1] == []


def test_the_code_of_an_example_is_whole_on_a_phone(browser: Browser, company: Company) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=PHONE) as one:
        code = one.open("/settings/api").locator("pre")
        assert code.evaluate("el => el.scrollWidth <= el.clientWidth")


def test_a_menu_alone_stands_beside_a_long_heading(browser: Browser, place: Server) -> None:
    team = founded(place, "Heading", filled=False)
    with team.client() as api:
        email = api.new("email", {"email": "conceicao.almeida.ferreira.da.silva@padaria-sol.example"})
    with person(browser, place, team.cookies[READER], width=PHONE) as one:
        page = one.open(f"/emails/{email}")
        title, menu = (page.locator(f".head {part}").bounding_box() for part in ("h1", ".push > .menu"))
        assert title
        assert menu
        assert title["x"] + title["width"] <= menu["x"]
        assert title["y"] <= menu["y"] + menu["height"]


def test_the_number_of_a_person_is_in_one_line(browser: Browser, place: Server) -> None:
    team = founded(place, "Person", filled=False)
    with person(browser, place, team.cookies[OWNER], width=PHONE) as one:
        page = one.open("/settings/retention")
        page.fill("[name=person]", "+351 934 567 890")
        page.get_by_role("button", name="Find").click()
        number = page.locator("h2 .num")
        expect(number).to_have_text("+351 934 567 890")
        assert number.evaluate("el => el.getClientRects().length") == 1


@pytest.mark.parametrize("width", [PHONE, 768])
def test_the_rows_of_a_bin_are_alike_for_who_restores_nothing(
    browser: Browser, place: Server, width: int
) -> None:
    team = founded(place, "Bin", filled=False)
    with team.client() as api:
        lead = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
        api.data("DELETE", f"/api/lead/{lead}")
        api.data("DELETE", "/api/email/1")
    with person(browser, place, team.cookies[READER], language="pt", width=width) as one:
        rows = one.open("/bin").locator("tbody tr")
        rows.locator("time").evaluate_all("all => all.forEach((one) => { one.textContent = '1 nov' })")
        places = rows.evaluate_all(
            "all => all.map((row) => [1, 3].map((one) => row.cells[one].getBoundingClientRect().top - row.getBoundingClientRect().top))"
        )
        assert len(places) == 2
        assert all(kind > 24 for kind, _ in places)
        assert places[0] == places[1]


def test_what_a_filter_compares_is_one_word_beside_a_long_address(browser: Browser, place: Server) -> None:
    team = founded(place, "Filter", filled=False)
    with team.client() as api:
        lead = {"email": {"email": "conceicao.almeida.ferreira.da.silva@padaria-sol.example"}}
        first = api.new("lead", {"name": "Ana"} | lead)
        email = api.data("GET", f"/api/lead/{first}")["email"]["id"]
    with person(browser, place, team.cookies[OWNER], width=PHONE) as one:
        chip = one.open(f"/leads?filter=email.id%3D{email}").locator(".chip")
        lines = chip.evaluate(
            "el => { const range = document.createRange(); range.selectNode(el.firstChild.firstChild); return range.getClientRects().length }"
        )
        assert lines == 1
        expect(chip.locator("b")).to_have_text("conceicao.almeida.ferreira.da.silva@padaria-sol.example")
