"""Which work has a turn, and what happens in the pauses after it."""

import asyncio
import threading
from typing import Any

import pytest

from closum.operations.runner import Kind, Runner, Work
from closum.store.background import DONE, Claim, Key, Progress
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support import engine
from tests.support.background import STEPS, Servers, add, count, state
from tests.support.patience import PATIENCE


@pytest.fixture
def servers(session: Session, account: Account, folder: Any) -> Servers:
    return Servers(engine.current.url(folder))


def noting(turns: list[str], name: str) -> Any:
    def step(unit: Unit, work: Work) -> Progress:
        turns.append(name)
        return count(unit, work)

    return step


def test_work_that_nobody_waits_for_comes_after_all_other(servers: Servers) -> None:
    turns = list[str]()
    late = Kind("late", noting(turns, "late"), behind=lambda unit, after, most: ([], None))
    kinds = (late, Kind("one", noting(turns, "one")), Kind("other", noting(turns, "other")))

    async def scenario(servers: Servers) -> None:
        async with servers.opened(*kinds) as (db, server):
            for kind in kinds:
                await add(db, kind=kind.name)
            await server.work()
            assert [await state(db, kind=kind.name) for kind in kinds] == 3 * [(DONE, STEPS, STEPS)]

    servers.run(scenario)
    assert turns == STEPS * ["one", "other"] + STEPS * ["late"]


class Source:
    """Notes when a step is prepared; `following` is released for each but the first one."""

    def __init__(self, events: list[str]) -> None:
        self._events, self.following = events, threading.Semaphore(0)

    def prepare(self, key: Key, claim: Claim, size: int) -> None:
        self._events.append("prepare")
        if len(self._events) > 1:
            self.following.release()

    def forget(self, key: Key) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("pauses", [0, 3])
def test_a_step_is_prepared_in_the_pause_before_it(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, pauses: int
) -> None:
    events, seconds = list[str](), list[float]()
    source = Source(events)

    async def pause(self: Runner, wanted: float) -> None:
        seconds.append(wanted)
        if len(seconds) < STEPS:
            assert await asyncio.to_thread(source.following.acquire, timeout=PATIENCE)

    monkeypatch.setattr(Runner, "_pause", pause)
    kind = Kind("prepared", noting(events, "step"), preparing=source, pauses=pauses)

    async def scenario(servers: Servers) -> None:
        async with servers.opened(kind) as (db, server):
            await add(db, kind="prepared")
            while (await state(db, kind="prepared"))[0] != DONE:
                await server.work()

    servers.run(scenario)
    assert events == STEPS * ["prepare", "step"]
    assert [wanted > 0 for wanted in seconds] == STEPS * [pauses > 0]
