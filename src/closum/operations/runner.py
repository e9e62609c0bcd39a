"""Background work of a server: small steps at low priority, each one transaction with the note of how far the work is.

So a step is never lost and never done twice, whenever a server is killed and however many there are: one that has not made
a step for LEASE seconds is taken for dead, and another one goes on.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

from closum.errors import Refusal, Unavailable
from closum.model.change import By
from closum.operations.walks import Behind, Walks
from closum.store import background
from closum.store.background import Claim, Key, Progress
from closum.store.database import Database
from closum.store.unit import Unit

FIRST_LOOK = 1.0  # seconds after its start
LOOK = 10.0  # seconds between two looks for work that is due
MOMENT = 0.02  # seconds for which a turn waits until it is prepared
AGAIN = 5.0  # seconds until what the database could not do is tried again
SCHEDULE = 3_600.0  # seconds between two looks for accounts without work of a kind that every one has
LEASE = 30
MOST = 100  # pieces of work that a server has at once
THREADS = 32  # in which steps are prepared, and nothing else: that may take long
AT_ONCE = 500  # accounts
STEP_SECONDS = 0.005
PAUSES = 3
PATIENCE = 10  # times as many pauses, while requests keep the process busy: more than BUSY of the time
BUSY = 0.5
FIRST_SIZE, MOST_SIZE = 50, 50_000
TRIES = 6
FIRST_WAIT, LONGEST_WAIT = 60, 3_600  # seconds until a step that failed is tried again

log = logging.getLogger("closum.server")


class Work(NamedTuple):
    """What a step is handed: the number of what it works on, what was asked for, how far it is.

    `size` is how much it should do, in a measure of the kind's own: about STEP_SECONDS of work. `prepared` is what was
    prepared for it.
    """

    number: int
    argument: Any
    progress: Progress
    size: int
    prepared: Any = None


Step = Callable[[Unit, Work], Progress]
"""May run twice: nothing outside the unit happens in it. Raises Refusal where it cannot ever be done."""


class Elsewhere(Exception):
    """What a step needs is on another machine."""


class Preparing(Protocol):
    """Does what a step needs beside the database: it reads a file."""

    def prepare(self, key: Key, claim: Claim, size: int) -> Any:
        """What the next step is handed, about so much. It may take long: it is called in a thread. Raises Refusal, and Elsewhere
        where another server has to do it."""

    def forget(self, key: Key) -> None:
        """The work does not go on here."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of background work. With `every`, in seconds, each account has it, or, where it is `shared`, there is one.

    Of work that it `forgets` nothing is kept of what was asked for, once it is done.
    With `behind` the accounts have it which that names.
    A step that needs more than the database is `preparing`. It has `seconds` of work, and `pauses` follow it, each as long.
    """

    name: str
    step: Step
    every: int | None = None
    shared: bool = False
    forgets: bool = False
    behind: Behind | None = None
    preparing: Preparing | None = None
    seconds: float = STEP_SECONDS
    pauses: int = PAUSES

    @property
    def longest(self) -> int:
        """The longest time, in seconds, for which work is put off."""
        return max(self.every or 0, LONGEST_WAIT, LEASE)


class Turn(NamedTuple):
    """What became of a step: how long it took, in seconds, and what is left to do; None at the end."""

    seconds: float
    left: Claim | None


class Prepared(NamedTuple):
    """What was prepared for the step that follows a claim."""

    claim: Claim
    value: Any


def turn(
    unit: Unit, kind: Kind, key: Key, owner: str, size: int, prepared: Prepared | None = None
) -> Turn | None:
    """One step of work, with the note of it; None where another server has it, or nobody is to do it now.

    Nothing is done where it was prepared for another step: that was done meanwhile, or the work was begun again.
    """
    claimed = claim(unit, kind, key, owner)
    if claimed is None:
        return None
    if prepared and prepared.claim.of_step != claimed.of_step:
        return Turn(0.0, claimed)
    own = unit.of(key.account_id, By(None, "", kind.name, key.number or None))
    begun = time.monotonic()
    value = prepared.value if prepared else None
    progress = kind.step(own, Work(key.number, claimed.argument, claimed.progress, size, value))
    seconds = time.monotonic() - begun
    background.save(unit, key, progress, _next(unit, kind))
    if progress.ended and kind.forgets:
        background.forget_argument(unit, key)
    return Turn(seconds, None if progress.ended else Claim(claimed.argument, progress, 0))


def _log_step(key: Key, taken: Turn) -> None:
    if log.isEnabledFor(logging.DEBUG):
        state = "goes on" if taken.left else "has ended"
        step = (*key, taken.seconds * 1_000, state)
        log.debug("background step: account %s, %s %s, %.1f ms: it %s", *step)


def note_failure(unit: Unit, kind: Kind, key: Key, owner: str, error: str, final: bool) -> None:
    """A step failed, and nothing of it is stored: it is tried again later, at last given up."""
    claimed = claim(unit, kind, key, owner)
    if claimed is None:
        return
    attempts = claimed.attempts + 1
    if final or attempts >= TRIES:
        background.give_up(unit, key, error, _next(unit, kind))
    else:
        wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
        background.fail(unit, key, error, attempts, unit.now + wait)


def claim(unit: Unit, kind: Kind, key: Key, owner: str) -> Claim | None:
    """Take up work, or go on with one's own; None where another server has it, or nobody is to do it now."""
    return background.claim(unit, key, owner, unit.now + LEASE, unit.now + kind.longest)


