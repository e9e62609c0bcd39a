"""The statements that check the history as a whole."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from closum.model.resource import Resource
from closum.store import rows, statements, tally
from closum.store.unit import Unit

_COLUMNS = "position, operation, resource, id, verb, at, before"
_BATCH = f"SELECT {_COLUMNS} FROM change WHERE account_id = ? AND position > ? ORDER BY position LIMIT ?"
_POSITIONS = "SELECT position FROM change WHERE account_id = ? AND position > ? ORDER BY position LIMIT ?"
_AT = f"SELECT {_COLUMNS} FROM change WHERE account_id = ? AND position = ?"
_BY_RECORD = """
SELECT id, position, verb FROM change WHERE account_id = ? AND resource = ? AND (id, position) > (?, ?)
AND verb IN ('create', 'update', 'delete', 'erase') ORDER BY id, position LIMIT ?
"""


class Noted(NamedTuple):
    """A row of the history as the database has it; without its texts where it has one in a form that is no text."""

    position: int
    operation: int = 0
    resource: str | None = None
    id: int = 0
    verb: str | None = None
    at: str = ""
    before: object = None


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


def by_record(unit: Unit, resource: Resource, size: int) -> Iterator[tuple[int, str]]:
    """Id and verb of each change of the unit's account, by record and in their order, read `size` at a time."""
    record_id, position = 0, 0
    while found := unit.all(_BY_RECORD, (unit.account_id, resource.name, record_id, position, size)):
        yield from ((row[0], row[2]) for row in found)
        record_id, position, _ = found[-1]


def versions(unit: Unit, resource: Resource, ids: list[int]) -> dict[int, int]:
    """The versions of those of the records that there are."""
    found: dict[int, int] = {}
    for chunk in rows.chunks(ids):
        found.update(
            unit.all(*statements.select_versions(resource, len(chunk), unit.engine)(unit.account_id, *chunk))
        )
    return found


def _batch(unit: Unit, last: int, size: int) -> list[Noted]:
    try:
        return [Noted(*row) for row in unit.all(_BATCH, (unit.account_id, last, size))]
    except UnicodeDecodeError:
        positions = unit.all(_POSITIONS, (unit.account_id, last, size))
        return [_one(unit, position) for (position,) in positions]


def _one(unit: Unit, position: int) -> Noted:
    try:
        (row,) = unit.all(_AT, (unit.account_id, position))
    except UnicodeDecodeError:
        return Noted(position)
    return Noted(*row)
