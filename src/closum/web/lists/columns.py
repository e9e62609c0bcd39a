"""The columns that a list can show, derived from the declaration of its resource."""

from functools import lru_cache
from typing import NamedTuple

from closum.model.fields import Document, Field
from closum.model.relations import Nested, Parent, Reference
from closum.model.resource import Resource
from closum.model.user_fields import Author, User, Users
from closum.resources.city import CITY
from closum.resources.phone import PHONE
from closum.web.kinds import kind_of

WIDTHS = {
    "id": "w1",
    "flag": "w2",
    "validity": "w2",
    "number": "w1",
    "time": "w2",
    "choice": "w3",
    "reference": "w3",
    "user": "w3",
    "users": "w3",
    "phone": "w4",
    "nested": "w5",
    "text": "w3",
}
"""Classes of the style sheet, by the kind of a column; names of cities, which are longer than those of stages, have their own."""

RIGHT = frozenset({"id", "number", "time"})
"""Kinds of what is below each other on the right, as figures are."""


ORIGIN = tuple(
    f"{when}{name}"
    for when in ("", "last_")
    for name in ("source", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
)
"""What says where a lead came from, which is looked at together."""

USER = "user"

Named = Resource | str
"""What a property names: a record of a resource, or a USER."""


class Column(NamedTuple):
    """`kind` says how it is shown; `sort` is what sorts by it, "" where nothing does; `fields` are read for it.

    `named` is what it names, if anything.
    """

    name: str
    kind: str
    sort: str
    fields: tuple[str, ...]
    named: Named | None = None

    @property
    def read(self) -> tuple[str, ...]:
        """What a page reads: the id, too, of a record that it may call otherwise than the database does."""
        has_fixed = isinstance(self.named, Resource) and self.named.fixed
        return tuple(dict.fromkeys((*self.fields, self.name))) if has_fixed else self.fields

    @property
    def width(self) -> str:
        return "w7" if self.named is CITY else WIDTHS[self.kind]

    @property
    def is_right(self) -> bool:
        return self.kind in RIGHT


@lru_cache
def offered(resource: Resource) -> dict[str, Column]:
    """By name, in the order of the declaration with the id last: all but the title, which every list begins with, and documents."""
    title = resource.called_by
    fields = [one for one in resource.fields if not isinstance(one, Document) and one.name != title]
    found = [_of_nested(resource, one) for one in resource.nested]
    found += [_of_field(resource, one) for one in fields]
    if title != "id":
        found.append(Column("id", "id", _sort(resource, "id"), ("id",)))
    return {one.name: one for one in found}


@lru_cache
def usual(resource: Resource) -> tuple[str, ...]:
    """The names of those that are shown where nobody has chosen others."""
    known = offered(resource)
    return resource.listing.columns or tuple(name for name in known if name != "id")[:6]


@lru_cache
def sorts(resource: Resource) -> tuple[str, ...]:
    """What people can sort by: not by the ids of other records, which go with nothing that they see."""
    links = {one.name for one in resource.references}
    return tuple(name for name in resource.listing.sorts if name not in links)


def _sort(resource: Resource, name: str) -> str:
    return name if name in sorts(resource) else ""


def _of_nested(resource: Resource, nested: Nested) -> Column:
    key = f"{nested.name}.{nested.key}"
    sort = _sort(resource, key)
    if nested.resource is PHONE:
        return Column(nested.name, "phone", sort, (f"{nested.name}.extension", key))
    return Column(nested.name, "nested", sort, (key,))


def _of_field(resource: Resource, field: Field) -> Column:
    name, kind, named = field.name, kind_of(field), named_by(field)
    if resource is PHONE and kind == "flag":
        kind = "validity"
    fields = (name,)
    if isinstance(field, Reference):
        fields = (f"{field.resource.name}.{field.resource.called_by}",)
    return Column(name, kind, _sort(resource, name), fields, named)


def named_by(field: Field) -> Named | None:
    """What the values of a field name, None where they name nothing."""
    if isinstance(field, Reference | Parent):
        return field.resource
    return USER if isinstance(field, Author | User | Users) else None


@lru_cache
def usual_order(resource: Resource) -> tuple[str, bool]:
    """What a list is sorted by where nobody says it, and whether it descends: by an order of its own, else the newest first."""
    if resource.listing.default_sort != "id":
        return resource.listing.default_sort, False
    newest = (one for one in resource.timestamps if one in resource.listing.sorts)
    return next(newest, "id"), True
