"""The records that others were put on, or taken off, with one operation: the lists of many leads.

The history has ids alone: a list is named by what it is called now, and one that is gone is not named.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from closum.model.change import CREATE, PAGE, UPDATE
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import bulk, undone
from closum.store import history, rows
from closum.store.history import Past
from closum.store.unit import Unit
from closum.web import called
from closum.web.named import Key
from closum.web.views import View
from closum.web.words import Words

MOST_READ = 50
"""Changes of an operation that are looked at; what people do on pages with more records is about one list."""
MOST_NAMED = 3

Operation = Mapping[str, Any]


class _Asked(NamedTuple):
    """An operation, and the resource of the records with which others are put on something, or taken off."""

    operation: Operation
    part: Resource

    @property
    def place(self) -> Resource:
        """What they are put on."""
        return self.part.parents[1].resource

    @property
    def size(self) -> int:
        counts: Mapping[str, int] = self.operation["counts"][self.part.name]
        return sum(counts.values())

    @property
    def positions(self) -> range:
        """Of the changes that are looked at."""
        first = self.operation["id"]
        return range(first, first + min(self.operation["changes"], MOST_READ))

    def is_of_one(self, cause: str) -> bool:
        """Whether it was one choice on a page, and not what goes with records that are deleted, come back, or become one."""
        counts = self.operation["counts"]
        gone = any(counts.get(one.resource.name, {}).keys() - {CREATE, UPDATE} for one in self.part.parents)
        return cause in (PAGE, bulk.NAME) and not gone


def with_places(
    unit: Unit, views: Mapping[str, View], operations: Sequence[Operation], words: Words
) -> list[Operation]:
    """With the `places`: what each is called by its key; none where that is not known of all, or they are many."""
    asked = [found for one in operations if (found := _asked(one, views))]
    keys = _keys(unit, asked) if asked else {}
    ids = defaultdict[Resource, set[int]](set)
    for resource, record_id in (key for some in keys.values() for key in some):
        ids[resource].add(record_id)
    there = dict[Key, str]()
    for resource, some in ids.items():
        titles = called.of_records(unit, resource, some, words)
        there |= {(resource.name, one): title for one, title in titles.items() if title}
    return [{**one, "places": _named(keys.get(one["id"], set()), there)} for one in operations]


def _named(keys: set[tuple[Resource, int]], there: Mapping[Key, str]) -> Mapping[Key, str]:
    names = sorted((one.name, record_id) for one, record_id in keys)
    is_known = len(names) <= MOST_NAMED and all(one in there for one in names)
    return {one: there[one] for one in names} if is_known else {}


def _asked(operation: Operation, views: Mapping[str, View]) -> _Asked | None:
    some = [views[name].resource for name in operation["counts"] or () if name in views]
    parts = [one for one in some if len(one.parents) > 1]
    return _Asked(operation, parts[0]) if len(parts) == 1 else None


def _keys(unit: Unit, asked: Sequence[_Asked]) -> dict[int, set[tuple[Resource, int]]]:
    """By the id of the operation, of those of which it is known of all."""
    undoes = {one.operation["id"]: one.operation["undoes"] for one in asked if one.operation["undoes"]}
    begun = {one: found.operation for one, found in undone.begun(unit, undoes).items()}
    positions = {place for one in asked for place in one.positions} | {*begun.values()}
    read = {one.position: one for one in history.at(unit, positions)}
    seen = {one.operation["id"]: _seen(one, read) for one in asked}
    known = parts_of(unit, [(one.part, past) for one in asked for past in seen[one.operation["id"]]])
    found = dict[int, set[tuple[Resource, int]]]()
    for one in asked:
        number: int = one.operation["id"]
        first = read.get(begun.get(number, number))
        ids = {known[past.position].get(one.part.parents[1].name, 0) for past in seen[number]}
        if len(seen[number]) == one.size or one.is_of_one(first.by.cause if first else ""):
            found[number] = {(one.place, place) for place in ids}
    return found


def _seen(asked: _Asked, read: Mapping[int, Past]) -> list[Past]:
    """Its changes of these records, as far as they are looked at: those of others may stand between steps of background work."""
    some = [read[one] for one in asked.positions if one in read]
    if not some:
        return []
    first = some[0]
    work = (first.by.cause, first.by.cause_id)
    own = [one for one in some if one.operation == first.operation or (one.by.cause, one.by.cause_id) == work]
    return [one for one in own if one.resource == asked.part.name]


def parts_of(unit: Unit, changes: Iterable[tuple[Resource, Past]]) -> dict[int, Row]:
    """Records of which changes are, by the position of the change: as they are, or as they were when they were last deleted."""
    by_resource = defaultdict[Resource, list[Past]](list)
    for resource, past in changes:
        by_resource[resource].append(past)
    found = dict[int, Row]()
    for resource, some in by_resource.items():
        read = rows.rows_by(unit, resource, "id", {one.id for one in some})
        gone = [one for one in some if one.id not in read and not one.before]
        later = history.of_records(unit, resource, {one.id for one in gone}, 0)
        deleted = {number: past[-1].before for number, past in later.items()}
        found |= {one.position: read.get(one.id) or one.before or deleted.get(one.id) or {} for one in some}
    return found
