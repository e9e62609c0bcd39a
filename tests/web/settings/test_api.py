"""API keys: made, shown once, used, revoked."""

import re
import shlex
from html import unescape

import pytest

from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.visiting import Visitor, text

API = "/settings/api"

each = pytest.mark.parametrize


def made(owner: Visitor, name: str = "Web form", kind: str = "create") -> str:
    answer = owner.form(f"{API}/keys", [("name", name), ("kind", kind)], API)
    found = re.search(r">(closum_\d+_\w{64})</textarea>", owner.behind(answer))
    assert found
    return str(found[1])


def of_key(owner: Visitor, name: str) -> str:
    found = re.search(rf'href="(/settings/api/keys/\d+)">{re.escape(name)}<', owner.page(API))
    assert found
    return str(found[1])


def test_a_key_is_shown_once_and_works(server: Server, owner: Visitor) -> None:
    key = made(owner)
    page = owner.page(API)
    assert key not in page
    assert "Web form" in page
    with Client(server.address, key) as program:
        assert program.post("/api/lead", json={"name": "Ana"}).status_code == 201
        assert program.get("/api/lead").status_code == 403


def test_the_call_that_is_shown_creates_a_lead(server: Server, owner: Visitor, api: Client) -> None:
    answer = owner.form(f"{API}/keys", [("name", "Script"), ("kind", "full")], API)
    shown = re.search(r"<code>(curl .*?)</code>", owner.behind(answer), re.DOTALL)
    assert shown
    words = shlex.split(unescape(shown[1]))
    address, body = words[1], words[words.index("-d") + 1]
    headers = dict(words[place + 1].split(": ", 1) for place, word in enumerate(words) if word == "-H")
    with Client(server.address, None) as program:
        assert program.post(address, content=body.encode(), headers=headers).status_code == 201
    assert address == f"{server.address}/api/lead"
    assert api.data("GET", "/api/lead")[0]["name"] == "Ana Silva"


@each(
    ("name", "kind", "faulty"),
    [("", "read", "name"), ("x" * 256, "read", "name"), ("a\x07", "read", "name"), ("Site", "all", "kind")],
)
def test_faults_of_a_key(owner: Visitor, name: str, kind: str, faulty: str) -> None:
    answer = owner.form(f"{API}/keys", [("name", name), ("kind", kind)], API)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)"', answer.text) == [faulty]
    assert "closum_" not in answer.text


def test_two_keys_that_work_have_two_names(owner: Visitor) -> None:
    made(owner)
    answer = owner.form(f"{API}/keys", [("name", "Web form"), ("kind", "read")], API)
    assert answer.status_code == 422
    assert "Another key has this name" in answer.text


def test_a_key_is_revoked_by_its_name_for_good(server: Server, owner: Visitor) -> None:
    key, path = made(owner, "A <key>", "read"), ""
    path = re.findall(r'href="(/settings/api/keys/\d+)">', owner.page(API))[0]
    wrong = owner.form(f"{path}/revoke", [("typed", "a key")], path)
    assert wrong.status_code == 422
    assert "A &lt;key&gt;" in wrong.text
    with Client(server.address, key) as program:
        assert program.get("/api/lead").status_code == 200
        assert owner.form(f"{path}/revoke", [("typed", "A <key>")], path).status_code == 303
        wait_until(lambda: program.get("/api/lead").status_code == 401)
    assert owner.form(f"{path}/revoke", [("typed", "A <key>")], API).status_code == 404
    assert "Revoked" in text(owner.page(API))
    made(owner, "A <key>")


def test_a_key_of_another_account_is_none(owner: Visitor, stranger: Visitor) -> None:
    made(stranger, "Theirs")
    path = of_key(stranger, "Theirs")
    owner.page(path, 404)
    assert owner.form(f"{path}/revoke", [("typed", "Theirs")], API).status_code == 404
    assert "Theirs" not in owner.page(API)
    stranger.page(path)


def test_each_kind_is_explained_and_what_is_shown_once_can_be_copied(owner: Visitor) -> None:
    page = text(owner.page(API))
    for one in (
        "Create only Adds leads and sees none. Choose it for forms on a web site.",
        "Read only Sees everything and changes nothing. Choose it for reports and dashboards.",
        "Full Sees and changes all that the API has. Keep it on a server of yours.",
    ):
        assert one in page
    answer = owner.behind(owner.form(f"{API}/keys", [("name", "Site"), ("kind", "read")], API))
    key = re.search(r">(closum_\d+_\w{64})</textarea>", answer)
    assert key
    assert f'data-copy="{key[1]}" data-copied="Copied" hidden>Copy</button>' in answer
