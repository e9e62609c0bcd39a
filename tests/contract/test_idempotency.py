"""Idempotency-Key: a call that is sent again is carried out once, and answered alike."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from closum.accounts import users
from closum.accounts.keys import signing_key
from closum.accounts.tokens import Tokens
from closum.api.routes import table
from closum.http.route import Route
from closum.resources import RESOURCES
from closum.store import idempotency
from tests.conftest import sign_up
from tests.support import import_calls
from tests.support.answers import check_headers, failure, faults
from tests.support.client import Client
from tests.support.command import waiting_undo
from tests.support.engine import Engine
from tests.support.patience import wait_until
from tests.support.resources import prepare
from tests.support.server import Server

each = pytest.mark.parametrize
KEY = "Idempotency-Key"
REPLAYED = "idempotent-replayed"
FILE = "Nome\nAna\n"
FILES = [("a", FILE.encode()), ("a", FILE.encode()), ("a", b"another"), ("\x01", FILE.encode())]
"""Keys, and what is sent with them."""
POSTS = [route for route in table(RESOURCES) if route.method == "POST" and not route.is_public]


def post(api: Client, key: str | bytes, body: Any, path: str = "/api/lead", **more: str) -> Any:
    sent = key if isinstance(key, bytes) else key.encode()
    given = [(name.encode(), value.encode()) for name, value in more.items()]
    content = {"content": body} if isinstance(body, bytes) else {"json": body}
    return api.post(path, headers=[(KEY.encode(), sent), *given], **content)


def own(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """What an answer to the same call has again."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("date", "x-request-id", REPLAYED)
    }
    return answer.status_code, answer.content, headers


def leads(api: Client) -> int:
    return int(api.get("/api/lead").json()["pagination"]["count"])


def ready(server: Server, api: Client, route: Route) -> str:
    """The path of a call of the row, whose records are there."""
    if route.resource:
        prepare(api, route.resource)
    for _ in range(3):
        if "{id}" in route.path or route.verb == "dismiss_duplicates":
            api.new("lead", {"name": "Ana"})
    if route.path.startswith("/api/import/"):
        import_calls.send(api, FILE)
    if "/bin/" in route.path:
        api.data("DELETE", "/api/lead/3")
        return route.path.format(id=api.data("GET", "/api/bin")[0]["id"])
    if route.path.startswith("/api/job/"):
        return route.path.format(id=waiting_undo(server, api, 1))
    return route.path.format(id=1)


@each("route", POSTS, ids=lambda route: route.name)
def test_every_post_is_carried_out_once(route: Route, server: Server, api: Client) -> None:
    assert route.sample
    assert route.operation
    path, body = ready(server, api, route), dict(route.sample.body or {})
    body |= {"of_nobody": 1} if route.verb == "create" else {}
    body.pop("dry_run", None)  # which does nothing that could be done twice
    sent = FILE.encode() if route.operation.uploads else body
    first, again = (post(api, "one", sent, path) for _ in range(2))
    assert (first.status_code, REPLAYED in first.headers) == (route.sample.status, False)
    assert own(again) == own(first)
    assert again.headers[REPLAYED] == "true"
    check_headers(again)


def test_a_file_that_is_sent_twice_is_kept_once(server: Server, api: Client) -> None:
    """And not at all where the call is refused."""
    before = {*server.folder.glob("*.files/*")}
    answers = [post(api, key, content, "/api/import") for key, content in FILES]
    assert [one.status_code for one in answers] == [201, 201, 422, 400]
    assert answers[1].headers[REPLAYED] == "true"
    assert [one.read_bytes() for one in {*server.folder.glob("*.files/*")} - before] == [FILE.encode()]


def test_the_answer_has_its_headers_again(api: Client) -> None:
    first, again = (post(api, "k", {"name": "Ana", "town": "Faro"}) for _ in range(2))
    assert own(again) == own(first)
    assert {"x-operation", "x-ignored-properties"} <= again.headers.keys()
    assert leads(api) == 1


