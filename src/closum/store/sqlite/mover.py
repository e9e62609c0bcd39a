"""The terms of new and changed records, moved into the index soon after they are written, and before too many wait.

Small steps at low priority, and few: a hundred records cost twice as much each as a thousand, so what comes meanwhile is
left until there is enough for a step, or for a moment. A step is one transaction, so whenever a server is killed, nothing is lost or done twice: what
is left is moved by the next one. Nothing is written where nothing waits.
"""

import asyncio
import contextlib
import logging
import time

from closum.errors import Unavailable
from closum.store.database import Database
from closum.store.sqlite import search
from closum.store.unit import Unit

SOON = 0.25  # seconds after a write
MANY = 4_000  # records of which terms may wait: with more, moving takes turns with the writes of requests
STEP_SECONDS = 0.010
PAUSES = 3  # after a step, each as long as it
FIRST_SIZE, MOST_SIZE = 100, 1_000  # records

log = logging.getLogger("closum.store")


class Mover:
    """Moves the terms of one server. Used on the event loop alone."""

    def __init__(self, db: Database) -> None:
        self._db, self._size = db, FIRST_SIZE
        self._wanted = False
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def wrote(self) -> None:
        """There may be terms to be moved."""
        self._wanted = True
        if self._task is None and not self._stopping.is_set():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """End with the step under way."""
        self._stopping.set()
        if self._task:
            await self._task

    async def _run(self) -> None:
        try:
            while self._wanted and not self._stopping.is_set():
                await self._pause(SOON)
                self._wanted = False
                await self._move()
        except Unavailable:
            pass  # the database says so itself, and the next write comes here again
        except Exception:
            log.exception("terms could not be moved into the index")
        finally:
            self._task = None

    async def _move(self) -> None:
        while not self._stopping.is_set() and await self._db.read(search.waits):
            many = await self._db.read(search.waits, MANY)
            begun = time.monotonic()
            seconds = await self._db.write(None, _step, self._size, background=not many)
            self._resize(seconds)
            if not many:
                is_full = await self._db.read(search.waits, self._size)
                await self._pause(max(PAUSES * (time.monotonic() - begun), 0.0 if is_full else SOON))

    def _resize(self, seconds: float) -> None:
        """Let the next step take about STEP_SECONDS."""
        if seconds > STEP_SECONDS:
            self._size = max(1, int(self._size * STEP_SECONDS / seconds))
        elif seconds < STEP_SECONDS / 2:
            self._size = min(MOST_SIZE, self._size * 2)

    async def _pause(self, seconds: float) -> None:
        """For so long, or until the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


def _step(unit: Unit, size: int) -> float:
    """How long it took, in seconds."""
    begun = time.monotonic()
    search.move(unit, size)
    return time.monotonic() - begun
