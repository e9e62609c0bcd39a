"""Writes of the background let the others go first, and yet come to their turn."""

import asyncio
from collections.abc import Callable

import pytest

from closum.store import writer
from closum.store.database import Database
from closum.store.unit import Unit
from tests.support.writing import Gate, Run, insert, names, new

OTHER_ACCOUNT = 3  # on PostgreSQL the same writing thread has it


def noting(done: list[str], name: str) -> Callable[[Unit], None]:
    return lambda unit: done.append(name)


async def behind_one(db: Database, done: list[str]) -> None:
    """The order in which writes are done that were submitted while the writer was busy, the background first."""
    async with Gate(db):
        writes = [db.write(1, noting(done, "background"), background=True)]
        writes += [
            db.write(account_id, noting(done, str(account_id))) for account_id in (1, OTHER_ACCOUNT, 1)
        ]
        started = [asyncio.ensure_future(write) for write in writes]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.gather(*started)


def test_the_background_comes_after_all_others(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BACKGROUND_PATIENCE", float("inf"))
    monkeypatch.setattr(writer, "GROUP_SECONDS", -1.0)  # each write is a group
    done: list[str] = []
    run(lambda db: behind_one(db, done))
    assert sorted(done[:-1]) == ["1", "1", str(OTHER_ACCOUNT)]
    assert done[-1] == "background"


def test_the_background_goes_first_when_it_has_waited_long(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BACKGROUND_PATIENCE", -1.0)
    monkeypatch.setattr(writer, "GROUP_SECONDS", -1.0)  # the group of the gate ends with it
    done: list[str] = []
    run(lambda db: behind_one(db, done))
    assert done[0] == "background"
    assert len(done) == 4


def test_it_is_done_at_once_where_nothing_else_waits(run: Run) -> None:
    async def scenario(db: Database) -> None:
        assert [await db.write(1, insert, str(number), background=True) for number in range(3)] == [1, 2, 3]
        assert await db.read(names) == ["0", "1", "2"]

    run(scenario)


def test_its_failure_is_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "BACKGROUND_PATIENCE", -1.0)
    monkeypatch.setattr(writer, "GROUP_SECONDS", -1.0)

    def fails(unit: Unit) -> None:
        insert(unit, "half")
        raise ZeroDivisionError

    async def scenario(db: Database) -> None:
        async with Gate(db):
            failing = asyncio.ensure_future(db.write(1, fails, background=True))
            client = asyncio.ensure_future(new(db, "client"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        with pytest.raises(ZeroDivisionError):
            await failing
        assert await client == 1
        assert await db.read(names) == ["client"]

    run(scenario)


def test_what_waits_in_the_background_is_done_before_a_server_stops(run: Run) -> None:
    async def scenario(db: Database) -> None:
        async with Gate(db):
            writes = [
                asyncio.ensure_future(db.write(1, insert, str(number), background=True))
                for number in range(5)
            ]
            await asyncio.sleep(0)
            closing = asyncio.ensure_future(db.close())
            await asyncio.sleep(0)
        await closing
        assert sorted(await asyncio.gather(*writes)) == [1, 2, 3, 4, 5]

    run(scenario)
