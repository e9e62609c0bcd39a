"""Undo: the inverse of an operation's changes, decided like any other write, by property.

What was changed since stays, and is named. An undo is an operation, so undoing it does again what it undid.
"""

import contextlib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from closum.errors import Internal, Invalid, fault
from closum.model.change import CREATE, DELETIONS, ERASE, INTO, PURGE, UPDATE, By, Change, Operation
from closum.model.resource import Resource, Row
from closum.operations import deletion, kept, plan, undone
from closum.operations.edit import Edit, Key, Known, shown_by
from closum.operations.undone import UndoKey, Whole
from closum.resources import RESOURCES
from closum.store import changes, history, rows
from closum.store.history import Past
from closum.store.integrity import UNREADABLE
from closum.store.unit import Unit

CHANGED = "changed since"
GONE = "deleted since"
ERASED = "erased"
PURGED = "purged"
SHOWN = "shown by another record"
TAKEN = "its value is another record's now"
MISSING = "what it shows is not there any more"
ORPHANED = "what it belongs to is not there any more"
THERE = "there again"
ELSEWHERE = "what it went into is not there any more"
NEEDED = "needed, since the record has nothing else"

DAMAGED = "The history of operation {} is damaged, so it cannot be undone: 'closum check' names the damage"
NOT_TAKEN = "Operation {} cannot be undone: no rule of this version takes a value from before it"


class Left(NamedTuple):
    """What is not undone, and why: properties of a record, or with none named the whole record."""

    resource: Resource
    id: int
    names: tuple[str, ...]
    reason: str


class Undone(NamedTuple):
    """The operation that undid another one, None where nothing could be undone, what was left, and what was changed."""

    operation: int | None
    left: list[Left]
    changes: Sequence[Change] = ()


@dataclass(slots=True)
class Looked:
    """Changes, and all that undoing them depends on: later changes are by record, in their order.

    `into` has, of records that an undo of a merge brought back, those that they had gone into.
    """

    by: By
    past: Sequence[Past]
    known: Known
    later: dict[Key, list[Past]] = field(default_factory=dict)
    into: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def behind(self, one: Past) -> list[Past]:
        """The changes of a record behind one."""
        later = self.later.get((_RESOURCES[one.resource], one.id), [])
        return [other for other in later if other.position > one.position]


_POSITION = attrgetter("position")
_RESOURCES = {resource.name: resource for resource in RESOURCES}


def undo(unit: Unit, operation: int) -> Undone:
    """Undo an operation of the unit's account, in one transaction.

    Raises NotFound where there is none, or its history is not whole any more, Invalid where it is undone already, and
    Internal where what it keeps cannot be read.
    """
    return undo_whole(unit, undone.find(unit, operation))


def undo_whole(unit: Unit, found: Whole) -> Undone:
    """`undo` of an operation that was found."""
    looked = look_up(unit, found)
    todo, left = decide(looked)
    (done,) = changes.write(unit, [todo], looked.known.counters)
    return Undone(done, left, todo.changes)


def look_up(unit: Unit, found: Whole) -> Looked:
    """Every read of an undo. Raises Invalid; Internal where the history is damaged."""
    undos = undone.in_force(unit, [found.id])[found.id]
    with reading(found.id):
        past = [one for step in found.steps for one in history.of_operation(unit, step.id)]
        looked = depends(unit, found.id, past, undos)
    refuse_undone(looked)
    return looked


def refuse_undone(looked: Looked) -> None:
    """Raises Invalid where there is nothing left to undo."""
    if not looked.past:
        raise Invalid({"operation": fault("_isUndone")})


@contextlib.contextmanager
def reading(operation: int) -> Iterator[None]:
    """Internal where what the history has of an operation cannot be read."""
    try:
        yield
    except UnicodeDecodeError:
        raise Internal(DAMAGED.format(operation)) from None


