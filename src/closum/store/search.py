"""What records are found by, beside their columns: terms, kept by the transaction of each write.

Each database has an index of its own (`unit.search`); what a term is, `model.terms` alone says, so both find the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from closum.model.change import Change
from closum.model.resource import Resource
from closum.model.terms import Terms
from closum.model.words import Clause
from closum.store.sql import Bound, Sql
from closum.store.unit import Effect, Unit

Found = tuple[int, Terms]
"""The id of a record, and its terms."""
Texts = tuple[int, Sequence[str]]
"""The id of a record, and its terms as texts."""
Kept = frozenset[str] | tuple[str, ...]
"""Terms as a database keeps them."""
AT_ONCE = 1_000  # records whose terms are made together

INDEX, PENDING = "_term", "_pending"
"""How the tables end, after the name of a resource, that hold terms: they are made again, never copied."""


class Ids(NamedTuple):
    """From `least` to `most`, both included."""

    least: int = 0
    most: int = 2**63 - 1


ANY = Ids()
NONE = Ids(1, 0)


class Wanted(NamedTuple):
    """Records in the order of their ids, which are `within`: those that all clauses fit, but not all of `but`, behind the
    id `after`."""

    clauses: Sequence[Clause]
    but: Sequence[Clause] = ()
    within: Ids = ANY
    after: int | None = None
    descending: bool = False


class Index(Protocol):
    """The terms of one kind of database. `IN_ORDER`: it finds ids in their order without reading all that it finds."""

    IN_ORDER: bool

    def put(self, resource: Resource, account_id: int, records: Sequence[Found]) -> list[Effect]:
        """Have records found by these terms alone."""

    def put_new(self, unit: Unit, resource: Resource, records: Sequence[Texts]) -> None:
        """`put` for many records, of which it has no terms yet, in the order of their ids."""

    def drop(self, resource: Resource, account_id: int, ids: Iterable[int]) -> list[Bound]:
        """Have records found no more."""

    def ids(self, unit: Unit, resource: Resource, wanted: Wanted) -> Sql:
        """A query of the ids (column `id`) of the account's records that are wanted, in any order and behind no place."""

    def first(self, unit: Unit, resource: Resource, wanted: Wanted, most: int) -> Sql:
        """A query of the first of these ids (column `id`), at most so many."""

    def fits(self, unit: Unit, resource: Resource, clauses: Sequence[Clause], key: str) -> Sql:
        """Whether all clauses fit one record, by its id in the column `key`: one look into a table."""

    def compared(self, column: str, key: str, operator: str, than: str | float) -> Sql:
        """Whether a property of a JSON document is so: a number among numbers, the sort key of a text among those of texts."""

    def kept(self, unit: Unit, resource: Resource, first: int, behind: int) -> Mapping[int, Kept]:
        """What is kept of the account's records, from an id on up to the one before another, by id."""

    def wanted(self, account_id: int, terms: Terms) -> Kept:
        """What is kept of a record that has these terms."""

    def accounts(self, unit: Unit, resource: Resource) -> list[int]:
        """Those of whose records there are terms."""

    def settle(self, unit: Unit) -> None:
        """Leave nothing of what was put for later."""

    def refresh(self, unit: Unit) -> None:
        """Have checks of this transaction see the index as it is now, not as this connection last read it."""

    def is_damaged(self, unit: Unit, resource: Resource) -> bool:
        """Whether the index does not agree with the terms that are kept."""

    def rebuild(self, unit: Unit, resource: Resource) -> None:
        """Make the index again from the terms that are kept."""


def follow(unit: Unit, changes: Sequence[Change]) -> list[Effect]:
    """What has the index follow changes of records that stay."""
    found: dict[Resource, dict[int, Terms]] = {}
    for _, resource, before, after in changes:
        searched = resource.terms
        if searched is None or after is None:
            continue
        if before is None or any(before[column] != after[column] for column in searched.sources):
            found.setdefault(resource, {})[after["id"]] = searched.make(after)
    index: Index = unit.search
    effects: list[Effect] = []
    for resource, records in found.items():
        effects += index.put(resource, unit.account_id, list(records.items()))
    return effects


def follow_gone(unit: Unit, changes: Sequence[Change]) -> None:
    """Have the records that go found no more."""
    gone: dict[Resource, list[int]] = {}
    for change in changes:
        if change.after is None and change.resource.terms:
            gone.setdefault(change.resource, []).append(change.row["id"])
    for resource, ids in gone.items():
        unit.run_each(unit.search.drop(resource, unit.account_id, ids))


def is_index(table: str) -> bool:
    """Whether a table holds terms, which are made of records."""
    return table.endswith((INDEX, PENDING))


def tables(resources: Iterable[Resource]) -> list[str]:
    """Those that hold the terms of records for searches, on every engine."""
    return [f"{resource.name}{INDEX}" for resource in resources if resource.terms]
