"""Background work that fails: undone, tried again, given up."""

from typing import Any

import pytest

from closum.errors import Refusal, Unavailable
from closum.operations import runner
from closum.operations.runner import Kind, Work
from closum.store import background
from closum.store.background import DONE, FAILED, PENDING, Key, Progress
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine
from tests.support.background import COUNTING, EVERY_STEP, Servers, add, count, found, insert, names


@pytest.fixture
def servers(session: Session, account: Account, folder: Any) -> Servers:
    return Servers(engine.current.url(folder))


def test_a_step_that_fails_is_undone_and_tried_again_later(
    servers: Servers, caplog: pytest.LogCaptureFixture
) -> None:
    fails = True

    def failing(unit: Unit, work: Work) -> Progress:
        progress = count(unit, work)
        if fails and progress.done == 3:
            raise ZeroDivisionError("ana@example.com")
        return progress

    async def scenario(servers: Servers) -> None:
        nonlocal fails
        async with servers.opened(Kind("counting", failing)) as (db, server):
            await add(db)
            await server.work()
            assert await names(db) == EVERY_STEP[:2]
            one = await found(db)
            assert one
            assert (one.state, one.done) == (PENDING, 2)
            assert one.due == int(servers.clock.now) + runner.FIRST_WAIT
            assert "ZeroDivisionError" in one.error
            assert "ana" not in one.error
            fails = False
            await server.work()
            assert await names(db) == EVERY_STEP[:2]  # it is not yet time
            servers.clock.now += runner.FIRST_WAIT
            await server.work()
            assert await names(db) == EVERY_STEP
            one = await found(db)
            assert one
            assert (one.state, one.error) == (DONE, "")

    servers.run(scenario)
    assert [record.exc_info for record in caplog.records if record.exc_info]


def test_what_fails_again_and_again_is_given_up(servers: Servers) -> None:
    tries = 0

    def failing(unit: Unit, work: Work) -> Progress:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", failing)) as (db, server):
            await add(db)
            for _ in range(runner.TRIES + 3):
                await server.work()
                servers.clock.now += runner.LONGEST_WAIT
            one = await found(db)
            assert one
            assert (one.state, one.due, tries) == (FAILED, None, runner.TRIES)
            assert await db.write(1, background.hasten, "counting")  # somebody has removed the cause
            await server.work()
            assert tries == runner.TRIES + 1

    servers.run(scenario)


def test_what_cannot_ever_be_done_is_given_up_at_once_with_its_reason(servers: Servers) -> None:
    def refused(unit: Unit, work: Work) -> Progress:
        insert(unit, "half")
        raise Refusal("The file has gone: send it again")

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", refused)) as (db, server):
            await add(db)
            await server.work()
            one = await found(db)
            assert one
            assert (one.state, one.due, one.error) == (FAILED, None, "The file has gone: send it again")
            assert await names(db) == []

    servers.run(scenario)


def test_one_that_fails_holds_up_no_other(servers: Servers, session: Session) -> None:
    def failing(unit: Unit, work: Work) -> Progress:
        if work.number == 1:
            raise ZeroDivisionError
        return count(unit, work)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", failing)) as (db, server):
            await add(db, number=1)
            await add(db, number=2)
            await server.work()
            assert await names(db) == EVERY_STEP

    servers.run(scenario)


def test_while_the_database_does_nothing_nothing_is_counted_as_a_failure(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        async with servers.opened(COUNTING) as (db, server):
            await add(db)
            whole = db.write

            async def unavailable(*_: Any, **__: Any) -> Any:
                raise Unavailable

            db.write = unavailable  # type: ignore[method-assign]
            for _ in range(runner.TRIES + 1):
                await server.work()
            db.write = whole  # type: ignore[method-assign]
            await server.work()
            assert await names(db) == EVERY_STEP

    servers.run(scenario)


def test_ended_work_is_forgotten_after_a_month(session: Session, account: Account) -> None:
    key, later = Key(account.id, "import", 7), Key(account.id, "import", 8)
    for one, now in ((key, 1_000_000_000), (later, 1_000_000_000 + background.DAY)):
        with session.write(account.id) as unit:
            unit.now = now
            background.add(unit, one.kind, one.number)
            background.save(unit, one, Progress(done=1, ended=True), None)
    with session.write(account.id) as unit:
        background.add(unit, "waiting")
        unit.now = 1_000_000_000 + background.KEPT_DAYS * background.DAY + 1
        background.forget_ended(unit)
        assert [(one.kind, one.number) for one in background.listed(unit)] == [("import", 8), ("waiting", 0)]
