"""Measurements besides the rounds: half of the load, the start, memory, and where the time goes."""

import statistics
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks import stages
from benchmarks.contestants import closum
from benchmarks.contestants.contestant import Contestant
from benchmarks.load import Load, run
from benchmarks.scenarios import CLOSUM, PRODUCTS, SCENARIOS
from benchmarks.setting import Setting

MIXED = next(scenario for scenario in SCENARIOS if len(scenario.calls) > 1)
SIGN_INS = 20
TIMES = 3

Rounds = dict[str, dict[str, list[Any]]]


def measure(settings: list[Setting], rounds: Rounds, seconds: float) -> dict[str, Any]:
    small, largest = settings[0], settings[-1]
    ours = small.contestants[CLOSUM]
    return {
        "half": half_load(ours, rounds[MIXED.name][CLOSUM], seconds),
        "stages": {
            kind: stages.profile(ours, group, kind, max(2, seconds * 2))
            for kind, group in (("lead", "main"), ("first page", "main"), ("create", "writing"))
        },
        "memory": {name: round(small.contestants[name].process.peak_bytes() / 1e6) for name in PRODUCTS},
        "memory_signing_in": signing_in(largest.contestants[CLOSUM], seconds),
        "start": {name: first_answer(small.contestants[name], "main") for name in PRODUCTS},
        "start_largest": first_answer(largest.contestants[CLOSUM], list(largest.data.groups)[-1]),
    }


def half_load(ours: Contestant, measured: list[Any], seconds: float) -> dict[str, float]:
    """The mixed load, with pauses that leave half of its highest rate."""
    highest = statistics.median(one["rate"] for one in measured if isinstance(one, dict))
    found = []
    for _ in range(TIMES):
        load = Load(
            ours.targets[MIXED.group],
            {upto: ours.calls[kind] for upto, kind in MIXED.calls.items()},
            ours.key,
            pause=MIXED.connections / (highest / 2) * 1e3 - 1,
        )
        found.append(run(ours.process.address, load, MIXED.connections, seconds))
    return {
        "highest": highest,
        "rate": statistics.median(one.rate for one in found),
        "p50": statistics.median(one.p50 for one in found),
        "p99": statistics.median(one.p99 for one in found),
    }


def signing_in(ours: Contestant, seconds: float) -> dict[str, float]:
    """Peak megabytes while all accounts are read and several users sign in at once."""
    targets = [target for group in ours.targets.values() for target in group if target.leads]
    load = Load(
        targets,
        {50: ours.calls["page"], 100: ours.calls["lead"]},
        ours.key,
        "math.random(pages)",
        sort="name",
    )
    name = next(name for name in ours.targets if name != "writing")
    with ThreadPoolExecutor(SIGN_INS + 1) as pool:
        under_load = pool.submit(run, ours.process.address, load, 32, seconds + 2)
        signing = [pool.submit(closum.token, ours.process.address, name) for _ in range(SIGN_INS)]
        for one in signing:
            one.result()
        under_load.result()
    return {"leads": sum(target.leads for target in targets), "megabytes": ours.process.peak_bytes() / 1e6}


def first_answer(contestant: Contestant, group: str) -> float:
    """Seconds from the start of the process to the first page that it answers."""
    return statistics.median(_start(contestant, group) for _ in range(TIMES))


def _start(contestant: Contestant, group: str) -> float:
    contestant.process.stop()
    begun = time.perf_counter()
    contestant.process.start()
    while True:
        try:
            contestant.ask("first page", contestant.targets[group][0])
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.005)
        else:
            return time.perf_counter() - begun
