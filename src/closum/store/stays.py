"""When records entered and left the stages that a field of them names: kept for ever, since the history is not.

A stay is known by the position of the change by which the record entered: it may enter a stage again, also at once. That of
a record in the bin has ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.change import ERASE, Change, Operation
from closum.model.draft import MAX_ID
from closum.model.relations import Row, Use
from closum.model.resource import Resource
from closum.store import statements
from closum.store.scope import OF_ACCOUNT
from closum.store.sql import Prepared, Sql
from closum.store.tally import Taken
from closum.store.unit import Effect, Result, Unit

_COLUMNS = ("account_id", "{record}_id", "position", "stage_id", "entered", "departed")
_DEPART = "UPDATE {table} SET departed = ? WHERE account_id = ? AND {record}_id = ? AND departed IS NULL"
_FORGET = "DELETE FROM {table} WHERE account_id = ? AND {record}_id = ?"
_OF_RECORD = """
SELECT {record}_id, position, stage_id, entered, departed FROM {table}
WHERE account_id = ? AND {record}_id = ? AND position < ?
ORDER BY position DESC LIMIT ?
"""

_OF_OWN = """
SELECT DISTINCT {record}_id FROM {table} WHERE account_id = ? AND stage_id = ? AND stage_id >= {own}
ORDER BY {record}_id LIMIT ?
"""

_STRAY = """
SELECT DISTINCT {record}_id FROM {table} WHERE account_id = ? AND {record}_id > ? AND departed IS NULL
AND NOT EXISTS (SELECT 1 FROM {record} AS record WHERE record.account_id = ? AND record.id = {table}.{record}_id)
ORDER BY {record}_id LIMIT ?
"""


class Stay(NamedTuple):
    """A stage, and when a record entered and left it: None while it is there."""

    record_id: int
    position: int
    stage_id: int
    entered: str
    departed: str | None


class _Set:
    """What a set of changes begins, as rows that are still open or not, and of which records it ends a stay that was there."""

    def __init__(self) -> None:
        self.begun: dict[Resource, list[list[object]]] = {}
        self.ended: dict[Resource, list[int]] = {}
        self._open: dict[tuple[Resource, int], list[object]] = {}

    def depart(self, resource: Resource, record_id: int, at: str) -> None:
        if row := self._open.pop((resource, record_id), None):
            row[-1] = at
        else:
            self.ended.setdefault(resource, []).append(record_id)

    def enter(self, resource: Resource, record_id: int, row: list[object]) -> None:
        self._open[resource, record_id] = row
        self.begun.setdefault(resource, []).append(row)


def follow(unit: Unit, operations: Iterable[Operation], taken: Taken) -> list[Effect]:
    """End stays; what notes those that begin."""
    position, at = taken
    found = _Set()
    for _, changes, _ in operations:
        for place, change in enumerate(changes, position):
            if use := change.resource.staged:
                _add(found, unit.account_id, use, change, place, at)
        position += len(changes)
    for resource, ids in found.ended.items():
        unit.run_many(_text(_DEPART, resource), [(at, unit.account_id, one) for one in ids])
    return [effect for resource, rows in found.begun.items() for effect in _inserts(resource, rows)]


def _add(found: _Set, account_id: int, use: Use, change: Change, position: int, at: str) -> None:
    verb, resource, before, after = change
    old, new = _stage(use, before), _stage(use, after)
    if old == new:
        return
    record_id = (after or change.row)["id"]
    if old is not None and verb != ERASE:
        found.depart(resource, record_id, at)
    if new is not None:
        found.enter(resource, record_id, [account_id, record_id, position, new, at, None])


def _stage(use: Use, row: Row | None) -> object:
    return None if row is None else row[use.name]


def _inserts(resource: Resource, rows: Sequence[Sequence[object]]) -> Iterable[Effect]:
    start = 0
    for size in statements.sizes(len(rows)):
        some = rows[start : start + size]
        yield _insert(resource, size), [value for row in some for value in row], size
        start += size


def follow_new(unit: Unit, new: Mapping[Resource, Sequence[Result]], taken: Taken) -> None:
    """Note the stays of many new records, whose rows have the columns of their resource."""
    position, at = taken
    for resource, rows in new.items():
        if use := resource.staged:
            place = resource.columns.index(use.name)
            begun = [
                (unit.account_id, row[0], number, row[place], at, None)
                for number, row in enumerate(rows, position)
                if row[place] is not None
            ]
            if begun:
                unit.insert(use.stays, _columns(resource), begun)
        position += len(rows)


def forget(unit: Unit, resource: Resource, record_id: int) -> None:
    """A record is gone for good."""
    if resource.staged:
        unit.run(_text(_FORGET, resource), (unit.account_id, record_id))


def of_records(unit: Unit, resource: Resource, ids: Iterable[int], before: int, most: int) -> list[Stay]:
    """At most so many stays of records that began before a position, the last one first."""
    text, behind = _text(_OF_RECORD, resource), min(before, MAX_ID)
    asked = [(text, (unit.account_id, one, behind, most)) for one in ids]
    found = (Stay(*row) for some in unit.all_of(asked) for row in some)
    return sorted(found, key=lambda one: -one.position)[:most]


def stray(unit: Unit, resource: Resource, after: int, most: int) -> list[int]:
    """The ids behind one of at most so many records that are not there, and yet have a stay that goes on."""
    values = (unit.account_id, after, unit.account_id, most)
    return [row[0] for row in unit.all(_text(_STRAY, resource), values)]


def in_stage(unit: Unit, resource: Resource, stage_id: int, most: int) -> list[int]:
    """The ids of at most so many records that are, or were, in one of the account's own stages."""
    return [row[0] for row in unit.all(_text(_OF_OWN, resource), (unit.account_id, stage_id, most))]


