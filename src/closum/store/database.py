"""The database of a running server: reads, and writes in groups.

The layers above pass plain functions of a unit of work: `await db.read(function, …)`.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from closum.errors import Unavailable
from closum.model.resource import Resource
from closum.store.exports import Exports
from closum.store.health import Failing, Health
from closum.store.identity import Found
from closum.store.pending import PendingWrite
from closum.store.unit import Clock

TOO_LONG = "This takes too long to read: ask for fewer at once by 'limit' or, where the call takes them, go on by 'cursor' or filter for less"

STREAM_SECONDS = 30.0
SLOW_SECONDS = 0.020  # of a read that the debug log has

T = TypeVar("T")

log = logging.getLogger("closum.store")


def called(function: Callable[..., Any], args: Sequence[Any]) -> str:
    """A function as the debug log names it, with the resource that it is for and nothing else of its arguments."""
    own = function.func if isinstance(function, partial) else function
    name = f"{own.__module__}.{own.__qualname__}".removeprefix("closum.")
    return " ".join([name, *(one.name for one in args if isinstance(one, Resource))])


def log_slow_read(
    function: Callable[..., Any], args: Sequence[Any], account_id: int | None, seconds: float
) -> None:
    """A line of the debug log for a read that took SLOW_SECONDS or longer, since it was asked for."""
    if seconds >= SLOW_SECONDS and log.isEnabledFor(logging.DEBUG):
        log.debug("slow read: %s, account %s, %.1f ms", called(function, args), account_id, seconds * 1_000)


class Database(ABC):
    """Made, used and closed on one event loop. Whatever it awaits may raise Unavailable."""

    clock: Clock
    health: Health
    exports: Exports
    alone: bool
    """Whether it has one server: what another one began, it began before it ended."""

    async def ready(self, function: Callable[..., T]) -> T:
        """`function(unit)`. Raises Unavailable, with the cause and what to do, while writes fail or a page cannot be read."""
        self.health.check()
        try:
            return await self.read(function)
        except Unavailable:
            self.health.check()
            raise

    @abstractmethod
    async def read(
        self,
        function: Callable[..., T],
        *args: Any,
        long: bool = False,
        one_moment: bool = False,
        account_id: int | None = None,
    ) -> T:
        """`function(unit, *args)`; `long` says beforehand that it may take longer than others, `one_moment` that it
        executes several statements that have to see the same.

        `account_id` is the unit's, whose records it reads; None where it is what all accounts share.
        """

    @abstractmethod
    async def stream(self, function: Callable[..., T], *args: Any, account_id: int | None = None) -> T:
        """`function(unit, *args)` in a thread, with a unit that has `each`; it may take STREAM_SECONDS.

        One runs at a time, so that other long reads have a thread too. On PostgreSQL it may run twice. What it returned is dropped where nobody awaits it any more.
        """

    async def export(self, function: Callable[..., T], *args: Any, account_id: int) -> T:
        """`function(unit, *args)` as in `stream`, of one moment, for `exports.SECONDS` at most. Raises Unavailable where too
        many run."""
        result: T = await self.exports.read(function, args, account_id)
        return result

    @abstractmethod
    async def identity(self, holder: int, proof: int | str) -> Found | None:
        """What is known of an enabled user, or of a key by its id below zero; `proof` is the one that is hoped for."""

    async def write(
        self, account_id: int | None, function: Callable[..., T], *args: Any, background: bool = False
    ) -> T:
        """`function(unit, *args)` in a transaction, committed when this returns. It may run twice.

        It writes records of this account, or with None what all accounts share; never both. In the `background` it lets
        other writes go first, for half a second at most.
        """
        future = asyncio.get_running_loop().create_future()
        result: T = await self.outcome(
            PendingWrite(function, args, future, account_id, background=background)
        )
        return result

    async def write_set(
        self, account_id: int, function: Callable[..., list[Any]], *args: Any, item: Any
    ) -> Any:
        """The item's outcome of `function(unit, *args, items)`: items of one account that wait are written together.

        An outcome that is an exception is raised.
        """
        future = asyncio.get_running_loop().create_future()
        return await self.outcome(PendingWrite(function, args, future, account_id, item=item, in_set=True))

    async def outcome(self, write: PendingWrite) -> Any:
        """The outcome of a write."""
        try:
            return await self.attempt(write)
        except Failing as failing:
            self.health.write_failed(failing, write)
            raise

    @abstractmethod
    def attempt(self, write: PendingWrite) -> Awaitable[Any]:
        """The outcome of a write, whatever it says of the database's health."""

    @abstractmethod
    async def close(self) -> None:
        """Answer the writes that wait and close every connection."""
