"""How the columns of a row become a record of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from closum.model import projection
from closum.model.projection import Column, Foreign
from closum.model.resource import Record, Resource
from closum.model.user_fields import Users, listed

_LISTED = "_listed_ids"
REMEMBERED = 512  # views: of the resources, and of what clients ask for by `fields`


@dataclass(frozen=True, slots=True)
class View:
    """Which columns an answer selects, and how their values become records.

    `render` takes a row, which may have more columns behind its own; `render_counted` all rows of a page, each with the count
    behind its columns.
    """

    columns: tuple[Column, ...]
    render: Callable[[tuple[Any, ...]], Any]
    render_counted: Callable[[list[tuple[Any, ...]]], list[Any]]


@lru_cache(maxsize=REMEMBERED)
def list_view(resource: Resource, fields: tuple[str, ...] = ()) -> View:
    """A record in a list: nested ones without their id. With `fields`, these alone, as `projection.parse` gives them."""
    shown = {nested.name: nested.shows for nested in resource.nested}
    if fields:
        return _projected(resource, fields, resource.listing.listed, shown)
    return _view(resource, resource.listing.listed, shown)


@lru_cache(maxsize=REMEMBERED)
def record_view(resource: Resource, fields: tuple[str, ...] = ()) -> View:
    """A retrieved record: nested ones with their id. With `fields`, these alone."""
    shown = {nested.name: nested.retrieved for nested in resource.nested}
    if fields:
        return _projected(resource, fields, resource.listing.retrieved, shown)
    return _view(resource, resource.listing.retrieved, shown)


def _view(resource: Resource, keys: tuple[str, ...], shown: Mapping[str, tuple[str, ...]]) -> View:
    plain = [key for key in keys if key not in shown]
    columns, members = (
        list[Column](plain),
        [_member(resource, key) % place for place, key in enumerate(plain)],
    )
    shapes: dict[str, Any] = {resource.name: _shape(resource.name, keys), _LISTED: listed}
    for name in keys[len(plain) :]:
        start = len(columns)
        columns += [f"{name}_{key}" for key in shown[name]]
        shapes[name] = _shape(name, shown[name])
        inner = ", ".join(f"{{{place}}}" for place in range(start, len(columns)))
        members.append(f"None if {{{start}}} is None else {name}({inner})")
    # Written out once for each view: it runs for every record of every list, and takes a third of the time
    # that a loop over names does. Every name in it is a declaration's.
    record = f"{resource.name}({', '.join(members)})"
    one = record.format(*(f"row[{place}]" for place in range(len(columns))))
    names = [f"_{column}" for column in columns]
    render = eval(f"lambda row: {one}", shapes)  # noqa: S307
    render_counted = eval(f"lambda rows: [{record.format(*names)} for {', '.join(names)}, _ in rows]", shapes)  # noqa: S307
    return View(tuple(columns), render, render_counted)


def _projected(
    resource: Resource, fields: tuple[str, ...], keys: tuple[str, ...], shown: Mapping[str, tuple[str, ...]]
) -> View:
    """Records as dictionaries: a type for each of what clients ask for would never go away."""
    columns, members = list[Column](), list[str]()
    links = projection.links(resource)
    usual = {key: shown.get(key, ()) for key in keys}
    for name, column in projection.shape(resource, fields, usual).items():
        if not isinstance(column, dict):
            value = _member(resource, column) % len(columns)
            members.append(f"'{name}': {value.replace('{', 'row[').replace('}', ']')}")
            columns.append(column)
            continue
        link, first = len(columns), len(columns) + 1
        inner = ", ".join(f"'{key}': row[{place}]" for place, key in enumerate(column, first))
        members.append(f"'{name}': None if row[{link}] is None else {{{inner}}}")
        columns += (links[name], *column.values())
    # Every name in it is a declaration's.
    render = eval(f"lambda row: {{{', '.join(members)}}}", {_LISTED: listed})  # noqa: S307
    return View(tuple(columns), render, lambda rows: [render(row) for row in rows])


def _member(resource: Resource, column: Column) -> str:
    """How a value is written out, `{%d}` in place of it: an array is stored as text."""
    arrays = [field.name for field in resource.fields if isinstance(field, Users)]
    return f"{_LISTED}({{%d}})" if column in arrays else "{%d}"


def _shape(name: str, keys: tuple[str, ...]) -> type[Record]:
    shape = msgspec.defstruct(name, keys, bases=(Record,), gc=False)
    assert issubclass(shape, Record)
    return shape


def most_bytes(resource: Resource, column: Column) -> int:
    """How long a value may be that is shown; 0 where nothing tells."""
    if isinstance(column, Foreign):
        return most_bytes(column.resource, column.column)
    sizes = {field.name: field.most_bytes for field in resource.fields}
    for nested in resource.nested:
        sizes |= {f"{nested.name}_{field.name}": field.most_bytes for field in nested.resource.fields}
    return sizes.get(column, 0)
