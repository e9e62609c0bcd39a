"""Records and users that records name by their ids: which of them there are, and which are archived."""

from collections.abc import Iterable, Iterator, Sequence

from closum.model.relations import Parent, Reference, Row, Use, is_id
from closum.model.resource import Resource
from closum.model.user_fields import ids_of
from closum.operations.edit import Known
from closum.store import identity, rows
from closum.store.together import Read
from closum.store.unit import Unit


def reading(unit: Unit, known: Known, resource: Resource, values: Sequence[Row]) -> Iterator[Read]:
    """By field: which of the ids that are named there exist."""
    for one in resource.references:
        if ids := [row[one.name] for row in values if row.get(one.name) is not None]:
            yield named(unit, known, one, ids)
    for user in resource.users:
        if given := [row[user.name] for row in values if row.get(user.name) is not None]:
            found = known.references[user.name] = set()
            yield identity.reading_users(
                unit, {one for value in given for one in ids_of(value)}, found.update
            )


def named(unit: Unit, known: Known, one: Reference | Parent, ids: Iterable[int]) -> Read:
    """Which of the records exist that a field names, and which of them are archived."""
    found = known.references[one.name] = set()
    if not isinstance(one, Use) or not (flag := one.unless):
        return rows.reading_ids(unit, one.resource, ids, found.update)
    archived = known.archived[one.name] = set()

    def take(there: Iterable[Row]) -> None:
        found.update(row["id"] for row in there)
        archived.update(row["id"] for row in there if row[flag])

    return rows.reading(unit, one.resource, "id", filter(is_id, ids), take)
