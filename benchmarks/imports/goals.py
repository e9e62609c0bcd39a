"""The goals of imports and exports."""

from collections.abc import Callable, Iterator

from benchmarks.find.scenarios import ON_POSTGRES
from benchmarks.goals import Figure, Ratio, Report
from benchmarks.imports.scenarios import (
    ANY,
    BESIDE,
    CREATE,
    DRY,
    EXPORTS,
    LARGE,
    LEAD,
    ONE,
    PAGE,
    PSQL,
    SHELL,
    SPREADSHEET,
    TWO,
    meanwhile,
    quiet,
)
from benchmarks.scenarios import CLOSUM

LEADS_A_SECOND = {"csv": 120_000, "ndjson": 250_000, "xlsx": 12_000}
TO_LOADED = "leads a second, to those of {}"
MEGABYTES = "megabytes, all processes"


def _figures(scenario: str, figure: str) -> Callable[[Report], list[float]]:
    def found(report: Report) -> list[float]:
        return [one[figure] for one in report["rounds"].get(scenario, {}).get(CLOSUM, [])]

    return found


def _at_least(scenario: str, what: str, goal: float) -> Figure:
    return Figure(scenario, what, goal, _figures(scenario, "rate"), at_most=False)


def _at_most(scenario: str, what: str, goal: float, figure: str) -> Figure:
    return Figure(scenario, what, goal, _figures(scenario, figure))


def _loaded() -> Iterator[Ratio | Figure]:
    yield Ratio(TWO, TO_LOADED.format(SHELL), 0.55, (TWO, SHELL))
    yield Ratio(ONE, TO_LOADED.format(SHELL), 0.4, (ONE, SHELL))
    yield _at_least(TWO, "leads a second", 15_000)
    yield Ratio(ANY, TO_LOADED.format(PSQL), 0.55, (ANY, PSQL), of=ON_POSTGRES)
    yield Ratio(DRY, "rate to that of the import", 1.5, (TWO, CLOSUM))


def _beside() -> Iterator[Ratio | Figure]:
    yield _at_least(BESIDE, "rows a second", 2_000)
    for kind in (LEAD, PAGE):
        name = meanwhile(kind)
        yield Ratio(name, "p99 to that without an import", 2, (quiet(kind), CLOSUM), "p99", at_most=True)
    yield _at_most(meanwhile(CREATE), "refused", 0, "refused")
    yield _at_most(meanwhile(CREATE), "p99 in milliseconds", 150, "p99")


def _memory() -> Iterator[Figure]:
    for scenario in (TWO, SPREADSHEET, LARGE, BESIDE, DRY):
        yield _at_most(scenario, MEGABYTES, 300, "megabytes")


def _exports() -> Iterator[Figure]:
    for form, scenario in EXPORTS.items():
        yield _at_least(scenario, "leads a second", LEADS_A_SECOND[form])
        yield _at_most(scenario, MEGABYTES, 100, "megabytes")


IMPORTING = (*_loaded(), *_beside(), *_memory(), *_exports())

_WRITES = (
    "closum also writes the search index, which takes a quarter of the time of the process that writes, and the history;"
    " that process is the limit"
)
_PAGES = (
    "a hundred rows change about a thousand pages of a database of 1.7 GB: to write and sync these, and to fold them into the"
    " file, takes longer than the step itself, and a pause as long follows"
)
WHY_NOT: dict[tuple[str, str], str] = {
    (TWO, TO_LOADED.format(SHELL)): _WRITES,
    (TWO, "leads a second"): _WRITES,
    (
        ONE,
        TO_LOADED.format(SHELL),
    ): f"{_WRITES}, and here it shares the core with the process that reads and checks the rows",
    (
        ANY,
        TO_LOADED.format(PSQL),
    ): "closum also writes the search index, whose GIN index takes two fifths of the time of the"
    " database, and the history",
    (
        DRY,
        "rate to that of the import",
    ): "reading and checking a row, which both do, takes about as long as writing it",
    (BESIDE, "rows a second"): _PAGES,
    (meanwhile(LEAD), "p99 to that without an import"): _PAGES,
    (meanwhile(PAGE), "p99 to that without an import"): _PAGES,
    (meanwhile(CREATE), "p99 in milliseconds"): _PAGES,
    (
        EXPORTS["csv"],
        "leads a second",
    ): "most of the time goes into reading the rows and making them text, in one process",
}
"""By scenario and what: why closum does not reach a goal, if it does not."""


def why_not(scenario: str, what: str) -> str:
    """The reason for a scenario and its goal."""
    return WHY_NOT.get((scenario, what), "not looked into")