def depends(unit: Unit, operation: int, past: Sequence[Past], undos: Container[UndoKey] = ()) -> Looked:
    """What undoing changes depends on: those of an operation without what these of its undos have undone.

    Raises Internal where the history is damaged.
    """
    _refuse_damaged(operation, past)
    _refuse_unknown(unit, operation, past)
    looked = Looked(unit.by._replace(cause="undo", cause_id=operation), past, plan.known_of(unit))
    looked.later = _later(unit, operation, past)
    by_name = {(resource.name, record_id): some for (resource, record_id), some in looked.later.items()}
    looked.past = undone.not_undone(past, by_name, operation, undos)
    looked.into = undone.merged_before(unit, looked.past)
    for resource, some in _by_resource(looked.past).items():
        _look_up_records(unit, looked, resource, some)
    return looked


def _later(unit: Unit, operation: int, past: Sequence[Past]) -> dict[Key, list[Past]]:
    """The changes of each record behind the first of these, in their order. Where nothing else was changed between these, they
    are not read again."""
    found, first, last = dict[Key, list[Past]](), 0, 0
    if past:
        first, last = (end(past, key=_POSITION).position for end in (min, max))
    is_whole = last - first + 1 == len(past)
    for one in sorted(past, key=_POSITION) if is_whole else ():
        found.setdefault((_RESOURCES[one.resource], one.id), []).append(one)
    for resource, some in _by_resource(past).items():
        ids = dict.fromkeys(one.id for one in some)
        read = history.of_records(unit, resource, ids, last if is_whole else first)
        for record_id, changes_of in read.items():
            _refuse_damaged(operation, changes_of)
            found.setdefault((resource, record_id), []).extend(changes_of)
    return found


def _refuse_damaged(operation: int, past: Iterable[Past]) -> None:
    if not all(map(kept.is_sound, past)):
        raise Internal(DAMAGED.format(operation))


def _refuse_unknown(unit: Unit, operation: int, past: Iterable[Past]) -> None:
    """Internal where a change names what all accounts share, and it is not there."""
    named: dict[Resource, set[int]] = {}
    for one in past:
        for resource, ids in kept.references(_RESOURCES[one.resource], one.before or {}).items():
            named.setdefault(resource, set()).update(ids)
    for resource, ids in named.items():
        if ids - rows.rows_by(unit, resource, "id", ids).keys():
            raise Internal(DAMAGED.format(operation))


def decide(looked: Looked) -> tuple[Operation, list[Left]]:
    """The changes that undo an operation, last ones first, and what stays as it is."""
    todo, left, _ = decide_some(looked)
    return todo, left


def decide_some(looked: Looked) -> tuple[Operation, list[Left], list[Past]]:
    """`decide`, and the changes that wait for a unique key, which another change of the same operation may free."""
    undoing = _Undoing(looked)
    undoing.undo_all(sorted(looked.past, key=lambda one: one.position, reverse=True))
    # What is left of a record and yet goes, with the one that it belongs to, is not left.
    left = [one for one in dict.fromkeys(undoing.left) if not undoing.edit.removes(one.resource, one.id)]
    return Operation(looked.by, undoing.edit.changes()), left, undoing.taken


def _by_resource(past: Iterable[Past]) -> dict[Resource, list[Past]]:
    found: dict[Resource, list[Past]] = {}
    for one in past:
        found.setdefault(_RESOURCES[one.resource], []).append(one)
    return found


def _look_up_records(unit: Unit, looked: Looked, resource: Resource, past: Sequence[Past]) -> None:
    known = looked.known
    ids = list(dict.fromkeys(one.id for one in past))
    into = [one for (name, _), one in looked.into.items() if name == resource.name]
    known.add(resource, rows.rows_by(unit, resource, "id", [*ids, *into]).values())
    if shown_by(resource):
        deletion.look_up_showing(unit, known, resource, ids)
    deletion.look_up_children(unit, known, resource, [one.id for one in past if one.verb == CREATE])
    for other, column in resource.links:
        links = {one.before[column] for one in past if one.before and one.before.get(column)}
        absent = [one for one in links if known.row(other, one) is None]
        known.add(other, rows.rows_by(unit, other, "id", absent).values())
    if unique := resource.unique:
        keys = [_restored(known, resource, one).get(unique.column) for one in past]
        known.add(resource, rows.rows_by(unit, resource, unique.column, keys).values())


