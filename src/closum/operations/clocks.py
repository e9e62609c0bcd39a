"""Times that were sent on the clocks of the account: a write stores them in UTC."""

from collections.abc import Sequence
from dataclasses import replace

from closum.errors import BrokenRule
from closum.model.moments import Local
from closum.model.resource import Resource
from closum.operations.deletion import Delete
from closum.operations.plan import Ask
from closum.store import identity
from closum.store.unit import Unit, timestamp


def settled(unit: Unit, resource: Resource, asks: Sequence[Ask]) -> Sequence[Ask]:
    """The asks with times in UTC, where they were on the clocks of the account."""
    if not resource.moments or not any(_is_local(resource, ask) for ask in asks):
        return asks
    zone, now = identity.zone(unit), timestamp(unit.now)
    return [_settled(resource, ask, zone, now) for ask in asks]


def _is_local(resource: Resource, ask: Ask) -> bool:
    values = {} if isinstance(ask, Delete) else ask.draft.values
    return any(isinstance(values.get(name), Local) for name in resource.moments)


def _settled(resource: Resource, ask: Ask, zone: str, now: str) -> Ask:
    if isinstance(ask, Delete):
        return ask
    values, faults = dict(ask.draft.values), dict(ask.draft.faults)
    for name in resource.moments:
        if isinstance(local := values.get(name), Local):
            try:
                values[name] = local.settled(zone, now)
            except BrokenRule as broken:
                faults[name] = broken.faults
                del values[name]
    return ask._replace(draft=replace(ask.draft, values=values, faults=faults))
