"""A page of the records that filters and a search leave, with their exact count.

They are counted first; by that it is decided how a page in another order than that of the ids is found. Many hits: the
index of the order is walked, and each record on it looked at, until the page is full. Few: all hits are fetched and
sorted.
"""

from closum.model.query import Query
from closum.model.resource import Resource
from closum.store import pages, where
from closum.store.scope import scope_of
from closum.store.sql import Bound, Sql, prepared, sql, value
from closum.store.unit import Result, Unit
from closum.store.where import Selection

# Joined so that no planner turns it round.
_HITS = {
    "sqlite": "SELECT hit AS key, {column} AS place FROM (SELECT id AS hit FROM ({ids})) AS found"
    " CROSS JOIN {table} WHERE {where}",
    "postgres": "SELECT hit AS key, place FROM (SELECT id AS hit FROM ({ids}) AS ids) AS found"
    " CROSS JOIN LATERAL (SELECT {column} AS place FROM {table} WHERE {where} OFFSET 0) AS record",
}


def page(unit: Unit, resource: Resource, query: Query, most: int) -> tuple[list[Result], int]:
    """The rows of a page, the count behind each, and the count."""
    bound, count = statement(unit, resource, query, most)
    return (unit.all(*bound) if query.window.offset < count else []), count


def statement(unit: Unit, resource: Resource, query: Query, most: int) -> tuple[Bound, int]:
    """The statement of a page, and how many records there are in all."""
    selection = where.select(unit, resource, query.where, query.words)
    count = _count(unit, resource, selection)
    column = resource.listing.sorts[query.sort]
    keys = _keys(unit, resource, selection, column, query, count)
    keys += sql(
        " LIMIT {limit} OFFSET {offset}", limit=value(query.window.limit), offset=value(query.window.offset)
    )
    shown = pages.shown_in_order(resource, column, keys, query.descending, value(count))
    return prepared(shown, "account_id", "most")(unit.account_id, most), count


def _count(unit: Unit, resource: Resource, selection: Selection) -> int:
    conditions, clauses = selection
    if not clauses:
        counted = sql(
            "SELECT COUNT(*) FROM {table} WHERE {where}",
            table=resource.name,
            where=scope_of(resource).where(*conditions),
        )
    elif conditions:
        counted = sql("SELECT COUNT(*) FROM ({hits}) AS hits", hits=_hits(unit, resource, selection, "id"))
    else:
        counted = sql("SELECT COUNT(*) FROM ({ids}) AS ids", ids=unit.search.ids(unit, resource, clauses))
    row = unit.one(*prepared(counted, "account_id")(unit.account_id))
    return int(row[0]) if row else 0


def _keys(unit: Unit, resource: Resource, selection: Selection, column: str, query: Query, count: int) -> Sql:
    """Ids (`key`) and what they are ordered by (`place`), in order."""
    order = pages.order_by("id" if column == "id" else "place", "key", query.descending)
    if not selection.clauses:
        return _on_table(resource, selection.conditions, column, query.descending)
    if column == "id" and not selection.conditions:
        ids = unit.search.ids(unit, resource, selection.clauses)
        return sql("SELECT id AS key, id AS place FROM ({ids}) AS ids ORDER BY {order}", ids=ids, order=order)
    return sql(
        "SELECT key, place FROM ({hits}) AS hits ORDER BY {order}",
        hits=_hits(unit, resource, selection, column),
        order=order,
    )


def _on_table(resource: Resource, conditions: list[Sql], column: str, descending: bool) -> Sql:
    return sql(
        "SELECT id AS key, {column} AS place FROM {table} WHERE {where} ORDER BY {order}",
        column=column,
        table=resource.name,
        where=scope_of(resource).where(*conditions),
        order=pages.order_by(column, "id", descending),
    )


def _hits(unit: Unit, resource: Resource, selection: Selection, column: str) -> Sql:
    """Every hit, with what it is ordered by: one look into the table for each."""
    return sql(
        _HITS[unit.engine],
        column=column,
        ids=unit.search.ids(unit, resource, selection.clauses),
        table=resource.name,
        where=scope_of(resource).where("id = found.hit", *selection.conditions),
    )
