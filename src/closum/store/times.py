"""Filters by time: as conditions on a column of times, or on the ids that go with them."""

from collections.abc import Callable, Iterable
from typing import Any

from closum.model.filters import Condition
from closum.model.resource import Resource
from closum.model.when import Stretch
from closum.store import identity
from closum.store.scope import ACCOUNT
from closum.store.sql import Sql, joined, prepared, sql, value
from closum.store.unit import Unit

# By steps of half the length: at each one goes on where there is a row that has an earlier time.
_LAST = """
WITH RECURSIVE stepped (place, step) AS (
    SELECT CAST(0 AS BIGINT), CAST(4611686018427387904 AS BIGINT)
    UNION ALL
    SELECT CASE WHEN (SELECT {column} FROM {table} WHERE account_id = {account} AND {key} >= place + step
                      ORDER BY {key} LIMIT 1) < {least} THEN place + step ELSE place END, step / 2
    FROM stepped WHERE step > 0
)
SELECT place FROM stepped WHERE step = 0
"""


def first(unit: Unit, table: str, key: str, column: str, least: str) -> int:
    """The key from which on all rows of the account have at least that time, where times never fall from key to key."""
    last = sql(_LAST, table=table, key=key, column=column, account=ACCOUNT, least=value(least))
    row = unit.one(*prepared(last, "account_id")(unit.account_id))
    assert row is not None
    return int(row[0]) + 1


def goes_by_id(resource: Resource, column: str) -> bool:
    """Whether the records of a resource have these times in the order of their ids."""
    return resource.listing.sorts.get(column) == "id"


def by_id(unit: Unit, resource: Resource, one: Condition, key: str) -> Sql:
    """A condition on times of records of a resource, as one on `key`, their ids, which may be null."""
    return _compared(one, key, _ends(unit, one, lambda moment: first(unit, *_of(resource, one), moment)))


def _of(resource: Resource, one: Condition) -> tuple[str, str, str]:
    return resource.name, "id", one.property.column


def fits(unit: Unit, one: Condition) -> Sql:
    """A condition on the times of a column."""
    return _compared(one, one.property.column, _ends(unit, one, str))


def stretches(unit: Unit, one: Condition) -> list[Stretch]:
    """What the values of a condition mean, without null."""
    times = [when for when in one.values if when is not None]
    zone = "UTC" if all(when.has_zone for when in times) else identity.zone(unit)
    return [when.stretch(unit.now, zone) for when in times]


Ends = list[tuple[Any, Any]]
"""The first value of each stretch, and the first one behind it."""


def _ends(unit: Unit, one: Condition, end: Callable[[str], Any]) -> Ends:
    return [(end(start), end(behind)) for start, behind in stretches(unit, one)]


def _compared(one: Condition, column: str, ends: Ends) -> Sql:
    if one.operator in ("=", "!="):
        return _equal(column, ends, has_null=None in one.values, is_equal=one.operator == "=")
    start, behind = ends[0]
    compared, least = {"<": ("<", start), "<=": ("<", behind), ">": (">=", behind), ">=": (">=", start)}[
        one.operator
    ]
    return sql(f"{column} {compared} {{least}}", least=value(least))


def _equal(column: str, ends: Ends, *, has_null: bool, is_equal: bool) -> Sql:
    """Within one of the stretches, or null if that is one of the values; or else neither."""
    within = _any(
        sql(f"({column} >= {{start}} AND {column} < {{behind}})", start=value(start), behind=value(behind))
        for start, behind in ends
    )
    null = Sql(f"{column} IS NULL")
    if is_equal:
        return _any([*([within] if ends else []), *([null] if has_null else [])])
    if has_null:
        return Sql(f"{column} IS NOT NULL")
    return sql("({null} OR NOT {within})", null=null, within=within)


def _any(arms: Iterable[Sql]) -> Sql:
    return sql("({any})", any=joined(" OR ", list(arms)))
