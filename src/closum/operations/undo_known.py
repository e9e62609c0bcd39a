"""All that undoing changes depends on: the reads of an undo."""

import contextlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter

from closum.errors import Internal
from closum.model.change import CREATE, DELETIONS, ERASE, UPDATE, By
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.user_fields import ids_of
from closum.operations import binned, deletion, kept, plan, telling, undone
from closum.operations.binned import resource_of
from closum.operations.edit import Key, Known, shown_by, used_by
from closum.operations.kept import DAMAGED
from closum.operations.undone import UndoKey
from closum.store import bin as bins
from closum.store import history, identity, rows, together
from closum.store.history import Past
from closum.store.integrity import UNREADABLE
from closum.store.unit import Unit

_POSITION = attrgetter("position")
NOT_TAKEN = "Operation {} cannot be undone: no rule of this version takes a value from before it"

Counts = tuple[tuple[str, int], ...]
"""How many records there are of each resource."""


@dataclass(slots=True)
class Looked:
    """Changes, and all that undoing them depends on: later changes are by record, in their order.

    `into` has, of records that an undo of a merge brought back, those that they had gone into; `binned` the deletions of
    records in the bin which the undo would link to, and of those that went with them. `early` are creates of the operation that are
    not among the changes: of what belongs to records that these created.
    """

    by: By
    past: Sequence[Past]
    known: Known
    later: dict[Key, list[Past]] = field(default_factory=dict)
    into: Mapping[tuple[str, int], int] = field(default_factory=dict)
    binned: Mapping[Key, Past] = field(default_factory=dict)
    early: Sequence[Past] = ()

    def behind(self, one: Past) -> list[Past]:
        """The changes of a record behind one."""
        later = self.later.get((resource_of(one.resource), one.id), [])
        return [other for other in later if other.position > one.position]


def counted(known: Known, key: Key) -> Counts:
    """What belongs to a record, as far as it was looked up."""
    return tuple(sorted(Counter(other.name for other, _ in known.belonging(*key)).items()))


@contextlib.contextmanager
def reading(operation: int) -> Iterator[None]:
    """Internal where what the history has of an operation cannot be read."""
    try:
        yield
    except UnicodeDecodeError:
        raise Internal(DAMAGED.format(operation)) from None


