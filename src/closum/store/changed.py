"""Records that were created or changed since a position of the feed, or since a time."""

from closum.errors import Gone
from closum.model.position import Position
from closum.model.resource import Resource
from closum.model.when import When
from closum.store import feed, identity
from closum.store.sql import Sql, sql, value
from closum.store.unit import Unit

_BEHIND = "id IN (SELECT id FROM change WHERE account_id = {account} AND position > {position} AND resource = {resource})"


def since(unit: Unit, resource: Resource, place: Position | When) -> Sql:
    """The condition on its records. Raises Gone for a position that nobody can go on from."""
    if isinstance(place, Position):
        if feed.after(unit, place, 1) is None:
            raise Gone
        return sql(
            _BEHIND,
            account=value(unit.account_id),
            position=value(place.number),
            resource=value(resource.name),
        )
    start, _ = place.stretch(unit.now, "UTC" if place.has_zone else identity.zone(unit))
    return sql("modified >= {start}", start=value(start))
