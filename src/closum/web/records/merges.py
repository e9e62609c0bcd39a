"""Records that went into one, and what they had that it did not take: a merge is told where it changed nothing of that, and where it was
undone, too."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.model.change import INTO, MERGE, NUMBERED, UPDATE
from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import past
from closum.operations import undone as undones
from closum.operations.past import Other, Revisions
from closum.store import history, merged
from closum.store import operation as operations
from closum.store.operation import UNDO
from closum.store.unit import Unit
from closum.web import titles
from closum.web.done import small
from closum.web.locale import broken, said
from closum.web.named import Key, named_by
from closum.web.page import Page

MOST_NAMED = 10
Ends = Mapping[str, Any]
_WORK = NUMBERED - {UNDO}
"""Causes of what merges nothing."""


class Gone(NamedTuple):
    """A record that went into another one, what it was called, "" where that is not known, and of each property that the other did
    not take its value, and what that has instead; of what they show the ids."""

    record_id: int
    title: str
    properties: Mapping[str, Ends] = MappingProxyType({})


Merges = Mapping[int, list[Gone]]
"""By operation."""


class Found(NamedTuple):
    """The changes of a record with those merges that changed nothing of it, what went into it, and by the operation that undid a
    merge the records that this had merged."""

    own: Revisions
    merges: Merges
    undos: Mapping[int, Sequence[Gone]]


def read(unit: Unit, resource: Resource, record_id: int, own: Revisions, before: int | None) -> Found:
    """What went into a record in the time of these changes of it, also where that is undone."""
    first, end = own.next or 0, MAX_ID if before is None else before
    went = [one for one in merged.sources(unit, resource, record_id) if one.into_id == record_id]
    standing = {(one.record_id, one.operation) for one in went if first <= one.operation < end}
    undos = _undos(unit, own)
    former = _former(unit, resource, record_id, own, {*undos.values()})
    told = {one["operation"] for one in own.changes}
    ids = standing | {one for one in former if one[1] in told}
    of_undos = {
        one: [Gone(gone, title) for (gone, merge), title in sorted(former.items()) if merge == undone]
        for one, undone in undos.items()
    }
    found = [one for one in _merges(unit, resource, ids) if (one.record_id, one.change["operation"]) in ids]
    by_operation, untold = _told(unit, resource, record_id, found)
    changes = [*own.changes, *(change for one, change in untold.items() if one not in told)]
    both = own._replace(changes=sorted(changes, key=lambda one: -one["operation"]))
    return Found(both, by_operation, {one: gone for one, gone in of_undos.items() if gone})


def _undos(unit: Unit, own: Revisions) -> dict[int, int]:
    """What each of those changes undid that are undos."""
    some = {one["operation"] for one in own.changes if one["cause"] == UNDO and one["verb"] == UPDATE}
    return {one.position: one.by.cause_id or 0 for one in history.at(unit, some)} if some else {}


def _former(
    unit: Unit, resource: Resource, record_id: int, own: Revisions, undone: set[int]
) -> dict[tuple[int, int], str]:
    """What went into a record in an operation that was undone, whether it did so again or not, each with that operation, and what it
    was called."""
    some = {one["operation"] for one in own.changes if one["verb"] == UPDATE and one["cause"] not in _WORK}
    asked = undone | ({one.undone for one in operations.undos(unit, some)} if some else set())
    return {
        (one.id, one.operation): titles.title(resource, one.before)
        for operation in asked
        for one in undones.gone(unit, operation)
        if one.verb == MERGE and one.resource == resource.name and one.before
        if one.before.get(INTO) == record_id
    }


def called(unit: Unit, resource: Resource, ids: Sequence[int]) -> Mapping[int, str]:
    """What records were called that went into others, "" where that is not known; of many the first ones are looked up."""
    found = history.of_records(unit, resource, ids[:MOST_NAMED], 0) if ids else {}
    lasts = {one: changes[-1] for one, changes in found.items()}
    known = {one: last.before for one, last in lasts.items() if last.verb == MERGE and last.before}
    return {one: titles.title(resource, known[one]) if one in known else "" for one in ids}


def _told(
    unit: Unit, resource: Resource, record_id: int, found: Sequence[Other]
) -> tuple[dict[int, list[Gone]], dict[int, dict[str, Any]]]:
    """What went by each operation, and these as changes of the record that it went into."""
    by_operation = dict[int, list[Gone]]()
    untold = dict[int, dict[str, Any]]()
    if not found:
        return by_operation, untold
    states = past.states(unit, resource, record_id, {one.change["operation"] for one in found})
    for one in found:
        operation = one.change["operation"]
        title = titles.title(resource, one.changed)
        gone = Gone(one.record_id, title, dict(_given_up(resource, one.changed, states[operation])))
        by_operation.setdefault(operation, []).append(gone)
        untold[operation] = one.change | {"verb": UPDATE}
    return by_operation, untold


def _merges(unit: Unit, resource: Resource, ids: set[tuple[int, int]]) -> list[Other]:
    changes = past.of_others(unit, resource, sorted({one for one, _ in ids})) if ids else []
    return [one for one in changes if one.change["verb"] == MERGE]


def _given_up(resource: Resource, had: Row, has: Row) -> Iterator[tuple[str, Ends]]:
    """Of a record that has gone, by what it was, and what the one has that it went into."""
    columns = {one.name: one.name for one in resource.writable} | {
        one.name: one.link for one in resource.nested
    }
    for name, column in columns.items():
        value = had.get(column)
        if value is not None and value != has.get(column):
            yield name, {"before": value, "after": has.get(column)}


def wanted(resource: Resource, merges: Merges) -> Iterator[Key]:
    """What they name of others."""
    fields = {one.name: one for one in resource.fields}
    shown = {one.name: one.resource.name for one in resource.nested}
    for gone in (one for some in merges.values() for one in some):
        for name, ends in gone.properties.items():
            for value in ends.values():
                if name in fields:
                    yield from named_by(fields[name], value)
                elif value is not None:
                    yield shown[name], value


def named(page: Page, name: str, record_id: int, title: str) -> Markup:
    """`Ana (no. 12)`; `lead 12` of one that has no name."""
    if title:
        return said(page.words.named_no, name=broken(title), n=record_id)
    return said(f"{small(page.words(name))} {record_id}")
