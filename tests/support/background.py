"""Servers that do background work, in the process of the test, by one clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from closum.model import draft
from closum.model.query import Page, Query
from closum.operations import records
from closum.operations.runner import Kind, Runner, Work
from closum.resources.lead import LEAD
from closum.store import background
from closum.store.background import Listed, Progress
from closum.store.database import Database
from closum.store.opening import open_database
from closum.store.unit import Unit
from tests.support.inprocess import Clock
from tests.support.patience import PATIENCE

STEPS = 5
HOUR = 3_600


def insert(unit: Unit, name: str) -> None:
    """A lead in the unit's account."""
    records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": name})])


def count(unit: Unit, work: Work, steps: int = STEPS) -> Progress:
    """Adds a lead in each step."""
    number = (work.progress.place or 0) + 1
    insert(unit, f"{work.argument} {number}")
    return Progress(number, number, steps, ended=number == steps)


COUNTING = Kind("counting", count)


class Servers:
    """Servers on one database, in the process of the test, by one clock."""

    def __init__(self, url: str) -> None:
        self._url, self.clock = url, Clock()

    @asynccontextmanager
    async def opened(self, *kinds: Kind) -> AsyncIterator[tuple[Database, Runner]]:
        """One that dies at the end of the block."""
        db = await open_database(self._url, self.clock, 6)
        try:
            yield db, Runner(db, kinds)
        finally:
            await db.close()

    def run(self, scenario: Callable[["Servers"], Awaitable[None]]) -> None:
        asyncio.run(self._run(scenario))

    async def _run(self, scenario: Callable[["Servers"], Awaitable[None]]) -> None:
        await asyncio.wait_for(scenario(self), PATIENCE)


def add(db: Database, account_id: int = 1, kind: str = "counting", number: int = 0) -> Awaitable[bool]:
    return db.write(account_id or None, background.add, kind, number, "step")


def found(db: Database, account_id: int = 1, kind: str = "counting") -> Awaitable[Listed | None]:
    return db.read(background.found, kind, account_id=account_id)


async def state(db: Database, account_id: int = 1, kind: str = "counting") -> tuple[str, int, int | None]:
    one = await found(db, account_id, kind)
    assert one
    return one.state, one.done, one.total


def names(db: Database, account_id: int = 1) -> Awaitable[list[str]]:
    def read(unit: Unit) -> list[str]:
        return [one["name"] for one in records.page(unit, LEAD, Query("id", window=Page(1, 1_000)))[0]]

    return db.read(read, account_id=account_id)


EVERY_STEP = [f"step {number}" for number in range(1, STEPS + 1)]
