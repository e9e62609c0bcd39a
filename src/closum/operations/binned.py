"""What comes back with a deleted record: what went with it, and what any of that shows or belongs to."""

from collections.abc import Iterable

from closum.errors import Internal
from closum.model.change import DELETE
from closum.model.resource import Resource
from closum.operations import kept
from closum.operations.edit import Key, children_of
from closum.store import bin as bins
from closum.store import history
from closum.store.bin import Entry
from closum.store.history import Past
from closum.store.unit import Unit


def resource_of(name: str) -> Resource:
    """Raises Internal for a name that none has."""
    resource = kept.resource_of(name)
    if resource is None:
        raise Internal
    return resource


def whole(unit: Unit, entries: Iterable[Entry]) -> list[Past]:
    """The deletions of records, of those that went with them, and of those in the bin that any of them shows or belongs to.

    What shows others comes first, as in a deletion.
    """
    found, todo = dict[int, Past](), [*entries]
    while todo:
        some = _with_children(unit, todo)
        found |= {past.position: past for past in some}
        todo = [other for other in _linked(unit, some) if other.position not in found]
    return sorted(found.values(), key=lambda past: -resource_of(past.resource).depth)


def _with_children(unit: Unit, entries: Iterable[Entry]) -> list[Past]:
    own = {one.position: one for one in history.at(unit, [entry.position for entry in entries])}
    found = [*own.values()]
    for entry in entries:
        some = children(unit, entry)
        if entry.position not in own and not some:
            raise Internal(kept.DAMAGED.format(entry.operation))
        found += some
    return found


def _linked(unit: Unit, past: Iterable[Past]) -> list[Entry]:
    """The entries of what deleted records showed or belonged to."""
    keys = dict[Key, None]()
    for one in past:
        for resource, column in resource_of(one.resource).links:
            if link := (one.before or {}).get(column):
                keys[resource, link] = None
    return bins.of_records(unit, list(keys))


def children(unit: Unit, entry: Entry) -> list[Past]:
    """The deletions of what belonged to a record and went with it."""
    if not children_of(resource_of(entry.resource)):
        return []
    gone, found = {(entry.resource, entry.record_id)}, list[Past]()
    past = history.of_operation(unit, entry.operation)
    for one in sorted(past, key=lambda past: resource_of(past.resource).depth):
        parents = resource_of(one.resource).parents
        belonged = {(parent.resource.name, (one.before or {}).get(parent.name)) for parent in parents}
        if one.verb == DELETE and belonged & gone:
            gone.add((one.resource, one.id))
            found.append(one)
    return found
