"""Records that went into one, and what they had that it did not take: a merge that changed nothing of it is told, too."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from closum.model.change import MERGE, UPDATE
from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import past
from closum.operations.past import Other, Revisions
from closum.store import merged
from closum.store.unit import Unit
from closum.web.named import Key, named_by

Ends = Mapping[str, Any]


class Gone(NamedTuple):
    """A record that went into another one, and of each property that this did not take its value, and what it has instead; of what
    they show the ids."""

    record_id: int
    properties: Mapping[str, Ends]


Merges = Mapping[int, list[Gone]]
"""By operation."""


def read(
    unit: Unit, resource: Resource, record_id: int, own: Revisions, before: int | None
) -> tuple[Revisions, Merges]:
    """What went into a record in the time of these changes of it, and the changes with those merges that changed nothing of it."""
    first, end = own.next or 0, MAX_ID if before is None else before
    went = [one for one in merged.sources(unit, resource, record_id) if one.into_id == record_id]
    ids = {(one.record_id, one.operation) for one in went if first <= one.operation < end}
    found = [one for one in _merges(unit, resource, ids) if (one.record_id, one.change["operation"]) in ids]
    if not found:
        return own, {}
    states = past.states(unit, resource, record_id, {one.change["operation"] for one in found})
    by_operation = dict[int, list[Gone]]()
    untold = dict[int, dict[str, Any]]()
    for one in found:
        operation = one.change["operation"]
        gone = Gone(one.record_id, dict(_given_up(resource, one.changed, states[operation])))
        by_operation.setdefault(operation, []).append(gone)
        untold[operation] = one.change | {"verb": UPDATE}
    told = {one["operation"] for one in own.changes}
    changes = [*own.changes, *(change for one, change in untold.items() if one not in told)]
    return own._replace(changes=sorted(changes, key=lambda one: -one["operation"])), by_operation


def _merges(unit: Unit, resource: Resource, ids: set[tuple[int, int]]) -> list[Other]:
    changes = past.of_others(unit, resource, sorted({one for one, _ in ids})) if ids else []
    return [one for one in changes if one.change["verb"] == MERGE]


def _given_up(resource: Resource, had: Row, has: Row) -> Iterator[tuple[str, Ends]]:
    """Of a record that has gone, by what it was, and what the one has that it went into."""
    columns = {one.name: one.name for one in resource.writable} | {
        one.name: one.link for one in resource.nested
    }
    for name, column in columns.items():
        value = had.get(column)
        if value is not None and value != has.get(column):
            yield name, {"before": value, "after": has.get(column)}


def wanted(resource: Resource, merges: Merges) -> Iterator[Key]:
    """What they name of others."""
    fields = {one.name: one for one in resource.fields}
    shown = {one.name: one.resource.name for one in resource.nested}
    for gone in (one for some in merges.values() for one in some):
        for name, ends in gone.properties.items():
            for value in ends.values():
                if name in fields:
                    yield from named_by(fields[name], value)
                elif value is not None:
                    yield shown[name], value
