"""News of records with what belongs to them: a note that somebody writes beside a lead changes the page of the lead."""

from collections.abc import Iterable, Sequence

from closum import resources
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import children_of
from closum.store import news, rows
from closum.store.news import News
from closum.store.unit import Unit
from closum.web.live.told import MOST_IDS

_CHILDREN = {one.name: one for one in resources.RESOURCES if one.parents}


def since(unit: Unit, position: int) -> News:
    """What came after a position."""
    found = news.since(unit, position, tuple(_CHILDREN))
    return found._replace(beside=_parents(unit, found.changed[-MOST_IDS:]))


def authors(unit: Unit, resource: Resource, record_id: int, since: int) -> list[int | None]:
    """The users who have changed a record, or what belongs to it, since a position: the last first, None for who is no user."""
    parents = {child.name: parent.name for child, parent in children_of(resource)}
    found = news.authors(unit, since, [resource.name, *parents])
    own = {(resource.name, record_id)}
    for name, parent in parents.items():
        records = _records(unit, name, (one for key, one, _ in found if key == name))
        own |= {(name, one) for one, row in records.items() if row[parent] == record_id}
    return [user for name, one, user in found if (name, one) in own]


def _parents(unit: Unit, changed: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The records to which those belong that have changed, with the position of the last change of these."""
    found: dict[tuple[str, int], int] = {}
    for name, child in _CHILDREN.items():
        at = {record_id: position for key, record_id, position in changed if key == name}
        for one, row in _records(unit, name, at).items():
            for parent in child.parents:
                key = (parent.resource.name, row[parent.name])
                found[key] = max(at[one], found.get(key, 0))
    return [(*key, position) for key, position in found.items()]


def _records(unit: Unit, name: str, ids: Iterable[int]) -> dict[int, Row]:
    return rows.rows_by(unit, _CHILDREN[name], "id", sorted({*ids}))
