"""The goals, and whether a run reached them: each ratio is the median of the ratios of its rounds."""

import operator
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.scenarios import (
    BASELINE,
    CLOSUM,
    DJANGO,
    FASTAPI,
    NO_GROUPS,
    ONE_EMAIL,
    POCKETBASE,
    SKIP_TOTAL,
)

LEAD, PAGE = "lead by id", "page 1, 25 025 leads"
MIXED = "mixed: 80 % list, 15 % retrieve, 5 % write"
CREATE = "create, 32 connections"
MILLION, TEN_MILLION = "1 000 000 leads", "10 000 000 leads"

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of two figures of the same round; `figure` is `rate` or `p99`, and `of` has it in the scenario."""

    scenario: str
    what: str
    goal: float
    base: tuple[str, str]
    figure: str = "rate"
    at_most: bool = False
    of: str = CLOSUM

    def rounds(self, report: Report) -> list[float]:
        rounds = report["rounds"]
        mine = rounds.get(self.scenario, {}).get(self.of, [])
        theirs = rounds.get(self.base[0], {}).get(self.base[1], [])
        both = zip(mine, theirs, strict=True) if len(mine) == len(theirs) else []
        return [
            a[self.figure] / b[self.figure] for a, b in both if isinstance(a, dict) and isinstance(b, dict)
        ]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in its unit, with an upper limit."""

    scenario: str
    what: str
    goal: float
    find: Callable[[Report], list[float]]
    at_most: bool = True

    def rounds(self, report: Report) -> list[float]:
        return self.find(report)


def _beside(scenario: str, *goals: tuple[str, float]) -> Iterator[Ratio]:
    for base, goal in goals:
        yield Ratio(scenario, f"rate to that of {base}", goal, (scenario, base))


def _of_page_1(scenario: str) -> Iterator[Ratio]:
    yield Ratio(scenario, "rate to that of page 1 at 25 025", 0.7, (PAGE, CLOSUM))
    yield Ratio(scenario, "p99 to that of page 1 at 25 025", 2, (PAGE, CLOSUM), "p99", at_most=True)


def milliseconds(scenario: str, figure: str, of: str = CLOSUM) -> Callable[[Report], list[float]]:
    """What finds the figures of the rounds, `p50` or `p99`."""

    def found(report: Report) -> list[float]:
        measured = report["rounds"].get(scenario, {}).get(of, [])
        return [one[figure] for one in measured if isinstance(one, dict)]

    return found


GOALS: tuple[Ratio | Figure, ...] = (
    *_beside(LEAD, (POCKETBASE, 10), (FASTAPI, 5), (DJANGO, 10), (BASELINE, 0.65)),
    *_beside(PAGE, (POCKETBASE, 30), (SKIP_TOTAL, 12), (BASELINE, 0.65)),
    *(goal for leads in (MILLION, TEN_MILLION) for goal in _of_page_1(f"random page, {leads}")),
    *(goal for leads in (MILLION, TEN_MILLION) for goal in _of_page_1(f"random page by date, {leads}")),
    Figure(
        f"random page by name, {TEN_MILLION}",
        "milliseconds, half of the requests",
        150,
        milliseconds(f"random page by name, {TEN_MILLION}", "p50"),
    ),
    Figure(
        f"random page by name, {TEN_MILLION}",
        "milliseconds, 99 of 100 requests",
        150,
        milliseconds(f"random page by name, {TEN_MILLION}", "p99"),
    ),
    Figure(
        f"first 400 pages by name, {TEN_MILLION}",
        "milliseconds, half of the requests",
        1,
        milliseconds(f"first 400 pages by name, {TEN_MILLION}", "p50"),
    ),
    Figure(
        f"first 400 pages by name, {TEN_MILLION}",
        "milliseconds, 99 of 100 requests",
        1,
        milliseconds(f"first 400 pages by name, {TEN_MILLION}", "p99"),
    ),
    Ratio(
        f"all pages of 100, 1 connection, {MILLION}",
        "rate to that of page 1 of 100",
        0.5,
        (f"page 1 of 100, 1 connection, {MILLION}", CLOSUM),
    ),
    *_beside(CREATE, (ONE_EMAIL, 3.3), (POCKETBASE, 8), (NO_GROUPS, 2.5)),
    *_beside(MIXED, (POCKETBASE, 18)),
    Figure(
        MIXED,
        "p99 in milliseconds at half of the highest rate",
        25,
        lambda report: [report["extras"]["half"]["p99"]],
    ),
    Ratio("many accounts: lead by id", "rate to that of one account", 0.85, (LEAD, CLOSUM)),
    Ratio("many accounts: page 1", "rate to that of one account", 0.85, (PAGE, CLOSUM)),
    Figure(
        "start",
        "seconds to the first answer",
        0.5,
        lambda report: [report["extras"]["start_largest"], report["extras"]["start"][CLOSUM]],
    ),
    Figure(
        "memory",
        "megabytes under load, 20 users signing in at once",
        150,
        lambda report: [report["extras"]["memory_signing_in"]["megabytes"]],
    ),
)


_MEMORY = (
    "SQLite needs more time: the three or four table pages with the leads of a random page are not in its cache"
    " of 16 MB, nor in those of the processor"
)
_ACCOUNTS = (
    "the same reason: SQLite's cache does not contain the pages with the user, the account and the lead"
)
WHY_NOT = {
    LEAD: "the baseline, the same HTTP server without closum's code, reaches only about ten itself",
    CREATE: "Python takes two thirds of the time, most of it for what every request needs and for checking address and number",
    **dict.fromkeys((f"random page, {MILLION}", f"random page, {TEN_MILLION}"), _MEMORY),
    **dict.fromkeys((f"random page by date, {MILLION}", f"random page by date, {TEN_MILLION}"), _MEMORY),
    f"random page by name, {TEN_MILLION}": "skipping up to 5 000 000 keys takes this long; half of the pages take half as long",
    f"first 400 pages by name, {TEN_MILLION}": "the machine was busy with other work in some rounds",
    "many accounts: lead by id": _ACCOUNTS,
    "many accounts: page 1": _ACCOUNTS,
}
"""By scenario: why closum does not reach a goal, if it does not."""


def verdicts(report: Report, goals: Sequence[Ratio | Figure] = GOALS) -> list[dict[str, Any]]:
    """A row for each goal for which the run has figures."""
    return [row for goal in goals if (row := _verdict(goal, goal.rounds(report)))]


def said(row: dict[str, Any]) -> str:
    """A verdict in one line."""
    reached = "reached" if row["reached"] else "not reached"
    return f"{row['scenario']}: {row['what']}: {row['figure']} ({reached}: {row['goal']})"


def _verdict(goal: Ratio | Figure, rounds: list[float]) -> dict[str, Any] | None:
    if not rounds:
        return None
    median = statistics.median(rounds)
    reached = (operator.le if goal.at_most else operator.ge)(median, goal.goal)
    return {
        "scenario": goal.scenario,
        "what": goal.what,
        "goal": f"{'≤' if goal.at_most else '≥'} {goal.goal:g}",
        "figure": float(f"{median:.3g}"),
        "from": float(f"{min(rounds):.3g}"),
        "to": float(f"{max(rounds):.3g}"),
        "reached": reached,
    }
