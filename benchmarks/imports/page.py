"""The parts of docs/benchmarks.md that come from the figures in benchmarks/results/imports.json."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.imports.goals import why_not
from benchmarks.page import Rounds, median, number, short, spread, table, verdict

RESULTS = Path(__file__).parents[1] / "results" / "imports.json"


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def setup() -> str:
    """Machine, versions, and how much was imported, of each part of the run."""
    lines = []
    for name, part in report()["parts"].items():
        one = part["machine"]
        beside = f", with {part['beside']}" if part["beside"] else ""
        lines.append(
            f"- {name}: {one['processor']}, {one['cores']} cores, {one['memory_gib']} GiB, Linux {one['kernel']};"
            f" {part['begun']}. {part['rows']:,} rows, {part['rounds']} rounds. closum {one['closum']['closum']}{beside}."
        )
    return "\n".join(lines)


def goals() -> str:
    """Each goal with its figure and verdict."""
    rows = [verdict(row, why_not(row["scenario"], row["what"])) for row in report()["goals"]]
    return table(("scenario", "what", "goal", "figure", "rounds, from and to", "verdict"), rows)


def rates() -> str:
    """Leads a second, microseconds of the processor for each, and megabytes."""
    rows = [
        (
            scenario,
            who,
            spread(figures, "rate", number),
            median(figures, "cpu", short),
            median(figures, "megabytes", number),
        )
        for scenario, who, figures in _measured("cpu")
    ]
    return table(("scenario", "who", "a second", "µs of the processor", "megabytes"), rows)


def latencies() -> str:
    """Milliseconds of the requests beside an import, and without one."""
    names = ("p50", "p99", "longest", "requests", "refused")
    rows = [
        (scenario, *(median(figures, name, short) for name in names))
        for scenario, _, figures in _measured("p99")
    ]
    return table(("requests", "median", "p99", "longest", "number", "refused"), rows)


def _measured(figure: str) -> Iterator[tuple[str, str, Rounds]]:
    """The scenarios that have a figure."""
    for scenario, measured in report()["rounds"].items():
        for who, figures in measured.items():
            if all(figure in one for one in figures):
                yield scenario, who, figures
