"""The database of a server in the process of the test: writes that wait together, and what they write."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from closum.model import draft
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.opening import open_database
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.patience import PATIENCE
from tests.support.stored import create, ids, many

POOL_SIZE = 6

Scenario = Callable[[Database], Awaitable[None]]
Run = Callable[[Scenario], None]


async def opened(url: str) -> Database:
    """The database as a server opens it."""
    return await open_database(url, time.time, POOL_SIZE)


def new(db: Database, name: str, account_id: int = 1) -> Awaitable[Any]:
    """A lead with an address, to be created in a set with those that wait."""
    body = {"name": name, "email": {"email": f"{name}@example.com"}}
    return db.write_set(account_id, many, LEAD, item=draft.parse(LEAD, body))


def names(unit: Unit) -> list[str]:
    return [row[0] for row in unit.all("SELECT name FROM lead WHERE account_id = 1 ORDER BY id")]


def insert(unit: Unit, name: str) -> int:
    (lead,) = create(unit.of(1), LEAD, [{"name": name}])
    return lead


class Gate:
    """A write that keeps the writer of an account busy until it is opened, so that others wait behind it."""

    def __init__(self, db: Database, account_id: int = 1) -> None:
        self._loop, self._begun, self._open = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
        self._write = asyncio.ensure_future(db.write(account_id, self._hold))

    def _hold(self, unit: Unit) -> None:
        self._loop.call_soon_threadsafe(self._begun.set)
        assert self._open.wait(PATIENCE)

    async def __aenter__(self) -> None:
        await self._begun.wait()

    async def __aexit__(self, *_: object) -> None:
        self._open.set()
        await self._write


async def handed_over() -> None:
    """What was started runs up to where it waits for the writer, which gets it after a round that brings no other write."""
    for _ in range(3):
        await asyncio.sleep(0)


async def behind_a_gate(db: Database, *writes: Awaitable[Any]) -> list[Any]:
    """The outcomes of writes that waited together."""
    async with Gate(db):
        started = [asyncio.ensure_future(write) for write in writes]
        await handed_over()
    return await asyncio.gather(*started, return_exceptions=True)


def filled(session: Session, account: Account, *bodies: dict[str, Any]) -> list[int]:
    """Ids of new leads in an account."""
    with session.write(account.id) as unit:
        drafts = [draft.parse(LEAD, body) for body in bodies]
        return ids(records.create_many(unit.of(account.id), LEAD, drafts))
