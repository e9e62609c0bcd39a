"""The earliest of some times of the records that belong to one, kept in its own row: when a lead's next task is due.

The row's version stays: the time is told by the records that it is of.
"""

from collections.abc import Iterable, Sequence

from closum.model.change import Change
from closum.model.kept import Earliest
from closum.model.resource import Resource
from closum.store import statements
from closum.store.unit import Unit

_KEEP = "UPDATE {parent} SET {column} = ? WHERE account_id = ? AND id = ?"

_FOUND = """
SELECT {link}, MIN({of}) FROM {child} WHERE account_id = ? AND {link} IN ({ids}) AND {counts} GROUP BY {link}
"""


def follow(unit: Unit, changes: Sequence[Change]) -> None:
    """Keep it of the records to which changed ones belong, or did."""
    ids: dict[Resource, set[int]] = {}
    for _, child, before, after in changes:
        if kept := child.earliest:
            old, new = kept.part(before), kept.part(after)
            if old != new:
                ids.setdefault(child, set()).update(link for link, _ in filter(None, (old, new)))
    for child, links in ids.items():
        keep(unit, child, links)


def keep(unit: Unit, child: Resource, ids: Iterable[int]) -> None:
    """Keep it of these records."""
    kept = child.earliest
    assert kept
    text = _KEEP.format(parent=child.parent_named(kept.parent).name, column=kept.column)
    times = found(unit, child, wanted := sorted(ids))
    unit.run_many(text, [(times.get(one), unit.account_id, one) for one in wanted])


def found(unit: Unit, child: Resource, ids: Sequence[int]) -> dict[int, str]:
    """What these records should have, by id; nothing for None."""
    kept = child.earliest
    assert kept
    times: dict[int, str] = {}
    for chunk in statements.chunks(ids):
        text = _FOUND.format(
            link=kept.parent,
            of=kept.of,
            child=child.name,
            counts=_counts(kept),
            ids=", ".join("?" * len(chunk)),
        )
        times |= {row[0]: row[1] for row in unit.all(text, (unit.account_id, *chunk)) if row[1] is not None}
    return times


def _counts(kept: Earliest) -> str:
    """Which records count, as a condition on their own columns."""
    if kept.until:
        return f"{kept.until} IS NULL"
    column, values = kept.among
    listed = ", ".join(f"'{one}'" for one in values)
    return f"{column} IN ({listed})"
