"""POST /api/token."""

import asyncio
import calendar
import itertools
import os
import threading
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest

from closum.accounts import attempts, passwords, users
from closum.store import identity
from closum.store.opening import open_session
from tests.support import engine as engines
from tests.support.engine import Engine
from tests.support.inprocess import Clock, built, running
from tests.support.patience import PATIENCE
from tests.support.server import Server, closum

PASSWORD = "correct horse"
_HASH = passwords.hashed(PASSWORD)
_numbers = itertools.count(1)


def add_user(url: str) -> str:
    """A user with the password; the address."""
    email = f"someone{os.getpid()}.{next(_numbers)}@example.com"
    with open_session(url) as session, session.write() as unit:
        accounts = identity.accounts(unit)
        account = accounts[0] if accounts else users.add_account(unit, "Acme")
        users.add_user(unit, account, email, _HASH)
    return email


@pytest.fixture(scope="module")
def own_server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that trusts its clients about their addresses, so that each test has one of its own."""
    engines.current = engine
    with Server(tmp_path_factory.mktemp("sign-in"), "--trusted-proxy", "127.0.0.1") as server:
        yield server


@pytest.fixture
def client(own_server: Server) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=own_server.address, trust_env=False, timeout=PATIENCE) as client:
        client.headers["X-Forwarded-For"] = f"192.0.2.{next(_numbers)}"
        yield client


@pytest.fixture
def email(own_server: Server) -> str:
    return add_user(own_server.url)


def sign_in(client: httpx2.Client, email: Any, password: Any = PASSWORD) -> httpx2.Response:
    return client.post("/api/token", json={"email": email, "password": password})


def test_the_answer(client: httpx2.Client, email: str) -> None:
    before = int(time.time())
    answer = sign_in(client, f" {email.upper()} ")
    document = answer.json()
    assert (answer.status_code, list(document)) == (200, ["success", "data"])
    assert list(document["data"]) == ["token", "expires_in", "expiration_date"]
    assert document["data"]["expires_in"] == 7 * 24 * 3600
    ends = time.strptime(document["data"]["expiration_date"], "%Y-%m-%dT%H:%M:%S+00:00")
    assert 0 <= _seconds(ends) - 7 * 24 * 3600 - before <= 30
    bearer = {"Authorization": f"Bearer {document['data']['token']}"}
    assert client.get("/api/lead", headers=bearer).status_code == 200


def _seconds(moment: time.struct_time) -> int:
    return calendar.timegm(moment)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_password_is_the_same_composed_and_decomposed(
    client: httpx2.Client, own_server: Server, form: Literal["NFC", "NFD"]
) -> None:
    email = f"composed{next(_numbers)}.{os.getpid()}@example.com"
    arguments = ("user", "add", email, "--account", "Acme", "--password-stdin")
    done = closum(*arguments, folder=own_server.folder, stdin="cora\u00e7\u00e3o de le\u00e3o")
    assert done.returncode == 0, done.stderr
    sent = unicodedata.normalize(form, "cora\u00e7\u00e3o de le\u00e3o")
    assert sign_in(client, email, sent).status_code == 200
    assert sign_in(client, email, sent.replace("\u0303", "").replace("\u00e3", "a")).status_code == 401
    assert sign_in(client, email, unicodedata.normalize(form, "\u00e9" * 512)).status_code == 401
    assert sign_in(client, email, unicodedata.normalize(form, "\u00e9" * 513)).status_code == 422


def test_the_other_names_of_the_fields_are_taken(client: httpx2.Client, email: str) -> None:
    answer = client.post("/api/token", json={"api_username": email, "api_pw": PASSWORD})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, {"email": "_required", "password": "_required"}),
        ({"email": "", "password": None}, {"email": "_empty", "password": "_empty"}),
        ({"email": "a" * 255, "password": "p" * 1025}, {"email": "_maxLength", "password": "_maxLength"}),
        ({"email": "ana@example.com", "password": "é" * 513}, {"password": "_maxLength"}),
        ({"email": ["x"], "password": {"x": 1}}, {"email": "_scalar", "password": "_scalar"}),
        ({"email": True, "password": 1.5}, {"email": "_scalar", "password": "_scalar"}),
    ],
)
def test_presence_type_and_length_are_checked(
    client: httpx2.Client, body: dict[str, Any], faults: dict[str, str]
) -> None:
    answer = client.post("/api/token", json=body)
    assert answer.status_code == 422
    errors = answer.json()["data"]["errors"]
    assert {name: next(iter(rules)) for name, rules in errors.items()} == faults


def test_unknown_wrong_and_disabled_are_answered_alike(
    client: httpx2.Client, email: str, own_server: Server
) -> None:
    disabled = add_user(own_server.url)
    closum("user", "disable", disabled, folder=own_server.folder)
    calls = [
        (email, "wrong password"),
        (email, "short"),
        ("nobody@example.com", PASSWORD),
        ("no address at all", PASSWORD),
        ("\U0001f600", PASSWORD),
        (disabled, PASSWORD),
        (disabled, "wrong password"),
    ]
    answers = [sign_in(client, *call) for call in calls]
    own = ("x-request-id", "date")
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert len({str([h for h in answer.headers.items() if h[0] not in own]) for answer in answers}) == 1


@pytest.mark.parametrize("known", [True, False])
def test_ten_wrong_passwords_for_an_address_and_no_more(
    client: httpx2.Client, email: str, own_server: Server, known: bool
) -> None:
    address = email if known else f"nobody{next(_numbers)}@example.com"
    assert [sign_in(client, address, "wrong").status_code for _ in range(11)] == [401] * 10 + [429]
    refused = sign_in(client, address.upper())  # the right password, where there is one
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    other = add_user(own_server.url)
    assert sign_in(client, other).status_code == 200


def test_fifty_from_a_client(client: httpx2.Client, email: str, own_server: Server) -> None:
    client.headers["X-Forwarded-For"] = address = f"198.51.100.{next(_numbers)}"
    with own_server.session() as session, session.write() as unit:
        for number in range(49):
            attempts.fail(unit, attempts.subjects(f"u{number}@{address}", address))
    assert sign_in(client, "nobody@example.net", "wrong").status_code == 401
    assert sign_in(client, email).status_code == 429
    client.headers["X-Forwarded-For"] = "198.51.100.254"
    assert sign_in(client, email).status_code == 200


@pytest.mark.slow
def test_the_throttle_survives_a_restart(folder: Path) -> None:
    with Server(folder) as server:
        email = add_user(server.url)
        for restart in range(2):
            if restart:
                server.kill()
                server.start()
            with httpx2.Client(base_url=server.address, trust_env=False, timeout=PATIENCE) as client:
                statuses = [sign_in(client, email, "wrong").status_code for _ in range(6)]
                assert statuses == ([401] * 4 + [429] * 2 if restart else [401] * 6)


def test_parallel_guesses_get_no_more_answers(own_server: Server, email: str) -> None:
    async def guess() -> list[int]:
        limits = httpx2.Limits(max_connections=64)
        address = f"203.0.113.{next(_numbers)}"
        async with httpx2.AsyncClient(
            base_url=own_server.address, limits=limits, trust_env=False, timeout=PATIENCE
        ) as client:
            client.headers["X-Forwarded-For"] = address
            body = {"email": email, "password": "wrong"}
            answers = await asyncio.gather(*[client.post("/api/token", json=body) for _ in range(64)])
            return [answer.status_code for answer in answers]

    statuses = asyncio.run(guess())
    assert statuses.count(401) <= 10
    assert set(statuses) <= {401, 429, 503}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(folder: Path) -> str:
    """Of a new database."""
    return engines.current.fill(folder)


async def status(client: httpx2.AsyncClient, email: str, password: str) -> int:
    answer = await client.post("/api/token", json={"email": email, "password": password})
    return answer.status_code


def test_the_throttle_ends_after_15_minutes(url: str, clock: Clock) -> None:
    email = add_user(url)

    async def scenario() -> None:
        async with running(built(url, clock)) as client:
            assert [await status(client, email, "wrong") for _ in range(11)] == [401] * 10 + [429]
            clock.now += 15 * 60 - 1
            answer = await client.post("/api/token", json={"email": email, "password": PASSWORD})
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
            clock.now += 1
            assert await status(client, email, PASSWORD) == 200

    asyncio.run(scenario())


def test_a_token_ends_by_the_clock_after_its_lifetime(url: str, clock: Clock) -> None:
    email = add_user(url)

    async def scenario() -> None:
        async with running(built(url, clock, CLOSUM_TOKEN_LIFETIME="60")) as client:
            answer = await client.post("/api/token", json={"email": email, "password": PASSWORD})
            data = answer.json()["data"]
            assert (data["expires_in"], data["expiration_date"]) == (60, "2027-01-15T08:01:00+00:00")
            client.headers["Authorization"] = f"Bearer {data['token']}"
            clock.now += 59
            assert (await client.get("/api/lead")).status_code == 200
            clock.now += 1
            assert (await client.get("/api/lead")).status_code == 401

    asyncio.run(scenario())


def test_every_refusal_costs_one_verification(
    url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known, unknown and disabled take as long: what takes time is done once for each."""
    email, disabled = add_user(url), add_user(url)
    with open_session(url) as session, session.write() as unit:
        identity.enable_user(unit, users.user_named(unit, disabled).id, False)
    verified: list[str] = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored.rsplit("$", 2)[0])  # algorithm and parameters
            return hasher.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())

    async def scenario() -> None:
        async with running(built(url, clock)) as client:
            for number, one in enumerate((email, disabled, "nobody@example.com", "none"), 1):
                assert await status(client, one, "wrong password") == 401
                assert len(verified) == number

    asyncio.run(scenario())
    assert len(set(verified)) == 1


def test_two_passwords_are_verified_at_once_and_32_may_wait(
    url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, lock = threading.Event(), threading.Lock()
    now, most = 0, 0

    def matches(password: str, password_hash: str | None) -> bool:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        if not opened.wait(PATIENCE):
            opened.set()
        with lock:
            now -= 1
        return False

    monkeypatch.setattr(passwords, "matches", matches)

    async def scenario() -> None:
        async with running(built(url, clock)) as client:
            try:
                calls = [asyncio.ensure_future(status(client, f"u{n}@a.example", "wrong")) for n in range(33)]
                done, waiting = await asyncio.wait(
                    calls, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
                )
                assert [call.result() for call in done] == [503]
                assert len(waiting) == 32
                names = [thread.name for thread in threading.enumerate()]
                assert len([name for name in names if name.startswith("closum-hashing")]) == 2
            finally:
                opened.set()
            assert set(await asyncio.gather(*waiting)) == {401}
            assert await status(client, "another@a.example", "wrong") == 401

    asyncio.run(scenario())
    assert most == 2
