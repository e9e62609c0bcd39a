"""The verbs: what can be done with the records of any resource.

A lead's e-mail address and phone number are records of their own; what the lead shows of them is kept in
its row, by the same transaction that changes them. Whatever raises here leaves its transaction undone.
"""

from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from closum.errors import Error, NotFound
from closum.model.draft import Draft
from closum.model.query import Query
from closum.model.resource import Record, Resource
from closum.operations import plan
from closum.operations.plan import Ask, Create, Update
from closum.store import changes, rows
from closum.store.unit import Stream, Unit


class Written(NamedTuple):
    """The record that a write is of, and the id of its operation, None where nothing had to change."""

    id: int
    operation: int | None


def retrieve(unit: Unit, resource: Resource, record_id: int) -> Record:
    """Raises NotFound."""
    return retrieve_with_tag(unit, resource, record_id)[0]


def retrieve_with_tag(unit: Unit, resource: Resource, record_id: int) -> tuple[Record, str]:
    """The record, and the tag of its state, "" where it never changes. Raises NotFound."""
    found = rows.retrieve(unit, resource, record_id)
    if found is None:
        raise NotFound
    return found


def page(unit: Unit, resource: Resource, query: Query) -> tuple[list[Record], int]:
    """Records of a page and the count of all.

    Raises NotFound for a page beyond the last, TooLong for one that only `each` can read.
    """
    records, count = rows.page(unit, resource, query)
    if not records and query.window.number > 1:
        raise NotFound
    return records, count


def each(unit: Stream, resource: Resource, query: Query, take: Callable[[Record], object]) -> int:
    """Hand each record of a page to `take`, however large they are; the count of all. Raises NotFound likewise."""
    count = rows.each(unit, resource, query, take)
    if not count and query.window.number > 1:
        raise NotFound
    return count


def write(unit: Unit, resource: Resource, asks: Sequence[Ask]) -> list[Written | Error]:
    """Look up, decide, write: of each ask, in order, what it wrote or why it is refused; the others are written."""
    looked = plan.look_up(unit, resource, asks)
    decided = plan.decide(looked, resource, asks)
    operations = iter(changes.write(unit, decided.operations, looked.known.counters))
    return [
        outcome if isinstance(outcome, Error) else Written(outcome, next(operations))
        for outcome in decided.outcomes
    ]


def create_many(unit: Unit, resource: Resource, drafts: Sequence[Draft]) -> list[Written | Error]:
    """New records of the unit's own user or command, as `write` does it."""
    return write(unit, resource, [Create(unit.by, draft) for draft in drafts])


def update(
    unit: Unit, resource: Resource, record_id: int, draft: Draft, seen: Container[str] | None = None
) -> Written:
    """Change what the draft gives; nothing is written where nothing changes.

    `seen` are the tags of the states that it is meant for, None for any. Raises NotFound, Invalid, Changed.
    """
    (outcome,) = write(unit, resource, [Update(unit.by, draft, record_id, seen)])
    if isinstance(outcome, Error):
        raise outcome
    return outcome
