"""What records tell the one that they belong to, as consents do, and those that a body sends with their parent."""

from collections.abc import Iterable, Iterator
from functools import partial

from closum.errors import Faults, fault
from closum.model.change import By
from closum.model.draft import MAX_ID, Draft
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import Edit, Known, children_of
from closum.store import rows
from closum.store.together import Read
from closum.store.unit import Unit


def parents(unit: Unit, known: Known, resource: Resource, values: Iterable[Row]) -> Iterator[Read]:
    """The records to which new ones of the resource belong, where these tell them anything."""
    if resource.told:
        named = (row.get(resource.told.parent) for row in values)
        ids = [one for one in named if one is not None and 0 < one <= MAX_ID]
        yield rows.reading(unit, resource.tells, "id", ids, partial(known.add, resource.tells))


def look_up(unit: Unit, known: Known, resource: Resource, ids: Iterable[int]) -> None:
    """The records of the resource that tell these parents, and the parents themselves."""
    told, parent = resource.told, resource.tells
    assert told
    wanted = list(dict.fromkeys(ids))
    absent = [one for one in wanted if known.row(parent, one) is None]
    known.add(parent, rows.rows_by(unit, parent, "id", absent).values())
    for one in wanted:
        known.children.setdefault((parent, one), set())
    for row in rows.all_by(unit, resource, told.parent, wanted):
        known.children[parent, row[told.parent]].add((resource, row["id"]))
        if known.row(resource, row["id"]) is None:
            known.add(resource, (row,))


def faults(known: Known, resource: Resource, values: Row) -> Faults:
    """The fault of a new record that ends what does not hold."""
    told = resource.told
    if told and values[told.of] == told.ends and not _holds(known, resource, values):
        return {told.of: fault("_notGiven")}
    return {}


def _holds(known: Known, resource: Resource, values: Row) -> bool:
    told = resource.told
    assert told
    parent = known.row(resource.tells, values[told.parent])
    return parent is not None and parent[told.column(values)] == told.begins


def create_sent(known: Known, edit: Edit, resource: Resource, draft: Draft, record_id: int, by: By) -> None:
    """The records that a body sent with their parent; what ends nothing is left out."""
    for child, parent in children_of(resource):
        for row in (draft.sent or {}).get(parent.sent_as, ()):
            values = child.blank | row | {parent.name: record_id}
            values |= {child.author: by.user_id} if child.author else {}
            if not faults(known, child, values):
                edit.create(child, values | child.derive(values))
