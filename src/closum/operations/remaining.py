"""What undos have left of operations: nothing of what is gone since, or has the earlier values by now."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from closum.model.change import CREATE, UPDATE
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import kept, undone
from closum.operations.undone import UndoKey
from closum.store import background, history, rows
from closum.store.background import Job
from closum.store.history import Past
from closum.store.operation import UNDO
from closum.store.unit import Unit

MOST = 100
"""The first changes of an operation, of which it is looked at what is left."""

Key = tuple[str, int]


def read(unit: Unit, sizes: Mapping[int, int]) -> set[int]:
    """Those of the operations, which are undone, of which something is left; with how many changes each has."""
    undos = undone.in_force(unit, sizes)
    works = {key for by in undos.values() for key in by if isinstance(key, str)}
    jobs = _jobs(unit) if works else {}
    few = {one: size for one, size in sizes.items() if works.isdisjoint(undos[one])}
    left = {one for one in sizes if any(_has_left(jobs.get(key)) for key in undos[one])}
    return left | _of_few(unit, few, undos)


def _jobs(unit: Unit) -> Mapping[UndoKey, Job]:
    return {f"{undone.STEP}{one.number}": one for one in background.jobs(unit, background.ALL, UNDO)}


def _has_left(job: Job | None) -> bool:
    place = (job and job.place) or {}
    return bool(place.get("worked_on") or place.get("changed"))


def _of_few(unit: Unit, sizes: Mapping[int, int], undos: Mapping[int, Mapping[UndoKey, int]]) -> set[int]:
    positions = [one + place for one, size in sizes.items() for place in range(min(size, MOST))]
    by_operation = defaultdict[int, list[Past]](list)
    for change in history.at(unit, positions) if positions else ():
        if change.operation in sizes:
            by_operation[change.operation].append(change)
    changes = [change for some in by_operation.values() for change in some]
    later, present = _later(unit, changes), _present(unit, changes)
    return {
        one
        for one, past in by_operation.items()
        for left in undone.not_undone(past, _behind(later, past[-1]), one, undos[one])
        if _is_left(left, present.get((left.resource, left.id)))
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


def _behind(later: Mapping[Key, list[Past]], last: Past) -> dict[Key, list[Past]]:
    return {key: [one for one in changes if one.position > last.position] for key, changes in later.items()}


def _is_left(one: Past, present: Row | None) -> bool:
    if present is None or one.verb not in (CREATE, UPDATE):
        return False
    return one.verb == CREATE or any(present.get(name) != value for name, value in (one.before or {}).items())
