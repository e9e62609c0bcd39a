"""What keeps a running server from writing or reading its database, from the first failure to the end of its cause."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from closum.errors import Unavailable
from closum.store.pending import PendingWrite
from closum.store.unit import Unit

AGAIN = 0.5  # seconds until it is tried again
MOST = 32  # failures that are tried again

Attempt = Callable[[PendingWrite], Awaitable[Any]]
Again = Callable[[], Awaitable[Any]]

log = logging.getLogger("closum.store")


class Fault(NamedTuple):
    """A cause that lasts: what is wrong, and what to do. Neither names a path."""

    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.what}: {self.advice}"


FULL = Fault("The disk of the database is full", "free some space")
READ_ONLY = Fault(
    "The database takes no writes", "look at the mode and the owner of its file, and how its disk is mounted"
)
DISK = Fault(
    "The disk of the database fails",
    "look at the system's log, and move the database to a sound disk, or raise the quota",
)
UNOPENABLE = Fault(
    "A file of the database cannot be opened",
    "look at its mode and owner, and how many files the server may open",
)
LOCKED = Fault("Another program keeps the database locked", "end that program")
MOVED = Fault(
    "A file of the database was moved, removed, replaced or cut short",
    "put the same file back, with those beside it that end in -wal and -shm; or stop the server, which saves what it holds, and restore what it saved, or a backup",
)
DAMAGED = Fault("A page of the database cannot be read", "stop the server and restore a backup")


class Failing(Unavailable):
    """Unavailable for a cause that lasts. `detail` is for the log alone: it may name a path."""

    def __init__(self, fault: Fault, detail: object) -> None:
        super().__init__()
        self.fault, self.detail = fault, " ".join(str(detail).split())


class Rehearsed(Exception):
    """A write went well, and is undone by this."""


class Health:
    """The faults of the database at this moment. Used on the event loop alone; costs nothing while there is none.

    While there are some, `probe(unit)`, a write that changes nothing, is handed to `attempt` every half second. A fault
    ends when that succeeds, and then all that failed by it: it is tried again, and undone where it writes.
    """

    def __init__(self, attempt: Attempt, probe: Callable[[Unit], object]) -> None:
        self._attempt, self._probe = attempt, probe
        self._faults: dict[Fault, float] = {}  # since when
        self._failed: list[tuple[Fault, object, Again]] = []
        self._task: asyncio.Task[None] | None = None

    def check(self) -> None:
        """Raises Unavailable, with the cause and what to do, while there is one."""
        if self._faults:
            raise Unavailable("; ".join(map(str, self._faults)))

    def begin(self, failing: Failing) -> None:
        """Note a fault."""
        if failing.fault not in self._faults:
            log.error("%s (%s)", failing.fault, failing.detail)
            self._faults[failing.fault] = time.monotonic()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._recover())

    def read_failed(self, failing: Failing, key: object, again: Again) -> None:
        """Note why a read failed; `again()` reads the same, `key` tells it from others."""
        new = (failing.fault, key)
        if len(self._failed) < MOST and not any((fault, known) == new for fault, known, _ in self._failed):
            self._failed.append((*new, again))
        self.begin(failing)

    def write_failed(self, failing: Failing, write: PendingWrite) -> None:
        """Note why a write failed."""
        key = (write.function, write.args, write.item)
        self.read_failed(failing, key, lambda: self._do(_rehearse, write, account_id=write.account_id))

    async def close(self) -> None:
        """Try nothing any more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    def _do(self, function: Callable[..., Any], *args: Any, account_id: int | None = None) -> Awaitable[Any]:
        future = asyncio.get_running_loop().create_future()
        return self._attempt(PendingWrite(function, args, future, account_id))

    async def _recover(self) -> None:
        while self._faults:
            await asyncio.sleep(AGAIN)
            if not await _fails(lambda: self._do(self._probe), Unavailable):
                await self._try_again()
                self._end()

    async def _try_again(self) -> None:
        for one in list(self._failed):
            if not await _fails(one[2], Failing):
                self._failed.remove(one)

    def _end(self) -> None:
        for fault in self._faults.keys() - {fault for fault, _, _ in self._failed}:
            lasted = time.monotonic() - self._faults.pop(fault)
            log.warning("This has ended after %.0f s: %s", lasted, fault.what)


def _rehearse(unit: Unit, write: PendingWrite) -> None:
    write.function(unit, *write.args, *([[write.item]] if write.in_set else []))
    raise Rehearsed


async def _fails(attempt: Again, kind: type[Unavailable]) -> bool:
    """Whether it is answered with an error of this kind; another one, such as NotFound, is the database at work."""
    try:
        await attempt()
    except Exception as error:
        return isinstance(error, kind)
    return False
