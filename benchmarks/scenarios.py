"""The scenarios: accounts, calls, the order of pages, and the number of connections."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.data import Data, uneven

SMALL = Data({"main": [25_025], "medium": [250_000], "many": uneven(1_000, 20_000), "writing": [0]})
SHORT = Data({"main": [25_025], "many": uneven(40, 2_000), "writing": [0]})
LARGE = Data({"million": [1_000_000], "ten-million": [10_000_000]})

CLOSUM, POCKETBASE, FASTAPI, DJANGO = "closum", "PocketBase", "FastAPI + SQLAlchemy", "Django REST framework"
SKIP_TOTAL = "PocketBase, skipTotal"
ONE_EMAIL = "PocketBase, one bare e-mail"
NO_GROUPS = "closum, group commit off"
BASELINE, LOOP, LOOP_32 = "baseline", "baseline: loop, one a transaction", "baseline: loop, 32 a transaction"
PRODUCTS = (CLOSUM, POCKETBASE, FASTAPI, DJANGO)

FIRST, LAST, RANDOM = "1", "pages", "math.random(pages)"
FIRST_400 = "math.random(400)"
ONE_BY_ONE = "(n - 1) % pages + 1"
STRIDES = "(n * 7919) % pages + 1"  # a sample of all pages, where reading all of them would take hours


@dataclass(frozen=True, slots=True)
class Scenario:
    """`calls` gives each kind its share in percent, as a cumulative sum; `also` names further variants that take part."""

    name: str
    group: str
    calls: Mapping[int, str]
    page: str = FIRST
    size: int = 25
    sort: str = "id"
    connections: int = 32
    products: tuple[str, ...] = PRODUCTS
    also: tuple[str, ...] = ()
    short: bool = False
    pages: Mapping[str, str] = field(default_factory=dict)
    """Where a product walks the pages in an order of its own."""

    @property
    def writes(self) -> bool:
        return any(kind in ("create", "update") for kind in self.calls.values())


def _lists(group: str, leads: str) -> list[Scenario]:
    """Lists of an account that is too large for some."""

    def page(what: str, order: str, sort: str = "id", connections: int = 32) -> Scenario:
        return Scenario(
            f"{what}, {leads} leads", group, {100: "page"}, order, sort=sort, connections=connections
        )

    return [
        Scenario(f"page 1, {leads} leads", group, {100: "first page"}, also=(SKIP_TOTAL,)),
        page("random page", RANDOM),
        page("last page", LAST),
        page("random page by date", RANDOM, "creation_date"),
        page("first 400 pages by name", FIRST_400, "name", connections=1),
        page("random page by name", RANDOM, "name", connections=1),
    ]


SCENARIOS = [
    Scenario("lead by id", "main", {100: "lead"}, also=(BASELINE,), short=True),
    Scenario("page 1, 25 025 leads", "main", {100: "first page"}, also=(SKIP_TOTAL, BASELINE), short=True),
    Scenario("page 1, 250 000 leads", "medium", {100: "first page"}, also=(SKIP_TOTAL,)),
    Scenario("random page, 25 025 leads", "main", {100: "page"}, RANDOM, short=True),
    Scenario("last page, 25 025 leads", "main", {100: "page"}, LAST),
    Scenario("random page by name, 25 025 leads", "main", {100: "page"}, RANDOM, sort="name", short=True),
    Scenario("random page by date, 25 025 leads", "main", {100: "page"}, RANDOM, sort="creation_date"),
    Scenario("create, 1 connection", "writing", {100: "create"}, connections=1, also=(LOOP,)),
    Scenario(
        "create, 32 connections", "writing", {100: "create"}, also=(ONE_EMAIL, NO_GROUPS, LOOP_32), short=True
    ),
    Scenario("create, 256 connections", "writing", {100: "create"}, connections=256),
    Scenario("update, 32 connections", "main", {100: "update"}, short=True),
    Scenario(
        "mixed: 80 % list, 15 % retrieve, 5 % write",
        "main",
        {80: "first page", 95: "lead", 98: "create", 100: "update"},
        short=True,
    ),
    Scenario("many accounts: lead by id", "many", {100: "lead"}, short=True),
    Scenario("many accounts: page 1", "many", {100: "first page"}, short=True),
    Scenario("token", "main", {100: "token"}, connections=4, short=True),
    *_lists("million", "1 000 000"),
    Scenario(
        "page 1 of 100, 1 connection, 1 000 000 leads", "million", {100: "page"}, size=100, connections=1
    ),
    Scenario(
        "all pages of 100, 1 connection, 1 000 000 leads",
        "million",
        {100: "page"},
        STRIDES,
        size=100,
        connections=1,
        pages={CLOSUM: ONE_BY_ONE},
    ),
    *_lists("ten-million", "10 000 000"),
]
