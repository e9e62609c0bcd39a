"""Writes of a form, in one transaction each, by the rules of the API."""

import json
from collections.abc import Container
from typing import Any, NamedTuple

from closum.errors import Error, Faults, NotFound, fault
from closum.model import draft as drafts
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import guarded, idempotent
from closum.operations.guarded import Caller
from closum.operations.idempotent import Call, Key, Record, Told
from closum.operations.records import Written
from closum.store.unit import Unit
from closum.web.settings import order


class Saved(NamedTuple):
    """The record that a form made, and its operation, None where it was there already."""

    id: int
    operation: int | None


def draft(resource: Resource, body: dict[str, Any], wrong: Container[str]) -> Draft:
    """What a body asks for; the documents that are `wrong` are faulty, so that nothing is written."""
    found = drafts.parse(resource, body)
    faults: Faults = {name: fault("_object") for name in body if name in wrong}
    return Draft(found.values, found.nested, found.faults | faults, found.patches, found.sent)


def create(unit: Unit, caller: Caller, key: Key | None, resource: Resource, wanted: Draft) -> Saved:
    """A new record; for a key that was used before the one that it made. Raises Invalid."""
    answered = idempotent.write(unit, Call(key, _told, nothing), _create, caller, resource, wanted)
    return Saved(*json.loads(answered.told.body))


def _create(unit: Unit, caller: Caller, resource: Resource, wanted: Draft) -> Written:
    (outcome,) = guarded.create_many(unit, resource, [(caller, order.at_end(unit, resource, wanted))])
    if isinstance(outcome, Error):
        raise outcome
    return outcome


def _told(written: Written) -> Told:
    return Told(201, json.dumps([written.id, written.operation]), ())


def nothing(unit: Unit, record_id: int) -> Record:
    raise NotFound


def update(
    unit: Unit,
    caller: Caller,
    resource: Resource,
    record_id: int,
    wanted: Draft,
    seen: frozenset[str] | None,
) -> int | None:
    """Change a record; the id of the operation, None where nothing changed. Raises NotFound, Invalid, Changed."""
    return guarded.update(unit, caller, resource, record_id, wanted, seen).operation
