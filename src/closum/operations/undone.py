"""What an operation is to people, and what of it is undone: background work is one operation, however many steps it has."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from closum.errors import NotFound
from closum.model.change import CLOCK, CREATE, DELETIONS, ERASE, INTO, MERGE, PURGE, RESTORE, UPDATE, By
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import kept
from closum.operations.edit import told_columns
from closum.store import background, history, rows
from closum.store import bin as bins
from closum.store import operation as operations
from closum.store.history import Past
from closum.store.operation import UNDO, Head
from closum.store.unit import Unit

UNKNOWN = "There is no such operation in your account, or its history is cut"

MOST_MERGED = 100
"""Records that go into another one at once."""
_MOST_GONE = 3 * MOST_MERGED
"""Of these and of what they showed, which goes into the bin again where an undo had brought it back from there."""

_MOST_AT_ONCE = 3_000
"""Changes of an undo that is no background work."""

_UNKNOWN = object()
UndoKey = int | str
"""Which undo of an operation: its id, or the request of the background work that it is a step of."""

STEP = "undo:"
"""How the request begins of the steps of an undo that is background work: no client can send one that does."""


class Work(NamedTuple):
    """Background work, as its steps name it; `request_id` is that of the steps of an undo, "" else."""

    cause: str
    cause_id: int
    request_id: str


class Begun(NamedTuple):
    """What a chain of undos began with, and whether its last one does that again, as `is_redo` has it."""

    operation: int
    is_redo: bool


class Extent(NamedTuple):
    """How far an operation is undone: its last undo that is in force, also in part, None where none is; and whether only a part of
    the operation is undone.
    """

    undo: int | None = None
    is_partly: bool = False

    @property
    def stands(self) -> bool:
        """Whether something that the operation did is there."""
        return self.undo is None or self.is_partly


class Whole(NamedTuple):
    """An operation: of background work all its steps, in their order."""

    steps: Sequence[Head]

    @property
    def first(self) -> Head:
        return self.steps[0]

    @property
    def id(self) -> int:
        return self.first.id

    @property
    def size(self) -> int:
        """How many changes it has."""
        return sum(one.size for one in self.steps)

    @property
    def work(self) -> tuple[str, int] | None:
        """Kind and number of the background work that it is; None where it is none."""
        by = self.first.by
        if by.cause == UNDO:
            number = by.request_id.removeprefix(STEP) if is_step(by.request_id) else ""
            return (UNDO, int(number)) if number.isdecimal() else None
        return None if by.cause_id is None else (by.cause, by.cause_id)


def is_step(request_id: str) -> bool:
    """Whether a request is that of the steps of an undo."""
    return request_id.startswith(STEP)


def is_mark(head: Head) -> bool:
    """Whether it is no operation: a row that tells of the history itself."""
    return head.verb in (RESTORE, CLOCK)


def find(unit: Unit, operation: int) -> Whole:
    """The operation that has an id, or a step with it. Raises NotFound."""
    head = operations.head(unit, operation)
    if head is None or is_mark(head):
        raise NotFound(UNKNOWN)
    work = work_of(head.by)
    return of_work(unit, [work])[0] if work else Whole([head])


def work_of(by: By) -> Work | None:
    """The background work that a step is of; None for an operation without steps."""
    if by.cause_id is None or (by.cause == UNDO and not is_step(by.request_id)):
        return None
    return Work(by.cause, by.cause_id, by.request_id if by.cause == UNDO else "")


def of_work(unit: Unit, wanted: Sequence[Work]) -> list[Whole]:
    """The operation that each piece of background work is."""
    found = operations.caused(unit, [(one.cause, one.cause_id) for one in wanted])
    return [
        Whole([head for head in heads if one.request_id in ("", head.by.request_id)])
        for one, heads in zip(wanted, found, strict=True)
    ]


def is_beside(one: Past, other: Past) -> bool:
    """Whether two changes are of the same operation."""
    work = work_of(one.by)
    return one.operation == other.operation if work is None else work == work_of(other.by)


def befores(unit: Unit, operation: int, keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Row | None]:
    """What records were before an operation, as far as it changed them; None for those that it made."""
    found = changes_of(unit, operation, keys)
    return {key: None if own[0].verb == CREATE else _before(own) for key, own in found.items()}


def changes_of(
    unit: Unit, operation: int, keys: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], list[Past]]:
    """What an operation did to records, in its order; the history of no others is read."""
    ids = defaultdict[str, list[int]](list)
    for name, record_id in dict.fromkeys(keys):
        ids[name].append(record_id)
    first = next(iter(history.at(unit, [operation])), None) if ids else None
    found = dict[tuple[str, int], list[Past]]()
    for name, some in ids.items() if first else ():
        resource = kept.resource_of(name)
        read = history.of_records(unit, resource, some, operation - 1) if resource else {}
        for record_id, changes in read.items():
            if own := [one for one in changes if first and is_beside(one, first)]:
                found[name, record_id] = own
    return found


def _before(changes: Sequence[Past]) -> Row:
    """What was before the first of some changes of a record, as far as they changed it."""
    found: Row = {}
    for one in reversed(changes):
        found |= one.before or {}
    return found


def in_force(unit: Unit, wanted: Iterable[int]) -> dict[int, dict[UndoKey, int]]:
    """Of each operation the undos that are not undone themselves, with the id of each. Chains of undos may be of any length."""
    wanted = set(wanted)
    found = dict[int, dict[UndoKey, int]]()
    for one, undos in _last_first(_chains(unit, wanted)):
        found[one] = {key: later for key, later in undos.items() if not found[later]}
    return {one: found[one] for one in wanted}


def of_record(unit: Unit, resource: Resource, record_id: int, ids: Iterable[int]) -> frozenset[int]:
    """Those of a record's operations that are undone: by an undo in steps, which may not come to all, where it undid the record's part."""
    ids = frozenset(ids)
    wholes = {one: one for one in ids} | _first_steps(unit, ids)
    undos = in_force(unit, wholes.values())
    found = {one: by for one, whole in wholes.items() if (by := undos[whole])}
    in_steps = [one for one, by in found.items() if any(isinstance(key, str) for key in by)]
    if not in_steps:
        return frozenset(found)
    past = history.of_records(unit, resource, [record_id], min(in_steps) - 1).get(record_id, [])
    later = {(resource.name, record_id): past}
    own = {one: [change for change in past if change.operation == one] for one in in_steps}
    present = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    left = [
        one
        for one in in_steps
        if any(is_left(rest, present, past) for rest in not_undone(own[one], later, wholes[one], found[one]))
    ]
    return frozenset(found).difference(left)


def _first_steps(unit: Unit, ids: Iterable[int]) -> dict[int, int]:
    """The first step of the work that operations are steps of, by their ids: an undo of it has that as its cause."""
    works = {one.position: work for one in history.at(unit, ids) if (work := work_of(one.by))}
    others = {(one.cause, one.cause_id) for one in works.values() if one.cause != UNDO}
    firsts = {Work(*cause, ""): first for cause, first in operations.first_caused(unit, others).items()}
    undos = {one.cause_id for one in works.values() if one.cause == UNDO}
    for whole, by in _undos(unit, undos).items():
        firsts |= {Work(UNDO, whole, key): first for key, first in by.items() if isinstance(key, str)}
    return {one: firsts[work] for one, work in works.items() if work in firsts}


def extents(unit: Unit, wanted: Iterable[int]) -> dict[int, Extent]:
    """How far each operation is undone. Chains of undos may be of any length."""
    wanted = set(wanted)
    undos = _chains(unit, wanted)
    heads = _heads(unit, undos)
    partly = _with_deleted(unit, heads) | _with_more(unit, undos, heads)
    ended_early = _ended_early(unit, undos)
    found = dict[int, Extent]()
    for one, by in _last_first(undos):
        last = max((later for later in by.values() if found[later].stands), default=None)
        found[one] = Extent(last)
        if last is not None:
            has_come_back = any((found[later].undo or 0) > last for later in by.values())
            is_partly = one in partly or last in ended_early or has_come_back
            found[one] = Extent(last, is_partly)
    return {one: found[one] for one in wanted}


def _ended_early(unit: Unit, undos: Mapping[int, dict[UndoKey, int]]) -> set[int]:
    """The undos that are background work which was stopped, or goes on."""
    works = {key: one for by in undos.values() for key, one in by.items() if isinstance(key, str)}
    begun = background.jobs(unit, background.ALL, UNDO) if works else []
    keys = [f"{STEP}{job.number}" for job in begun if job.state != background.DONE]
    return {works[key] for key in keys if key in works}


def _heads(unit: Unit, undos: Mapping[int, dict[UndoKey, int]]) -> dict[int, Past]:
    """The first change of each operation that has undos, and of these."""
    some = {each for one, by in undos.items() if by for each in (one, *by.values())}
    return {one.position: one for one in history.at(unit, some)} if some else {}


def _with_deleted(unit: Unit, heads: Mapping[int, Past]) -> set[int]:
    """Those that have deleted what is in the bin."""
    works = {one: work for one, head in heads.items() if (work := work_of(head.by))}
    wholes = of_work(unit, [*works.values()]) if works else []
    steps = {step.id: one for one, whole in zip(works, wholes, strict=True) for step in whole.steps}
    steps |= {one: one for one in heads if one not in works}
    return {steps[one] for one in bins.of_operations(unit, steps)} if steps else set()


def _with_more(unit: Unit, undos: Mapping[int, dict[UndoKey, int]], heads: Mapping[int, Past]) -> set[int]:
    """Those that an undo follows which brought back what they had deleted, and they did more than that."""
    both = {
        one: last
        for one, by in undos.items()
        if by and {one, last := max(by.values())} <= heads.keys()
        if heads[one].by.cause == UNDO and heads[last].verb == CREATE
    }
    firsts = operations.firsts(unit, {*both, *both.values()}, _MOST_AT_ONCE) if both else {}
    verbs = {one: {each.verb for each in some} for one, some in firsts.items()}
    return {one for one, last in both.items() if verbs[last] == {CREATE} and verbs[one] - {*DELETIONS}}


def _chains(unit: Unit, wanted: Iterable[int]) -> dict[int, dict[UndoKey, int]]:
    """The undos of each operation, and those of these, each with its id."""
    undos = dict[int, dict[UndoKey, int]]()
    todo = set(wanted)
    while todo:
        undos |= _undos(unit, todo)
        todo = {operation for one in todo for operation in undos[one].values()} - undos.keys()
    return undos


def _undos(unit: Unit, wanted: Iterable[int]) -> dict[int, dict[UndoKey, int]]:
    """The undos of each operation, each with its id."""
    found: dict[int, dict[UndoKey, int]] = {one: {} for one in wanted}
    for undone, operation, request_id in operations.undos(unit, found):
        key = request_id if is_step(request_id) else operation
        found[undone][key] = min(operation, found[undone].get(key, operation))
    return found


def _last_first(undos: Mapping[int, dict[UndoKey, int]]) -> list[tuple[int, dict[UndoKey, int]]]:
    return sorted(undos.items(), reverse=True)  # an undo comes after what it undoes


def is_redo(unit: Unit, operation: int) -> bool:
    """Whether an operation undoes an undo, and so does again what that took back. Chains of undos may be of any length."""
    depth, head = 0, operations.head(unit, operation)
    while head and head.by.cause == UNDO and head.by.cause_id is not None:
        depth, head = depth + 1, operations.head(unit, head.by.cause_id)
    return depth > 0 and depth % 2 == 0


def begun(unit: Unit, undoes: Mapping[int, int]) -> dict[int, Begun]:
    """Where the chain of undos began that each operation ends, by what each undoes: all are looked at together."""
    found = {one: Begun(undone, is_redo=False) for one, undone in undoes.items()}
    todo = set(found)
    while todo:
        heads = {one.position: one.by for one in history.at(unit, {found[one].operation for one in todo})}
        for one in [*todo]:
            by = heads.get(found[one].operation)
            if by and by.cause == UNDO and by.cause_id is not None:
                found[one] = Begun(by.cause_id, is_redo=not found[one].is_redo)
            else:
                todo.discard(one)
    return found


def not_undone(
    past: Sequence[Past],
    later: Mapping[tuple[str, int], Iterable[Past]],
    operation: int,
    undos: Container[UndoKey],
) -> list[Past]:
    """What of an operation's changes none of the undos has undone: an undo may have left some."""
    found = []
    for one in past:
        behind = later.get((one.resource, one.id), ())
        done = [other for other in behind if _is_of(other, operation, undos)]
        if left := _without(one, done, is_lost=any(other.verb in (PURGE, ERASE) for other in behind)):
            found.append(left)
    return found


