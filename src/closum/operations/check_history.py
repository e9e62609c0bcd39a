"""Whether the history agrees with itself and with the records."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from typing import NamedTuple

import msgspec

from closum.model.change import CLOCK, CREATE, DELETE, ERASE, RESTORE, UPDATE
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.store import audit_history, tally
from closum.store.audit_history import Noted
from closum.store.unit import AHEAD, Unit

_RESOURCES = {resource.name: resource for resource in RESOURCES if not resource.shared}


class Expected(NamedTuple):
    """What the changes of a record come to: whether it is there, and the least version that it has."""

    id: int
    is_there: bool
    version: int


def order(account_id: int, found: Iterable[Noted], previous: Noted | None) -> Iterator[str]:
    """Faults in the order of an account's changes, which follow `previous`; None where they are the oldest.

    The oldest ones may be cut, also in the middle of an operation.
    """
    for one in found:
        place = f"change {one.position} of account {account_id}"
        if previous is not None and not _follows(previous, one):
            yield f"{place}: changes before it are missing"
        if one.resource is None:
            yield f"{place}: what it holds cannot be read"
        elif previous is None or previous.resource is None:
            if one.operation > one.position:
                yield f"{place}: its operation begins behind it"
        else:
            yield from (f"{place}: {fault}" for fault in _behind(previous, one))
        previous = one


def _follows(previous: Noted, one: Noted) -> bool:
    """Whether no change between two is missing: a restore has passed over those of the database that it replaced."""
    next_one = previous.position + 1
    return one.position == next_one or (one.verb, one.operation, one.id) == (RESTORE, one.position, next_one)


def _behind(previous: Noted, one: Noted) -> Iterator[str]:
    if one.operation not in (previous.operation, one.position):
        yield "its operation begins elsewhere"
    if one.at < previous.at and not _was_ahead(previous.at, one.at):
        yield "it is older than the one before it"


def _was_ahead(at: str, later: str) -> bool:
    """Whether a clock that was ahead gave the first of two times: only then times go back."""
    try:
        ahead = datetime.fromisoformat(at) - datetime.fromisoformat(later)
    except (ValueError, TypeError):
        return False
    return ahead.total_seconds() > AHEAD


def content(account_id: int, found: Iterable[Noted]) -> Iterator[str]:
    """Changes of what does not exist, or that keep what they should not."""
    for one in found:
        if one.resource is None or _is_mark(one):
            continue
        resource = _RESOURCES.get(one.resource)
        if resource is None:
            yield f"change {one.position} of account {account_id}: it is of an unknown resource"
        elif one.verb not in (CREATE, UPDATE, DELETE, ERASE) or not _is_kept(resource, one):
            place = f"{resource.name} {one.id} of account {account_id}"
            yield f"{place}: change {one.position} does not say what the record was before"


def _is_mark(one: Noted) -> bool:
    return one.resource == tally.CHANGE and one.verb in (RESTORE, CLOCK) and one.before is None


def records(unit: Unit, resource: Resource, at_once: int) -> Iterator[str]:
    """Records of the unit's account that are not what their changes come to."""
    waiting = _expected(audit_history.by_record(unit, resource, at_once))
    while some := list(islice(waiting, at_once)):
        found = audit_history.versions(unit, resource, [one.id for one in some])
        for one in some:
            if fault := _disagreement(one, found.get(one.id)):
                yield f"{resource.name} {one.id} of account {unit.account_id}: {fault}"


def _expected(changes: Iterable[tuple[int, str]]) -> Iterator[Expected]:
    for record_id, of_record in groupby(changes, lambda change: change[0]):
        is_there, version = False, 0
        for _, verb in of_record:
            is_there = verb in (CREATE, UPDATE)
            version = max(version + is_there, 1 + (verb == UPDATE))
        yield Expected(record_id, is_there, version)


def _disagreement(expected: Expected, version: int | None) -> str | None:
    if expected.is_there and version is None:
        return "it is not there, and the history has no deletion of it"
    if not expected.is_there and version is not None:
        return "it is there, and the history has its deletion"
    if version is not None and version < expected.version:
        return "it has been changed less often than the history has it"
    return None


def _is_kept(resource: Resource, one: Noted) -> bool:
    """Whether a change keeps values of the record's own columns, or none: those of an erased person are forgotten."""
    if one.before is None:
        return True
    if one.verb not in (UPDATE, DELETE) or not isinstance(one.before, str):
        return False
    try:
        values = msgspec.json.decode(one.before)
    except (msgspec.DecodeError, RecursionError):
        return False
    names = {*resource.own_columns, *(("version",) if one.verb == DELETE else ())}
    if not isinstance(values, dict) or not isinstance(values.get("version", 1), int):
        return False
    return values.keys() <= names
