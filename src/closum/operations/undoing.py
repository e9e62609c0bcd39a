"""Undo as people ask for it: within some days, at once or, where it is much, as background work."""

from collections.abc import Container, Iterable, Sequence
from typing import Any, NamedTuple

from closum.errors import Faults, Gone, Invalid, NotFound, fault
from closum.model.change import CREATE, By
from closum.model.resource import Resource
from closum.operations import alone, jobs, remaining, undo, undo_known, undone
from closum.operations.edit import Key
from closum.operations.runner import Kind, Work
from closum.operations.undo import Left, Undone
from closum.operations.undone import STEP, Whole
from closum.store import background, changes, history
from closum.store import operation as operations
from closum.store.background import DONE, FAILED, PENDING, RUNNING, Job, Progress
from closum.store.history import Past
from closum.store.operation import UNDO
from closum.store.unit import Unit, timestamp

DAY = 24 * 3600
AT_ONCE = 3_000
"""Changes that are undone by the call itself: those of a batch of new leads, each with an address and a number."""
LEAST, MOST = 50, 1_000
"""Changes that a step of background work undoes: a smaller step would take as long."""
MOST_SHOWN = 10_000
"""Changes of which a dry run says what becomes of them: the last ones, where there are more."""
FIRST_LEFT = 100
"""What is left that background work names."""
TOO_OLD = "This operation is more than {days} days old, so it cannot be undone any more"


class Asked(NamedTuple):
    """What background work undoes: an operation's changes from `first` to `last`, without what its `undos` have undone.

    Those between with `cause`, `cause_id` and `request_id`, where the operation was background work, "" else. `user_id` or `key_id` is
    who asked for it.
    """

    operation: int
    user_id: int | None
    last: int
    size: int
    cause: str = ""
    cause_id: int = 0
    request_id: str = ""
    undos: Sequence[int | str] = ()
    key_id: int | None = None


def kind() -> Kind:
    """Undoes an operation of many changes, the last ones first."""
    return Kind(UNDO, _step)


def preview(unit: Unit, operation: int, kept_days: int, faults: Faults) -> dict[str, Any]:
    """What an undo would do, and what it would leave. Raises what `begin` raises."""
    found = _find(unit, operation, kept_days, faults)
    asked = _asked(unit, found)
    with undo_known.reading(found.id):
        past, is_whole = _to_look_at(unit, asked)
        looked = undo_known.depends(unit, found.id, past, asked.undos)
    undo.refuse_undone(looked, asked.undos)
    todo, left = undo.decide(looked)
    return shown(Undone(None, left, todo.changes), is_whole=is_whole)


def removed(
    unit: Unit, operation: int, kept_days: int, keys: Iterable[tuple[str, int]]
) -> set[tuple[str, int]]:
    """Those of some records that an undo of an operation would remove. Raises what `preview` raises."""
    found, wanted = _find(unit, operation, kept_days, {}), {*keys}
    undos = undone.in_force(unit, [found.id])[found.id]
    own = undone.changes_of(unit, found.id, wanted)
    with undo_known.reading(found.id):
        looked = undo_known.depends(unit, found.id, [one for some in own.values() for one in some], undos)
    todo, _ = undo.decide(looked)
    return wanted & {(one.resource.name, one.row["id"]) for one in todo.changes if one.after is None}


def _to_look_at(unit: Unit, asked: Asked) -> tuple[list[Past], bool]:
    """What a dry run looks at, and whether that is all: of an operation that was undone in steps what these have left."""
    ended = remaining.ended(unit, asked.operation, asked.undos)
    named = remaining.named(unit, asked.operation, ended.place) if ended else []
    if ended and not remaining.has_unnamed(ended.place):
        return named, True
    last = {one.position: one for one in _some(unit, asked, _last(unit, asked), MOST_SHOWN)}
    return [*(last | {one.position: one for one in named}).values()], asked.size <= MOST_SHOWN


def begin(unit: Unit, operation: int, kept_days: int, faults: Faults) -> Undone | Job:
    """Undo an operation of the unit's account, or, where it has more than AT_ONCE changes, have background work do it.

    Raises NotFound, Gone where it is too old, Invalid where it is undone already or is not ended yet, WorkRunning where it is
    long and another long change has not ended, and Internal where what the history keeps of it cannot be read.
    """
    found = _find(unit, operation, kept_days, faults)
    if found.size > AT_ONCE:
        return _going_on(unit, found) or _add_work(unit, found)
    if found.size > alone.LONG:
        alone.refuse(unit)
    return undo.undo_whole(unit, found)


def _find(unit: Unit, operation: int, kept_days: int, faults: Faults) -> Whole:
    try:
        found = undone.find(unit, operation)
    except NotFound:
        if 0 < operation < operations.oldest(unit):
            raise Gone(TOO_OLD.format(days=kept_days)) from None
        raise
    if faults:
        raise Invalid(faults)
    if found.first.at < timestamp(unit.now - kept_days * DAY):
        raise Gone(TOO_OLD.format(days=kept_days))
    if found.work and (work := background.found(unit, *found.work)) and work.state in (PENDING, RUNNING):
        raise Invalid({"operation": fault("_isRunning", job=jobs.job_id(*found.work))})
    return found


def _asked(unit: Unit, found: Whole) -> Asked:
    by, undos = found.first.by, undone.in_force(unit, [found.id])[found.id]
    last = found.steps[-1].last
    asked = Asked(found.id, unit.by.user_id, last, found.size, undos=[*undos], key_id=unit.by.key_id)
    if not found.work or by.cause_id is None:
        return asked
    request_id = by.request_id if by.cause == UNDO else ""
    return asked._replace(cause=by.cause, cause_id=by.cause_id, request_id=request_id)


