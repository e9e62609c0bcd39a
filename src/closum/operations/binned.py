"""What comes back with a deleted record: what went with it, and what any of that shows or belongs to."""

from collections.abc import Iterable, Mapping, Sequence

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

_Named = tuple[str, int]
"""A record: the name of its resource, and its id."""


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


def _with_children(unit: Unit, entries: Sequence[Entry]) -> list[Past]:
    own = {one.position: one for one in history.at(unit, [entry.position for entry in entries])}
    found, below = [*own.values()], children(unit, entries)
    for entry in entries:
        some = below[entry.position]
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


def children(unit: Unit, entries: Iterable[Entry]) -> dict[int, list[Past]]:
    """By the position of each entry the deletions of what belonged to its record and went with it.

    The history of an operation is read once, however many of its records are asked for.
    """
    by_operation: dict[int, dict[_Named, list[Past]]] = {}
    found = dict[int, list[Past]]()
    for entry in entries:
        if not children_of(resource_of(entry.resource)):
            found[entry.position] = []
            continue
        if entry.operation not in by_operation:
            by_operation[entry.operation] = _by_parent(history.of_operation(unit, entry.operation))
        found[entry.position] = _below(by_operation[entry.operation], (entry.resource, entry.record_id))
    return found


def _by_parent(past: Iterable[Past]) -> dict[_Named, list[Past]]:
    """The deletions of an operation, by each of the records that theirs belonged to."""
    found: dict[_Named, list[Past]] = {}
    for one in past:
        parents = resource_of(one.resource).parents if one.verb == DELETE else ()
        for parent in parents:
            if record_id := (one.before or {}).get(parent.name):
                found.setdefault((parent.resource.name, record_id), []).append(one)
    return found


def _below(by_parent: Mapping[_Named, Iterable[Past]], key: _Named) -> list[Past]:
    """The deletions of what belonged to a record, and to that, in the order of an operation that goes down."""
    found, todo = dict[int, Past](), [key]
    while todo:
        some = [one for one in by_parent.get(todo.pop(), ()) if one.position not in found]
        found |= {one.position: one for one in some}
        todo += [(one.resource, one.id) for one in some]
    return sorted(found.values(), key=lambda past: (resource_of(past.resource).depth, past.position))
