"""Links: somebody joins an account by one, and a user who has forgotten the password chooses another one."""

import re
from html import unescape

from tests.support.entering import EMAIL, PASSWORD, Browser, visit
from tests.web.gate.test_second_step import enrolled, next_code

WEEK = 7 * 24 * 3600
EVA = {"name": "Eva", "password": "quite another password"}


async def invited(owner: Browser, email: str = "eva@example.com", role: str = "member") -> str:
    """The path of a link, which is shown once."""
    await owner.sign_in()
    answer = await owner.send("/settings/users", "/settings/users/invite", email=email, role=role)
    path = path_in(await owner.behind(answer))
    assert path not in await owner.page("/settings/users")
    return path


def path_in(page: str) -> str:
    found = re.search(r">https://closum(/join/[\w-]{43})</textarea>", page)
    assert found
    return unescape(found[1])


def test_who_is_invited_joins_and_is_in(url: str) -> None:
    async def scenario(owner: Browser, eva: Browser) -> None:
        path = await invited(owner)
        page = await eva.page(path)
        assert "Join Acme" in page
        assert "eva@example.com" in page
        answer = await eva.press(page, path, name="Eva", password="short")
        assert answer.status_code == 422
        assert 'href="#password"' in answer.text
        assert 'value="Eva"' in answer.text
        answer = await eva.press(page, path, **EVA)
        assert (answer.status_code, answer.headers["location"]) == (303, "/leads")
        assert "<b>Eva</b>" in await eva.page("/settings/look")
        assert "eva@example.com" in await owner.page("/settings/users")

    visit(url, scenario, number=2)


def test_a_link_counts_once_and_for_a_week(url: str) -> None:
    async def scenario(owner: Browser, eva: Browser) -> None:
        path = await invited(owner)
        page = await eva.page(path)
        await eva.press(page, path, **EVA)
        eva.client.cookies.clear()
        for late in (path, "/join/x", await invited(owner, "rui@example.com")):
            owner.clock.now += WEEK if late not in (path, "/join/x") else 0
            text = await eva.page(late, 404)
            assert "This link does not count any more" in text
            answer = await eva.send("/sign-in", "/sign-in", email="x", password="y")
            answer = await eva.press(answer.text.replace('"/sign-in"', f'"{late}"'), late, **EVA)
            assert answer.status_code == 404

    visit(url, scenario, number=2)


def test_an_invitation_that_was_withdrawn_or_replaced_does_not_count(url: str) -> None:
    async def scenario(owner: Browser, eva: Browser) -> None:
        first = await invited(owner)
        second = await invited(owner)
        assert (await eva.get(first)).status_code == 404
        page = await owner.page("/settings/users")
        found = re.search(r"/settings/users/invitations/\d+/withdraw", page)
        assert found
        assert (await owner.press(page, found[0])).status_code == 303
        assert (await eva.get(second)).status_code == 404
        assert "eva@example.com" in await owner.page("/settings/users")  # says once what was withdrawn
        assert "eva@example.com" not in await owner.page("/settings/users")

    visit(url, scenario, number=2)


def test_a_forgotten_password_is_replaced_and_all_sessions_end(url: str) -> None:
    async def scenario(owner: Browser, eva: Browser) -> None:
        path = await invited(owner)
        await eva.send(path, path, **EVA)
        page = await owner.page("/settings/users")
        user = re.findall(r'href="(/settings/users/\d+)">Eva<', page)[0]
        reset = path_in(await owner.behind(await owner.send(user, f"{user}/link")))
        await eva.page("/settings/look")  # the present password works until then
        answer = await owner.press((await owner.page(reset)), reset, password="a third password")
        assert answer.status_code == 303
        assert "<b>Eva</b>" in await owner.page("/settings/look")  # who used the link is in
        assert (await eva.get("/settings/look")).status_code == 303
        assert (await eva.sign_in("eva@example.com", EVA["password"])).status_code == 422
        assert (await eva.sign_in("eva@example.com", "a third password")).status_code == 303

    visit(url, scenario, number=2)


def test_a_link_is_no_way_round_the_second_step(url: str) -> None:
    async def scenario(owner: Browser, other: Browser) -> None:
        secret, _ = await enrolled(owner)
        answer = await owner.send(
            "/settings/users", "/settings/users/invite", email="a@b.example", role="owner"
        )
        path = path_in(await owner.behind(answer))
        await other.send(path, path, **EVA)
        page = await other.page("/settings/users")
        user = re.findall(rf'href="(/settings/users/\d+)">{EMAIL}<', page)[0]
        reset = path_in(await other.behind(await other.send(user, f"{user}/link")))
        owner.forget_session()
        answer = await owner.send(reset, reset, password=PASSWORD)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        page = (await owner.sign_in()).text
        answer = await owner.press(page, "/sign-in/code", code=next_code(secret, owner))
        assert answer.status_code == 303

    visit(url, scenario, number=2)


def test_a_link_for_a_new_password_ends_with_a_new_password(url: str) -> None:
    async def scenario(owner: Browser, eva: Browser, thief: Browser) -> None:
        path = await invited(owner)
        assert (await eva.press(await eva.page(path), path, **EVA)).status_code == 303
        page = await owner.page("/settings/users")
        number = max(re.findall(r"/settings/users/([0-9]+)", page), key=int)
        answer = await owner.send(f"/settings/users/{number}", f"/settings/users/{number}/link")
        path = path_in(await owner.behind(answer))
        page = await thief.page(path)
        changed = {"present": EVA["password"], "password": "one that nobody else knows"}
        answer = await eva.send("/settings/password", "/settings/password", **changed)
        assert answer.status_code == 303
        answer = await thief.press(page, path, password="the thief's own")
        assert answer.status_code == 404
        assert "__Host-closum" not in thief.client.cookies

    visit(url, scenario, number=3)
