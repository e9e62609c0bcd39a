"""Where the time of one request goes: samples of a server under load, by py-spy, put down to stages of the way of a request."""

import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.contestants.contestant import Contestant
from benchmarks.contestants.orm import BIN
from benchmarks.load import Load, run

SAMPLES = 500  # a second
CONNECTIONS = 32

KERNEL, SERVER, WAY, WHO, JSON, BODY, SQLITE, STORE, GROUP, LOG = (
    "event loop and kernel: wait, receive, send",
    "HTTP: uvicorn and httptools",
    "the way through closum: edge, route, handler",
    "who it is: the token",
    "the answer as JSON",
    "query and body: read and checked",
    "SQLite, with APSW and the disk",
    "store: statements, values and records",
    "groups of writes: queue, transaction, outcomes",
    "log of requests",
)
STAGES: tuple[tuple[str, str], ...] = (
    (r"closum/store/sqlite/connection\.py", SQLITE),
    (r"closum/store/(writer|pending)\.py|concurrent/|threading\.py|queue", GROUP),
    (r"closum/store/|closum/operations/|closum/resources/|closum/model/resource\.py", STORE),
    (r"closum/model/|closum/api/body\.py|urllib/parse|json/", BODY),
    (r"closum/accounts/|closum/http/identity\.py", WHO),
    (r"closum/api/envelope\.py", JSON),
    (r"closum/api/log\.py|structlog/|logging/", LOG),
    (r"_write(_out)? .closum/http/(quick|closing)\.py|asyncio/", KERNEL),
    (r"closum/http/(protocol|framing|closing|quick)\.py|uvicorn/", SERVER),
    (r"closum/|starlette/", WAY),
)
"""The first that the innermost frame of the stack matches, or else the one that called it, has the sample."""

IDLE = re.compile(
    r"(_worker \(concurrent/futures/thread\.py|Writer\._run \(closum/store/writer\.py|_next \(closum/store/writer\.py|wait \(threading\.py|_end_after)[^;]*$"
)
"""Threads that wait for work."""


def profile(contestant: Contestant, group: str, kind: str, seconds: float) -> dict[str, float]:
    """The share of each stage in the time of a request, and `none` for what matches none."""
    load = Load(contestant.targets[group], {100: contestant.calls[kind]}, contestant.key)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as other:
        file = Path(folder) / "samples"
        recorder = [str(BIN / "py-spy"), "record", "--pid", str(contestant.process.pid), "--format", "raw"]
        timing = ["--duration", f"{seconds:.0f}", "--rate", str(SAMPLES), "--output", str(file)]
        under_load = other.submit(run, contestant.process.address, load, CONNECTIONS, seconds + 2)
        subprocess.run([*recorder, *timing], check=True, capture_output=True)
        under_load.result()
        return shares(file.read_text(encoding="utf-8").splitlines())


def shares(stacks: Iterable[str]) -> dict[str, float]:
    """Of lines as py-spy writes them: frames joined by `;`, outermost first, and behind them how often they were seen."""
    found: Counter[str] = Counter()
    for line in stacks:
        stack, _, times = line.rpartition(" ")
        if not IDLE.search(stack):
            found[_stage(stack.split(";"))] += int(times)
    return {stage: times / found.total() for stage, times in found.most_common()}


def _stage(frames: list[str]) -> str:
    for frame in reversed(frames):
        for pattern, stage in STAGES:
            if re.search(pattern, frame):
                return stage
    return "none"
