"""The SQL of any resource, built from its declaration alone; no name in it comes from input."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter

from closum.model.query import LONG_OFFSET, Query
from closum.model.resource import Resource, list_view, record_view
from closum.store import tally, version
from closum.store.unit import Result

MAX_VALUES = 512
MAX_ROWS = 32
FEW_ROWS = 4
PAGE_BYTES = 256 * 1024  # of long values in a page that is read whole
LEAST_LONG = 1_024  # bytes: values that are never longer are not measured
ANY_LENGTH = 1 << 40
NEAR = 100  # records that are skipped sooner than their place is looked up


@lru_cache
def select_record(resource: Resource) -> str:
    """What a retrieved record shows, and behind it which version it is, where it can change. Values: key."""
    columns = (*record_view(resource).columns, *(() if resource.shared else version.COLUMNS))
    return f"SELECT {', '.join(columns)} FROM {resource.name} WHERE {_key(resource)}"


@lru_cache
def select_row(resource: Resource) -> str:
    """Every column of a record. Values: key."""
    return f"SELECT {', '.join(resource.columns)} FROM {resource.name} WHERE {_key(resource)}"


@lru_cache
def select_rows(resource: Resource, column: str, number: int) -> str:
    """Every column of the records whose `column` is one of `number` values. Values: values, account.

    Joined in this order, since SQLite would rather scan an account than look up four values in an index.
    """
    columns = ", ".join(f"record.{name}" for name in resource.columns)
    scope = "" if resource.shared else "record.account_id = ? AND "
    return (
        f"WITH wanted (value) AS (VALUES {', '.join(['(?)'] * number)}) SELECT {columns}"
        f" FROM wanted CROSS JOIN {resource.name} AS record WHERE {scope}record.{column} = wanted.value"
    )


@lru_cache
def select_ids(resource: Resource, number: int) -> str:
    """Which of `number` ids there are. Values: account unless shared, ids."""
    return f"SELECT id FROM {resource.name} WHERE {_scope(resource)}id IN ({', '.join('?' * number)})"


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
def select_ids_by(resource: Resource, column: str) -> str:
    """Values: account, value, how many at most."""
    return f"SELECT id FROM {resource.name} WHERE {_scope(resource)}{column} = ? ORDER BY id LIMIT ?"


@lru_cache
def select_ids_without(resource: Resource, column: str) -> str:
    """Ids of the records that have nothing in `column`, or at least a value. Values: account, least value."""
    return (
        f"SELECT id FROM {resource.name}"
        f" WHERE {_scope(resource)}({column} IS NULL OR {column} >= ?) ORDER BY id"
    )


@lru_cache
def select_rows_between(resource: Resource, column: str) -> str:
    """Every column, in the order of `column`. Values: account, least value, the value behind the last, how many at most."""
    return (
        f"SELECT {', '.join(resource.columns)} FROM {resource.name}"
        f" WHERE {_scope(resource)}{column} >= ? AND {column} < ? ORDER BY {column} LIMIT ?"
    )


@lru_cache
def long_places(resource: Resource) -> tuple[int, ...]:
    """Places, among the columns of a list, of values that may be longer than LEAST_LONG bytes."""
    sizes = {field.name: field.most_bytes for field in resource.fields}
    for nested in resource.nested:
        sizes |= {f"{nested.name}_{field.name}": field.most_bytes for field in nested.resource.fields}
    columns = list_view(resource).columns
    return tuple(place for place, name in enumerate(columns) if sizes.get(name, 0) > LEAST_LONG)


@lru_cache
def long_values(resource: Resource) -> tuple[Callable[[Result], object], ...]:
    """What takes these values out of a row."""
    return tuple(itemgetter(place) for place in long_places(resource))


def most_read_whole(query: Query) -> int:
    """Bytes that each long value of a page may have, so that the page is read whole."""
    return max(LEAST_LONG, PAGE_BYTES // query.limit)


def page(
    resource: Resource, query: Query, account_id: int, most: int = ANY_LENGTH
) -> tuple[str, tuple[object, ...]]:
    """Statement and values of a list: what it shows of each record, and behind it the exact count.

    A long value of more than `most` bytes is answered as "", which no stored value is.
    """
    scope: tuple[object, ...] = () if resource.shared else (account_id,)
    counted = (*scope, resource.name)
    first = (*(most,) * len(long_places(resource)), *counted)
    column = resource.sorts[query.sort]
    if column != "id" and not resource.shared and query.offset > LONG_OFFSET:
        sql = _deep_page(resource, column, query.descending)
        return sql, (*first, query.offset, query.limit, *counted, *scope, *scope, *scope)
    if column != "id" or resource.shared:
        sql = _sorted_page(resource, column, query.descending)
        return sql, (*first, *scope, query.offset, *counted, query.limit, query.offset, *scope)
    if query.offset <= NEAR:
        return _near_page(resource, query.descending), (*first, *scope, query.limit, query.offset)
    place = (query.offset, *counted)
    return _later_page(resource, query.descending), (*first, *scope, *place, *scope, query.limit)


@lru_cache
def _near_page(resource: Resource, descending: bool) -> str:
    return (
        f"SELECT {_shown(resource)}, {tally.COUNT} FROM {resource.name}"
        f" WHERE account_id = ? ORDER BY id {_direction(descending)} LIMIT ? OFFSET ?"
    )


@lru_cache
def _later_page(resource: Resource, descending: bool) -> str:
    first = (
        f"WITH place AS ({tally.place(descending)})"
        f" SELECT id FROM {resource.name} WHERE account_id = ? AND id > (SELECT after_id FROM place)"
        " ORDER BY id LIMIT 1 OFFSET COALESCE((SELECT skip FROM place), 0)"
    )
    return (
        f"SELECT {_shown(resource)}, {tally.COUNT} FROM {resource.name}"
        f" WHERE account_id = ? AND id {'<=' if descending else '>='} ({first})"
        f" ORDER BY id {_direction(descending)} LIMIT ?"
    )


@lru_cache
def _sorted_page(resource: Resource, column: str, descending: bool) -> str:
    """Keys first, picked on the index alone; then the rows of one page."""
    count = tally.SHARED_COUNT if resource.shared else tally.COUNT
    keys = f"{_keys(resource, column, f'? < {count}', descending)} LIMIT ? OFFSET ?"
    return _shown_in_order(resource, column, count, keys, descending)


@lru_cache
def _deep_page(resource: Resource, column: str, descending: bool) -> str:
    """Keys picked from the nearer end of the list: the other arm reads nothing."""
    ahead = "skipped * 2 < count"
    arms = [
        _arm(
            _keys(resource, column, "TRUE", descending), f"CASE WHEN {ahead} THEN most ELSE 0 END", "skipped"
        ),
        _arm(
            _keys(resource, column, "TRUE", not descending),
            f"CASE WHEN {ahead} OR skipped >= count THEN 0 WHEN skipped + most > count THEN count - skipped ELSE most END",
            "CASE WHEN skipped + most > count THEN 0 ELSE count - skipped - most END",
        ),
    ]
    page = f"SELECT CAST(? AS BIGINT) AS skipped, CAST(? AS BIGINT) AS most, {tally.COUNT} AS count"
    keys = f"WITH page AS ({page}) {' UNION ALL '.join(arms)}"
    return _shown_in_order(resource, column, tally.COUNT, keys, descending)


def _arm(keys: str, most: str, skipped: str) -> str:
    limit, offset = (f"COALESCE((SELECT {value} FROM page), 0)" for value in (most, skipped))
    return f"SELECT key, place FROM ({keys} LIMIT {limit} OFFSET {offset}) AS arm"


def _keys(resource: Resource, column: str, condition: str, descending: bool) -> str:
    return (
        f"SELECT id AS key, {column} AS place FROM {resource.name}"
        f" WHERE {_scope(resource)}{condition} ORDER BY {_order(column, 'id', descending)}"
    )


def _shown_in_order(resource: Resource, column: str, count: str, keys: str, descending: bool) -> str:
    """The records with these keys. The join is an outer one, which no planner turns round."""
    shown = _shown(resource, "record.")
    scope = "" if resource.shared else "record.account_id = ? AND "
    return (
        f"SELECT {shown}, {count} FROM ({keys}) AS keys"
        f" LEFT JOIN {resource.name} AS record ON {scope}record.id = keys.key"
        f" ORDER BY {_order('id' if column == 'id' else 'place', 'key', descending)}"
    )


def _order(column: str, key: str, descending: bool) -> str:
    direction = _direction(descending)
    by_column = f"{column} {direction} NULLS {'LAST' if descending else 'FIRST'}, "
    return f"{'' if column == 'id' else by_column}{key} {direction}"


def _shown(resource: Resource, prefix: str = "") -> str:
    columns = [f"{prefix}{name}" for name in list_view(resource).columns]
    for place in long_places(resource):
        column = columns[place]
        columns[place] = f"CASE WHEN octet_length({column}) > ? THEN '' ELSE {column} END"
    return ", ".join(columns)


def _scope(resource: Resource) -> str:
    return "" if resource.shared else "account_id = ? AND "


def _key(resource: Resource) -> str:
    return f"{_scope(resource)}id = ?"


def _direction(descending: bool) -> str:
    return "DESC" if descending else "ASC"
