"""The statement of a list: what it shows of the records of a page, and behind each the exact count."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter

from closum.model.projection import Column
from closum.model.query import LONG_OFFSET, Query
from closum.model.resource import Resource
from closum.model.view import REMEMBERED, View, list_view, most_bytes
from closum.store import tally
from closum.store.scope import ACCOUNT, scope_of
from closum.store.sql import Bound, Prepared, Sql, joined, parameter, prepared, sql
from closum.store.unit import Result

PAGE_BYTES = 256 * 1024  # of long values in a page that is read whole
LEAST_LONG = 1_024  # bytes: values that are never longer are not measured
ANY_LENGTH = 1 << 40
NEAR = 100  # records that are skipped sooner than their place is looked up
FAR = {
    "sqlite": 500,
    "postgres": LONG_OFFSET,
}  # keys: to skip more of them, a page is read from the nearer end

PARAMETERS = ("account_id", "offset", "limit", "most")
OFFSET, LIMIT, MOST = map(parameter, PARAMETERS[1:])

AccessPath = Callable[[Resource, View, str, bool], Sql]
"""How the records of a page are found, in the order of a column, ascending or descending, and shown."""


Keys = Callable[[Resource, str, bool], Sql]
"""Ids (`key`) of records and what they are ordered by (`place`), in order."""


def statements(
    resource: Resource,
    query: Query,
    account_id: int,
    engine: str,
    most: int = ANY_LENGTH,
    *,
    short: bool = False,
) -> Iterator[Bound]:
    """Statements and values of a list: each is tried where those before it find nothing.

    A long value of more than `most` bytes is answered as "", which no stored value is. `short` begins with a shorter
    statement, where there is one: it finds records only in a list where no id is missing, and elsewhere answers one row
    without an id.
    """
    column, offset = query.column(resource), query.window.offset
    view = list_view(resource, query.fields)
    for path in _access_paths(resource, column, offset, engine, short):
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


def _access_paths(
    resource: Resource, column: str, offset: int, engine: str, short: bool
) -> tuple[AccessPath, ...]:
    """Dates go with the ids unless an account has set some: the order of ids is tried first, and then finds nothing."""
    if not scope_of(resource).positions:
        return (_sorted,)
    by_column = _DEEP[engine] if offset > FAR[engine] else _sorted
    if column not in ("id", resource.dated):
        return (by_column,)
    later = (_by_position, _later) if short else (_later,)
    by_id = (_near,) if offset <= NEAR else later
    return by_id if column == "id" else (*by_id, by_column)


@lru_cache(maxsize=1_024)
def _page(path: AccessPath, resource: Resource, view: View, column: str, descending: bool) -> Prepared:
    return prepared(path(resource, view, column, descending), *PARAMETERS)


def _near(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    return sql(
        "{select} WHERE {where} ORDER BY id {direction} LIMIT {limit} OFFSET {offset}",
        select=_select(resource, view),
        where=scope_of(resource).where(*_from_the_first(resource, column)),
        direction=_direction(descending),
        limit=LIMIT,
        offset=OFFSET,
    )


def _by_position(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    """From the id that is the position on: where as many records are counted as ids were given, none is missing."""
    last = "count - " if descending else ""
    dates = "" if column == "id" else " AND dated = 0"
    return sql(
        "SELECT {shown}, count FROM ({kept}) AS kept LEFT JOIN {table} AS record ON {on}"
        " ORDER BY record.id {direction} LIMIT {limit}",
        shown=shown(resource, view, "record."),
        kept=tally.kept(resource),
        table=resource.name,
        on=scope_of(resource).where(
            sql(
                "record.id {than} CASE WHEN count = last_id{dates} THEN {last}{offset} END",
                dates=dates,
                than="<=" if descending else ">",
                last=last,
                offset=OFFSET,
            ),
            of="record.",
        ),
        direction=_direction(descending),
        limit=LIMIT,
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
            sql(
                "id {than} {first}",
                than="<=" if descending else ">=",
                first=_if_in_order(resource, column, sql("({first})", first=first)),
            ),
        ),
        direction=_direction(descending),
        limit=LIMIT,
    )


def _from_the_first(resource: Resource, column: str) -> tuple[Sql, ...]:
    if column == "id":
        return ()
    return (sql("id > {least}", least=_if_in_order(resource, column, sql("0"))),)


def _if_in_order(resource: Resource, column: str, place: Sql) -> Sql:
    """Where the order of ids begins: nowhere for dates that do not go with them.

    As a condition of its own SQLite would ask it of each record.
    """
    if column == "id":
        return place
    return sql("CASE WHEN {dates} THEN {place} END", dates=tally.dates_go_with_ids(resource), place=place)


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
    return _from_the_nearer_end(_keys, "", resource, view, column, descending)


def _deep_by_count(resource: Resource, view: View, column: str, descending: bool) -> Sql:
    """The same, but SQLite does not compare the account of each key that it skips: the exact count says where to stop."""
    ours = sql(" WHERE account_id = {account}", account=ACCOUNT)
    return _from_the_nearer_end(_keys_from_the_account_on, ours, resource, view, column, descending)


_DEEP: dict[str, AccessPath] = {"sqlite": _deep_by_count, "postgres": _deep}


def _from_the_nearer_end(
    keys: Keys, ours: Sql | str, resource: Resource, view: View, column: str, descending: bool
) -> Sql:
    left = "WHEN skipped + most > count THEN count - skipped ELSE most END"
    arms = [
        _arm(
            keys(resource, column, descending),
            ours,
            f"CASE WHEN skipped * 2 >= count THEN 0 {left}",
            "skipped",
        ),
        _arm(
            keys(resource, column, not descending),
            ours,
            f"CASE WHEN skipped * 2 < count OR skipped >= count THEN 0 {left}",
            "CASE WHEN skipped + most > count THEN 0 ELSE count - skipped - most END",
        ),
    ]
    found = sql(
        "WITH page AS (SELECT CAST({offset} AS BIGINT) AS skipped, CAST({limit} AS BIGINT) AS most,"
        " COALESCE({count}, 0) AS count) {arms}",
        offset=OFFSET,
        limit=LIMIT,
        count=scope_of(resource).count,
        arms=joined(" UNION ALL ", arms),
    )
    return shown_in_order(resource, view, column, found, descending, scope_of(resource).count)


def _arm(keys: Sql, ours: Sql | str, most: str, skipped: str) -> Sql:
    limit, offset = (f"COALESCE((SELECT {value} FROM page), 0)" for value in (most, skipped))
    return sql(
        "SELECT key, place FROM ({keys} LIMIT {limit} OFFSET {offset}) AS arm{ours}",
        keys=keys,
        limit=limit,
        offset=offset,
        ours=ours,
    )


def _keys(resource: Resource, column: str, descending: bool, *conditions: Sql) -> Sql:
    return sql(
        "SELECT id AS key, {column} AS place FROM {table} WHERE {where} ORDER BY {order}",
        column=column,
        table=resource.name,
        where=scope_of(resource).where(*conditions),
        order=order_by(column, "id", descending),
    )


def _keys_from_the_account_on(resource: Resource, column: str, descending: bool) -> Sql:
    """The keys of the account come first, then those of the next one."""
    return sql(
        "SELECT account_id, id AS key, {column} AS place FROM {table} WHERE account_id {than} {account}"
        " ORDER BY account_id {direction}, {order}",
        column=column,
        table=resource.name,
        than="<=" if descending else ">=",
        account=ACCOUNT,
        direction=_direction(descending),
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


@lru_cache(maxsize=REMEMBERED)
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
