"""The second step of signing in: a code behind the password."""

import re

import pyotp

from closum.accounts.second_factor import STEP
from closum.accounts.sign_in import TICKET_LIFETIME
from closum.web.once import SECONDS
from tests.support.entering import EMAIL, PASSWORD, Browser, visit

FACTOR = "/settings/second-step"


def code(secret: str, browser: Browser) -> str:
    """What an app shows now."""
    return pyotp.TOTP(secret).at(int(browser.clock.now))


def next_code(secret: str, browser: Browser) -> str:
    """What an app shows after the present code. A write may share the transaction of one that began before the clock moved, and
    then goes by the time before: of codes, it takes this one too, and none that is later."""
    browser.clock.now += STEP
    return code(secret, browser)


async def enrolled(browser: Browser) -> tuple[str, list[str]]:
    """The secret and the recovery codes of who has just added a second step."""
    await browser.sign_in()
    begun = await browser.send(FACTOR, FACTOR, present=PASSWORD)
    page = await browser.behind(begun)
    assert 'class="qr"' in page
    found = re.search(r"<dd><code>((?: ?[A-Z2-7]{4}){8})</code>", page)
    assert found
    secret = found[1].replace(" ", "")
    wrong = await browser.press(page, f"{FACTOR}/confirm", code="000000")
    assert wrong.status_code == 422
    assert "This code is wrong, or was used already" in wrong.text
    done = await browser.press(page, f"{FACTOR}/confirm", code=code(secret, browser))
    return secret, re.findall(r"<li><code>([\w-]+)</code>", await browser.behind(done))


