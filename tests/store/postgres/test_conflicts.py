"""A transaction that meets another one is run again whole, at most five times in all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import psycopg
import pytest

from closum.errors import Invalid, Unavailable
from closum.model import draft
from closum.resources.email import EMAIL
from closum.store import identity
from closum.store.opening import open_database, open_session
from closum.store.postgres.database import PostgresDatabase
from closum.store.unit import Unit
from tests.store.postgres.conftest import sound
from tests.support import postgres
from tests.support.patience import PATIENCE
from tests.support.stored import many

Scenario = Callable[[PostgresDatabase], Awaitable[None]]
TRIES = 5


@pytest.fixture
def url() -> Iterator[str]:
    url = postgres.filled_database()
    with open_session(url) as session, session.write() as unit:
        identity.add_account(unit, "Acme", "acme")
    yield url
    postgres.drop_database(url)


def run(url: str, scenario: Scenario) -> None:
    async def _run() -> None:
        db = await open_database(url, time.time, 6)
        assert isinstance(db, PostgresDatabase)
        try:
            await scenario(db)
        finally:
            await db.close()

    asyncio.run(_run())
    sound(url)


def create(unit: Unit, address: str) -> Any:
    (outcome,) = many(unit.of(1), EMAIL, [draft.parse(EMAIL, {"email": address})])
    return outcome


class Meets:
    """It writes, and then meets another transaction the first few times."""

    def __init__(self, state: str, times: int) -> None:
        self._state, self._times, self.runs = state, times, 0

    def __call__(self, unit: Unit, address: str) -> Any:
        self.runs += 1
        created = create(unit, address)
        if self.runs <= self._times:
            unit.run(f"DO $$ BEGIN RAISE EXCEPTION 'met' USING ERRCODE = '{self._state}'; END $$")
        return created


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_it_is_run_again(url: str, state: str) -> None:
    async def scenario(db: PostgresDatabase) -> None:
        meets = Meets(state, TRIES - 1)
        beside = [db.write(1, create, f"beside{number}@example.com") for number in range(3)]
        outcomes = await asyncio.gather(db.write(1, meets, "met@example.com"), *beside)
        assert meets.runs == TRIES
        assert sorted(outcomes) == [1, 2, 3, 4]  # no id is lost, none is given twice

    run(url, scenario)


@pytest.mark.parametrize("state", ["40001", "40P01", "23505"])
def test_five_times_at_most(url: str, state: str) -> None:
    async def scenario(db: PostgresDatabase) -> None:
        meets = Meets(state, 99)
        with pytest.raises(Unavailable):
            await db.write(1, meets, "met@example.com")
        assert meets.runs == TRIES
        assert await db.write(1, create, "next@example.com") == 1

    run(url, scenario)


def test_find_or_create_meets_another_program(url: str) -> None:
    """An address that another transaction, which takes no lock, adds meanwhile: found at the second try."""

    async def scenario(db: PostgresDatabase) -> None:
        runs = 0

        def find_or_create(unit: Unit) -> Any:
            nonlocal runs
            runs += 1
            if runs == 1:
                assert unit.all("SELECT 1 FROM email") == []
                with psycopg.connect(url) as other:
                    other.execute(
                        "INSERT INTO email (account_id, id, email, status, register_date, email_key, email_sort, domain, version, modified)"
                        " VALUES (1, 1, 'ana@example.com', 1, '', 'ana@example.com', 'ana@example.com', 'example.com', 1, '')"
                    )
                    other.execute(
                        "INSERT INTO tally (account_id, resource, count, last_id, last_timestamp) VALUES (1, 'email', 1, 1, '')"
                    )
                unit.run(
                    "INSERT INTO email (account_id, id, email, status, register_date, email_key, email_sort, domain, version, modified)"
                    " VALUES (1, 2, 'ana@example.com', 1, '', 'ana@example.com', 'ana@example.com', 'example.com', 1, '')"
                )
            return unit.all("SELECT id FROM email")

        assert await db.write(1, find_or_create) == [(1,)]
        assert runs == 2
        with psycopg.connect(url) as other:  # as an address of ours has them
            other.execute(
                "UPDATE email SET register_date = '2026-01-01T00:00:00+00:00', modified = register_date"
            )

    run(url, scenario)


def test_a_real_deadlock_is_got_over(url: str) -> None:
    """Two transactions that want each other's rows: one of them is ended by the database, and run again."""

    async def scenario(db: PostgresDatabase) -> None:
        assert await db.write(1, create, "a@example.com") == 1
        assert await db.write(1, create, "b@example.com") == 2
        loop, runs = asyncio.get_running_loop(), 0
        holds, wants, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

        def cross(unit: Unit) -> None:
            nonlocal runs
            runs += 1
            if runs == 2:  # else it may take the row again that the other one waits for
                asyncio.run_coroutine_threadsafe(ended.wait(), loop).result(PATIENCE)
            unit.run("UPDATE email SET status = status WHERE account_id = 1 AND id = 1")
            if runs == 1:
                loop.call_soon_threadsafe(holds.set)
                asyncio.run_coroutine_threadsafe(wants.wait(), loop).result(PATIENCE)
            unit.run("UPDATE email SET status = status WHERE account_id = 1 AND id = 2")

        def other() -> None:
            with psycopg.connect(
                url, options="-c deadlock_timeout=60s"
            ) as connection:  # so that ours is the one
                connection.execute("UPDATE email SET status = status WHERE account_id = 1 AND id = 2")
                loop.call_soon_threadsafe(wants.set)
                connection.execute("UPDATE email SET status = status WHERE account_id = 1 AND id = 1")
            loop.call_soon_threadsafe(ended.set)

        crossing = asyncio.ensure_future(db.write(1, cross))
        await holds.wait()
        await asyncio.gather(crossing, loop.run_in_executor(None, other))
        assert runs == 2

    run(url, scenario)


def test_ids_rise_as_records_become_visible_also_at_first(url: str) -> None:
    """Two servers that begin an account at the same moment: no id twice, none left out."""

    async def scenario(db: PostgresDatabase) -> None:
        second = await open_database(url, time.time, 6)
        try:
            writes = [
                one.write(1, create, f"{number}@example.com") for number in range(40) for one in (db, second)
            ]
            outcomes = await asyncio.gather(*writes, return_exceptions=True)
        finally:
            await second.close()
        assert sorted(one for one in outcomes if isinstance(one, int)) == list(range(1, 41))
        assert sum(isinstance(one, Invalid) for one in outcomes) == 40

    run(url, scenario)
