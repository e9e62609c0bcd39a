"""What the pages of a resource are made of, derived from its declaration."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from closum.model.choices import Choice, Code
from closum.model.fields import Field
from closum.model.resource import Resource
from closum.operations.importing import declared
from closum.resources.lead import LEAD

MAIN, SETTINGS, NOWHERE = "main", "settings", ""
BIN = "/bin"
"""The path of the bin."""
_FIRST = ("lead", "email", "phone", "city")
_OF_SETTINGS = frozenset({"contact_lifecycle_stage", "contact_type", "assignment_rule"})
"""What an account sets up once, and does not work with."""


@dataclass(frozen=True)
class View:
    """The pages of one resource: `path` is that of its list, such as `/audience-lists`."""

    resource: Resource

    @cached_property
    def name(self) -> str:
        return self.resource.name

    @cached_property
    def path(self) -> str:
        return f"/{self.resource.plural.replace('_', '-')}"

    @cached_property
    def place(self) -> str:
        """Where its list is linked from: MAIN, SETTINGS, or NOWHERE, as records are that belong to another one."""
        if self.resource.parents or "list" not in self.resource.verbs:
            return NOWHERE
        return SETTINGS if self.name in _OF_SETTINGS else MAIN

    @property
    def changes(self) -> bool:
        """Whether people change its records."""
        return "update" in self.resource.verbs

    @cached_property
    def has_import(self) -> bool:
        """Whether its list leads to imports of its own: that of leads is in the menu."""
        return self.place == MAIN and self.resource is not LEAD and declared.is_imported(self.resource)

    def label(self, name: str) -> str:
        """The key of what a property is called: `lead.city_id`, `email.status` of `email.status` in a lead."""
        group, dot, key = name.rpartition(".")
        nested = {one.name: one.resource for one in self.resource.nested}
        return f"{nested[group].name}.{key}" if dot and group in nested else f"{self.name}.{name}"

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The keys of the texts that it needs."""
        own = (
            self.name,
            self.resource.plural,
            *(f"{self.name}.{one}" for one in ("new", "n", "n_one", "id", "all")),
        )
        return (*own, *self._keys())

    def _keys(self) -> Iterator[str]:
        for field in self.resource.fields:
            yield f"{self.name}.{field.name}"
            yield from (f"{self.name}.{field.name}.{value}" for value in values_of(field))
        yield from (f"{self.name}.{nested.name}" for nested in self.resource.nested)
        yield from (f"{self.name}.{name}" for name in self.resource.listing.members)
        if fixed := self.resource.fixed:
            yield from (f"{self.name}.{one}" for one in range(1, len(fixed.values) + 1))


def values_of(field: Field) -> Sequence[str]:
    """The values of a field that have texts of their own."""
    return field.among if isinstance(field, Choice) and not isinstance(field, Code) else ()


def views(resources: Sequence[Resource]) -> Mapping[str, View]:
    """By the name of the resource: people and how to reach them first."""
    order = {name: place for place, name in enumerate(_FIRST)}
    return {one.name: View(one) for one in sorted(resources, key=lambda one: order.get(one.name, len(order)))}
