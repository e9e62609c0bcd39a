"""Creates that first look whether the record is there: by an address, a number, an id or a value of its custom data.

Each is decided as if it came alone: where two of a set mean the same record, the second one finds what the first one wrote.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from closum.errors import BrokenRule, Error, Faults, Invalid, NotFound, fault
from closum.model import filters
from closum.model.change import By
from closum.model.draft import Draft
from closum.model.fields import Document
from closum.model.matching import CREATE, FAIL, FILL_EMPTY, SKIP, Match, Wanted
from closum.model.query import Page, Query
from closum.model.relations import Nested, Row
from closum.model.resource import Resource
from closum.operations import merging, records
from closum.operations.deletion import Delete
from closum.operations.plan import Ask, Create, Update
from closum.operations.records import Written
from closum.store import rows
from closum.store.unit import Unit

CREATED, UPDATED, UNCHANGED, SKIPPED, DELETED = "created", "updated", "unchanged", "skipped", "deleted"
RESULTS = (CREATED, UPDATED, UNCHANGED, SKIPPED)
MOST_NAMED = 10  # ids in a message


class Upsert(NamedTuple):
    """A new record, or other values of the one that `match` finds: it is what the body has, read as `wanted`. `seen` are the
    tags of the states of that one that it is meant for, None for any.
    """

    by: By
    draft: Draft
    match: Match
    wanted: Wanted
    seen: Container[str] | None = None


class Upserted(NamedTuple):
    """The record, what became of it, one of RESULTS, and the operation, None where nothing had to change."""

    id: int
    result: str
    operation: int | None


Resolved = Create | Update | Upserted | Error


def write(unit: Unit, resource: Resource, asks: Sequence[Upsert]) -> list[Upserted | Error]:
    """Of each ask, in order, what it wrote or why it is refused; the others are written."""
    return [outcome for run in runs(asks) for outcome in _write_run(unit, resource, run)]


def runs(asks: Iterable[Upsert]) -> Iterator[list[Upsert]]:
    """Asks that can be looked up together: of one match, and none means the record of another."""
    run, tokens, match = list[Upsert](), set[Any](), None
    for ask in asks:
        if run and (ask.match != match or ask.wanted.token in tokens):
            yield run
            run, tokens = [], set()
        run.append(ask)
        match = ask.match
        if not ask.wanted.is_nobody:
            tokens.add(ask.wanted.token)
    if run:
        yield run


def _write_run(unit: Unit, resource: Resource, run: Sequence[Upsert]) -> list[Upserted | Error]:
    resolved = resolve(unit, resource, run)
    asks = [one for one in resolved if isinstance(one, Create | Update)]
    written = iter(records.write(unit, resource, asks))
    return [_outcome(one, next(written)) if isinstance(one, Create | Update) else one for one in resolved]


def _outcome(ask: Ask, written: Written | Error) -> Upserted | Error:
    if isinstance(written, Error):
        return written
    return Upserted(written.id, result(ask, written), written.operation)


def result(ask: Ask, written: Written) -> str:
    """What became of a record that was written."""
    if isinstance(ask, Delete):
        return DELETED
    if written.operation is None:
        return UNCHANGED
    return CREATED if isinstance(ask, Create) else UPDATED


def resolve(unit: Unit, resource: Resource, run: Sequence[Upsert]) -> list[Resolved]:
    """What each ask comes to, now that is known which records there are."""
    found = _found(unit, resource, run)
    resolved = [_resolved(resource, ask, matching) for ask, matching in zip(run, found, strict=True)]
    return [
        (merging.elsewhere(unit, resource, ask.wanted.value) or one) if isinstance(one, NotFound) else one
        for ask, one in zip(run, resolved, strict=True)
    ]


def _resolved(resource: Resource, ask: Upsert, found: Sequence[Row]) -> Resolved:
    match, draft = ask.match, ask.draft
    if ask.wanted.faults:
        return Invalid(_joined(draft.faults, ask.wanted.faults))
    if not found and match.name == "id":
        return NotFound()
    if not found or match.then == CREATE:
        return Create(ask.by, draft)
    if len(found) > 1 and match.then != FAIL:
        return Invalid(_at(resource, match, fault("_ambiguous", ids=named([row["id"] for row in found]))))
    (row, *_) = found
    if match.then == FAIL:
        return Invalid(_at(resource, match, fault("_isUnique")))
    if match.then == SKIP:
        return Upserted(row["id"], SKIPPED, None)
    draft = touching(resource, draft, row, fills=match.then == FILL_EMPTY)
    if match.then == FILL_EMPTY:
        draft = filling(resource, draft, row)
    return Update(ask.by, draft, row["id"], ask.seen, row)


def _joined(faults: Faults, others: Faults) -> Faults:
    return {**others, **faults}


def _at(resource: Resource, match: Match, wrong: Faults) -> Faults:
    """Faults at the property by which a record is found."""
    nested = next((one for one in resource.nested if one.name == match.name), None)
    inner = match.key or (nested.key if nested else "")
    return {match.name: {inner: wrong} if inner else wrong}


def named(ids: Sequence[int]) -> str:
    """Ids of records in a message."""
    return ", ".join(map(str, ids[:MOST_NAMED])) + (" and more" if len(ids) > MOST_NAMED else "")


def touching(resource: Resource, draft: Draft, row: Row, *, fills: bool) -> Draft:
    """What a draft gives a record that was found, which somebody has touched again."""
    if not resource.touch:
        return draft
    patch = (draft.patches or {}).get(resource.touch.document)
    return replace(draft, values=resource.touch.of_matched(row, draft.values, patch, fills=fills))


def filling(resource: Resource, draft: Draft, row: Row) -> Draft:
    """What of a draft the record does not have yet, of a document the keys, and what it has as the draft says it."""
    values = {name: value for name, value in draft.values.items() if row[name] in (None, value)}
    faults = dict(draft.faults)
    for one in resource.writable:
        other = draft.values.get(one.name)
        if isinstance(one, Document) and row[one.name] is not None and other is not None:
            try:
                values[one.name] = one.filled(row[one.name], other)
            except BrokenRule as broken:
                faults[one.name] = broken.faults
    links = {one.name: one.link for one in resource.nested}
    nested = {name: intent for name, intent in draft.nested.items() if row[links[name]] is None}
    return Draft(values, nested, faults, sent=draft.sent)


def _found(unit: Unit, resource: Resource, run: Sequence[Upsert]) -> list[list[Row]]:
    """The records that each ask of a run means."""
    match = run[0].match
    if match.key:
        return [with_text(unit, resource, ask.wanted) for ask in run]
    by_column: dict[str, list[Any]] = {}
    for ask in run:
        if not ask.wanted.is_nobody:
            by_column.setdefault(ask.wanted.column, []).append(ask.wanted.value)
    found = {
        (column, value): some
        for column, values in by_column.items()
        for value, some in _with_values(unit, resource, column, values).items()
    }
    return [found.get((ask.wanted.column, ask.wanted.value), []) for ask in run]


def _with_values(unit: Unit, resource: Resource, column: str, values: Sequence[Any]) -> dict[Any, list[Row]]:
    """Records by what they have in a column, or by the unique key of the record of this name that they show."""
    nested = next((one for one in resource.nested if one.name == column), None)
    return _showing(unit, resource, nested, values) if nested else _grouped(unit, resource, column, values)


def _showing(unit: Unit, resource: Resource, nested: Nested, keys: Sequence[Any]) -> dict[Any, list[Row]]:
    assert nested.resource.unique
    shown = rows.rows_by(unit, nested.resource, nested.resource.unique.column, keys)
    showing = _grouped(unit, resource, nested.link, [row["id"] for row in shown.values()])
    return {key: showing.get(row["id"], []) for key, row in shown.items()}


def _grouped(unit: Unit, resource: Resource, column: str, values: Sequence[Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in sorted(rows.all_by(unit, resource, column, values), key=lambda row: row["id"]):
        found.setdefault(row[column], []).append(row)
    return found


def with_text(unit: Unit, resource: Resource, wanted: Wanted) -> list[Row]:
    """The records that have a text under a key of a document."""
    if wanted.text is None:
        return []
    where = filters.parse(resource, (), [(wanted.column, wanted.text)])
    query = Query("id", where=where, window=Page(1, MOST_NAMED + 1), fields=("id",), counted=False)
    ids = [record["id"] for record in rows.window(unit, resource, query).records]
    return list(rows.rows_by(unit, resource, "id", ids).values())
