"""Operations in the history: one is found from the one behind it, however many changes it has.

The row before a position says which operation that row is of, and an operation's id is the position of its first row.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from closum.model.change import By
from closum.model.draft import MAX_ID
from closum.store import history, statements
from closum.store.unit import Result, Unit, Values

UNDO = "undo"

_HEAD = "head.position, {last}, head.resource, head.verb, head.at, head.user_id, head.request_id, head.cause, head.cause_id, head.key_id"
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
_BEHIND = "SELECT position, at FROM change WHERE account_id = ? AND position >= ? ORDER BY position LIMIT 1"
_OLDEST = "SELECT MIN(position) FROM change WHERE account_id = ?"
_COUNTS = {
    "sqlite": "WITH wanted (first, last) AS (VALUES {wanted})"
    " SELECT first, resource, verb, cause, cause_id, COUNT(*) FROM wanted CROSS JOIN change"
    " WHERE account_id = ? AND position >= first AND position <= last GROUP BY first, resource, verb, cause, cause_id",
    "postgres": "SELECT first, found.* FROM (VALUES {wanted}) AS wanted (first, last) CROSS JOIN LATERAL"
    " (SELECT resource, verb, cause, cause_id, COUNT(*) FROM change"
    " WHERE account_id = ? AND position >= first AND position <= last GROUP BY resource, verb, cause, cause_id) AS found",
}
# Their order keeps PostgreSQL from an index of all that the account has, for which it planned while that was little.
_FIRST = "resource, id, verb, cause, cause_id, COALESCE(request_id, '') AS request_id"
_FIRSTS = {
    "sqlite": f"WITH wanted (first, last) AS (VALUES {{wanted}}) SELECT first, {_FIRST} FROM wanted CROSS JOIN change"
    " WHERE account_id = ? AND position >= first AND position <= last AND operation = first",
    "postgres": "SELECT first, found.* FROM (VALUES {wanted}) AS wanted (first, last) CROSS JOIN LATERAL"
    f" (SELECT {_FIRST} FROM change"
    " WHERE account_id = ? AND position >= first AND position <= last AND operation = first"
    " ORDER BY position LIMIT last - first + 1) AS found",
}
_FIRSTS_CAUSED = f"""
SELECT * FROM (SELECT {_FIRST} FROM change
WHERE account_id = ? AND cause = ? AND cause_id = ? ORDER BY position LIMIT ?) AS found
"""
_MOST_SPANS = statements.MAX_VALUES // 2  # of a statement
_NONE = (0, -1)  # a span without a position
_MOST_CAUSES = 64  # of a statement
_NO_CAUSE = ("", 0)
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
# The limits keep a database from reading all of an undo for each of the records, and all of the account for an operation.
_NOT_TAKEN_BACK = """
SELECT operation, position FROM (
    SELECT account_id, position, operation, resource, id FROM change
    WHERE account_id = ? AND position >= ? AND position <= ? ORDER BY position LIMIT ?
) AS done WHERE NOT EXISTS (
    SELECT 1 FROM (
        SELECT cause, cause_id FROM change AS later WHERE later.account_id = done.account_id AND later.resource = done.resource
        AND later.id = done.id AND later.position >= ? LIMIT 9223372036854775807
    ) AS back WHERE back.cause = 'undo' AND back.cause_id = ?
) OR EXISTS (
    SELECT 1 FROM change AS other WHERE other.account_id = done.account_id AND other.resource = done.resource
    AND other.id = done.id AND other.position > done.position AND other.position < ?
)
"""
_FIRST_CAUSED = """
WITH wanted (value) AS (VALUES {wanted})
SELECT value, (SELECT MIN(position) FROM change WHERE account_id = ? AND cause = ? AND cause_id = value) FROM wanted
"""


# The sum keeps a database from reading all between the positions: few changes are of such resources.
_OF_RESOURCES = """
SELECT resource, position FROM change WHERE account_id = ? AND resource IN ({names}) AND position + 0 BETWEEN ? AND ?
"""


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


class Step(NamedTuple):
    """The first and the last position of a step of an operation, and the first operation that undoes this."""

    first: int
    last: int
    operation: int
    undo: int


_NO_STEP = Step(*_NONE, 0, 0)


class Counted(NamedTuple):
    """How many changes with a verb and a cause there are of the records of a resource."""

    resource: str
    verb: str
    cause: str
    cause_id: int | None
    number: int


class First(NamedTuple):
    """One of the first changes of an operation: of which record, and why."""

    resource: str
    id: int
    verb: str
    cause: str
    cause_id: int | None
    request_id: str


def newest(unit: Unit, before: int, most: int) -> list[Head]:
    """At most so many operations before a position, the last one first."""
    own = (unit.account_id,)
    return _heads(unit, _NEWEST, (*own, *own, before, *own, *own, most, *own))


def caused(unit: Unit, causes: Sequence[tuple[str, int]]) -> list[list[Head]]:
    """Of each cause its operations, in their order: those of an import, or those that undo another one."""
    own = (unit.account_id,)
    walks = [(unit.account_id, *cause) for cause in causes]
    asked = [(_CAUSED, (*own, *walk, MAX_ID, *own, *walk, MAX_ID, *own)) for walk in walks]
    return [[_head(row) for row in reversed(found)] for found in unit.all_of(asked)]


def undos(unit: Unit, operations: Iterable[int]) -> list[Undo]:
    """What undoes each of the operations."""
    found: list[Undo] = []
    own = (unit.account_id,)
    asked = [(_undos(len(chunk)), (*chunk, *own * 4)) for chunk in statements.chunks(operations)]
    for rows in unit.all_of(asked):
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


def since(unit: Unit, at: str) -> int:
    """The position from which on changes were made at a time or later, by halves."""
    low, high = oldest(unit), history.last(unit) + 1
    while low < high:
        middle = (low + high) // 2
        row = unit.one(_BEHIND, (unit.account_id, middle))
        if row and row[1] < at:
            low = row[0] + 1
        else:
            high = middle
    return low


def oldest(unit: Unit) -> int:
    """The position of the oldest change that is kept; 0 where there is none."""
    row = unit.one(_OLDEST, (unit.account_id,))
    return (row[0] or 0) if row else 0


def counts(unit: Unit, spans: Iterable[tuple[int, int]]) -> dict[int, list[Counted]]:
    """How many changes there are from the first to the last position of each span, by its first one.

    No two spans begin at the same position.
    """
    spans = list(spans)
    parts = [spans[start : start + _MOST_SPANS] for start in range(0, len(spans), _MOST_SPANS)]
    found: dict[int, list[Counted]] = {}
    for rows in unit.all_of([_count(unit, part) for part in parts]):
        for first, *counted in rows:
            found.setdefault(first, []).append(Counted(*counted))
    return found


def _count(unit: Unit, spans: Sequence[tuple[int, int]]) -> tuple[str, Values]:
    return counting(statements.padded(len(spans)), unit.engine), _of_spans(unit, spans)


def _of_spans(unit: Unit, spans: Sequence[tuple[int, int]]) -> Values:
    filled = [*spans, *[_NONE] * (statements.padded(len(spans)) - len(spans))]
    return (*chain.from_iterable(filled), unit.account_id)


def firsts(unit: Unit, operations: Iterable[int], most: int) -> dict[int, list[First]]:
    """At most so many of the first changes of each operation, in no order: of what comes behind nothing is read."""
    spans = [(one, one + most - 1) for one in dict.fromkeys(operations)]
    parts = [spans[start : start + _MOST_SPANS] for start in range(0, len(spans), _MOST_SPANS)]
    asked = [(_firsts(statements.padded(len(one)), unit.engine), _of_spans(unit, one)) for one in parts]
    found: dict[int, list[First]] = {}
    for operation, *change in chain.from_iterable(unit.all_of(asked)):
        found.setdefault(operation, []).append(First(*change))
    return found


def firsts_caused(
    unit: Unit, causes: Iterable[tuple[str, int]], most: int
) -> dict[tuple[str, int | None], list[First]]:
    """Likewise of all that each cause has changed."""
    causes = [*dict.fromkeys(causes)]
    parts = [causes[start : start + _MOST_CAUSES] for start in range(0, len(causes), _MOST_CAUSES)]
    found: dict[tuple[str, int | None], list[First]] = {}
    for row in chain.from_iterable(unit.all_of([_of_causes(unit, part, most) for part in parts])):
        one = First(*row)
        found.setdefault((one.cause, one.cause_id), []).append(one)
    return found


def _of_causes(unit: Unit, causes: Sequence[tuple[str, int]], most: int) -> tuple[str, Values]:
    number = statements.padded(len(causes))
    filled = [*causes, *[_NO_CAUSE] * (number - len(causes))]
    values = [value for one in filled for value in (unit.account_id, *one, most)]
    return _firsts_caused(number), values


def rows(unit: Unit, first: int, last: int, most: int) -> list[history.Past]:
    """At most so many changes between two positions, these included."""
    return history.read(unit, _ROWS, (unit.account_id, first, last, most))


def rows_back(unit: Unit, first: int, last: int, most: int) -> list[history.Past]:
    """As `rows`, the last one first."""
    return history.read(unit, _BACK, (unit.account_id, first, last, most))


def not_taken_back(unit: Unit, steps: Iterable[Step]) -> list[tuple[int, int]]:
    """Of those changes of operations of which something may be left the ids of their steps, and their positions: of records that
    the undo has not changed, or others had changed before it.
    """
    steps = [*steps]
    parts = [steps[start : start + _MOST_CAUSES] for start in range(0, len(steps), _MOST_CAUSES)]
    asked = [(_not_taken_back(statements.padded(len(part))), _of_steps(unit, part)) for part in parts]
    return [(step, position) for step, position in chain.from_iterable(unit.all_of(asked))]


def _of_steps(unit: Unit, steps: Sequence[Step]) -> Values:
    filled = [*steps, *[_NO_STEP] * (statements.padded(len(steps)) - len(steps))]
    return tuple(
        value
        for first, last, operation, undo in filled
        for value in (unit.account_id, first, last, last - first + 1, undo, operation, undo)
    )


def of_resources(unit: Unit, first: int, last: int, resources: Iterable[str]) -> list[tuple[str, int]]:
    """The changes of some resources between two positions, these included: of each the resource and its position."""
    names = sorted(resources)
    sql = _OF_RESOURCES.format(names=", ".join("?" * len(names)))
    return [(row[0], row[1]) for row in unit.all(sql, (unit.account_id, *names, first, last))]


def caused_back(
    unit: Unit, cause: str, cause_id: int, request_id: str, last: int, most: int
) -> list[history.Past]:
    """At most so many changes with a cause up to a position, the last one first; of one request, where it is not empty."""
    values = (unit.account_id, cause, cause_id, last, request_id, request_id, most)
    return history.read(unit, _CAUSED_BACK, values)


def first_caused(unit: Unit, causes: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The first operation with each of the causes that has one."""
    ids: dict[str, list[int]] = {}
    for cause, cause_id in causes:
        ids.setdefault(cause, []).append(cause_id)
    chunks = [(cause, chunk) for cause, some in ids.items() for chunk in statements.chunks(some)]
    found = unit.all_of([(_first_caused(len(one)), (*one, unit.account_id, cause)) for cause, one in chunks])
    both = zip(chunks, found, strict=True)
    return {(cause, one): first for (cause, _), rows in both for one, first in rows if first is not None}


def _heads(unit: Unit, statement: str, values: Values) -> list[Head]:
    return [_head(row) for row in unit.all(statement, values)]


def _head(row: Result) -> Head:
    position, last, resource, verb, at, *who = row
    return Head(position, last, resource, verb, at, By.of_kept(*who))


@lru_cache
def counting(number: int, engine: str) -> str:
    """What counts the changes of so many spans."""
    return _COUNTS[engine].format(wanted=", ".join(["(?, ?)"] * number))


@lru_cache
def _firsts(number: int, engine: str) -> str:
    return _FIRSTS[engine].format(wanted=", ".join(["(?, ?)"] * number))


@lru_cache
def _firsts_caused(number: int) -> str:
    return " UNION ALL ".join([_FIRSTS_CAUSED] * number)


@lru_cache
def _not_taken_back(number: int) -> str:
    return " UNION ALL ".join([_NOT_TAKEN_BACK] * number)


@lru_cache
def _first_caused(number: int) -> str:
    return _FIRST_CAUSED.format(wanted=", ".join(["(?)"] * number))


@lru_cache
def _undos(number: int) -> str:
    return _UNDOS.format(wanted=", ".join(["(?)"] * number))