def test_the_password_alone_is_not_enough(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        secret, codes = await enrolled(browser)
        assert len(codes) == 10
        assert codes[0] not in await browser.page(FACTOR)
        answer = await browser.sign_in(next="/settings/company")
        assert answer.status_code == 200
        assert "__Host-closum" not in browser.client.cookies
        page = answer.text
        empty = await browser.press(page, "/sign-in/code", code=" ")
        assert empty.status_code == 422
        assert 'id="code-said"' in empty.text
        assert "This cannot be empty." in empty.text
        answer = await browser.press(page, "/sign-in/code", code="000000")
        assert answer.status_code == 401
        assert "This code is wrong, or was used already" in answer.text
        assert "www-authenticate" not in answer.headers
        right = next_code(secret, browser)
        answer = await browser.press(answer.text, "/sign-in/code", code=right)
        assert (answer.status_code, answer.headers["location"]) == (303, "/settings/company")
        await browser.page("/settings/company")
        answer = await browser.press((await browser.sign_in()).text, "/sign-in/code", code=right)
        assert answer.status_code == 401  # each counts once

    visit(url, scenario)


def test_a_recovery_code_lets_in_once(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        _, codes = await enrolled(browser)
        for expected in (303, 401):
            page = (await browser.sign_in()).text
            answer = await browser.press(page, "/sign-in/code", code=f" {codes[0].upper()} ")
            assert answer.status_code == expected
        answer = await browser.press((await browser.sign_in()).text, "/sign-in/code", code=codes[1])
        assert answer.status_code == 303
        assert "8 codes are left." in await browser.page(FACTOR)
        refused = await browser.send(FACTOR, f"{FACTOR}/codes", present="wrong")
        assert refused.status_code == 422
        assert "8 codes are left." in await browser.page(FACTOR)
        new = await browser.send(FACTOR, f"{FACTOR}/codes", present=PASSWORD)
        assert len(re.findall(r"<li><code>([\w-]+)</code>", await browser.behind(new))) == 10
        answer = await browser.press((await browser.sign_in()).text, "/sign-in/code", code=codes[2])
        assert answer.status_code == 401

    visit(url, scenario)


def test_a_code_that_comes_late_begins_anew(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        secret, _ = await enrolled(browser)
        page = (await browser.sign_in(next="/settings/company")).text
        browser.clock.now += TICKET_LIFETIME
        answer = await browser.press(page, "/sign-in/code", code=code(secret, browser))
        assert answer.status_code == 422
        assert "This took too long: sign in again." in answer.text
        assert 'name="next" value="/settings/company"' in answer.text
        answer = await browser.press(page, "/sign-in/code", ticket="x", code=code(secret, browser))
        assert answer.status_code == 422

    visit(url, scenario)


def test_the_page_behind_a_password_lets_in_once(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        secret, codes = await enrolled(browser)
        page = (await browser.sign_in(next="/settings/company")).text
        assert (await browser.press(page, "/sign-in/code", code=codes[0])).status_code == 303
        browser.forget_session()
        for other in (codes[1], next_code(secret, browser)):  # which were not used
            answer = await browser.press(page, "/sign-in/code", code=other)
            assert answer.status_code == 422
            assert "This sign-in does not count any more: sign in again." in answer.text
            assert 'name="next" value="/settings/company"' in answer.text
            assert "__Host-closum" not in browser.client.cookies
        answer = await browser.press((await browser.sign_in()).text, "/sign-in/code", code=codes[1])
        assert answer.status_code == 303

    visit(url, scenario)


def test_who_sets_it_up_knows_the_password_and_sees_the_secret_for_five_minutes(url: str) -> None:
    async def scenario(browser: Browser, other: Browser) -> None:
        await browser.sign_in()
        await other.sign_in()
        for present in ("", "wrong"):
            answer = await browser.send(FACTOR, FACTOR, present=present)
            assert answer.status_code == 422
            assert "This is not your present password." in answer.text
            assert 'class="qr"' not in answer.text
            assert f'action="{FACTOR}/confirm"' not in answer.text
        begun = await browser.behind(await browser.send(FACTOR, FACTOR, present=PASSWORD))
        shown = re.findall(r"<dd><code>((?: ?[A-Z2-7]{4}){8})</code>", begun)[0]
        secret = shown.replace(" ", "")
        wrong = await browser.press(begun, f"{FACTOR}/confirm", code="000000")
        assert wrong.status_code == 422
        for page in (await browser.page(FACTOR), wrong.text):
            assert shown in page
            assert 'class="qr"' in page
        elsewhere = await other.page(FACTOR)
        browser.clock.now += SECONDS
        later = await browser.page(FACTOR)
        wrong = await browser.press(later, f"{FACTOR}/confirm", code="000000")
        again = await browser.page(f"{FACTOR}?again=1")
        assert f'action="{FACTOR}/confirm"' not in again
        refused = await browser.press(again, FACTOR, present="wrong")
        for page in (elsewhere, later, wrong.text, refused.text):
            assert secret not in page
            assert shown not in page
            assert 'class="qr"' not in page
            assert "begin again" in page.lower()
        answer = await browser.press(later, f"{FACTOR}/confirm", code=code(secret, browser))
        codes = re.compile(r"<li><code>([\w-]+)</code>")
        assert len(codes.findall(await browser.behind(answer))) == 10
        assert not codes.findall(await browser.page(FACTOR))

    visit(url, scenario, number=2)


def test_wrong_codes_are_counted_as_wrong_passwords_are(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        secret, _ = await enrolled(browser)
        page = (await browser.sign_in()).text
        for _ in range(10):
            assert (await browser.press(page, "/sign-in/code", code="000000")).status_code == 401
        answer = await browser.press(page, "/sign-in/code", code=next_code(secret, browser))
        assert answer.status_code == 429
        assert "Too many wrong codes: try again in 15 minutes." in answer.text

    visit(url, scenario)


def test_the_form_that_was_kept_outlives_the_second_step(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        secret, _ = await enrolled(browser)
        page = await browser.page("/settings/look")
        browser.forget_session()
        answer = await browser.press(page, "/settings/name", name="Ana <Sousa>")
        answer = await browser.press(answer.text, "/sign-in", email=EMAIL, password=PASSWORD)
        answer = await browser.press(answer.text, "/sign-in/code", code=next_code(secret, browser))
        answer = await browser.press(answer.text, "/settings/name")
        assert 'value="Ana &lt;Sousa&gt;"' in answer.text

    visit(url, scenario)


def test_who_turns_it_off_knows_the_password(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        await enrolled(browser)
        answer = await browser.send(FACTOR, f"{FACTOR}/remove", present="wrong")
        assert answer.status_code == 422
        assert "This is not your present password." in answer.text
        answer = await browser.send(FACTOR, f"{FACTOR}/remove", present=PASSWORD)
        assert answer.status_code == 303
        assert (await browser.sign_in()).status_code == 303

    visit(url, scenario)
