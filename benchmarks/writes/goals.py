"""The goals of writes, on each database."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from benchmarks.find.goals import ON
from benchmarks.find.scenarios import ON_POSTGRES
from benchmarks.goals import Figure, Ratio, Report
from benchmarks.scenarios import CLOSUM
from benchmarks.writes.scenarios import (
    CREATE,
    DELETE,
    UNDONE,
    UPDATE,
    UPSERT_KNOWN,
    UPSERT_NEW,
    WORKED,
    batch,
    single,
    undo,
)

LEADS_A_SECOND = {CLOSUM: 12_000, ON_POSTGRES: 6_000}


def _rates(scenario: str, who: str, report: Report) -> list[float]:
    return [one["rate"] for one in report["rounds"].get(scenario, {}).get(who, [])]


def _goals(who: str) -> Iterator[Ratio | Figure]:
    on = ON[who]
    rates = partial(_rates, batch(CREATE), who)
    yield Figure(batch(CREATE), f"{on}: leads a second", LEADS_A_SECOND[who], rates, at_most=False)
    yield Ratio(single(WORKED), f"{on}: rate to that of creates", 0.7, (single(CREATE), who), of=who)
    for of in (single, batch):
        for kind in (UPSERT_NEW, UPSERT_KNOWN):
            yield Ratio(of(kind), f"{on}: rate to that of creates", 0.8, (of(CREATE), who), of=who)
        yield Ratio(of(DELETE), f"{on}: rate to that of updates", 0.8, (of(UPDATE), who), of=who)
    for kind in UNDONE:
        yield Ratio(undo(kind), f"{on}: rate to that of what is undone", 0.5, (batch(kind), who), of=who)


WRITING = tuple(goal for who in ON for goal in _goals(who))

WHY_NOT: dict[str, str] = {
    batch(
        CREATE
    ): "server and database share one core, and one connection waits for each answer. On SQLite a fifth of a lead's time is"
    " reading and checking its body, two fifths deciding what is written, a fifth the database, and the rest folds its words"
    " into the search index, which the server does behind the answers and which is counted here; on PostgreSQL half is the database",
    batch(
        UPSERT_KNOWN
    ): "each lead is read, compared and updated by a statement of its own, and its words are replaced in the search index;"
    " new leads are inserted many at a time",
}
"""By scenario: why closum does not reach a goal, if it does not."""


def why_not(row: dict[str, Any]) -> str:
    """The reason for a verdict."""
    return WHY_NOT.get(row["scenario"], "not looked into")
