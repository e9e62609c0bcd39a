"""The page to sign in: who gets in, where they go then, and what is told to who does not."""

import re
from http.cookies import SimpleCookie

import httpx2
import pytest

from closum.accounts.attempts import MOST_PER_ADDRESS, WINDOW
from closum.accounts.sessions import ABSOLUTE
from closum.web.entry import is_own_path
from tests.support.entering import EMAIL, LOOPBACK, PLAIN, TLS, Browser, token, visit

each = pytest.mark.parametrize

OWN_PATHS = ("/leads", "/leads?q=%2F%2Fa&page=2", "/leads//x", "/%2f%2fevil.example", "/a:b@c")
OTHERS = (
    "",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/a\r\nSet-Cookie: x=y",
    "/a b",
    "/\N{FULLWIDTH SOLIDUS}evil.example",
    " /leads",
)


def cookie(answer: httpx2.Response, name: str) -> dict[str, str]:
    """The attributes of a cookie that an answer sets."""
    for header in answer.headers.get_list("set-cookie"):
        parsed: SimpleCookie = SimpleCookie(header)
        if name in parsed:
            return {key: str(value) for key, value in parsed[name].items() if value}
    raise AssertionError(f"{name} is not set: {answer.headers}")


@each(
    ("address", "name", "secure"),
    [(TLS, "__Host-closum", {"secure": "True"}), (LOOPBACK, "closum", {})],
)
def test_the_session_is_in_a_cookie_that_scripts_and_other_sites_do_not_get(
    url: str, address: str, name: str, secure: dict[str, str]
) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.sign_in()
        assert (answer.status_code, answer.headers["location"]) == (303, "/leads")
        assert answer.headers["cache-control"] == "no-store"
        assert cookie(answer, name) == {
            "path": "/",
            "max-age": str(ABSOLUTE),
            "httponly": "True",
            "samesite": "Lax",
            **secure,
        }
        await browser.page("/settings/look")

    visit(url, scenario, address)


