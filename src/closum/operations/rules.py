"""Rules of a record by itself: what is derived of its values, and what it must have or must not share with another."""

from collections.abc import Callable

from closum.errors import Faults, fault
from closum.model.fields import ids_of
from closum.model.resource import Resource, Row
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


def is_taken(known: Known, resource: Resource, record_id: int, values: Row) -> bool:
    """Whether another record has the unique key of these values."""
    if not resource.unique or (key := values.get(resource.unique.column)) is None:
        return False
    found = known.with_key(resource, key)
    return found is not None and found["id"] != record_id


def missing(known: Known, values: Row) -> Faults:
    """The faults of references to what does not exist."""
    faults: Faults = {}
    for name, ids in known.references.items():
        if values.get(name) is not None and not ids.issuperset(ids_of(values[name])):
            faults[name] = fault("_existsIn")
    return faults


def none_left(resource: Resource, fills: Callable[[str], bool], faults: Faults) -> Faults:
    """The fault of a record without any of the properties of which it needs one. A faulty one counts as given."""
    names = resource.at_least_one
    for name in names:
        if fills(name) or name in faults:
            return {}
    return {names[0]: fault("_atLeastOne", names=", ".join(names))} if names else {}


def unique(resource: Resource) -> str:
    assert resource.unique is not None
    return resource.unique.column
