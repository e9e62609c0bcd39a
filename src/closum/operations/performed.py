"""What was done in an account: each call, command and background work as one operation, the newest first."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from closum.model.change import CREATE, RESTORE
from closum.model.draft import MAX_ID
from closum.operations import authors, feed, undone
from closum.operations.undone import Whole, Work, is_mark
from closum.store import operation as operations
from closum.store.operation import UNDO, Counted, Head
from closum.store.unit import Unit

AT_ONCE = 100  # operations that are looked at together
MOST_LOOKED_AT = 20_000
"""Steps of background work, and other operations, that one page looks at."""
MOST_COUNTED = 10_000
"""Changes that one page counts by resource and verb."""
MOST_COUNTED_ALONE = 1_000_000
FIRST_RECORDS = 100

Counts = dict[str, dict[str, int]]
"""How many changes there are, by resource and verb."""


class Page(NamedTuple):
    """Some operations, the newest first; those before the operation `next` follow, None where there are none."""

    operations: list[dict[str, Any]]
    next: int | None


def page(unit: Unit, most: int, kept_days: int, before: int | None = None) -> Page:
    """At most so many operations, fewer where they have many changes or steps; those before one, where it is given."""
    found, counted, last = list[Whole](), 0, None
    for looked, (head, whole) in enumerate(_back(unit, before or MAX_ID, most)):
        if len(found) == most or counted > MOST_COUNTED or looked > MOST_LOOKED_AT:
            return Page(_shown(unit, found, kept_days, MOST_COUNTED), last)
        last = head.id
        if whole and whole.id == head.id:
            counted += whole.size if whole.size <= MOST_COUNTED else 0
            found.append(whole)
    return Page(_shown(unit, found, kept_days, MOST_COUNTED), None)


def retrieve(unit: Unit, operation: int, kept_days: int) -> dict[str, Any]:
    """One operation, with the first records that it changed. Raises NotFound."""
    found = undone.find(unit, operation)
    (shown,) = _shown(unit, [found], kept_days, MOST_COUNTED_ALONE)
    return {**shown, "records": list(_records(unit, found))}


def in_short(unit: Unit, operation: int, changes: int) -> dict[str, Any] | None:
    """What one operation of so many changes is, by its first change alone; None where the history does not have that any more.

    Where it has only brought records back, it says nothing of what it undoes, as it is told."""
    head = operations.head(unit, operation)
    if head is None:
        return None
    undoes = head.by.cause_id if head.by.cause == UNDO and head.verb != CREATE else None
    return {"id": operation, "changes": changes, "counts": None, "undoes": undoes}


def _back(unit: Unit, before: int, most: int) -> Iterator[tuple[Head, Whole | None]]:
    """Operations before a position, the last one first, each with the one that it is a step of; None for what is none.

    They are for a page of so many.
    """
    known, size = dict[Work, Whole](), max(AT_ONCE, most + 1)
    heads = operations.newest(unit, before, size)
    if heads and before != MAX_ID:  # which may be in the middle of the first one
        heads[0] = heads[0]._replace(last=operations.end(unit, heads[0].id))
    while heads:
        for place, head in enumerate(heads):
            work = undone.work_of(head.by)
            if is_mark(head):
                yield head, None
            elif work is None:
                yield head, Whole([head])
            else:
                if work not in known:
                    some = _unknown(heads[place:], known, most + 1)
                    known |= zip(some, undone.of_work(unit, some), strict=True)
                yield head, known[work]
        heads = operations.newest(unit, heads[-1].id, size)


def _unknown(heads: Iterable[Head], known: Container[Work], most: int) -> list[Work]:
    """The first pieces of background work with these steps that are not known, at most so many."""
    works = dict.fromkeys(undone.work_of(head.by) for head in heads)
    return [*islice((one for one in works if one and one not in known), most)]


def _counted(unit: Unit, found: Sequence[Whole], most: int) -> list[list[Counted] | None]:
    """Of each operation; None where it has too many changes to count."""
    few = [one for one in found if one.size <= most]
    counted = operations.counts(unit, [(step.id, step.last) for one in few for step in one.steps])
    return [
        [one for step in whole.steps for one in counted.get(step.id, ())] if whole.size <= most else None
        for whole in found
    ]


def _sum(counted: Iterable[Counted]) -> Counts:
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for resource, verb, cause, _, number in counted:
        found[resource][RESTORE if (verb, cause) == (CREATE, UNDO) else verb] += number
    return {resource: dict(sorted(verbs.items())) for resource, verbs in sorted(found.items())}


def _shown(unit: Unit, found: Sequence[Whole], kept_days: int, most_counted: int) -> list[dict[str, Any]]:
    firsts, counts = [one.first for one in found], _counted(unit, found, most_counted)
    who = authors.find(unit, (one.by for one in firsts))
    undos = undone.in_force(unit, [one.id for one in firsts])
    return [
        {
            "id": one.id,
            "at": one.first.at,
            **who.shown(one.first.by),
            "cause": one.first.by.cause,
            "changes": one.size,
            "counts": None if counted is None else _sum(counted),
            "undoes": _undoes(one.first, counted or ()),
            "undone_by": max(undos[one.id].values(), default=None),
            "can_be_undone_until": _until(one.first.at, kept_days),
        }
        for one, counted in zip(found, counts, strict=True)
    ]


def _undoes(first: Head, counted: Iterable[Counted]) -> int | None:
    """None, too, where it has restored what several operations deleted."""
    several = len({one.cause_id for one in counted}) > 1
    return first.by.cause_id if first.by.cause == UNDO and not several else None


def _until(at: str, kept_days: int) -> str | None:
    try:
        return (datetime.fromisoformat(at) + timedelta(days=kept_days)).isoformat()
    except (ValueError, OverflowError):
        return None


def _records(unit: Unit, whole: Whole) -> Iterator[dict[str, Any]]:
    """The first changes, without values."""
    left = FIRST_RECORDS
    for step in whole.steps:
        for one in operations.rows(unit, step.id, step.last, left):
            left -= 1
            yield {
                "resource": one.resource,
                "id": one.id,
                "verb": feed.verb(one),
                "properties": feed.names(one),
            }
        if not left:
            return
