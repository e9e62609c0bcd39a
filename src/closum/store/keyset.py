"""The records behind a place in a list, found on the index of its order: what it costs is the same at any depth.

A list is ordered by a column and then by id, both in one direction, with null as the smallest value. A comparison of rows
skips nulls, so that where they are still to come they are a range of their own.
"""

from collections.abc import Iterator

from closum.model.cursor import Place
from closum.model.fields import Integer
from closum.model.resource import Resource
from closum.store.sql import Sql, joined, sql, value

_LEAST = -(2**63)


def ranges(resource: Resource, column: str, after: Place | None, descending: bool) -> list[Sql]:
    """Conditions, of which each is one range of the index, in the order in which they come."""
    if after is None:
        return [Sql("TRUE")]
    return list(_ranges(resource, column, after, descending))


def _ranges(resource: Resource, column: str, after: Place, descending: bool) -> Iterator[Sql]:
    than = "<" if descending else ">"
    if column == "id":
        yield sql("id {than} {id}", than=than, id=value(after.id))
    elif after.value is None:
        yield sql("({column} IS NULL AND id {than} {id})", column=column, than=than, id=value(after.id))
    else:
        yield sql(
            "({column}, id) {than} ({value}, {id})",
            column=column,
            than=than,
            value=value(after.value),
            id=value(after.id),
        )
    if column != "id" and descending and after.value is not None:
        yield Sql(f"{column} IS NULL")
    elif column != "id" and not descending and after.value is None:
        # "IS NOT NULL" is no range of an index to SQLite.
        least = _LEAST if is_number(resource, column) else ""
        yield sql("{column} >= {least}", column=column, least=value(least))


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
