"""Operations in the history: one is found from the one behind it, however many changes it has.

The row before a position says which operation that row is of, and an operation's id is the position of its first row.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from closum.model.change import By
from closum.model.draft import MAX_ID
from closum.store import history, statements
from closum.store.unit import Result, Unit, Values

UNDO = "undo"

_HEAD = "head.position, {last}, head.resource, head.verb, head.at, head.user_id, head.request_id, head.cause, head.cause_id"
_WALK = f"""
WITH RECURSIVE walk (position, operation, place) AS (
    SELECT position, operation, 1 FROM change WHERE account_id = ? AND position = ({{last}} ?)
    UNION ALL
    SELECT found.position, found.operation, place + 1 FROM walk JOIN change AS found
    ON found.account_id = ? AND found.position = ({{last}} walk.operation) WHERE place < ?
)
SELECT {_HEAD.format(last="walk.position")} FROM walk JOIN change AS head
ON head.account_id = ? AND head.position = walk.operation AND head.operation = walk.operation ORDER BY place
"""
_NEWEST = _WALK.format(
    last="SELECT MAX(below.position) FROM change AS below WHERE below.account_id = ? AND below.position <"
)
_CAUSED = _WALK.format(
    last="SELECT MAX(below.position) FROM change AS below"
    " WHERE below.account_id = ? AND below.cause = ? AND below.cause_id = ? AND below.position <"
)
_UNDOS = """
WITH RECURSIVE wanted (value) AS (VALUES {wanted}), walk (undone, operation, request_id) AS (
    SELECT value, found.operation, found.request_id FROM wanted JOIN change AS found
    ON found.account_id = ? AND found.position = (SELECT MAX(below.position) FROM change AS below
    WHERE below.account_id = ? AND below.cause = 'undo' AND below.cause_id = value)
    UNION ALL
    SELECT undone, found.operation, found.request_id FROM walk JOIN change AS found
    ON found.account_id = ? AND found.position = (SELECT MAX(below.position) FROM change AS below
    WHERE below.account_id = ? AND below.cause = 'undo' AND below.cause_id = undone AND below.position < walk.operation)
)
SELECT DISTINCT undone, operation, request_id FROM walk WHERE operation > undone
"""
_AT = f"SELECT {_HEAD.format(last='0')} FROM change AS head WHERE head.account_id = ? AND head.position = ? AND head.operation = ?"
_LAST = """
SELECT position, operation FROM change WHERE account_id = ? AND position <= ? ORDER BY position DESC LIMIT 1
"""
_OLDEST = "SELECT MIN(position) FROM change WHERE account_id = ?"
COUNT = """
SELECT resource, verb, cause, COUNT(*) FROM change WHERE account_id = ? AND position >= ? AND position <= ?
GROUP BY resource, verb, cause
"""
_ROWS = f"""
SELECT {", ".join(history.COLUMNS)} FROM change WHERE account_id = ? AND position >= ? AND position <= ?
ORDER BY position LIMIT ?
"""
_BACK = f"""
SELECT {", ".join(history.COLUMNS)} FROM change WHERE account_id = ? AND position >= ? AND position <= ?
ORDER BY position DESC LIMIT ?
"""
_CAUSED_BACK = f"""
SELECT {", ".join(history.COLUMNS)} FROM change WHERE account_id = ? AND cause = ? AND cause_id = ? AND position <= ?
AND (? = '' OR request_id = ?) ORDER BY position DESC LIMIT ?
"""
_FIRST_CAUSED = "SELECT MIN(position) FROM change WHERE account_id = ? AND cause = ? AND cause_id = ?"


class Head(NamedTuple):
    """An operation: the positions of its first and last change, and what the first one says of it."""

    id: int
    last: int
    resource: str
    verb: str
    at: str
    by: By

    @property
    def size(self) -> int:
        """How many changes it has."""
        return self.last - self.id + 1


class Undo(NamedTuple):
    """An operation that undoes another one, and the request that asked for it."""

    undone: int
    operation: int
    request_id: str


def newest(unit: Unit, before: int, most: int) -> list[Head]:
    """At most so many operations before a position, the last one first."""
    own = (unit.account_id,)
    return _heads(unit, _NEWEST, (*own, *own, before, *own, *own, most, *own))


def caused(unit: Unit, cause: str, cause_id: int) -> list[Head]:
    """Operations with a cause, in their order: those of an import, or those that undo another one."""
    own, walk = (unit.account_id,), (unit.account_id, cause, cause_id)
    found = _heads(unit, _CAUSED, (*own, *walk, MAX_ID, *own, *walk, MAX_ID, *own))
    return found[::-1]


def undos(unit: Unit, operations: Iterable[int]) -> list[Undo]:
    """What undoes each of the operations."""
    found: list[Undo] = []
    own = (unit.account_id,)
    for chunk in statements.chunks(operations):
        rows = unit.all(_undos(len(chunk)), (*chunk, *own * 4))
        found += [Undo(undone, operation, request_id or "") for undone, operation, request_id in rows]
    return found


def head(unit: Unit, operation: int) -> Head | None:
    """One operation; None where there is none, or its first change is cut."""
    row = unit.one(_AT, (unit.account_id, operation, operation)) if 0 < operation <= MAX_ID else None
    return None if row is None else _head(row)._replace(last=end(unit, operation))


def end(unit: Unit, operation: int) -> int:
    """The position of an operation's last change, by halves."""
    low, high, last = operation, history.last(unit), operation
    while low <= high:
        middle = (low + high + 1) // 2
        row = unit.one(_LAST, (unit.account_id, middle))
        if row is None or row[1] < operation:
            break
        if row[1] == operation:
            low, last = middle + 1, row[0]
        else:
            high = row[1] - 1
    return last


