"""Whether the bin agrees with the history and with the records."""

from collections.abc import Iterator, Sequence

from closum.model.change import DELETE
from closum.model.draft import MAX_ID
from closum.operations import kept
from closum.store import bin as bins
from closum.store import history, rows
from closum.store.bin import Entry
from closum.store.history import FORGOTTEN
from closum.store.integrity_history import Noted
from closum.store.unit import Unit


def entries(unit: Unit, at_once: int) -> Iterator[str]:
    """Entries of records that are there, or whose deletions the history does not have."""
    for some in bins.walk(unit, at_once):
        past = {one.position: one for one in history.at(unit, [entry.position for entry in some])}
        present = _present(unit, some)
        for entry in some:
            place = f"entry {entry.position} of the bin of account {unit.account_id}"
            one = past.get(entry.position)
            if one is None or (one.verb, one.resource, one.id) != (DELETE, entry.resource, entry.record_id):
                yield f"{place}: the history does not have this deletion"
            elif one.before is None:
                yield f"{place}: the history does not have what the record was"
            elif (entry.operation, entry.deleted) != (one.operation, one.at):
                yield f"{place}: it does not agree with the deletion"
            if (entry.resource, entry.record_id) in present:
                yield f"{place}: {entry.resource} {entry.record_id} is there"


def _present(unit: Unit, some: Sequence[Entry]) -> set[tuple[str, int]]:
    """Those of the records that are there."""
    found = set[tuple[str, int]]()
    for name in {one.resource for one in some}:
        if resource := kept.resource_of(name):
            ids = [one.record_id for one in some if one.resource == name]
            found.update((name, one) for one in rows.rows_by(unit, resource, "id", ids))
    return found


def deletions(unit: Unit, found: Sequence[Noted]) -> Iterator[str]:
    """Deletions that can be undone, and are not in the bin: of what goes with another record nothing is told."""
    for one in found:
        if one.verb != DELETE or one.before == FORGOTTEN or bins.at(unit, one.position):
            continue
        resource = kept.resource_of(one.resource)
        if resource is None or resource.parents:
            continue
        last = history.of_record(unit, resource, one.id, MAX_ID, 1)
        if last and last[0].position == one.position and not last[0].damaged:
            yield f"{resource.name} {one.id} of account {unit.account_id}: it is deleted, and the bin does not have it"
