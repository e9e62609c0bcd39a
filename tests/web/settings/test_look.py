"""One's own settings: look, language, keys, name, password, the end of all sessions."""

import pytest

from tests.support.client import Client
from tests.support.entering import EMAIL, PASSWORD, Browser, visit
from tests.support.visiting import Visitor

LOOK = "/settings/look"

each = pytest.mark.parametrize


def test_everybody_chooses_look_and_language(reader: Visitor) -> None:
    answer = reader.form(LOOK, [("theme", "dark"), ("language", "pt"), ("shortcuts", "1")], LOOK)
    assert (answer.status_code, answer.headers["location"]) == (303, LOOK)
    page = reader.page(LOOK)
    assert '<html lang="pt" data-theme="dark">' in page
    assert "Tema: escuro. Idioma: Português." in page
    assert "Idioma: Português." not in reader.page(LOOK)
    reader.form(LOOK, [("theme", "light"), ("language", "en")], LOOK)
    page = reader.page(LOOK)
    assert '<html lang="en" data-theme="light" data-keys="off">' in page
    assert "Theme: light. Language: English. Keyboard shortcuts: no." in page
    reader.form(LOOK, [("theme", "light"), ("language", "en")], LOOK)
    assert "Nothing was changed" in reader.page(LOOK)
    reader.form(LOOK, [("theme", "system"), ("language", "en"), ("shortcuts", "1")], LOOK)
    assert '<html lang="en">' in reader.page(LOOK)


@each(
    ("given", "faulty"),
    [
        ([("theme", "pink"), ("language", "en")], ["theme"]),
        ([("theme", "dark"), ("language", "de")], ["language"]),
        ([], ["theme"]),
        ([("theme", "<b>"), ("language", "<b>")], ["theme", "language"]),
    ],
)
def test_what_is_no_choice_is_told_and_changes_nothing(
    owner: Visitor, given: list[tuple[str, str]], faulty: list[str]
) -> None:
    answer = owner.form(LOOK, given, LOOK)
    assert answer.status_code == 422
    for name in ("theme", "language"):
        assert (f'href="#{name}"' in answer.text) is (name in faulty)
    assert '<html lang="en">' in owner.page(LOOK)


def test_others_see_the_name_that_one_gives_oneself(owner: Visitor, reader: Visitor) -> None:
    assert reader.form("/settings/name", [("name", " Rui <b> ")], LOOK).status_code == 303
    assert "Rui &lt;b&gt;" in owner.page("/settings/users")
    long = reader.form("/settings/name", [("name", "x" * 256)], LOOK)
    assert long.status_code == 422
    assert 'href="#name"' in long.text
    assert reader.form("/settings/name", [("name", "")], LOOK).status_code == 303
    assert "Rui" not in owner.page("/settings/users")


def test_sign_out_everywhere_ends_sessions_and_tokens_of_oneself_alone(
    owner: Visitor, reader: Visitor, api: Client
) -> None:
    answer = owner.form("/settings/sign-out", [], LOOK)
    assert answer.headers["location"] == "/sign-in"
    assert answer.headers["clear-site-data"] == '"cache"'
    assert owner.get(LOOK).status_code == 303
    assert api.get("/api/account").status_code == 401
    reader.page(LOOK)


def test_a_new_password_ends_other_sessions_and_leaves_this_one(url: str) -> None:
    async def scenario(one: Browser, other: Browser) -> None:
        await one.sign_in()
        await other.sign_in()
        answer = await one.send(
            "/settings/password", "/settings/password", present=PASSWORD, password="a new password"
        )
        assert answer.status_code == 303
        await one.page(LOOK)
        assert (await other.get(LOOK)).status_code == 303
        assert (await other.sign_in()).status_code == 422
        assert (await other.sign_in(password="a new password")).status_code == 303

    visit(url, scenario, number=2)


@each(
    ("present", "password", "faulty"),
    [
        ("wrong", "a new password", "present"),
        (PASSWORD, "short", "password"),
        (PASSWORD, "", "password"),
        (PASSWORD, "a\x07new password", "password"),
        ("", "a new password", "present"),
    ],
)
def test_a_password_that_cannot_be_is_told_and_none_is_shown(
    url: str, present: str, password: str, faulty: str
) -> None:
    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        page = "/settings/password"
        empty = await browser.send(page, page, present="", password="")
        assert (empty.status_code, 'id="present-said"' in empty.text) == (422, True)
        assert 'id="password-said"' in empty.text
        answer = await browser.send(page, page, present=present, password=password)
        assert answer.status_code == 422
        assert f'href="#{faulty}"' in answer.text
        assert PASSWORD not in answer.text
        assert (await browser.sign_in(EMAIL)).status_code == 303

    visit(url, scenario)
