"""The statements that check the history as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from closum.model.change import CREATE, DELETIONS, ERASE, PURGE, UPDATE
from closum.model.resource import Resource
from closum.store import statements, tally
from closum.store.unit import Result, Unit

_COLUMNS = (
    "position, operation, resource, id, verb, at, user_id, request_id, cause, cause_id, key_id, before, shown"
)
_BATCH = f"SELECT {_COLUMNS} FROM change WHERE account_id = ? AND position > ? ORDER BY position LIMIT ?"
_POSITIONS = "SELECT position FROM change WHERE account_id = ? AND position > ? ORDER BY position LIMIT ?"
_AT = f"SELECT {_COLUMNS} FROM change WHERE account_id = ? AND position = ?"
_BY_RECORD = """
SELECT id, position, verb, cause, CASE WHEN verb IN ('delete', 'merge') THEN before END FROM change
WHERE account_id = ? AND resource = ? AND (id, position) > (?, ?) ORDER BY id, position LIMIT ?
"""
_KEYS = """
SELECT id, position FROM change WHERE account_id = ? AND resource = ? AND (id, position) > (?, ?)
ORDER BY id, position LIMIT ?
"""


VERBS = (CREATE, UPDATE, *DELETIONS, PURGE, ERASE)


class Noted(NamedTuple):
    """A row of the history as the database has it: the position alone where a column has what cannot be its value.

    `by` are the user, the request, the cause, its number, and the key.
    """

    position: int
    operation: int = 0
    resource: str | None = None
    id: int = 0
    verb: str | None = None
    at: str = ""
    by: tuple[int | None, str | None, str, int | None, int | None] = (None, None, "", None, None)
    before: object = None
    shown: str | None = None


class Verb(NamedTuple):
    """What a change did to a record, and which version it deleted; None where that cannot be read."""

    id: int
    position: int
    verb: str | None = None
    cause: str = ""
    version: int | None = None


class Counted(NamedTuple):
    """How many changes there are, and the position of the last one."""

    number: int = 0
    last: int = 0


NONE = Counted()


def counts(unit: Unit) -> dict[int, Counted]:
    """The changes of each account that has some, counted one by one."""
    sql = "SELECT account_id, COUNT(*), MAX(position) FROM change GROUP BY account_id"
    return {row[0]: Counted(*row[1:]) for row in unit.all(sql)}


def tallies(unit: Unit, counted: Mapping[int, Counted]) -> Iterator[str]:
    """Accounts whose changes do not agree with the count and the last position that are kept."""
    sql = "SELECT account_id, count, last_id FROM tally WHERE resource = ?"
    kept = {row[0]: Counted(*row[1:]) for row in unit.all(sql, (tally.CHANGE,))}
    for account_id in sorted(counted.keys() | kept.keys()):
        there, noted = counted.get(account_id, NONE), kept.get(account_id, NONE)
        place = f"the history of account {account_id}"
        if there.number != noted.number:
            yield f"{place}: {noted.number} changes counted, {there.number} there"
        elif there.number and there.last != noted.last:  # where all are cut, positions go on
            yield f"{place}: the last change is number {noted.last} by the count, {there.last} is there"


def walk(unit: Unit, size: int) -> Iterator[list[Noted]]:
    """The changes of the unit's account in their order, at most `size` at a time."""
    last = 0
    while found := _batch(unit, last, size):
        yield found
        last = found[-1].position


def by_record(unit: Unit, resource: Resource, size: int) -> Iterator[Verb]:
    """The changes of the unit's account, by record and in their order, read `size` at a time."""
    last = (0, 0)
    while found := _verbs(unit, resource, last, size):
        yield from found
        last = found[-1][:2]


def _verbs(unit: Unit, resource: Resource, last: tuple[int, int], size: int) -> list[Verb]:
    values = (unit.account_id, resource.name)
    try:
        return [_verb(row) for row in unit.all(_BY_RECORD, (*values, *last, size))]
    except UnicodeDecodeError:
        return [_verb_at(unit, resource, key) for key in unit.all(_KEYS, (*values, *last, size))]


def _verb_at(unit: Unit, resource: Resource, key: Result) -> Verb:
    record_id, position = key
    try:
        values = (unit.account_id, resource.name, record_id, position - 1, 1)
        return _verb(unit.all(_BY_RECORD, values)[0])
    except UnicodeDecodeError:
        return Verb(record_id, position)


def _verb(row: Result) -> Verb:
    record_id, position, verb, cause, before = row
    if verb not in VERBS:
        return Verb(record_id, position)
    try:
        version = msgspec.json.decode(before or "null")["version"]
    except (msgspec.DecodeError, RecursionError, TypeError, KeyError):
        version = None
    return Verb(record_id, position, verb, cause, version if type(version) is int else None)


def begun(unit: Unit, operations: Iterable[int]) -> set[int]:
    """Which of these operations there are, of the unit's account."""
    found: set[int] = set()
    for chunk in statements.chunks(one for one in operations if 0 < one < 2**63):
        marks = ", ".join("?" * len(chunk))
        sql = f"SELECT position FROM change WHERE account_id = ? AND position IN ({marks}) AND operation = position"
        found.update(row[0] for row in unit.all(sql, (unit.account_id, *chunk)))
    return found


def versions(unit: Unit, resource: Resource, ids: list[int]) -> dict[int, int]:
    """The versions of those of the records that there are."""
    found: dict[int, int] = {}
    for chunk in statements.chunks(ids):
        found.update(
            unit.all(*statements.select_versions(resource, len(chunk), unit.engine)(unit.account_id, *chunk))
        )
    return found


def _batch(unit: Unit, last: int, size: int) -> list[Noted]:
    try:
        return [_noted(row) for row in unit.all(_BATCH, (unit.account_id, last, size))]
    except UnicodeDecodeError:
        positions = unit.all(_POSITIONS, (unit.account_id, last, size))
        return [_one(unit, position) for (position,) in positions]


def _one(unit: Unit, position: int) -> Noted:
    try:
        (row,) = unit.all(_AT, (unit.account_id, position))
    except UnicodeDecodeError:
        return Noted(position)
    return _noted(row)


def _noted(row: Result) -> Noted:
    """SQLite keeps in a column whatever is put there."""
    (
        position,
        operation,
        resource,
        record_id,
        verb,
        at,
        user_id,
        request_id,
        cause,
        cause_id,
        key_id,
        before,
        shown,
    ) = row
    numbers = (operation, record_id, user_id or 0, cause_id or 0, key_id or 0)
    texts = (resource, verb, at, request_id or "", cause, before or "", shown or "")
    if not all(isinstance(one, int) for one in numbers) or not all(isinstance(one, str) for one in texts):
        return Noted(position)
    by = (user_id, request_id, cause, cause_id, key_id)
    return Noted(position, operation, resource, record_id, verb, at, by, before, shown)
