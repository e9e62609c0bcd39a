"""What is measured of finding, and the names of those that take part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.data import Data
from benchmarks.find.questions import DIRECTIONS, KINDS, SORTS
from benchmarks.scenarios import CLOSUM, POCKETBASE

ON_POSTGRES = "closum on PostgreSQL"
BEFORE, BEFORE_ON_POSTGRES = "closum without both", "closum on PostgreSQL without both"
ENGINES = (CLOSUM, ON_POSTGRES)
ALL = (*ENGINES, POCKETBASE)
WRITING = {CLOSUM: BEFORE, ON_POSTGRES: BEFORE_ON_POSTGRES}

SMALL = Data({"main": [25_000], "writing": [0]})
LARGE = Data({"main": [1_000_000]})
SIZES = {25_000: "25 000 leads", 1_000_000: "1 000 000 leads"}
ORDERS = (*((sort, "asc") for sort in SORTS), ("name", "desc"))
SHORT_ORDERS = (("name", "asc"), ("creation_date", "asc"))
assert set(dict(ORDERS).values()) <= set(DIRECTIONS)

CREATE = "create, 32 connections"
LEAD_AGAIN, UNCHANGED = "lead 1", "lead 1, 304"
CHANGES = "100 changes from a position"
SEARCHES, FILTERED, BROAD = (
    "300 searches with filters",
    "any filter in any order",
    "two broad filters in any order",
)
MEANWHILE = "lead by id during long answers"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Requests of one kind over HTTP; `queries` is the name of a list of query strings, one for each contestant."""

    name: str
    call: str
    queries: str = ""
    connections: int = 32
    products: tuple[str, ...] = ENGINES
    headers: Mapping[str, str] = field(default_factory=dict)


def page_1(order: tuple[str, str]) -> str:
    return f"page 1 by {' '.join(order)}"


def by_cursor(order: tuple[str, str]) -> str:
    return f"page by cursor by {' '.join(order)}"


def of(name: str, leads: int) -> str:
    """The name of a scenario at a number of leads."""
    return f"{name}, {SIZES[leads]}"


def scenarios(orders: tuple[tuple[str, str], ...]) -> Iterator[Scenario]:
    """Those that are asked of an account that is only read."""
    for kind in KINDS:
        yield Scenario(kind, "find", kind, products=ALL)
    for order in orders:
        yield Scenario(page_1(order), "find", page_1(order))
        yield Scenario(by_cursor(order), "find", by_cursor(order))
    yield Scenario(LEAD_AGAIN, "lead 1")
    yield Scenario(UNCHANGED, "lead 1")
    yield Scenario(CHANGES, "changes", CHANGES, connections=1)
