"""A database that is gone, one that is slow, and a process that does not run, told from each other without a clock."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import psycopg
import pytest

from closum.accounts import users
from closum.accounts.roles import OWNER
from closum.errors import Unavailable
from closum.store import identity
from closum.store.opening import open_database, open_session
from closum.store.postgres import database as databases
from closum.store.postgres import watch as watches
from closum.store.postgres.connection import connect_as
from closum.store.postgres.database import PostgresDatabase
from closum.store.postgres.watch import LONGEST, SILENCE, ListeningConnection, Silent
from closum.store.unit import Unit
from tests.support import postgres
from tests.support.patience import PATIENCE

POOL_SIZE = 6


@pytest.fixture
def url() -> Iterator[str]:
    url = postgres.filled_database()
    yield url
    postgres.drop_database(url)


@pytest.fixture
def listening(url: str) -> Iterator[ListeningConnection]:
    connection = connect_as(ListeningConnection, url)
    connection.answered = 0.0
    yield connection
    connection.close()


class Script:
    """What comes in each slice; how often it was listened."""

    def __init__(self, answers_at: int | None = None) -> None:
        self.slices, self._answers_at = 0, answers_at

    def __call__(self, milliseconds: int) -> bool:
        assert milliseconds == 100
        self.slices += 1
        return self.slices == self._answers_at


def test_a_second_of_listening_without_a_word_is_silence(
    listening: ListeningConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted in slices: that they took no time here, or would take long, makes no difference."""
    script = Script()
    monkeypatch.setattr(listening, "arrives", script)
    with pytest.raises(Silent, match="has not answered for 1 s"):
        listening.arrival()
    assert script.slices == SILENCE


def test_an_answer_in_the_last_slice_is_one(
    listening: ListeningConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(SILENCE)
    monkeypatch.setattr(listening, "arrives", script)
    listening.arrival()
    assert script.slices == SILENCE


def test_answers_on_other_connections_are_no_silence(
    listening: ListeningConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script(LONGEST)
    monkeypatch.setattr(listening, "arrives", script)
    listening.quiet_since = lambda: time.monotonic() + script.slices
    listening.arrival()
    assert script.slices == LONGEST


def test_nor_for_ever(listening: ListeningConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Script()
    monkeypatch.setattr(listening, "arrives", script)
    listening.quiet_since = lambda: time.monotonic() + script.slices
    with pytest.raises(Silent):
        listening.arrival()
    assert script.slices == LONGEST


def test_requests_that_wait_already_need_half_a_second_more(
    listening: ListeningConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script()
    monkeypatch.setattr(listening, "arrives", script)
    waiting_since = time.monotonic() - 60
    listening.quiet_since = lambda: waiting_since
    listening.answered = waiting_since
    with pytest.raises(Silent):
        listening.arrival()
    assert script.slices == SILENCE // 2


Scenario = Callable[[PostgresDatabase], Awaitable[None]]


def run(url: str, scenario: Scenario) -> None:
    async def _run() -> None:
        db = await open_database(url, time.time, POOL_SIZE)
        assert isinstance(db, PostgresDatabase)
        try:
            await scenario(db)
        finally:
            await db.close()

    asyncio.run(_run())


@pytest.fixture
def user(url: str) -> tuple[int, int]:
    """A user's id and token number."""
    with open_session(url) as session, session.write() as unit:
        account = users.add_account(unit, "Acme")
        return users.add_user(unit, account, "ana@example.com", "none"), unit.now


def test_what_is_known_too_long_is_looked_at_before_anybody_is_let_in(
    url: str, user: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that had no processor neither refuses who comes then, nor lets in whose tokens were ended meanwhile."""
    monkeypatch.setattr(watches, "EVERY", 3_600.0)  # no look but those that are asked for
    monkeypatch.setattr(databases, "FRESH", 0.0)  # all that is known is too old

    async def scenario(db: PostgresDatabase) -> None:
        assert await db.identity(*user) == (1, user[1], 0, OWNER)
        assert await asyncio.gather(*[db.identity(*user) for _ in range(20)]) == [(1, user[1], 0, OWNER)] * 20
        with open_session(url) as session, session.write() as unit:
            identity.end_tokens(unit, user[0])
        assert await db.identity(*user) != (1, user[1], 0, OWNER)  # that token is void

    run(url, scenario)


@pytest.mark.hurried
def test_a_look_is_waited_for_no_longer_than_anything_else(
    url: str, user: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "EVERY", 3_600.0)

    async def scenario(db: PostgresDatabase) -> None:
        assert await db.identity(*user) == (1, user[1], 0, OWNER)
        monkeypatch.setattr(databases, "FRESH", 0.0)
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE token_tally IN ACCESS EXCLUSIVE MODE")
            with pytest.raises(Unavailable):
                await db.identity(*user)
            other.rollback()

    run(url, scenario)


def test_its_connection_alone_is_ended(
    url: str, user: tuple[int, int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It makes another one; the database was there all the time."""
    monkeypatch.setattr(watches, "EVERY", 3_600.0)

    async def scenario(db: PostgresDatabase) -> None:
        assert await db.identity(*user) == (1, user[1], 0, OWNER)
        with psycopg.connect(url, autocommit=True) as operator:
            ended = operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            ).fetchall()
        assert len(ended) > 1
        monkeypatch.setattr(databases, "FRESH", 0.0)
        for _ in range(5):
            assert await db.identity(*user) == (1, user[1], 0, OWNER)

    run(url, scenario)
    assert caplog.text == ""


def slow(unit: Unit) -> None:
    unit.all("SELECT pg_sleep(0.2)")


@pytest.mark.parametrize("moving", [True, False])
def test_who_waits_behind_others_waits_longer_while_they_are_answered(
    url: str, monkeypatch: pytest.MonkeyPatch, moving: bool
) -> None:
    monkeypatch.setattr(databases, "BUSY", 60.0)
    monkeypatch.setattr(databases, "MOVES", 60.0 if moving else 0.0)

    async def scenario(db: PostgresDatabase) -> None:
        await db.write(2, slow)
        monkeypatch.setattr(databases, "PATIENCE", 0.05)  # over soon for whoever has to wait
        account_ids = [2 * number for number in range(1, 9)]  # one writer has them all, one after the other
        writes = [db.write(account_id, slow) for account_id in account_ids]
        refused = [
            isinstance(one, Unavailable) for one in await asyncio.gather(*writes, return_exceptions=True)
        ]
        assert not any(refused) if moving else refused.count(True) > len(writes) // 2

    run(url, scenario)


def test_nothing_ticks_while_no_request_waits(url: str) -> None:
    async def scenario(db: PostgresDatabase) -> None:
        await db.read(identity.users)
        end = time.monotonic() + PATIENCE
        while db._next_tick:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)

    run(url, scenario)
