"""The earliest of some times of the records that belong to one, kept in its own row: when a lead's next task is due.

The row's version stays: the time is told by the records that it is of.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from closum.model.change import Change
from closum.model.resource import Resource
from closum.store import statements
from closum.store.unit import Unit

_KEEP = """
UPDATE {parent} SET {column} = (
    SELECT MIN({of}) FROM {child} AS child
    WHERE child.account_id = {parent}.account_id AND child.{link} = {parent}.id AND child.{until} IS NULL
)
WHERE account_id = ? AND id IN ({ids})
"""

_FOUND = """
SELECT {link}, MIN({of}) FROM {child} WHERE account_id = ? AND {link} IN ({ids}) AND {until} IS NULL GROUP BY {link}
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
    for chunk in statements.chunks(sorted(ids)):
        unit.run(_statement(child, len(chunk)), (unit.account_id, *chunk))


def found(unit: Unit, child: Resource, ids: Sequence[int]) -> dict[int, str]:
    """What these records should have, by id; nothing for None."""
    kept = child.earliest
    assert kept
    times: dict[int, str] = {}
    for chunk in statements.chunks(ids):
        text = _FOUND.format(
            link=kept.parent, of=kept.of, child=child.name, until=kept.until, ids=", ".join("?" * len(chunk))
        )
        times |= {row[0]: row[1] for row in unit.all(text, (unit.account_id, *chunk)) if row[1] is not None}
    return times


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
