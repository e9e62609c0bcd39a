"""Steps that need more than the database: it is prepared beside it, by the server that does the work."""

import asyncio
import threading
from typing import Any

import pytest

from closum.errors import Refusal
from closum.operations import runner
from closum.operations.runner import Elsewhere, Kind, Runner, Work
from closum.store import background
from closum.store.background import DONE, FAILED, PENDING, RUNNING, Claim, Key, Progress
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine
from tests.support.background import STEPS, Servers, add, count, names, state

NAME = "prepared"


class Source:
    """Prepares the name of the lead that each step adds; `closed` are the pieces of work that it has left."""

    def __init__(self, error: Exception | None = None, gate: threading.Event | None = None) -> None:
        self._error, self._gate = error, gate
        self.begun, self.closed = list[int](), list[Key]()

    def prepare(self, key: Key, claim: Claim, size: int) -> str:
        self.begun.append(claim.progress.place or 0)
        if self._gate:
            self._gate.wait()
        if self._error:
            raise self._error
        return f"name {claim.progress.place or 0}"

    def forget(self, key: Key) -> None:
        self.closed.append(key)


def step(unit: Unit, work: Work) -> Progress:
    assert work.prepared == f"name {work.progress.place or 0}"
    return count(unit, work)


def kind(source: Source) -> Kind:
    return Kind(NAME, step, preparing=source)


@pytest.fixture
def servers(session: Session, account: Account, folder: Any) -> Servers:
    return Servers(engine.current.url(folder))


async def work(server: Runner, until: Any) -> None:
    """Let a server work, as often as it takes: what is prepared in a thread may take longer than it waits for it."""
    while not await until():
        await server.work()
        await asyncio.sleep(0)


def test_each_step_is_handed_what_was_prepared_for_it(servers: Servers) -> None:
    source = Source()

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind(source)) as (db, server):
            await add(db, kind=NAME)

            async def is_done() -> bool:
                return (await state(db, kind=NAME))[0] == DONE

            await work(server, is_done)
            assert await names(db) == [f"step {number}" for number in range(1, STEPS + 1)]

    servers.run(scenario)
    assert source.begun == [*range(STEPS)]
    assert source.closed == [Key(1, NAME)]


def test_what_takes_long_holds_up_no_other_work(servers: Servers) -> None:
    gate = threading.Event()
    source = Source(gate=gate)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind(source), Kind("counting", count)) as (db, server):
            await add(db, kind=NAME)
            await add(db)
            await server.work()
            assert (await state(db))[0] == DONE
            assert (await state(db, kind=NAME))[0] == PENDING
            gate.set()

            async def is_done() -> bool:
                return (await state(db, kind=NAME))[0] == DONE

            await work(server, is_done)

    servers.run(scenario)


def test_what_cannot_be_prepared_fails_with_its_reason(servers: Servers) -> None:
    source = Source(Refusal("the file is gone"))

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind(source)) as (db, server):
            await add(db, kind=NAME)

            async def has_failed() -> bool:
                return (await state(db, kind=NAME))[0] == FAILED

            await work(server, has_failed)
            one = await db.read(background.found, NAME, account_id=1)
            assert one
            assert one.error == "the file is gone"

    servers.run(scenario)
    assert source.closed == [Key(1, NAME)]


def test_what_is_on_another_machine_is_left_to_that(servers: Servers) -> None:
    here, there = Source(Elsewhere()), Source()

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind(here)) as (db, server), servers.opened(kind(there)) as (_, other):
            await add(db, kind=NAME)

            async def is_left() -> bool:
                return bool(here.closed)

            await work(server, is_left)
            assert (await state(db, kind=NAME))[0] == PENDING

            async def is_done() -> bool:
                return (await state(db, kind=NAME))[0] == DONE

            await work(other, is_done)

    servers.run(scenario)
    assert there.begun == [*range(STEPS)]


def test_a_step_that_another_server_has_made_meanwhile_is_not_made_again(
    session: Session, account: Account
) -> None:
    source = Source()
    prepared = kind(source)
    key = Key(account.id, NAME)
    with session.write(account.id) as unit:
        background.add(unit, NAME, 0, "step")
        claimed = runner.claim(unit, prepared, key, "one")
        assert claimed
        value = runner.Prepared(claimed, source.prepare(key, claimed, 50))
        assert runner.turn(unit, prepared, key, "one", 50, value)
        again = runner.turn(unit, prepared, key, "one", 50, value)
        assert again  # the runner prepares what is left
        assert (again.seconds, again.left and again.left.progress.done) == (0, 1)
        found = background.found(unit, NAME)
    assert found
    assert (found.state, found.done) == (RUNNING, 1)
