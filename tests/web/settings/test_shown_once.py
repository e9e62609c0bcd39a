"""What is shown once, behind the form that made it: a reload makes nothing again, and nobody else sees it."""

import re
from collections.abc import Iterator

import httpx2
import pytest

from closum.web.cookies import OF_ONCE
from closum.web.once import SECONDS
from tests.support.entering import Browser, visit
from tests.support.patience import PATIENCE
from tests.support.server import Server
from tests.support.visiting import Visitor

API, USERS = "/settings/api", "/settings/users"
SECRET = re.compile(r">([^<]*(?:closum_\d+_\w{64}|/join/[\w-]{43}))</textarea>")
KEY = [("name", "Site"), ("kind", "read")]
FORMS = {
    f"{API}/keys": (KEY, API),
    f"{USERS}/invite": ([("email", "new@example.com"), ("role", "reader")], USERS),
}

each = pytest.mark.parametrize


@pytest.fixture
def again(server: Server, owner: Visitor) -> Iterator[Visitor]:
    """The same user in another browser."""
    with Visitor(server, owner.email) as found:
        yield found


@each("path", FORMS)
def test_a_secret_is_shown_once_behind_its_form(owner: Visitor, path: str) -> None:
    fields, of = FORMS[path]
    answer = owner.form(path, fields, of)
    assert (answer.status_code, answer.headers["location"]) == (303, of)
    shown = owner.get(of)
    assert shown.headers["cache-control"] == "no-store"
    found = SECRET.search(shown.text)
    assert found
    for reload in range(2):
        assert not SECRET.search(owner.page(of)), reload
    assert len(re.findall(r'href="/settings/api/keys/', owner.page(API))) <= 1
    assert owner.redirected(path) == of  # its address, where somebody opens it


def test_no_answer_has_a_secret_where_somebody_could_read_it(owner: Visitor) -> None:
    answer = owner.form(f"{API}/keys", KEY, API)
    carried = owner.cookies[OF_ONCE.name]
    found = SECRET.search(owner.page(API))
    assert found
    for place in (answer.headers["location"], answer.text, carried, str(answer.headers)):
        assert found[1].rpartition("_")[2] not in place
        assert "closum_" not in place.replace("closum-once", "")
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(OF_ONCE.name)]
    assert "HttpOnly" in cookie
    assert f"Max-Age={SECONDS}" in cookie


def test_only_its_page_and_its_session_show_it(owner: Visitor, again: Visitor) -> None:
    owner.form(f"{API}/keys", KEY, API)
    carried = owner.cookies[OF_ONCE.name]
    assert not SECRET.search(owner.page(USERS))
    again.cookies.set(OF_ONCE.name, carried)
    assert not SECRET.search(again.page(API))
    for wrong in ("x", "", carried[:-4], f"{carried[:40]}AAAA{carried[44:]}", "é"):
        headers = {b"Cookie": f"closum={owner.cookies['closum']}; {OF_ONCE.name}={wrong}".encode()}
        answer = httpx2.get(f"{owner.base_url}{API}", headers=headers, trust_env=False, timeout=PATIENCE)
        assert answer.status_code == 200
        assert not SECRET.search(answer.text)
    assert SECRET.search(owner.page(API))


def test_it_is_not_shown_later(url: str) -> None:
    async def scenario(browser: Browser) -> None:
        await browser.sign_in()
        for late in (0, SECONDS):
            fields = {"email": f"a{late}@b.example", "role": "reader"}
            await browser.send(USERS, f"{USERS}/invite", **fields)
            browser.clock.now += late
            assert bool(SECRET.search(await browser.page(USERS))) is (late == 0)

    visit(url, scenario)


def test_what_a_browser_carries_is_other_each_time(owner: Visitor) -> None:
    texts = set[str]()
    for number in range(3):
        owner.form(f"{API}/keys", [("name", f"Site {number}"), ("kind", "read")], API)
        texts.add(owner.cookies[OF_ONCE.name][:20])
    assert len(texts) == 3
