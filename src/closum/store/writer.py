"""Group commit: one thread writes; what waits at the same moment shares a transaction.

An answered write is on the disk: outcomes are handed out after COMMIT alone. Jobs may run twice, so
nothing outside their unit may happen in them.
"""

import asyncio
import queue
import random
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol

from closum.errors import Unavailable
from closum.store.job import Job, Outcome
from closum.store.unit import Conflict, Disconnected, Overdue, Unit, Unreachable

GROUP_SECONDS = 0.010
MAX_WAITING = 4_096
MAX_SET = 100  # so that a group can be closed in time
TRIES = 5
NO_SECOND_TRY = (Disconnected, Overdue, Unreachable, Unavailable)
"""Of a group: there is no time for one, it would end alike, or it may be stored already."""
BACKGROUND_PATIENCE = 0.5  # seconds for which a write of the background lets others go first
PAUSE = 0.005  # seconds, at most, before another try; doubled for each conflict


class WritingUnit(Unit, Protocol):
    @property
    def is_open(self) -> bool:
        """Whether its transaction goes on, after an error too."""

    def ahead(self, sql: str) -> None:
        """Execute a statement before the next one, with which it may be sent: that one raises its error then."""


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
    """The database rolled the whole transaction back by itself, because of `error`."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class Writer:
    """A writing thread of a server, with the link that it alone uses."""

    def __init__(self, link: Link, loop: asyncio.AbstractEventLoop) -> None:
        self._link, self._loop = link, loop
        self._submitted: list[Job] = []  # in this round of the event loop
        self._waiting: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._left: dict[int | None, deque[Job]] = {}  # by what may share a transaction, in order
        self._background: deque[tuple[float, Job]] = deque()  # each with when it came
        self._unanswered = 0  # changed on the event loop alone
        self._thread = threading.Thread(target=self._run, name="closum-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job, with those of the same round of the event loop. Raises Unavailable when too many wait.

        Handed over one by one, the first would wake the writer, which would take it alone.
        """
        if self._unanswered >= MAX_WAITING:
            raise Unavailable("Too many writes are waiting: try again")
        self._unanswered += 1
        self._submitted.append(job)
        if len(self._submitted) == 1:
            self._loop.call_soon(self._dispatch)

    def _dispatch(self) -> None:
        self._waiting.put(self._submitted)
        self._submitted = []

    def stop(self, seconds: float | None = None) -> None:
        """Answer what was submitted in earlier rounds, and end the thread. Blocks until then, or for so long."""
        self._waiting.put(None)
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            while self._left or self._background or self._put(self._waiting.get()):
                outcomes = self._group(*self._next())
                self._loop.call_soon_threadsafe(self._settle, outcomes)
        finally:
            self._link.close()

    def _next(self) -> tuple[int | None, deque[list[Job]]]:
        """What may share the next transaction, and what does so now, in sets.

        One job of the background when nothing else waits, or when it has waited long enough.
        """
        self._drain()
        if self._background and (not self._left or self._is_late()):
            _, job = self._background.popleft()
            return self._key(job), deque([[job]])
        key = next(iter(self._left))
        return key, deque(self._take(key))

    def _is_late(self) -> bool:
        return time.monotonic() - self._background[0][0] > BACKGROUND_PATIENCE

    def _key(self, job: Job) -> int | None:
        return job.account_id if self._link.apart else None

    def _put(self, jobs: Iterable[Job] | None) -> bool:
        if jobs is None:
            return False
        for job in jobs:
            if job.background:
                self._background.append((time.monotonic(), job))
            else:
                self._left.setdefault(self._key(job), deque()).append(job)
        return True

    def _drain(self) -> None:
        try:
            while self._put(self._waiting.get_nowait()):
                pass
            self._waiting.put(None)  # it is told to stop, when nothing is left
        except queue.Empty:
            pass

    def _take(self, key: int | None) -> list[list[Job]]:
        """What waits and may share a transaction, in sets."""
        self._drain()
        return _sets(self._left.pop(key, ()))

    def _settle(self, outcomes: list[Outcome]) -> None:
        self._unanswered -= len(outcomes)
        for job, outcome in outcomes:
            job.complete(outcome)

    def _group(self, key: int | None, sets: deque[list[Job]]) -> list[Outcome]:
        """Run sets, and what comes meanwhile, in one transaction; when that is undone, what was in it job by job, unless
        time is over."""
        taken = list[Job]()
        if all(job.future.done() for jobs in sets for job in jobs):
            return [(job, None) for jobs in sets for job in jobs]  # nobody waits for them any more
        try:
            return self._transaction(key, sets, taken)
        except Exception as error:
            if len(taken) > 1 and not isinstance(error, NO_SECOND_TRY):
                return [self._alone(job) for job in taken]
            if not taken:  # the transaction did not even begin
                taken.extend(job for jobs in sets for job in jobs)
                sets.clear()
            cause = error.error if isinstance(error, GroupLost) else error
            return [(job, self._link.answer(cause)) for job in taken]
        finally:
            for jobs in sets:
                self._put(jobs)

    def _transaction(self, key: int | None, sets: deque[list[Job]], taken: list[Job]) -> list[Outcome]:
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
        self, unit: WritingUnit, key: int | None, sets: deque[list[Job]], taken: list[Job]
    ) -> list[Outcome]:
        """Run sets, and those that come meanwhile, until none waits or the group's time is over."""
        closing = time.monotonic() + GROUP_SECONDS
        outcomes: list[Outcome] = []
        while sets and not (outcomes and time.monotonic() > closing):
            jobs = sets.popleft()
            taken.extend(jobs)
            outcomes.extend(self._guarded(unit, jobs))
            if not sets:
                sets.extend(self._take(key))
        return outcomes

    def _guarded(self, unit: WritingUnit, jobs: list[Job]) -> list[Outcome]:
        """Jobs of one set inside a savepoint, so that their failure is theirs alone, while there is time for that."""
        unit.ahead("SAVEPOINT job")
        try:
            outcomes = _perform(unit, jobs)
            unit.ahead("RELEASE SAVEPOINT job")
            return outcomes
        except Conflict:
            raise
        except Exception as error:
            if isinstance(error, Overdue | Unreachable) and _is_over(jobs):
                raise
            if not unit.is_open:
                raise GroupLost(error) from error
            _undo_job(unit, error)
            if len(jobs) > 1:
                return [outcome for job in jobs for outcome in self._guarded(unit, [job])]
            return [(jobs[0], self._link.answer(error))]

    def _alone(self, job: Job) -> Outcome:
        """One job in a transaction of its own, once."""
        try:
            with self._link.transaction(job.account_id) as unit:
                return _perform(unit, [job])[0]
        except Exception as error:
            return job, self._link.answer(error)


