"""The SQL of a resource's records, built from its declaration alone; no name in it comes from input."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from closum.model.projection import Column
from closum.model.resource import Resource
from closum.model.view import REMEMBERED, list_view, record_view
from closum.store import pages
from closum.store.scope import Scope, scope_of
from closum.store.sql import Prepared, Sql, Unbound, joined, parameter, prepared, sql, unbound

MAX_VALUES = 512
MAX_ROWS = 128
FEW_ROWS = 4

_LOOK_UPS = {
    "sqlite": "WITH wanted (value) AS (VALUES {wanted})"
    " SELECT {columns} FROM wanted CROSS JOIN {table} AS record WHERE {where}",
    "postgres": "SELECT found.* FROM (VALUES {wanted}) AS wanted (value)"
    " CROSS JOIN LATERAL (SELECT {columns} FROM {table} AS record WHERE {where} OFFSET 0) AS found",
}

ID, VALUE, LEAST, BEHIND, MOST = map(parameter, ("id", "value", "least", "behind", "most"))


@lru_cache(maxsize=REMEMBERED)
def select_record(resource: Resource, fields: tuple[str, ...] = ()) -> Unbound:
    """What a retrieved record shows, and behind it which version it is, where it can change. Takes account, id."""
    shown = (pages.column(resource, one) for one in record_view(resource, fields).columns)
    columns = (*shown, *scope_of(resource).versions)
    return unbound(_select(resource, columns, sql("id = {id}", id=ID)), "account_id", "id")


@lru_cache
def select_rows(resource: Resource, column: str, number: int, engine: str) -> Prepared:
    """Every column of the records whose `column` is one of `number` values. Takes account, values."""
    return look_up(scope_of(resource), resource.name, resource.columns, column, (), number, engine, ())


def look_up(
    scope: Scope,
    table: str,
    columns: tuple[str, ...],
    column: str,
    conditions: tuple[Sql, ...],
    number: int,
    engine: str,
    names: tuple[str, ...],
) -> Prepared:
    """Rows whose `column` is one of `number` values, each value one look into an index, whatever the planner knows.

    Takes account, the parameters `names` of the conditions, values. SQLite would rather scan an account than look up
    four values of a list in an index; PostgreSQL reads an account whole for a list, or a join, when the plan was made
    while the table was small: OFFSET keeps it from making one query of the two.
    """
    shown = ", ".join(f"record.{name}" for name in columns)
    return _looked_up(scope, table, shown, column, conditions, number, engine, names)


def _looked_up(
    scope: Scope,
    table: str,
    shown: str,
    column: str,
    conditions: tuple[Sql, ...],
    number: int,
    engine: str,
    names: tuple[str, ...],
) -> Prepared:
    values = numbered(number)
    statement = sql(
        _LOOK_UPS[engine],
        wanted=joined(", ", (sql("({one})", one=parameter(name)) for name in values)),
        columns=shown,
        table=table,
        where=scope.where(*conditions, f"record.{column} = wanted.value", of="record."),
    )
    return prepared(statement, "account_id", *names, *values)


@lru_cache
def select_ids(resource: Resource, number: int, engine: str) -> Prepared:
    """Which of `number` ids there are. Takes account, ids."""
    return look_up(scope_of(resource), resource.name, ("id",), "id", (), number, engine, ())


@lru_cache
def select_listed(resource: Resource, fields: tuple[str, ...], number: int, engine: str) -> Prepared:
    """What a list shows of `number` records, and behind it their ids. Takes account, ids."""
    columns = (*(str(one) for one in list_view(resource, fields).columns), "id")
    return look_up(scope_of(resource), resource.name, columns, "id", (), number, engine, ())


@lru_cache
def select_shown(resource: Resource, columns: tuple[Column, ...], number: int, engine: str) -> Prepared:
    """Columns of `number` records, those of other records among them. Takes account, ids."""
    shown = ", ".join(pages.column(resource, one, "record.") for one in columns)
    return _looked_up(scope_of(resource), resource.name, shown, "id", (), number, engine, ())


@lru_cache
def select_versions(resource: Resource, number: int, engine: str) -> Prepared:
    """Id and version of those of `number` records that there are. Takes account, ids."""
    return look_up(scope_of(resource), resource.name, ("id", "version"), "id", (), number, engine, ())


def numbered(number: int) -> list[str]:
    """Names for so many parameters."""
    return [f"value {place}" for place in range(number)]


def padded(number: int) -> int:
    """How many values a statement for `number` of them has: few texts, so that they stay prepared."""
    return min(MAX_VALUES, 1 << (number - 1).bit_length())


def sizes(number: int) -> Iterator[int]:
    """`number` rows in few inserts, of few sizes, so that their texts stay prepared."""
    while number:
        size = number if number <= FEW_ROWS else min(MAX_ROWS, 1 << (number.bit_length() - 1))
        yield size
        number -= size


@lru_cache
def select_ids_by(resource: Resource, column: str) -> Prepared:
    """Takes account, value, how many at most."""
    condition = sql("{column} = {value}", column=column, value=VALUE)
    return _prepared(
        resource, ("id",), condition, sql(" ORDER BY id LIMIT {most}", most=MOST), "value", "most"
    )


@lru_cache
def select_ids_without(resource: Resource, column: str) -> Prepared:
    """Ids of the records that have nothing in `column`, or at least a value. Takes account, least value."""
    condition = sql("({column} IS NULL OR {column} >= {least})", column=column, least=LEAST)
    return _prepared(resource, ("id",), condition, " ORDER BY id", "least")


@lru_cache
def select_rows_between(resource: Resource, column: str) -> Prepared:
    """Every column, in the order of `column`. Takes account, least value, the value behind the last, how many at most."""
    condition = sql("{column} >= {least} AND {column} < {behind}", column=column, least=LEAST, behind=BEHIND)
    rest = sql(" ORDER BY {column} LIMIT {most}", column=column, most=MOST)
    return _prepared(resource, resource.columns, condition, rest, "least", "behind", "most")


@lru_cache
def select_batch(resource: Resource, columns: tuple[str, ...]) -> Prepared:
    """Columns of the records behind an id, in the order of ids. Takes account, id, how many at most."""
    rest = sql(" ORDER BY id LIMIT {most}", most=MOST)
    return _prepared(resource, columns, sql("id > {id}", id=ID), rest, "id", "most")


@lru_cache
def select_shown_in_order(resource: Resource, columns: tuple[Column, ...], descending: bool) -> Prepared:
    """Columns of all records, in the order of ids. Takes account."""
    shown = tuple(pages.column(resource, one) for one in columns)
    rest = sql(" ORDER BY id {direction}", direction="DESC" if descending else "ASC")
    return _prepared(resource, shown, Sql("TRUE"), rest)


@lru_cache
def select_columns(resource: Resource, columns: tuple[str, ...]) -> Prepared:
    """Columns of a record. Takes account, id."""
    return _prepared(resource, columns, sql("id = {id}", id=ID), "", "id")


def _select(resource: Resource, columns: tuple[str, ...], condition: Sql, rest: Sql | str = "") -> Sql:
    return sql(
        "SELECT {columns} FROM {table} WHERE {where}{rest}",
        columns=", ".join(columns),
        table=resource.name,
        where=scope_of(resource).where(condition),
        rest=rest,
    )


def _prepared(
    resource: Resource, columns: tuple[str, ...], condition: Sql, rest: Sql | str, *names: str
) -> Prepared:
    return prepared(_select(resource, columns, condition, rest), "account_id", *names)


def chunks(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Distinct values, as many at a time as a prepared statement has; the last one repeated to fill it.

    Without None, which is equal to nothing.
    """
    distinct = [value for value in dict.fromkeys(values) if value is not None]
    for start in range(0, len(distinct), MAX_VALUES):
        chunk = distinct[start : start + MAX_VALUES]
        yield (*chunk, *[chunk[-1]] * (padded(len(chunk)) - len(chunk)))
