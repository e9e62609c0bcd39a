"""The board with the mouse, by keys and without a script: each moves a lead, in place, and undoes it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from closum.accounts.roles import OWNER, READER
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import PHONE, Person, person

STAGE = "contact_lifecycle_stage_id"
MARK = "() => { window.same = true }"
IS_SAME = "() => window.same === true"


@pytest.fixture(scope="module")
def boards(place: Server) -> Company:
    """An account that these tests change."""
    return founded(place, "Boards", filled=False)


@pytest.fixture
def leads(boards: Company) -> list[int]:
    """Two leads in one stage and one in the next; those of other tests are gone."""
    with boards.client() as api:
        for one in api.data("GET", "/api/lead?limit=100"):
            api.data("DELETE", f"/api/lead/{one['id']}")
        return [
            api.new("lead", {"name": name, STAGE: stage})
            for name, stage in (("Ana Lopes", 3), ("Rui Costa", 3), ("Marta Reis", 4))
        ]


@pytest.fixture
def mover(browser: Browser, boards: Company, leads: list[int]) -> Iterator[Person]:
    with person(browser, boards.server, boards.cookies[OWNER]) as one:
        yield one


def names(page: Page, stage: int) -> Locator:
    return page.locator(f"#stage-{stage} li > a")


def link(page: Page, lead: int) -> Locator:
    return page.locator(f"#lead-{lead}")


def test_a_card_is_dragged_into_another_column_and_put_back(mover: Person, leads: list[int]) -> None:
    page = mover.open("/board")
    page.evaluate(MARK)
    link(page, leads[0]).drag_to(page.locator("#stage-2 h2"))
    expect(names(page, 2)).to_have_text(["Ana Lopes"])
    expect(names(page, 3)).to_have_text(["Rui Costa"])
    expect(page.locator("#stage-2 header")).to_contain_text("1")
    expect(page.locator(".toast[role=status]")).to_contain_text("Ana Lopes")
    expect(link(page, leads[0])).to_be_focused()
    assert page.evaluate(IS_SAME)
    page.get_by_role("button", name="Undo").click()
    expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])
    mover.look()


def test_a_card_that_is_dropped_where_it_is_stays(mover: Person, leads: list[int]) -> None:
    page = mover.open("/board")
    link(page, leads[0]).drag_to(page.locator("#stage-3 h2"))
    link(page, leads[1]).drag_to(page.locator("#stage-4 h2"))
    expect(names(page, 4)).to_have_text(["Marta Reis", "Rui Costa"])
    expect(names(page, 3)).to_have_text(["Ana Lopes"])


def test_a_card_that_somebody_else_has_moved_is_shown_where_it_is(
    mover: Person, boards: Company, leads: list[int]
) -> None:
    page = mover.open("/board")
    with boards.client() as api:
        api.data("PATCH", f"/api/lead/{leads[0]}", {STAGE: 7})
    link(page, leads[0]).drag_to(page.locator("#stage-2 h2"))
    expect(page.locator(".toast")).to_contain_text("Somebody else has moved Ana Lopes")
    expect(names(page, 7)).to_have_text(["Ana Lopes"])
    expect(names(page, 2)).to_have_count(0)


def test_a_card_that_is_in_the_bin_by_now_leaves_the_board(
    mover: Person, boards: Company, leads: list[int]
) -> None:
    page = mover.open("/board")
    with boards.client() as api:
        api.delete(f"/api/lead/{leads[0]}").raise_for_status()
    link(page, leads[0]).drag_to(page.locator("#stage-2 h2"))
    expect(page.locator(".toast")).to_contain_text("Ana Lopes is not here any more")
    expect(names(page, 3)).to_have_text(["Rui Costa"])
    mover.look()


def test_a_card_stays_where_the_server_cannot_be_reached(mover: Person, leads: list[int]) -> None:
    page = mover.open("/board")
    page.route("**", lambda route: route.abort())
    link(page, leads[0]).drag_to(page.locator("#stage-2 h2"))
    card = page.locator("#stage-3 li", has=link(page, leads[0]))
    expect(card).to_contain_text("The server cannot be reached")
    expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])
    page.unroute_all()
    mover.watch.complaints[:] = [one for one in mover.watch.complaints if "ERR_FAILED" not in one]
    mover.look()
    link(page, leads[0]).drag_to(page.locator("#stage-2 h2"))
    expect(names(page, 2)).to_have_text(["Ana Lopes"])
    expect(page.locator("#offline")).to_be_hidden()


def test_everything_is_done_by_keys(mover: Person, leads: list[int]) -> None:
    page = mover.open("/leads")
    keys = page.keyboard
    keys.press("g")
    keys.press("b")
    page.wait_for_url("**/board")
    keys.press("ArrowDown")
    expect(link(page, leads[1])).to_be_focused()
    keys.press("ArrowDown")
    expect(link(page, leads[0])).to_be_focused()
    keys.press("ArrowRight")
    expect(link(page, leads[2])).to_be_focused()
    keys.press("ArrowLeft")
    expect(link(page, leads[1])).to_be_focused()
    keys.press("]")
    expect(names(page, 4)).to_have_text(["Marta Reis", "Rui Costa"])
    expect(link(page, leads[1])).to_be_focused()
    keys.press("[")
    expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])
    expect(link(page, leads[1])).to_be_focused()
    keys.press("m")
    expect(page.get_by_role("button", name="Unqualified")).to_be_focused()
    keys.press("Enter")
    expect(names(page, 1)).to_have_text(["Rui Costa"])
    expect(link(page, leads[1])).to_be_focused()
    keys.press("u")
    expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])
    mover.look()


def test_a_menu_moves_without_a_script(browser: Browser, boards: Company, leads: list[int]) -> None:
    with person(browser, boards.server, boards.cookies[OWNER], scripts=False, width=PHONE) as one:
        page = one.page
        page.goto(f"{boards.server.address}/board")
        page.get_by_label("Move Ana Lopes").click()
        page.locator("#stage-3").get_by_role("button", name="Opportunity").click()
        expect(names(page, 6)).to_have_text(["Ana Lopes"])
        page.get_by_role("button", name="Undo").click()
        expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])


def test_a_reader_drags_nothing(browser: Browser, boards: Company, leads: list[int]) -> None:
    with person(browser, boards.server, boards.cookies[READER]) as one:
        page = one.open("/board")
        expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])
        expect(page.locator("[draggable=true], .board button, .board summary")).to_have_count(0)
        page.keyboard.press("ArrowDown")
        expect(link(page, leads[1])).to_be_focused()
        page.keyboard.press("]")
        page.keyboard.press("m")
        expect(names(page, 3)).to_have_text(["Rui Costa", "Ana Lopes"])
        one.look()
