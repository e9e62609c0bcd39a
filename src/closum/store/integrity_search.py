"""The terms of a resource's records compared with the records, and made again."""

from collections.abc import Iterable
from typing import NamedTuple

from closum.model.resource import Resource
from closum.model.terms import Terms
from closum.store import integrity
from closum.store.integrity import UNREADABLE, Batch
from closum.store.progress import Progress
from closum.store.search import AT_ONCE
from closum.store.unit import Unit

BEHIND = 2**40
"""What no id of a record reaches that has terms."""


class Differing(NamedTuple):
    """Records of the unit's account whose terms are `missing`, are other ones (`wrong`), or are of no record (`stray`)."""

    missing: dict[int, Terms]
    wrong: dict[int, Terms]
    stray: list[int]


def differing(unit: Unit, resource: Resource, batch: Batch) -> Differing:
    """What differs from the terms of the records of a batch: of all that there are, in a range of ids."""
    assert resource.terms is not None
    behind = BEHIND if batch.last is None else batch.last + 1
    kept = dict(unit.search.kept(unit, resource, batch.after + 1, behind))
    missing: dict[int, Terms] = {}
    wrong: dict[int, Terms] = {}
    for row in batch.rows:
        held = kept.pop(row["id"], None)
        try:
            terms = resource.terms.make(row)
        except UNREADABLE:  # it is found by what it was before
            continue
        if held is None:
            missing[row["id"]] = terms
        elif held != unit.search.wanted(unit.account_id, terms):
            wrong[row["id"]] = terms
    return Differing(missing, wrong, [one for one in kept if one not in batch.unreadable])


def remake(unit: Unit, resource: Resource, batch: Batch) -> None:
    """Put right what differs."""
    missing, wrong, stray = differing(unit, resource, batch)
    effects = unit.search.put(resource, unit.account_id, [*missing.items(), *wrong.items()])
    unit.run_each([*(effect[:2] for effect in effects), *unit.search.drop(resource, unit.account_id, stray)])


def make(unit: Unit, resources: Iterable[Resource], progress: Progress) -> None:
    """Make the terms of all records that there are."""
    searched = [resource for resource in resources if resource.terms]
    total = sum(integrity.count(unit, resource) for resource in searched)
    with progress("Indexing", "records") as report:
        done = 0
        for resource in searched:
            for owner, batch in integrity.scan(unit, resource, AT_ONCE):
                remake(owner, resource, batch)
                owner.search.settle(owner)
                done += len(batch.rows)
                report(done, total)
