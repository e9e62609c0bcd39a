"""How many records name each of some others, such as leads a city, and which of them first."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.resource import Resource
from closum.store.unit import Unit


class Used(NamedTuple):
    """`first` is the id of the first of the records, 0 where nobody asks; `number` is no more than was asked for."""

    first: int
    number: int


def used(
    unit: Unit, resource: Resource, link: str, ids: Sequence[int], most: int, *, has_first: bool
) -> Mapping[int, Used]:
    """Those of the `ids` that records name by the column `link`, which has an index."""
    if not ids:
        return {}
    accounts = (unit.account_id,) * (1 + has_first)
    found = unit.all(statement(resource.name, link, len(ids), has_first=has_first), (*ids, *accounts, most))
    return {one: Used(first, number) for one, first, number in found if number}


@lru_cache
def statement(table: str, link: str, number: int, *, has_first: bool) -> str:
    """One look into the index for the first record, and one along it for as many as are counted."""
    of_one = f"FROM {table} WHERE account_id = ? AND {link} = wanted.id"
    rows = ", ".join(["(CAST(? AS BIGINT))"] * number)
    first = f"(SELECT {table}.id {of_one} ORDER BY {table}.id LIMIT 1)" if has_first else "0"
    return (
        f"WITH wanted (id) AS (VALUES {rows}) SELECT wanted.id, {first},"
        f" (SELECT COUNT(*) FROM (SELECT 1 {of_one} LIMIT ?) AS counted) FROM wanted"
    )
