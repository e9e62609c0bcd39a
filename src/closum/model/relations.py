"""How records are linked to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from closum.model.fields import Integer

if TYPE_CHECKING:
    from closum.model.resource import Resource

Row = dict[str, Any]
"""A record by column."""


def is_id(value: Any) -> bool:
    """Whether a stored value can be the id of a record."""
    return type(value) is int and 0 < value < 2**63


@dataclass(frozen=True, slots=True)
class Reference(Integer):
    """The id of a record that has to exist, of a resource that all accounts share."""

    resource: "Resource" = field(kw_only=True)

    def _is_stored(self, value: Any) -> bool:
        return is_id(value)

    def __post_init__(self) -> None:
        if not self.resource.shared:
            raise ValueError(
                f"{self.name}: {self.resource.name} is not shared by all accounts: use Parent, or Nested"
            )


@dataclass(frozen=True, slots=True)
class Use(Reference):
    """The id of a record of the same account that has to exist, and is not deleted while another one names it.

    `stays` is the table that keeps when a record named which one. No write names one that has the flag `unless`, but those of
    records that named it before. A record that `narrows` by it would mean more without it, so that it is not restored where
    what it names is gone.
    """

    stays: str = ""
    unless: str = ""
    narrows: bool = False

    def __post_init__(self) -> None:
        if self.resource.shared:
            raise ValueError(f"{self.name}: {self.resource.name} is shared by all accounts: use Reference")


@dataclass(frozen=True, slots=True)
class Parent(Integer):
    """The id of the record of the same account that this one belongs to, and with which it is deleted.

    Always required: a record without its parent would belong to nobody. An update may name another parent. The body of the
    parent may have new records of its own, as the property `sent_as`.
    """

    required: bool = True
    resource: "Resource" = field(kw_only=True)
    sent_as: str = field(default="", kw_only=True)

    def _is_stored(self, value: Any) -> bool:
        return is_id(value)

    def __post_init__(self) -> None:
        if self.resource.shared:
            raise ValueError(f"{self.name}: {self.resource.name} is shared by all accounts: use Reference")
        if self.read_only or not self.required or self.implied:
            raise ValueError(f"{self.name}: a body that creates a record names its parent")


@dataclass(frozen=True)
class Nested:
    """Another resource's record that this one links to and shows.

    `key` is the property that makes it one (an address, a number); `shows` are the properties in a list, to which a retrieved
    record adds the id where it is `identified`; `copies` are the columns of the other record that this row keeps, as `<name>_<column>`; `words` says which terms of the
    row are the words of the key.
    """

    name: str
    resource: "Resource"
    key: str
    shows: tuple[str, ...]
    copies: tuple[str, ...]
    words: str = ""
    description: str = ""
    identified: bool = True

    def __post_init__(self) -> None:
        if self.resource.parents:
            raise ValueError(
                f"{self.name}: {self.resource.name} belongs to another record, so nothing shows it"
            )

    @property
    def retrieved(self) -> tuple[str, ...]:
        """What a retrieved record shows of it."""
        return ("id", *self.shows) if self.identified else self.shows

    @property
    def link(self) -> str:
        """Column with the other record's id."""
        return f"{self.name}_id"

    def copy(self, record: Row | None) -> Row:
        """The columns of this row for the linked record; all None without one."""
        return dict(zip(self.columns, self._values(record), strict=True)) if record else self._nothing.copy()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that `copy` fills."""
        return (self.link, *(f"{self.name}_{column}" for column in self.copies))

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """Properties of which this row keeps a copy only to be found by it."""
        names = {field.name for field in self.resource.fields}
        return tuple(column for column in self.copies if column in names and column not in self.shows)

    @cached_property
    def _values(self) -> Callable[[Row], tuple[Any, ...]]:
        return itemgetter("id", *self.copies)

    @cached_property
    def _nothing(self) -> Row:
        return dict.fromkeys(self.columns)
