"""In which stages a record was, and is."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from closum.errors import NotFound
from closum.model.draft import MAX_ID
from closum.model.resource import Resource
from closum.store import rows, stays
from closum.store.stays import Stay
from closum.store.unit import Unit


class Stays(NamedTuple):
    """Some stays, the newest first; those before the position `next` follow, None where there are none."""

    stays: list[dict[str, Any]]
    next: int | None


def read(unit: Unit, resource: Resource, record_id: int, most: int, before: int | None = None) -> Stays:
    """At most so many stays of a record; those before a position, where one is given. Raises NotFound."""
    if not rows.rows_by(unit, resource, "id", [record_id]):
        raise NotFound
    found = stays.of_record(unit, resource, record_id, before or MAX_ID, most + 1)
    shown = list(shown_of(unit, resource, found[:most]))
    return Stays(shown, found[most - 1].position if len(found) > most else None)


def shown_of(unit: Unit, resource: Resource, found: list[Stay]) -> Iterable[dict[str, Any]]:
    """Stays as clients see them: a stage that is not there any more has no label."""
    assert resource.staged
    name, other = resource.staged.name, resource.staged.resource
    stages = rows.rows_by(unit, other, "id", {one.stage_id for one in found})
    for one in found:
        label = stages[one.stage_id]["label"] if one.stage_id in stages else None
        yield {name: one.stage_id, "label": label, "entered": one.entered, "left": one.departed}
