"""Records that were created or changed since a position of the feed, or since a time, or by an import."""

from typing import NamedTuple

from closum.errors import Gone
from closum.model.filters import Condition
from closum.model.position import Position
from closum.model.property import IMPORTED
from closum.model.resource import Resource
from closum.model.when import When
from closum.store import feed, history, identity, tally, times
from closum.store.sql import Sql, joined, sql, value
from closum.store.unit import Unit

# So that the range of the positions is read: a planner that could use the resource, or only read an index that has the
# position behind the record, would read all changes.
_BEHIND = (
    "SELECT DISTINCT id FROM change WHERE account_id = {account} AND position > {position}"
    " AND (resource = {resource}) IS TRUE AND operation > 0"
)
LOOKED_AT = 4  # records that are looked at in the time in which one change is


# By the index of causes, which a planner that could use the resource might leave.
_IMPORTED = (
    "SELECT DISTINCT id FROM change WHERE account_id = {account} AND cause = 'import' AND cause_id IN ({numbers})"
    " AND (resource = {resource}) IS TRUE"
)


class Since(NamedTuple):
    """What the records have to fit: `ids` is a query of those that they are among, also of some that are gone."""

    ids: Sql | None
    condition: Sql | None


def found(unit: Unit, resource: Resource, one: Condition) -> Since:
    """What the records have to fit that a condition means. Raises Gone."""
    return (
        _imported(unit, resource, one)
        if one.property.kind == IMPORTED
        else since(unit, resource, one.values[0])
    )


def _imported(unit: Unit, resource: Resource, one: Condition) -> Since:
    account, name = value(unit.account_id), value(resource.name)
    numbers = joined(", ", [value(number) for number in one.values])
    return Since(sql(_IMPORTED, account=account, numbers=numbers, resource=name), None)


def since(unit: Unit, resource: Resource, place: Position | When) -> Since:
    """Raises Gone for a position that nobody can go on from."""
    if isinstance(place, Position):
        if feed.after(unit, place, 1) is None:
            raise Gone
        return Since(_behind(unit, resource, place.number), None)
    start, _ = place.stretch(unit.now, "UTC" if place.has_zone else identity.zone(unit))
    position = _position(unit, resource, start)
    ids = None if position is None else _behind(unit, resource, position)
    return Since(ids, sql("modified >= {start}", start=value(start)))


def _behind(unit: Unit, resource: Resource, position: int) -> Sql:
    account, name = value(unit.account_id), value(resource.name)
    return sql(_BEHIND, account=account, position=value(position), resource=name)


def _position(unit: Unit, resource: Resource, start: str) -> int | None:
    """That of a change before all changes since then; None where to look at all records is sooner done, or the history
    does not go back so far."""
    earliest = history.earliest(unit)
    if earliest is None or start <= earliest:
        return None
    known = tally.counters(unit)
    last, records = known[tally.CHANGE].last_id, known.get(resource.name, tally.NEVER).records
    before = times.first(unit, "change", "position", "at", start) - 1
    return before if (last - before) * LOOKED_AT <= records else None
