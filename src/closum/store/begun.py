"""Phone numbers by their first digits, each way by an index."""

from closum.model import begun, number
from closum.model.filters import Condition
from closum.model.resource import Resource
from closum.model.text import sort_key
from closum.store import identity
from closum.store.changed import Since
from closum.store.sql import Sql, joined, sql, value
from closum.store.unit import Unit

_LEAST_WHOLE = 7
"""Digits of a number that may be whole: to read a text in every country takes 20 ms."""
_BEHIND = "\U0010fffd"
"""Behind it comes no text that anybody types."""


def found(unit: Unit, resource: Resource, one: Condition) -> Since:
    """Those that begin so as they are typed, or as they are dialled, and those that are dialled so in any country."""
    account = identity.account_row(unit, unit.account_id) if unit.account_id else None
    country = account["country"] if account else None
    ids = [
        sql(
            "SELECT DISTINCT id FROM {table} WHERE account_id = {account} AND {fits}",  # or a planner may walk all ids
            table=resource.name,
            account=value(unit.account_id),
            fits=fits,
        )
        for text in one.values
        for fits in _ways(text, country)
    ]
    return Since(joined(" UNION ", ids), None)


def _ways(text: str, country: str | None) -> list[Sql]:
    typed = sort_key(text) or ""
    ranges = [(key, f"{key}:") for key in begun.keys(text, country)]  # a colon comes behind all digits
    ways = [_between("number_key", *one) for one in ranges]
    same = number.keys(text) if sum(map(str.isdigit, text)) >= _LEAST_WHOLE else ()
    ways += [sql("number_key IN ({same})", same=joined(", ", map(value, same)))] if same else []
    return [*ways, _between("number_sort", typed, f"{typed}{_BEHIND}")]


def _between(column: str, low: str, high: str) -> Sql:
    return sql(f"{column} >= {{low}} AND {column} < {{high}}", low=value(low), high=value(high))
