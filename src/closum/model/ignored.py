"""Which properties of a body have no effect: unknown ones, and read-only ones."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from closum.model.resource import Resource

Path = tuple[str, ...]
"""The name of a property, after that of the object that contains it."""


def paths(resource: Resource, body: Mapping[str, Any]) -> list[Path]:
    """The properties of a body that a create or update ignores.

    Never an `id`: clients send a record back as they got it, with its own id and those of its nested records.
    """
    taken, of_parts = _taken(resource)
    # Comparing sets of keys takes a fifth of a loop over them, and mostly there is nothing to be found.
    found: list[Path] = [] if body.keys() <= taken else [(name,) for name in body if name not in taken]
    for part, taken in of_parts:
        value = body.get(part)
        if isinstance(value, dict) and not value.keys() <= taken:
            found += [(part, name) for name in value if name not in taken]
    return found


@lru_cache
def _taken(resource: Resource) -> tuple[frozenset[str], tuple[tuple[str, frozenset[str]], ...]]:
    """Names of the properties that are not ignored: of the resource, and of each object in it."""
    nested = resource.nested
    own = frozenset({"id", *resource.body_names})
    of_nested = ((one.name, _taken(one.resource)[0]) for one in nested)
    return own, (*of_nested, *((one.name, frozenset({"id", *one.parts})) for one in resource.sent))
