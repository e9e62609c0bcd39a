"""Writes of several resources as one operation: all of them, or none."""

from collections.abc import Container, Sequence
from typing import NamedTuple

from closum.errors import Error, Faults, Invalid
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import records
from closum.operations.plan import Ask, Create, Update
from closum.store.unit import Unit


class Part(NamedTuple):
    """A new record, or with an `id` other values of one, meant for the states with these tags, None for any.

    Faults are told below `name`, without one as they are.
    """

    resource: Resource
    draft: Draft
    name: str = ""
    id: int | None = None
    seen: Container[str] | None = None


def write(unit: Unit, parts: Sequence[Part]) -> int | None:
    """The id of the operation, None where nothing had to change. No two parts are of one record.

    Raises Invalid with the faults of all parts, NotFound, Changed.
    """
    operation: int | None = None
    faults: Faults = {}
    for part in parts:
        (outcome,), operation = records.write_together(
            unit, part.resource, [_ask(unit, part)], unit.by, operation
        )
        if isinstance(outcome, Invalid):
            faults |= {part.name: outcome.faults} if part.name else outcome.faults
        elif isinstance(outcome, Error):
            raise outcome
    if faults:
        raise Invalid(faults)
    return operation


def _ask(unit: Unit, part: Part) -> Ask:
    if part.id is None:
        return Create(unit.by, part.draft)
    return Update(unit.by, part.draft, part.id, part.seen)
