"""Rules of a record by itself: what is derived of its values, and whether another has its key."""

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.edit import Known


def reconciled(resource: Resource, present: Row, values: Row) -> Row:
    """The values, and what has to change with them in those that stay."""
    if not resource.reconcile or not values:
        return values
    return values | resource.reconcile(present | values)


def derived(resource: Resource, present: Row, values: Row) -> Row:
    """Those of the values that differ from the present ones, and the derived ones that differ with them."""
    changed = {column: value for column, value in values.items() if present[column] != value}
    if not changed:
        return changed
    made = resource.derive(present | changed, frozenset(changed))
    return changed | {column: value for column, value in made.items() if present[column] != value}


def taken_by(known: Known, resource: Resource, record_id: int, values: Row) -> int | None:
    """The id of another record that has the unique key of these values."""
    if not resource.unique or (key := values.get(resource.unique.column)) is None:
        return None
    found = known.with_key(resource, key)
    return int(found["id"]) if found and found["id"] != record_id else None
