"""Reads that do not depend on each other: sent together where that can be done."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice
from typing import NamedTuple

from closum.store.sql import Bound
from closum.store.unit import Result, Unit


class Read(NamedTuple):
    """Statements, and what is handed all their rows."""

    statements: Sequence[Bound]
    take: Callable[[Iterable[Result]], object]


def read(unit: Unit, reads: Iterable[Read]) -> None:
    """Hand each its rows, once all are read."""
    wanted = [one for one in reads if one.statements]
    if not wanted:
        return
    found = iter(unit.all_of([statement for one in wanted for statement in one.statements]))
    for one in wanted:
        one.take(chain.from_iterable(islice(found, len(one.statements))))
