"""What every write changed: one row for each record, written by the transaction of the write.

Positions rise in the order in which changes become visible, since every write of an account holds its counters until its
end. The first position of an operation is the operation's id.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any, NamedTuple

import msgspec

from closum.model.change import (
    CLOCK,
    CREATE,
    DELETIONS,
    ERASE,
    INTO,
    MERGE,
    PURGE,
    RESTORE,
    UPDATE,
    By,
    Change,
    Operation,
)
from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store import bin as bins
from closum.store import merged, reports, statements, stays, tally
from closum.store.scope import OF_ACCOUNT, scope_of
from closum.store.sql import Prepared, parameter, sql
from closum.store.tally import Taken
from closum.store.unit import Effect, Result, Unit, Values, latest

COLUMNS = (
    "position",
    "operation",
    "resource",
    "id",
    "verb",
    "at",
    "user_id",
    "request_id",
    "cause",
    "cause_id",
    "key_id",
    "before",
    "shown",
)

_OF_OPERATION = f"""
SELECT {", ".join(COLUMNS)} FROM change WHERE account_id = ? AND position >= ?
AND position < COALESCE((SELECT position FROM change WHERE account_id = ? AND position > ? AND operation <> ?
                         ORDER BY position LIMIT 1), 9223372036854775807) ORDER BY position
"""
_SINCE = (
    f"SELECT {', '.join(COLUMNS)} FROM change WHERE account_id = ? AND position > ? ORDER BY position LIMIT ?"
)
_OF_RECORD = f"""
SELECT {", ".join(COLUMNS)} FROM change WHERE account_id = ? AND resource = ? AND id = ? AND position < ?
ORDER BY position DESC LIMIT ?
"""
_FIRST_OF_RECORD = f"""
SELECT {", ".join(COLUMNS)} FROM change WHERE account_id = ? AND resource = ? AND id = ? ORDER BY position LIMIT 1
"""
_WITH_BEFORE = f"""
SELECT {", ".join(COLUMNS)} FROM change WHERE account_id = ? AND position > ? AND before IS NOT NULL AND before <> 'null'
ORDER BY position LIMIT ?
"""
_FORGET = """
UPDATE change SET before = 'null'
WHERE account_id = ? AND resource = ? AND id = ? AND before IS NOT NULL
"""
_FORGET_AT = "UPDATE change SET before = 'null' WHERE account_id = ? AND position = ?"
_FORGET_OLD = f"{_FORGET_AT} AND before IS NOT NULL AND before <> 'null'"
_OLDEST = "SELECT position, at FROM change WHERE account_id = ? ORDER BY position LIMIT ?"
_NEXT_KNOWN = """
SELECT position, at FROM change WHERE account_id = ? AND position > ? AND at <= ? ORDER BY position LIMIT 1
"""
_CUT = "DELETE FROM change WHERE account_id = ? AND position <= ?"

_OWN = ("account_id", *COLUMNS)
_WIDTH = len(_OWN)  # values of a row

_encode = msgspec.json.Encoder().encode


class Past(NamedTuple):
    """One row of the history. `before` has what differed, by column; None for a create and for what was erased.

    It is None, too, where the row is `damaged`: what it kept is lost, or cannot be read. `shown` names what an update changed
    of the records that its record shows.
    """

    position: int
    operation: int
    resource: str
    id: int
    verb: str
    at: str
    by: By
    before: Row | None
    damaged: bool = False
    shown: tuple[str, ...] = ()


FORGOTTEN = "null"
"""What a row keeps instead of what an erased person's record was. An update and a deletion without it have lost that."""


