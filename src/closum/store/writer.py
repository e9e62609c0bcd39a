"""Group commit: one thread writes; what waits at the same moment shares a transaction.

An answered write is on the disk: outcomes are handed out after COMMIT alone. Jobs may run twice, so
nothing outside their unit may happen in them.
"""

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from closum.errors import Unavailable
from closum.store.sqlite import Clock, SQLiteUnit, connect, fold_wal, transaction, unavailable

GROUP_SECONDS = 0.010
MAX_WAITING = 4_096
MAX_SET = 100  # so that a group can be closed in time


@dataclass(slots=True, eq=False)
class Job:
    """`function(unit, *args)`; with `item`, one of a set: `function(unit, *args, [item, …])` gives an outcome for each."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    future: asyncio.Future[Any]
    item: Any = None
    in_set: bool = False


Outcome = tuple[Job, Any]
"""A job with its result, or with the exception that is its answer."""


class GroupLost(Exception):
    """The database rolled the whole transaction back by itself."""


class Writer:
    """The writing thread of a server, with the connection that it alone uses."""

    def __init__(self, path: Path, clock: Clock, loop: asyncio.AbstractEventLoop) -> None:
        self._clock, self._loop = clock, loop
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._left: deque[Job] = deque()
        self._connection = connect(path, checkpoints=True)
        self._unanswered = 0  # changed on the event loop alone
        self._thread = threading.Thread(target=self._run, name="closum-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Queue a job. Raises Unavailable when too many wait."""
        if self._unanswered >= MAX_WAITING:
            raise Unavailable("Too many writes are waiting: try again")
        self._unanswered += 1
        self._waiting.put(job)

    def stop(self) -> None:
        """Answer what waits, fold the WAL into the file, end the thread. Blocks until then."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        try:
            while (job := self._next()) is not None:
                outcomes = self._group(job)
                self._loop.call_soon_threadsafe(self._settle, outcomes)
        finally:
            fold_wal(self._connection)
            self._connection.close()

    def _next(self) -> Job | None:
        return self._left.popleft() if self._left else self._waiting.get()

    def _drain(self) -> list[Job]:
        jobs = list(self._left)
        self._left.clear()
        try:
            while (job := self._waiting.get_nowait()) is not None:
                jobs.append(job)
            self._waiting.put(None)
        except queue.Empty:
            pass
        return jobs

    def _settle(self, outcomes: list[Outcome]) -> None:
        self._unanswered -= len(outcomes)
        for job, outcome in outcomes:
            if job.future.done():
                continue  # the client has gone
            if isinstance(outcome, Exception):
                job.future.set_exception(outcome)
            else:
                job.future.set_result(outcome)

    def _group(self, first: Job) -> list[Outcome]:
        """Run what waits in one transaction; when that is lost, what was in it job by job."""
        sets, taken = deque(_sets([first, *self._drain()])), list[Job]()
        try:
            with transaction(self._connection, int(self._clock())) as unit:
                return self._fill(unit, sets, taken)
        except (apsw.Error, GroupLost) as error:
            if taken:
                return [self._alone(job) for job in taken]
            jobs = [job for jobs in sets for job in jobs]  # the transaction did not even begin
            sets.clear()
            return [(job, _answer(error)) for job in jobs]
        finally:
            self._left.extend(job for jobs in sets for job in jobs)

    def _fill(self, unit: SQLiteUnit, sets: deque[list[Job]], taken: list[Job]) -> list[Outcome]:
        """Run sets, and those that come meanwhile, until none waits or the group's time is over."""
        closing = time.monotonic() + GROUP_SECONDS
        outcomes: list[Outcome] = []
        while sets and not (outcomes and time.monotonic() > closing):
            jobs = sets.popleft()
            taken.extend(jobs)
            outcomes.extend(self._guarded(unit, jobs))
            if not sets:
                sets.extend(_sets(self._drain()))
        return outcomes

    def _guarded(self, unit: SQLiteUnit, jobs: list[Job]) -> list[Outcome]:
        """Jobs of one set inside a savepoint, so that their failure is theirs alone."""
        unit.run("SAVEPOINT job")
        try:
            outcomes = _perform(unit, jobs)
            unit.run("RELEASE job")
            return outcomes
        except Exception as error:
            if not unit.connection.in_transaction:
                raise GroupLost from error
            unit.run("ROLLBACK TO job")
            unit.run("RELEASE job")
            if len(jobs) > 1:
                return [outcome for job in jobs for outcome in self._guarded(unit, [job])]
            return [(jobs[0], _answer(error))]

    def _alone(self, job: Job) -> Outcome:
        """One job in a transaction of its own."""
        try:
            with transaction(self._connection, int(self._clock())) as unit:
                return _perform(unit, [job])[0]
        except Exception as error:
            return job, _answer(error)


def _perform(unit: SQLiteUnit, jobs: list[Job]) -> list[Outcome]:
    first = jobs[0]
    if not first.in_set:
        return [(first, first.function(unit, *first.args))]
    results = first.function(unit, *first.args, [job.item for job in jobs])
    return list(zip(jobs, results, strict=True))


def _sets(jobs: Iterable[Job]) -> list[list[Job]]:
    """Jobs of a set together, where the first of them stood; every other job by itself."""
    sets: dict[Any, list[Job]] = {}
    for job in jobs:
        sets.setdefault((job.function, job.args) if job.in_set else job, []).append(job)
    return [
        members[start : start + MAX_SET]
        for members in sets.values()
        for start in range(0, len(members), MAX_SET)
    ]


def _answer(error: Exception) -> Exception:
    return (unavailable(error) or error) if isinstance(error, apsw.Error) else error
