"""What operations were about: of each that changed few records, the one that people know best."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from closum.model.resource import Resource
from closum.store import operation as operations
from closum.store import rows
from closum.store.unit import Unit
from closum.web import titles
from closum.web.views import View

MOST = 6
"""Changes of an operation that is about one record."""


class Subject(NamedTuple):
    """A record as it is now: what it is called, "" for one that has no name, of which resource it is, and its page."""

    title: str
    name: str
    id: int
    path: str


def of(unit: Unit, views: Mapping[str, View], done: Iterable[Mapping[str, Any]]) -> Mapping[int, Subject]:
    """By the id of the operation, as `performed.page` has them; none of a record that is gone."""
    order = [*views]
    known = dict[int, tuple[Resource, int]]()
    for one in done:
        if one["changes"] > MOST:
            continue
        first = one["id"]
        changed = operations.rows(unit, first, first + one["changes"] - 1, MOST)
        about = {
            _about(unit, views[each.resource].resource, each.id) for each in changed if each.resource in views
        }
        if found := min(
            (pair for pair in about if pair), key=lambda pair: order.index(pair[0].name), default=None
        ):
            known[first] = found
    return _titled(unit, views, known)


def _about(unit: Unit, resource: Resource, record_id: int) -> tuple[Resource, int] | None:
    """A record, or the one that it belongs to; None where that cannot be told any more."""
    if not resource.parents:
        return resource, record_id
    parent = resource.parents[0]
    row = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    return (parent.resource, row[parent.name]) if row else None


def _titled(
    unit: Unit, views: Mapping[str, View], known: Mapping[int, tuple[Resource, int]]
) -> Mapping[int, Subject]:
    called = {
        (resource.name, record_id): title
        for resource in {resource.name: resource for resource, _ in known.values()}.values()
        for record_id, title in titles.of_records(
            unit, resource, {one for other, one in known.values() if other is resource}
        ).items()
    }
    return {
        operation: Subject(
            called[resource.name, record_id] or "",
            resource.name,
            record_id,
            f"{views[resource.name].path}/{record_id}",
        )
        for operation, (resource, record_id) in known.items()
        if (resource.name, record_id) in called
    }
