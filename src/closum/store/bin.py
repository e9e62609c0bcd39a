"""The bin: which deleted records can be restored. What they were is in the history, at the position of the deletion."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.change import DELETE, Change, Operation
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.store import statements
from closum.store.scope import OF_ACCOUNT
from closum.store.sql import Prepared, parameter, sql
from closum.store.tally import Taken
from closum.store.unit import Effect, Unit, latest

_COLUMNS = "position, resource, record_id, operation, deleted"
_PAGE = f"""
SELECT {_COLUMNS}, (
    SELECT OCTET_LENGTH(before) FROM change
    WHERE change.account_id = ? AND change.position = bin.position
) FROM bin WHERE account_id = ? AND position < ?{{more}} ORDER BY position DESC LIMIT ?
"""
_COUNT = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM bin WHERE account_id = ? AND position >= ?{more} LIMIT ?) AS counted"
)
_AT = f"SELECT {_COLUMNS} FROM bin WHERE account_id = ? AND position = ?"
_SINCE = f"SELECT {_COLUMNS} FROM bin WHERE account_id = ? AND position > ? ORDER BY position LIMIT ?"
_OF_OPERATIONS = """
WITH wanted (value) AS (VALUES {wanted}) SELECT value FROM wanted
WHERE value = (SELECT operation FROM bin WHERE account_id = ? AND position >= value ORDER BY position LIMIT 1)
"""
_ROW = "(?, ?, ?, ?, ?, ?)"


class Entry(NamedTuple):
    """A record in the bin: the position of its deletion, its operation and time."""

    position: int
    resource: str
    record_id: int
    operation: int
    deleted: str


def follow(unit: Unit, operations: Iterable[Operation], taken: Taken) -> list[Effect]:
    """What puts deleted records into the bin; those that go with the one that they belong to have no entry of their own."""
    position, at = taken
    values: list[object] = []
    for _, changes, begun in operations:
        operation = begun or position
        gone = {(one.resource, one.row["id"]) for one in changes if one.after is None}
        for place, change in enumerate(changes, position):
            if change.verb == DELETE and not _goes_with_another(change, gone):
                values += (unit.account_id, place, change.resource.name, change.row["id"], operation, at)
        position += len(changes)
    width, start, effects = _ROW.count("?"), 0, list[Effect]()
    for size in statements.sizes(len(values) // width):
        end = start + size * width
        effects.append((_insert(size), values[start:end], size))
        start = end
    return effects


def _goes_with_another(change: Change, gone: set[tuple[Resource, int]]) -> bool:
    return any((parent.resource, change.row[parent.name]) in gone for parent in change.resource.parents)


def _insert(number: int) -> str:
    return f"INSERT INTO bin (account_id, {_COLUMNS}) VALUES {', '.join([_ROW] * number)}"


def follow_back(unit: Unit, back: Mapping[Resource, Iterable[int]]) -> None:
    """Take records out of the bin that are there again."""
    for resource, ids in back.items():
        forget(unit, resource, ids)


def forget(unit: Unit, resource: Resource, ids: Iterable[int]) -> None:
    """Take records out of the bin, as far as they are in it."""
    sql = "DELETE FROM bin WHERE account_id = ? AND resource = ? AND record_id = ?"
    unit.run_many(sql, [(unit.account_id, resource.name, one) for one in ids])


def forget_at(unit: Unit, positions: Iterable[int]) -> None:
    """Take records out of the bin whose deletions are at these positions."""
    sql = "DELETE FROM bin WHERE account_id = ? AND position = ?"
    unit.run_many(sql, [(unit.account_id, one) for one in positions])


def cut(unit: Unit, position: int) -> None:
    """Take records out of the bin whose deletions are not kept any more: those up to a position."""
    unit.run("DELETE FROM bin WHERE account_id = ? AND position <= ?", (unit.account_id, position))


def page(
    unit: Unit, before: int, most: int, resource: str | None = None, record_id: int | None = None
) -> list[tuple[Entry, int]]:
    """At most so many entries before a position, the newest first, each with how many bytes the history keeps of its record."""
    wanted = {"resource": resource, "record_id": record_id}
    given = {name: value for name, value in wanted.items() if value is not None}
    more = "".join(f" AND {name} = ?" for name in given)
    values = (unit.account_id, unit.account_id, min(before, MAX_ID), *given.values(), most)
    return [(Entry(*row), size or 0) for *row, size in unit.all(_PAGE.format(more=more), values)]


def count(unit: Unit, most: int, since: int = 0, resource: str | None = None) -> int:
    """How many entries there are from a position on, at most so many."""
    more, given = (" AND resource = ?", (resource,)) if resource else ("", ())
    found = unit.one(_COUNT.format(more=more), (unit.account_id, since, *given, most))
    return int(found[0]) if found else 0


def at(unit: Unit, position: int) -> Entry | None:
    """The entry of the deletion at a position."""
    row = unit.one(_AT, (unit.account_id, position))
    return Entry(*row) if row else None


def of_records(unit: Unit, keys: Sequence[tuple[Resource, int]]) -> list[Entry]:
    """The entries of those of the records that are in the bin."""
    ids: dict[str, list[int]] = {}
    for resource, record_id in keys:
        ids.setdefault(resource.name, []).append(record_id)
    asked = [
        _of_records(len(chunk), unit.engine)(unit.account_id, name, *chunk)
        for name, some in ids.items()
        for chunk in statements.chunks(some)
    ]
    found = {Entry(*row) for rows in unit.all_of(asked) for row in rows}
    places = {(resource.name, record_id): place for place, (resource, record_id) in enumerate(keys)}
    return sorted(found, key=lambda one: (places[one.resource, one.record_id], one.position))


@lru_cache
def _of_records(number: int, engine: str) -> Prepared:
    """Entries of so many records. Takes account, resource, ids."""
    condition = sql("record.resource = {resource}", resource=parameter("resource"))
    columns = Entry._fields
    return statements.look_up(
        OF_ACCOUNT, "bin", columns, "record_id", (condition,), number, engine, ("resource",)
    )


def of_operations(unit: Unit, operations: Iterable[int]) -> set[int]:
    """Those of the operations that deleted a record which is in the bin: theirs are the first entries behind their first change."""
    asked = [
        (_of_operations(len(chunk)), (*chunk, unit.account_id)) for chunk in statements.chunks(operations)
    ]
    return {value for rows in unit.all_of(asked) for (value,) in rows}


@lru_cache
def _of_operations(number: int) -> str:
    return _OF_OPERATIONS.format(wanted=", ".join(["(?)"] * number))


def walk(unit: Unit, size: int) -> Iterator[list[Entry]]:
    """Every entry of the account, the oldest first, at most `size` at a time."""
    last = 0
    while found := [Entry(*row) for row in unit.all(_SINCE, (unit.account_id, last, size))]:
        yield found
        last = found[-1].position


def oldest(unit: Unit, before: str, most: int) -> list[Entry]:
    """At most so many of the account's oldest entries that were deleted before a time.

    Of what is dated ahead of the clock nobody knows the time: it is older than what follows it, and goes with that.
    """
    found, newest = [Entry(*row) for row in unit.all(_SINCE, (unit.account_id, 0, most))], latest(unit.now)
    old = 0
    for number, one in enumerate(found, 1):
        if one.deleted < before:
            old = number
        elif one.deleted <= newest:
            break
    return found[:old]