def test_a_record_is_shown_again(api: Client) -> None:
    first, again = (post(api, "k", {"name": "Ana"}, Prefer="return=representation") for _ in range(2))
    assert own(again) == own(first)
    assert {"etag", "preference-applied"} <= again.headers.keys()
    assert again.json()["data"]["name"] == "Ana"
    api.data("PUT", "/api/lead/1", {"name": "Rui"})
    shown, after = api.get("/api/lead/1"), post(api, "k", {"name": "Ana"}, Prefer="return=representation")
    assert (after.status_code, after.content) == (201, shown.content)  # as it is now, with the tag of that
    assert after.headers["etag"] == shown.headers["etag"]


def test_another_key_is_another_call(api: Client) -> None:
    ids = [
        post(api, key, {"name": "Ana"}).json()["data"]["id"]
        for key in ("a", "A", '"a"', "a b", "a", "~" * 255)
    ]
    assert ids == [1, 2, 3, 4, 1, 5]
    assert api.new("lead", {"name": "Ana"}) == 6
    assert api.new("lead", {"name": "Ana"}) == 7


@each(
    "other",
    [
        ({"name": "Rui"}, "/api/lead"),
        ({"name": "Ana", "x": 1}, "/api/lead"),
        ({"name": "Ana"}, "/api/lead?match=custom_data.a"),
        ({}, "/api/lead"),
    ],
)
def test_the_key_of_another_call_is_refused(other: tuple[Any, str], api: Client) -> None:
    first = post(api, "k", {"name": "Ana"})
    refused = post(api, "k", *other)
    assert faults(refused) == {KEY: "_isReused"}
    assert "send a new key" in refused.text
    assert own(post(api, "k", {"name": "Ana"})) == own(first)
    assert leads(api) == 1


EMAIL = {"email": {"email": "ana@example.com"}}
SAME = [
    "/api/lead?match=email&on_match=skip",
    "/api/lead?on_match=skip&match=email",
    "/api/lead/?match=email&on_match=skip",
    "/api/lead?_=1&match=%65mail&on%5Fmatch=skip&_b",
]


def test_a_call_that_is_written_otherwise_is_the_same(api: Client) -> None:
    first, *others = (post(api, "k", EMAIL, path) for path in SAME)
    assert first.status_code == 201
    assert [(own(one), one.headers[REPLAYED]) for one in others] == [(own(first), "true")] * 3
    assert faults(post(api, "k", EMAIL, "/api/lead?match=email")) == {KEY: "_isReused"}
    assert faults(post(api, "k", EMAIL, "/api/lead?match=email&on_match=fail")) == {KEY: "_isReused"}
    assert leads(api) == 1


def test_a_call_for_another_record_is_another_call(api: Client) -> None:
    for name in "abc":
        api.new("lead", {"name": name})
    first = post(api, "k", {"ids": [3]}, "/api/lead/1/merge")
    assert own(post(api, "k", {"ids": [3]}, "/api/lead/1/merge/")) == own(first)
    assert faults(post(api, "k", {"ids": [3]}, "/api/lead/2/merge")) == {KEY: "_isReused"}


def test_a_parameter_that_is_ignored_does_not_count(engine: Engine, tmp_path: Path) -> None:
    with Server(tmp_path, CLOSUM_UNKNOWN_PARAMETERS="ignore") as server, sign_up(server) as api:
        paths = ("/api/lead?source=web", "/api/lead", "/api/lead?source=app&x=1")
        assert [post(api, "k", {"name": "Ana"}, path).json()["data"] for path in paths] == [{"id": 1}] * 3


@each("key", ["", "x" * 256, "x" * 10_000, "é", b"\xff", "a\tb"])
@each("path", ["/api/lead", "/api/email"])
def test_a_key_that_is_none_is_refused(key: str | bytes, path: str, api: Client) -> None:
    for body in ({"name": "Ana", "email": "ana@example.com"}, {"city_id": "x"}):
        assert f"'{KEY}' must be" in failure(post(api, key, body, path), 400)["message"]
    assert leads(api) == 0


