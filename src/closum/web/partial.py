"""Undos that have come to a part of what an operation did: people are told of that part, not of the whole."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from closum.errors import NotFound
from closum.model.change import CREATE
from closum.operations import undone
from closum.operations.performed import MOST_COUNTED
from closum.store import history
from closum.store.history import Past
from closum.store.operation import UNDO, counts
from closum.store.unit import Unit


def behind_some(unit: Unit, wanted: Iterable[int]) -> set[int]:
    """Those that end a chain of undos in which one, such as the last, has restored some records, or undone what another one had left:
    they are of these, not of all.
    """
    links, todo = dict[int, Past](), {*wanted}
    while todo:
        undos = {one.position: one for one in history.at(unit, todo) if one.by.cause == UNDO}
        links |= undos
        todo = {one.by.cause_id for one in undos.values() if one.by.cause_id is not None} - links.keys()
    found = {one for one, first in links.items() if first.verb == CREATE and _has_restored_some(unit, one)}
    found.update(_of_a_rest(unit, links))
    for one in sorted(links):  # an undo comes after what it undoes
        if links[one].by.cause_id in found:
            found.add(one)
    return found


def _of_a_rest(unit: Unit, undos: Mapping[int, Past]) -> Iterator[int]:
    """Those that only came to what an earlier undo, which is in force, had left."""
    undoes = {one: past.by.cause_id for one, past in undos.items() if past.by.cause_id is not None}
    in_force = undone.in_force(unit, undoes.values())
    for one, of in undoes.items():
        if min(in_force[of].values(), default=one) < one:
            yield one


def _has_restored_some(unit: Unit, operation: int) -> bool:
    """Whether it has only taken records out of the bin, and others than all that one operation has deleted."""
    try:
        whole = undone.find(unit, operation)
        if whole.size > MOST_COUNTED:
            return False
        counted = [*chain.from_iterable(counts(unit, [(one.id, one.last) for one in whole.steps]).values())]
        causes = {one.cause_id for one in counted if one.cause_id is not None}
        if any((one.verb, one.cause) != (CREATE, UNDO) for one in counted):
            return False
        return len(causes) > 1 or undone.find(unit, causes.pop()).size > whole.size
    except NotFound:
        return False
