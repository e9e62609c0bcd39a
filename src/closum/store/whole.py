"""All records of a list in their order, however many: piece by piece, so that memory does not grow with them.

A piece is a statement of its own; all are of one moment where the unit is of one transaction that sees one.
"""

from array import array
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from closum.model.projection import Column
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.store import filtered, pages, statements
from closum.store.scope import scope_of
from closum.store.sql import prepared, sql
from closum.store.unit import Result, Stream

PIECE = 64
"""Records, of which each may have 64 KiB."""
EVERYTHING = Page(1, 2**40)
IDS = 10_000


class Piece(NamedTuple):
    """Rows, and how many there are in all."""

    rows: list[Result]
    total: int


def with_id(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns that are read where these are asked for: the id behind them, unless it is among them."""
    return columns if "id" in columns else (*columns, "id")


def pieces(unit: Stream, resource: Resource, query: Query, columns: tuple[Column, ...]) -> Iterator[Piece]:
    """Rows of these columns, `with_id`."""
    columns = with_id(columns)
    if not query.is_filtered and query.column(resource) == "id":
        return _by_id(unit, resource, query.descending, columns)
    return _listed(unit, resource, _ids(unit, resource, query), columns)


def _by_id(
    unit: Stream, resource: Resource, descending: bool, columns: tuple[Column, ...]
) -> Iterator[Piece]:
    total, statement = _count(unit, resource), statements.select_shown_in_order(resource, columns, descending)
    for rows in unit.pieces(*statement(unit.account_id), PIECE):
        yield Piece(rows, total)


def _count(unit: Stream, resource: Resource) -> int:
    statement = prepared(sql("SELECT {count}", count=scope_of(resource).count), "account_id")
    row = unit.one(*statement(unit.account_id))
    return int(row[0] or 0) if row else 0


def _ids(unit: Stream, resource: Resource, query: Query) -> "array[int]":
    """Eight bytes each."""
    found, query = array("q"), replace(query, window=EVERYTHING)
    ids = filtered.ids(unit, resource, query) if query.is_filtered else _in_order(unit, resource, query)
    for some in ids:
        found.extend(some)
    return found


def _in_order(unit: Stream, resource: Resource, query: Query) -> Iterator[list[int]]:
    statement = sql(
        "SELECT id FROM {table} WHERE {where} ORDER BY {order}",
        table=resource.name,
        where=scope_of(resource).where(),
        order=pages.order_by(query.column(resource), "id", query.descending),
    )
    for rows in unit.pieces(*prepared(statement, "account_id")(unit.account_id), IDS):
        yield [row[0] for row in rows]


def _listed(
    unit: Stream, resource: Resource, ids: "array[int]", columns: tuple[Column, ...]
) -> Iterator[Piece]:
    place = columns.index("id")
    for start in range(0, len(ids), PIECE):
        wanted = ids[start : start + PIECE]
        number = statements.padded(len(wanted))
        given = (*wanted, *wanted[-1:] * (number - len(wanted)))
        statement = statements.select_shown(resource, columns, number, unit.engine)
        found = {row[place]: row for row in unit.all(*statement(unit.account_id, *given))}
        yield Piece([found[one] for one in wanted], len(ids))


def values_by_id(unit: Stream, resource: Resource, column: str) -> dict[int, Any]:
    """A column of every record that all accounts share."""
    return dict(unit.all(*sql("SELECT id, {column} FROM {table}", column=column, table=resource.name)))
