"""The earliest of some times of the records that belong to one, kept in its own row: when a lead's next task is due.

The row's version stays: the time is told by the records that it is of.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from closum.model.change import Change
from closum.model.resource import Resource
from closum.store.unit import Unit

AT_ONCE = 500  # records in a statement

_KEEP = """
UPDATE {parent} SET {column} = (
    SELECT MIN({of}) FROM {child} AS child
    WHERE child.account_id = {parent}.account_id AND child.{link} = {parent}.id AND child.{until} IS NULL
)
WHERE account_id = ? AND id IN ({ids})
"""


def follow(unit: Unit, changes: Sequence[Change]) -> None:
    """Keep it of the records to which changed ones belong, or did."""
    kinds = {change.resource for change in changes if change.resource.earliest}
    for child in kinds:
        assert child.earliest
        link = child.earliest.parent
        rows = [row for one in changes if one.resource is child for row in (one.before, one.after) if row]
        keep(unit, child, {row[link] for row in rows})


def keep(unit: Unit, child: Resource, ids: Iterable[int]) -> None:
    """Keep it of these records."""
    rest = sorted(ids)
    for start in range(0, len(rest), AT_ONCE):
        some = rest[start : start + AT_ONCE]
        unit.run(_statement(child, len(some)), (unit.account_id, *some))


@lru_cache(maxsize=64)
def _statement(child: Resource, number: int) -> str:
    kept = child.earliest
    assert kept
    (parent,) = (one.resource for one in child.parents if one.name == kept.parent)
    return _KEEP.format(
        parent=parent.name,
        column=kept.column,
        of=kept.of,
        child=child.name,
        link=kept.parent,
        until=kept.until,
        ids=", ".join("?" * number),
    )
