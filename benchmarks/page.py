"""The parts of docs/benchmarks.md that come from the figures in benchmarks/results/side_by_side.json."""

import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.goals import WHY_NOT
from benchmarks.scenarios import (
    BASELINE,
    CLOSUM,
    LOOP,
    LOOP_32,
    NO_GROUPS,
    ONE_EMAIL,
    PRODUCTS,
    SKIP_TOTAL,
)

RESULTS = Path(__file__).parent / "results" / "side_by_side.json"
OTHERS = (SKIP_TOTAL, ONE_EMAIL, NO_GROUPS, BASELINE, LOOP, LOOP_32)
VOID = "void"
NOT_ASKED = ""

Rows = Iterable[Sequence[str]]
Rounds = list[dict[str, float] | str]


def goals() -> str:
    """Each goal with its figure and verdict."""
    rows = [verdict(row, WHY_NOT.get(row["scenario"], "not looked into")) for row in report()["goals"]]
    return table(("scenario", "what", "goal", "figure", "rounds, from and to", "verdict"), rows)


def verdict(row: Mapping[str, Any], why_not: str) -> Sequence[str]:
    """The row of a goal, with the reason if it is not reached."""
    return (
        row["scenario"],
        row["what"],
        row["goal"],
        f"{row['figure']:g}",
        f"{row['from']:g} to {row['to']:g}",
        "reached" if row["reached"] else f"**not reached**: {why_not}",
    )


def rates() -> str:
    """Requests a second."""
    return _by_product(lambda rounds: spread(rounds, "rate", number))


def others() -> str:
    """Requests a second of the variants, which take part in a few scenarios only."""
    rows = [
        (
            scenario,
            variant,
            spread(measured[variant], "rate", number),
            spread(measured[CLOSUM], "rate", number),
        )
        for scenario, measured in report()["rounds"].items()
        for variant in OTHERS
        if variant in measured
    ]
    return table(("scenario", "what", "a second", "closum beside it"), rows)


def latencies() -> str:
    """Milliseconds."""
    return _by_product(
        lambda rounds: " / ".join(median(rounds, figure, short) for figure in ("p50", "p99")).replace(
            f"{VOID} / {VOID}", VOID
        )
    )


def processor_time() -> str:
    """Microseconds of the processor for a request, of the server with its database."""
    return _by_product(lambda rounds: median(rounds, "cpu", number))


def start_and_memory() -> str:
    found = report()["extras"]
    rows = [(name, f"{found['start'][name]:.2f}", str(found["memory"][name])) for name in PRODUCTS]
    rated = table(("product", "seconds to the first answer", "most megabytes in all rounds"), rows)
    signing = found["memory_signing_in"]
    return (
        f"{rated}\n\nWith {signing['leads']:,} leads, closum took at most {signing['megabytes']:.0f} MB while it served"
        f" random leads and pages and 20 users signed in at once; with that database it gave its first answer after"
        f" {found['start_largest']:.2f} s."
    )


def half_load() -> str:
    half = report()["extras"]["half"]
    return (
        f"At {half['rate']:,.0f} requests a second, {half['rate'] / half['highest']:.2f} of the highest rate, the mixed load"
        f" had a median latency of {half['p50']:.1f} ms and a 99th percentile of {half['p99']:.1f} ms."
    )


def stages() -> str:
    """Where the time of one request goes."""
    found = report()
    kinds = {"lead": "lead by id", "first page": "page 1, 25 025 leads", "create": "create, 32 connections"}
    shares = found["extras"]["stages"]
    cpu = {
        kind: statistics.median(one["cpu"] for one in _good(found["rounds"][name][CLOSUM]))
        for kind, name in kinds.items()
    }
    names = sorted(
        {stage for one in shares.values() for stage in one},
        key=lambda name: (-shares["lead"].get(name, 0), name),
    )
    rows = [(name, *(f"{shares[kind].get(name, 0) * cpu[kind]:.1f}" for kind in kinds)) for name in names]
    sqlite = [
        sum(part for name, part in shares[kind].items() if name.startswith("SQLite")) * cpu[kind]
        for kind in kinds
    ]
    rows.append(("**all**", *(f"**{cpu[kind]:.0f}**" for kind in kinds)))
    rows.append(("of these SQLite", *(f"{part:.0f}" for part in sqlite)))
    rows.append(
        (
            "of these Python and kernel",
            *(f"{cpu[kind] - part:.0f}" for kind, part in zip(kinds, sqlite, strict=True)),
        )
    )
    return table(("stage", "lead by id", "page of 25", "create"), rows)


def setup() -> str:
    """Machine, versions and durability."""
    found = report()
    one, options = found["machine"], found["options"]
    lines = [
        f"- {one['processor']}, {one['cores']} cores, {one['memory_gib']} GiB, Linux {one['kernel']}; {found['begun']}."
        f" {options['rounds']} rounds of {options['seconds']:g} s.",
        f"- closum: Python {one['python']}, {_versions(one['closum'])}.",
        f"- Peers: {_versions(one['peers'])}.",
        *(f"- Durability, {name}: {text}." for name, text in found["durability"].items()),
        f"- Compared and equal in all products: {'; '.join(found['answers'])}.",
    ]
    return "\n".join(lines)


def report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _versions(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in found.items())


def _by_product(cell: Callable[[Rounds], str]) -> str:
    rows = [
        (scenario, *(cell(measured[name]) if name in measured else NOT_ASKED for name in PRODUCTS))
        for scenario, measured in report()["rounds"].items()
    ]
    return table(("scenario", *PRODUCTS), rows)


def _good(rounds: Rounds) -> list[dict[str, float]]:
    return [one for one in rounds if isinstance(one, dict)]


def median(rounds: Rounds, figure: str, write: Callable[[float], str]) -> str:
    found = [one[figure] for one in _good(rounds)]
    return write(statistics.median(found)) if found else VOID


def spread(rounds: Rounds, figure: str, write: Callable[[float], str]) -> str:
    found = [one[figure] for one in _good(rounds)]
    if not found:
        return VOID
    return f"**{write(statistics.median(found))}** ({write(min(found))} to {write(max(found))})"


def table(head: Sequence[str], rows: Rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