def oldest(unit: Unit) -> int:
    """The position of the oldest change that is kept; 0 where there is none."""
    row = unit.one(_OLDEST, (unit.account_id,))
    return (row[0] or 0) if row else 0


def counts(unit: Unit, first: int, last: int) -> list[tuple[str, str, str, int]]:
    """How many changes there are between two positions, these included, by resource, verb and cause."""
    found = unit.all(COUNT, (unit.account_id, first, last))
    return [(resource, verb, cause, number) for resource, verb, cause, number in found]


def rows(unit: Unit, first: int, last: int, most: int) -> list[history.Past]:
    """At most so many changes between two positions, these included."""
    return history.read(unit, _ROWS, (unit.account_id, first, last, most))


def rows_back(unit: Unit, first: int, last: int, most: int) -> list[history.Past]:
    """As `rows`, the last one first."""
    return history.read(unit, _BACK, (unit.account_id, first, last, most))


def caused_back(
    unit: Unit, cause: str, cause_id: int, request_id: str, last: int, most: int
) -> list[history.Past]:
    """At most so many changes with a cause up to a position, the last one first; of one request, where it is not empty."""
    values = (unit.account_id, cause, cause_id, last, request_id, request_id, most)
    return history.read(unit, _CAUSED_BACK, values)


def first_caused(unit: Unit, cause: str, cause_id: int) -> int | None:
    """The first operation with a cause."""
    row = unit.one(_FIRST_CAUSED, (unit.account_id, cause, cause_id))
    return row[0] if row else None


def _heads(unit: Unit, statement: str, values: Values) -> list[Head]:
    return [_head(row) for row in unit.all(statement, values)]


def _head(row: Result) -> Head:
    position, last, resource, verb, at, user_id, request_id, cause, cause_id = row
    return Head(position, last, resource, verb, at, By(user_id, request_id or "", cause, cause_id))


@lru_cache
def _undos(number: int) -> str:
    return _UNDOS.format(wanted=", ".join(["(?)"] * number))
