"""Rows of any resource: found. Always within the unit's account."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from closum.model.query import Query
from closum.model.resource import Record, Resource, Row
from closum.model.view import list_view, record_view
from closum.store import pages, statements, together
from closum.store.scope import scope_of
from closum.store.together import Read
from closum.store.unit import Result, Stream, Unit
from closum.store.version import tag_of


class TooLong(Exception):
    """A page has a value that is too long to be read with the others: it is read by `each`."""


def retrieve(unit: Unit, resource: Resource, record_id: int) -> tuple[Record, str] | None:
    """The record as an answer shows it, and the tag of its state, "" where it never changes."""
    text, values, render, is_versioned = _retrieving(resource)
    row = unit.one(text, values((unit.account_id, record_id)))
    if row is None:
        return None
    return render(row), tag_of(row[-2], row[-1]) if is_versioned else ""


@lru_cache
def _retrieving(
    resource: Resource,
) -> tuple[str, Callable[[Result], Result], Callable[[Result], Record], bool]:
    text, values = statements.select_record(resource)
    return text, values, record_view(resource).render, bool(scope_of(resource).versions)


def page(unit: Unit, resource: Resource, query: Query) -> tuple[list[Record], int]:
    """The records of a page as a list shows them, and how many there are; (…, 0) where the page is empty.

    Raises TooLong.
    """
    rows = _page(unit, resource, query, pages.most_read_whole(query))
    for value in pages.long_values(resource):
        if "" in map(value, rows):
            raise TooLong
    return list_view(resource).render_counted(rows), rows[0][-1] if rows else 0


def _page(unit: Unit, resource: Resource, query: Query, most: int) -> list[Result]:
    """On SQLite first by the short statement for a list without gaps: a second one costs no round trip there."""
    of = (resource, query, unit.account_id, unit.engine, most)
    rows = unit.all(*pages.page(*of, gaps=unit.engine != "sqlite"))
    if rows and rows[0][0] is None:
        return unit.all(*pages.page(*of)) if rows[0][-1] > query.window.offset else []
    return rows


def each(unit: Stream, resource: Resource, query: Query, take: Callable[[Record], object]) -> int:
    """Hand each record of a page to `take`, as a list shows it; how many there are in all, 0 where the page is empty."""
    render, count = list_view(resource).render, 0

    def one(row: Result) -> None:
        nonlocal count
        take(render(row))
        count = row[-1]

    unit.each(*pages.page(resource, query, unit.account_id, unit.engine), one)
    return count


def rows_by(unit: Unit, resource: Resource, column: str, values: Iterable[Any]) -> dict[Any, Row]:
    """Records by their value in `column`, for those of `values` that there are. The column is unique."""
    return {row[column]: row for row in all_by(unit, resource, column, values)}


def all_by(unit: Unit, resource: Resource, column: str, values: Iterable[Any]) -> list[Row]:
    """Every record whose value in `column` is one of `values`."""
    found: list[Row] = []
    together.read(unit, [reading(unit, resource, column, values, found.extend)])
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
        for chunk in chunks(values)
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
        for chunk in chunks(stored)
    ]
    return Read(several, lambda results: take({row[0] for row in results}))


def chunks(values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Distinct values, as many at a time as a prepared statement has; the last one repeated to fill it.

    Without None, which is equal to nothing.
    """
    distinct = [value for value in dict.fromkeys(values) if value is not None]
    for start in range(0, len(distinct), statements.MAX_VALUES):
        chunk = distinct[start : start + statements.MAX_VALUES]
        yield (*chunk, *[chunk[-1]] * (statements.padded(len(chunk)) - len(chunk)))
