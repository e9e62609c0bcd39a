"""One round of all kinds of writes: they take turns, so that a change in the machine's speed does not change the ratios."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.find.setting import Setting
from benchmarks.measuring import Figures
from benchmarks.writes import calls, scenarios
from benchmarks.writes.calls import Connection, Lead, Request
from benchmarks.writes.scenarios import (
    BATCH,
    CREATE,
    DELETE,
    UPDATE,
    UPSERT_KNOWN,
    UPSERT_NEW,
    WORKED,
)

CONNECTIONS = 32
_numbers = itertools.count(1)
_times = itertools.count(1)


@dataclass(slots=True)
class Spent:
    """How many leads were written, in how many seconds, and in how many of the processor."""

    leads: int = 0
    seconds: float = 0
    cpu: float = 0

    def figures(self) -> Figures:
        """Leads a second, and microseconds of the processor for each."""
        return {
            "rate": self.leads / self.seconds,
            "cpu": self.cpu / self.leads * 1e6,
            "requests": self.leads,
        }


@dataclass(slots=True)
class Round:
    """What is spent on each scenario of one server, over a connection and over many."""

    setting: Setting
    name: str
    connection: Connection
    spent: dict[str, Spent] = field(default_factory=dict)

    def measure(self, scenario: str, leads: int, write: Callable[[], Any]) -> Any:
        """Do it, and add what is spent: the work that searches leave for later counts."""
        process = self.setting.contestants[self.name].process
        before, begun = process.cpu_seconds(), time.perf_counter()
        done = write()
        seconds = time.perf_counter() - begun + self.setting.settle(self.name)
        spent = self.spent.setdefault(scenario, Spent())
        spent.leads += leads
        spent.seconds += seconds
        spent.cpu += process.cpu_seconds() - before
        return done

    def singles(self, kind: str, leads: list[Lead]) -> list[Lead]:
        """One call for each lead; the leads with their ids."""
        times = next(_times)
        requests = [calls.single(kind, lead, times) for lead in leads]
        contestant, target = self.setting.contestants[self.name], self.setting.target(self.name)
        send = partial(calls.send_all, contestant, target, requests, CONNECTIONS)
        return _known(leads, self.measure(scenarios.single(kind), len(leads), send))

    def batch(self, kind: str, leads: list[Lead], *, undo: bool = False) -> list[Lead]:
        """One call for all leads; the leads with their ids. With `undo` it is undone."""
        request = calls.batch(kind, leads, next(_times))
        answer = self.measure(scenarios.batch(kind), len(leads), partial(self.connection.send, request))
        if undo:
            undoing = Request("POST", f"/api/operation/{answer.headers['x-operation']}/undo", b"{}")
            self.measure(scenarios.undo(kind), len(leads), partial(self.connection.send_and_wait, undoing))
        return _known(leads, calls.outcomes(answer))


def measure(one: Setting, name: str, turns: int) -> Iterator[tuple[str, Figures]]:
    """The figures of each scenario, of so many turns of all kinds; there are as many leads at the end as before."""
    with calls.on_load_core():
        found = Round(one, name, Connection(one.contestants[name], one.target(name)))
        for _ in range(turns):
            _singles(found)
            _batches(found)
        found.connection.close()
    for scenario, spent in found.spent.items():
        yield scenario, spent.figures()


def _singles(found: Round) -> None:
    created = found.singles(CREATE, _new())
    worked = found.singles(WORKED, _new())
    upserted = found.singles(UPSERT_NEW, _new())
    found.singles(UPSERT_KNOWN, created)
    found.singles(UPDATE, upserted)
    found.singles(DELETE, created)
    found.singles(DELETE, worked)
    found.singles(DELETE, upserted)


def _batches(found: Round) -> None:
    created = found.batch(CREATE, _new())
    upserted = found.batch(UPSERT_NEW, _new())
    found.batch(UPSERT_KNOWN, created)
    found.batch(UPDATE, upserted, undo=True)
    found.batch(DELETE, created)
    found.batch(DELETE, upserted, undo=True)
    found.batch(CREATE, _new(), undo=True)
    found.batch(DELETE, upserted)


def _new() -> list[Lead]:
    return [Lead(next(_numbers)) for _ in range(BATCH)]


def _known(leads: list[Lead], answers: list[Any]) -> list[Lead]:
    """The leads with the ids that are answered."""
    both = zip(leads, answers, strict=True)
    return [lead._replace(id=data["id"]) if data else lead for lead, data in both]
