"""Undo: the inverse of an operation's changes, decided like any other write, by property.

What was changed since stays, and is named. An undo is an operation, so undoing it does again what it undid.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from closum.errors import Invalid, fault
from closum.model.change import CREATE, DELETIONS, INTO, PURGE, UPDATE, Change, Operation
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.user_fields import Users, ids_of, written
from closum.operations import merging, rules, undone
from closum.operations.binned import resource_of
from closum.operations.edit import Edit, Key, children_of, kept_columns, told_columns
from closum.operations.undo_known import (
    Counts,
    Looked,
    counted,
    depends,
    deriving,
    differing,
    is_empty,
    is_erased,
    key_of,
    next_version,
    orphaned,
    reading,
    unnamed,
)
from closum.operations.undone import UndoKey, Whole
from closum.store import changes, history
from closum.store.history import Past
from closum.store.unit import Unit

CHANGED = "changed since"
GONE = "deleted since"
ERASED = "erased"
PURGED = "purged"
SHOWN = "shown by another record"
USED = "used by another record"
HELD = "what belongs to it was added or changed since"
TAKEN = "its value is another record's now"
MISSING = "what it shows is not there any more"
UNUSABLE = "what it names is not there any more"
ORPHANED = "what it belongs to is not there any more"
THERE = "there again"
ELSEWHERE = "what it went into is not there any more"
NEEDED = "needed, since the record has nothing else"


class Left(NamedTuple):
    """What is not undone, and why: properties of a record, or with none named the whole record.

    Of a record that would be removed `belonging` counts, by resource, what would go with it and is not of the operation.
    """

    resource: Resource
    id: int
    names: tuple[str, ...]
    reason: str
    belonging: Counts = ()


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
    refuse_undone(looked, undos)
    return looked


def refuse_undone(looked: Looked, undos: Collection[UndoKey]) -> None:
    """Raises Invalid where the undos of an operation have left nothing; one that changed nothing in the end can be undone."""
    if undos and not looked.past:
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
        self._pending = set(map(key_of, pending or ()))
        self._waiting, self._waited = dict[Key, _Waiting](), set[int]()
        self._held, self._keys_held, self._is_first = list[Past](), set[Key](), True
        made = (one for one in (*looked.early, *looked.past) if one.verb == CREATE)
        self._made, self._ahead, self._by = {key_of(one): one for one in made}, set[int](), looked.by

    def undo_all(self, past: Iterable[Past]) -> None:
        """What needs a key of a record that gives it up in the same undo is undone once that key is free."""
        for one in past:
            if one.position not in self._ahead:
                self.undo(one)
        while todo := self._next():
            for one in todo:
                self.undo(one)

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
        self._keys_held.add(key_of(one))

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
        elif any(is_erased(change) for change in (one, *later)):
            self._leave(resource, one.id, ERASED)
        elif one.verb == CREATE:
            self._remove(resource, one, later)
        elif one.verb == UPDATE:
            self._restore(resource, one, later)
        elif one.verb in DELETIONS:
            self._bring_back(resource, one)

    def _leave(
        self,
        resource: Resource,
        record_id: int,
        reason: str,
        names: Iterable[str] = (),
        belonging: Counts = (),
    ) -> None:
        self.left.append(Left(resource, record_id, tuple(sorted(names)), reason, belonging))

    def _wait(self, resource: Resource, one: Past, names: Iterable[str], values: Row) -> None:
        assert resource.unique
        if one.position in self._waited:
            self._give_up(resource, one, TAKEN, names)
        else:
            self._waited.add(one.position)
            self._waiting[resource, one.id] = _Waiting(one, names, values[resource.unique.column])

    def _remove(self, resource: Resource, one: Past, later: Sequence[Past]) -> None:
        """Take back a create, unless the record is needed; into another record it goes with all that belongs to it."""
        record_id, into = one.id, self._into.get((resource.name, one.id))
        present = self._known.row(resource, record_id)
        told = kept_columns(resource) | told_columns(resource)
        self._remove_belonging((resource, record_id))
        if present is None:
            if not (later and later[-1].by.kept == self._by.kept):  # an earlier step of this undo
                self._leave(resource, record_id, GONE)
        elif changed := differing(present, later, {*resource.own_columns} - told):
            self._leave(resource, record_id, CHANGED, changed, counted(self._known, (resource, record_id)))
        elif keeping := self._keeping((resource, record_id), is_merged=into is not None):
            if all(map(self._waits, keeping)):
                self._hold(one)
            else:
                self._leave_needed(resource, record_id)
        elif into is None:
            self.edit.delete(resource, record_id)
        elif self._known.row(resource, into) is None:
            self._leave(resource, record_id, ELSEWHERE)
        else:
            merging.move_belonging(self._known, self.edit, resource, record_id, into)
            self.edit.merge(resource, record_id, into)

    def _remove_belonging(self, key: Key) -> None:
        """Take back before a record what the same operation made for it, wherever that is in the history."""
        for child in sorted(self._known.children.get(key, ()), key=lambda one: (one[0].name, one[1])):
            made = self._made.get(child)
            if made and made.position not in self._ahead and not self._waits(child):
                self._ahead.add(made.position)
                self.undo(made)

    def _keeping(self, key: Key, is_merged: bool) -> set[Key]:
        """The records for which one has to stay: what belongs to it now is of another operation."""
        known = self._known
        others = (known.showing, known.using, known.stayed, {} if is_merged else known.children)
        return set[Key]().union(*(one.get(key, ()) for one in others))

    def _leave_needed(self, resource: Resource, record_id: int) -> None:
        key, known = (resource, record_id), self._known
        if known.showing.get(key):
            self._leave(resource, record_id, SHOWN)
        elif known.using.get(key) or known.stayed.get(key):
            self._leave(resource, record_id, USED)
        else:
            self._leave(resource, record_id, HELD, (), counted(known, key))

    def _restore(self, resource: Resource, one: Past, later: Sequence[Past]) -> None:
        present, before = self._known.row(resource, one.id), undone.given(resource, one.before or {})
        if present is None:
            self._leave(resource, one.id, GONE)
            return
        changed = resource.together(differing(present, later, resource.together(before)))
        if changed := changed.intersection(before):
            self._leave(resource, one.id, CHANGED, changed)
        values = {name: value for name, value in before.items() if name not in changed}
        if self._is_held_up(resource, one, values):
            return
        if alone := orphaned(self._known, resource, values):
            self._leave(resource, one.id, ORPHANED, alone)
        values = {name: value for name, value in values.items() if name not in alone}
        values = self._of_users(resource, one.id, self._linked(resource, one.id, values))
        with deriving(one):
            values = rules.derived(resource, present, values)
        if rules.taken_by(self._known, resource, one.id, values):
            self._wait(resource, one, before, values)
        elif is_empty(resource, present | values):
            self._leave(resource, one.id, NEEDED, before)
        else:
            self.edit.update(resource, one.id, values)

    def _bring_back(self, resource: Resource, one: Past) -> None:
        if self._known.row(resource, one.id) is not None:
            self._leave(resource, one.id, THERE)
            return
        if self._is_held_up(resource, one, one.before or {}):
            return
        if orphaned(self._known, resource, one.before or {}):
            self._leave(resource, one.id, ORPHANED)
            return
        if unnamed(self._known, resource, one.before or {}) & resource.narrowing:
            self._leave(resource, one.id, UNUSABLE)
            return
        values = self._of_users(resource, one.id, self._linked(resource, one.id, one.before or {}))
        with deriving(one):
            values |= resource.derive(values) | dict.fromkeys(kept_columns(resource))
        if rules.taken_by(self._known, resource, one.id, values):
            self._wait(resource, one, (), values)
        elif is_empty(resource, values):
            self._leave(resource, one.id, NEEDED)
        else:
            self.edit.create(resource, values | next_version(one, self._behind(one)), one.id)

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
        for name in sorted(unnamed(self._known, resource, values)):
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
