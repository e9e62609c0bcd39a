"""Reads that take minutes, in threads of their own: no other read waits for one."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from closum.errors import Unavailable

MOST = 2
SECONDS = 900.0
"""For one export, while its database reads: a client that takes the file slowly is not counted."""

RETRY_AFTER = 5
OWN = "An export of your account is being written: try again when that is done"
OTHERS = "Other exports are being written: try again in a moment"

Run = Callable[[Callable[..., Any], tuple[Any, ...], int], Any]


class Exports:
    """At most MOST at once, and one of each account. `run(function, args, account_id)` reads one, in a thread."""

    def __init__(self, run: Run) -> None:
        self._run, self._accounts, self._lock = run, set[int](), threading.Lock()
        self._threads = ThreadPoolExecutor(MOST, "closum-export")

    async def read(self, function: Callable[..., Any], args: tuple[Any, ...], account_id: int) -> Any:
        """Raises Unavailable where too many are read."""
        self._enter(account_id)
        done = self._threads.submit(self._run, function, args, account_id)
        done.add_done_callback(lambda _: self._leave(account_id))
        return await asyncio.wrap_future(done)

    def _enter(self, account_id: int) -> None:
        with self._lock:
            if account_id in self._accounts:
                raise Unavailable(OWN, RETRY_AFTER)
            if len(self._accounts) >= MOST:
                raise Unavailable(OTHERS, RETRY_AFTER)
            self._accounts.add(account_id)

    def _leave(self, account_id: int) -> None:
        """Also of one that nobody awaits any more, when its thread has noticed."""
        with self._lock:
            self._accounts.discard(account_id)

    def close(self) -> None:
        """Waits until those that are read have ended."""
        self._threads.shutdown()
