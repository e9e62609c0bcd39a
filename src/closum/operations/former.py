"""Former states of records, in the history, that name a person: also where the records are another person's today."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from closum.model.change import DELETE
from closum.model.resource import Resource, Row
from closum.operations.edit import Key, children_of, shown_by
from closum.resources import RESOURCES
from closum.store import history, rows
from closum.store.history import Past
from closum.store.unit import Unit

AT_ONCE = 1_000

Names = Callable[[Resource, Row, str], bool]
"""Whether a record with these values names the person, in a state that ended at a time."""

_RESOURCES = {resource.name: resource for resource in RESOURCES}


def naming(unit: Unit, names: Names, present: Iterable[Key]) -> dict[Key, int]:
    """Of the records that named a person once, and of those that showed or belonged to them then, the last operation after
    which they did not.

    `present` are records that name the person now: whoever showed or belonged to them once is among those.
    """
    changed, linking = _walk(unit)
    marks: dict[Key, int] = {}
    for resource, ids in changed.items():
        found = rows.rows_by(unit, resource, "id", ids)
        for record_id, past in history.of_records(unit, resource, ids, 0).items():
            if operation := _last(resource, found.get(record_id, {}), past, names):
                marks[resource, record_id] = operation
    for key in present:
        for other, operation in linking[key].items():
            marks[other] = max(operation, marks.get(other, 0))
    _pass_on(unit, marks, linking)
    return marks


def _pass_on(unit: Unit, marks: dict[Key, int], linking: Mapping[Key, Iterable[Key]]) -> None:
    """The marks of records to those that show or belong to them, now or once."""
    todo = list(marks)
    while todo:
        key = todo.pop()
        for other in (*linking.get(key, ()), *_linking(unit, key)):
            if marks.get(other, 0) < marks[key]:
                marks[other] = marks[key]
                todo.append(other)


def _walk(unit: Unit) -> tuple[dict[Resource, set[int]], dict[Key, dict[Key, int]]]:
    """The addresses and numbers that were changed or deleted, and who showed or belonged to which record once, up to which
    operation."""
    changed: dict[Resource, set[int]] = {
        one: set() for one in _RESOURCES.values() if one.unique and one.unique.personal
    }
    linking: defaultdict[Key, dict[Key, int]] = defaultdict(dict)
    last = 0
    while found := history.with_before(unit, last, AT_ONCE):
        for one in found:
            resource = _RESOURCES[one.resource]
            if resource in changed:
                changed[resource].add(one.id)
            for other, column in resource.links:
                if link := (one.before or {}).get(column):
                    linking[other, link][resource, one.id] = one.operation
        last = found[-1].position
    return changed, linking


def _last(resource: Resource, present: Row, past: Iterable[Past], names: Names) -> int:
    """The operation of the last change after a state that names the person; 0 where none does."""
    state = present
    for one in reversed(list(past)):
        if one.before is not None:
            state = one.before if one.verb == DELETE else state | one.before
            if names(resource, state, one.at):
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
