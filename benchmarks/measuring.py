"""One round of one product: the rate, the latencies and the processor's time for a request."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.load import Load, Measured, run
from benchmarks.process import Process

Figures = dict[str, float]

ONCE = 10_000.0
"""Milliseconds: what takes longer is asked once, in the first round."""
VERY_SLOW = 1_000.0
"""Milliseconds: a request that takes longer is a round by itself."""
WAVES = 4
"""A product that is too slow for so many answers on each connection in a round is asked from fewer connections."""


@dataclass(frozen=True, slots=True)
class Expected:
    """About how many milliseconds an answer takes, 0 where that is not known, and what asks for one alone."""

    milliseconds: float
    single: Callable[[], Measured]


def measured(process: Process, load: Load, expected: Expected, connections: int, seconds: float) -> Figures:
    """Requests a second, milliseconds (`p50`, `p99`), microseconds of the processor for each, and how many. Raises Void."""
    before, took = process.cpu_seconds(), expected.milliseconds
    if took > ONCE:
        return {"rate": 1e3 / took, "p50": took, "p99": took, "cpu": took * 1e3, "requests": 1}
    if took > VERY_SLOW:
        found = expected.single()
    else:
        most = int(seconds * 1e3 / WAVES / took) if took else connections
        found = run(process.address, load, max(1, min(connections, most)), seconds)
    cpu = (process.cpu_seconds() - before) / found.requests
    return {
        "rate": found.rate,
        "p50": found.p50,
        "p99": found.p99,
        "cpu": cpu * 1e6,
        "requests": found.requests,
    }
