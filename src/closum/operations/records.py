"""The verbs: what can be done with the records of any resource.

A lead's e-mail address and phone number are records of their own; what the lead shows of them is kept in
its row, by the same transaction that changes them. Whatever raises here leaves its transaction undone.
"""

from collections.abc import Callable, Container, Sequence
from typing import Any, NamedTuple

from closum.errors import Error, NotFound
from closum.model.change import By
from closum.model.draft import Draft
from closum.model.query import Query
from closum.model.resource import Record, Resource
from closum.operations import assigning, clocks, plan
from closum.operations.deletion import Delete
from closum.operations.plan import Ask, Create, Update
from closum.store import changes, rows
from closum.store.rows import Window
from closum.store.unit import Stream, Unit


class Written(NamedTuple):
    """The record that a write is of, and the id of its operation, None where nothing had to change."""

    id: int
    operation: int | None


def retrieve(unit: Unit, resource: Resource, record_id: int, fields: tuple[str, ...] = ()) -> Record:
    """The record, or these properties of it. Raises NotFound."""
    record: Record = retrieve_with_tag(unit, resource, record_id, fields)[0]
    return record


def retrieve_with_tag(
    unit: Unit, resource: Resource, record_id: int, fields: tuple[str, ...] = ()
) -> tuple[Any, str]:
    """The record, or these properties of it, and the tag of its state, "" where it never changes. Raises NotFound."""
    found = rows.retrieve(unit, resource, record_id, fields)
    if found is None:
        raise NotFound
    return found


def retrieve_unless(
    unit: Unit, resource: Resource, record_id: int, fields: tuple[str, ...], is_known: Callable[[str], bool]
) -> tuple[Any, str]:
    """`state`, with None instead of a record whose state is known by its tag. Raises NotFound."""
    tag = rows.tag(unit, resource, record_id, fields)
    if tag and is_known(tag):
        return None, tag
    return retrieve_with_tag(unit, resource, record_id, fields)


def page(unit: Unit, resource: Resource, query: Query) -> tuple[list[Any], int]:
    """Records of a page and the count of all.

    Raises NotFound for a page beyond the last, TooLong for one that only `each` can read.
    """
    records, count = rows.page(unit, resource, query)
    if not records and query.window.number > 1:
        raise NotFound
    return records, count


def each(unit: Stream, resource: Resource, query: Query, take: Callable[[Any], object]) -> int:
    """Hand each record of a page to `take`, however large they are; the count of all. Raises NotFound likewise."""
    count = rows.each(unit, resource, query, take)
    if not count and query.window.number > 1:
        raise NotFound
    return count


def window(unit: Unit, resource: Resource, query: Query) -> Window:
    """A page that is filtered, or goes on behind a place. Raises NotFound and TooLong as `page` does."""
    found = rows.window(unit, resource, query)
    if not found.records and query.window.number > 1:
        raise NotFound
    return found


def each_of_window(unit: Stream, resource: Resource, query: Query, take: Callable[[Any], object]) -> Window:
    """`window`, with each record handed to `take` instead."""
    taken = 0

    def one(record: Any) -> None:
        nonlocal taken
        taken += 1
        take(record)

    found = rows.each_of_window(unit, resource, query, one)
    if not taken and query.window.number > 1:
        raise NotFound
    return found


def write(unit: Unit, resource: Resource, asks: Sequence[Ask]) -> list[Written | Error]:
    """Look up, decide, write: of each ask, in order, what it wrote or why it is refused; the others are written.

    No two updates are of one record.
    """
    if not asks:
        return []
    if resource.moments:
        asks = clocks.settled(unit, resource, asks)
    looked = plan.look_up(unit, resource, asks)
    decided = plan.decide(looked, resource, asks)
    operations = iter(changes.write(unit, decided.operations, looked.known.counters))
    if looked.known.assigning:
        assigning.note(unit, looked.known.assigning)
    return [
        outcome if isinstance(outcome, Error) else Written(outcome, next(operations))
        for outcome in decided.outcomes
    ]


def write_together(
    unit: Unit, resource: Resource, asks: Sequence[Ask], by: By, begun: int | None = None
) -> tuple[list[Written | Error], int | None]:
    """As `write`, in one operation, and its id: None where nothing had to change.

    It may have `begun` in the same transaction; nothing else has been written since.
    """
    if resource.moments:
        asks = clocks.settled(unit, resource, asks)
    looked = plan.look_up(unit, resource, asks)
    decided = plan.decide_together(looked, resource, asks, by, begun)
    (written,) = changes.write(unit, decided.operations, looked.known.counters)
    if looked.known.assigning:
        assigning.note(unit, looked.known.assigning)
    operation = begun or written
    outcomes = zip(decided.outcomes, decided.changing, strict=True)
    return [
        one if isinstance(one, Error) else Written(one, operation if changes else None)
        for one, changes in outcomes
    ], operation


def create_many(unit: Unit, resource: Resource, drafts: Sequence[Draft]) -> list[Written | Error]:
    """New records of the unit's own user or command, as `write` does it."""
    return write(unit, resource, [Create(unit.by, draft) for draft in drafts])


def update(
    unit: Unit, resource: Resource, record_id: int, draft: Draft, seen: Container[str] | None = None
) -> Written:
    """Change what the draft gives; nothing is written where nothing changes.

    `seen` are the tags of the states that it is meant for, None for any. Raises NotFound, Invalid, Changed.
    """
    return _write_one(unit, resource, Update(unit.by, draft, record_id, seen))


def delete(unit: Unit, resource: Resource, record_id: int, seen: Container[str] | None = None) -> Written:
    """Put a record into the bin, with those that belong to it; `seen` as in `update`.

    Raises NotFound, Changed, and Invalid where another record shows it.
    """
    return _write_one(unit, resource, Delete(unit.by, record_id, seen))


def _write_one(unit: Unit, resource: Resource, ask: Ask) -> Written:
    (outcome,) = write(unit, resource, [ask])
    if isinstance(outcome, Error):
        raise outcome
    return outcome
