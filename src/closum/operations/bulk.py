"""Many records that a filter finds, changed or deleted with one call: first counted, then written, as one operation.

Above MOST it is background work. Each of its steps is a transaction; its records are those with an id up to the last one
that there was when it began, and what somebody has changed since then is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

from closum import resources
from closum.errors import CountChanged, Error, Faults, Invalid, fault
from closum.model import draft as drafts
from closum.model import query as queries
from closum.model.change import By
from closum.model.cursor import Place
from closum.model.draft import Draft, Link
from closum.model.fields import Document
from closum.model.filters import Condition
from closum.model.property import find
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.operations import alone, placing, plan, records
from closum.operations.deletion import Delete
from closum.operations.placing import Placing
from closum.operations.plan import Ask, Update
from closum.operations.records import Written
from closum.operations.runner import Kind, Work
from closum.operations.undo import CHANGED
from closum.store import background, history, rows, tally, together
from closum.store.background import DONE, Job, Progress
from closum.store.unit import Unit

NAME = alone.BULK
MOST = 1_000  # records that are written at once
LEAST = 100  # records of a step: what each step costs by itself is more than what fewer cost
SAMPLE = 10
FIRST_LEFT = 100  # records that background work names
PLACE = "after"
BEGIN: dict[str, Any] = {PLACE: 0, "changed": 0, "since": 0, "left_count": 0, "left": []}


class Asked(NamedTuple):
    """What is to become of the records that a filter finds: new values as `body` has them, or with None their deletion; with a
    `place` they are put on it, or taken off.

    `parameters` are those of the query string, from which `query` was read.
    """

    resource: Resource
    query: Query
    parameters: Sequence[tuple[str, str]]
    body: dict[str, Any] | None
    place: Placing | None = None


class Found(NamedTuple):
    """How many records fit, and the first of them as lists show them."""

    total: int
    sample: list[Any]


class Changed(NamedTuple):
    """How many records fitted; the operation, None where nothing had to change; those that were refused, by id."""

    total: int
    changed: int
    operation: int | None
    refused: list[dict[str, Any]]


def count(unit: Unit, asked: Asked) -> Found:
    """What the call would write. Raises Invalid for new values that name what is not there."""
    if asked.body is not None:
        _refuse_unknown(unit, asked.resource, drafts.parse_patch(asked.resource, asked.body))
    if asked.place:
        placing.check(unit, asked.resource, asked.place)
    query = replace(asked.query, window=Page(1, SAMPLE), counted=True)
    try:
        found = rows.window(unit, asked.resource, query)
    except rows.TooLong:
        found = rows.window(unit, asked.resource, replace(query, fields=_short(asked)))
    return Found(found.total or 0, found.records)


def _refuse_unknown(unit: Unit, resource: Resource, new: Draft) -> None:
    known, ask = plan.known_of(unit), Update(unit.by, new, 0)
    reads = (
        plan.references(unit, known, resource, [new.values]),
        plan.links(unit, known, resource, [ask]),
    )
    together.read(unit, chain(*reads))
    faults = known.missing(new.values)
    for nested in resource.nested:
        intent = new.nested.get(nested.name)
        if isinstance(intent, Link) and known.row(nested.resource, intent.id) is None:
            faults[nested.name] = {"id": fault("_existsIn")}
    if faults:
        raise Invalid(faults)


def _short(asked: Asked) -> tuple[str, ...]:
    """What lists show, without documents, which may be long."""
    long = {one.name for one in asked.resource.fields if isinstance(one, Document)}
    shown = asked.query.fields or asked.resource.listing.listed
    return tuple(name for name in shown if name not in long)


def write(unit: Unit, asked: Asked, expected: int) -> Changed | Job:
    """Write all, or have background work do it. Raises CountChanged where not so many fit any more."""
    if expected > MOST:
        return _add_work(unit, asked, expected)
    ids = first_ids(unit, asked.resource, asked.query, MOST + 1)
    if len(ids) != expected:
        raise CountChanged
    done = _write(unit, asked, ids, unit.by)
    return Changed(expected, done.changed, done.operation, done.refused)


def first_ids(unit: Unit, resource: Resource, query: Query, most: int) -> list[int]:
    """Those of the first records that fit."""
    ids = list[int]()
    asked = replace(query, sort="id", descending=False, fields=("id",), counted=False, cursor="")
    while len(ids) < most:
        limit = min(queries.MAX_LIMIT, most - len(ids))
        after = Place(ids[-1], ids[-1]) if ids else None
        found = rows.window(unit, resource, replace(asked, window=Page(1, limit), after=after))
        ids += [record["id"] for record in found.records]
        if found.last is None:
            break
    return ids


class Rest(NamedTuple):
    """Of the records that were confirmed, how many had the new values already, and how many the filter did not find any more."""

    same: int
    gone: int


def rest(job: Job) -> Rest:
    """What background work has neither changed nor left."""
    place = BEGIN | (job.place or {})
    refused = place["left_count"] - place["since"]
    gone = (job.total or 0) - job.done - place["since"] if job.state == DONE else 0
    return Rest(max(0, job.done - place["changed"] - refused), max(0, gone))


class _Done(NamedTuple):
    changed: int
    operation: int | None
    refused: list[dict[str, Any]]


def _write(unit: Unit, asked: Asked, ids: Sequence[int], by: By) -> _Done:
    if not ids:
        return _Done(0, None, [])
    outcomes, operation = _outcomes(unit, asked, ids, by)
    refused = [_refused(one, outcome) for one, outcome in outcomes.items() if isinstance(outcome, Error)]
    changed = sum(not isinstance(one, Error) and one.operation is not None for one in outcomes.values())
    return _Done(changed, operation, refused)


def _outcomes(
    unit: Unit, asked: Asked, ids: Sequence[int], by: By
) -> tuple[Mapping[int, Written | Error], int | None]:
    """By the id of the record, and the operation."""
    resource, body = asked.resource, asked.body
    if asked.place:
        return placing.write(unit, resource, asked.place, ids, by)
    asks: list[Ask] = [Delete(by, one) for one in ids]
    if body is not None:
        new = drafts.parse_patch(resource, body)
        asks = [Update(by, new, one) for one in ids]
    outcomes, operation = records.write_together(unit, resource, asks, by)
    return dict(zip(ids, outcomes, strict=True)), operation


def _refused(record_id: int, error: Error) -> dict[str, Any]:
    errors = error.faults if isinstance(error, Invalid) else None
    return {"id": record_id, "message": error.message, "errors": errors}


def _add_work(unit: Unit, asked: Asked, expected: int) -> Job:
    alone.refuse(unit)
    number = background.next_number(unit, NAME, history.last(unit))
    by = By(unit.by.user_id, unit.by.request_id, NAME, number, unit.by.key_id)
    place = placing.made(unit, asked.resource, asked.place, by)[0] if asked.place else None
    argument = {
        "resource": asked.resource.name,
        "parameters": [list(one) for one in asked.parameters],
        "body": asked.body,
        "place": place,
        "count": expected,
        "last": tally.last_id(unit, asked.resource),
        "position": history.last(unit),
        "user_id": unit.by.user_id,
        "key_id": unit.by.key_id,
        "request_id": unit.by.request_id,
    }
    background.add(unit, NAME, number, argument)
    added = background.job(unit, NAME, number)
    assert added
    return added


def kind() -> Kind:
    """Writes what a filter has found where that is much."""
    return Kind(NAME, _step, forgets=True)


def _step(unit: Unit, work: Work) -> Progress:
    argument, place = work.argument, BEGIN | (work.progress.place or {})
    resource = resources.RESOURCES.of_name(argument["resource"])
    parameters = [(name, value) for name, value in argument["parameters"]]
    own = argument.get("place")
    asked = Asked(
        resource,
        queries.parse(resource, parameters),
        parameters,
        argument["body"],
        Placing(*own) if own else None,
    )
    bounds = id_range(resource, place[PLACE], argument["last"])
    query = replace(asked.query, where=(*asked.query.where, *bounds))
    size = max(LEAST, min(work.size, MOST))
    ids = first_ids(unit, resource, query, size)
    by = By(argument["user_id"], argument["request_id"], NAME, work.number, argument.get("key_id"))
    since = history.of_records(unit, resource, ids, argument["position"])
    done = _write(unit, asked, [one for one in ids if one not in since], by)
    left = [_left(resource, one, CHANGED, None) for one in ids if one in since]
    left += [_left(resource, one["id"], one["message"], one["errors"]) for one in done.refused]
    place = {
        PLACE: ids[-1] if ids else argument["last"],
        "changed": place["changed"] + done.changed,
        "since": place["since"] + len(since),
        "left_count": place["left_count"] + len(left),
        "left": [*place["left"], *left[: max(0, FIRST_LEFT - len(place["left"]))]],
    }
    number = work.progress.done + len(ids) - len(since)
    return Progress(place, number, argument["count"], len(ids) < size)


def _left(resource: Resource, record_id: int, reason: str, errors: Faults | None) -> dict[str, Any]:
    """A record that is as it was, as a job names it."""
    names = sorted(errors) if errors else None
    return {"resource": resource.name, "id": record_id, "properties": names, "reason": reason}


def id_range(resource: Resource, after: int, last: int) -> tuple[Condition, ...]:
    """Ids behind one, up to the last one."""
    number = find(resource, "id")
    assert number
    return Condition(number, ">", (after,)), Condition(number, "<=", (last,))
