"""Whether what is known of merged records agrees with the records and with the history."""

from collections.abc import Iterator

from closum.model.change import INTO, MERGE
from closum.model.draft import MAX_ID
from closum.operations import kept
from closum.store import history, merged, rows
from closum.store.unit import Unit


def pointers(unit: Unit, at_once: int) -> Iterator[str]:
    """Merged records that are there, that lead to themselves, or whose merge is another one in the history."""
    for some in merged.walk(unit, at_once):
        for one in some:
            place = f"merged {one.resource} {one.record_id} of account {unit.account_id}"
            resource = kept.resource_of(one.resource)
            if resource is None:
                yield f"{place}: it is of an unknown resource"
                continue
            if rows.rows_by(unit, resource, "id", [one.record_id]):
                yield f"{place}: it is there"
            if merged.final(unit, resource, one.record_id) in (None, one.record_id):
                yield f"{place}: it leads to itself"
            past = history.of_record(
                unit, resource, one.record_id, MAX_ID, 1
            )  # none where the history is cut
            if past and (past[0].verb, past[0].operation) != (MERGE, one.operation):
                yield f"{place}: the history does not have this merge"
            elif past and (past[0].before or {}).get(INTO, one.into_id) != one.into_id:
                yield f"{place}: in the history it went into another record"
