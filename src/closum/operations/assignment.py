"""How new leads, and those that are put on a list, get their owners while a set of writes is decided."""

from collections.abc import Mapping, Sequence

from closum.model.draft import MAX_ID
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import assigning
from closum.operations.edit import Edit, Known
from closum.resources.lead import LEAD
from closum.resources.lead_audience_list import LEAD_AUDIENCE_LIST
from closum.store import rows
from closum.store.unit import Unit


def look_up(unit: Unit, known: Known, resource: Resource, new: Sequence[Row]) -> None:
    """The rules for new records, where the account has any; and the leads that are put on lists."""
    if not (resource.assigned or resource is LEAD_AUDIENCE_LIST):
        return
    known.assigning = assigning.find(unit, known.counters)
    if known.assigning and resource is LEAD_AUDIENCE_LIST:
        ids = [one for row in new if (one := row.get("lead_id")) is not None and 0 < one <= MAX_ID]
        known.add(LEAD, rows.rows_by(unit, LEAD, "id", ids).values())


def create(known: Known, edit: Edit, resource: Resource, values: Row, given: Mapping[str, object]) -> Row:
    """A new record with whole values, of which these were given: the owner that a rule gives it, or the lead that it puts on
    a list, is changed with it."""
    assert known.assigning
    if resource.assigned and resource.assigned not in given:
        values[resource.assigned] = known.assigning.owner(values)
    row = edit.create(resource, values)
    if resource is LEAD_AUDIENCE_LIST:
        _of_listed(known, edit, row)
    return row


def _of_listed(known: Known, edit: Edit, row: Row) -> None:
    lead = known.row(LEAD, row["lead_id"])
    if known.assigning and lead and lead[LEAD.assigned] is None:
        owner = known.assigning.owner(lead, row["audience_list_id"])
        edit.update(LEAD, lead["id"], {LEAD.assigned: owner})
