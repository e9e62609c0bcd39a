"""The ring round what has the focus in a row is whole, whatever cuts the text of the row."""

import base64
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from closum.accounts.roles import OWNER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import DESK, PHONE, person

LISTS = ("/leads", "/emails", "/phones", "/cities", "/audience-lists", "/unqualified-leads")
WITH_BUTTONS = ("/bin", "/imports", "/settings/rules", "/settings/users")
REACHED = ":is(a:not([hidden]), button:not(:disabled), input:not([type=hidden]))"
ROUND = 6
"""How far outside of its row a ring is looked for."""

GAPS = """async ({ before, after, left }) => {
  const pixels = async (text) => {
    const map = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (one) => one.charCodeAt(0))]))
    const pen = new OffscreenCanvas(map.width, map.height).getContext('2d')
    pen.drawImage(map, 0, 0)
    return pen.getImageData(0, 0, map.width, map.height) }
  const [old, now] = [await pixels(before), await pixels(after)]
  const differs = (x, y) => [0, 1, 2].some((part) => Math.abs(old.data[4 * (y * old.width + x) + part] - now.data[4 * (y * old.width + x) + part]) > 20)
  const xs = [], ys = []
  for (let y = 0; y < old.height; y++) for (let x = 0; x < old.width; x++) if (differs(x, y)) { xs.push(x); ys.push(y) }
  if (!xs.length) return ['no ring']
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const middle = (from, to) => Array.from({ length: (to - from) >> 1 }, (_, n) => from + ((to - from) >> 2) + n)
  const sides = { top: middle(x0, x1).map((x) => [x, y0]), bottom: middle(x0, x1).map((x) => [x, y1]),
    left: middle(y0, y1).map((y) => [x0, y]), right: middle(y0, y1).map((y) => [x1, y]) }
  const gaps = Object.keys(sides).filter((one) => !sides[one].every(([x, y]) => differs(x, y)))
  const el = document.activeElement, cell = el.closest('td').getBoundingClientRect(), range = document.createRange()
  range.selectNodeContents(el)
  const text = el.matches('a') ? range.getBoundingClientRect() : el.getBoundingClientRect()
  const holds = left + x0 <= Math.max(text.left, cell.left) + 2 && left + x1 >= Math.min(text.right, cell.right) - 3
  return holds ? gaps : [...gaps, 'narrower than its text'] }"""
"""The sides that the ring of what has the focus lacks: what a picture of its row has that it had not before is a ring."""

BEHIND = """() => [...document.querySelectorAll('td a')].flatMap((link) => {
  const text = link.nextSibling
  if (text?.nodeType !== 3 || !/^[.,:]/.test(text.data)) return []
  const ends = (node, from, to) => { const range = document.createRange(); range.setStart(node, from); range.setEnd(node, to); return range.getBoundingClientRect() }
  const of = ends(link, 0, link.childNodes.length), behind = ends(text, 0, 1)
  return Math.abs(of.top - behind.top) < 4 ? [behind.left - of.right] : [] })"""
"""The pixels between the text of each link and the stop, comma or colon behind it on its line."""


TOUCHED = """(el) => {
  const style = getComputedStyle(el), [inner, width] = [parseFloat(style.outlineOffset), parseFloat(style.outlineWidth)]
  const outer = [...el.getClientRects()].map((one) => new DOMRect(one.x - inner - width, one.y - inner - width,
    one.width + 2 * (inner + width), one.height + 2 * (inner + width)))
  const walk = document.createTreeWalker(el.closest('tr, li'), NodeFilter.SHOW_TEXT), range = document.createRange()
  const [own, others] = [[], []]
  while (walk.nextNode()) if (/[\\p{L}\\d]/u.test(walk.currentNode.data) && walk.currentNode.parentNode.checkVisibility()) {
    range.selectNodeContents(walk.currentNode)
    const where = el.contains(walk.currentNode) ? own : others
    where.push(...range.getClientRects()) }
  const covers = (a, b) => a.left < b.right - 4 && b.left + 4 < a.right && a.top < b.bottom - 5 && b.top + 5 < a.bottom
  const cut = own.filter((one) => !outer.some((round) => round.left + width <= one.left && one.right <= round.right - width))
  return [own.length > 1, cut.length, others.filter((one) => outer.some((round) => covers(round, one))).length] }"""
