"""Rows of any resource: found. Always within the unit's account."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from closum.model.cursor import Place
from closum.model.projection import Foreign
from closum.model.query import Query
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.view import REMEMBERED, View, list_view, record_view
from closum.store import filtered, onward, pages, statements, together
from closum.store.scope import scope_of
from closum.store.sql import prepared, sql
from closum.store.together import Read
from closum.store.unit import Result, Stream, Unit
from closum.store.version import tag_of, tag_with


class TooLong(Exception):
    """A page has a value that is too long to be read with the others: it is read by `each`."""


class Window(NamedTuple):
    """Records of a page, how many there are in all, None if nobody asks, and the place of the last one, None at the end."""

    records: list[Any]
    total: int | None
    last: Place | None


def retrieve(
    unit: Unit, resource: Resource, record_id: int, fields: tuple[str, ...] = ()
) -> tuple[Any, str] | None:
    """The record as an answer shows it, and the tag of its state, "" where it never changes."""
    text, values, render, tag_of_row = _retrieving(resource, fields)
    row = unit.one(text, values((unit.account_id, record_id)))
    return None if row is None else (render(row), tag_of_row(row))


@lru_cache(maxsize=REMEMBERED)
def _retrieving(
    resource: Resource, fields: tuple[str, ...]
) -> tuple[str, Callable[[Result], Result], Callable[[Result], Any], Callable[[Result], str]]:
    text, values = statements.select_record(resource, fields)
    return text, values, record_view(resource, fields).render, _tagging(resource, fields)


def _tagging(resource: Resource, fields: tuple[str, ...]) -> Callable[[Result], str]:
    """What makes the tag of a retrieved row."""
    if not scope_of(resource).versions:
        return lambda row: ""
    if not (others := _others(resource, fields)):
        return lambda row: tag_of(row[-2], row[-1])
    return lambda row: tag_with(tag_of(row[-2], row[-1]), [row[place] for place in others])


def _others(resource: Resource, fields: tuple[str, ...]) -> list[int]:
    """Places in a row of what it shows of other records, and has no copy of: it changes without a change of the record."""
    columns = record_view(resource, fields).columns
    return [place for place, one in enumerate(columns) if isinstance(one, Foreign)]


def tag(unit: Unit, resource: Resource, record_id: int, fields: tuple[str, ...] = ()) -> str:
    """The tag of the state in which `retrieve` shows a record, "" where it never changes, or there is none."""
    columns = scope_of(resource).versions
    if not columns:
        return ""
    if fields and _others(resource, fields):
        found = retrieve(unit, resource, record_id, fields)
        return found[1] if found else ""
    row = unit.one(*statements.select_columns(resource, columns)(unit.account_id, record_id))
    return tag_of(*row) if row else ""


def page(unit: Unit, resource: Resource, query: Query) -> tuple[list[Any], int]:
    """The records of a page as a list shows them, and how many there are; (…, 0) where the page is empty.

    Raises TooLong.
    """
    if query.is_filtered:
        found = window(unit, resource, query)
        return found.records, found.total or 0
    rows = _page(unit, resource, query, pages.most_read_whole(query))
    view = list_view(resource, query.fields)
    _refuse_long(resource, view, rows)
    return view.render_counted(rows), rows[0][-1] if rows else 0


def _page(unit: Unit, resource: Resource, query: Query, most: int) -> list[Result]:
    """On SQLite first by the short statement for a list without gaps: a second one costs no round trip there."""
    short = unit.engine == "sqlite" and not query.fields
    for statement in pages.statements(resource, query, unit.account_id, unit.engine, most, short=short):
        rows = unit.all(*statement)
        if rows and short and rows[0][0] is None:
            if rows[0][-1] <= query.window.offset:
                break
        elif rows:
            return rows
    return []


def window(unit: Unit, resource: Resource, query: Query) -> Window:
    """A page that is filtered, or goes on behind a place. Raises TooLong."""
    most = pages.most_read_whole(query)
    if query.is_filtered:
        rows, total = filtered.rows(unit, resource, query, most)
    else:
        rows = unit.all(*onward.page(resource, query, unit.account_id, most))
        total = rows[0][-3] if rows else _total(unit, resource)
    view, limit = list_view(resource, query.fields), query.window.limit
    _refuse_long(resource, view, rows)
    return Window([*map(view.render, rows[:limit])], total if query.counted else None, _last(rows, limit))


def _last(rows: list[Result], limit: int) -> Place | None:
    """The place of the last record of a page, where there are more."""
    return Place(rows[limit - 1][-1], rows[limit - 1][-2]) if len(rows) > limit else None


def _total(unit: Unit, resource: Resource) -> int:
    count = sql("SELECT {count}", count=scope_of(resource).count)
    row = unit.one(*prepared(count, "account_id")(unit.account_id))
    return int(row[0] or 0) if row else 0


def _refuse_long(resource: Resource, view: View, rows: list[Result]) -> None:
    for value in pages.long_values(resource, view):
        if "" in map(value, rows):
            raise TooLong


def each(unit: Stream, resource: Resource, query: Query, take: Callable[[Any], object]) -> int:
    """Hand each record of a page to `take`, as a list shows it; how many there are in all, 0 where the page is empty."""
    render, count = list_view(resource, query.fields).render, 0

    def one(row: Result) -> None:
        nonlocal count
        take(render(row))
        count = row[-1]

    for statement in pages.statements(resource, query, unit.account_id, unit.engine):
        unit.each(*statement, one)
        if count:
            break
    return count


def each_of_window(unit: Stream, resource: Resource, query: Query, take: Callable[[Any], object]) -> Window:
    """`window`, with each record handed to `take` instead."""
    render, limit = list_view(resource, query.fields).render, query.window.limit
    places: list[Result] = []

    def one(row: Result) -> None:
        if len(places) < limit:
            take(render(row))
        places.append(row[-2:])

    if query.is_filtered:
        statement, total = filtered.find(unit, resource, query, pages.ANY_LENGTH)
    else:
        statement = onward.page(resource, query, unit.account_id, pages.ANY_LENGTH)
        total = _total(unit, resource)
    unit.each(*statement, one)
    return Window([], total if query.counted else None, _last(places, limit))


def rows_by(unit: Unit, resource: Resource, column: str, values: Iterable[Any]) -> dict[Any, Row]:
    """Records by their value in `column`, for those of `values` that there are. The column is unique."""
    return {row[column]: row for row in all_by(unit, resource, column, values)}


def all_by(unit: Unit, resource: Resource, column: str, values: Iterable[Any]) -> list[Row]:
    """Every record whose value in `column` is one of `values`."""
    found: list[Row] = []
    together.read(unit, [reading(unit, resource, column, values, found.extend)])
    return found


def listed(
    unit: Unit, resource: Resource, ids: Iterable[int], fields: tuple[str, ...] = ()
) -> dict[int, Any]:
    """Those of some records that there are, as a list shows them, by id. For few: they are read whole."""
    view, found = list_view(resource, fields), dict[int, Any]()
    for chunk in statements.chunks(ids):
        select = statements.select_listed(resource, fields, len(chunk), unit.engine)
        rows = unit.all(*select(unit.account_id, *chunk))
        found |= {row[-1]: view.render(row) for row in rows}
    return found


def reading(
    unit: Unit,
    resource: Resource,
    column: str,
    values: Iterable[Any],
    take: Callable[[Iterable[Row]], object],
) -> Read:
    """`all_by` as a read among others: `take` is handed the records."""

    def take_all(results: Iterable[Result]) -> None:
        take({row[0]: dict(zip(resource.columns, row, strict=True)) for row in results}.values())

    several = [
        statements.select_rows(resource, column, len(chunk), unit.engine)(unit.account_id, *chunk)
        for chunk in statements.chunks(values)
    ]
    return Read(several, take_all)


def ids_by(unit: Unit, resource: Resource, column: str, value: Any, most: int) -> list[int]:
    """Ids of at most `most` records that have the value in `column`."""
    statement = statements.select_ids_by(resource, column)
    return [row[0] for row in unit.all(*statement(unit.account_id, value, most))]


def ids_without(unit: Unit, resource: Resource, column: str, least: str) -> list[int]:
    """Ids of the records that have nothing in `column`, or a value that is not less than `least`."""
    statement = statements.select_ids_without(resource, column)
    return [row[0] for row in unit.all(*statement(unit.account_id, least))]


def between(unit: Unit, resource: Resource, column: str, values: tuple[str, str], most: int) -> list[Row]:
    """At most `most` records whose `column` is at least the first of the values and less than the second."""
    found = unit.all(*statements.select_rows_between(resource, column)(unit.account_id, *values, most))
    return [dict(zip(resource.columns, result, strict=True)) for result in found]


def reading_ids(
    unit: Unit, resource: Resource, ids: Iterable[int], take: Callable[[set[int]], object]
) -> Read:
    """Which of the ids there are."""
    stored = (one for one in ids if 0 < one < 2**63)
    several = [
        statements.select_ids(resource, len(chunk), unit.engine)(unit.account_id, *chunk)
        for chunk in statements.chunks(stored)
    ]
    return Read(several, lambda results: take({row[0] for row in results}))
