"""The parts of docs/benchmarks.md that come from the figures in benchmarks/results/writes.json."""

import json
from pathlib import Path
from typing import Any

from benchmarks.find.scenarios import ENGINES
from benchmarks.page import median, number, spread, table, verdict
from benchmarks.writes.goals import why_not

RESULTS = Path(__file__).parents[1] / "results" / "writes.json"


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def setup() -> str:
    """Machine, versions, and how much was written."""
    found = report()
    one, options = found["machine"], found["options"]
    return (
        f"- {one['processor']}, {one['cores']} cores, {one['memory_gib']} GiB, Linux {one['kernel']}; {found['begun']}."
        f" {options['rounds']} rounds of {options['turns']} turns.\n"
        f"- closum {one['closum']['closum']}, with {found['postgres']}."
    )


def goals() -> str:
    """Each goal with its figure and verdict."""
    rows = [verdict(row, why_not(row)) for row in report()["goals"]]
    return table(("scenario", "what", "goal", "figure", "rounds, from and to", "verdict"), rows)


def rates() -> str:
    """Leads a second, and microseconds of the processor for each."""
    rows = []
    for scenario, measured in report()["rounds"].items():
        cells = (
            f"{spread(measured[who], 'rate', number)}; {median(measured[who], 'cpu', number)} µs"
            for who in ENGINES
        )
        rows.append((scenario, *cells))
    return table(("scenario", *ENGINES), rows)
