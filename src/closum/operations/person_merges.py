"""Merges of leads of a person: where they went, and what they showed until then, which nothing leads to afterwards."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from closum.model.change import CREATE, DELETE
from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import former, subjects
from closum.operations.edit import Key
from closum.operations.former import Marks
from closum.store import history, merged, rows
from closum.store.history import Past
from closum.store.unit import Unit


class Sources(NamedTuple):
    """What went into leads of a person, over chains, and the records that these leads showed when they were merged.

    `shown` still are what they were then; `changed` are another's by now, or deleted, each with the last operation after
    which it was not what it was.
    """

    leads: tuple[Key, ...] = ()
    shown: tuple[Key, ...] = ()
    changed: Mapping[Key, int] = {}


def targets(unit: Unit, found: Collection[Key], marks: Marks) -> list[Key]:
    """What records went into, over chains, that showed the person's address or number when they did."""
    into = dict[Key, None]()
    for resource, record_id in marks:
        merge = merged.merge(unit, resource, record_id)
        if merge is None:
            continue
        past = history.of_records(unit, resource, [record_id], merge - 1).get(record_id, [])
        if _is_named(resource, past, merge, found, marks):
            into |= dict.fromkeys((resource, one) for one in merged.chain(unit, resource, record_id))
    return list(into)


def sources(unit: Unit, going: Iterable[Key], found: Collection[Key], marks: Marks) -> Sources:
    """What went into the leads that are `going`, and into those that were deleted while they named the person."""
    leads, shown = dict[Key, None](), dict[Key, int]()
    for resource, record_id in (*going, *_deleted(unit, found, marks)):
        for one in merged.sources(unit, resource, record_id):
            leads[resource, one.record_id] = None
            for link in _shown_before(unit, resource, (one.record_id, one.into_id), one.operation):
                shown[link] = max(one.operation, shown.get(link, 0))
    changed = {key: _changed(unit, key, operation) for key, operation in shown.items()}
    same = tuple(key for key, operation in changed.items() if operation == 0)
    return Sources(tuple(leads), same, {key: one for key, one in changed.items() if one})


def _deleted(unit: Unit, found: Collection[Key], marks: Marks) -> Iterator[Key]:
    """The leads that showed the person's address or number when they were deleted."""
    for resource, record_id in marks:
        last = history.of_record(unit, resource, record_id, MAX_ID, 1) if resource.nested else []
        if last and last[0].verb == DELETE and _is_named(resource, last, last[0].operation, found, marks):
            yield resource, record_id


def _is_named(
    resource: Resource, past: Iterable[Past], operation: int, found: Collection[Key], marks: Marks
) -> bool:
    """Whether a record showed before these changes what was the person's up to an operation, or is now."""
    shown = (key for one in past for key in _links(resource, one))
    return any(key in found or marks.get(key, 0) >= operation for key in shown)


def _shown_before(unit: Unit, resource: Resource, ids: Iterable[int], operation: int) -> Iterator[Key]:
    """What records showed until an operation."""
    for past in history.of_records(unit, resource, ids, operation - 1).values():
        for one in past:
            if one.operation == operation:
                yield from _links(resource, one)


def _links(resource: Resource, one: Past) -> Iterator[Key]:
    """The records that one showed before a change."""
    for other, column in resource.links:
        if link := (one.before or {}).get(column):
            yield other, link


def _changed(unit: Unit, key: Key, operation: int) -> int | None:
    """The last operation after which a record was not what it was at another one; 0 where it is, None where nobody knows."""
    resource, record_id = key
    present = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    past = history.of_records(unit, resource, [record_id], operation).get(record_id, [])
    if any(one.before is None and one.verb != CREATE for one in past):
        return None
    then = present or {}
    for one in reversed(past):
        then = former.state_before(then, one)
    value = _value(resource, then)
    if present and _value(resource, present) == value:
        return 0
    return former.last(resource, present or {}, past, lambda _, row, at: _value(resource, row) == value)


def _value(resource: Resource, row: Row) -> Any:
    """Whose a record is: its key, or what it has without one."""
    return subjects.key_of(resource, row) or [row.get(name) for name in resource.writable_names]
