"""What undos have left of operations: nothing of what is gone since, or has the earlier values by now."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any

from closum.model.change import DELETIONS
from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import kept, undone
from closum.operations.undone import UndoKey
from closum.store import background, history, rows
from closum.store import operation as operations
from closum.store.background import DONE, Job
from closum.store.history import Past
from closum.store.operation import UNDO, Step
from closum.store.unit import Unit

MOST = 3_000
"""The first changes of an operation, of which it is looked at what is left; of a long undo it is what that has named."""
WORKED_ON, CHANGED = "worked_on", "changed"
"""Where the place of a long undo has how many records of each resource it left, since somebody had added to them or changed them."""

Key = tuple[str, int]
_Undos = Mapping[int, Container[UndoKey]]


def read(unit: Unit, sizes: Mapping[int, int]) -> set[int]:
    """Those of the operations, which are undone, of which something is left; with how many changes each has."""
    undos = undone.in_force(unit, sizes)
    ended = _ended(unit, {one: by for one, by in undos.items() if any(isinstance(key, str) for key in by)})
    few = {one: size for one, size in sizes.items() if one not in ended}
    looked_at = _not_taken_back(unit, few, undos) | {
        one: named(unit, one, job.place) for one, job in ended.items()
    }
    more = {one for one, job in ended.items() if _has_more(job.place)}
    return more | _some_left(unit, looked_at, undos)


def gone(unit: Unit, sizes: Mapping[int, int]) -> set[int]:
    """Those of the operations, which are not undone, of which an undo would find nothing: all is deleted since, or as it was before;
    with how many changes each has. All of them are read.
    """
    positions = [position for one, size in sizes.items() for position in range(one, one + size)]
    past = [one for one in history.at(unit, positions) if one.operation in sizes] if positions else []
    present = _present(unit, past)
    there = {
        one.operation
        for one in past
        if kept.resource_of(one.resource) is None
        or undone.is_left(one, present.get((one.resource, one.id)), later=())
    }
    return {one.operation for one in past} - there


def ended(unit: Unit, operation: int, undos: Container[UndoKey]) -> Job | None:
    """The last undo of an operation that was background work and came to all of it; `undos` are those in force."""
    return _ended(unit, {operation: undos}).get(operation)


def _ended(unit: Unit, undos: _Undos) -> dict[int, Job]:
    found = dict[int, Job]()
    begun = background.jobs(unit, background.ALL, UNDO) if undos else []
    for job in sorted(begun, key=lambda one: one.number):
        operation = job.argument["operation"]
        if job.state == DONE and job.place and operation in undos:
            has_undone = job.place["operation"] is not None
            if not has_undone or f"{undone.STEP}{job.number}" in undos[operation]:
                found[operation] = job
    return found


def named(unit: Unit, operation: int, place: Mapping[str, Any]) -> list[Past]:
    """What an operation did to the records that a long undo of it has named, since it left them."""
    keys = [(one["resource"], one["id"]) for one in place["left"]]
    return [one for some in undone.changes_of(unit, operation, keys).values() for one in some]


def has_unnamed(place: Mapping[str, Any]) -> bool:
    """Whether a long undo has left more than it has named."""
    return bool(place["left_count"] > len(place["left"]))


def _has_more(place: Mapping[str, Any]) -> bool:
    """Whether somebody had worked on more records that a long undo left than it has named."""
    counts = [*place.get(WORKED_ON, {}).values(), *place.get(CHANGED, {}).values()]
    return has_unnamed(place) and sum(counts) > len({(one["resource"], one["id"]) for one in place["left"]})


def _not_taken_back(
    unit: Unit, sizes: Mapping[int, int], undos: Mapping[int, Mapping[UndoKey, int]]
) -> dict[int, list[Past]]:
    """The changes of operations of which something may be left, by operation."""
    owners = dict[int, int]()
    steps = list[Step]()
    for one, spans in _spans(unit, sizes).items():
        undo = min(undos[one].values(), default=MAX_ID)
        owners |= {first: one for first, _ in spans}
        steps += [Step(*span, one, undo) for span in spans]
    positions = {position: step for step, position in operations.not_taken_back(unit, steps)}
    found = defaultdict[int, list[Past]](list)
    for change in history.at(unit, positions) if positions else ():
        found[owners[positions[change.position]]].append(change)
    return found


def _spans(unit: Unit, sizes: Mapping[int, int]) -> dict[int, list[tuple[int, int]]]:
    """From where to where the steps of each operation are, as far as it is looked at."""
    heads = {one.position: one for one in history.at(unit, sizes)} if sizes else {}
    works = {one: work for one, head in heads.items() if (work := undone.work_of(head.by))}
    wholes = dict(zip(works, undone.of_work(unit, [*works.values()]), strict=True)) if works else {}
    steps = {one: [(step.id, step.last) for step in whole.steps] for one, whole in wholes.items()}
    alone = {one: [(one, one + sizes[one] - 1)] for one in heads if one not in steps}
    return {one: [*_first_of(spans)] for one, spans in (steps | alone).items()}


def _first_of(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    left = MOST
    for first, last in spans:
        if left > 0:
            yield first, min(last, first + left - 1)
        left -= last - first + 1


def _some_left(unit: Unit, looked_at: Mapping[int, Sequence[Past]], undos: _Undos) -> set[int]:
    changes = [change for some in looked_at.values() for change in some]
    later, present = _later(unit, changes), _present(unit, changes)
    return {
        one
        for one, past in looked_at.items()
        for left in undone.not_undone(past, later, one, undos[one])
        if left.verb not in DELETIONS
        and undone.is_left(left, present.get(key := (left.resource, left.id)), later.get(key, ()))
    }


def _ids(past: Iterable[Past]) -> Iterator[tuple[Resource, set[int]]]:
    found = defaultdict[str, set[int]](set)
    for one in past:
        found[one.resource].add(one.id)
    for name, ids in found.items():
        if resource := kept.resource_of(name):
            yield resource, ids


def _present(unit: Unit, past: Iterable[Past]) -> dict[Key, Row]:
    """The records as they are, those that are there."""
    return {
        (resource.name, record_id): row
        for resource, ids in _ids(past)
        for record_id, row in rows.rows_by(unit, resource, "id", ids).items()
    }


def _later(unit: Unit, past: Sequence[Past]) -> dict[Key, list[Past]]:
    """The changes of each record, from the first of these on."""
    first = min((one.position for one in past), default=0)
    return {
        (resource.name, record_id): changes
        for resource, ids in _ids(past)
        for record_id, changes in history.of_records(unit, resource, ids, first).items()
    }
