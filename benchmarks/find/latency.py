"""How long single answers take: each query string asked once, one after the other, on one connection."""

import http.client
import itertools
import json
import os
import statistics
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.contestants.contestant import Contestant
from benchmarks.load import Load, Target, run
from benchmarks.measuring import Figures
from benchmarks.process import LOAD_CORE

LONG = 20.0
"""Milliseconds: what takes longer is asked for while leads are."""
PAUSE = 5.0
"""Milliseconds between two leads then."""


class Answer(NamedTuple):
    """How long it took, the exact number of what was found, and the ids of its first page; None where it took too long."""

    milliseconds: float
    total: int | None
    ids: tuple[int, ...]


def ask(contestant: Contestant, target: Target, queries: Iterable[str]) -> Iterator[Answer]:
    """Raises RuntimeError for an answer that is neither 200 nor 503."""
    where = urlsplit(contestant.process.address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    headers = {"Authorization": target.authorization}
    for query in queries:
        begun = time.perf_counter()
        connection.request("GET", f"/api/lead?{query}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - begun) * 1e3
        if answer.status not in (200, 503):
            raise RuntimeError(f"{contestant.name} answers {answer.status} to {query}: {body.decode()}")
        yield _answer(took, json.loads(body) if answer.status == 200 else None)
    connection.close()


def _answer(took: float, found: Any) -> Answer:
    if found is None:
        return Answer(took, None, ())
    return Answer(took, found["pagination"]["count"], tuple(one["id"] for one in found["data"]))


def one_by_one(contestant: Contestant, target: Target, queries: Sequence[str]) -> list[Answer]:
    """The answers, asked for on the core from which the load comes."""
    with _on(LOAD_CORE):
        return list(ask(contestant, target, queries))


def figures(answers: Sequence[Answer]) -> Figures:
    """Answers a second, milliseconds, and how many were refused because they took too long."""
    took = [one.milliseconds for one in answers]
    cuts = statistics.quantiles(took, n=100, method="inclusive")
    return {
        "rate": len(took) / sum(took) * 1e3,
        "p50": cuts[49],
        "p99": cuts[98],
        "longest": max(took),
        "requests": len(took),
        "unanswered": sum(one.total is None for one in answers),
    }


def long_ones(queries: Sequence[str], answers: Sequence[Answer]) -> list[str]:
    return [query for query, one in zip(queries, answers, strict=True) if one.milliseconds > LONG]


def meanwhile(contestant: Contestant, target: Target, queries: Sequence[str], seconds: float) -> Figures:
    """How long leads by id take on one connection while these are asked for on another one."""
    load = Load([target], {100: contestant.calls["lead"]}, contestant.key, pause=PAUSE)
    done = threading.Event()
    with ThreadPoolExecutor(1) as other:
        asking = other.submit(_until, done, contestant, target, queries)
        try:
            found = run(contestant.process.address, load, 1, seconds)
        finally:
            done.set()
        asking.result()
    return {"rate": found.rate, "p50": found.p50, "p99": found.p99, "requests": found.requests}


def _until(done: threading.Event, contestant: Contestant, target: Target, queries: Sequence[str]) -> None:
    for _ in ask(contestant, target, itertools.cycle(queries)):
        if done.is_set():
            return


@contextmanager
def _on(core: int) -> Iterator[None]:
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
