"""Leads by their stage: how many are in each, and the newest of them; and a lead that moves from one to another."""

from collections.abc import Mapping
from typing import NamedTuple

from closum.errors import Changed, NotFound
from closum.model import draft
from closum.operations import merging, records
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD
from closum.store import reports, rows, staged
from closum.store.staged import NONE
from closum.store.unit import Unit

STAGE = "contact_lifecycle_stage_id"
MOST_SHOWN = 15
"""Stages whose leads are read; of further ones they are counted."""
MOST_CHANGED = 1_000
"""Leads that changed since they were counted; where there are more, the index of stages is counted."""


class Column(NamedTuple):
    """A stage, NONE for no stage, how many leads are in it, the ids of some, and behind which id the next ones are: None at the end."""

    stage: int
    label: str
    is_archived: bool
    total: int
    ids: list[int]
    next: int | None


def columns(unit: Unit, behind: Mapping[int, int], most: int) -> list[Column]:
    """Every stage that is in use, in their order, the first MOST_SHOWN with their newest leads, of which those `behind` an id; and
    that of leads without one, where there are any.
    """
    known = {one.id: one for one in reports.stages(unit, CONTACT_LIFECYCLE_STAGE)}
    counts = staged.counts(unit, LEAD, known, MOST_CHANGED)
    shown = [NONE] if counts[NONE] else []
    shown += [one.id for one in known.values() if not one.archived or counts.get(one.id)]
    found = staged.newest(unit, LEAD, shown[:MOST_SHOWN], behind, most)
    none = reports.Stage(NONE, "", 0, 0)
    return [
        Column(one, stage.label, bool(stage.archived), counts.get(one, 0), *found.get(one, ([], None)))
        for one in shown
        for stage in [known.get(one, none)]
    ]


def move(unit: Unit, lead_id: int, was: int, to: int) -> int | None:
    """Put a lead into another stage; the id of the operation, None where it is there already.

    Raises NotFound, Invalid, and Changed where it is not in the stage in which it was seen.
    """
    lead = rows.rows_by(unit, LEAD, "id", [lead_id]).get(lead_id)
    if lead is None:
        raise merging.elsewhere(unit, LEAD, lead_id) or NotFound()
    is_in = lead[STAGE] or NONE
    if is_in == to:
        return None
    if is_in != was:
        raise Changed
    return records.update(unit, LEAD, lead_id, draft.parse(LEAD, {STAGE: to or None})).operation
