"""The statement of a list: what it shows of the records of a page, and behind each the exact count."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter

from closum.model.projection import Column
from closum.model.query import LONG_OFFSET, Query
from closum.model.resource import Resource
from closum.model.view import REMEMBERED, View, list_view, most_bytes
from closum.store import tally
from closum.store.scope import scope_of
from closum.store.sql import Bound, Prepared, Sql, joined, parameter, prepared, sql
from closum.store.unit import Result

PAGE_BYTES = 256 * 1024  # of long values in a page that is read whole
LEAST_LONG = 1_024  # bytes: values that are never longer are not measured
ANY_LENGTH = 1 << 40
NEAR = 100  # records that are skipped sooner than their place is looked up

PARAMETERS = ("account_id", "offset", "limit", "most")
OFFSET, LIMIT, MOST = map(parameter, PARAMETERS[1:])

AccessPath = Callable[[Resource, View, str, bool], Sql]
"""How the records of a page are found, in the order of a column, ascending or descending, and shown."""


def statements(resource: Resource, query: Query, account_id: int, most: int = ANY_LENGTH) -> Iterator[Bound]:
    """Statement and values of a list, and what is tried where that finds nothing.

    A long value of more than `most` bytes is answered as "", which no stored value is.
    """
    column, offset = resource.listing.sorts[query.sort], query.window.offset
    view = list_view(resource, query.fields)
    for path in _access_paths(resource, column, offset):
        page = _page(path, resource, view, column, query.descending)
        yield page(account_id, offset, query.window.limit, most)


def most_read_whole(query: Query) -> int:
    """Bytes that each long value of a page may have, so that the page is read whole."""
    return max(LEAST_LONG, PAGE_BYTES // query.window.limit)


@lru_cache(maxsize=REMEMBERED)
def long_places(resource: Resource, view: View | None = None) -> tuple[int, ...]:
    """Places, among the columns of a list, of values that may be longer than LEAST_LONG bytes."""
    columns = (view or list_view(resource)).columns
    return tuple(place for place, one in enumerate(columns) if most_bytes(resource, one) > LEAST_LONG)


@lru_cache(maxsize=REMEMBERED)
def long_values(resource: Resource, view: View | None = None) -> tuple[Callable[[Result], object], ...]:
    """What takes these values out of a row."""
    return tuple(itemgetter(place) for place in long_places(resource, view))


def _access_paths(resource: Resource, column: str, offset: int) -> tuple[AccessPath, ...]:
    """Dates go with the ids unless an account has set some: the order of ids is tried first, and then finds nothing."""
    by_id, by_column = _near if offset <= NEAR else _later, _deep if offset > LONG_OFFSET else _sorted
    if not scope_of(resource).positions:
        return (_sorted,)
    if column == "id":
        return (by_id,)
    return (by_id, by_column) if column == resource.dated else (by_column,)


@lru_cache(maxsize=1_024)
def _page(path: AccessPath, resource: Resource, view: View, column: str, descending: bool) -> Prepared:
    return prepared(path(resource, view, column, descending), *PARAMETERS)


def _near(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    return sql(
        "{select} WHERE {where} ORDER BY id {direction} LIMIT {limit} OFFSET {offset}",
        select=_select(resource, view),
        where=scope_of(resource).where(*_in_order(resource, column)),
        direction=_direction(descending),
        limit=LIMIT,
        offset=OFFSET,
    )


def _later(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    """From the record on whose place is looked up."""
    scope = scope_of(resource)
    first = sql(
        "WITH place AS MATERIALIZED ({place}) SELECT id FROM {table} WHERE {where}"
        " ORDER BY id LIMIT 1 OFFSET COALESCE((SELECT skip FROM place), 0)",
        place=tally.place(resource, OFFSET, descending),
        table=resource.name,
        where=scope.where("id > (SELECT after_id FROM place)"),
    )
    return sql(
        "{select} WHERE {where} ORDER BY id {direction} LIMIT {limit}",
        select=_select(resource, view),
        where=scope.where(
            sql("id {than} ({first})", than="<=" if descending else ">=", first=first),
            *_in_order(resource, column),
        ),
        direction=_direction(descending),
        limit=LIMIT,
    )


def _in_order(resource: Resource, column: str) -> tuple[Sql, ...]:
    return () if column == "id" else (tally.dates_go_with_ids(resource),)


def _select(resource: Resource, view: View) -> Sql:
    return sql(
        "SELECT {shown}, {count} FROM {table}",
        shown=shown(resource, view),
        count=scope_of(resource).count,
        table=resource.name,
    )


def _sorted(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    """Keys first, picked on the index alone; then the rows of one page."""
    within = sql("{offset} < {count}", offset=OFFSET, count=scope_of(resource).count)
    keys = _keys(resource, column, descending, within)
    keys += sql(" LIMIT {limit} OFFSET {offset}", limit=LIMIT, offset=OFFSET)
    return shown_in_order(resource, view, column, keys, descending, scope_of(resource).count)


def _deep(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    """Keys picked from the nearer end of the list: the other arm reads nothing."""
    ahead = "skipped * 2 < count"
    arms = [
        _arm(_keys(resource, column, descending), f"CASE WHEN {ahead} THEN most ELSE 0 END", "skipped"),
        _arm(
            _keys(resource, column, not descending),
            f"CASE WHEN {ahead} OR skipped >= count THEN 0 WHEN skipped + most > count THEN count - skipped ELSE most END",
            "CASE WHEN skipped + most > count THEN 0 ELSE count - skipped - most END",
        ),
    ]
    keys = sql(
        "WITH page AS (SELECT CAST({offset} AS BIGINT) AS skipped, CAST({limit} AS BIGINT) AS most, {count} AS count)"
        " {arms}",
        offset=OFFSET,
        limit=LIMIT,
        count=scope_of(resource).count,
        arms=joined(" UNION ALL ", arms),
    )
    return shown_in_order(resource, view, column, keys, descending, scope_of(resource).count)


def _arm(keys: Sql, most: str, skipped: str) -> Sql:
    limit, offset = (f"COALESCE((SELECT {value} FROM page), 0)" for value in (most, skipped))
    return sql(
        "SELECT key, place FROM ({keys} LIMIT {limit} OFFSET {offset}) AS arm",
        keys=keys,
        limit=limit,
        offset=offset,
    )


def _keys(resource: Resource, column: str, descending: bool, *conditions: Sql) -> Sql:
    return sql(
        "SELECT id AS key, {column} AS place FROM {table} WHERE {where} ORDER BY {order}",
        column=column,
        table=resource.name,
        where=scope_of(resource).where(*conditions),
        order=order_by(column, "id", descending),
    )


def shown_in_order(
    resource: Resource, view: View, column: str, keys: Sql, descending: bool, *more: Sql | str
) -> Sql:
    """The records with these keys, and more behind each. The join is an outer one, which no planner turns round."""
    return sql(
        "SELECT {shown} FROM ({keys}) AS keys LEFT JOIN {table} AS record ON {on} ORDER BY {order}",
        shown=joined(", ", [shown(resource, view, "record."), *more]),
        keys=keys,
        table=resource.name,
        on=scope_of(resource).where("record.id = keys.key", of="record."),
        order=order_by("id" if column == "id" else "place", "key", descending),
    )


def order_by(column: str, key: str, descending: bool) -> str:
    direction = _direction(descending)
    by_column = f"{column} {direction} NULLS {'LAST' if descending else 'FIRST'}, "
    return f"{'' if column == 'id' else by_column}{key} {direction}"


def shown(resource: Resource, view: View, of: str = "") -> Sql:
    """The columns of a view; long values as "" where they are longer than the parameter `most`."""
    columns = [Sql(column(resource, one, of)) for one in view.columns]
    for place in long_places(resource, view):
        columns[place] = sql(
            "CASE WHEN octet_length({column}) > {most} THEN '' ELSE {column} END",
            column=columns[place],
            most=MOST,
        )
    for place, one in enumerate(view.columns):
        if not isinstance(one, str):  # PostgreSQL would take its name for the column to order by
            columns[place] += Sql(f" AS shown_{place}")
    return joined(", ", columns)


def column(resource: Resource, one: Column, of: str = "") -> str:
    """A column of a record in a statement where the record's are called so, or of another one that it names."""
    if isinstance(one, str):
        return f"{of}{one}"
    table, row = one.resource.name, of or f"{resource.name}."
    account = "" if one.resource.shared else f"other.account_id = {row}account_id AND "
    return f"(SELECT other.{one.column} FROM {table} AS other WHERE {account}other.id = {row}{one.link})"


def _direction(descending: bool) -> str:
    return "DESC" if descending else "ASC"
