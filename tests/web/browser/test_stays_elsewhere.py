"""The forms of the settings, of who signs in, and those for many records stay as they are until the server has taken them, too."""

import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from closum.accounts import passwords, users
from closum.accounts.roles import OWNER, READER
from closum.store import identity
from tests.support.company import Company, founded
from tests.support.server import Server
from tests.web.browser.conftest import Person, person

TYPED, EMAIL, PASSWORD = "typed before", "ana.stays@example.com", "correct horse battery"
FORMS = {
    "/settings/company": "#name",
    "/settings/look": "#name",
    "/settings/users": "#email",
    "/settings/api": "#name",
    "/settings/stages": "#label-new",
    "/settings/password": "#password",
    "/settings/second-step": "#present",
    "/settings/retention": "#person",
    "/leads/bulk?id={lead}": "[id='f-source']",
    "/leads/bulk?id={lead}&do=lists": "#new",
}

each = pytest.mark.parametrize


@pytest.fixture(scope="module")
def team(place: Server) -> Company:
    """An account that these tests change."""
    return founded(place, "Stays elsewhere", filled=False)


@pytest.fixture(scope="module")
def lead(team: Company) -> int:
    with team.client() as api:
        return api.new("lead", {"name": "Ana"})


@pytest.fixture
def who(browser: Browser, team: Company) -> Iterator[Person]:
    with person(browser, team.server, team.cookies[OWNER]) as one:
        yield one


@pytest.fixture
def newcomer(browser: Browser, place: Server) -> Iterator[Person]:
    """Who has a password, and is not signed in."""
    with place.session() as session, session.write() as unit:
        if not any(one.email == EMAIL for one in identity.users(unit)):
            account = users.add_account(unit, "By password")
            users.add_user(unit, account, EMAIL, passwords.hashed(PASSWORD), role=OWNER)
    with person(browser, place) as one:
        yield one


def broken(route: Route) -> None:
    route.abort()


def sent(page: Page, field: str) -> None:
    page.locator(f"form:has({field})").last.evaluate("(form) => form.noValidate = true")
    page.locator(field).press("Control+Enter")


def forgive(who: Person) -> None:
    """What the browser says of a request that the test has broken."""
    who.watch.complaints[:] = [one for one in who.watch.complaints if "ERR_FAILED" not in one]


def stays(who: Person, page: Page, field: str) -> None:
    """What is typed is still there where the server cannot be reached, or a proxy answers; it is stored nowhere."""
    if not page.locator(field).is_visible():
        page.locator("details.more > summary").first.click()
    page.locator(field).fill(TYPED)
    page.route("**/*", broken)
    sent(page, field)
    expect(page.locator(f"form:has({field}) #offline")).to_be_visible()
    page.unroute_all()
    forgive(who)
    who.watch.expected = {502}
    page.route(
        "**/*", lambda one: one.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html")
    )
    sent(page, field)
    expect(page.locator(f"form:has({field}) #trouble")).to_be_visible()
    page.unroute_all()
    expect(page.locator(field)).to_have_value(TYPED)
    assert TYPED not in page.evaluate("() => JSON.stringify([{...sessionStorage}, {...localStorage}])")


@each("path", FORMS)
def test_a_form_stays(who: Person, lead: int, path: str) -> None:
    page = who.open(path.format(lead=lead))
    stays(who, page, FORMS[path])
    page.on("dialog", lambda dialog: dialog.accept())  # something is typed


def test_who_signs_in_types_it_once(newcomer: Person) -> None:
    page = newcomer.open("/sign-in")
    stays(newcomer, page, "#email")
    newcomer.watch.expected = {422}
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#faults")).to_be_focused()
    expect(page.get_by_label("Email")).to_have_value(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/leads")


def test_a_form_without_its_session_is_shown_again_after_signing_in(newcomer: Person) -> None:
    page = newcomer.open("/sign-in")
    newcomer.watch.expected = {401}
    for again in (False, True):
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        if not again:
            page.wait_for_url("**/leads")
            newcomer.open("/settings/look")
            newcomer.watch.expected = {401}
            page.context.clear_cookies()
            page.locator("#name").fill(TYPED)
            page.locator("form:has(#name) .actions button").click()
    expect(page.locator("#name")).to_have_value(TYPED)
    page.locator("form:has(#name) .actions button").click()
    expect(page.locator(".toast")).to_be_visible()


def test_a_second_step_is_added_and_removed(newcomer: Person) -> None:
    page = newcomer.open("/sign-in")
    page.get_by_label("Email").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/leads")
    newcomer.open("/settings/second-step")
    page.locator("#present").fill(PASSWORD)
    page.locator("form:has(#present) .actions button").first.click()
    secret = page.locator("dd code").inner_text().replace(" ", "")
    newcomer.look()
    page.locator("#code").fill(pyotp.TOTP(secret).at(int(time.time())))
    page.locator("form:has(#code) .actions button").click()
    expect(page.locator(".codes code")).to_have_count(10)
    page.reload()
    expect(page.locator(".codes code")).to_have_count(0)
    page.locator("#present").fill(PASSWORD)
    page.locator(".button.bad").click()
    expect(page.locator(".toast")).to_be_visible()
    expect(page.locator("#code")).to_have_count(0)


def test_who_may_not_any_more_is_told_so(who: Person, team: Company) -> None:
    page = who.open("/settings/stages")
    who.watch.expected = {403}
    page.locator("#label-new").fill(TYPED)
    with team.server.session() as session, session.write() as unit:
        identity.set_role(unit, int(team.ids[OWNER]), READER)
    sent(page, "#label-new")
    expect(page.locator("form #trouble")).to_contain_text("owner")
    expect(page.locator("#label-new")).to_have_value(TYPED)
    page.on("dialog", lambda dialog: dialog.accept())
    with team.server.session() as session, session.write() as unit:
        identity.set_role(unit, int(team.ids[OWNER]), OWNER)
