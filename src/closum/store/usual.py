"""Filters by a number of another record that is nearly always the same: only records with another one have a term of it."""

import operator
from collections.abc import Callable, Iterator
from typing import Any

from closum.model.filters import Condition
from closum.model.relations import Nested
from closum.model.terms import mark
from closum.model.words import Clause, Term
from closum.store.scope import ACCOUNT
from closum.store.sql import prepared, sql
from closum.store.unit import Unit

# One look into the index for each value.
_VALUES = """
WITH RECURSIVE found (value) AS (
    SELECT MIN({column}) FROM {table} WHERE account_id = {account}
    UNION ALL
    SELECT (SELECT MIN({column}) FROM {table} WHERE account_id = {account} AND {column} > value)
    FROM found WHERE value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL
"""
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def clauses(unit: Unit, one: Condition) -> Iterator[Clause]:
    """What the terms of records have to be, by the values that there are."""
    nested, usual = one.property.nested, one.property.usual
    assert nested is not None
    others = [value for value in _values(unit, nested, one.property.column) if value != usual]
    is_shown, takes_null = Term("marks", mark(nested.name, "")), _takes_null(one)
    if _fits(one, usual):
        yield Clause(lacks=_terms(one, [value for value in others if not _fits(one, value)] or [usual]))
        if not takes_null:
            yield Clause((is_shown,))
    else:
        terms = _terms(one, [value for value in others if _fits(one, value)] or [usual])
        yield Clause(terms, lacks=(is_shown,) if takes_null else ())


def _takes_null(one: Condition) -> bool:
    return one.operator in ("=", "!=") and (None in one.values) == (one.operator == "=")


def _values(unit: Unit, nested: Nested, column: str) -> list[int]:
    found = sql(_VALUES, table=nested.resource.name, column=column, account=ACCOUNT)
    return [row[0] for row in unit.all(*prepared(found, "account_id")(unit.account_id))]


def _fits(one: Condition, value: int) -> bool:
    if one.operator in ("=", "!="):
        return (value in one.values) == (one.operator == "=")
    return _COMPARED[one.operator](value, one.values[0])


def _terms(one: Condition, values: list[int]) -> tuple[Term, ...]:
    """Of the usual value there is none."""
    return tuple(Term("marks", mark(one.property.name, value)) for value in values)
