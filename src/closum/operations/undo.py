"""Undo: the inverse of an operation's changes, decided like any other write, by property.

What was changed since stays, and is named. An undo is an operation, so undoing it does again what it undid.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from closum.errors import Invalid, fault
from closum.model.change import CREATE, DELETIONS, ERASE, INTO, PURGE, UPDATE, Change, Operation
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.user_fields import Users, ids_of, written
from closum.operations import merging, rules, undone
from closum.operations.binned import resource_of
from closum.operations.edit import Edit, Key, children_of, kept_columns
from closum.operations.undo_known import Looked, depends, deriving, reading
from closum.operations.undone import Whole
from closum.store import changes, history
from closum.store.history import Past
from closum.store.unit import Unit

CHANGED = "changed since"
GONE = "deleted since"
ERASED = "erased"
PURGED = "purged"
SHOWN = "shown by another record"
USED = "used by another record"
TAKEN = "its value is another record's now"
MISSING = "what it shows is not there any more"
UNUSABLE = "what it names is not there any more"
ORPHANED = "what it belongs to is not there any more"
THERE = "there again"
ELSEWHERE = "what it went into is not there any more"
NEEDED = "needed, since the record has nothing else"


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


def decide(looked: Looked) -> tuple[Operation, list[Left]]:
    """The changes that undo an operation, last ones first, and what stays as it is."""
    todo, left, _ = decide_some(looked)
    return todo, left


def decide_some(
    looked: Looked, pending: Iterable[Past] | None = None
) -> tuple[Operation, list[Left], list[Past]]:
    """`decide`, and the changes that wait: for a unique key, which another change of the same operation may free, or for those
    of the records that they link to.

    More changes of the operation follow where those that are `pending`, since they wait, are given.
    """
    undoing = _Undoing(looked, pending)
    undoing.undo_all(sorted(looked.past, key=lambda one: one.position, reverse=True))
    # What is left of a record and yet goes, with the one that it belongs to, is not left.
    left = [one for one in dict.fromkeys(undoing.left) if not undoing.edit.removes(one.resource, one.id)]
    return Operation(looked.by, undoing.edit.changes()), left, undoing.taken


class _Waiting(NamedTuple):
    """A change that is undone once a unique key is free, and the properties that are left otherwise."""

    past: Past
    names: Iterable[str]
    wanted: object


class _Undoing:
    """Changes are undone one by one. What needs a unique key waits until that is free; what links to a record that waits, is
    shown by one, or is an earlier change of it, is held until then.
    """

    def __init__(self, looked: Looked, pending: Iterable[Past] | None) -> None:
        self.edit, self.left, self.taken = Edit(looked.known), list[Left](), list[Past]()
        self._known, self._behind, self._into = looked.known, looked.behind, looked.into
        self._binned, self._is_last = dict(looked.binned), pending is None
        self._pending = set(map(_key, pending or ()))
        self._waiting, self._waited = dict[Key, _Waiting](), set[int]()
        self._held, self._keys_held, self._is_first = list[Past](), set[Key](), True

    def undo_all(self, past: Iterable[Past]) -> None:
        """What needs a key of a record that gives it up in the same undo is undone once that key is free."""
        todo = list(past)
        while todo:
            for one in todo:
                self.undo(one)
            todo = self._next()

    def _next(self) -> list[Past]:
        """What can be undone now of what has waited, and then what was held."""
        waiting, held = self._waiting, self._held
        self._waiting, self._held, self._keys_held = {}, [], set()
        fine = self._freed(waiting)
        for (resource, record_id), wait in waiting.items():
            if not fine[resource, record_id]:
                self._give_up(resource, wait.past, TAKEN, wait.names)
            elif present := self._known.row(resource, record_id):
                self._known.release(resource, present)
        is_first, self._is_first = self._is_first, False
        if waiting or is_first:
            return [*(wait.past for key, wait in waiting.items() if fine[key]), *held]
        for one in held:
            self._give_up(
                resource_of(one.resource), one, MISSING, one.before or () if one.verb == UPDATE else ()
            )
        return []

    def _give_up(self, resource: Resource, one: Past, reason: str, names: Iterable[str]) -> None:
        """Leave a change, which a later step may undo."""
        self._leave(resource, one.id, reason, names)
        self.taken.append(one)
        if not self._is_last:
            self._pending.add((resource, one.id))

    def _waits(self, key: Key) -> bool:
        """Whether a change of a record is still to be undone, later than it should be."""
        return key in self._waiting or key in self._keys_held or key in self._pending

    def _hold(self, one: Past) -> None:
        self._held.append(one)
        self._keys_held.add(_key(one))

    def _is_held_up(self, resource: Resource, one: Past, values: Row) -> bool:
        """Whether a record that one links to is not there yet; from the bin it comes behind all that the operation changed."""
        shown = {nested.link for nested in resource.nested}
        for other, column in resource.links:
            link = values.get(column)
            if link is None or self._known.row(other, link) is not None:
                continue
            key = (other, link)
            is_binned = column in shown and key in self._binned and not self._waits(key)
            if is_binned and not self._is_first:
                self._back(*key)
            if (is_binned and self._is_first) or self._waits(key):
                self._hold(one)
                return True
        return False

    def _back(self, resource: Resource, record_id: int) -> None:
        """Bring a record back from the bin, with what went with it."""
        if past := self._binned.pop((resource, record_id), None):
            self.undo(past)
            for other, parent in children_of(resource):
                belonging = [key for key, one in self._binned.items() if key[0] is other]
                for key in belonging:
                    if (self._binned[key].before or {}).get(parent.name) == record_id:
                        self._back(*key)

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
        resource = resource_of(one.resource)
        if self._waits((resource, one.id)):
            self._hold(one)
            return
        later = self._behind(one)
        if any(change.verb == PURGE for change in (one, *later)):
            self._leave(resource, one.id, PURGED)
        elif any(_is_erased(change) for change in (one, *later)):
            self._leave(resource, one.id, ERASED)
        elif one.verb == CREATE:
            self._remove(resource, one, later)
        elif one.verb == UPDATE:
            self._restore(resource, one, later)
        elif one.verb in DELETIONS:
            self._bring_back(resource, one)

    def _leave(self, resource: Resource, record_id: int, reason: str, names: Iterable[str] = ()) -> None:
        self.left.append(Left(resource, record_id, tuple(sorted(names)), reason))

    def _wait(self, resource: Resource, one: Past, names: Iterable[str], values: Row) -> None:
        assert resource.unique
        if one.position in self._waited:
            self._give_up(resource, one, TAKEN, names)
        else:
            self._waited.add(one.position)
            self._waiting[resource, one.id] = _Waiting(one, names, values[resource.unique.column])

    def _remove(self, resource: Resource, one: Past, later: Sequence[Past]) -> None:
        record_id = one.id
        present = self._known.row(resource, record_id)
        if present is None:
            self._leave(resource, record_id, GONE)
        elif changed := _changed(present, later, {*resource.own_columns} - kept_columns(resource)):
            self._leave(resource, record_id, CHANGED, changed)
        elif keeping := self._keeping(resource, record_id):
            if all(map(self._waits, keeping)):
                self._hold(one)
            else:
                is_shown = self._known.showing.get((resource, record_id))
                self._leave(resource, record_id, SHOWN if is_shown else USED)
        elif (into := self._into.get((resource.name, record_id))) is None:
            self.edit.delete(resource, record_id)
        elif self._known.row(resource, into) is None:
            self._leave(resource, record_id, ELSEWHERE)
        else:
            merging.move_belonging(self._known, self.edit, resource, record_id, into)
            self.edit.merge(resource, record_id, into)

    def _keeping(self, resource: Resource, record_id: int) -> set[Key]:
        """The records for which one has to stay."""
        key, known = (resource, record_id), self._known
        return known.showing.get(key, set()) | known.using.get(key, set()) | known.stayed.get(key, set())

    def _restore(self, resource: Resource, one: Past, later: Sequence[Past]) -> None:
        present, before = self._known.row(resource, one.id), undone.given(resource, one.before or {})
        if present is None:
            self._leave(resource, one.id, GONE)
            return
        changed = resource.together(_changed(present, later, resource.together(before)))
        if changed := changed.intersection(before):
            self._leave(resource, one.id, CHANGED, changed)
        values = {name: value for name, value in before.items() if name not in changed}
        if self._is_held_up(resource, one, values):
            return
        if orphaned := self._orphaned(resource, values):
            self._leave(resource, one.id, ORPHANED, orphaned)
        values = {name: value for name, value in values.items() if name not in orphaned}
        values = self._of_users(resource, one.id, self._linked(resource, one.id, values))
        with deriving(one):
            values = rules.derived(resource, present, values)
        if rules.taken_by(self._known, resource, one.id, values):
            self._wait(resource, one, before, values)
        elif _is_empty(resource, present | values):
            self._leave(resource, one.id, NEEDED, before)
        else:
            self.edit.update(resource, one.id, values)

    def _bring_back(self, resource: Resource, one: Past) -> None:
        if self._known.row(resource, one.id) is not None:
            self._leave(resource, one.id, THERE)
            return
        if self._is_held_up(resource, one, one.before or {}):
            return
        if self._orphaned(resource, one.before or {}):
            self._leave(resource, one.id, ORPHANED)
            return
        if self._unnamed(resource, one.before or {}) & resource.narrowing:
            self._leave(resource, one.id, UNUSABLE)
            return
        values = self._of_users(resource, one.id, self._linked(resource, one.id, one.before or {}))
        with deriving(one):
            values |= resource.derive(values) | dict.fromkeys(kept_columns(resource))
        if rules.taken_by(self._known, resource, one.id, values):
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
        return self._used(resource, record_id, values)

    def _used(self, resource: Resource, record_id: int, values: Row) -> Row:
        """The values without names of what is gone."""
        for name in sorted(self._unnamed(resource, values)):
            self._leave(resource, record_id, UNUSABLE, (name,))
            if self._known.row(resource, record_id) is None:
                values[name] = None
            else:
                del values[name]
        return values

    def _of_users(self, resource: Resource, record_id: int, values: Row) -> Row:
        """The values without users who are removed: what was theirs is nobody's."""
        for user in resource.users:
            ids = () if (value := values.get(user.name)) is None else ids_of(value)
            left = [one for one in ids if one in self._known.references[user.name]]
            if len(left) < len(ids):
                self._leave(resource, record_id, UNUSABLE, (user.name,))
                values[user.name] = written(left) if isinstance(user, Users) else None
        return values

    def _unnamed(self, resource: Resource, values: Row) -> set[str]:
        """Which of the values name what is gone."""
        named = {
            use.name: self._known.row(use.resource, one)
            for use in resource.uses
            if (one := values.get(use.name))
        }
        return {name for name, row in named.items() if row is None}


def _key(one: Past) -> Key:
    return resource_of(one.resource), one.id


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