def test_on_a_plain_host_nobody_signs_in_and_the_page_says_why(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await browser.page("/sign-in")
        assert "This connection is not encrypted" in page
        assert 'type="password"' not in page
        answer = await browser.press(page, "/sign-in", email=EMAIL, password="a long password")
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        assert "This connection is not encrypted" in answer.text

    visit(url, scenario, PLAIN)


@each(
    ("email", "password", "wrong"),
    [("", "", ["email", "password"]), ("", "x", ["email"]), (EMAIL, "", ["password"])],
)
@each(("language", "told"), [("en", "This cannot be empty."), ("pt", "Não pode ficar vazio.")])
def test_what_is_empty_is_told_beside_it(
    url: str, email: str, password: str, wrong: list[str], language: str, told: str
) -> None:
    async def scenario(browser: Browser) -> None:
        browser.client.headers["accept-language"] = language
        page = await browser.page("/sign-in")
        answer = await browser.press(page, "/sign-in", email=email, password=password)
        assert answer.status_code == 422
        assert re.findall(r'id="(\w+)-said"', answer.text) == wrong
        assert told in answer.text

    visit(url, scenario)


@each(
    ("language", "told", "locked"),
    [
        ("en", "Email or password is not right.", "Too many wrong passwords: try again in 15 minutes."),
        (
            "pt",
            "Email ou palavra-passe incorretos.",
            "Demasiadas palavras-passe erradas: tente novamente dentro de 15 minutos.",
        ),
    ],
)
def test_a_wrong_password_is_told_and_too_many_are_not_heard(
    url: str, language: str, told: str, locked: str
) -> None:
    async def scenario(browser: Browser) -> None:
        browser.client.headers["accept-language"] = language
        for _ in range(MOST_PER_ADDRESS):
            answer = await browser.sign_in(password="wrong <password>")
            assert answer.status_code == 422
            assert told in answer.text
            assert f'value="{EMAIL}"' in answer.text
            assert "wrong &lt;password" not in answer.text
        answer = await browser.sign_in()
        assert (answer.status_code, answer.headers["retry-after"]) == (429, str(WINDOW))
        assert locked in answer.text
        browser.clock.now += WINDOW
        assert (await browser.sign_in()).status_code == 303

    visit(url, scenario)


def test_a_disabled_user_and_nobody_are_told_alike(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        for email in ("nobody@example.com", "no address", ""):
            answer = await browser.sign_in(email=email)
            assert answer.status_code == 422
            assert "Email or password is not right." in answer.text

    visit(url, scenario)


@each("path", OWN_PATHS)
def test_one_comes_back_to_a_path_of_this_server(url: str, path: str) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.sign_in(next=path)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
        answer = await browser.client.get("/sign-in", params={"next": path})
        assert (answer.status_code, answer.headers["location"]) == (303, path)

    assert is_own_path(path)
    visit(url, scenario)


def test_one_never_comes_to_another_server(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        for path in OTHERS:
            answer = await browser.sign_in(next=path)
            assert (answer.status_code, answer.headers["location"]) == (303, "/leads"), path
            assert "x=y" not in str(answer.headers)
            answer = await browser.client.get("/sign-in", params={"next": path})
            assert (answer.status_code, answer.headers["location"]) == (303, "/leads"), path

    assert not any(map(is_own_path, OTHERS))
    visit(url, scenario)


def test_below_a_path_everything_stays_below_it(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.get("/crm/settings/look?a=b")
        assert answer.headers["location"] == "/crm/sign-in?next=%2Fcrm%2Fsettings%2Flook%3Fa%3Db"
        page = await browser.page("/crm/sign-in?next=%2Fcrm%2Fsettings%2Flook")
        answer = await browser.press(page, "/crm/sign-in", email=EMAIL, password="a long password")
        assert answer.headers["location"] == "/crm/settings/look"
        page = await browser.page("/crm/settings/look")
        assert 'action="/crm/settings/look"' in page
        for path in ("//evil.example", "/crm//evil.example", "/\\evil.example"):
            answer = await browser.client.get("/crm/sign-in", params={"next": path})
            assert answer.headers["location"].startswith("/crm/")

    visit(url, scenario, CLOSUM_ROOT_PATH="/crm")


def test_the_language_is_that_of_the_link_else_of_the_browser(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        assert (
            '<html lang="pt"'
            in (await browser.get("/sign-in", **{"Accept-Language": "pt-BR, en;q=0.5"})).text
        )
        answer = await browser.get("/sign-in?next=%2Fleads%3Fpage%3D2&language=pt")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fleads%3Fpage%3D2")
        page = await browser.page(answer.headers["location"])
        assert '<html lang="pt"' in page
        assert 'name="next" value="/leads?page=2"' in page
        assert '<html lang="pt"' in await browser.page("/sign-in?language=xx")

    visit(url, scenario)


def test_who_has_signed_out_sees_nothing_by_going_back(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        before = browser.client.cookies["__Host-closum"]
        answer = await browser.send("/settings/look", "/sign-out")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert answer.headers["clear-site-data"] == '"cache"'
        assert "__Host-closum" not in browser.client.cookies
        assert (await browser.get("/settings/look")).headers["location"].startswith("/sign-in?")
        answer = await browser.get("/settings/look", Cookie=f"__Host-closum={before}")
        assert answer.status_code == 303

    visit(url, scenario)


def test_a_page_to_sign_in_that_is_older_than_the_session_still_works(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await browser.page("/sign-in")
        await browser.sign_in()
        before = browser.client.cookies["__Host-closum"]
        answer = await browser.press(page, "/sign-in", email=EMAIL, password="a long password")
        assert answer.status_code == 303
        assert (await browser.get("/settings/look")).status_code == 200
        browser.client.cookies.clear()
        answer = await browser.get("/settings/look", Cookie=f"__Host-closum={before}")
        assert answer.status_code == 303  # the session before has ended

    visit(url, scenario)


def test_the_token_of_one_browser_is_none_in_another(url: str) -> None:
    async def scenario(one: Browser, other: Browser) -> None:
        page = await one.page("/sign-in")
        assert token(page) != token(await other.page("/sign-in"))
        answer = await other.press(page, "/sign-in", email=EMAIL, password="a long password")
        assert answer.status_code == 403
        assert "This form was not taken" in answer.text

    visit(url, scenario, number=2)
