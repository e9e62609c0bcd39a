"""The deletion of a record that an undo has left: what the same operation made for it alone goes with it."""

from collections.abc import Container

from closum.errors import Gone, Invalid, NotFound
from closum.model.resource import Resource
from closum.operations import records, undoing
from closum.operations.deletion import Delete
from closum.operations.records import Written
from closum.store import rows
from closum.store.unit import Unit


def delete(
    unit: Unit, resource: Resource, record_id: int, operation: int, kept_days: int, may: Container[str]
) -> Written:
    """Delete a record, and of what it shows whatever the undo of an operation would remove then, of resources that the user `may` change.

    All of it is one operation. Raises NotFound, and Invalid where others need the record.
    """
    present = rows.rows_by(unit, resource, "id", [record_id]).get(record_id)
    (outcome,), done = records.write_together(unit, resource, [Delete(unit.by, record_id)], unit.by)
    if isinstance(outcome, Exception):
        raise outcome
    assert present  # what is not there cannot be deleted
    shown = [(one.resource, present[one.link]) for one in resource.nested if present[one.link] is not None]
    keys = [(other.name, one) for other, one in shown if other.name in may]
    try:
        removed = undoing.removed(unit, operation, kept_days, keys)
    except (Gone, Invalid, NotFound):
        return outcome
    for other, one in shown:
        if (other.name, one) in removed:
            records.write_together(unit, other, [Delete(unit.by, one)], unit.by, done)
    return outcome
