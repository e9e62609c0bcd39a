"""closum on PostgreSQL, beside bare loops that do the same at the database. Run with `make bench-postgres`.

All is measured on the wheel's server, and where one is installed on that of the distribution, which compiles plans.

Server, database and generator share the machine's cores. What is compared runs in the same round, one after the
other, and each figure is the median of the rounds, so that a machine whose speed changes does not change the ratios.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks import copying, data, database, machine, report
from benchmarks.contestants import closum
from benchmarks.data import Data
from benchmarks.load import Load, Target, run
from benchmarks.process import Process
from tests.support import distribution

CONNECTIONS = 32
WRITING = ("together", "alone", "bench")

Figures = dict[str, float]

GOALS = (
    ("lead by id", "loop: lead by id", 0.6),
    ("page of 25", "loop: page of 25", 0.6),
    ("page of 25, large account", "page of 25", 0.9),
    ("page 2 of 25", "page of 25", 0.77),
    ("create", "pgbench: the same inserts", 0.25),
    ("create", "create, one transaction each", 3.0),
)
"""The goals: ratios of one figure to another."""


def main() -> None:
    options = _options()
    machine.require("wrk")
    found = {
        "machine": _machine(),
        "options": {name: value for name, value in vars(options).items() if name != "output"},
        **_measured(options, None),
    }
    if programs := distribution.programs():
        found["distribution"] = {
            "database": database.version(programs),
            **_measured(options, programs),
        }
    text = json.dumps(found, indent=2) + "\n"
    sys.stdout.write(text)
    Path(options.output).parent.mkdir(exist_ok=True)
    Path(options.output).write_text(text, encoding="utf-8")


def _measured(options: argparse.Namespace, programs: Path | None) -> dict[str, Any]:
    """All figures on the wheel's server, or on that of the distribution."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="closum-bench-")))
        url = stack.enter_context(database.cluster(programs))
        rounds = list(_rounds(options, folder, url, stack))
        size = database.bytes_per_lead(url)
        copied = copying.rate(folder, options.leads * 4, stack.enter_context(database.cluster(programs)))
    medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    return {
        "rates": {
            name: {"median": round(medians[name]), "rounds": [round(one[name]) for one in rounds]}
            for name in medians
        },
        "bytes_per_lead": size,
        "copied_per_second": copied,
        "ratios": [_ratio(rounds, *goal) for goal in GOALS],
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=25_025, help="in the account that most rounds use")
    parser.add_argument("--large", type=int, default=1_000_000, help="in the large account")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="server processes")
    parser.add_argument("--output", default=str(report.RESULTS), help="a file for the report")
    return parser.parse_args()


def _rounds(options: argparse.Namespace, folder: Path, url: str, stack: ExitStack) -> Iterator[Figures]:
    """Every measurement, once in each round."""
    accounts = Data({"small": [options.leads], "large": [options.large], **{name: [0] for name in WRITING}})
    data.fill(url, accounts)
    database.analyze(url)
    server = stack.enter_context(_server(folder / "a", url, options.workers))
    alone = stack.enter_context(_server(folder / "b", url, options.workers, closum.ONE_BY_ONE))
    targets = {group: found for group, (found,) in closum.targets(server.address, accounts).items()}
    small = targets["small"]
    for _ in range(options.rounds):
        seconds = options.seconds

        def rate(process: Process, kind: str, group: str) -> float:
            return _rate(process, kind, targets[group], seconds)  # noqa: B023 - called in its round

        yield {
            "loop: lead by id": database.loop_record(url, small.account, small.leads, seconds),
            "lead by id": rate(server, "lead", "small"),
            "loop: page of 25": database.loop_page(url, small.account, seconds),
            "page of 25": rate(server, "first page", "small"),
            "page of 25, large account": rate(server, "first page", "large"),
            "page 2 of 25": rate(server, "second page", "small"),
            "pgbench: the same inserts": database.pgbench(
                url, targets["bench"].account, CONNECTIONS, seconds
            ),
            "create": rate(server, "create", "together"),
            "create, one transaction each": rate(alone, "create", "alone"),
        }


def _server(folder: Path, url: str, workers: int, changed: str = "") -> Process:
    folder.mkdir()
    return closum.serve(folder, url, changed, workers=workers, core=None)


def _rate(process: Process, kind: str, target: Target, seconds: float) -> float:
    load = Load([target], {100: closum.CALLS[kind]}, closum.KEY)
    return run(process.address, load, CONNECTIONS, seconds, core=None).rate


def _ratio(rounds: list[Figures], name: str, base: str, goal: float) -> dict[str, Any]:
    ratios = [one[name] / one[base] for one in rounds]
    median = statistics.median(ratios)
    return {
        "of": name,
        "to": base,
        "goal": goal,
        "median": round(median, 2),
        "rounds": [round(ratio, 2) for ratio in ratios],
        "reached": median >= goal,
    }


def _machine() -> dict[str, Any]:
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": machine.processor(),
        "python": platform.python_version(),
        "database": database.version(),
        "durability": "fsync and synchronous_commit on, as PostgreSQL comes",
    }


if __name__ == "__main__":
    main()
