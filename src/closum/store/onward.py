"""A page of a whole list, behind a place in it: it costs what the first page costs, and its statements are made once."""

from functools import lru_cache
from typing import Any

from closum.model.cursor import Place
from closum.model.query import Query
from closum.model.resource import Resource
from closum.model.view import View, list_view
from closum.store import keyset, pages
from closum.store.scope import scope_of
from closum.store.sql import Bound, Parameter, Prepared, Sql, joined, parameter, prepared, sql

PARAMETERS = ("account_id", "limit", "most", "place", "key")
LIMIT = parameter("limit")


def page(resource: Resource, query: Query, account_id: int, most: int) -> Bound:
    """Statement and values of a page and one record more: behind its columns a row has the count of all, its id and what
    it is ordered by."""
    column, after = query.column(resource), query.after
    has_value = None if after is None else after.value is not None
    statement = _page(resource, list_view(resource, query.fields), column, query.descending, has_value)
    place, key = after or (None, None)
    return statement(account_id, query.window.limit + 1, most, place, key)


@lru_cache(maxsize=1_024)
def _page(resource: Resource, view: View, column: str, descending: bool, has_value: bool | None) -> Prepared:
    behind: Any = Parameter("place") if has_value else None
    key: Any = Parameter("key")
    after = None if has_value is None else Place(behind, key)
    ranges = keyset.ranges(resource, column, after, descending)
    make = _by_id if column == "id" else _in_order
    return prepared(make(resource, view, column, descending, [one.condition for one in ranges]), *PARAMETERS)


def _by_id(resource: Resource, view: View, column: str, descending: bool, ranges: list[Sql]) -> Sql:
    scope, (behind,) = scope_of(resource), ranges
    return sql(
        "SELECT {shown}, {count}, id, id FROM {table} WHERE {where} ORDER BY {order} LIMIT {limit}",
        shown=pages.shown(resource, view),
        count=scope.count,
        table=resource.name,
        where=scope.where(behind),
        order=pages.order_by("id", "id", descending),
        limit=LIMIT,
    )


def _in_order(resource: Resource, view: View, column: str, descending: bool, ranges: list[Sql]) -> Sql:
    arms = joined(" UNION ALL ", [_arm(resource, column, descending, one) for one in ranges])
    keys = sql(
        "SELECT key, place FROM ({arms}) AS arms ORDER BY {order} LIMIT {limit}",
        arms=arms,
        order=pages.order_by("place", "key", descending),
        limit=LIMIT,
    )
    more = (scope_of(resource).count, "keys.key", "keys.place")
    return pages.shown_in_order(resource, view, column, keys if len(ranges) > 1 else arms, descending, *more)


def _arm(resource: Resource, column: str, descending: bool, behind: Sql) -> Sql:
    return sql(
        "SELECT key, place FROM (SELECT id AS key, {column} AS place FROM {table} WHERE {where} ORDER BY {order}"
        " LIMIT {limit}) AS arm",
        column=column,
        table=resource.name,
        where=scope_of(resource).where(behind),
        order=pages.order_by(column, "id", descending),
        limit=LIMIT,
    )