def _restored(known: Known, resource: Resource, one: Past) -> Row:
    """The derived columns that a record has with the values that it had before."""
    fields = dict.fromkeys(resource.own_columns) | (known.row(resource, one.id) or {})
    with _deriving(one):
        return resource.derive(fields | one.before) if one.before else {}


@contextlib.contextmanager
def _deriving(one: Past) -> Iterator[None]:
    """Internal where what is made from a value that a change kept cannot be made any more."""
    try:
        yield
    except UNREADABLE as error:
        raise Internal(NOT_TAKEN.format(one.operation)) from error


class _Waiting(NamedTuple):
    """A change that is undone once a unique key is free, and the properties that are left otherwise."""

    past: Past
    names: Iterable[str]
    wanted: object


class _Undoing:
    def __init__(self, looked: Looked) -> None:
        self.edit, self.left, self.taken = Edit(looked.known), list[Left](), list[Past]()
        self._known, self._behind, self._into = looked.known, looked.behind, looked.into
        self._waiting = dict[Key, _Waiting]()

    def undo_all(self, past: Iterable[Past]) -> None:
        """What needs a key of a record that gives it up in the same undo is undone once that key is free."""
        for one in past:
            self.undo(one)
        waiting, self._waiting = self._waiting, {}
        fine = self._freed(waiting)
        for (resource, record_id), wait in waiting.items():
            if not fine[resource, record_id]:
                self._leave(resource, record_id, TAKEN, wait.names)
                self.taken.append(wait.past)
            elif present := self._known.row(resource, record_id):
                self._known.release(resource, present)
        for key, wait in waiting.items():
            if fine[key]:
                self.undo(wait.past)

    def _freed(self, waiting: Mapping[Key, "_Waiting"]) -> dict[Key, bool]:
        """Whether nobody keeps the unique key that a record waits for: also several that swap theirs get them."""
        fine: dict[Key, bool] = {}
        for start in waiting:
            path, key, is_free = list[Key](), start, False
            while key in waiting and key not in fine:
                path.append(key)
                fine[key] = True  # who comes back to it on this path has found a circle
                holder = self._known.with_key(key[0], waiting[key].wanted)
                if holder is None:
                    is_free = True
                    break
                key = (key[0], holder["id"])
            fine |= dict.fromkeys(path, is_free or fine.get(key, False))
        return fine

    def undo(self, one: Past) -> None:
        resource = _RESOURCES[one.resource]
        later = self._behind(one)
        if any(change.verb == PURGE for change in (one, *later)):
            self._leave(resource, one.id, PURGED)
        elif any(_is_erased(change) for change in (one, *later)):
            self._leave(resource, one.id, ERASED)
        elif one.verb == CREATE:
            self._remove(resource, one.id, later)
        elif one.verb == UPDATE:
            self._restore(resource, one, later)
        elif one.verb in DELETIONS:
            self._bring_back(resource, one)

    def _leave(self, resource: Resource, record_id: int, reason: str, names: Iterable[str] = ()) -> None:
        self.left.append(Left(resource, record_id, tuple(sorted(names)), reason))

    def _wait(self, resource: Resource, one: Past, names: Iterable[str], values: Row) -> None:
        assert resource.unique
        self._waiting[resource, one.id] = _Waiting(one, names, values[resource.unique.column])

    def _remove(self, resource: Resource, record_id: int, later: Sequence[Past]) -> None:
        present = self._known.row(resource, record_id)
        if present is None:
            self._leave(resource, record_id, GONE)
        elif changed := _changed(present, later, resource.own_columns):
            self._leave(resource, record_id, CHANGED, changed)
        elif shown_by(resource) and self._known.showing[resource, record_id]:
            self._leave(resource, record_id, SHOWN)
        elif (into := self._into.get((resource.name, record_id))) is None:
            self.edit.delete(resource, record_id)
        elif self._known.row(resource, into) is None:
            self._leave(resource, record_id, ELSEWHERE)
        else:
            self.edit.merge(resource, record_id, into)

    def _restore(self, resource: Resource, one: Past, later: Sequence[Past]) -> None:
        present, before = self._known.row(resource, one.id), undone.given(resource, one.before or {})
        if present is None:
            self._leave(resource, one.id, GONE)
            return
        changed = resource.together(_changed(present, later, resource.together(before)))
        if changed := changed.intersection(before):
            self._leave(resource, one.id, CHANGED, changed)
        values = {name: value for name, value in before.items() if name not in changed}
        if orphaned := self._orphaned(resource, values):
            self._leave(resource, one.id, ORPHANED, orphaned)
        values = {name: value for name, value in values.items() if name not in orphaned}
        values = self._linked(resource, one.id, values)
        with _deriving(one):
            values = plan.derived(resource, present, values)
        if plan.is_taken(self._known, resource, one.id, values):
            self._wait(resource, one, before, values)
        elif _is_empty(resource, present | values):
            self._leave(resource, one.id, NEEDED, before)
        else:
            self.edit.update(resource, one.id, values)

    def _bring_back(self, resource: Resource, one: Past) -> None:
        if self._known.row(resource, one.id) is not None:
            self._leave(resource, one.id, THERE)
            return
        if self._orphaned(resource, one.before or {}):
            self._leave(resource, one.id, ORPHANED)
            return
        values = self._linked(resource, one.id, one.before or {})
        with _deriving(one):
            values |= resource.derive(values)
        if plan.is_taken(self._known, resource, one.id, values):
            self._wait(resource, one, (), values)
        elif _is_empty(resource, values):
            self._leave(resource, one.id, NEEDED)
        else:
            self.edit.create(resource, values | _next_version(one, self._behind(one)), one.id)

    def _orphaned(self, resource: Resource, values: Row) -> set[str]:
        """Which of the values name a parent that is not there."""
        parents = [one for one in resource.parents if one.name in values]
        return {one.name for one in parents if self._known.row(one.resource, values[one.name]) is None}

    def _linked(self, resource: Resource, record_id: int, before: Row) -> Row:
        """The values, with copies of the records that they link to; without links to what is gone."""
        values = {name: value for name, value in before.items() if name != INTO}
        for nested in resource.nested:
            if nested.link in values:
                link = values.pop(nested.link)
                linked = None if link is None else self._known.row(nested.resource, link)
                if link is not None and linked is None:
                    self._leave(resource, record_id, MISSING, (nested.name,))
                    if self._known.row(resource, record_id) is not None:
                        continue
                values |= nested.copy(linked)
        return values


def _is_erased(one: Past) -> bool:
    """Whether nobody knows any more what the record was before."""
    return one.verb == ERASE or (one.verb != CREATE and one.before is None)


def _changed(present: Row, later: Sequence[Past], names: Iterable[str]) -> set[str]:
    """Which of a record's properties are not any more what they were before some later changes."""
    state: Mapping[str, object] = present
    for one in reversed(later):
        if one.verb == UPDATE:
            state = {**state, **(one.before or {})}
        elif one.verb in DELETIONS:
            state = one.before or {}
    return {name for name in names if state.get(name) != present[name]}


def _next_version(one: Past, later: Sequence[Past]) -> Row:
    """The version of a record that comes back, which may have come and gone since: no earlier state of it had that one."""
    versions = [(gone.before or {}).get("version", 0) for gone in (one, *later) if gone.verb in DELETIONS]
    return {"version": max(versions) + 1}


def _is_empty(resource: Resource, row: Row) -> bool:
    """Whether a record has none of the properties of which it needs one."""
    names = resource.at_least_one
    links = {nested.name: nested.link for nested in resource.nested}
    return bool(names) and all(row.get(links.get(name, name)) is None for name in names)
