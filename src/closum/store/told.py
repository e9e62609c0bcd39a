"""What records tell the one that they belong to, as the table has it: the last consents of a lead."""

from collections.abc import Sequence

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store import statements
from closum.store.unit import Unit

_TOLD = "SELECT {parent}, {by}, {of} FROM {child} WHERE account_id = ? AND {parent} IN ({ids}) ORDER BY id"


def found(unit: Unit, child: Resource, ids: Sequence[int]) -> dict[int, Row]:
    """What each of these records should keep, by id."""
    told = child.told
    assert told
    rows: dict[int, list[Row]] = {one: [] for one in ids}
    for chunk in statements.chunks(ids):
        marks = ", ".join("?" * len(chunk))
        text = _TOLD.format(parent=told.parent, by=told.by, of=told.of, child=child.name, ids=marks)
        for parent_id, by, of in unit.all(text, (unit.account_id, *chunk)):
            rows[parent_id].append({told.by: by, told.of: of})
    return {one: told.kept(some) for one, some in rows.items()}
