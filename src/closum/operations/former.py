"""Former states of records, in the history, that name a person: also where the records are another person's today."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from closum import resources
from closum.model.change import DELETIONS
from closum.model.fields import Field
from closum.model.relations import Nested, Parent, Reference, Row
from closum.model.resource import Resource
from closum.model.user_fields import User, Users
from closum.operations.edit import Key, children_of, shown_by
from closum.operations.subjects import personal
from closum.store import history, reports, rows, stays
from closum.store.history import Past
from closum.store.unit import Unit

AT_ONCE = 1_000
MOST = 2**63 - 1

Names = Callable[[Resource, Row, str], bool]
"""Whether a record with these values names the person, in a state that ended at a time."""

Marks = dict[Key, int]
"""Records, each with the operation after which it did not name the person any more."""


class Links:
    """Who showed or belonged to which record once, up to which operation; read from the history as far as it goes."""

    def __init__(self, position: int = 0) -> None:
        self._position = position
        self._of: defaultdict[Key, Marks] = defaultdict(dict)
        self.changed: dict[Resource, set[int]] = {}

    def read(self, unit: Unit) -> None:
        """Add what is new in the history."""
        while found := history.with_before(unit, self._position, AT_ONCE):
            for one in found:
                self._add(one)
            self._position = found[-1].position

    def _add(self, one: Past) -> None:
        resource = resources.RESOURCES.of_name(one.resource)
        self.changed.setdefault(resource, set()).add(one.id)
        for other, column in resource.links:
            if link := (one.before or {}).get(column):
                self._of[other, link][resource, one.id] = one.operation

    def of(self, key: Key) -> Marks:
        return self._of.get(key, {})


def naming(unit: Unit, names: Names, present: Iterable[Key], known: Mapping[Key, int]) -> Marks:
    """The records that named a person once, and those that showed or belonged to them then.

    `present` are records that name the person now: records that showed them or belonged to them once are among those.
    `known` are further records that were the person's, with marks.
    """
    links, marks = Links(), Marks(known)
    links.read(unit)
    for resource in personal():
        ids = links.changed.get(resource, set())
        found = rows.rows_by(unit, resource, "id", ids)
        for record_id, past in history.of_records(unit, resource, ids, 0).items():
            if operation := last(resource, found.get(record_id, {}), past, names):
                marks[resource, record_id] = max(operation, marks.get((resource, record_id), 0))
    return marks | linking(unit, links, present, marks)


def linking(unit: Unit, links: Links, present: Iterable[Key], marks: Mapping[Key, int]) -> Marks:
    """Who showed or belonged to records once, and now or once to those with marks; these are among them."""
    found = dict(marks)
    for key in present:
        for other, operation in links.of(key).items():
            found[other] = max(operation, found.get(other, 0))
    todo = list(found)
    while todo:
        key = todo.pop()
        for other in (*links.of(key), *_linking(unit, key)):
            if found.get(other, 0) < found[key]:
                found[other] = found[key]
                todo.append(other)
    return found


def in_order(marks: Mapping[Key, int]) -> list[tuple[Key, int]]:
    """Those that show or belong to others first: interrupted, what is left is still found by the others."""
    return sorted(marks.items(), key=lambda mark: -mark[0][0].depth)


def traces(unit: Unit, marks: Iterable[tuple[Key, int]]) -> list[Past]:
    """The changes that keep what records were up to the operations of their marks.

    Those up to then, and later ones with a value that the record had by then.
    """
    by_resource: defaultdict[Resource, Marks] = defaultdict(dict)
    for key, operation in marks:
        by_resource[key[0]][key] = operation
    return [one for resource, some in by_resource.items() for one in _traces(unit, resource, some)]


def of_person(unit: Unit, marks: Mapping[Key, int], present: Iterable[Key]) -> list[Row]:
    """What the history has of a person, the oldest first: of records that are present, and up to marks of the others."""
    whole = {**dict.fromkeys(present, MOST), **marks}
    found = sorted(traces(unit, whole.items()), key=lambda one: one.position)
    return [
        {"resource": one.resource, "id": one.id, "at": one.at, "verb": one.verb, "before": one.before}
        for one in found
    ]


def values(unit: Unit, key: Key, operation: int, present: Container[Key]) -> list[str]:
    """What a record was up to an operation, as text: its own values, and the records that it showed.

    Those that are `present`, which the person has, by what they show; the others by number, since they may be another
    person's now.
    """
    names = [one.name for one in key[0].writable if not _names_others(one)]
    states = [one.before for one in traces(unit, [(key, operation)]) if one.before]
    found = [str(state[name]) for state in states for name in names if state.get(name) is not None]
    found += [
        _shown(unit, nested, link, present)
        for state in states
        for nested in key[0].nested
        if (link := state.get(nested.link)) is not None
    ]
    return list(dict.fromkeys(found))


def _shown(unit: Unit, nested: Nested, record_id: int, present: Container[Key]) -> str:
    found = rows.rows_by(unit, nested.resource, "id", [record_id])
    if (nested.resource, record_id) not in present or record_id not in found:
        return f"{nested.resource.name} {record_id}"
    return " ".join(str(found[record_id][name]) for name in nested.shows)


def forget(unit: Unit, marks: Iterable[tuple[Key, int]]) -> None:
    """Keep nothing of what `traces` finds, and of records that are not there any more in which stages they were, and what
    reports still count of them."""
    known = dict(marks)
    history.forget_at(unit, [one.position for one in traces(unit, known.items())])
    for resource in {one for one, _ in known if one.staged}:
        ids = [record_id for one, record_id in known if one is resource]
        gone = sorted(set(ids) - rows.rows_by(unit, resource, "id", ids).keys())
        for one in gone:
            stays.forget(unit, resource, one)
        reports.settle(unit, resource, gone)


def _traces(unit: Unit, resource: Resource, marks: Mapping[Key, int]) -> Iterable[Past]:
    ids = [record_id for _, record_id in marks]
    present = rows.rows_by(unit, resource, "id", ids)
    for record_id, past in history.of_records(unit, resource, ids, 0).items():
        operation = marks[resource, record_id]
        held = _held(resource, present.get(record_id, {}), past, operation)
        for one in past:
            if one.before is not None and (one.operation <= operation or held & one.before.items()):
                yield one


def _held(resource: Resource, present: Row, past: Sequence[Past], operation: int) -> set[tuple[str, Any]]:
    """What a record had before its changes up to an operation, by property: what may tell of a person."""
    names = [one.name for one in resource.writable if not (_names_others(one) or one.implied)]
    state, held = present, set[tuple[str, Any]]()
    for one in reversed(past):
        state = state_before(state, one)
        if one.operation <= operation:
            held.update((name, state[name]) for name in names if state.get(name) is not None)
    return held


def _names_others(one: Field) -> bool:
    """Whether a property has ids of other records or of users, which tell of nobody by themselves."""
    return isinstance(one, Reference | Parent | User | Users)


def state_before(state: Row, one: Past) -> Row:
    """What a record was before a change, as far as the history has it."""
    if one.before is None:
        return state
    return one.before if one.verb in DELETIONS else state | one.before


def last(resource: Resource, present: Row, past: Sequence[Past], names: Names) -> int:
    """The operation of the last change after a state that names the person; 0 where none does."""
    state = present
    for one in reversed(past):
        state = state_before(state, one)
        if one.before is not None and names(resource, state, one.at):
            return one.operation
    return 0


def _linking(unit: Unit, key: Key) -> list[Key]:
    """The records that show or belong to one."""
    resource, record_id = key
    columns = [(other, nested.link) for other, nested in shown_by(resource)]
    columns += [(child, parent.name) for child, parent in children_of(resource)]
    return [
        (other, row["id"])
        for other, column in columns
        for row in rows.all_by(unit, other, column, [record_id])
    ]
