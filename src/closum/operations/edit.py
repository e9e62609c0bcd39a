"""What a set of requests knows of the database, and what it changes in that: pure, no statement is run here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from closum import resources
from closum.errors import Faults, fault
from closum.model.change import CREATE, DELETE, INTO, MERGE, UPDATE, Change
from closum.model.relations import Nested, Parent, Row, Use
from closum.model.resource import Resource
from closum.model.user_fields import ids_of
from closum.operations.assigning import Assigning
from closum.store.tally import NEVER, Tally

Key = tuple[Resource, int]
"""A record: its resource and id."""


def shown_by(resource: Resource) -> list[tuple[Resource, Nested]]:
    """Who shows records of this resource, and as what."""
    return resources.RESOURCES.shown_by(resource)


def used_by(resource: Resource) -> list[tuple[Resource, Use]]:
    """Whose records name those of this resource, which are not deleted meanwhile, and by which field."""
    return resources.RESOURCES.used_by(resource)


def children_of(resource: Resource) -> list[tuple[Resource, Parent]]:
    """Whose records belong to those of this resource, and by which field."""
    return resources.RESOURCES.children_of(resource)


def below(resource: Resource) -> frozenset[Resource]:
    """Whose records belong to those of this resource, or to what belongs to them."""
    children = {child for child, _ in children_of(resource)}
    return frozenset(children.union(*map(below, children)))


def told_columns(resource: Resource) -> frozenset[str]:
    """What records keep that others tell them."""
    told = (child.told for child, _ in children_of(resource) if child.told)
    return frozenset(column for one in told for column in one.columns.values())


def kept_columns(resource: Resource) -> frozenset[str]:
    """What records keep of others without being changed by it."""
    return frozenset(child.earliest.column for child, _ in children_of(resource) if child.earliest)


@dataclass(slots=True)
class Known:
    """Records that were looked up, as they are after all that was decided so far.

    `keyed` has ids by unique key; `showing` has, of records whose change or removal others notice, the keys of those
    others, `using`, of records that may be deleted, the keys of those that name them, `stayed` of those that ever did, where
    that is kept, and `children` of those that belong to them. None is followed where new records alone are written
    (`follows`). `references` has, by field, which of the ids that were named there exist, `archived` which of these no
    other record may name; `assigning` gives new leads their owners, where the account has rules for that.
    """

    now: str
    counters: dict[str, Tally]
    follows: bool = True
    rows: dict[Resource, dict[int, Row]] = field(default_factory=dict)
    keyed: dict[Resource, dict[Any, int]] = field(default_factory=dict)
    showing: dict[Key, set[Key]] = field(default_factory=dict)
    using: dict[Key, set[Key]] = field(default_factory=dict)
    stayed: dict[Key, set[Key]] = field(default_factory=dict)
    children: dict[Key, set[Key]] = field(default_factory=dict)
    references: dict[str, set[int]] = field(default_factory=dict)
    archived: dict[str, set[int]] = field(default_factory=dict)
    assigning: Assigning | None = None
    _new: dict[Resource, tuple[Row, Iterator[int]]] = field(default_factory=dict)

    def row(self, resource: Resource, record_id: int) -> Row | None:
        return self.rows.get(resource, {}).get(record_id)

    def has_any(self, resource: Resource) -> bool:
        """Whether the account had records of the resource, by its counters, when these were read."""
        return self.counters.get(resource.name, NEVER).records > 0

    def missing(self, values: Row, present: Row | None = None) -> Faults:
        """The faults of references to what does not exist, or is archived, unless the `present` values name that already."""
        faults: Faults = {
            name: fault("_archived")
            for name, ids in self.archived.items()
            if values.get(name) in ids and not (present and present[name] == values[name])
        }
        for name, ids in self.references.items():
            if values.get(name) is not None and not ids.issuperset(ids_of(values[name])):
                faults[name] = fault("_existsIn")
        return faults

    def with_key(self, resource: Resource, key: Any) -> Row | None:
        """The record with this unique key; None has no record."""
        record_id = self.keyed.get(resource, {}).get(key)
        return None if record_id is None else self.rows[resource][record_id]

    def add(self, resource: Resource, found: Iterable[Row]) -> None:
        """Records as the database has them."""
        for row in found:
            self.put(resource, row)

    def put(self, resource: Resource, row: Row) -> None:
        """A record as it is from now on."""
        if resource not in self.rows:
            self.rows[resource], self.keyed[resource] = {}, {}
        record_id, unique = row["id"], resource.unique
        self.rows[resource][record_id] = row
        if unique and (key := row[unique.column]) is not None:
            self.keyed[resource][key] = record_id

    def release(self, resource: Resource, row: Row) -> None:
        """Free the unique key of a record that is about to get another one."""
        if resource.unique and self.keyed[resource].get(key := row[resource.unique.column]) == row["id"]:
            del self.keyed[resource][key]

    def belonging(self, resource: Resource, record_id: int) -> Iterator[Key]:
        """The records that go with one."""
        for key in self.children.get((resource, record_id), ()):
            yield key
            yield from self.belonging(*key)

    def new(self, resource: Resource) -> tuple[Row, Iterator[int]]:
        """What a new record gets by itself, and the ids of those to come."""
        found = self._new.get(resource)
        if found is None:
            last = self.counters.get(resource.name, NEVER)
            timestamps = dict.fromkeys(resource.timestamps, max(self.now, last.last_timestamp))
            row = {**resource.initial, **timestamps, "version": 1, "modified": self.now}
            found = self._new[resource] = row, count(last.last_id + 1)
        return found


class Edit:
    """The changes of one operation. What is asked of it has been checked: nothing here is refused."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._changes: dict[Key, Change] = {}
        self._untold: set[tuple[Resource, int]] = set()
        self.steps = 0
        """How often a record was changed so far."""

    def changes(self) -> list[Change]:
        """In an order in which they can be written: what a record shows is there first, and goes last."""
        if self._untold:
            self._tell_all()
        changes = list(self._changes.values())
        for change in changes:
            if change.before is not None:  # new records alone are in order already
                return sorted(changes, key=_rank)
        return changes

    def create(self, resource: Resource, values: Row, record_id: int | None = None) -> Row:
        """A new record with whole values; `record_id` for one that comes back."""
        known = self._known
        initial, ids = known.new(resource)
        new_id = next(ids) if record_id is None else record_id
        row = {**initial, **values, "id": new_id}
        known.put(resource, row)
        if known.follows:
            known.showing[resource, new_id] = set()
            known.using[resource, new_id] = set()
            known.children[resource, new_id] = set()
            self._link(resource, row)
        self._note((resource, new_id), Change(CREATE, resource, None, row))
        if resource.told:
            self._tell(resource, row, is_newest=record_id is None)
        if record_id is not None:
            self._untold |= {(child, new_id) for child, _ in children_of(resource) if child.told}
        return row

    def update(self, resource: Resource, record_id: int, values: Row) -> Row:
        """Other values of a record, derived ones included; the records that show it change with it."""
        present = self._known.rows[resource][record_id]
        changed = {column: value for column, value in values.items() if present[column] != value}
        if not changed:
            return present
        is_new = (resource, record_id) not in self._changes
        version = present["version"] + is_new
        row = {**present, **changed, "version": version, "modified": self._known.now}
        self._unlink(resource, present)
        self._known.put(resource, row)
        self._link(resource, row)
        self._note((resource, record_id), Change(UPDATE, resource, present, row))
        if resource.told:
            self._tell(resource, present)
            self._tell(resource, row)
        for other, nested in shown_by(resource):
            self._pass_on(resource, record_id, changed, other, nested)
        return row

    def delete(self, resource: Resource, record_id: int, verb: str = DELETE) -> None:
        """Remove a record that nothing shows any more, and those that belong to it, which have been looked up."""
        present = self._known.rows[resource].pop(record_id)
        if children_of(resource):
            for child, child_id in sorted(self._known.children.pop((resource, record_id)), key=_name_and_id):
                self.delete(child, child_id, verb)
        self._unlink(resource, present)
        self._note((resource, record_id), Change(verb, resource, present, None))
        if resource.told:
            self._tell(resource, present)

    def merge(self, resource: Resource, record_id: int, into: int) -> None:
        """Remove a record that went into another one: nothing shows it, or belongs to it, any more."""
        present = self._known.rows[resource].pop(record_id)
        self._known.children.pop((resource, record_id), None)
        self._unlink(resource, present)
        self._note((resource, record_id), Change(MERGE, resource, {**present, INTO: into}, None))

    def _tell(self, resource: Resource, row: Row, *, is_newest: bool = False) -> None:
        """Have the parent of a record keep what that tells; if it is not the newest, once all is decided."""
        told = resource.told
        assert told
        if is_newest:
            self.update(resource.tells, row[told.parent], {told.column(row): row[told.of]})
        else:
            self._untold.add((resource, row[told.parent]))

    def _tell_all(self) -> None:
        """Have parents keep what the newest of their records tell, which have been looked up."""
        for resource, parent_id in sorted(self._untold, key=_name_and_id):
            told, key = resource.told, (resource.tells, parent_id)
            if told and self._known.row(*key):
                ids = sorted(number for kind, number in self._known.children[key] if kind is resource)
                self.update(*key, told.kept([self._known.rows[resource][number] for number in ids]))
        self._untold.clear()

    def _pass_on(
        self, resource: Resource, record_id: int, changed: Row, other: Resource, nested: Nested
    ) -> None:
        copies = {f"{nested.name}_{name}": changed[name] for name in nested.copies if name in changed}
        if copies:
            for one, shower in sorted(self._known.showing[resource, record_id], key=_name_and_id):
                if one is other and self._known.rows[other][shower][nested.link] == record_id:
                    self.update(other, shower, copies)

    def _note(self, key: Key, change: Change) -> None:
        """The first state of a record in the operation and the last one count."""
        self.steps += 1
        if key not in self._changes:
            self._changes[key] = change
            return
        earlier = self._changes.pop(key)
        if not (earlier.before is None and change.after is None):
            verb = CREATE if earlier.before is None else change.verb if change.after is None else UPDATE
            self._changes[key] = Change(verb, change.resource, earlier.before, change.after)

    def _link(self, resource: Resource, row: Row) -> None:
        for others in self._noticing(resource, row):
            others.add((resource, row["id"]))

    def _unlink(self, resource: Resource, row: Row) -> None:
        self._known.release(resource, row)
        for others in self._noticing(resource, row):
            others.discard((resource, row["id"]))

    def _noticing(self, resource: Resource, row: Row) -> Iterator[set[Key]]:
        """The sets that have a record, of what it shows and belongs to, as far as these are looked up."""
        for nested in resource.nested:
            if (showing := self._known.showing.get((nested.resource, row[nested.link]))) is not None:
                yield showing
        for use in resource.uses:
            if (using := self._known.using.get((use.resource, row[use.name]))) is not None:
                yield using
        for parent in resource.parents:
            if (children := self._known.children.get((parent.resource, row[parent.name]))) is not None:
                yield children

    def removes(self, resource: Resource, record_id: int) -> bool:
        """Whether a record goes."""
        change = self._changes.get((resource, record_id))
        return change is not None and change.after is None


def _rank(change: Change) -> tuple[int, int]:
    if change.before is None:
        return 0, change.resource.depth
    return (1, 0) if change.after is not None else (2, -change.resource.depth)


def _name_and_id(key: Key) -> tuple[str, int]:
    return key[0].name, key[1]