def follow(
    unit: Unit, operations: Sequence[Operation], taken: Taken
) -> tuple[list[int | None], list[Effect]]:
    """The ids of operations, None for one that changed nothing, and what notes their changes."""
    position, at = taken
    account_id = unit.account_id
    ids: list[int | None] = []
    values: list[Any] = []
    for by, changes, begun in operations:
        first, who = begun or position, (at, *by.kept)
        for change in changes:
            verb, resource, _, after = change
            record_id = (after or change.row)["id"]
            before = None if verb == CREATE else _before(change)
            shown = _shown(change) if verb == UPDATE and resource.nested else None
            values += (account_id, position, first, resource.name, record_id, verb, *who, before, shown)
            position += 1
        ids.append(first if changes else None)
    rest = iter(values)
    sizes = statements.sizes(position - taken.first_id)
    return ids, [(_insert(size), tuple(islice(rest, size * _WIDTH)), size) for size in sizes]


def follow_new(
    unit: Unit, by: By, new: Mapping[Resource, Sequence[Result]], taken: Taken, begun: int | None
) -> int:
    """Note that records came, whose rows begin with their ids, each the one before and 1; the id of the operation."""
    position, at = taken
    first, who = begun or position, (CREATE, at, *by.kept, None, None)
    for resource, rows in new.items():
        change = (unit.account_id, position, first, resource.name, rows[0][0], *who)
        unit.insert_counting("change", _OWN, change, ("position", "id"), len(rows))
        position += len(rows)
    return first


def follow_erased(unit: Unit, operations: Sequence[Operation]) -> None:
    """Keep nothing of what records were that are erased."""
    for operation in operations:
        for change in operation.changes:
            if change.verb == ERASE:
                forget(unit, change.resource, change.row["id"])


def of_operation(unit: Unit, operation: int) -> list[Past]:
    """The changes of an operation, in their order; none where there is no such operation, or its history is cut."""
    if not 0 < operation <= MAX_ID:
        return []
    values = (unit.account_id, operation, unit.account_id, operation, operation)
    found = [_past(row) for row in unit.all(_OF_OPERATION, values)]
    return found if found and found[0].operation == found[0].position == operation else []


def of_records(unit: Unit, resource: Resource, ids: Iterable[int], after: int) -> dict[int, list[Past]]:
    """The changes of records behind a position, in their order, by the id of the record."""
    asked = [
        _of_records(resource, len(chunk), unit.engine)(unit.account_id, resource.name, after, *chunk)
        for chunk in statements.chunks(ids)
    ]
    found = {row[0]: row for rows in unit.all_of(asked) for row in rows}
    by_id: dict[int, list[Past]] = {}
    for _, row in sorted(found.items()):
        by_id.setdefault(row[3], []).append(_past(row))
    return by_id


def of_record(unit: Unit, resource: Resource, record_id: int, before: int, most: int) -> list[Past]:
    """At most so many changes of a record before a position, the last one first."""
    values = (unit.account_id, resource.name, record_id, _stored(before), _stored(most))
    return read(unit, _OF_RECORD, values)


def first_of_record(unit: Unit, resource: Resource, record_id: int) -> Past | None:
    """The first change of a record that is kept."""
    return next(iter(read(unit, _FIRST_OF_RECORD, (unit.account_id, resource.name, record_id))), None)


def at(unit: Unit, positions: Iterable[int]) -> list[Past]:
    """The changes at those of the positions that there are, in their order."""
    positions = list(positions)
    asked = [_at(len(chunk), unit.engine)(unit.account_id, *chunk) for chunk in statements.chunks(positions)]
    found = {row[0]: _past(row) for rows in unit.all_of(asked) for row in rows}
    return [found[one] for one in positions if one in found]


def since(unit: Unit, position: int, most: int) -> list[Past]:
    """At most so many changes of the account behind a position, in their order."""
    return read(unit, _SINCE, (unit.account_id, _stored(position), _stored(most)))


def read(unit: Unit, statement: str, values: Values) -> list[Past]:
    """What a statement selects, which gives all columns of changes."""
    return [_past(row) for row in unit.all(statement, values)]


def _stored(number: int) -> int:
    """The nearest number that the database can compare with, in which no position differs."""
    return max(0, min(number, MAX_ID))