def _going_on(unit: Unit, found: Whole) -> Job | None:
    """The background work that undoes an operation already."""
    running = background.going_on(unit, [UNDO])
    return next((one for one in running if Asked(**one.argument).operation == found.id), None)


def _add_work(unit: Unit, found: Whole) -> Job:
    alone.refuse(unit)
    asked = _asked(unit, found)
    if any(_is_complete(unit, key) for key in asked.undos):
        raise Invalid({"operation": fault("_isUndone")})
    number = background.next_number(unit, UNDO, history.last(unit))
    background.add(unit, UNDO, number, asked._asdict())
    added = background.job(unit, UNDO, number)
    assert added
    return added


def _is_complete(unit: Unit, key: int | str) -> bool:
    """Whether an undo that was background work has left nothing."""
    if isinstance(key, int):
        return False
    job = background.job(unit, UNDO, int(key.removeprefix(STEP)))
    return job is not None and job.state == DONE and not job.place["left_count"]


def _last(unit: Unit, asked: Asked) -> int:
    """The last change that an undo of the operation has not come to, which was stopped or has failed."""
    begun = [
        background.job(unit, UNDO, int(key.removeprefix(STEP))) for key in asked.undos if isinstance(key, str)
    ]
    places = [one.place["position"] for one in begun if one and one.state == FAILED and one.place]
    return min((one for one in places if one), default=asked.last) if asked.size > MOST_SHOWN else asked.last


def _some(unit: Unit, asked: Asked, last: int, most: int) -> list[Past]:
    """At most so many changes of the operation up to a position, the last one first."""
    if not asked.cause:
        return operations.rows_back(unit, asked.operation, last, most)
    return operations.caused_back(unit, asked.cause, asked.cause_id, asked.request_id, last, most)


def _step(unit: Unit, work: Work) -> Progress:
    """Undo the last changes that are not undone yet; at the end those that waited for a unique key, or for what they link to."""
    asked, place = Asked(**work.argument), work.progress.place or _begun(work.argument)
    own = unit.of(
        unit.account_id, By(asked.user_id, f"{STEP}{work.number}", UNDO, asked.operation, asked.key_id)
    )
    size = max(LEAST, min(work.size, MOST))
    with undo_known.reading(asked.operation):
        past = _some(own, asked, place["position"], size)
        number, is_last = len(past), not past
        if is_last:
            past = history.at(own, place["waiting"])
        looked = undo_known.depends(own, asked.operation, past, asked.undos)
        pending = [] if is_last else history.at(own, place["waiting"])
    todo, left, taken = undo.decide_some(looked, None if is_last else pending)
    (done,) = changes.write(own, [todo], looked.known.counters)
    waiting = [] if is_last else [one.position for one in taken[: MOST - len(place["waiting"])]]
    later = {(one.resource, one.id) for one in taken if one.position in waiting}
    made = {undo_known.key_of(one) for one in (*looked.early, *looked.past) if one.verb == CREATE}
    left = [one for one in left if (one.resource.name, one.id) not in later]
    _note(place, done, len(todo.changes), left, made)
    place["waiting"] = [] if is_last else [*place["waiting"], *waiting]
    place["position"] = past[-1].position - 1 if past and not is_last else 0
    ended = is_last or (number < size and not place["waiting"])
    return Progress(place, work.progress.done + number, asked.size, ended)


def _begun(argument: dict[str, Any]) -> dict[str, Any]:
    """Where background work begins."""
    return {
        "position": argument["last"],
        "waiting": [],
        "operation": None,
        "undone": 0,
        "left_count": 0,
        "left": [],
    }


def _note(
    place: dict[str, Any], done: int | None, number: int, left: Sequence[Left], made: Container[Key]
) -> None:
    """`made` are the records that would have been removed: these were worked on, of the others properties were changed."""
    place["operation"] = place["operation"] or done
    place["undone"] += number
    place["left_count"] += len(left)
    some = dict.fromkeys((one.resource, one.id) for one in left if one.reason in (undo.HELD, undo.CHANGED))
    for key in some:
        counts = place.setdefault(remaining.WORKED_ON if key in made else remaining.CHANGED, {})
        counts[key[0].name] = counts.get(key[0].name, 0) + 1
    place["left"] += [_left(one) for one in left[: max(0, FIRST_LEFT - len(place["left"]))]]


def shown(done: Undone, is_whole: bool = True) -> dict[str, Any]:
    """What was undone, and what was left, as clients are told; without counts where it is not the whole."""
    changed = [
        {
            "resource": one.resource.name,
            "id": one.row["id"],
            "properties": None if one.before is None or one.after is None else history.names(one),
        }
        for one in done.changes
    ]
    return {
        "operation": done.operation,
        "undone_count": len(changed) if is_whole else None,
        "undone": changed,
        "left_count": len(done.left) if is_whole else None,
        "left": [_left(one) for one in done.left],
    }


def _left(one: Left) -> dict[str, Any]:
    names = [_name(one.resource, name) for name in one.names]
    found = {"resource": one.resource.name, "id": one.id, "properties": names or None, "reason": one.reason}
    return found | ({"belonging": dict(one.belonging)} if one.belonging else {})


def _name(resource: Resource, column: str) -> str:
    """A property as clients call it: a record that is shown by its name, not by the column with its id."""
    return next((one.name for one in resource.nested if one.link == column), column)