def _perform(unit: Unit, jobs: list[Job]) -> list[Outcome]:
    awaited: list[Job] = []
    outcomes: list[Outcome] = []
    for job in jobs:
        if job.begin():
            awaited.append(job)
        else:
            outcomes.append((job, None))
    if awaited:
        first = awaited[0]
        own = unit.of(first.account_id or 0)
        if first.in_set:
            results = first.function(own, *first.args, [job.item for job in awaited])
        else:
            results = [first.function(own, *first.args)]
        outcomes.extend(zip(awaited, results, strict=True))
    return outcomes


def _undo_job(unit: WritingUnit, error: Exception) -> None:
    """Undo what a job did before its error, which is raised where only the whole transaction can be undone."""
    try:
        unit.run("ROLLBACK TO SAVEPOINT job")
        unit.ahead("RELEASE SAVEPOINT job")
    except Conflict:
        raise
    except Exception:  # the savepoint could not be made
        raise error from None


def _is_over(jobs: Iterable[Job]) -> bool:
    return any(job.until < time.monotonic() for job in jobs)


def _sets(jobs: Iterable[Job]) -> list[list[Job]]:
    """Jobs of a set together, where the first of them stood; every other job by itself."""
    sets: dict[Any, list[Job]] = {}
    for job in jobs:
        sets.setdefault((job.function, job.account_id, job.args) if job.in_set else job, []).append(job)
    return [
        members[start : start + MAX_SET]
        for members in sets.values()
        for start in range(0, len(members), MAX_SET)
    ]