def depends(unit: Unit, operation: int, past: Sequence[Past], undos: Collection[UndoKey] = ()) -> Looked:
    """What undoing changes depends on: those of an operation without what these of its undos have undone, or somebody has since.

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
    if undos:
        known = looked.known
        looked.past = [
            one for one in looked.past if undone.is_left(one, known.row(*key_of(one)), looked.behind(one))
        ]
    looked.early = _look_up_early(unit, looked, operation, undos)
    looked.binned = _look_up_binned(unit, looked, operation)
    return looked


def _later(unit: Unit, operation: int, past: Sequence[Past]) -> dict[Key, list[Past]]:
    """The changes of each record behind the first of these, in their order. Where nothing else was changed between these, they
    are not read again."""
    found, first, last = dict[Key, list[Past]](), 0, 0
    if past:
        first, last = (end(past, key=_POSITION).position for end in (min, max))
    is_whole = last - first + 1 == len(past)
    for one in sorted(past, key=_POSITION) if is_whole else ():
        found.setdefault((resource_of(one.resource), one.id), []).append(one)
    for resource, some in _by_resource(past).items():
        ids = dict.fromkeys(one.id for one in some)
        read = history.of_records(unit, resource, ids, last if is_whole else first)
        for record_id, changes_of in read.items():
            _refuse_damaged(operation, changes_of)
            found.setdefault((resource, record_id), []).extend(changes_of)
    return found


def _look_up_early(unit: Unit, looked: Looked, operation: int, undos: Collection[UndoKey]) -> list[Past]:
    """Work is undone in steps, and the history may have what belongs to a record before that."""
    some, known = looked.past, looked.known
    if not some or some[0].position == operation or some[-1].position == operation:
        return []
    made = {key_of(one) for one in some if one.verb == CREATE}
    children: dict[Resource, list[int]] = {}
    for key in made:
        for child, record_id in known.belonging(*key):
            if (child, record_id) not in made:
                children.setdefault(child, []).append(record_id)
    found = list[Past]()
    for child, ids in children.items():
        later = history.of_records(unit, child, ids, operation - 1)
        for record_id, changes_of in later.items():
            _refuse_damaged(operation, changes_of)
            looked.later[child, record_id] = changes_of
        by_name = {(child.name, record_id): changes_of for record_id, changes_of in later.items()}
        own = [one for changes_of in later.values() for one in changes_of if undone.is_beside(one, some[0])]
        own = [one for one in undone.not_undone(own, by_name, operation, undos) if one.verb == CREATE]
        _look_up_records(unit, looked, child, own)
        found += own
    return found


def _look_up_binned(unit: Unit, looked: Looked, operation: int) -> dict[Key, Past]:
    past, known = looked.past, looked.known
    links = [
        (nested.resource, (one.before or {}).get(nested.link))
        for one in past
        for nested in resource_of(one.resource).nested
    ]
    absent = [(other, one) for other, one in links if one and known.row(other, one) is None]
    own = {(resource_of(one.resource), one.id) for one in past if one.verb in DELETIONS}
    wanted = [key for key in dict.fromkeys(absent) if key not in own]
    found = binned.whole(unit, bins.of_records(unit, wanted)) if wanted else []
    _refuse_damaged(operation, found)
    _refuse_unknown(unit, operation, found)
    for resource, some in _by_resource(found).items():
        _look_up_records(unit, looked, resource, some)
    return {(resource_of(one.resource), one.id): one for one in found}


def _refuse_damaged(operation: int, past: Iterable[Past]) -> None:
    if not all(map(kept.is_sound, past)):
        raise Internal(DAMAGED.format(operation))


def _refuse_unknown(unit: Unit, operation: int, past: Iterable[Past]) -> None:
    """Internal where a change names what all accounts share, and it is not there."""
    named: dict[Resource, set[int]] = {}
    for one in past:
        for resource, ids in kept.references(resource_of(one.resource), one.before or {}).items():
            named.setdefault(resource, set()).update(ids)
    for resource, ids in named.items():
        if ids - rows.rows_by(unit, resource, "id", ids).keys():
            raise Internal(DAMAGED.format(operation))


def key_of(one: Past) -> Key:
    return resource_of(one.resource), one.id


def _by_resource(past: Iterable[Past]) -> dict[Resource, list[Past]]:
    found: dict[Resource, list[Past]] = {}
    for one in past:
        found.setdefault(resource_of(one.resource), []).append(one)
    return found


def _look_up_records(unit: Unit, looked: Looked, resource: Resource, past: Sequence[Past]) -> None:
    known = looked.known
    ids = list(dict.fromkeys(one.id for one in past))
    into = [one for (name, _), one in looked.into.items() if name == resource.name]
    known.add(resource, rows.rows_by(unit, resource, "id", [*ids, *into]).values())
    if shown_by(resource):
        deletion.look_up_showing(unit, known, resource, ids)
    created = [one.id for one in past if one.verb == CREATE]
    deletion.look_up_children(unit, known, resource, [*created, *into])
    if used_by(resource):
        deletion.look_up_using(unit, known, resource, created)
    if told := resource.told:
        there = [row[told.parent] for one in ids if (row := known.row(resource, one))]
        before = [one.before[told.parent] for one in past if one.before and told.parent in one.before]
        telling.look_up(unit, known, resource, [*there, *before])
    named = [(use.resource, use.name) for use in resource.uses]
    for other, column in (*resource.links, *named):
        links = {one.before[column] for one in past if one.before and one.before.get(column)}
        absent = [one for one in links if known.row(other, one) is None]
        known.add(other, rows.rows_by(unit, other, "id", absent).values())
    for user in resource.users:
        values = (
            one.before[user.name] for one in past if one.before and one.before.get(user.name) is not None
        )
        found = known.references.setdefault(user.name, set())
        together.read(
            unit, [identity.reading_users(unit, {*chain.from_iterable(map(ids_of, values))}, found.update)]
        )
    if unique := resource.unique:
        whole = {one.id: one.before for one in past if one.verb in DELETIONS and one.before}
        whole |= {one: row for one in ids if (row := known.row(resource, one))}
        some = [one for one in past if one.before and one.id in whole]  # the others stay deleted
        keys = [restored(resource, whole[one.id], one).get(unique.column) for one in some]
        known.add(resource, rows.rows_by(unit, resource, unique.column, keys).values())


def restored(resource: Resource, whole: Row, one: Past) -> Row:
    """The derived columns that a record has with the values that it had before; `whole` are all that it has at another time."""
    with deriving(one):
        return resource.derive({**dict.fromkeys(resource.own_columns), **whole, **(one.before or {})})


@contextlib.contextmanager
def deriving(one: Past) -> Iterator[None]:
    """Internal where what is made from a value that a change kept cannot be made any more."""
    try:
        yield
    except UNREADABLE as error:
        raise Internal(NOT_TAKEN.format(one.operation)) from error


def is_erased(one: Past) -> bool:
    """Whether nobody knows any more what the record was before."""
    return one.verb == ERASE or (one.verb != CREATE and one.before is None)


def differing(present: Row, later: Sequence[Past], names: Iterable[str]) -> set[str]:
    """Which of a record's properties are not any more what they were before some later changes."""
    state: Mapping[str, object] = present
    for one in reversed(later):
        if one.verb == UPDATE:
            state = {**state, **(one.before or {})}
        elif one.verb in DELETIONS:
            state = one.before or {}
    return {name for name in names if state.get(name) != present[name]}


def next_version(one: Past, later: Sequence[Past]) -> Row:
    """The version of a record that comes back, which may have come and gone since: no earlier state of it had that one."""
    versions = [(gone.before or {}).get("version", 0) for gone in (one, *later) if gone.verb in DELETIONS]
    return {"version": max(versions) + 1}


def is_empty(resource: Resource, row: Row) -> bool:
    """Whether a record has none of the properties of which it needs one."""
    names = resource.at_least_one
    links = {nested.name: nested.link for nested in resource.nested}
    return bool(names) and all(row.get(links.get(name, name)) is None for name in names)


def orphaned(known: Known, resource: Resource, values: Row) -> set[str]:
    """Which of the values name a parent that is not there."""
    parents = [one for one in resource.parents if one.name in values]
    return {one.name for one in parents if known.row(one.resource, values[one.name]) is None}


def unnamed(known: Known, resource: Resource, values: Row) -> set[str]:
    """Which of the values name what is gone."""
    named = {use.name: known.row(use.resource, one) for use in resource.uses if (one := values.get(use.name))}
    return {name for name, row in named.items() if row is None}
