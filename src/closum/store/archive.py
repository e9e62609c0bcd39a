"""All that an account has, table by table, as rows of an archive; and back into an account that has nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from closum.model.relations import Row
from closum.model.resource import Resource
from closum.store import catalogue, search
from closum.store.catalogue import TENANT, Table
from closum.store.unit import Result, Stream, Unit

AT_ONCE = 128
"""Rows, of which each may have 64 KiB."""
LEFT_OUT = ("idempotency", "job", "report", "report_count", "report_changed", "user_visit")
"""What is of no use elsewhere: answers to calls that may be sent again, background work, what servers count for reports, and
positions of the feed."""


def tables(unit: Unit, resources: Sequence[Resource]) -> list[Table]:
    """Those that an archive has, in the order in which they are filled: what others refer to comes first."""
    depths = {one.name: one.depth for one in resources}
    found = [
        one
        for one in catalogue.tables(unit)
        if not (one.shared or one.name in LEFT_OUT or search.is_index(one.name))
    ]
    return sorted(found, key=lambda one: (depths.get(one.name, len(depths) + 1), one.name))


def columns(table: Table) -> tuple[str, ...]:
    """What a row of an archive has."""
    return tuple(name for name in table.columns if name != TENANT)


def pieces(unit: Stream, table: Table) -> Iterator[list[Result]]:
    """Every row of the account, in the order of the key, some at a time."""
    order = ", ".join(table.key)
    statement = f"SELECT {', '.join(columns(table))} FROM {table.name} WHERE {TENANT} = ? ORDER BY {order}"
    return unit.pieces(statement, (unit.account_id,), AT_ONCE)


def expected(unit: Unit) -> int:
    """About how many rows there are, by what is kept of it."""
    row = unit.one(f"SELECT SUM(count) FROM tally WHERE {TENANT} = ?", (unit.account_id,))
    return int(row[0] or 0) if row else 0


def is_empty(unit: Unit, resources: Sequence[Resource]) -> bool:
    """Whether the account has nothing, and never had anything."""
    return not any(
        unit.one(
            f"SELECT 1 FROM {table.name} WHERE {TENANT} = ?{_beside_fixed(table, resources)} LIMIT 1",
            (unit.account_id,),
        )
        for table in tables(unit, resources)
    )


def _beside_fixed(table: Table, resources: Sequence[Resource]) -> str:
    """A condition: a row is of nothing that every account has from its beginning."""
    found = ""
    for one in resources:
        if one.fixed:
            conditions = {
                one.name: f"id > {one.fixed.last_id}",
                "tally": f"NOT (resource = '{one.name}' AND last_id = {one.fixed.last_id})",
                "tally_span": f"resource <> '{one.name}'",
            }
            found += f" AND {conditions[table.name]}" if table.name in conditions else ""
    return found


def clear(unit: Unit, resources: Sequence[Resource]) -> None:
    """Remove what an account without anything of its own has all the same, since an archive has that, too."""
    for table in (*(one.name for one in resources if one.fixed), "tally", "tally_span"):
        unit.run(f"DELETE FROM {table} WHERE {TENANT} = ?", (unit.account_id,))


def put(unit: Unit, table: Table, rows: Sequence[Row]) -> None:
    """Add rows, whose values are by column."""
    names = columns(table)
    marks = ", ".join("?" * (len(names) + 1))
    statement = f"INSERT INTO {table.name} ({TENANT}, {', '.join(names)}) VALUES ({marks})"
    unit.run_many(statement, [(unit.account_id, *map(row.__getitem__, names)) for row in rows])


def find(unit: Unit, resource: Resource, rows: Iterable[Row]) -> None:
    """Have records found by their terms."""
    if resource.terms:
        found = [(row["id"], resource.terms.make(row)) for row in rows]
        effects = unit.search.put(resource, unit.account_id, found)
        unit.run_each(effect[:2] for effect in effects)


def city_names(unit: Unit, resource: Resource) -> list[Any]:
    """The id and the name of each city that records of the account refer to."""
    return unit.all(
        f"SELECT id, city_name FROM city WHERE id IN (SELECT city_id FROM {resource.name} WHERE {TENANT} = ?) ORDER BY id",
        (unit.account_id,),
    )