def is_left(one: Past, present: Row | None, later: Iterable[Past]) -> bool:
    """Whether there is something to undo of what undos have left of a change: not of what was made and is gone since, was deleted
    and is there again, or has had the earlier values since. Those that an undo brought and another one took do not count.
    """
    if one.verb != UPDATE:
        return (present is None) == (one.verb in DELETIONS)
    resource = kept.resource_of(one.resource)
    if present is None or resource is None:
        return False
    behind = [other for other in later if other.position > one.position and other.by.cause != UNDO]
    states = [present, *(other.before or {} for other in behind)]
    values = given(resource, one.before or {}).items()
    return any(all(state.get(name, _UNKNOWN) != value for state in states) for name, value in values)


def merged_before(unit: Unit, past: Sequence[Past]) -> dict[tuple[str, int], int]:
    """Of records that an undo of a merge brought back, those that they had gone into."""
    undos = [one.by for one in past if (one.verb, one.by.cause) == (CREATE, UNDO)]
    found: dict[tuple[str, int], int] = {}
    for operation in {by.cause_id for by in undos if by.cause_id is not None}:
        found |= {
            (one.resource, one.id): one.before[INTO]
            for one in gone(unit, operation)
            if one.verb == MERGE and one.before
        }
    return found


def gone(unit: Unit, operation: int) -> Iterator[Past]:
    """What an operation deleted, and what went into others by it, the last one first: it changes what stays before that."""
    rows = operations.rows_back(unit, operation, operations.end(unit, operation), _MOST_GONE)
    return takewhile(lambda one: one.verb in DELETIONS, rows)


def _is_of(one: Past, operation: int, undos: Container[UndoKey]) -> bool:
    by = one.by
    if by.cause != UNDO or by.cause_id != operation:
        return False
    return (by.request_id if is_step(by.request_id) else one.operation) in undos


def _without(one: Past, done: Sequence[Past], *, is_lost: bool) -> Past | None:
    """A change without properties that are set back; None where nothing else is left of it, as of a record that changed by
    what it shows alone. Of what is lost nobody knows that."""
    if any(other.verb != UPDATE for other in done):
        return None
    resource = kept.resource_of(one.resource)
    if one.verb != UPDATE or one.before is None or resource is None:
        return one
    names = {name for other in done for name in other.before or ()}
    rest = {name: value for name, value in given(resource, one.before).items() if name not in names}
    if not done:
        return one if rest or is_lost else None
    return one._replace(before=rest) if rest else None


def given(resource: Resource, before: Row) -> Row:
    """The values that are not made from others, which follow these."""
    made = told_columns(resource).union(*(one.columns for one in resource.derived))
    return {name: value for name, value in before.items() if name not in made}
