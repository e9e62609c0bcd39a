"""Group commit: one thread writes; what waits at the same moment shares a transaction.

An answered write is on the disk: outcomes are handed out after COMMIT alone. Writes may run twice, so
nothing outside their unit may happen in them.
"""

import asyncio
import logging
import queue
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from closum.errors import Unavailable
from closum.store.database import called
from closum.store.pending import PendingWrite
from closum.store.unit import Conflict, Disconnected, Overdue, Unit, Unreachable

GROUP_SECONDS = 0.010
MAX_WAITING = 4_096
MAX_SET = 100  # so that a group can be closed in time
TRIES = 5
NO_SECOND_TRY = (Disconnected, Overdue, Unreachable, Unavailable)
"""Of a group: there is no time for one, it would end alike, or it may be stored already."""
Outcome = tuple[PendingWrite, Any]
"""A write with its result, or with the exception that is its answer."""
BACKGROUND_PATIENCE = 0.5  # seconds for which a write of the background lets others go first
PAUSE = 0.005  # seconds, at most, before another try; doubled for each conflict

log = logging.getLogger("closum.store")


class WritingUnit(Unit, Protocol):
    @property
    def is_open(self) -> bool:
        """Whether its transaction goes on, after an error too."""

    def savepoint(self) -> None:
        """Begin what can be undone alone. It may be sent with the next statement, which raises its error then."""

    def release(self) -> None:
        """Keep what was done since the savepoint. It may be sent with the next statement, which raises its error then."""

    def rollback_to_savepoint(self) -> None:
        """Undo what was done since the savepoint, and nothing that was done before. Raises where it cannot."""


class Link(Protocol):
    """What a writer writes through."""

    apart: bool
    """Whether a transaction has the records of one account alone."""

    def transaction(self, account_id: int | None) -> AbstractContextManager[WritingUnit]:
        """A transaction, undone when the block raises.

        Raises Conflict when it may be run again whole, Unavailable when it may be stored.
        """

    def answer(self, error: Exception) -> Exception:
        """What a client is told of an error."""

    def close(self) -> None:
        """Called by the writing thread when it ends."""