def test_two_keys_are_refused(api: Client) -> None:
    for key in ("a", "b"):
        failure(api.post("/api/lead", json={"name": "Ana"}, headers=[(KEY, "a"), (KEY, key)]), 400)
    assert leads(api) == 0


def test_a_call_that_is_refused_leaves_its_key_free(api: Client) -> None:
    failure(post(api, "k", {"city_id": "x"}), 422)
    failure(api.post("/api/lead", content="{", headers={KEY: "k"}), 415)
    failure(api.post("/api/lead", json={"name": "Ana"}, headers={KEY: "k", "Authorization": ""}), 401)
    answer = post(api, "k", {"name": "Ana"})
    assert (answer.status_code, REPLAYED in answer.headers) == (201, False)


def test_where_it_means_nothing(server: Server, api: Client) -> None:
    """Reading, and what may be sent again anyway."""
    api.new("lead", {"name": "Ana"})
    for method, path in (("GET", "/api/lead/1"), ("PUT", "/api/lead/1"), ("PATCH", "/api/lead/1")):
        for key in ("k", "k", ""):
            body = None if method == "GET" else {"name": f"{method} {key}"}
            answer = api.request(method, path, json=body, headers={KEY: key})
            assert (answer.status_code, REPLAYED in answer.headers) == (200, False)
    assert api.data("GET", "/api/lead/1")["name"] == "PATCH "
    wrong = {"email": "nobody@example.com", "password": "wrong password"}
    for _ in range(2):
        failure(api.post("/api/token", json=wrong, headers={KEY: ""}), 401)


# Whose


def test_another_route_has_keys_of_its_own(api: Client) -> None:
    body = {"name": "Ana", "email": "ana@example.com"}
    answers = [post(api, "k", body, path) for path in ("/api/email", "/api/lead")]
    assert [(answer.status_code, REPLAYED in answer.headers) for answer in answers] == [
        (201, False),
        (422, False),
    ]


def test_another_user_has_keys_of_his_own(server: Server, api: Client, other_api: Client) -> None:
    with server.session() as session, session.write() as unit:
        account = users.account_named(unit, api.account)
        user_id = users.add_user(unit, account, f"second-{api.email}", "no password")
        now = unit.now
    token = Tokens(signing_key(None, server.url)).issue(user_id, now, now)
    with Client(server.address, token) as second:
        answers = [post(client, "k", {"name": "Ana"}) for client in (api, second, other_api)]
    assert [answer.json()["data"]["id"] for answer in answers] == [1, 2, 1]
    assert not any(REPLAYED in answer.headers for answer in answers)


# At once


