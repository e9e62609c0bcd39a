"""Which properties of a body have no effect: unknown ones, and read-only ones."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from closum.model.resource import Resource

Path = tuple[str, ...]
"""The name of a property, behind that of the object that it stands in."""


def paths(resource: Resource, body: Mapping[str, Any]) -> list[Path]:
    """The properties of a body that a create or update ignores.

    Never an `id`: clients send a record back as they got it, with its own id and those of its nested records.
    """
    taken = _taken(resource)
    found: list[Path] = [(name,) for name in body if name not in taken]
    for nested in resource.nested:
        value = body.get(nested.name)
        if isinstance(value, dict):
            taken = _taken(nested.resource)
            found += [(nested.name, name) for name in value if name not in taken]
    return found


@lru_cache
def _taken(resource: Resource) -> frozenset[str]:
    return frozenset({"id", *resource.writable_names, *(nested.name for nested in resource.nested)})
