"""All resources together: what no declaration tells alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self, TypeVar

from closum.model.relations import Nested, Parent, Use
from closum.model.resource import Resource

_Relation = TypeVar("_Relation", Nested, Parent, Use)
_By = Mapping[Resource, list[tuple[Resource, _Relation]]]


class Resources(tuple[Resource, ...]):
    """A list of resources; two lists are the same if they are one."""

    def __new__(cls, *those: Resource) -> Self:
        return super().__new__(cls, those)

    __hash__ = object.__hash__
    __eq__ = object.__eq__

    def named(self, name: str | None) -> Resource | None:
        return self._by_name.get(name or "")

    def of_name(self, name: str) -> Resource:
        """Raises KeyError for a name that none has."""
        return self._by_name[name]

    def shown_by(self, resource: Resource) -> list[tuple[Resource, Nested]]:
        """Who shows records of this resource, and as what."""
        return self._shown.get(resource, [])

    def used_by(self, resource: Resource) -> list[tuple[Resource, Use]]:
        """Whose records name those of this resource, which are not deleted meanwhile, and by which field."""
        return self._used.get(resource, [])

    def children_of(self, resource: Resource) -> list[tuple[Resource, Parent]]:
        """Whose records belong to those of this resource, and by which field."""
        return self._children.get(resource, [])

    @cached_property
    def _by_name(self) -> Mapping[str, Resource]:
        return {one.name: one for one in self}

    @cached_property
    def _shown(self) -> _By[Nested]:
        return _by((other, nested) for other in self for nested in other.nested)

    @cached_property
    def _used(self) -> _By[Use]:
        return _by((other, use) for other in self for use in other.uses)

    @cached_property
    def _children(self) -> _By[Parent]:
        return _by((other, parent) for other in self for parent in other.parents)


def _by(pairs: Iterable[tuple[Resource, _Relation]]) -> _By[_Relation]:
    """Whose records lead to those of a resource, and how."""
    found = defaultdict[Resource, list[tuple[Resource, _Relation]]](list)
    for other, one in pairs:
        found[one.resource].append((other, one))
    return dict(found)
