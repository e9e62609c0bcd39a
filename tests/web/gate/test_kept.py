"""What somebody typed whose session has ended meanwhile: it comes back, and nothing is saved before they say so."""

from urllib.parse import urlencode

import pytest

from closum.errors import Unavailable
from closum.store.identity import Account
from closum.store.session import Session
from tests.support.entering import EMAIL, PASSWORD, Browser, add_user, hidden, visit

OTHER = "rui@example.com"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
COMPANY = {"name": "Acme", "zone": "Europe/Lisbon", "country": "PT", "language": "pt", "revision": "first"}


async def signed_out(browser: Browser, of: str) -> str:
    """A page of who is signed out afterwards, elsewhere."""
    await browser.sign_in()
    page = await browser.page(of)
    browser.forget_session()
    return page


def test_a_form_comes_back_with_what_was_typed(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await signed_out(browser, "/settings/company")
        typed = {**COMPANY, "name": "Ac<b>me", "zone": "Europe/Paris"}
        answer = await browser.press(page, "/settings/company", **typed)
        assert answer.status_code == 401
        assert "What you typed is kept." in answer.text
        wrong = await browser.press(answer.text, "/sign-in", email=EMAIL, password="wrong")
        assert wrong.status_code == 422
        answer = await browser.press(wrong.text, "/sign-in", email=EMAIL, password=PASSWORD)
        assert answer.status_code == 200
        assert "__Host-closum" in browser.client.cookies
        assert hidden(answer.text, "/settings/company")["zone"] == "Europe/Paris"
        again = await browser.press(answer.text, "/settings/company")
        assert again.status_code == 200
        assert 'value="Ac&lt;b&gt;me"' in again.text
        assert 'value="Europe/Paris"' in again.text
        assert "aria-invalid" not in again.text
        assert 'value="Acme"' in await browser.page("/settings/company")  # nothing is saved
        saved = await browser.press(again.text, "/settings/company", **typed)
        assert saved.status_code == 303
        assert 'value="Europe/Paris"' in await browser.page("/settings/company")

    visit(url, scenario)


def test_what_somebody_typed_is_not_shown_to_who_signs_in_next(
    url: str, session: Session, account: Account
) -> None:
    add_user(session, account, OTHER)

    async def scenario(browser: Browser) -> None:
        page = await signed_out(browser, "/settings/company")
        answer = await browser.press(page, "/settings/company", **{**COMPANY, "name": "Secret"})
        entered = await browser.press(answer.text, "/sign-in", email=OTHER, password=PASSWORD)
        assert entered.status_code == 303
        assert entered.headers["location"] == "/leads"
        assert (await browser.get("/settings/look")).status_code == 200

    visit(url, scenario)


def test_a_form_of_somebody_else_comes_back_to_who_typed_it(
    url: str, session: Session, account: Account
) -> None:
    """In one browser a second user has signed in, in another window, before the form of the first one was sent."""
    add_user(session, account, OTHER)

    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        page = await browser.page("/settings/company")
        await browser.sign_in(OTHER)
        fields = {**hidden(page, "/settings/company"), **COMPANY, "name": "Secret"}
        for where in ({}, {"Sec-Fetch-Site": "none"}):
            answer = await browser.client.post("/settings/company", data=fields, headers=where)
            assert answer.status_code == 403
            assert "Secret" not in answer.text
        answer = await browser.client.post("/settings/company", data=fields, headers=SAME_ORIGIN)
        assert answer.status_code == 401
        assert "Somebody else has signed in here" in answer.text
        assert "Secret" in hidden(answer.text, "/sign-in")["kept"]
        other = await browser.press(answer.text, "/sign-in", email=OTHER, password=PASSWORD)
        assert other.headers["location"] == "/leads"
        own = await browser.press(answer.text, "/sign-in", email=EMAIL, password=PASSWORD)
        again = await browser.press(own.text, "/settings/company")
        assert again.status_code == 200
        assert 'value="Secret"' in again.text
        assert 'value="Acme"' in await browser.page("/settings/company")  # nothing is saved

    visit(url, scenario)


def test_a_form_without_a_page_is_shown_and_sent_once_more(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await signed_out(browser, "/settings/look")
        answer = await browser.press(page, "/settings/sign-out", note="a <note>")
        answer = await browser.press(answer.text, "/sign-in", email=EMAIL, password=PASSWORD)
        answer = await browser.press(answer.text, "/settings/sign-out")
        assert answer.status_code == 200
        assert "Nothing is done yet" in answer.text
        assert hidden(answer.text, "/settings/sign-out")["note"] == "a <note>"
        assert "<dt>note" not in answer.text  # what a page hides is not shown
        assert 'href="/settings/sign-out">' in answer.text  # which leads to its page
        await browser.page("/settings/look")  # still signed in
        answer = await browser.press(answer.text, "/settings/sign-out")
        assert answer.status_code == 303
        assert (await browser.get("/settings/look")).status_code == 303

    visit(url, scenario)


def test_a_password_is_not_changed_by_a_form_that_was_kept_and_not_kept(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        page = await signed_out(browser, "/settings/password")
        typed = {"present": PASSWORD, "password": "another password"}
        answers = [await browser.press(page, "/settings/password", **typed)]
        wrong = {**typed, "email": EMAIL, "kept": urlencode(typed)}  # as older pages have it
        answers.append(await browser.press(answers[-1].text, "/sign-in", **wrong))
        assert answers[-1].status_code == 422
        answers.append(await browser.press(answers[0].text, "/sign-in", email=EMAIL, password=PASSWORD))
        answers.append(await browser.press(answers[-1].text, "/settings/password"))
        for answer in answers:
            assert "another" not in answer.text
            assert PASSWORD not in answer.text.replace("+", " ")
        assert (await browser.sign_in()).status_code == 303

    visit(url, scenario)


def test_what_no_form_sends_is_refused_before_anybody_is_signed_in(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.sign_in(kept="a=%FF", next="/settings/company")
        assert answer.status_code == 400
        assert "__Host-closum" not in browser.client.cookies

    visit(url, scenario)


def test_a_form_of_an_earlier_session_is_shown_and_sent_once_more(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        page = await browser.page("/settings/company")
        await browser.sign_in()  # in another tab, after the session has ended
        fields = {**hidden(page, "/settings/company"), **COMPANY, "name": "Ac<b>me"}
        answer = await browser.client.post("/settings/company", data=fields)
        assert answer.status_code == 403  # a browser that does not say where the form comes from
        answer = await browser.client.post("/settings/company", data=fields, headers=SAME_ORIGIN)
        assert answer.status_code == 200
        assert 'value="Ac&lt;b&gt;me"' in answer.text
        assert "Nothing is done yet" not in answer.text  # the form itself
        assert hidden(answer.text, "/settings/company")["_token"] != fields["_token"]
        assert 'value="Acme"' in await browser.page("/settings/company")  # nothing is saved
        answer = await browser.press(answer.text, "/settings/company", **{**COMPANY, "name": "Ac<b>me"})
        assert answer.status_code == 303
        assert 'value="Ac&lt;b&gt;me"' in await browser.page("/settings/company")

    visit(url, scenario)


def test_a_password_is_not_on_the_page_that_shows_what_was_typed(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        page = await browser.page("/settings/password")
        await browser.sign_in()
        fields = {**hidden(page, "/settings/password"), "present": PASSWORD, "password": "another password"}
        answer = await browser.client.post("/settings/password", data=fields, headers=SAME_ORIGIN)
        assert answer.status_code == 200
        assert PASSWORD not in answer.text
        assert "another" not in answer.text

    visit(url, scenario)


def test_who_comes_back_to_the_page_after_a_weekend_signs_in(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        answer = await browser.get("/sign-in")
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-closum-form=")
        assert "Max-Age" not in cookie

    visit(url, scenario)


@pytest.mark.parametrize("of", ["closum.accounts.sessions.find", "closum.accounts.sessions.touch"])
def test_a_form_comes_back_where_the_session_cannot_be_read(
    url: str, of: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        page = await browser.page("/settings/company")
        with monkeypatch.context() as broken:
            broken.setattr(of, _unavailable)
            answer = await browser.press(page, "/settings/company", **{**COMPANY, "name": "Ac<b>me"})
        if of.endswith("find"):
            assert answer.status_code == 503
            assert hidden(answer.text, "/settings/company")["name"] == "Ac<b>me"
            answer = await browser.press(answer.text, "/settings/company")
        assert answer.status_code == 303

    visit(url, scenario)


def test_a_form_comes_back_below_a_path(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(browser: Browser) -> None:
        token = hidden(await browser.page("/app/sign-in"), "/app/sign-in")
        signed_in = {**token, "email": EMAIL, "password": PASSWORD}
        assert (await browser.client.post("/app/sign-in", data=signed_in)).status_code == 303
        page = await browser.page("/app/settings/company")
        with monkeypatch.context() as broken:
            broken.setattr("closum.accounts.sessions.find", _unavailable)
            answer = await browser.press(page, "/app/settings/company", **COMPANY)
        assert hidden(answer.text, "/app/settings/company")["zone"] == "Europe/Lisbon"

    visit(url, scenario, CLOSUM_ROOT_PATH="/app")


def test_what_was_kept_is_there_where_no_session_begins(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(browser: Browser) -> None:
        page = await signed_out(browser, "/settings/company")
        answer = await browser.press(page, "/settings/company", **{**COMPANY, "name": "Ac<b>me"})
        with monkeypatch.context() as broken:
            broken.setattr("closum.accounts.sessions.begin", _unavailable)
            answer = await browser.press(answer.text, "/sign-in", email=EMAIL, password=PASSWORD)
        assert answer.status_code == 503
        assert "Ac%3Cb%3Eme" in hidden(answer.text, "/sign-in")["kept"]

    visit(url, scenario)


def _unavailable(*_: object) -> None:
    raise Unavailable
