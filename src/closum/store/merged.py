"""Records that went into others, and those that they went into."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.change import INTO, MERGE, Operation
from closum.model.resource import Resource
from closum.store import statements
from closum.store.scope import OF_ACCOUNT
from closum.store.sql import Prepared, parameter, sql
from closum.store.tally import Taken
from closum.store.unit import Effect, Unit

MOST = 10_000
"""Merges of one record after the other that are followed: nobody makes so many."""

_POINTER = ("resource", "record_id", "into_id", "operation")
_COLUMNS = ", ".join(_POINTER)
_ROW = "(?, ?, ?, ?, ?)"
_WALK = """
WITH RECURSIVE walk (id, place) AS (
    SELECT into_id, 1 FROM merged WHERE account_id = ? AND resource = ? AND record_id = ?
    UNION ALL
    SELECT found.into_id, place + 1 FROM walk JOIN merged AS found
    ON found.account_id = ? AND found.resource = ? AND found.record_id = walk.id WHERE place < ?
)
SELECT id FROM walk ORDER BY place
"""
_FINAL = f"{_WALK.rstrip()} DESC LIMIT 1"
_MERGE = "SELECT operation FROM merged WHERE account_id = ? AND resource = ? AND record_id = ?"
_SOURCES = """
WITH RECURSIVE walk (id, into_id, operation, place) AS (
    SELECT record_id, into_id, operation, 1 FROM merged WHERE account_id = ? AND resource = ? AND into_id = ?
    UNION ALL
    SELECT found.record_id, found.into_id, found.operation, place + 1 FROM walk JOIN merged AS found
    ON found.account_id = ? AND found.resource = ? AND found.into_id = walk.id WHERE place < ?
)
SELECT id, into_id, operation FROM walk ORDER BY place, id
"""
_FORGET = "DELETE FROM merged WHERE account_id = ? AND resource = ? AND record_id = ?"
_BEHIND = f"""
SELECT {_COLUMNS} FROM merged WHERE account_id = ? AND (resource, record_id) > (?, ?)
ORDER BY resource, record_id LIMIT ?
"""


class Pointer(NamedTuple):
    """A record that went into another one of its resource."""

    resource: str
    record_id: int
    into_id: int
    operation: int


def follow(unit: Unit, operations: Iterable[Operation], taken: Taken) -> list[Effect]:
    """What notes where merged records went."""
    position, _ = taken
    values: list[object] = []
    for _, changes, begun in operations:
        for verb, resource, before, _ in changes:
            if verb == MERGE and before is not None:
                values += (unit.account_id, resource.name, before["id"], before[INTO], begun or position)
        position += len(changes)
    width, start, effects = _ROW.count("?"), 0, list[Effect]()
    for size in statements.sizes(len(values) // width):
        end = start + size * width
        effects.append((_insert(size), values[start:end], size))
        start = end
    return effects


def _insert(number: int) -> str:
    return f"INSERT INTO merged (account_id, {_COLUMNS}) VALUES {', '.join([_ROW] * number)}"


def follow_back(unit: Unit, back: Mapping[Resource, Iterable[int]]) -> None:
    """Records that are there again went nowhere, and most of them did not before: these are read, many at once."""
    asked = [
        (resource, _among(("record_id",), len(chunk), unit.engine)(unit.account_id, resource.name, *chunk))
        for resource, ids in back.items()
        for chunk in statements.chunks(ids)
    ]
    found = zip(asked, unit.all_of([statement for _, statement in asked]), strict=True)
    unit.run_many(
        _FORGET,
        [(unit.account_id, resource.name, *one) for (resource, _), rows in found for one in {*rows}],
    )


@lru_cache
def _among(columns: tuple[str, ...], number: int, engine: str) -> Prepared:
    """Those of `number` records that went into others. Takes account, resource, ids."""
    condition = sql("record.resource = {resource}", resource=parameter("resource"))
    return statements.look_up(
        OF_ACCOUNT, "merged", columns, "record_id", (condition,), number, engine, ("resource",)
    )


def forget(unit: Unit, resource: Resource, record_id: int) -> list[int]:
    """A record is gone for good: nothing leads to it any more. Those that went into it, over chains."""
    gone = [one.record_id for one in sources(unit, resource, record_id)]
    unit.run_many(_FORGET, [(unit.account_id, resource.name, one) for one in gone])
    return gone


def sources(unit: Unit, resource: Resource, record_id: int) -> list[Pointer]:
    """Where those come from that went into a record, over chains."""
    of = (unit.account_id, resource.name)
    found = {row[0]: Pointer(resource.name, *row) for row in unit.all(_SOURCES, (*of, record_id, *of, MOST))}
    return [*found.values()]


def merge(unit: Unit, resource: Resource, record_id: int) -> int | None:
    """The operation in which a record went into another one; None where it went into none."""
    row = unit.one(_MERGE, (unit.account_id, resource.name, record_id))
    return int(row[0]) if row else None


def final(unit: Unit, resource: Resource, record_id: int) -> int | None:
    """The record that one went into at last; None where it went into none."""
    of = (unit.account_id, resource.name)
    row = unit.one(_FINAL, (*of, record_id, *of, MOST))
    return int(row[0]) if row else None


def finals(unit: Unit, resource: Resource, ids: Iterable[int]) -> dict[int, Pointer]:
    """Of those of the records that went into others the one that each went into at last, with the operation of its own merge."""
    found = steps = _next(unit, resource, ids)
    for _ in range(MOST):
        steps = _next(unit, resource, {one.into_id for one in found.values()}) if steps else {}
        if not steps:
            break
        found = {
            key: one._replace(into_id=steps[one.into_id].into_id) if one.into_id in steps else one
            for key, one in found.items()
        }
    return found


def _next(unit: Unit, resource: Resource, ids: Iterable[int]) -> dict[int, Pointer]:
    """Where each of the records went."""
    asked = [
        _among(_POINTER, len(chunk), unit.engine)(unit.account_id, resource.name, *chunk)
        for chunk in statements.chunks(ids)
    ]
    return {row[1]: Pointer(*row) for found in unit.all_of(asked) for row in found}


def chain(unit: Unit, resource: Resource, record_id: int) -> list[int]:
    """The records that one went into, one after the other: the last one is the final one."""
    of = (unit.account_id, resource.name)
    return [row[0] for row in unit.all(_WALK, (*of, record_id, *of, MOST))]


def walk(unit: Unit, size: int) -> Iterator[Sequence[Pointer]]:
    """Every merged record of the account, at most `size` at a time."""
    last = ("", 0)
    while found := [Pointer(*row) for row in unit.all(_BEHIND, (unit.account_id, *last, size))]:
        yield found
        last = found[-1][:2]
