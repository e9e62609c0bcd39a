"""One round of all scenarios over one account."""

import os
import random
import urllib.error
from collections.abc import Iterator
from dataclasses import asdict

from benchmarks.find import latency
from benchmarks.find.scenarios import (
    BEFORE,
    BROAD,
    CREATE,
    ENGINES,
    FILTERED,
    MEANWHILE,
    SEARCHES,
    UNCHANGED,
    WRITING,
    Scenario,
    of,
    scenarios,
)
from benchmarks.find.setting import Setting
from benchmarks.load import Load, Measured, Void, run
from benchmarks.measuring import Expected, Figures, measured
from benchmarks.scenarios import POCKETBASE

Rounds = dict[str, dict[str, list[Figures | str]]]
"""By scenario and contestant: of each round what was measured, or why it is void."""
Orders = tuple[tuple[str, str], ...]
Found = Iterator[tuple[str, str, Figures | str]]
"""Scenario, contestant, and figures or why there are none."""
WRITE_LONGER = 3
"""Times as long as other rounds: most of what writes leave for later is then done during the round."""


def measure(one: Setting, orders: Orders, seconds: float) -> Found:
    """A round: each scenario of each contestant, one after the other."""
    if BEFORE in one.contestants:
        yield from _creates(one, seconds)
    for scenario in scenarios(orders):
        for who in scenario.products:
            try:
                found: Figures | str = _measure(one, scenario, who, seconds)
            except Void as reason:
                found = str(reason)
                one.contestants[who].process.restart()  # it may still be busy with what it did not answer
            yield of(scenario.name, one.leads), who, found
    for who in ENGINES:
        for name, figures in _single_answers(one, who, seconds):
            yield of(name, one.leads), who, figures


def _measure(one: Setting, scenario: Scenario, who: str, seconds: float) -> Figures:
    contestant, target = one.contestants[who], one.target(who)
    queries = one.queries.get((scenario.queries, who), [""])
    load = Load(
        [target],
        {100: contestant.calls[scenario.call]},
        contestant.key,
        queries=queries,
        headers={"If-None-Match": one.tags[who]} if scenario.name == UNCHANGED else {},
    )
    expected = _expected(one, scenario, who)
    return measured(contestant.process, load, expected, scenario.connections, seconds)


def _creates(one: Setting, seconds: float) -> Found:
    """With history and search, and without both; the work that searches leave for later counts."""
    for pair in WRITING.items():
        for who in pair:
            os.sync()
            contestant = one.contestants[who]
            load = Load([one.target(who, "writing")], {100: contestant.calls["create"]}, contestant.key)
            before = contestant.process.cpu_seconds()
            found = run(contestant.process.address, load, 32, seconds * WRITE_LONGER)
            took = found.requests / found.rate + one.settle(who)
            cpu = (contestant.process.cpu_seconds() - before) / found.requests * 1e6
            yield of(CREATE, one.leads), who, {**asdict(found), "rate": found.requests / took, "cpu": cpu}


def _single_answers(one: Setting, who: str, seconds: float) -> Iterator[tuple[str, Figures]]:
    contestant, target = one.contestants[who], one.target(who)
    long: list[str] = []
    for name in (SEARCHES, FILTERED, BROAD):
        queries = one.queries[name, who]
        answers = latency.one_by_one(contestant, target, queries)
        long += latency.long_ones(queries, answers)
        yield name, latency.figures(answers)
    if long:
        yield MEANWHILE, latency.meanwhile(contestant, target, long, seconds * 2)


def _expected(one: Setting, scenario: Scenario, who: str) -> Expected:
    """A peer may take seconds."""
    queries = one.queries.get((scenario.queries, who), [""])

    def single() -> Measured:
        query = random.choice(queries)  # noqa: S311 - no secret
        try:
            took = one.contestants[who].milliseconds(scenario.call, one.target(who), query=query)
        except (urllib.error.URLError, TimeoutError) as error:
            raise Void(f"no answer: {error}") from None
        return Measured(1, 1e3 / took, took, took)

    return Expected(single().p50 if who == POCKETBASE else 0, single)
