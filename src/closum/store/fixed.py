"""Records that every account has from its beginning: written when it is made, without a history."""

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store import changes, tally
from closum.store.unit import Unit, timestamp

# Where tables are spread over machines, one transaction may then write those of accounts and shared ones, in any order.
_BEFORE = {"sqlite": (), "postgres": ("SET LOCAL citus.multi_shard_modify_mode TO 'sequential'",)}


def seed(unit: Unit, resource: Resource) -> None:
    """Give them to the unit's account, which is made in this transaction."""
    assert resource.fixed
    made, last_id = _rows(resource, timestamp(unit.now)), resource.fixed.last_id
    for setting in _BEFORE[unit.engine]:
        unit.run(setting)
    tally.take(unit, resource, last_id)
    changes.write_fixed(unit, resource, made)
    tally.forget(unit, resource, range(len(made) + 1, last_id + 1))


def _rows(resource: Resource, now: str) -> list[Row]:
    assert resource.fixed
    made: list[Row] = [{**values, "id": place} for place, values in enumerate(resource.fixed.values, 1)]
    return [{**row, **resource.derive(row), "version": 1, "modified": now} for row in made]