def present(unit: Unit, resource: Resource, ids: Iterable[int]) -> dict[int, list[int]]:
    """The stages in which records are now, by their ids."""
    found: dict[int, list[int]] = {}
    for chunk in statements.chunks(ids):
        of = _present(resource, len(chunk), unit.engine)(unit.account_id, *chunk)
        for record_id, stage_id in {row[:3]: row[1:] for row in unit.all(*of)}.values():
            found.setdefault(record_id, []).append(stage_id)
    return found


def entered(unit: Unit, resource: Resource, ids: Iterable[int]) -> list[Result]:
    """The id of each record, a stage, and when it entered that: for each stay that these records had."""
    found: dict[tuple[int, int], Result] = {}
    for chunk in statements.chunks(ids):
        of = _entered(resource, len(chunk), unit.engine)(unit.account_id, *chunk)
        found |= {row[:2]: row[1:] for row in unit.all(*of)}
    return [*found.values()]


@lru_cache
def _entered(resource: Resource, number: int, engine: str) -> Prepared:
    """Position, id, stage and time of the stays of so many records. Takes account, ids."""
    assert resource.staged
    record = f"{resource.name}_id"
    shown = ("position", record, "stage_id", "entered")
    return statements.look_up(OF_ACCOUNT, resource.staged.stays, shown, record, (), number, engine, ())


@lru_cache
def _present(resource: Resource, number: int, engine: str) -> Prepared:
    """Position, id and stage of so many records. Takes account, ids."""
    assert resource.staged
    record = f"{resource.name}_id"
    condition, shown = Sql("record.departed IS NULL"), ("position", record, "stage_id")
    return statements.look_up(
        OF_ACCOUNT, resource.staged.stays, shown, record, (condition,), number, engine, ()
    )


@lru_cache
def _text(template: str, resource: Resource) -> str:
    assert resource.staged
    fixed = resource.staged.resource.fixed
    own = fixed.last_id + 1 if fixed else 1
    return template.format(table=resource.staged.stays, record=resource.name, own=own)


def _columns(resource: Resource) -> tuple[str, ...]:
    return tuple(name.format(record=resource.name) for name in _COLUMNS)


@lru_cache
def _insert(resource: Resource, number: int) -> str:
    assert resource.staged
    names = _columns(resource)
    row = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO {resource.staged.stays} ({', '.join(names)}) VALUES {', '.join([row] * number)}"
