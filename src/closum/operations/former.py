"""Former states of records, in the history, that name a person: also where the records are another person's today."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from closum.model.change import DELETE
from closum.model.resource import Resource, Row
from closum.operations.edit import Key, shown_by
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.phone import PHONE
from closum.store import history, rows
from closum.store.history import Past
from closum.store.unit import Unit

AT_ONCE = 1_000

Names = Callable[[Resource, Row, str], bool]
"""Whether a record with these values names the person, in a state that ended at a time."""

_RESOURCES = {resource.name: resource for resource in RESOURCES}


def naming(unit: Unit, names: Names, present: Iterable[Key]) -> dict[Key, int]:
    """Of the records that named a person once, and of those that showed them then, the last operation after which they did not.

    `present` are records that name the person now: whoever showed them once is among those.
    """
    changed, showers = _walk(unit)
    marks: dict[Key, int] = {}
    for resource, ids in changed.items():
        found = rows.rows_by(unit, resource, "id", ids)
        for record_id, past in history.of_records(unit, resource, ids, 0).items():
            if operation := _last(resource, found.get(record_id, {}), past, names):
                marks[resource, record_id] = operation
    for key, operation in list(marks.items()):
        for shower in (*showers[key], *_showing(unit, key)):
            marks[shower] = max(operation, marks.get(shower, 0))
    for key in present:
        for shower, operation in showers[key].items():
            marks[shower] = max(operation, marks.get(shower, 0))
    return marks


def _walk(unit: Unit) -> tuple[dict[Resource, set[int]], dict[Key, dict[Key, int]]]:
    """The addresses and numbers that were changed or deleted, and who showed which once, up to which operation."""
    changed: dict[Resource, set[int]] = {EMAIL: set(), PHONE: set()}
    showers: defaultdict[Key, dict[Key, int]] = defaultdict(dict)
    last = 0
    while found := history.with_before(unit, last, AT_ONCE):
        for one in found:
            resource = _RESOURCES[one.resource]
            if resource in changed:
                changed[resource].add(one.id)
            for nested in resource.nested:
                if link := (one.before or {}).get(nested.link):
                    showers[nested.resource, link][resource, one.id] = one.operation
        last = found[-1].position
    return changed, showers


def _last(resource: Resource, present: Row, past: Iterable[Past], names: Names) -> int:
    """The operation of the last change after a state that names the person; 0 where none does."""
    state = present
    for one in reversed(list(past)):
        if one.before is not None:
            state = one.before if one.verb == DELETE else state | one.before
            if names(resource, state, one.at):
                return one.operation
    return 0


def _showing(unit: Unit, key: Key) -> list[Key]:
    resource, record_id = key
    return [
        (other, row["id"])
        for other, nested in shown_by(resource)
        for row in rows.all_by(unit, other, nested.link, [record_id])
    ]