class GroupLost(Exception):
    """Nothing but the whole transaction can be undone, or the database did so by itself, because of `error`."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class Writer:
    """A writing thread of a server, with the link that it alone uses. On the event loop `wrote` is called after each group."""

    def __init__(
        self, link: Link, loop: asyncio.AbstractEventLoop, wrote: Callable[[], object] = lambda: None
    ) -> None:
        self._link, self._loop, self._wrote = link, loop, wrote
        self._submitted: list[PendingWrite] = []  # and not handed over yet
        self._seen = 0  # how many they were a round of the event loop ago
        self._closing = 0.0  # when they are handed over at the latest
        self._waiting: queue.SimpleQueue[list[PendingWrite] | None] = queue.SimpleQueue()
        self._left: dict[int | None, deque[PendingWrite]] = {}  # by what may share a transaction, in order
        self._background: deque[tuple[float, PendingWrite]] = deque()  # each with when it came
        self._unanswered = 0  # changed on the event loop alone
        self._thread = threading.Thread(target=self._run, name="closum-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, write: PendingWrite) -> None:
        """Queue a write, with those of this round of the event loop and of the next ones, until one brings no other.

        Handed over one by one, or round by round, the first would wake the writer, which would take them alone. Raises
        Unavailable when too many wait.
        """
        if self._unanswered >= MAX_WAITING:
            raise Unavailable("Too many writes are waiting: try again")
        self._unanswered += 1
        self._submitted.append(write)
        if len(self._submitted) == 1:
            self._closing = time.monotonic() + GROUP_SECONDS
            self._loop.call_soon(self._dispatch)

    def _dispatch(self) -> None:
        """Hand over what was submitted, unless the last round brought some of it: then the next one may bring more."""
        count = len(self._submitted)
        if self._seen < count < MAX_SET and time.monotonic() < self._closing:
            self._seen = count
            self._loop.call_soon(self._dispatch)
        else:
            self.hand_over()

    def hand_over(self) -> None:
        """Give the writing thread what was submitted so far. Called on the event loop."""
        if self._submitted:
            self._waiting.put(self._submitted)
            self._submitted, self._seen = [], 0

    def stop(self, seconds: float | None = None) -> None:
        """Answer what was handed over, and end the thread. Blocks until then, or for so long."""
        self._waiting.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while self._left or self._background or self._put(self._waiting.get()):
                outcomes = self._group(*self._next())
                self._loop.call_soon_threadsafe(self._settle, outcomes)
        finally:
            self._link.close()

    def _next(self) -> tuple[int | None, deque[list[PendingWrite]]]:
        """What may share the next transaction, and what does so now, in sets.

        One write of the background when nothing else waits, or when it has waited long enough.
        """
        self._drain()
        if self._background and (not self._left or self._is_late()):
            _, write = self._background.popleft()
            return self._key(write), deque([[write]])
        key = next(iter(self._left))
        return key, deque(self._take(key))

    def _is_late(self) -> bool:
        return time.monotonic() - self._background[0][0] > BACKGROUND_PATIENCE

    def _key(self, write: PendingWrite) -> int | None:
        return write.account_id if self._link.apart else None

    def _put(self, writes: Iterable[PendingWrite] | None) -> bool:
        if writes is None:
            return False
        for write in writes:
            if write.background:
                self._background.append((time.monotonic(), write))
            else:
                self._left.setdefault(self._key(write), deque()).append(write)
        return True

    def _drain(self) -> None:
        try:
            while self._put(self._waiting.get_nowait()):
                pass
            self._waiting.put(None)  # it is told to stop, when nothing is left
        except queue.Empty:
            pass

    def _take(self, key: int | None) -> list[list[PendingWrite]]:
        """What waits and may share a transaction, in sets."""
        self._drain()
        return _sets(self._left.pop(key, ()))

    def _settle(self, outcomes: list[Outcome]) -> None:
        self._unanswered -= len(outcomes)
        for write, outcome in outcomes:
            write.complete(outcome)
        self._wrote()

    def _group(self, key: int | None, sets: deque[list[PendingWrite]]) -> list[Outcome]:
        """Run sets, and what comes meanwhile, in one transaction; when that is undone, each of its writes alone, unless
        time is over."""
        taken = list[PendingWrite]()
        if all(write.future.done() for writes in sets for write in writes):
            return [(write, None) for writes in sets for write in writes]  # nobody waits for them any more
        try:
            return self._transaction(key, sets, taken)
        except Exception as error:
            if len(taken) > 1 and not isinstance(error, NO_SECOND_TRY):
                return [self._alone(write) for write in taken]
            if not taken:  # the transaction did not even begin
                taken.extend(write for writes in sets for write in writes)
                sets.clear()
            cause = error.error if isinstance(error, GroupLost) else error
            return [(write, self._link.answer(cause)) for write in taken]
        finally:
            for writes in sets:
                self._put(writes)

    def _transaction(
        self, key: int | None, sets: deque[list[PendingWrite]], taken: list[PendingWrite]
    ) -> list[Outcome]:
        """One transaction, run again where it met another one, and while there is time on another connection."""
        conflicts = 0
        while True:
            try:
                with self._link.transaction(key) as unit:
                    return self._fill(unit, key, sets, taken)
            except Disconnected:
                if _is_over(taken or sets[0]):
                    raise
            except Conflict:
                conflicts += 1
                if conflicts == TRIES:
                    raise
            sets.extendleft(reversed(_sets(taken)))
            taken.clear()
            time.sleep(random.uniform(0, PAUSE * 2**conflicts))  # noqa: S311 - no secret

    def _fill(
        self, unit: WritingUnit, key: int | None, sets: deque[list[PendingWrite]], taken: list[PendingWrite]
    ) -> list[Outcome]:
        """Run sets, and those that come meanwhile, until none waits or the group's time is over."""
        closing = time.monotonic() + GROUP_SECONDS
        outcomes: list[Outcome] = []
        while sets and not (outcomes and time.monotonic() > closing):
            writes = sets.popleft()
            taken.extend(writes)
            outcomes.extend(self._guarded(unit, writes))
            if not sets:
                sets.extend(self._take(key))
        return outcomes

    def _guarded(self, unit: WritingUnit, writes: list[PendingWrite]) -> list[Outcome]:
        """Writes of one set inside a savepoint, so that their failure is theirs alone, while there is time for that."""
        unit.savepoint()
        try:
            outcomes = _perform(unit, writes)
            unit.release()
            return outcomes
        except Conflict:
            raise
        except Exception as error:
            if isinstance(error, Overdue | Unreachable) and _is_over(writes):
                raise
            if not unit.is_open:
                raise GroupLost(error) from error
            _undo_write(unit, error)
            if len(writes) > 1:
                return [outcome for write in writes for outcome in self._guarded(unit, [write])]
            return [(writes[0], self._link.answer(error))]

    def _alone(self, write: PendingWrite) -> Outcome:
        """One write in a transaction of its own, once, if anybody still waits for it."""
        if write.future.done():
            return write, None
        try:
            with self._link.transaction(write.account_id) as unit:
                return _perform(unit, [write])[0]
        except Exception as error:
            return write, self._link.answer(error)


def _perform(unit: Unit, writes: list[PendingWrite]) -> list[Outcome]:
    begun = time.monotonic()
    awaited: list[PendingWrite] = []
    outcomes: list[Outcome] = []
    for write in writes:
        if write.begin():
            awaited.append(write)
        else:
            outcomes.append((write, None))
    if awaited:
        first = awaited[0]
        own = unit.of(first.account_id or 0)
        if first.in_set:
            results = first.function(own, *first.args, [write.item for write in awaited])
        else:
            results = [first.function(own, *first.args)]
        outcomes.extend(zip(awaited, results, strict=True))
        if log.isEnabledFor(logging.DEBUG):
            _log_set(first, len(awaited), time.monotonic() - begun)
    return outcomes


def _log_set(first: PendingWrite, count: int, seconds: float) -> None:
    what = called(first.function, first.args)
    log.debug("write set: %s, account %s, %d in %.1f ms", what, first.account_id, count, seconds * 1_000)


def _undo_write(unit: WritingUnit, error: Exception) -> None:
    """Undo what a write did before its error. Raises GroupLost where only the whole transaction can be undone.

    That is so when the savepoint could not be made, or the one before it not released: the error is then another's.
    """
    try:
        unit.rollback_to_savepoint()
    except Conflict:
        raise
    except Exception:
        raise GroupLost(error) from None


def _is_over(writes: Iterable[PendingWrite]) -> bool:
    return any(write.until < time.monotonic() for write in writes)


def _sets(writes: Iterable[PendingWrite]) -> list[list[PendingWrite]]:
    """Writes of a set together, in the place of the first of them; every other write by itself."""
    sets: dict[Any, list[PendingWrite]] = {}
    for write in writes:
        sets.setdefault((write.function, write.account_id, write.args) if write.in_set else write, []).append(
            write
        )
    return [
        members[start : start + MAX_SET]
        for members in sets.values()
        for start in range(0, len(members), MAX_SET)
    ]
