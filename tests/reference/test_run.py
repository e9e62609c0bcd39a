"""Calls that somebody who is signed in runs from the reference, and the key in its samples, in headless Chromium."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from closum.accounts import roles
from tests.reference.conftest import Visit, visit
from tests.support.client import Client
from tests.support.company import Company, founded
from tests.support.engine import ON_SQLITE
from tests.support.server import Server

pytestmark = ON_SQLITE

Opened = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def company(server: Server) -> Company:
    return founded(server, "Reference", filled=False)


@pytest.fixture
def visited(browser: Browser, server: Server, company: Company) -> Opened:
    @contextmanager
    def visited(role: str, scheme: str = "light") -> Iterator[Visit]:
        with visit(browser, server, scheme=scheme) as one:
            one.page.context.add_cookies(
                [{"name": "closum", "value": company.cookies[role], "url": server.address}]
            )
            yield one

    return visited


def panel(page: Page, call: str) -> Page:
    page.locator(f"#{call} button", has_text="Run").click()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_call_is_run_and_undone(visited: Opened, company: Company, scheme: str) -> None:
    name = "<img src=x onerror=alert(1)> {{ 7 * 7 }}"
    with visited(roles.OWNER, scheme) as one, company.client() as api:
        page = panel(one.open("/docs/leads"), "createLead")
        call = page.locator("#createLead form")
        expect(call.get_by_label("POST")).to_be_focused()
        expect(call.get_by_label("POST")).to_have_value("/api/lead")
        assert '"name"' in call.get_by_label("Body").input_value()
        call.get_by_label("Body").fill('{"name": "' + name + '"}')
        call.get_by_role("button", name="Send").click()
        expect(call.get_by_role("status")).to_have_text("Your answer: 201")
        expect(call.get_by_role("button", name="Send")).to_be_focused()
        (lead,) = api.data("GET", "/api/lead?sort=id&direction=desc&limit=1")
        assert lead["name"] == name
        (change,) = api.data("GET", f"/api/lead/{lead['id']}/history")
        assert change["cause"] == "reference"
        assert one.violations() == []
        panel(page, "listLeads")
        found = page.locator("#listLeads form")
        found.get_by_label("GET").fill(f"/api/lead?filter=id={lead['id']}")
        page.keyboard.press("Enter")
        expect(found.locator("pre").first).to_contain_text(name)
        found.get_by_role("button", name="Close").click()
        expect(page.get_by_role("button", name="Run: List")).to_be_focused()
        call.get_by_role("link", name="Undo").click()
        page.get_by_role("button", name="Undo").first.click()
        expect(page.locator(".toast")).to_contain_text("Undone")
        assert api.get(f"/api/lead/{lead['id']}").status_code == 404


def test_the_samples_get_a_key(visited: Opened, server: Server, company: Company) -> None:
    with visited(roles.OWNER) as one:
        page = one.open("/docs/leads")
        code = page.locator("#createLead [data-in=shell] code")
        expect(code).to_contain_text("your.bearer.token")
        expect(page.locator("#visitor")).to_contain_text("The key may do everything in Reference")
        page.get_by_role("button", name="Make a key").click()
        expect(code).to_contain_text("Bearer closum_")
        expect(page.locator("#visitor [role=status]")).to_be_focused()
        text = code.text_content() or ""
        assert server.address in text
        key = text.partition("Bearer ")[2].partition("'")[0]
        with Client(server.address, key) as program:
            assert program.new("lead", {"name": "Ana Silva"})
        one.open("/docs/phones")
        expect(page.locator("#createPhone [data-in=python] code")).to_contain_text(key)
        # It is put into samples alone, and where a smaller key is asked for into none.
        one.open("/docs")
        out = page.get_by_role("button", name="Take the key out")
        expect(out).to_be_visible()
        expect(page.locator("#Authentication .prose").first).to_contain_text("your.bearer.token")
        one.open("/docs/guide/capture-leads")
        expect(out).to_be_visible()
        assert key not in page.content()
        one.open("/docs/guide/sync")
        expect(page.locator("#main")).to_contain_text(key)
        out.click()
        expect(page.locator("#main")).not_to_contain_text(key)
        page.get_by_role("button", name="Make a key").click()
        expect(page.locator("#main")).to_contain_text("Bearer closum_")
        # Somebody else who signs in there does not get it.
        cookie = company.cookies[roles.READER]
        page.context.add_cookies([{"name": "closum", "value": cookie, "url": server.address}])
        one.open("/docs/guide/sync")
        expect(page.locator("#visitor")).to_contain_text("An owner of the account")
        expect(page.locator("#main")).not_to_contain_text("Bearer closum_")
        one.silent()


def test_many_records_are_changed_with_their_number(visited: Opened, company: Company) -> None:
    with visited(roles.OWNER) as one, company.client() as api:
        lead = api.new("lead", {"name": "Ana"})
        page = panel(one.open("/docs/writes"), "patchManyLead")
        call, answer = page.locator("#patchManyLead form"), page.locator("#patchManyLead form [role=status]")
        call.get_by_label("PATCH").fill(f"/api/lead?filter=id={lead}")
        call.get_by_label("Body").fill('{"name": "Eva"}')
        call.get_by_role("button", name="Send").click()
        expect(answer).to_have_text("Your answer: 428")
        call.get_by_label("If-Count").fill(tried(api, lead))
        call.get_by_role("button", name="Send").click()
        expect(answer).to_have_text("Your answer: 200")
        assert api.data("GET", f"/api/lead/{lead}")["name"] == "Eva"


def tried(api: Client, lead: int) -> str:
    found = api.data("PATCH", f"/api/lead?filter=id={lead}", {"name": "Eva", "dry_run": True})
    return str(found["if_count"])


def test_a_reader_runs_what_reads_and_makes_no_key(visited: Opened) -> None:
    with visited(roles.READER) as one:
        page = one.open("/docs/leads")
        expect(page.locator("#visitor")).to_contain_text("An owner of the account can make an API key")
        expect(page.get_by_role("button", name="Make a key")).to_have_count(0)
        expect(page.locator("#deleteLead .aside")).to_contain_text("Your role may not run this call")
        expect(page.locator("#deleteLead button", has_text="Run")).to_have_count(0)
        panel(page, "retrieveLead").locator("#retrieveLead form button", has_text="Send").click()
        expect(page.locator("#retrieveLead form [role=status]")).to_have_text("Your answer: 404")


def test_nobody_else_is_offered_it(browser: Browser, server: Server) -> None:
    with visit(browser, server) as one:
        page = one.open("/docs/leads")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#visitor")).to_have_count(0)
        expect(page.get_by_role("button", name="Run")).to_have_count(0)
