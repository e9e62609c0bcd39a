"""In which stages a record was, and is."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from closum.errors import NotFound
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.store import merged, rows, stays
from closum.store.stays import Stay
from closum.store.unit import Unit


class Stays(NamedTuple):
    """Some stays, the newest first; those before the position `next` follow, None where there are none."""

    stays: list[dict[str, Any]]
    next: int | None


def read(unit: Unit, resource: Resource, record_id: int, most: int, before: int | None = None) -> Stays:
    """At most so many stays of a record and of those that went into it; those before a position, where one is given.

    Raises NotFound.
    """
    if not rows.rows_by(unit, resource, "id", [record_id]):
        raise NotFound
    found = of_record(unit, resource, record_id, before or MAX_ID, most + 1)
    shown = list(shown_of(unit, resource, found[:most]))
    return Stays(shown, found[most - 1].position if len(found) > most else None)


def of_record(unit: Unit, resource: Resource, record_id: int, before: int, most: int) -> list[Stay]:
    """At most so many stays before a position, the last one first, also of the records that went into this one."""
    ids = [record_id, *(one.record_id for one in merged.sources(unit, resource, record_id))]
    return stays.of_records(unit, resource, ids, before, most)


def shown_of(unit: Unit, resource: Resource, found: list[Stay]) -> Iterable[dict[str, Any]]:
    """Stays as clients see them: a stage that is not there any more has no label."""
    assert resource.staged
    name, other = resource.staged.name, resource.staged.resource
    stages = rows.rows_by(unit, other, "id", {one.stage_id for one in found})
    for one in found:
        label = stages[one.stage_id]["label"] if one.stage_id in stages else None
        times = {"entered": one.entered, "left": one.departed}
        yield {name: one.stage_id, "label": label, **times, f"{resource.name}_id": one.record_id}