def _next(unit: Unit, kind: Kind) -> int | None:
    return unit.now + kind.every if kind.every else None


async def _made(threads: Executor, preparing: Preparing, key: Key, claimed: Claim, size: int) -> Prepared:
    prepare = partial(preparing.prepare, key, claimed, size)
    return Prepared(claimed, await asyncio.get_running_loop().run_in_executor(threads, prepare))


class Runner:
    """Does the background work of a server, one step after the other. Used on the event loop alone.

    Pauses follow each step, so that requests have half of the time at least, and three quarters while nobody waits for the work.
    """

    def __init__(self, db: Database, kinds: Iterable[Kind]) -> None:
        self._db = db
        self._kinds = {kind.name: kind for kind in kinds}
        self._longest = {kind.name: kind.longest for kind in self._kinds.values()}
        self._sizes = dict.fromkeys(self._kinds, FIRST_SIZE)
        self._owner = "server" if db.alone else secrets.token_hex(8)
        self._mine: dict[Key, Claim | None] = {}  # begun here, and not ended
        self._prepared: dict[Key, asyncio.Task[Prepared]] = {}
        self._claimed_at: dict[Key, float] = {}
        self._left: dict[Key, float] = {}  # to another server, and when
        self._stopping = asyncio.Event()
        self._woken = asyncio.Event()
        self._looked_at = self._scheduled_at = float("-inf")
        behind = {kind.name: kind.behind for kind in self._kinds.values() if kind.behind}
        self._walks = Walks(db, behind, lambda seconds: self._pause(PAUSES * seconds))
        # Of the first look: nobody else goes on with what it left itself.
        self._ahead = LEASE if db.alone else 0
        self._task: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="closum-prepare")

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """Look at once for work that is due."""
        self._woken.set()

    async def stop(self) -> None:
        """End with the step under way, and let another server go on with the work."""
        self._stopping.set()
        self._woken.set()
        if self._task:
            await self._task
        for key in list(self._mine):
            self._note(key, None)
            with contextlib.suppress(Unavailable):
                await self._write(key, background.release, key, self._owner)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def work(self) -> None:
        """Do what is due, until nothing is, or the database cannot do it."""
        self._looked_at = float("-inf")
        self._walks.begin_soon()
        await self._schedule()
        while not self._stopping.is_set():
            keys = self._first(dict.fromkeys([*self._mine, *await self._look()]))
            moved = [await self._take_turn(key) for key in keys if not self._stopping.is_set()]
            if not any(moved) and not self._walks.are_under_way:
                return

    async def _run(self) -> None:
        await self._sleep(FIRST_LOOK)
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                await self.work()
            except Unavailable:
                pass  # the database says so itself
            except Exception:
                log.exception("background work failed")
            await self._sleep(AGAIN if self._mine else LOOK)

    async def _schedule(self) -> None:
        """Add work of each periodic kind where it is missing."""
        now = asyncio.get_running_loop().time()
        if now - self._scheduled_at < SCHEDULE:
            return
        for kind in self._kinds.values():
            if kind.every and kind.shared:
                if await self._db.read(background.found, kind.name) is None:
                    await self._db.write(None, background.add, kind.name, background=True)
            elif kind.every:
                await self._schedule_for_accounts(kind.name)
        self._scheduled_at = now

    async def _schedule_for_accounts(self, kind: str) -> None:
        last: int | None = 0
        while last is not None and not self._stopping.is_set():
            without, last = await self._db.read(background.accounts_without, kind, last, AT_ONCE)
            for account_id in without:
                await self._db.write(account_id, background.add, kind, background=True)

    async def _look(self) -> Sequence[Key]:
        """What is due; from step to step it looks once a second."""
        now = asyncio.get_running_loop().time()
        is_early = bool(self._mine) and now - self._looked_at < 1.0
        if is_early or len(self._mine) >= MOST:
            return ()
        await self._walks.go_on(AT_ONCE, MOST, LOOK)
        ahead, self._ahead = self._ahead, 0
        keys = await self._db.read(background.due, self._longest, ahead, MOST)
        self._looked_at = now
        return [key for key in keys if now - self._left.get(key, float("-inf")) > LEASE]

    def _first(self, keys: Iterable[Key]) -> list[Key]:
        """Those that have a turn: work that nobody waits for has none while there is other work."""
        known = list(keys)
        return [key for key in known if not self._kinds[key.kind].behind] or known

    async def _take_turn(self, key: Key) -> bool:
        """One step, and the pauses after it; whether the work went on."""
        kind, loop = self._kinds[key.kind], asyncio.get_running_loop()
        begun = loop.time()
        try:
            prepared = await self._prepare(kind, kind.preparing, key) if kind.preparing else None
            if kind.preparing and prepared is None:
                return False
            begun = loop.time()
            taken = await self._write(key, turn, kind, key, self._owner, self._sizes[key.kind], prepared)
        except Unavailable:
            return False
        except Elsewhere:
            return await self._leave(key)
        except Exception as error:
            return await self._fail(kind, key, error)
        if taken and taken.seconds:
            _log_step(key, taken)
            self._resize(kind, taken)
        self._note(key, taken.left if taken else None)
        if taken and taken.left and kind.preparing:
            self._begin_preparing(kind, kind.preparing, key, taken.left)
        await self._rest(kind, kind.pauses * (loop.time() - begun))
        return taken is not None

    async def _prepare(self, kind: Kind, preparing: Preparing, key: Key) -> Prepared | None:
        """What the next step of work is handed; None while that is made, or where another server has the work."""
        task, loop = self._prepared.get(key), asyncio.get_running_loop()
        if task is None or loop.time() - self._claimed_at[key] > LEASE / 3:
            claimed = self._mine.get(key) if task is None else None
            claimed = claimed or await self._write(key, claim, kind, key, self._owner)
            if claimed is None:
                self._note(key, None)
                return None
            self._mine[key], self._claimed_at[key] = claimed, loop.time()
            if task is None:
                task = self._begin_preparing(kind, preparing, key, claimed)
        await asyncio.wait({task}, timeout=MOMENT)
        if not task.done():
            return None
        del self._prepared[key]
        return task.result()

    def _begin_preparing(
        self, kind: Kind, preparing: Preparing, key: Key, claimed: Claim
    ) -> asyncio.Task[Prepared]:
        loop = asyncio.get_running_loop()
        task = loop.create_task(_made(self._threads, preparing, key, claimed, self._sizes[kind.name]))
        task.add_done_callback(lambda _: self.wake())
        self._prepared[key], self._claimed_at[key] = task, loop.time()
        return task

    async def _leave(self, key: Key) -> bool:
        """Let another server go on with work that cannot be done here."""
        self._note(key, None)
        self._left[key] = asyncio.get_running_loop().time()
        await self._write(key, background.release, key, self._owner)
        return False

    async def _rest(self, kind: Kind, seconds: float) -> None:
        """After a step. Work that nobody waits for lets requests go first."""
        for _ in range(PATIENCE - 1 if kind.behind else 0):
            begun = time.process_time()
            await self._pause(seconds)
            if time.process_time() - begun <= BUSY * seconds:
                return
        await self._pause(seconds)

    async def _fail(self, kind: Kind, key: Key, error: Exception) -> bool:
        """Whether that could be noted."""
        final = isinstance(error, Refusal)
        told = (
            str(error)
            if final
            else f"Internal error ({type(error).__name__}): the server's log has the details"
        )
        where = f" of account {key.account_id}" if key.account_id else ""
        if final:  # whoever asked for it is told the reason, which may quote a file
            log.warning("background work %s %s%s is refused", key.kind, key.number, where)
        else:
            log.error("background work %s %s%s failed", key.kind, key.number, where, exc_info=error)
        self._note(key, None)
        try:
            await self._write(key, note_failure, kind, key, self._owner, told, final)
        except Unavailable:
            return False
        return True

    async def _write(self, key: Key, function: Callable[..., Any], *args: Any) -> Any:
        return await self._db.write(key.account_id or None, function, *args, background=True)

    def _note(self, key: Key, left: Claim | None) -> None:
        if left:
            self._mine[key] = left
            return
        self._mine.pop(key, None)
        self._claimed_at.pop(key, None)
        if preparing := self._kinds[key.kind].preparing:
            self._prepared.pop(key, None)
            preparing.forget(key)

    def _resize(self, kind: Kind, taken: Turn) -> None:
        """Let the next step take about as long as it should. The last one of some work tells nothing of a larger size: it may have
        done less than it was asked to."""
        size, wanted = self._sizes[kind.name], kind.seconds
        if taken.seconds > wanted:
            self._sizes[kind.name] = max(1, int(size * wanted / taken.seconds))
        elif taken.left:
            grown = size * wanted / max(taken.seconds, wanted / 2)
            self._sizes[kind.name] = min(MOST_SIZE, int(grown))

    async def _sleep(self, seconds: float) -> None:
        """For so long, or until it is woken."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), seconds)

    async def _pause(self, seconds: float) -> None:
        """For so long, or until the end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
