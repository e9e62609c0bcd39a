"""Who is locked out: what the answer and the log say, how it ends, and clocks that are set meanwhile."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import httpx2
import pytest

from closum.accounts import attempts, passwords, users
from closum.accounts.attempts import MOST_PER_ADDRESS, MOST_PER_CLIENT, WINDOW, Held
from closum.accounts.keys import keyed_hash, signing_key
from closum.app import build_app
from closum.http.clocks import ClockWatch
from closum.http.edge import RequestLog
from closum.settings import load
from closum.store import sign_ins
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from tests.accounts.test_unstored import PostgresStoring, SQLiteStoring, Storing
from tests.support import engine as engines
from tests.support.inprocess import Clock, running

PASSWORD = "correct horse"
EMAIL = "ana@example.com"
CLIENT = "127.0.0.1"
Scenario = Callable[["Served"], Awaitable[None]]


class Served:
    """A server in this process, and its clocks."""

    def __init__(self, url: str, client: httpx2.AsyncClient, clock: Clock, steady: Clock) -> None:
        self.url, self.client, self._clock, self._steady = url, client, clock, steady

    def pass_by(self, seconds: float = 0, jump: float = 0) -> None:
        """Time passes, and the wall clock is set forward or back."""
        self._clock.now += seconds + jump
        self._steady.now += seconds

    async def sign_in(self, password: str = "wrong", email: str = EMAIL) -> httpx2.Response:
        return await self.client.post("/api/token", json={"email": email, "password": password})

    async def status(self, password: str = "wrong", email: str = EMAIL) -> int:
        return (await self.sign_in(password, email)).status_code

    async def lock(self, email: str = EMAIL) -> None:
        assert [await self.status(email=email) for _ in range(MOST_PER_ADDRESS)] == [401] * MOST_PER_ADDRESS

    async def waits(self, email: str = EMAIL) -> int:
        """What `Retry-After` says; 0 where the right password lets in."""
        answer = await self.sign_in(PASSWORD, email)
        assert answer.status_code in (200, 429)
        return int(answer.headers.get("Retry-After", 0))

    async def unlock(self, subject: str) -> None:
        await asyncio.to_thread(self._unlock, subject)  # reads of one round of the loop see one moment

    def _unlock(self, subject: str) -> None:
        with open_session(self.url, clock=self._clock) as session, session.write() as unit:
            attempts.forget(unit, subject)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda password, stored: bool(stored) and password == PASSWORD)


@pytest.fixture
def url(folder: Path, session: Session, account: Account) -> str:
    with session.write() as unit:
        for email in (EMAIL, "rui@example.com"):
            users.add_user(unit, account, email, "hash")
    return engines.current.url(folder)


@contextlib.asynccontextmanager
async def served(url: str) -> AsyncIterator[Served]:
    clock, steady = Clock(), Clock()
    watch = ClockWatch(clock, steady)
    app = build_app(load({"database": url}, {}), RequestLog("warning"), clock, clock_watch=watch)
    async with running(app) as client:
        yield Served(url, client, clock, steady)


def on_a_server(url: str, scenario: Scenario) -> None:
    async def run() -> None:
        async with served(url) as server:
            await scenario(server)

    asyncio.run(run())


@pytest.fixture
def storing(url: str, engine: engines.Engine) -> Any:
    """The means to let the database store nothing."""
    if engine.name == "postgres":
        yield PostgresStoring(url, "53100")
        return
    storing = SQLiteStoring(apsw.FullError)
    apsw.connection_hooks.append(storing.hook)
    yield storing
    apsw.connection_hooks.remove(storing.hook)


def test_the_answer_names_the_limit_and_the_wait(url: str) -> None:
    async def scenario(server: Served) -> None:
        for email in (EMAIL, "nobody@example.com"):  # it does not tell which of them exists
            await server.lock(email)
            server.pass_by(59)
            answer = await server.sign_in(PASSWORD, email)
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(WINDOW - 59))
            message = answer.json()["data"]["message"]
            assert message == "Too many wrong passwords for this e-mail address: try again in 15 minutes"
        server.pass_by(WINDOW - 60)
        message = (await server.sign_in(PASSWORD, "nobody@example.com")).json()["data"]["message"]
        assert message == "Too many wrong passwords for this e-mail address: try again in 1 second"
        server.pass_by(1)
        assert await server.status(PASSWORD) == 200

    on_a_server(url, scenario)


def test_the_answer_names_the_limit_that_lasts_longest(url: str) -> None:
    async def scenario(server: Served) -> None:
        await server.lock()
        server.pass_by(100)
        for number in range(MOST_PER_CLIENT - MOST_PER_ADDRESS):
            assert await server.status(email=f"u{number}@example.com") == 401
        answer = await server.sign_in(PASSWORD)
        assert answer.headers["Retry-After"] == str(WINDOW - 100)
        words = "Too many wrong passwords from this client address: try again in 14 minutes"
        other = (await server.sign_in(PASSWORD, "rui@example.com")).json()["data"]["message"]
        assert (other, answer.json()["data"]["message"][:46]) == (
            words,
            words[:24] + " for this e-mail addre",
        )

    on_a_server(url, scenario)


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What the API logs; the log of a server replaces the handlers above it."""
    messages: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("closum.api")
    logger.addHandler(handler)
    yield messages
    logger.removeHandler(handler)


