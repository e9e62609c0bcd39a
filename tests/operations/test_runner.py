"""Background work: each step is done once, by one server, whatever happens to those that do it."""

import asyncio
import time
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from closum.accounts import users
from closum.model.change import By
from closum.operations import runner
from closum.operations.runner import Kind, Work
from closum.store import background, history, operation
from closum.store.background import DONE, PENDING, RUNNING, Progress
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine
from tests.support.background import (
    COUNTING,
    EVERY_STEP,
    HOUR,
    STEPS,
    Servers,
    add,
    count,
    found,
    names,
    state,
)


@pytest.fixture
def servers(session: Session, account: Account, folder: Any) -> Servers:
    return Servers(engine.current.url(folder))


def test_work_goes_on_from_step_to_step_to_its_end(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        async with servers.opened(COUNTING) as (db, server):
            assert await add(db)
            assert await state(db) == (PENDING, 0, None)
            await server.work()
            assert await names(db) == EVERY_STEP
            assert await state(db) == (DONE, STEPS, STEPS)
            assert not await add(db)  # it is there
            await server.work()
            assert await names(db) == EVERY_STEP

    servers.run(scenario)


def test_of_several_servers_one_does_each_step(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        kind = Kind("counting", partial(count, steps=40))
        async with servers.opened(kind) as (db, one), servers.opened(kind) as (_, other):
            await add(db)
            await asyncio.gather(one.work(), other.work())
            assert await names(db) == [f"step {number}" for number in range(1, 41)]
            assert await state(db) == (DONE, 40, 40)

    servers.run(scenario)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)  # a file has one server
def test_what_a_server_has_begun_no_other_takes_until_it_is_taken_for_dead(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        async with servers.opened(COUNTING) as (db, other):
            await add(db)
            await die_in(servers, after=2)
            assert await state(db) == (RUNNING, 2, STEPS)
            await other.work()
            servers.clock.now += runner.LEASE - 1
            await other.work()
            assert await state(db) == (RUNNING, 2, STEPS)
            servers.clock.now += 1
            await other.work()
            assert await names(db) == EVERY_STEP

    servers.run(scenario)


async def die_in(servers: Servers, after: int) -> None:
    """A server makes some steps and ends in the next, without a word."""

    class Killed(BaseException):
        pass

    left = after

    async def write(account_id: int | None, function: Any, *args: Any, background: bool) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return await whole(account_id, function, *args, background=background)

    async with servers.opened(COUNTING) as (db, server):
        whole, db.write = db.write, write  # type: ignore[method-assign, assignment]
        with pytest.raises(Killed):
            await server.work()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_one_server_of_a_file_goes_on_at_once_after_its_death(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        async with servers.opened() as (db, _):
            await add(db)
        await die_in(servers, after=3)
        async with servers.opened(COUNTING) as (db, server):
            await server.work()
            assert await names(db) == EVERY_STEP

    servers.run(scenario)


def test_a_server_that_stops_leaves_its_work_to_others_at_once(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        def slow(unit: Unit, work: Work) -> Progress:
            if (work.progress.place or 0) == 1:
                loop.call_soon_threadsafe(second.set)
            return count(unit, work, 1_000_000)

        loop, second = asyncio.get_running_loop(), asyncio.Event()
        async with servers.opened(Kind("counting", slow)) as (db, server):
            await add(db)
            working = asyncio.ensure_future(server.work())
            await second.wait()
            await server.stop()
            await working
            before = await found(db)
            assert before
            assert before.state == PENDING
            assert before.due == int(servers.clock.now)
            async with servers.opened(Kind("counting", partial(count, steps=before.done + 1))) as (_, other):
                await other.work()
            assert await names(db) == [f"step {number}" for number in range(1, before.done + 2)]

    servers.run(scenario)


def test_works_take_turns(servers: Servers, session: Session) -> None:
    """A long one of one account keeps none of another waiting."""
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    done: list[int] = []

    def noting(unit: Unit, work: Work) -> Progress:
        done.append(unit.account_id)
        return count(unit, work)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", noting)) as (db, server):
            await add(db, 1)
            await add(db, other.id)
            await server.work()
            assert done == [1, other.id] * STEPS
            assert await names(db, 1) == await names(db, other.id) == EVERY_STEP

    servers.run(scenario)


def test_a_kind_that_goes_on_for_ever_is_there_for_each_account(
    servers: Servers, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also for those that are new, within an hour; and it begins once more, from its beginning."""
    kind = Kind("counting", count, every=24 * HOUR)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind) as (db, server):
            await server.work()
            assert await state(db) == (DONE, STEPS, STEPS)
            with session.write() as unit:
                other = users.add_account(unit, "Other").id
            await asyncio.sleep(0)  # what is read in one round of the loop is of one moment
            await server.work()
            assert await found(db, other) is None
            monkeypatch.setattr(runner, "SCHEDULE", 0.0)
            await server.work()
            assert await state(db, other) == (DONE, STEPS, STEPS)
            assert len(await names(db)) == STEPS
            servers.clock.now += 24 * HOUR
            await server.work()
            assert len(await names(db)) == len(await names(db, other)) == 2 * STEPS
            assert await state(db) == (DONE, STEPS, STEPS)

    servers.run(scenario)


def test_what_was_put_off_by_a_clock_that_was_ahead_is_due(servers: Servers) -> None:
    kind = Kind("counting", count, every=24 * HOUR)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind) as (db, server):
            servers.clock.now += 10_000 * HOUR
            await server.work()
            servers.clock.now -= 10_000 * HOUR
            await server.work()
            assert len(await names(db)) == 2 * STEPS
            await server.work()  # and once alone
            assert len(await names(db)) == 2 * STEPS
            one = await found(db)
            assert one
            assert one.due == servers.clock.now + 24 * HOUR

    servers.run(scenario)


def test_accounts_are_looked_through_some_at_a_time(
    servers: Servers, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "AT_ONCE", 3)
    monkeypatch.setattr(runner, "MOST", 2)
    with session.write() as unit:
        ids = [1, *(users.add_account(unit, f"Account {number}").id for number in range(7))]

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", count, every=HOUR)) as (db, server):
            await server.work()
            assert [await state(db, one) for one in ids] == [(DONE, STEPS, STEPS)] * 8

    servers.run(scenario)


def test_work_for_all_accounts_is_done_once(servers: Servers) -> None:
    steps: list[int] = []

    def shared(unit: Unit, work: Work) -> Progress:
        steps.append(unit.account_id)
        users.add_account(unit, f"Made {work.progress.done}")
        return Progress(done=work.progress.done + 1, ended=work.progress.done == 2)

    kind = Kind("sharing", shared, every=HOUR, shared=True)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind) as (db, one), servers.opened(kind) as (_, other):
            await asyncio.gather(one.work(), other.work())
            assert await state(db, 0, "sharing") == (DONE, 3, None)
            accounts = await db.read(lambda unit: [row[0] for row in unit.all("SELECT name FROM account")])
            assert [name for name in accounts if name.startswith("Made")] == ["Made 0", "Made 1", "Made 2"]

    servers.run(scenario)
    assert set(steps) == {0}


def test_a_kind_of_another_version_is_left_alone(servers: Servers) -> None:
    async def scenario(servers: Servers) -> None:
        async with servers.opened(COUNTING) as (db, server):
            await add(db, kind="unheard of")
            await add(db)
            await server.work()
            assert await state(db, kind="unheard of") == (PENDING, 0, None)
            assert await names(db) == EVERY_STEP

    servers.run(scenario)


def test_steps_get_the_size_that_takes_about_their_time(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each unit of work takes a millisecond here, by the clock of the test."""
    now = 0.0
    sizes: list[int] = []

    def measured(unit: Unit, work: Work) -> Progress:
        nonlocal now
        sizes.append(work.size)
        now += work.size / 1_000
        return Progress(done=len(sizes), ended=len(sizes) == 10)

    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: now))

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", measured)) as (db, server):
            await add(db)
            await server.work()

    servers.run(scenario)
    assert sizes[0] == runner.FIRST_SIZE
    assert all(runner.STEP_SECONDS / 2 <= size / 1_000 <= runner.STEP_SECONDS for size in sizes[1:])


def test_small_work_tells_nothing_of_how_much_a_step_can_do(servers: Servers) -> None:
    """However many accounts have little to do, one that has much does as little at once as if it came first."""
    sizes: list[int] = []

    def small(unit: Unit, work: Work) -> Progress:
        sizes.append(work.size)
        return Progress(done=1, ended=True)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", small)) as (db, server):
            for number in range(1, 6):
                await add(db, number)
            await server.work()

    servers.run(scenario)
    assert len(sizes) == 5
    assert max(sizes) == runner.FIRST_SIZE


def test_all_accounts_are_looked_at_some_at_once(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever have something to do, and however few a look reads, or begins."""
    monkeypatch.setattr(runner, "AT_ONCE", 3)
    monkeypatch.setattr(runner, "MOST", 2)
    looks: list[int] = []
    done: list[int] = []

    def behind(unit: Unit, after: int, most: int) -> tuple[list[int], int | None]:
        looks.append(most)
        ids = background.next_accounts(unit, after, most)
        return [one for one in ids if one != 5 and one not in done], ids[-1] if ids else None

    def step(unit: Unit, work: Work) -> Progress:
        done.append(unit.account_id)
        return Progress(ended=True)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(Kind("counting", step, behind=behind)) as (db, server):
            last = 0
            while last < 8:
                last = (await db.write(None, users.add_account, f"Account {last}")).id
            await server.work()
            assert sorted(done) == [one for one in range(1, last + 1) if one != 5]
            assert set(looks) == {3}
            await server.work()
            assert len(done) == last - 1

    servers.run(scenario)


def test_what_is_added_is_begun_by_a_server_that_runs(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FIRST_LOOK", 0.0)
    monkeypatch.setattr(runner, "LOOK", 0.01)

    async def scenario(servers: Servers) -> None:
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def once(unit: Unit, work: Work) -> Progress:
            loop.call_soon_threadsafe(done.set)
            return Progress(ended=True)

        async with servers.opened(Kind("counting", once)) as (db, server):
            server.start()
            for number in range(1, 4):
                await add(db, number=number)
                await done.wait()
                done.clear()
            await server.stop()

    servers.run(scenario)


def test_a_step_writes_as_its_work(servers: Servers) -> None:
    """The history says which work changed what."""

    async def scenario(servers: Servers) -> None:
        async with servers.opened(COUNTING) as (db, server):
            await add(db, number=7)
            await server.work()
            past = await db.read(history.since, 0, 100, account_id=1)
            assert [one.by for one in past] == [By(None, "", "counting", 7)] * STEPS
            (steps,) = await db.read(operation.caused, [("counting", 7)], account_id=1)
            assert len(steps) == STEPS

    servers.run(scenario)


@pytest.mark.parametrize(("waits", "busy", "looks"), [(True, 10**6, 9), (True, 0, 1), (False, 10**6, 0)])
def test_work_that_nobody_waits_for_lets_requests_go_first(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, waits: bool, busy: int, looks: int
) -> None:
    """It pauses until the process is not `busy` with something else, and looks so often."""
    ticks: list[int] = []

    def process_time() -> int:
        ticks.append(busy)
        return len(ticks) * busy

    async def scenario(servers: Servers) -> None:
        kind = Kind("counting", count, behind=(lambda unit, after, most: ([], None)) if waits else None)
        async with servers.opened(kind) as (db, server):
            await add(db)
            await server.work()
            assert await state(db) == (DONE, STEPS, STEPS)

    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=time.monotonic, process_time=process_time))
    servers.run(scenario)
    assert len(ticks) == 2 * looks * STEPS
