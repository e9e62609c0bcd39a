"""A resource: what one kind of record of the API is made of, declared once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from closum.model.examples import Examples
from closum.model.fields import Field, Timestamp
from closum.model.fixed import Fixed
from closum.model.kept import Earliest, Told
from closum.model.moments import Moment
from closum.model.naming import Named
from closum.model.relations import Nested, Parent, Reference, Row, Use
from closum.model.reported import Reported
from closum.model.terms import Member, Terms
from closum.model.touch import Touch
from closum.model.user_fields import Author, User, Users


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
    what is there already gives the record that is there. `sure` is the flag of a record whose key means one person alone, as `000000000` does not.
    """

    column: str
    field: str
    names: Callable[[Any], bool] = lambda key: False
    personal: bool = False
    keys: Callable[[str], Sequence[str]] = lambda text: (text,)
    ambiguous: bool = False
    repeated: bool = False
    sure: str = ""


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
    """What searches find a record by: the terms that `make` gives for a row, of which it reads the `sources`.

    `exact` are texts, and `filled` numbers, of which a record that has one has a mark, beside that of the value.
    """

    sources: tuple[str, ...]
    make: Callable[[Row], Terms]
    exact: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listing:
    """What answers show of a record, and what lists are sorted by.

    `listed` and `retrieved` give the order of keys in answers, nested ones last; `columns` what pages show beside the name; `sorts`
    maps what a client may name to the column that orders by it, `shown` to that which pages take. `filters` are derived columns that
    a filter may name, `members` what a record is on; `spellings` gives every value that is stored for the text of a filter. `later`
    has what is in the places of properties that later revisions of the published API do not show. Singletons have no sorts.
    """

    listed: tuple[str, ...]
    retrieved: tuple[str, ...]
    sorts: Mapping[str, str]
    default_sort: str = "id"
    filters: Mapping[str, "Exact"] = field(default_factory=dict)
    spellings: Mapping[str, Callable[[str], Sequence[str]]] = field(default_factory=dict)
    later: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    members: Mapping[str, Member] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Resource(Named):
    """One kind of record of the API: its properties, what can be done with it, and what it is linked to.

    `at_least_one` names properties of which one must be there. `reconcile` takes writable values, of which some may be
    missing or None, and gives those that change so that all agree with each other; values that agree give nothing. `terms`
    are what searches find a record by, where it can be searched; `touch` says where it came from; files of `imported` ones are imports; `earliest` and `told` are
    what its parent keeps of it; `sent` are properties of a body that are no columns: a value is the rows of new records that
    belong to the record. `fixed` are records that every account has; `reported` is what reports count records by. A `singleton`
    is there once in each account: it has no list, and its path has no id.
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
    touch: Touch | None = None
    imported: bool = False
    earliest: Earliest | None = None
    fixed: Fixed | None = None
    reported: Reported | None = None
    told: Told | None = None
    sent: tuple[Field, ...] = ()
    verbs: tuple[str, ...] = VERBS
    shared: bool = False
    singleton: bool = False

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
    def taken(self) -> tuple[Field, ...]:
        """The fields that a body may have."""
        return (*self.writable, *self.sent)

    @cached_property
    def body_names(self) -> tuple[str, ...]:
        """The names that a body may have."""
        return (*(field.name for field in self.taken), *(one.name for one in self.nested))

    @cached_property
    def parents(self) -> tuple[Parent, ...]:
        """The fields that name what a record belongs to."""
        return tuple(field for field in self.fields if isinstance(field, Parent))

    @cached_property
    def tells(self) -> "Resource":
        """The resource of the records that keep what these tell."""
        assert self.told
        return self.parent_named(self.told.parent)

    def parent_named(self, name: str) -> "Resource":
        """The resource of what a record belongs to by this field."""
        (found,) = (one.resource for one in self.parents if one.name == name)
        return found

    @cached_property
    def references(self) -> tuple[Reference | Parent, ...]:
        """The fields that name a record which has to exist."""
        return tuple(field for field in self.fields if isinstance(field, Reference | Parent))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        return tuple(field for field in self.fields if isinstance(field, Use))

    @cached_property
    def narrowing(self) -> frozenset[str]:
        """The fields without which a record would mean more than it does."""
        return frozenset(use.name for use in self.uses if use.narrows)

    @cached_property
    def staged(self) -> Use | None:
        """The field of which it is kept when a record had which value."""
        return next((use for use in self.uses if use.stays), None)

    @cached_property
    def links(self) -> tuple[tuple["Resource", str], ...]:
        """Records of the same account that one shows or belongs to: their resource, and the column with the id."""
        shown = ((nested.resource, nested.link) for nested in self.nested)
        return (*shown, *((parent.resource, parent.name) for parent in self.parents))

    @cached_property
    def depth(self) -> int:
        """How many levels of records there are in what one shows, uses and belongs to: those below are written first, and
        removed last."""
        below = [*(use.resource for use in self.uses), *(resource for resource, _ in self.links)]
        return 1 + max((resource.depth for resource in below), default=0)

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
    def users(self) -> tuple[User | Users, ...]:
        """The fields that name users of the account."""
        return tuple(field for field in self.writable if isinstance(field, User | Users))

    @cached_property
    def given(self) -> tuple[User, ...]:
        """Those that a new record has, also where it names nobody."""
        return tuple(one for one in self.users if isinstance(one, User) and one.mine)

    @cached_property
    def assigned(self) -> str:
        """The column with the user whom a new record gets by the rules of the account; "" where it gets none."""
        return next((one.name for one in self.users if isinstance(one, User) and one.assigned), "")

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
