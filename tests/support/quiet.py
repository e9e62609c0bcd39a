"""Clocks that go on only when a test says so."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


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
