"""A resource: what one noun of the API is made of, declared once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from closum.model.fields import Field, Integer

Row = dict[str, Any]
"""A record by column."""

VERBS: tuple[str, ...] = ("list", "create", "retrieve", "update")


class Unique(NamedTuple):
    """No two records of an account share the value of `column`, except None; a clash is `field`'s fault.

    `names` says whether a value is the key of somebody by the rules of today: a record that is to have another key, and
    cannot have it, does not keep such a one.
    """

    column: str
    field: str
    names: Callable[[Any], bool] = lambda key: False


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
class Reference(Integer):
    """The id of a record that has to exist, of a resource that all accounts share."""

    resource: "Resource" = field(kw_only=True)

    def __post_init__(self) -> None:
        if not self.resource.shared:
            raise ValueError(f"{self.name}: {self.resource.name} is not shared by all accounts, so nest it")


@dataclass(frozen=True)
class Nested:
    """Another resource's record that this one links to and shows.

    `key` is the property that makes it one (an address, a number); `shows` are the properties in a list;
    `copies` are the columns of the other record that this row keeps, as `<name>_<column>`.
    """

    name: str
    resource: "Resource"
    key: str
    shows: tuple[str, ...]
    copies: tuple[str, ...]
    description: str = ""

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
    def _values(self) -> Callable[[Row], tuple[Any, ...]]:
        return itemgetter("id", *self.copies)

    @cached_property
    def _nothing(self) -> Row:
        return dict.fromkeys(self.columns)


@dataclass(frozen=True, eq=False)
class Resource:
    """One noun: its properties, what each answer shows, and how lists are ordered.

    `sorts` maps what a client may name to the column that orders by it; `listed` and `retrieved` give the order of
    keys in answers, nested ones last; `at_least_one` names properties of which one must be there. A `singleton` is
    there once in each account: it has no list, and its path has no id. `reconcile` takes writable values, of which
    some may be missing or None, and gives those that change so that all agree with each other; values that agree give
    nothing. `sample` is a body that creates a record, as the published documentation has it, for the reference and
    for tests; of a resource that cannot be created, a whole record. `update_sample` is a body that updates it, where
    that differs; `retrieved_sample` what a retrieved record has otherwise than the fields' examples; `sample_count`
    how many records the list of the reference has.
    """

    name: str
    fields: tuple[Field, ...]
    listed: tuple[str, ...]
    retrieved: tuple[str, ...]
    sorts: Mapping[str, str]
    sample: Mapping[str, Any]
    nested: tuple[Nested, ...] = ()
    derived: tuple[Derived, ...] = ()
    unique: Unique | None = None
    at_least_one: tuple[str, ...] = ()
    reconcile: Callable[[Row], Row] | None = None
    default_sort: str = "id"
    verbs: tuple[str, ...] = VERBS
    shared: bool = False
    singleton: bool = False
    update_sample: Mapping[str, Any] | None = None
    retrieved_sample: Mapping[str, Any] = field(default_factory=dict)
    sample_count: int = 25

    @property
    def change(self) -> Mapping[str, Any]:
        """A body that updates the record that `sample` creates."""
        return self.sample if self.update_sample is None else self.update_sample

    @property
    def plural(self) -> str:
        """What several records are called: leads, cities, statuses, keys; a singleton by its name."""
        if self.singleton:
            return self.name
        if self.name.endswith("y") and self.name[-2] not in "aeiou":
            return f"{self.name[:-1]}ies"
        return f"{self.name}es" if self.name.endswith(("s", "x", "ch", "sh")) else f"{self.name}s"

    @property
    def title(self) -> str:
        """What one is called in a heading: Lead."""
        return self.name.replace("_", " ").capitalize()

    @property
    def titles(self) -> str:
        """What several are called there: Leads."""
        return self.plural.replace("_", " ").capitalize()

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
    def writable(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if not field.read_only)

    @cached_property
    def writable_names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.writable)

    def reconciled(self, values: Row) -> Row:
        """Writable values, and those that have to be others so that they agree."""
        return values | self.reconcile(values) if self.reconcile else values

    def derive(self, row: Row, changed: frozenset[str] | None = None) -> Row:
        """The derived columns of a row; with `changed`, only those that depend on one of its columns."""
        derived: Row = {}
        for one in self.derived:
            if changed is None or changed.intersection(one.sources):
                values = one.make(*map(row.__getitem__, one.sources))
                derived.update(zip(one.columns, values, strict=True))
        return derived


class Record(msgspec.Struct, gc=False):
    """A record as an answer shows it, its properties by key: `record["name"]`.

    Made and encoded in half the time that a dictionary takes, and never looked at by the collector of garbage.
    """

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key)


@dataclass(frozen=True, slots=True)
class View:
    """Which columns an answer selects, and how their values become records.

    `render` takes a row, behind whose columns others may stand; `render_counted` all rows of a page, each with the count
    behind its columns.
    """

    columns: tuple[str, ...]
    render: Callable[[tuple[Any, ...]], Record]
    render_counted: Callable[[list[tuple[Any, ...]]], list[Record]]


@lru_cache
def list_view(resource: Resource) -> View:
    """A record in a list: nested ones without their id."""
    return _view(resource, resource.listed, {n.name: n.shows for n in resource.nested})


@lru_cache
def record_view(resource: Resource) -> View:
    """A retrieved record: nested ones with their id."""
    return _view(resource, resource.retrieved, {n.name: ("id", *n.shows) for n in resource.nested})


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