def test_200_at_once_make_one_lead(api: Client) -> None:
    body = {"name": "Ana", "email": {"email": "ana@example.com"}}

    def send(_: int) -> Any:
        return post(api, "k", body)

    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(send, range(200)))
    made = [answer for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code != 201:
            failure(answer, 409)
            assert int(answer.headers["retry-after"]) >= 1
    assert len([answer for answer in made if REPLAYED not in answer.headers]) == 1
    assert {answer.content for answer in made} == {b'{"success":true,"data":{"id":1}}'}
    assert leads(api) == 1


def test_many_keys_at_once_make_a_lead_each(api: Client, other_api: Client) -> None:
    """They share transactions, with calls that have no key and with those that are refused."""
    api.new("lead", {"name": "Ana"})

    def send(number: int) -> Any:
        client = (api, other_api)[number % 2]
        if number % 5 == 4:
            return client.post("/api/lead", json={"name": "Ana"})
        body = {"city_id": "x"} if number % 5 == 3 else {"name": f"{number}"}
        return post(client, f"key {number}", body)

    with ThreadPoolExecutor(20) as pool:
        first = list(pool.map(send, range(200)))
        again = list(pool.map(send, range(200)))
    for number in range(200):
        if number % 5 < 3:
            assert own(again[number]) == own(first[number])
            assert REPLAYED in again[number].headers
    assert [leads(api), leads(other_api)] == [1 + 60 + 40, 60 + 40]


def test_a_call_that_runs_is_not_begun_again(server: Server, api: Client, engine: Engine) -> None:
    api.new("lead", {"name": "Ana"})
    with server.session() as session, session.read() as unit:
        account_id = users.account_named(unit, api.account).id
    answers: list[Any] = []

    def send() -> None:
        with Client(server.address, api.token) as client:
            answers.append(post(client, "k", {"name": "Rui"}))

    senders = [threading.Thread(target=send) for _ in range(2)]
    with server.session() as session, session.write(account_id) as unit:
        unit.run("UPDATE tally SET count = count WHERE account_id = ?", (account_id,))  # nobody else writes
        for sender in senders:
            sender.start()
        wait_until(lambda: bool(answers))
        assert "still running" in failure(answers[0], 409)["message"]
        assert answers[0].headers["retry-after"] == "1"
    for sender in senders:
        sender.join()
    assert answers[1].status_code == 201
    assert own(post(api, "k", {"name": "Rui"})) == own(answers[1])
    assert leads(api) == 2


# For how long


def test_answers_are_forgotten_after_a_day(server: Server, api: Client) -> None:
    for key in "abc":
        post(api, key, {"name": "Ana"})
    with server.session() as session, session.read() as unit:
        account_id = users.account_named(unit, api.account).id
    with server.session() as session, session.write(account_id) as unit:
        for key, created in zip(
            sorted(keys(unit)), (unit.now - 86_400, unit.now + 90_000, unit.now), strict=True
        ):
            unit.run(
                "UPDATE idempotency SET created = ? WHERE account_id = ? AND key = ?",
                (created, account_id, key),
            )
    replayed = [REPLAYED in post(api, key, {"name": "Ana"}).headers for key in "abc"]
    assert (sorted(replayed), leads(api)) == ([False, False, True], 5)
    with server.session() as session, session.write(account_id) as unit:
        unit.run("UPDATE idempotency SET created = created - 86400 WHERE account_id = ?", (account_id,))
        assert idempotency.cut(unit, 2) == 2
        assert len(keys(unit)) == 1
        assert (idempotency.cut(unit, 2), idempotency.cut(unit, 2)) == (1, 0)


def keys(unit: Any) -> list[str]:
    return [
        row[0] for row in unit.all("SELECT key FROM idempotency WHERE account_id = ?", (unit.account_id,))
    ]


# Across a crash


def test_an_answer_that_was_lost_with_the_server_is_told(engine: Engine, tmp_path: Path) -> None:
    with Server(tmp_path) as server, sign_up(server) as api:
        body = b'{"name":"Ana"}'
        head = f"POST /api/lead HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {api.token}\r\n{KEY}: k\r\n"
        target = urlsplit(server.address)
        with socket.create_connection((target.hostname, target.port)) as connection:
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            wait_until(lambda: leads(api) == 1)
            server.kill()
        server.start()
        with Client(server.address, api.token) as again:
            answer = again.post("/api/lead", content=body, headers={KEY: "k"})
            assert (answer.status_code, answer.content) == (201, b'{"success":true,"data":{"id":1}}')
            assert answer.headers[REPLAYED] == "true"
            assert leads(again) == 1


# Across servers


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
def test_servers_that_share_a_database_make_one_lead(engine: Engine, tmp_path: Path) -> None:
    """Also where the account is empty, so that they do not wait for each other's write from its beginning."""
    with Server(tmp_path, log=tmp_path / "one.txt") as one, Server(tmp_path, log=tmp_path / "two.txt") as two:
        for _ in range(5):
            with sign_up(one) as api, Client(two.address, api.token) as other, ThreadPoolExecutor(8) as pool:
                sent = [pool.submit(post, (api, other)[n % 2], "k", {"name": "Ana"}) for n in range(16)]
                answers = [one.result() for one in sent]
                made = [answer for answer in answers if answer.status_code == 201]
                assert {answer.content for answer in made} == {b'{"success":true,"data":{"id":1}}'}
                assert len([answer for answer in made if REPLAYED not in answer.headers]) == 1
                assert {answer.status_code for answer in answers} <= {201, 409}
                assert leads(api) == 1
