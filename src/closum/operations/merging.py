"""Merge: records of one resource go into another one, which takes what it lacks; property by property, as one operation."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from closum import errors
from closum.errors import BrokenRule, Changed, Faults, Invalid, NotFound, fault
from closum.model.change import Operation
from closum.model.draft import MAX_ID, Draft, none_left
from closum.model.fields import Document, Field
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.view import record_view
from closum.operations import deletion, plan, rules
from closum.operations.edit import Edit, Known, children_of
from closum.store import changes, merged, rows
from closum.store.unit import Unit
from closum.store.version import is_seen

IDS, PROPERTIES = "ids", "properties"


class Merged(NamedTuple):
    """The record that others went into, their ids, and the operation."""

    id: int
    ids: list[int]
    operation: int | None


@dataclass(slots=True)
class _Wanted:
    """Records, the target first, and of each property the record that comes first."""

    rows: list[Row]
    winners: Mapping[str, int]

    def by(self, name: str) -> list[Row]:
        """The records in the order in which they give a property."""
        winner = self.winners.get(name)
        return sorted(self.rows, key=lambda row: row["id"] != winner)


def elsewhere(unit: Unit, resource: Resource, record_id: int) -> NotFound | None:
    """What says of a record that is not there where it went; None where it went into none."""
    into = merged.final(unit, resource, record_id)
    return None if into is None else errors.Merged(resource.name, record_id, into)


def names(resource: Resource) -> tuple[str, ...]:
    """The properties of which it can be chosen which record gives them."""
    return (*resource.writable_names, *(nested.name for nested in resource.nested))


def write(
    unit: Unit, resource: Resource, record_id: int, wanted: Draft, seen: Container[str] | None = None
) -> Merged:
    """Have the records `ids` go into another one; `seen` are the tags of the states of that one that it is meant for, None
    for any. Raises NotFound, Invalid, Changed.
    """
    known, edit, ids = _decided(unit, resource, record_id, wanted, seen)
    (operation,) = changes.write(unit, [Operation(unit.by, edit.changes())], known.counters)
    return Merged(record_id, ids, operation)


def preview(
    unit: Unit,
    resource: Resource,
    record_id: int,
    wanted: Draft,
    seen: Container[str] | None = None,
    fields: tuple[str, ...] = (),
) -> dict[str, Any]:
    """What `write` would do, with the record as it would be, or these properties of it. Raises NotFound, Invalid, Changed."""
    known, _, ids = _decided(unit, resource, record_id, wanted, seen)
    row, view = known.row(resource, record_id) or {}, record_view(resource, fields)
    record = view.render(tuple(row.get(str(column)) for column in view.columns))
    return {"id": record_id, "merged": ids, "record": record}


def _decided(
    unit: Unit, resource: Resource, record_id: int, wanted: Draft, seen: Container[str] | None
) -> tuple[Known, Edit, list[int]]:
    known, ids = plan.known_of(unit), list(wanted.values.get(IDS) or ())
    stored = [one for one in (record_id, *ids) if 0 < one <= MAX_ID]
    known.add(resource, rows.rows_by(unit, resource, "id", stored).values())
    target = known.row(resource, record_id)
    if target is None:
        raise NotFound
    winners = {name: one for name, one in (wanted.values.get(PROPERTIES) or {}).items() if one is not None}
    faults = wanted.faults | _faults(unit, known, resource, record_id, ids, winners)
    if faults:
        raise Invalid(faults)
    if not is_seen(target, seen):
        raise Changed
    for nested in resource.nested:
        links = [known.rows[resource][one][nested.link] for one in stored]
        known.add(nested.resource, rows.rows_by(unit, nested.resource, "id", links).values())
    deletion.look_up_children(unit, known, resource, stored)
    edit = Edit(known)
    _merge(known, edit, resource, _Wanted([known.rows[resource][one] for one in stored], winners))
    return known, edit, ids


def _faults(
    unit: Unit,
    known: Known,
    resource: Resource,
    record_id: int,
    ids: Sequence[int],
    winners: Mapping[str, int],
) -> Faults:
    known_ids = (record_id, *ids)
    wrong, strange = Faults(), Faults()
    for place, one in enumerate(ids):
        if found := _wrong_id(unit, known, resource, record_id, one, ids[:place]):
            wrong[str(place)] = found
    for name, one in winners.items():
        if one not in known_ids:
            strange[name] = fault("_inList", names=", ".join(map(str, known_ids)))
    faults: Faults = {IDS: wrong, PROPERTIES: strange}
    return {name: found for name, found in faults.items() if found}


def _wrong_id(
    unit: Unit, known: Known, resource: Resource, record_id: int, one: int, before: Sequence[int]
) -> Faults:
    if one == record_id:
        return fault("_isTarget")
    if one in before:
        return fault("_isTwice")
    if known.row(resource, one) is not None:
        return {}
    into = merged.final(unit, resource, one) if 0 < one <= MAX_ID else None
    return fault("_existsIn") if into is None else fault("_isMerged", into=into)


def _merge(known: Known, edit: Edit, resource: Resource, wanted: _Wanted) -> None:
    """The target gets what it is to have, then what belongs to the others, and these go."""
    target, *others = wanted.rows
    values = rules.reconciled(resource, target, _values(resource, wanted))
    values = rules.derived(resource, target, values)
    for nested in resource.nested:
        link = _first(wanted.by(nested.name), nested.link, nested.name in wanted.winners)
        values |= nested.copy(None if link is None else known.row(nested.resource, link))
    _refuse_empty(resource, target | values)
    edit.update(resource, target["id"], values)
    for other in others:
        move_belonging(known, edit, resource, other["id"], target["id"])
        edit.merge(resource, other["id"], target["id"])


def move_belonging(known: Known, edit: Edit, resource: Resource, record_id: int, into: int) -> None:
    """Have what belongs to a record, which has been looked up, belong to the one that it goes into."""
    for child, parent in children_of(resource):
        belonging = known.children.get((resource, record_id), set())
        for child_id in sorted(number for kind, number in belonging if kind is child):
            _move(known, edit, child, child_id, {parent.name: into})


def _move(known: Known, edit: Edit, child: Resource, child_id: int, values: Row) -> None:
    """Have a record belong to the target, unless the target has one that is the same."""
    values = rules.derived(child, known.rows[child][child_id], values)
    if rules.taken_by(known, child, child_id, values):
        edit.delete(child, child_id)
    else:
        edit.update(child, child_id, values)


def _values(resource: Resource, wanted: _Wanted) -> Row:
    values: Row = {}
    faults: Faults = {}
    for one in resource.writable:
        try:
            values[one.name] = _value(one, wanted)
        except BrokenRule as broken:
            faults[one.name] = broken.faults
    if faults:
        raise Invalid(faults)
    return values | (resource.touch.of_merged(wanted.rows, wanted.winners) if resource.touch else {})


def _value(one: Field, wanted: _Wanted) -> Any:
    """The value of a property: a document is filled key by key."""
    found = wanted.by(one.name)
    first = _first(found, one.name, one.name in wanted.winners)
    if isinstance(one, Document) and first is not None:
        for row in found:
            if row[one.name] is not None:
                first = one.filled(first, row[one.name])
    return first


def _first(found: Sequence[Row], column: str, is_chosen: bool) -> Any:
    """The value of the record that was chosen, else of the first one that has one."""
    if is_chosen:
        return found[0][column]
    return next((row[column] for row in found if row[column] is not None), None)


def _refuse_empty(resource: Resource, row: Row) -> None:
    links = {nested.name: nested.link for nested in resource.nested}
    fills = {name for name in resource.at_least_one if row[links.get(name, name)] is not None}
    if faults := none_left(resource, fills.__contains__, {}):
        raise Invalid({PROPERTIES: faults})
