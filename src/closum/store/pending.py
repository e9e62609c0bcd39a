"""Calls that wait for the database: a function of a unit of work, and the future of its outcome."""

import asyncio
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class PendingCall:
    """`function(unit, *args)`. `account_id` is whose records it reads or writes; None for what all accounts share.

    `until` is when it is given up, in seconds of the monotonic clock, if it has not begun by then or has lost its
    connection; `refusal` is why it was not done so far.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: asyncio.Future[Any]
    account_id: int | None = None
    until: float = math.inf
    begun: bool = False
    refusal: Exception | None = None
    _claimed: threading.Lock = field(default_factory=threading.Lock)  # taken once, by begin or by withdraw

    def begin(self) -> bool:
        """Called by the thread that runs it, each time: whether anybody still waits for it."""
        if not self.begun:
            self.begun = self._claimed.acquire(blocking=False)
            if self.refusal is None:  # who has lost a connection before gets no more time for another one
                self.until = max(self.until, time.monotonic())
        return self.begun and not self.future.done()

    def again(self, refusal: Exception | None = None) -> None:
        """Called by the thread that runs it: nothing is left of what it did, and it may be withdrawn until it begins."""
        self.refusal = refusal
        if self.begun:
            self.begun = False
            self._claimed.release()

    def withdraw(self) -> bool:
        """Keep it from beginning; False where it has begun."""
        return self._claimed.acquire(blocking=False)

    def complete(self, outcome: Any) -> None:
        """Hand the outcome to who awaits it, on the event loop; an exception is raised there."""
        if self.future.done():
            return  # the client has gone, or was told that it took too long
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


@dataclass(slots=True, eq=False)
class PendingRead(PendingCall):
    """With `is_stream` it reads rows one by one. What it reads is of `one_moment`, also by several statements, where asked for."""

    is_stream: bool = False
    one_moment: bool = False

    @property
    def is_apart(self) -> bool:
        """Whether it needs a transaction of its own."""
        return self.is_stream or self.one_moment


@dataclass(slots=True, eq=False)
class PendingWrite(PendingCall):
    """With `in_set`, one of a set: `function(unit, *args, [item, …])` gives an outcome for each item.

    In the `background` it lets other writes go first.
    """

    item: Any = None
    in_set: bool = False
    background: bool = False
