"""What records name of others."""

from collections.abc import Iterator, Mapping
from typing import Any

from closum.model.fields import Field
from closum.model.resource import Resource
from closum.model.user_fields import listed
from closum.web.kinds import kind_of

USER = "user"
Key = tuple[str, int]
Named = Mapping[Key, str]
"""What records are called, by the name of their resource and their id; users by USER."""


def wanted(resource: Resource, record: Mapping[str, Any]) -> Iterator[Key]:
    """What a record names of others: the name of the resource and the id, of users USER."""
    for field in resource.fields:
        yield from named_by(field, record.get(field.name))


def named_by(field: Field, value: Any) -> Iterator[Key]:
    """Likewise of one value."""
    kind = kind_of(field)
    if value is None:
        return
    if kind == "reference":
        yield field.resource.name, value  # type: ignore[attr-defined]
    elif kind == "user":
        yield USER, value
    elif kind == "users":
        yield from ((USER, one) for one in (listed(value) if isinstance(value, str) else value))