def last(unit: Unit) -> int:
    """The position of the account's last change; 0 where there was none."""
    return tally.counters(unit).get(tally.CHANGE, tally.NEVER).last_id


def earliest(unit: Unit) -> str | None:
    """The time of the account's oldest change that is kept; None without any."""
    row = unit.one(_OLDEST, (unit.account_id, 1))
    return row[1] if row else None


def with_before(unit: Unit, position: int, most: int) -> list[Past]:
    """As `since`, of changes that keep what was before them."""
    return [_past(row) for row in unit.all(_WITH_BEFORE, (unit.account_id, _stored(position), _stored(most)))]


def forget(unit: Unit, resource: Resource, record_id: int) -> None:
    """Keep nothing of what a record was, nor of what went into it."""
    ids = (record_id, *merged.forget(unit, resource, record_id))
    for one in ids:
        unit.run(_FORGET, (unit.account_id, resource.name, one))
        stays.forget(unit, resource, one)
    reports.settle(unit, resource, ids)
    bins.forget(unit, resource, [record_id])


def forget_at(unit: Unit, positions: Sequence[int]) -> None:
    """Keep nothing of what records were before the changes at these positions."""
    unit.run_many(_FORGET_AT, [(unit.account_id, one) for one in positions])
    bins.forget_at(unit, positions)


def cut(unit: Unit, before: str, most: int) -> int:
    """Forget at most so many of the account's oldest changes that are older than a time; how many they were.

    Of what is dated ahead of the clock nobody knows the time: it is older than what follows it, and goes with that. The
    last change stays, without what it keeps of its record: readers of the feed have their place by it.
    """
    newest, oldest = latest(unit.now), unit.all(_OLDEST, (unit.account_id, most))
    known = [row for row in oldest if row[1] <= newest]
    if len(oldest) == most and oldest[-1][1] > newest:
        known += unit.all(_NEXT_KNOWN, (unit.account_id, oldest[-1][0], newest))
    old = max((position for position, _ in takewhile(lambda row: row[1] < before, known)), default=0)
    newest_position = last(unit)
    if old == newest_position:
        unit.run(_FORGET_OLD, (unit.account_id, old))
        bins.forget_at(unit, [old])
    number = len([position for position, _ in oldest if position <= old and position < newest_position])
    if number:
        unit.run(_CUT, (unit.account_id, oldest[number - 1][0]))
        bins.cut(unit, oldest[number - 1][0])
        tally.discount(unit, tally.CHANGE, number)
    return number


def date(unit: Unit) -> None:
    """Note what time it is where the account's last change is dated ahead of it, so that the age of that is known."""
    last = tally.counters(unit).get(tally.CHANGE, tally.NEVER)
    if last.last_timestamp > latest(unit.now):
        _, taken = tally.take_positions(unit, 1)
        _mark(unit, taken, CLOCK, taken.first_id)


def note_remade(unit: Unit, resource: Resource, ids: Sequence[int]) -> None:
    """Columns of records were made again from others, which are as they were: the records have new versions."""
    _, taken = tally.take_positions(unit, len(ids))
    first, who = taken.first_id, (taken.timestamp, *unit.by.kept)
    rows = [
        (unit.account_id, first + place, first, resource.name, record_id, UPDATE, *who, "{}", None)
        for place, record_id in enumerate(ids)
    ]
    unit.run_many(_insert(1), rows)


def note_purged(unit: Unit, keys: Sequence[tuple[Resource, int]]) -> int:
    """Keep nothing of what deleted records were, and note that they are gone for good; the operation."""
    for resource, one in keys:
        forget(unit, resource, one)
    _, taken = tally.take_positions(unit, len(keys))
    first, who = taken.first_id, (taken.timestamp, *unit.by.kept)
    rows = [
        (unit.account_id, first + place, first, resource.name, record_id, PURGE, *who, None, None)
        for place, (resource, record_id) in enumerate(keys)
    ]
    unit.run_many(_insert(1), rows)
    return first


