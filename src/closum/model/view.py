"""How the columns of a row become a record of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from closum.model.resource import Record, Resource


@dataclass(frozen=True, slots=True)
class View:
    """Which columns an answer selects, and how their values become records.

    `render` takes a row, which may have more columns behind its own; `render_counted` all rows of a page, each with the count
    behind its columns.
    """

    columns: tuple[str, ...]
    render: Callable[[tuple[Any, ...]], Record]
    render_counted: Callable[[list[tuple[Any, ...]]], list[Record]]


@lru_cache
def list_view(resource: Resource) -> View:
    """A record in a list: nested ones without their id."""
    return _view(resource, resource.listing.listed, {n.name: n.shows for n in resource.nested})


@lru_cache
def record_view(resource: Resource) -> View:
    """A retrieved record: nested ones with their id."""
    return _view(resource, resource.listing.retrieved, {n.name: ("id", *n.shows) for n in resource.nested})


def _view(resource: Resource, keys: tuple[str, ...], shown: Mapping[str, tuple[str, ...]]) -> View:
    plain = [key for key in keys if key not in shown]
    columns, members = plain.copy(), [f"{{{place}}}" for place in range(len(plain))]
    shapes = {resource.name: _shape(resource.name, keys)}
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


def _shape(name: str, keys: tuple[str, ...]) -> type[Record]:
    shape = msgspec.defstruct(name, keys, bases=(Record,), gc=False)
    assert issubclass(shape, Record)
    return shape
