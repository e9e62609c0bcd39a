"""A resource: what one kind of record of the API is made of, declared once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from closum.model.examples import Examples
from closum.model.fields import Author, Field, Integer, Timestamp, User
from closum.model.moments import Moment
from closum.model.terms import Terms

Row = dict[str, Any]
"""A record by column."""


def is_id(value: Any) -> bool:
    """Whether a stored value can be the id of a record."""
    return type(value) is int and 0 < value < 2**63


class Record(msgspec.Struct, gc=False):
    """A record as an answer shows it, its properties by key: `record["name"]`.

    Made and encoded in half the time that a dictionary takes, and never looked at by the collector of garbage.
    """

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key)


VERBS: tuple[str, ...] = ("list", "create", "retrieve", "update", "patch", "delete")


class Exact(NamedTuple):
    """A derived column that is compared as it is; `read` makes what it holds of a filter's text (ValueError: it cannot)."""

    column: str
    read: Callable[[str], Any]


class Unique(NamedTuple):
    """No two records of an account share the value of `column`, except None; a clash is `field`'s fault.

    `names` says whether a value is the key of somebody by the rules of today: a record that is to have another key, and
    cannot have it, does not keep such a one. `personal` says that a value leads to a person. `keys` are those that a filter's
    text may mean; `ambiguous` says that they may be many, and take milliseconds to find. Where it may be `repeated`, a create of
    what is there already gives the record that is there.
    """

    column: str
    field: str
    names: Callable[[Any], bool] = lambda key: False
    personal: bool = False
    keys: Callable[[str], Sequence[str]] = lambda text: (text,)
    ambiguous: bool = False
    repeated: bool = False


class Earliest(NamedTuple):
    """The least time in `of` among the records of one parent that have nothing in `until`, kept in a `column` of that."""

    parent: str
    column: str
    of: str
    until: str