"""Whether the text of a link takes several lines, and how many of them its ring cuts, and how many others in its row it covers."""


def _rings(page: Page) -> Iterator[tuple[str, list[str]]]:
    row = page.locator("tbody tr").first
    for one in row.locator(REACHED).all():
        page.evaluate("document.activeElement.blur()")
        row.scroll_into_view_if_needed()
        box = row.bounding_box()
        assert box
        left, top = max(box["x"] - ROUND, 0), box["y"] - ROUND
        clip = {"x": left, "y": top, "width": box["width"] + 2 * ROUND, "height": box["height"] + 2 * ROUND}
        before = page.screenshot(clip=clip)  # type: ignore[arg-type]
        page.keyboard.press("Shift")
        one.evaluate("el => el.focus({ focusVisible: true, preventScroll: true })")
        after = page.screenshot(clip=clip)  # type: ignore[arg-type]
        pictures = {"before": base64.b64encode(before).decode(), "after": base64.b64encode(after).decode()}
        gaps = page.evaluate(GAPS, pictures | {"left": left})
        yield one.evaluate("el => el.outerHTML.slice(0, 120)"), gaps


@pytest.mark.parametrize(
    ("width", "theme"), [(DESK, "light"), (DESK, "dark"), (768, "light"), (PHONE, "dark")]
)
@pytest.mark.parametrize("path", LISTS + WITH_BUTTONS)
def test_the_ring_of_each_thing_in_a_row_is_whole(
    browser: Browser, company: Company, path: str, width: int, theme: str
) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=width, theme=theme) as one:
        rings = list(_rings(one.open(path)))
        assert rings
        assert [(path, *found) for found in rings if found[1]] == []


@pytest.mark.parametrize("width", [896, 1024, 1200])
def test_the_ring_of_a_button_is_whole_in_a_narrow_table(
    browser: Browser, company: Company, width: int
) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=width) as one:
        assert [found for found in _rings(one.open("/bin")) if found[1]] == []


def test_the_ring_of_a_link_of_several_lines_cuts_no_text(browser: Browser, place: Server) -> None:
    company = founded(place, "Rings", filled=False)
    name = "Sociedade de Construções e Empreendimentos"
    with company.client() as api:
        lead = api.new("lead", {"name": name, "email": {"email": "ana@example.com"}})
        api.new("task", {"lead_id": lead, "text": f"Ligar à {name} sobre a visita"})
    with person(browser, place, company.cookies[OWNER], width=PHONE) as one:
        for path, links in (
            ("/settings/audit", "td .text > a"),
            ("/emails", "td .clip > a"),
            (f"/leads/{lead}", "section[aria-labelledby=tasks] .grow > a"),
        ):
            link = one.open(path).locator(links).first
            link.page.keyboard.press("Shift")
            link.evaluate("el => el.focus({ focusVisible: true })")
            assert link.evaluate(TOUCHED) == [True, 0, 0], path


@pytest.mark.parametrize("width", [PHONE, 768, DESK])
def test_a_sentence_goes_on_at_once_behind_what_it_names(
    browser: Browser, company: Company, width: int
) -> None:
    with person(browser, company.server, company.cookies[OWNER], width=width) as one:
        gaps = one.open("/settings/audit").evaluate(BEHIND)
        assert gaps
        assert max(gaps) < 1


@pytest.mark.parametrize("path", LISTS)
def test_the_arrow_keys_show_which_row_they_are_at(browser: Browser, company: Company, path: str) -> None:
    with person(browser, company.server, company.cookies[OWNER]) as one:
        page = one.open(path)
        page.keyboard.press("ArrowDown")
        title = page.locator("tbody .title:has(:focus-visible)")
        assert title.count() == 1
        assert title.evaluate("el => getComputedStyle(el).outlineWidth") == "2px"
