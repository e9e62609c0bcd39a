"""Clocks that go on only when a test says so."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.patience import PATIENCE


class QuietLoop(asyncio.SelectorEventLoop):
    """An event loop whose timers ring when `pass_time` has brought their moment."""

    now = 1_000.0

    def time(self) -> float:
        return self.now

    async def pass_time(self, seconds: float) -> None:
        """Moves the clock on, once what is ready has run, and lets what is due by then run."""
        await rounds()
        self.now += seconds
        await rounds()


async def rounds() -> None:
    """Lets what is ready run."""
    for _ in range(5):
        await asyncio.sleep(0)


def run_quietly(scenario: Callable[[QuietLoop], Awaitable[Any]]) -> None:
    """Runs it on a loop of its own."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, QuietLoop)
        await scenario(loop)

    with asyncio.Runner(loop_factory=QuietLoop) as runner:
        runner.run(run())


class PlayedTime:
    """Stands in for the modules `time` and `threading` where a thread sleeps: it wakes when a test moves the clock."""

    Thread = threading.Thread

    def __init__(self) -> None:
        self.now = time.monotonic()
        self.changed = threading.Condition()
        self.sleepers: list[PlayedEvent] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.Event().wait(seconds)

    def Event(self) -> "PlayedEvent":  # noqa: N802 -- as in `threading`
        return PlayedEvent(self)

    def asleep(self) -> None:
        """Blocks until the thread sleeps."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.sleepers, PATIENCE)

    def pass_time(self, seconds: float) -> None:
        """Moves the clock on, once the thread sleeps, and lets it do what is due by then."""
        self.asleep()
        with self.changed:
            self.now += seconds
            self.sleepers = [one for one in self.sleepers if one.due > self.now]
            self.changed.notify_all()
        self.asleep()


class PlayedEvent:
    """As an event of `threading` on a played clock."""

    def __init__(self, clock: PlayedTime) -> None:
        self._clock, self._is_set = clock, False
        self.due = 0.0

    def set(self) -> None:
        with self._clock.changed:
            self._is_set = True
            self._clock.sleepers = [one for one in self._clock.sleepers if one is not self]
            self._clock.changed.notify_all()

    def clear(self) -> None:
        self._is_set = False

    def wait(self, seconds: float) -> bool:
        with self._clock.changed:
            if not self._is_set:
                self.due = self._clock.now + seconds
                self._clock.sleepers.append(self)
                self._clock.changed.notify_all()
                assert self._clock.changed.wait_for(lambda: self not in self._clock.sleepers, PATIENCE)
            return self._is_set
