"""What undos have left of operations and is there: of what is gone since, nothing is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from closum.model.change import DELETIONS, ERASE, PURGE
from closum.operations import kept, undone
from closum.operations.undone import UndoKey
from closum.store import background, history
from closum.store.background import Job
from closum.store.history import Past
from closum.store.operation import UNDO
from closum.store.unit import Unit

MOST = 100
"""The first changes of an operation, of which it is looked at what is left."""
_GONE = {*DELETIONS, PURGE, ERASE}

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
    later = _later(unit, [change for some in by_operation.values() for change in some])
    return {
        one for one, past in by_operation.items() if _is_left(past, _behind(later, past[-1]), one, undos[one])
    }


def _later(unit: Unit, past: Iterable[Past]) -> dict[Key, list[Past]]:
    """The changes of each record, from the first of these on."""
    ids, first = defaultdict[str, set[int]](set), 0
    for one in past:
        ids[one.resource].add(one.id)
        first = min(first or one.position, one.position)
    return {
        (name, record_id): changes
        for name, some in ids.items()
        if (resource := kept.resource_of(name))
        for record_id, changes in history.of_records(unit, resource, some, first).items()
    }


def _behind(later: Mapping[Key, list[Past]], last: Past) -> dict[Key, list[Past]]:
    return {key: [one for one in changes if one.position > last.position] for key, changes in later.items()}


def _is_left(
    past: list[Past], later: Mapping[Key, list[Past]], operation: int, undos: Mapping[UndoKey, int]
) -> bool:
    left = undone.not_undone(past, later, operation, undos)
    return any(not _is_gone(later.get((one.resource, one.id), ())) for one in left)


def _is_gone(later: Sequence[Past]) -> bool:
    return bool(later) and later[-1].verb in _GONE
