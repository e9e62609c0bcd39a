"""What the undo of an operation takes back, where that is little: of all operations of a page it is read together."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from closum.model.change import CREATE, RESTORE, By
from closum.operations import undone
from closum.operations.performed import Counts
from closum.store import operation as operations
from closum.store.operation import UNDO, First
from closum.store.unit import Unit


class Taken(NamedTuple):
    """`counts` are the changes by resource and verb, and `records` how many records of each resource changed; where the operation
    `is_large`, as an undo in steps always is, these are of its beginning. `undoes` is what it undoes itself, and `redoes` whether that was an undo, too.
    """

    cause: str
    counts: Counts
    records: Mapping[str, int]
    is_large: bool
    undoes: int | None
    redoes: bool


def read(unit: Unit, ids: Iterable[int], most: int) -> dict[int, Taken]:
    """Of each operation with these ids; one with more than `most` changes is large. Of background work it is all that this did."""
    found = operations.firsts(unit, ids, most + 1)
    works = {one: _work(some[0]) for one, some in found.items()}
    few = [work for one, work in works.items() if work and len(found[one]) <= most and work.cause != UNDO]
    wholes = operations.firsts_caused(unit, [(one.cause, one.cause_id) for one in few], most + 1)
    undoes = {one: number for one, some in found.items() if (number := _undoes(some))}
    begun = undone.begun(unit, undoes)
    taken = dict[int, Taken]()
    for one, some in found.items():
        work, first = works[one], some[0]
        whole = wholes.get((work.cause, work.cause_id), some) if work else some
        is_large = len(whole) > most or (work is not None and work.cause == UNDO)
        redoes = one in begun and begun[one].is_redo
        taken[one] = Taken(first.cause, _counts(whole), _records(whole), is_large, undoes.get(one), redoes)
    return taken


def _undoes(changes: Sequence[First]) -> int | None:
    """None, too, of what has restored what several operations deleted."""
    undone = {one.cause_id for one in changes if one.cause == UNDO}
    return undone.pop() if len(undone) == 1 else None


def _work(first: First) -> undone.Work | None:
    return undone.work_of(By(None, first.request_id, first.cause, first.cause_id))


def _counts(changes: Sequence[First]) -> Counts:
    found: Counts = {}
    for one in changes:
        verbs = found.setdefault(one.resource, {})
        verb = RESTORE if (one.verb, one.cause) == (CREATE, UNDO) else one.verb
        verbs[verb] = verbs.get(verb, 0) + 1
    return found


def _records(changes: Sequence[First]) -> dict[str, int]:
    ids = {(one.resource, one.id) for one in changes}
    return {name: sum(1 for other, _ in ids if other == name) for name, _ in ids}
