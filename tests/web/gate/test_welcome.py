"""The first account of a server, which is made by who has its set-up code."""

from pathlib import Path

import pytest

from closum.accounts import setup
from closum.store.session import Session
from tests.support import engine as engines
from tests.support.entering import LOOPBACK, PLAIN, Browser, visit

FIRST = {
    "company": "Casa Nova",
    "name": "Ana Sousa",
    "email": "ana@example.com",
    "password": "a long password",
}

each = pytest.mark.parametrize


@pytest.fixture
def code(session: Session) -> str:
    with session.write() as unit:
        return setup.make(unit)


@pytest.fixture
def url(folder: Path, code: str) -> str:
    """A database without users."""
    return engines.current.url(folder)


def test_who_has_the_code_makes_the_first_account_and_is_in(url: str, code: str) -> None:
    async def scenario(browser: Browser) -> None:
        assert (await browser.get("/")).headers["location"] == "/welcome"
        page = await browser.page(f"/welcome?code={code}")
        assert f">{code}</textarea>" in page
        answer = await browser.press(page, "/welcome", **FIRST, code=code)
        assert (answer.status_code, answer.headers["location"]) == (303, "/leads")
        page = await browser.page("/settings/users")
        assert "Ana Sousa" in page
        assert "Casa Nova" in page
        assert (await browser.get("/")).headers["location"] == "/leads"

    visit(url, scenario, LOOPBACK)


def test_the_account_is_set_for_who_makes_it(url: str, code: str) -> None:
    async def scenario(browser: Browser) -> None:
        headers = {"Accept-Language": "en-US,en;q=0.9,pt-PT;q=0.8,pt;q=0.7"}
        page = (await browser.get(f"/welcome?code={code}", **headers)).text
        assert '<option value="PT" selected>Portugal</option>' in page
        given = {**FIRST, "code": code, "country": "PT", "zone": "Europe/Lisbon", "name": "x" * 256}
        page = (await browser.press(page, "/welcome", **given)).text
        assert 'name="zone" value="Europe/Lisbon"' in page
        await browser.press(page, "/welcome", **{**given, "name": "Ana"}, language="pt")
        page = await browser.page("/settings/company")
        assert '<option value="PT" selected>' in page
        assert 'value="Europe/Lisbon"' in page

    visit(url, scenario, LOOPBACK)


@each("zone", ["", "Mars/Olympus"])
def test_without_a_country_and_a_known_zone(url: str, code: str, zone: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = (await browser.get(f"/welcome?code={code}", **{"Accept-Language": "en-US"})).text
        assert "selected>United States" not in page
        await browser.press(page, "/welcome", **FIRST, code=code, country="", zone=zone)
        assert 'value="UTC"' in await browser.page("/settings/company")

    visit(url, scenario, LOOPBACK)


def test_a_country_that_is_none_is_refused(url: str, code: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await browser.page(f"/welcome?code={code}")
        answer = await browser.press(page, "/welcome", **FIRST, code=code, country="XX")
        assert answer.status_code == 422
        assert 'href="#country"' in answer.text

    visit(url, scenario, LOOPBACK)


def test_afterwards_there_is_no_such_page(url: str, code: str) -> None:
    async def scenario(browser: Browser, other: Browser) -> None:
        page = await other.page("/welcome")
        await browser.send("/welcome", "/welcome", **FIRST, code=code)
        assert (await other.get("/welcome")).status_code == 404
        assert (await other.press(page, "/welcome", **FIRST, code=code)).status_code == 404
        assert (await other.get("/")).headers["location"] == "/sign-in"

    visit(url, scenario, number=2)


@each(
    ("given", "faulty"),
    [
        ({"company": ""}, ["company"]),
        ({"company": "x" * 256}, ["company"]),
        ({"email": "ana"}, ["email"]),
        ({"password": "short"}, ["password"]),
        ({"name": "a\nb"}, ["name"]),
        ({"email": "", "password": ""}, ["email", "password"]),
    ],
)
def test_faults_come_all_at_once_and_what_was_typed_stays(
    url: str, code: str, given: dict[str, str], faulty: list[str]
) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.send("/welcome", "/welcome", **{**FIRST, **given}, code=code)
        assert answer.status_code == 422
        for name in ("company", "name", "email", "password"):
            assert (f'href="#{name}"' in answer.text) is (name in faulty)
        assert f">{code}</textarea>" in answer.text
        assert "a long password" not in answer.text
        answer = await browser.press(answer.text, "/welcome", **FIRST, code=code)
        assert answer.status_code == 303

    visit(url, scenario)


def test_a_wrong_code_is_told_and_too_many_are_not_heard(url: str, code: str) -> None:
    async def scenario(browser: Browser) -> None:
        for _ in range(setup.MOST):
            answer = await browser.send("/welcome", "/welcome", **FIRST, code="wrong")
            assert answer.status_code == 422
            assert "This is not the set-up code of this server" in answer.text
        answer = await browser.send("/welcome", "/welcome", **FIRST, code=code)
        assert answer.status_code == 429
        assert "Too many wrong codes: try again in 15 minutes." in answer.text
        browser.clock.now += 15 * 60
        assert (await browser.send("/welcome", "/welcome", **FIRST, code=code)).status_code == 303

    visit(url, scenario)


def test_what_is_wrong_beside_a_wrong_code_is_told_with_it(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        wrong = {**FIRST, "email": "ana@@example.pt", "password": "short"}
        answer = await browser.send("/welcome", "/welcome", **wrong, code="wrong")
        assert answer.status_code == 422
        for name in ("code", "email", "password"):
            assert f'href="#{name}"' in answer.text
        assert ">wrong</textarea>" in answer.text

    visit(url, scenario)


def test_the_code_stays_in_the_other_language(url: str, code: str) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.get(f"/welcome?code={code}&language=pt")
        assert answer.headers["location"] == f"/welcome?code={code}"
        page = await browser.page(answer.headers["location"])
        assert "Bem-vindo ao closum" in page

    visit(url, scenario)


def test_on_a_plain_host_no_password_is_taken(url: str, code: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await browser.page("/welcome")
        assert "This connection is not encrypted" in page
        assert 'type="password"' not in page
        answer = await browser.send("/welcome", "/welcome", **FIRST, code=code)
        assert answer.status_code == 403
        assert "This connection is not encrypted" in answer.text
        assert (await browser.get("/welcome")).status_code == 200

    visit(url, scenario, PLAIN)
