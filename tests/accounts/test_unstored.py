"""Sign-in while the database stores nothing: wrong passwords are counted in memory, and the limits hold."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import apsw
import httpx2
import psycopg
import pytest

from closum.accounts import attempts, passwords, users
from closum.accounts.attempts import MOST_PER_ADDRESS, MOST_PER_CLIENT, WINDOW, Held
from closum.errors import TooManyAttempts
from closum.store.identity import Account
from closum.store.place import is_postgres
from closum.store.session import Session
from tests.support import engine as engines
from tests.support.inprocess import Clock, built, running

pytestmark = pytest.mark.slow


PASSWORD = "correct horse"
EMAIL = "ana@example.com"
PARALLEL = 30  # hashes that may wait
REFUSAL = """
CREATE TABLE refusal (state TEXT);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE found TEXT; BEGIN
    SELECT state INTO found FROM refusal;
    IF FOUND THEN RAISE EXCEPTION 'refused' USING ERRCODE = found; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON sign_in_subject FOR EACH ROW EXECUTE FUNCTION refuse()
"""


class Storing(Protocol):
    """`failing()`: within the block the server stores nothing, for the reason that the test is about."""

    def failing(self) -> contextlib.AbstractContextManager[None]: ...


class PostgresStoring:
    def __init__(self, url: str, state: str) -> None:
        self._url, self._state = url, state
        self._run(REFUSAL)

    @contextlib.contextmanager
    def failing(self) -> Iterator[None]:
        self._run(f"INSERT INTO refusal VALUES ('{self._state}')")
        yield
        self._run("DELETE FROM refusal")

    def _run(self, sql: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.encode())


class SQLiteStoring:
    def __init__(self, error: type[Exception]) -> None:
        self._error, self._failing = error, False

    def hook(self, connection: apsw.Connection) -> None:
        connection.set_commit_hook(self._commit)

    @contextlib.contextmanager
    def failing(self) -> Iterator[None]:
        self._failing = True
        yield
        self._failing = False

    def _commit(self) -> bool:
        if self._failing:
            raise self._error
        return False


REASONS = {
    "disk full": ("53100", apsw.FullError),
    "machine gone": ("08006", apsw.IOError),
    "damaged": ("XX001", apsw.CorruptError),
    "a fault of ours": ("42P01", apsw.SQLError),
}


@pytest.fixture
def url(folder: Path, session: Session, account: Account) -> str:
    """Of a database with two users."""
    password_hash = passwords.hashed(PASSWORD)
    with session.write() as unit:
        for email in (EMAIL, "rui@example.com"):
            users.add_user(unit, account, email, password_hash)
    return engines.current.url(folder)


@pytest.fixture(params=REASONS)
def storing(request: pytest.FixtureRequest, url: str) -> Iterator[Storing]:
    state, error = REASONS[request.param]
    if is_postgres(url):
        yield PostgresStoring(url, state)
        return
    storing = SQLiteStoring(error)
    apsw.connection_hooks.append(storing.hook)
    yield storing
    apsw.connection_hooks.remove(storing.hook)


Scenario = Callable[[httpx2.AsyncClient, Clock], Awaitable[None]]


def on_a_server(url: str, scenario: Scenario) -> None:
    async def _run() -> None:
        clock = Clock()
        async with running(built(url, clock)) as client:
            await scenario(client, clock)

    asyncio.run(_run())


async def status(client: httpx2.AsyncClient, password: str = PASSWORD, email: str = EMAIL) -> int:
    answer = await client.post("/api/token", json={"email": email, "password": password})
    return answer.status_code


def test_right_and_wrong_are_answered_as_always_and_the_limit_holds(url: str, storing: Storing) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        with storing.failing():
            assert await status(client) == 200
            assert [await status(client, "wrong") for _ in range(11)] == [401] * MOST_PER_ADDRESS + [429]
            clock.now += WINDOW - 1
            answer = await client.post("/api/token", json={"email": EMAIL, "password": PASSWORD})
            assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
            assert await status(client, email="rui@example.com") == 200
            clock.now += 1
            assert await status(client) == 200

    on_a_server(url, scenario)


def test_those_in_memory_and_those_stored_are_counted_together(url: str, storing: Storing) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        assert [await status(client, "wrong") for _ in range(4)] == [401] * 4
        with storing.failing():
            assert [await status(client, "wrong") for _ in range(3)] == [401] * 3
        assert [await status(client, "wrong") for _ in range(2)] == [401] * 2
        with storing.failing():
            assert [await status(client, "wrong") for _ in range(2)] == [401, 429]
        assert [await status(client, "wrong"), await status(client)] == [429, 429]
        clock.now += WINDOW
        assert await status(client) == 200

    on_a_server(url, scenario)


def test_parallel_guesses_get_no_more_answers(url: str, storing: Storing) -> None:
    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        with storing.failing():
            statuses = await asyncio.gather(*(status(client, "wrong") for _ in range(PARALLEL)))
        assert sorted(statuses) == [401] * MOST_PER_ADDRESS + [429] * (PARALLEL - MOST_PER_ADDRESS)

    on_a_server(url, scenario)


def test_fifty_from_a_client(url: str, storing: Storing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda password, stored: password == PASSWORD)

    async def scenario(client: httpx2.AsyncClient, clock: Clock) -> None:
        with storing.failing():
            for number in range(MOST_PER_CLIENT):
                assert await status(client, "wrong", f"u{number}@example.com") == 401
            assert await status(client) == 429

    on_a_server(url, scenario)


def fail(held: Held, email: str, now: int) -> None:
    held.fail(attempts.subjects(email, email), attempts.NONE, now)


def test_memory_is_bounded_and_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_HELD", 3)
    held: Any = Held()
    for now in range(1, 6):
        fail(held, f"{now}@example.com", now)
    counted = [held.times(attempts.subjects(f"{n}@example.com", ""), 5)[0] for n in range(1, 6)]
    assert counted == [(), (), (3,), (4,), (5,)]
    fail(held, "last@example.com", 5 + WINDOW)
    assert (len(held._attempts), len(held._times)) == (1, 2)


def test_it_says_when_an_attempt_is_free_again() -> None:
    held = Held()
    for now in range(100, 100 + MOST_PER_ADDRESS):
        fail(held, EMAIL, now)
    with pytest.raises(TooManyAttempts) as caught:
        fail(held, EMAIL, 200)
    assert caught.value.retry_after == WINDOW - 100
