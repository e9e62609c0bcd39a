"""Records that are archived, so that no write names one which did not name it before."""

from collections.abc import Iterable

from closum.model.relations import Row, Use, is_id
from closum.operations.edit import Known
from closum.store import rows
from closum.store.together import Read
from closum.store.unit import Unit


def reading(unit: Unit, known: Known, use: Use, ids: Iterable[int]) -> Read:
    """Which of the records exist that a field names, and which of them are archived."""
    found, archived = set[int](), set[int]()
    known.references[use.name], known.archived[use.name] = found, archived

    def take(there: Iterable[Row]) -> None:
        for row in there:
            found.add(row["id"])
            if row[use.unless]:
                archived.add(row["id"])

    return rows.reading(unit, use.resource, "id", filter(is_id, ids), take)
