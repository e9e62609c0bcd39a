"""The records behind a place in a list, found on the index of its order: what it costs is the same at any depth.

A list is ordered by a column and then by id, both in one direction, with null as the smallest value. A comparison of rows
skips nulls, so that where they are still to come they are a range of their own.
"""

from collections.abc import Iterator
from typing import NamedTuple

from closum.model.cursor import Place
from closum.model.fields import Integer
from closum.model.resource import Resource
from closum.store.sql import Sql, joined, sql, value

_LEAST = -(2**63)


class Range(NamedTuple):
    """A condition that is one range of the index; `is_null`: of the records that have nothing there."""

    condition: Sql
    is_null: bool = False


def ranges(
    resource: Resource, column: str, after: Place | None, descending: bool, *, split: bool = False
) -> list[Range]:
    """In the order in which they come; `split` has those without a value apart from the others."""
    if after is not None:
        return list(_behind(resource, column, after, descending))
    if not split:
        return [Range(Sql("TRUE"))]
    return [_valued(resource, column), _without(column)][:: 1 if descending else -1]


def _behind(resource: Resource, column: str, after: Place, descending: bool) -> Iterator[Range]:
    than, of = "<" if descending else ">", value(after.id)
    if column == "id":
        yield Range(sql("id {than} {id}", than=than, id=of))
    elif after.value is None:
        yield Range(sql("({column} IS NULL AND id {than} {id})", column=column, than=than, id=of), True)
        if not descending:
            yield _valued(resource, column)
    else:
        place = value(after.value)
        yield Range(
            sql("({column}, id) {than} ({place}, {id})", column=column, than=than, place=place, id=of)
        )
        if descending:
            yield _without(column)


def _without(column: str) -> Range:
    return Range(Sql(f"{column} IS NULL"), True)


def _valued(resource: Resource, column: str) -> Range:
    """`IS NOT NULL` is no range of an index to SQLite."""
    least = _LEAST if is_number(resource, column) else ""
    return Range(sql("{column} >= {least}", column=column, least=value(least)))


def is_number(resource: Resource, column: str) -> bool:
    """Whether a column that lists are ordered by holds whole numbers, not text."""
    fields = {field.name: field for field in resource.fields}
    return column == "id" or isinstance(fields.get(column), Integer)


def behind(after: Place | None, descending: bool) -> Sql:
    """A condition on `place` and `key`, what a record is ordered by and its id."""
    if after is None:
        return Sql("TRUE")
    than, id_ = "<" if descending else ">", value(after.id)
    if after.value is None:
        same = sql("(place IS NULL AND key {than} {id})", than=than, id=id_)
        return same if descending else sql("({same} OR place IS NOT NULL)", same=same)
    place = value(after.value)
    arms = [
        sql("place {than} {place}", than=than, place=place),
        sql("(place = {place} AND key {than} {id})", than=than, place=place, id=id_),
        *([Sql("place IS NULL")] if descending else []),
    ]
    return sql("({any})", any=joined(" OR ", arms))