def test_the_log_has_a_line_for_each_lock_that_begins(url: str, logged: list[str]) -> None:

    async def scenario(server: Served) -> None:
        await server.lock()
        assert [await server.status() for _ in range(5)] == [429] * 5
        for number in range(MOST_PER_CLIENT - MOST_PER_ADDRESS):
            await server.status(email=f"u{number}@example.com")
        assert [await server.status(email="rui@example.com") for _ in range(5)] == [429] * 5
        server.pass_by(WINDOW)
        await server.lock()

    on_a_server(url, scenario)
    key = signing_key(None, url)
    by_email, by_client = (keyed_hash(key, one) for one in attempts.subjects(EMAIL, CLIENT))
    about_email = (
        f"sign-in is locked: 10 wrong passwords in 15 minutes for one e-mail address, subject {by_email}"
    )
    about_client = (
        f"sign-in is locked: 50 wrong passwords in 15 minutes for one client address, subject {by_client}"
    )
    assert logged == [about_email, about_client, about_email]


@pytest.mark.parametrize("back", [1, 60, 600, WINDOW, 3_600, 87_296])
def test_a_clock_that_goes_back_lets_nobody_wait_longer(url: str, back: int) -> None:
    async def scenario(server: Served) -> None:
        await server.lock()
        server.pass_by(1, -back)
        assert await server.waits() == WINDOW
        server.pass_by(WINDOW - 1)
        assert await server.waits() == 1
        server.pass_by(1)
        assert await server.waits() == 0
        server.pass_by(back)  # nor later, when the clock comes to that time again
        assert await server.waits() == 0

    on_a_server(url, scenario)


@pytest.mark.parametrize("forward", [60, 600, WINDOW, 87_296])
def test_a_clock_that_goes_forward_unlocks_nobody(url: str, forward: int) -> None:
    async def scenario(server: Served) -> None:
        await server.lock()
        server.pass_by(300, forward)
        assert await server.waits() == WINDOW - 300
        assert await server.waits("rui@example.com") == 0
        server.pass_by(WINDOW - 301)
        assert await server.waits() == 1
        server.pass_by(1)
        assert await server.waits() == 0

    on_a_server(url, scenario)


@pytest.mark.parametrize("jump", [-87_296, -60, 60, 87_296])
def test_what_is_held_in_memory_goes_with_the_clock_too(url: str, storing: Storing, jump: int) -> None:
    async def scenario(server: Served) -> None:
        with storing.failing():
            await server.lock()
            server.pass_by(0, jump)
            assert await server.waits() == WINDOW
            server.pass_by(WINDOW - 1)
            assert await server.waits() == 1
            server.pass_by(1)
            assert await server.waits() == 0

    on_a_server(url, scenario)


def test_failures_of_the_future_that_a_restart_finds_count_as_of_now(url: str) -> None:
    async def scenario(server: Served) -> None:
        with open_session(url, clock=lambda: server._clock.now + 87_296) as session, session.write() as unit:
            for _ in range(MOST_PER_ADDRESS):
                attempts.fail(unit, attempts.subjects(EMAIL, "192.0.2.1"))
        assert await server.waits() == WINDOW
        server.pass_by(WINDOW)
        assert await server.waits() == 0

    on_a_server(url, scenario)


@pytest.mark.parametrize("unlocked", [EMAIL, CLIENT])
def test_a_running_server_lets_in_who_is_unlocked(url: str, unlocked: str) -> None:
    async def scenario(server: Served) -> None:
        if unlocked == EMAIL:
            await server.lock()
            subject = attempts.of_email(EMAIL)
        else:
            for number in range(MOST_PER_CLIENT):
                await server.status(email=f"u{number}@example.com")
            subject = attempts.of_client(CLIENT)
        assert await server.status(PASSWORD) == 429
        await server.unlock(subject)
        assert await server.status(PASSWORD) == 200

    on_a_server(url, scenario)


def test_a_running_server_forgets_what_it_held_of_who_is_unlocked(url: str, storing: Storing) -> None:
    async def scenario(server: Served) -> None:
        with storing.failing():
            await server.lock()
            await server.lock("rui@example.com")
        for _ in range(2):  # again each time, also within one second
            assert await server.status(PASSWORD) == 429
            await server.unlock(attempts.of_email(EMAIL))
            assert await server.status(PASSWORD) == 200
            with storing.failing():
                await server.lock()
        assert await server.status(PASSWORD, "rui@example.com") == 429
        server.pass_by(WINDOW)
        assert await server.status(PASSWORD, "rui@example.com") == 200

    on_a_server(url, scenario)


def test_a_mark_is_greater_than_the_one_before_whatever_the_clock(session: Session) -> None:
    who = attempts.subjects(EMAIL, CLIENT)
    found = []
    for jump in (0, 0, -100, 100):
        with session.write() as unit:
            unit.now += jump
            attempts.forget(unit, who[0])
            found.append(attempts.marks(unit, who))
    assert [mark[1] for mark in found] == [0] * 4
    assert [mark[0] for mark in found] == sorted({mark[0] for mark in found})


def test_memory_of_who_is_forgiven_is_given_back() -> None:
    held: Any = Held()
    who, other = attempts.subjects(EMAIL, CLIENT), attempts.subjects("rui@example.com", CLIENT)
    for one in (who, other, who):
        held.fail(one, attempts.NONE, 100)
    assert held.times(who, 101, (100, 0)) == ((), (100, 100, 100))
    assert held.times(other, 101) == ((100,), (100, 100, 100))
    assert held.times(other, 101 + WINDOW) == ((), ())
    assert (len(held._attempts), held._times, held._marks) == (0, {}, {})


def test_moving_with_the_clock_keeps_each_wrong_password(session: Session) -> None:
    subject = attempts.of_email(EMAIL)
    with session.write() as unit:
        for at in (unit.now - 1, unit.now, unit.now, unit.now + 5, unit.now + 6):
            sign_ins.add_sign_in_failure(unit, subject, at)
        attempts.align(unit)
        assert sign_ins.sign_in_failures(unit, subject, 0, 10) == [unit.now] * 4 + [unit.now - 1]
