"""A record as one row of a table: which property of it is in which column."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from closum.model import projection
from closum.model.consents import Held
from closum.model.fields import Document, Field, Text, Timestamp
from closum.model.projection import Column, Foreign
from closum.model.relations import Reference
from closum.model.resource import Resource
from closum.model.user_fields import Users
from closum.model.view import REMEMBERED


class Flat(NamedTuple):
    """Headings are the names of properties, those of other records with dots: `email.email`.

    `columns` are those of the database with their values, and `texts` the places of what people type.
    """

    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    texts: tuple[int, ...]


@lru_cache(maxsize=REMEMBERED)
def flat(resource: Resource, fields: tuple[str, ...] = ()) -> Flat:
    """All that an import needs to make the record again; with `fields`, as `projection.parse` gives them, these alone."""
    usual = tuple(_usual(resource))
    asked = [one for name in fields or usual for one in (usual if name == projection.EVERYTHING else (name,))]
    shows = {nested.name: nested.shows for nested in resource.nested}
    found = dict(_flattened(projection.shape(resource, tuple(asked), shows)))
    columns = tuple(found.values())
    return Flat(
        tuple(found),
        columns,
        tuple(place for place, column in enumerate(columns) if _is_text(resource, column)),
    )


def _usual(resource: Resource) -> Iterator[str]:
    """What people look for comes first, then what may be long, and last what answers show only where it is asked for."""
    yield "id"
    listed = {*resource.listing.listed, *resource.listing.retrieved}
    shown = [one for one in resource.fields if one.name in listed]
    yield from (one.name for one in shown if not isinstance(one, Document | Timestamp | Reference))
    yield from (f"{nested.name}.{key}" for nested in resource.nested for key in nested.shows)
    yield from _referring(shown)
    yield from (one.name for one in shown if isinstance(one, Timestamp))
    yield from (one.name for one in shown if isinstance(one, Document))
    others = [one for one in resource.writable if one.name not in listed]
    yield from _referring(others)
    yield from (one.name for one in others if not isinstance(one, Reference))
    yield from (one.name for one in resource.fields if isinstance(one, Held))


def _referring(fields: Iterable[Field]) -> Iterator[str]:
    """Each field that names a record, with what people know that by."""
    for one in fields:
        if isinstance(one, Reference):
            yield from (one.name, f"{one.resource.name}.{_label(one.resource)}")


def _label(resource: Resource) -> str:
    """What people know a record by: the first of its texts."""
    return next(field.name for field in resource.fields if isinstance(field, Text))


def _flattened(shape: dict[str, Column | dict[str, Column]]) -> Iterator[tuple[str, Column]]:
    for name, column in shape.items():
        if isinstance(column, dict):
            yield from ((f"{name}.{key}", one) for key, one in column.items())
        else:
            yield name, column


def _is_text(resource: Resource, column: Column) -> bool:
    if isinstance(column, Foreign):
        return _is_text(column.resource, column.column)
    return isinstance(_fields(resource).get(column), Text | Document | Users)


@lru_cache
def _fields(resource: Resource) -> dict[str, Field]:
    """By the column of the row that holds it."""
    found = {field.name: field for field in resource.fields}
    for nested in resource.nested:
        found |= {f"{nested.name}_{field.name}": field for field in nested.resource.fields}
    return found
