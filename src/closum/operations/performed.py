"""What was done in an account: each call, command and background work as one operation, the newest first."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from closum.model.change import CREATE, RESTORE
from closum.model.draft import MAX_ID
from closum.operations import feed, undone
from closum.operations.undone import Whole, has_steps, is_mark
from closum.store import identity
from closum.store import operation as operations
from closum.store.operation import UNDO, Head
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


class _Shown(NamedTuple):
    whole: Whole
    counts: Counts | None


def page(unit: Unit, most: int, kept_days: int, before: int | None = None) -> Page:
    """At most so many operations, fewer where they have many changes or steps; those before one, where it is given."""
    found, counted, last = list[_Shown](), 0, None
    for looked, (head, whole) in enumerate(_back(unit, before or MAX_ID)):
        if len(found) == most or counted > MOST_COUNTED or looked > MOST_LOOKED_AT:
            return Page(_shown(unit, found, kept_days), last)
        last = head.id
        if whole and whole.id == head.id:
            counts = _counts(unit, whole, MOST_COUNTED)
            counted += whole.size if counts is not None else 0
            found.append(_Shown(whole, counts))
    return Page(_shown(unit, found, kept_days), None)


def retrieve(unit: Unit, operation: int, kept_days: int) -> dict[str, Any]:
    """One operation, with the first records that it changed. Raises NotFound."""
    found = undone.find(unit, operation)
    (shown,) = _shown(unit, [_Shown(found, _counts(unit, found, MOST_COUNTED_ALONE))], kept_days)
    return {**shown, "records": list(_records(unit, found))}


def _back(unit: Unit, before: int) -> Iterator[tuple[Head, Whole | None]]:
    """Operations before a position, the last one first, each with the one that it is a step of; None for what is none."""
    work = dict[tuple[str, int | None, str], Whole]()
    heads = operations.newest(unit, before, AT_ONCE)
    if heads and before != MAX_ID:  # which may be in the middle of the first one
        heads[0] = heads[0]._replace(last=operations.end(unit, heads[0].id))
    while heads:
        for head in heads:
            key = (head.by.cause, head.by.cause_id, head.by.request_id if head.by.cause == UNDO else "")
            if is_mark(head):
                yield head, None
            elif not has_steps(head.by):
                yield head, Whole([head])
            else:
                if key not in work:
                    work[key] = undone.whole(unit, head)
                yield head, work[key]
        heads = operations.newest(unit, heads[-1].id, AT_ONCE)


def _counts(unit: Unit, whole: Whole, most: int) -> Counts | None:
    """None where there are too many changes to count."""
    if whole.size > most:
        return None
    found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for step in whole.steps:
        for resource, verb, cause, number in operations.counts(unit, step.id, step.last):
            found[resource][RESTORE if (verb, cause) == (CREATE, UNDO) else verb] += number
    return {resource: dict(sorted(verbs.items())) for resource, verbs in sorted(found.items())}


def _shown(unit: Unit, found: Iterable[_Shown], kept_days: int) -> list[dict[str, Any]]:
    found = list(found)
    firsts = [one.whole.first for one in found]
    emails = identity.emails(unit, {one.by.user_id for one in firsts if one.by.user_id is not None})
    undos = undone.in_force(unit, [one.id for one in firsts])
    return [
        {
            "id": one.whole.id,
            "at": one.whole.first.at,
            "user": feed.user(one.whole.first.by, emails),
            "cause": one.whole.first.by.cause,
            "changes": one.whole.size,
            "counts": one.counts,
            "undoes": one.whole.first.by.cause_id if one.whole.first.by.cause == UNDO else None,
            "undone_by": max(undos[one.whole.id].values(), default=None),
            "can_be_undone_until": _until(one.whole.first.at, kept_days),
        }
        for one in found
    ]


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