@dataclass(frozen=True, slots=True)
class Derived:
    """Columns that are always what `make(*sources)` gives, in the same order.

    `optional` are those that may be None although every source is there.
    """

    columns: tuple[str, ...]
    sources: tuple[str, ...]
    make: Callable[..., tuple[Any, ...]]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Searched:
    """What searches find a record by: the terms that `make` gives for a row, of which it reads the `sources`."""

    sources: tuple[str, ...]
    make: Callable[[Row], Terms]


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
class Parent(Integer):
    """The id of the record of the same account that this one belongs to, and with which it is deleted.

    Always required: a record without its parent would belong to nobody. An update may name another parent.
    """

    required: bool = True
    resource: "Resource" = field(kw_only=True)

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

    `key` is the property that makes it one (an address, a number); `shows` are the properties in a list;
    `copies` are the columns of the other record that this row keeps, as `<name>_<column>`; `words` says which terms of the
    row are the words of the key.
    """

    name: str
    resource: "Resource"
    key: str
    shows: tuple[str, ...]
    copies: tuple[str, ...]
    words: str = ""
    description: str = ""

    def __post_init__(self) -> None:
        if self.resource.parents:
            raise ValueError(
                f"{self.name}: {self.resource.name} belongs to another record, so nothing shows it"
            )

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


@dataclass(frozen=True)
class Listing:
    """What answers show of a record, and what lists are sorted by.

    `listed` and `retrieved` give the order of keys in answers, nested ones last; `sorts` maps what a client may name to
    the column that orders by it. `filters` are derived columns that a filter may name beside the properties; `spellings` gives,
    for the text of a filter by the property, every value that is stored for what it means. Of a singleton `listed` and
    `sorts` are empty.
    """

    listed: tuple[str, ...]
    retrieved: tuple[str, ...]
    sorts: Mapping[str, str]
    default_sort: str = "id"
    filters: Mapping[str, "Exact"] = field(default_factory=dict)
    spellings: Mapping[str, Callable[[str], Sequence[str]]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Resource:
    """One kind of record of the API: its properties, what can be done with it, and what it is linked to.

    `at_least_one` names properties of which one must be there. `reconcile` takes writable values, of which some may be
    missing or None, and gives those that change so that all agree with each other; values that agree give nothing. `terms`
    are what searches find a record by, where it can be searched; `earliest` is what its parent keeps of it. A `singleton` is there once in each account: it has no
    list, and its path has no id.
    """

    name: str
    fields: tuple[Field, ...]
    listing: Listing
    examples: Examples
    nested: tuple[Nested, ...] = ()
    derived: tuple[Derived, ...] = ()
    unique: Unique | None = None
    at_least_one: tuple[str, ...] = ()
    reconcile: Callable[[Row], Row] | None = None
    terms: Searched | None = None
    earliest: Earliest | None = None
    verbs: tuple[str, ...] = VERBS
    shared: bool = False
    singleton: bool = False

    @property
    def plural(self) -> str:
        """What several records are called: leads, cities, statuses, keys; a singleton by its name."""
        if self.singleton:
            return self.name
        if self.name.endswith("y") and self.name[-2] not in "aeiou":
            return f"{self.name[:-1]}ies"
        return f"{self.name}es" if self.name.endswith(("s", "x", "ch", "sh")) else f"{self.name}s"

    @property
    def slug(self) -> str:
        """The name in paths: `contact-type`."""
        return self.name.replace("_", "-")

    @property
    def one(self) -> str:
        """What one is called in a sentence: contact type."""
        return self.name.replace("_", " ")

    @property
    def several(self) -> str:
        """What several are called there: contact types."""
        return self.plural.replace("_", " ")

    @property
    def title(self) -> str:
        """What one is called in a heading: Contact type."""
        return self.one.capitalize()

    @property
    def titles(self) -> str:
        """What several are called there: Contact types."""
        return self.several.capitalize()

    @property
    def key(self) -> str:
        """The column of the unique key, of one that has it."""
        assert self.unique is not None
        return self.unique.column

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column but `account_id`, in the order in which rows are written."""
        columns = ["id", *(field.name for field in self.fields)]
        derived = [column for derived in self.derived for column in derived.columns]
        columns += [column for column in derived if column not in columns]
        for nested in self.nested:
            columns += nested.columns
        return (*columns, *(() if self.shared else ("version", "modified")))

    @cached_property
    def values(self) -> Callable[[Row], tuple[Any, ...]]:
        """A row's values, in the order of the columns."""
        return itemgetter(*self.columns)

    @cached_property
    def writable(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.read_only)

    @cached_property
    def parents(self) -> tuple[Parent, ...]:
        """The fields that name what a record belongs to."""
        return tuple(field for field in self.fields if isinstance(field, Parent))

    @cached_property
    def references(self) -> tuple[Reference | Parent, ...]:
        """The fields that name a record which has to exist."""
        return tuple(field for field in self.fields if isinstance(field, Reference | Parent))

    @cached_property
    def links(self) -> tuple[tuple["Resource", str], ...]:
        """Records of the same account that one shows or belongs to: their resource, and the column with the id."""
        shown = ((nested.resource, nested.link) for nested in self.nested)
        return (*shown, *((parent.resource, parent.name) for parent in self.parents))

    @cached_property
    def depth(self) -> int:
        """How many levels of records there are in what one shows and belongs to: those below are written first, and
        removed last."""
        return 1 + max((resource.depth for resource, _ in self.links), default=0)

    @cached_property
    def blank(self) -> Row:
        """The writable properties of a record that is told nothing."""
        return {field.name: field.initial for field in self.writable}

    @cached_property
    def required(self) -> bool:
        """Whether a new record needs any property."""
        return any(field.required for field in self.writable)

    @cached_property
    def initial(self) -> Row:
        """What a new record gets by itself, but for its id and timestamps."""
        return {field.name: field.initial for field in self.fields if field.read_only}

    @cached_property
    def author(self) -> str:
        """The column that has the user who made a record; "" where none has."""
        return next((field.name for field in self.fields if isinstance(field, Author)), "")

    @cached_property
    def timestamps(self) -> tuple[str, ...]:
        """The columns that have the time at which a record was made."""
        return tuple(field.name for field in self.fields if type(field) is Timestamp)

    @cached_property
    def moments(self) -> tuple[str, ...]:
        """The properties that are times which clients set."""
        return tuple(field.name for field in self.writable if isinstance(field, Moment))

    @cached_property
    def users(self) -> tuple[User, ...]:
        """The fields that name a user of the account."""
        return tuple(field for field in self.writable if isinstance(field, User))

    @cached_property
    def dated(self) -> str:
        """The column that has the time at which a record was made, where lists are sorted by it; "" where by ids instead."""
        return next((name for name in self.timestamps if name in self.listing.sorts.values()), "")

    @cached_property
    def own_columns(self) -> tuple[str, ...]:
        """What a record does not share with others: its fields, and the ids of the records that it shows."""
        return (*(field.name for field in self.fields), *(nested.link for nested in self.nested))

    @cached_property
    def writable_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.writable)

    def together(self, names: Iterable[str]) -> set[str]:
        """The properties, and those that mean something only with one of them, as a number with its extension."""
        wanted, own = set(names), set(self.own_columns)
        groups = [own.intersection(one.sources) for one in self.derived]
        return wanted.union(*(group for group in groups if group & wanted))

    def reconciled(self, values: Row) -> Row:
        """Writable values, and those that have to be others so that they agree."""
        others = self.reconcile(values) if self.reconcile else None
        return values | others if others else values

    def derive(self, row: Row, changed: frozenset[str] | None = None) -> Row:
        """The derived columns of a row; with `changed`, only those that depend on one of its columns."""
        derived: Row = {}
        for one in self.derived:
            if changed is None or changed.intersection(one.sources):
                made = one.make(*map(row.__getitem__, one.sources))
                derived.update(zip(one.columns, made, strict=True))
        return derived
