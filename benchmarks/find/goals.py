"""The goals of finding, on each database."""

from collections.abc import Iterator

from benchmarks.find.scenarios import (
    CHANGES,
    CREATE,
    FILTERED,
    LEAD_AGAIN,
    MEANWHILE,
    ON_POSTGRES,
    ORDERS,
    SEARCHES,
    SIZES,
    UNCHANGED,
    WRITING,
    by_cursor,
    of,
    page_1,
)
from benchmarks.goals import Figure, Ratio, milliseconds
from benchmarks.scenarios import CLOSUM, POCKETBASE

ON = {CLOSUM: "SQLite", ON_POSTGRES: "PostgreSQL"}
MILLION = max(SIZES)

BESIDE = {
    "filter by city": {CLOSUM: 12.0, ON_POSTGRES: 5.0},
    "a name": {CLOSUM: 60.0, ON_POSTGRES: 5.0},
    "a word in four properties": {CLOSUM: 300.0, ON_POSTGRES: 20.0},
    "a custom key": {CLOSUM: 100.0, ON_POSTGRES: 5.0},
}
"""Of PocketBase's rate, at least."""
MILLISECONDS = {
    SEARCHES: {CLOSUM: {"p50": 10.0, "p99": 250.0}, ON_POSTGRES: {"p50": 50.0, "p99": 400.0}},
    FILTERED: {CLOSUM: {"p99": 250.0}, ON_POSTGRES: {"p99": 600.0}},
    MEANWHILE: {CLOSUM: {"p99": 25.0}, ON_POSTGRES: {"p99": 25.0}},
}
"""With 1 000 000 leads, at most."""
WORDS = {"p50": "half of the requests", "p99": "99 of 100 requests"}


def _beside() -> Iterator[Ratio]:
    for kind, goals in BESIDE.items():
        for leads in SIZES:
            name = of(kind, leads)
            for who, goal in goals.items():
                yield Ratio(name, f"{ON[who]}: rate to that of PocketBase", goal, (name, POCKETBASE), of=who)


def _answers() -> Iterator[Figure]:
    for kind, engines in MILLISECONDS.items():
        for who, goals in engines.items():
            for figure, goal in goals.items():
                yield _at_most(of(kind, MILLION), who, figure, goal)


def _at_most(name: str, who: str, figure: str, goal: float) -> Figure:
    return Figure(name, f"{ON[who]}: milliseconds, {WORDS[figure]}", goal, milliseconds(name, figure, who))


def _cursors() -> Iterator[Ratio]:
    for leads in SIZES:
        for order in ORDERS:
            base = of(page_1(order), leads)
            for who, on in ON.items():
                yield Ratio(
                    of(by_cursor(order), leads), f"{on}: rate to that of page 1", 0.9, (base, who), of=who
                )


def _others() -> Iterator[Ratio | Figure]:
    (small, *_) = SIZES
    for who, before in WRITING.items():
        name = of(CREATE, small)
        yield Ratio(name, f"{ON[who]}: rate to that without history and search", 0.8, (name, before), of=who)
    for leads in SIZES:
        base = of(LEAD_AGAIN, leads)
        for who, on in ON.items():
            yield Ratio(
                of(UNCHANGED, leads), f"{on}: rate to that of the full answer", 1.2, (base, who), of=who
            )
        yield _at_most(of(CHANGES, leads), CLOSUM, "p50", 1.0)
        yield _at_most(of(CHANGES, leads), ON_POSTGRES, "p50", 3.0)


FINDING = (*_beside(), *_answers(), *_cursors(), *_others())

_FIXED = "with 25 000 leads HTTP and JSON are half of closum's time, and putting the statements together is half of the rest"
_PLACES = (
    "to check a cursor and to sign the next one takes a tenth of the time of page 1, which always shows the same leads:"
    " they are in the caches"
)
WHY_NOT: dict[tuple[str, str], str] = {
    (
        CREATE,
        "PostgreSQL",
    ): "a create writes four rows more, with their indexes: three changes and the terms of the lead",
    ("filter by city, 25", "SQLite"): _FIXED,
    (
        "filter by city, 1",
        "SQLite",
    ): "the exact count reads an entry of the index for each lead of the city, which are thousands",
    (
        "filter by city",
        "PostgreSQL",
    ): "the exact count reads an entry of the index for each lead of the city, and looks whether it is visible",
    (
        SEARCHES,
        "PostgreSQL",
    ): "of one letter and a property that most leads have, the index gives two long lists to compare",
    ("a name, 25", "SQLite"): _FIXED,
    ("a word in four properties, 25", "SQLite"): _FIXED,
    ("a custom key, 25", "SQLite"): _FIXED,
    ("page by cursor", ""): _PLACES,
    (CREATE, "SQLite"): "terms are written twice: first beside the index, then into it",
    (
        UNCHANGED,
        "",
    ): "the columns and the JSON of a lead, which are left out, are a tenth of a request for a lead",
}
"""By the beginning of a scenario and of its goal: why closum does not reach it, if it does not."""


def why_not(scenario: str, what: str) -> str:
    """The reason for a scenario and its goal."""
    for (begins, on), reason in WHY_NOT.items():
        if scenario.startswith(begins) and what.startswith(on):
            return reason
    return "not looked into"
