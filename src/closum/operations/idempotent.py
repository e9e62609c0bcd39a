"""Writes of calls that ask for more than the write: to be carried out once, however often the call is sent, or to be
answered with the record as it is then.

What a call was answered is kept by the transaction of its write: both are there, or neither is. No record is kept with it: a
repeated call reads it again. So nothing of a person is in what is kept, and nothing of it has to be erased.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from closum.errors import Error, Invalid, NotFound, fault
from closum.operations.runner import Kind, Work
from closum.store import idempotency
from closum.store.background import DAY, Progress
from closum.store.idempotency import Kept
from closum.store.unit import Unit

NAME = "idempotency"
HEADER = "Idempotency-Key"
GONE = "The record that this call has written, when it was sent before, is not there any more"

Record = tuple[Any, str]
"""A record as an answer shows it, and the tag of its state."""


class Key(NamedTuple):
    """Keyed hashes: of who sends which key to which route, and of what the call says."""

    name: str
    content: str


class Told(NamedTuple):
    """An answer, without the record that it shows, of which it has the id."""

    status: int
    body: str
    headers: Sequence[tuple[str, str]]
    record_id: int | None = None


class Call(NamedTuple):
    """What a call asks for beside its write: `tell` makes an answer of the outcome, and `show` reads the record with an id.

    `show` raises NotFound.
    """

    key: Key | None
    tell: Callable[[Any], Told]
    show: Callable[[Unit, int], Record]


class Answered(NamedTuple):
    """The answer to a call, with the record that it shows. It is `replayed` where the call was carried out before."""

    told: Told
    record: Record | None
    replayed: bool


def write(unit: Unit, call: Call, function: Callable[..., Any], *args: Any) -> Answered:
    """`function(unit, *args)`, and the answer to its outcome. Raises Invalid for the key of another call."""
    (before,) = _repeated(unit, [call])
    if isinstance(before, Error):
        raise before
    answered = before or _first(unit, call, function(unit, *args))
    _keep(unit, [(call, answered)])
    return answered


def write_each(unit: Unit, function: Callable[..., list[Any]], *rest: Any) -> list[Answered | Error]:
    """`function(unit, *args, items)`, which has an outcome for each item. `rest` are these args, and pairs of a call and its
    item."""
    *args, pairs = rest
    answers = _repeated(unit, [call for call, _ in pairs])
    places = [place for place, answered in enumerate(answers) if answered is None]
    outcomes = function(unit, *args, [pairs[place][1] for place in places]) if places else []
    for place, outcome in zip(places, outcomes, strict=True):
        call = pairs[place][0]
        answers[place] = outcome if isinstance(outcome, Error) else _first(unit, call, outcome)
    found = [answered for answered in answers if answered is not None]
    _keep(unit, zip((call for call, _ in pairs), found, strict=True))
    return found


def _first(unit: Unit, call: Call, outcome: Any) -> Answered:
    told = call.tell(outcome)
    return Answered(told, None if told.record_id is None else call.show(unit, told.record_id), False)


def _repeated(unit: Unit, calls: Sequence[Call]) -> list[Answered | Error | None]:
    """Of each call what it was answered before, None where it was not, and an error where it was another call."""
    kept = idempotency.find(unit, [call.key.name for call in calls if call.key])
    if not kept:
        return [None] * len(calls)
    return [
        _again(unit, call, call.key, kept[call.key.name]) if call.key and call.key.name in kept else None
        for call in calls
    ]


def _again(unit: Unit, call: Call, key: Key, kept: Kept) -> Answered | Error:
    if kept.content != key.content:
        return Invalid({HEADER: fault("_isReused")})
    headers = [(name, value) for name, value in json.loads(kept.headers)]
    told = Told(kept.status, kept.body, headers, kept.record_id)
    if kept.record_id is None:
        return Answered(told, None, True)
    try:
        return Answered(told, call.show(unit, kept.record_id), True)
    except NotFound:
        return NotFound(GONE)


def _keep(unit: Unit, answers: Iterable[tuple[Call, Answered | Error]]) -> None:
    idempotency.keep(
        unit,
        [
            _kept(unit, call.key, answered.told)
            for call, answered in answers
            if call.key and isinstance(answered, Answered) and not answered.replayed
        ],
    )


def _kept(unit: Unit, key: Key, told: Told) -> Kept:
    headers = json.dumps([*told.headers], separators=(",", ":"))
    body = told.body if told.record_id is None else ""
    return Kept(*key, unit.now, told.status, headers, body, told.record_id)


def kind() -> Kind:
    """What is too old to be told again is removed, every day."""
    return Kind(NAME, _cut, every=DAY)


def _cut(unit: Unit, work: Work) -> Progress:
    cut = idempotency.cut(unit, work.size)
    return Progress(done=work.progress.done + cut, ended=cut < work.size)
