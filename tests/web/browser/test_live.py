"""A page that is open says what is new, and stays as it is until somebody asks for that."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from closum.accounts.roles import OWNER, READER
from tests.support.browser import violations
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import PHONE, Person, person

ROWS = "[data-rows] tbody tr"
NEW = {"en": "2 new leads, 1 lead changed", "pt": "Mais 2 leads, alterações em 1 lead"}


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    return founded(place, "Live", filled=False)


@pytest.fixture
def reader(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[READER], language="pt", width=PHONE) as one:
        yield one


@pytest.fixture
def owner(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        yield one


def test_the_tabs_of_a_browser_listen_together(owner: Person, team: Company) -> None:
    """The second one has opened no stream, and goes on when the first one leaves its page."""
    with team.client() as api:
        lead, other = (api.new("lead", {"name": name}) for name in ("Ana", "Ines"))
        first, asked = owner.page, []
        owner.page.context.on("request", lambda one: asked.append(one.url) if "/live" in one.url else None)
        with first.expect_request(re.compile("/live")):
            owner.open("/leads")
        second = first.context.new_page()
        second.goto(f"{team.server.address}/leads/{other}")
        second.wait_for_function("navigator.locks.query().then(({ pending }) => pending.length)")
        api.new("lead", {"name": "Rui"})
        api.new("lead", {"name": "Zoe"})
        api.data("PATCH", f"/api/lead/{lead}", {"name": "Ana Lopes"})
        api.new("note", {"lead_id": other, "text": "Call back"})
        expect(first.locator("#live .toast span")).to_have_text(NEW["en"])
        expect(second.locator("#live .toast span")).to_contain_text("changed this record meanwhile")
        assert first.locator(ROWS).count() == 2
        assert len([one for one in asked if "/live?" in one]) == 1
        owner.look()
        assert violations(first) == []
        with second.expect_request(re.compile(r"/live\?")):
            first.locator("#live").get_by_role("link", name="Show").click()
        expect(first.locator(ROWS)).to_have_count(4)
        expect(first.locator("#live .toast")).to_have_count(0)


def test_behind_a_proxy_that_keeps_events_back_a_page_asks(reader: Person, team: Company) -> None:
    page = reader.page
    page.route(lambda url: "/live?" in url, without_events)
    with team.client() as api:
        api.new("lead", {"name": "Ana"})
        reader.open("/leads")
        for name in ("Rui", "Zoe"):
            lead = api.new("lead", {"name": name})
        api.data("PATCH", f"/api/lead/{lead - 2}", {"name": "Ana Lopes"})
        expect(page.locator("#live .toast span")).to_have_text(NEW["pt"])
    reader.look()


def without_events(route: Route) -> None:
    """As a stream is answered that a browser is not to ask for again."""
    if route.request.headers["accept"] == "text/event-stream":
        route.fulfill(status=204)
    else:
        route.continue_()
