"""What the ledger has of signing in, on the server of this process."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx2
import pytest

from closum.accounts import attempts, passwords, sign_in, users
from closum.accounts.attempts import MOST_PER_ADDRESS, MOST_PER_CLIENT
from closum.accounts.keys import keyed_hash, signing_key
from closum.model.change import By
from closum.store import identity, ledger
from closum.store.identity import Account
from closum.store.ledger import Entry
from closum.store.session import Session
from tests.support import engine as engines
from tests.support.inprocess import Clock, built, running
from tests.support.refusing import refusing
from tests.support.tracing import traced

PASSWORD = "correct horse"
EMAIL = "ana@example.com"
CLIENT = "127.0.0.1"
BY = By(None, "request-1", "api")
Scenario = Callable[[httpx2.AsyncClient, Clock], Awaitable[None]]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda password, stored: bool(stored) and password == PASSWORD)


@pytest.fixture
def ana(session: Session, account: Account) -> int:
    with session.write() as unit:
        return users.add_user(unit, account, EMAIL, "hash")


@pytest.fixture
def url(folder: Path, session: Session) -> str:
    return engines.current.url(folder)


def run(url: str, scenario: Scenario) -> None:
    async def _run() -> None:
        clock = Clock()
        async with running(built(url, clock)) as client:
            await scenario(client, clock)

    asyncio.run(_run())


async def status(
    client: httpx2.AsyncClient, password: str = "wrong", email: str = EMAIL, request: str = "request-1"
) -> int:
    body = {"email": email, "password": password}
    answer = await client.post("/api/token", json=body, headers={"X-Request-Id": request})
    return answer.status_code


def noted(session: Session, *kinds: str) -> list[Entry]:
    with session.read() as unit:
        found = list(ledger.entries(unit))
    return [one for one in found if one.event in (kinds or ("sign_in", "sign_in_locked"))]


def test_who_signs_in_is_noted_with_the_id_of_the_request(
    session: Session, account: Account, ana: int, url: str
) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        assert await status(client, PASSWORD, request="first") == 200
        clock.now += 60
        assert await status(client, PASSWORD, email=EMAIL.upper(), request="second") == 200

    run(url, scenario)
    first, second = noted(session)
    assert first[1:] == (
        "2027-01-15T08:00:00+00:00",
        "sign_in",
        account.id,
        ana,
        ana,
        None,
        "first",
        "api",
        {},
    )
    assert (second.at, second.request_id) == ("2027-01-15T08:01:00+00:00", "second")


def test_who_does_not_is_not(session: Session, ana: int, url: str) -> None:
    with session.write() as unit:
        disabled = users.add_user(unit, identity.accounts(unit)[0], "rui@example.com", "hash")
        identity.enable_user(unit, disabled, False)

    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        for email, password in (
            (EMAIL, "wrong"),
            ("nobody@example.com", PASSWORD),
            ("rui@example.com", PASSWORD),
        ):
            assert await status(client, password, email) == 401

    run(url, scenario)
    assert noted(session) == []


def test_a_lock_is_noted_once_when_it_begins(session: Session, account: Account, ana: int, url: str) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        tries = [await status(client, request=f"try-{number}") for number in range(MOST_PER_ADDRESS + 5)]
        assert tries == [401] * MOST_PER_ADDRESS + [429] * 5
        assert await status(client, PASSWORD) == 429

    run(url, scenario)
    (lock,) = noted(session)
    subject = keyed_hash(signing_key(None, url), attempts.of_email(EMAIL))
    assert lock[2:-1] == ("sign_in_locked", account.id, ana, None, None, f"try-{MOST_PER_ADDRESS - 1}", "api")
    assert lock.detail == {"limit": "e-mail address", "subject": subject}


@pytest.mark.usefixtures("ana")
def test_the_lock_of_nobodys_address_is_not_and_that_of_a_client_is(session: Session, url: str) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        for number in range(MOST_PER_CLIENT):
            assert await status(client, email=f"nobody{number // MOST_PER_ADDRESS}@example.com") == 401
        assert await status(client, PASSWORD) == 429

    run(url, scenario)
    (lock,) = noted(session)
    assert (lock.account_id, lock.user_id) == (None, None)
    subject = keyed_hash(signing_key(None, url), attempts.of_client(CLIENT))
    assert lock.detail == {"limit": "client address", "subject": subject}


def test_locks_that_anybody_can_begin_are_noted_up_to_a_number_a_day(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "MOST_LOCKS", 3)

    def lock(now: int, clients: int) -> None:
        with session.write() as unit:
            unit.now = now
            for client in range(clients):
                for number in range(MOST_PER_CLIENT):
                    who = attempts.subjects(f"{now}.{client}.{number}@example.com", f"{now}.{client}")
                    used_up = sign_in.count_failure(unit, who, attempts.NONE, None, BY, str)
                assert used_up == [attempts.LIMITS[1]]

    lock(1_800_000_000, 5)
    assert len(noted(session)) == 3
    lock(1_800_000_000 + sign_in.DAY, 2)
    assert len(noted(session)) == 3
    lock(1_800_000_001 + sign_in.DAY, 2)
    assert len(noted(session)) == 5


def test_it_writes_one_row_and_nothing_else(ana: int, url: str) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        assert [await status(client, PASSWORD) for _ in range(3)] == [200] * 3

    signing_key(None, url)  # on PostgreSQL a row
    with traced() as executed:
        run(url, scenario)
    written = [sql.split(" (")[0] for sql in executed if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert written == ["INSERT INTO ledger"] * 3


def test_with_a_full_disk_people_sign_in_and_the_log_has_it(
    session: Session, ana: int, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        assert await status(client, PASSWORD) == 200

    signing_key(None, url)
    with refusing(url):
        run(url, scenario)
    assert noted(session) == []
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (told,) = [line for line in lines if "in the ledger" in line["event"]]
    assert told["event"] == f"'sign_in' of user {ana} may be missing in the ledger: request request-1"
    assert told.keys() == {"event", "level", "timestamp"}  # a known cause needs no trace