def pass_over(unit: Unit, last: int) -> None:
    """Give no position up to `last`, which is behind that of the last change: a row says that a backup was put back."""
    lost, taken = tally.take_positions(unit, 1, behind=last)
    _mark(unit, taken, RESTORE, lost)


def _mark(unit: Unit, taken: Taken, verb: str, number: int) -> None:
    """A row that is no change of a record: of the history itself."""
    position, who = taken.first_id, (taken.timestamp, *unit.by.kept)
    unit.run(_insert(1), (unit.account_id, position, position, tally.CHANGE, number, verb, *who, None, None))


def _before(change: Change) -> str:
    """What a row keeps of a change of a record that was there."""
    if change.verb == ERASE:
        return FORGOTTEN
    before, after = change.before, change.after
    assert before is not None
    names = change.resource.own_columns
    if after is None:
        more = (INTO,) if change.verb == MERGE else ()
        names = (*names, "version", *more)  # the version with which a record that comes back goes on
    else:
        names = tuple(name for name in names if before[name] != after[name])
    return _encode({name: before[name] for name in names}).decode()


def names(change: Change) -> list[str]:
    """What an update changes, as clients call it: of the record, and of what it shows of others."""
    _, resource, before, after = change
    assert before is not None
    assert after is not None
    own = [field.name for field in resource.fields if before[field.name] != after[field.name]]
    return [*own, *(name for name, column in columns_shown(resource) if before[column] != after[column])]


def _shown(change: Change) -> str | None:
    """What a record shows of others from now on that it did not, as clients call it."""
    _, resource, before, after = change
    assert before is not None
    assert after is not None
    names = [name for name, column in columns_shown(resource) if before[column] != after[column]]
    return ",".join(names) or None


@lru_cache
def columns_shown(resource: Resource) -> list[tuple[str, str]]:
    """What a record shows of others: the names of the API, each with the record's column."""
    names = [(one.name, name) for one in resource.nested for name in ("id", *one.shows)]
    return [(f"{one}.{name}", f"{one}_{name}") for one, name in names]


def _names(shown: object) -> tuple[str, ...]:
    return tuple(shown.split(",")) if shown and isinstance(shown, str) else ()


def _past(row: Result) -> Past:
    position, operation, resource, record_id, verb, at, *who, before, shown = row
    keeps = verb in DELETIONS or verb in (UPDATE, ERASE)
    old, is_read = None, (before is not None) == keeps
    if is_read and before is not None:
        old, is_read = _decoded(before)
    return Past(
        position, operation, resource, record_id, verb, at, By.of_kept(*who), old, not is_read, _names(shown)
    )


def _decoded(before: str) -> tuple[Row | None, bool]:
    """What a row keeps, and whether it can be read."""
    try:
        old = msgspec.json.decode(before)
    except (msgspec.DecodeError, RecursionError):
        return None, False
    return (old, True) if old is None or isinstance(old, dict) else (None, False)


@lru_cache
def _of_records(resource: Resource, number: int, engine: str) -> Prepared:
    """Changes of so many records. Takes account, resource, position, ids."""
    conditions = (
        sql("record.resource = {resource}", resource=parameter("resource")),
        sql("record.position > {after}", after=parameter("after")),
    )
    names = ("resource", "after")
    scope = scope_of(resource)
    return statements.look_up(scope, "change", COLUMNS, "id", conditions, number, engine, names)


@lru_cache
def _at(number: int, engine: str) -> Prepared:
    """Changes at so many positions. Takes account, positions."""
    return statements.look_up(OF_ACCOUNT, "change", COLUMNS, "position", (), number, engine, ())


@lru_cache
def _insert(number: int) -> str:
    columns = ("account_id", *COLUMNS)
    row = f"({', '.join('?' * len(columns))})"
    return f"INSERT INTO change ({', '.join(columns)}) VALUES {', '.join([row] * number)}"
