"""The verbs: what can be done with the records of any resource.

A lead's e-mail address and phone number are records of their own; what the lead shows of them is kept in
its row, by the same transaction that changes them. Whatever raises here leaves its transaction undone.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from closum.errors import Changed, Faults, Invalid, NotFound, fault
from closum.model.draft import Draft, Intent, Link, Put, complete
from closum.model.query import Query
from closum.model.resource import Nested, Record, Reference, Resource, Row
from closum.resources import RESOURCES
from closum.store import rows
from closum.store.unit import Stream, Unit
from closum.store.version import tag_of


def retrieve(
    unit: Unit,
    resource: Resource,
    record_id: int,
    tell: Callable[[str], object] | None = None,
) -> Record:
    """The record; `tell` is handed the tag of its state, "" where it never changes. Raises NotFound."""
    found = rows.retrieve(unit, resource, record_id)
    if found is None:
        raise NotFound
    record, tag = found
    if tell:
        tell(tag)
    return record


def page(unit: Unit, resource: Resource, query: Query) -> tuple[list[Record], int]:
    """Records of a page and the count of all.

    Raises NotFound for a page beyond the last, TooLong for one that only `each` can read.
    """
    records, count = rows.page(unit, resource, query)
    if not records and query.window.number > 1:
        raise NotFound
    return records, count


def each(unit: Stream, resource: Resource, query: Query, take: Callable[[Record], object]) -> int:
    """Hand each record of a page to `take`, however large they are; the count of all. Raises NotFound likewise."""
    count = rows.each(unit, resource, query, take)
    if not count and query.window.number > 1:
        raise NotFound
    return count


def create_many(unit: Unit, resource: Resource, drafts: Sequence[Draft]) -> list[int | Invalid]:
    """For each draft, in order, the new record's id or why it is refused; the others are written."""
    known = _look_up(unit, resource, drafts)
    refusals: list[Invalid | None] = []
    accepted: list[Draft] = []
    for draft in drafts:
        faults = known.faults(draft)
        refusals.append(Invalid(faults) if faults else None)
        if not faults:
            accepted.append(draft)
            known.note(draft)
    written = iter(_insert(unit, resource, accepted, known))
    return [refusal or next(written)["id"] for refusal in refusals]


def update(
    unit: Unit,
    resource: Resource,
    record_id: int,
    draft: Draft,
    seen: Container[str] | None = None,
) -> None:
    """Change what the draft gives; nothing is written where nothing changes.

    `seen` are the tags of the states that it is meant for, None for any. Raises NotFound, Invalid, Changed.
    """
    present = rows.row(unit, resource, record_id)
    if present is None:
        raise NotFound
    changes = dict(draft.values)
    faults = draft.faults | _missing(draft, _references(unit, resource, [draft]))
    for nested in resource.nested:
        intent = draft.nested.get(nested.name)
        copies, nested_faults = _resolve(unit, resource, nested, intent, present)
        changes |= copies
        faults |= {nested.name: nested_faults} if nested_faults else {}
    after = present | changes
    filled = {nested.name for nested in resource.nested if after[nested.link] is not None}
    filled |= {name for name in resource.at_least_one if after.get(name) is not None}
    if faults := faults | _none_left(resource, filled.__contains__, faults):
        raise Invalid(faults)
    if seen is not None and tag_of(present["version"], present["modified"]) not in seen:
        raise Changed
    _change(unit, resource, present, _reconciled(resource, present, changes))


def _reconciled(resource: Resource, present: Row, changes: Row) -> Row:
    """The changes, and what has to change with them in the values that stay."""
    if not resource.reconcile or not changes:
        return changes
    return changes | resource.reconcile(present | changes)


@lru_cache
def shown_by(resource: Resource) -> list[tuple[Resource, Nested]]:
    """Who shows records of this resource, and as what."""
    return [(other, nested) for other in RESOURCES for nested in other.nested if nested.resource is resource]


References = dict[str, set[int]]
"""By field: which of the ids that were named there exist."""


@dataclass(slots=True)
class _Known:
    """What a set of new records needs to know of the database, looked up together."""

    resource: Resource
    references: References
    taken: set[Any]
    linked: dict[str, dict[int, Row]]
    keyed: dict[str, dict[Any, Row]]

    def faults(self, draft: Draft) -> Faults:
        """Every fault of a draft, also those that only the database knows."""
        faults = draft.faults | _missing(draft, self.references)
        unique = self.resource.unique
        if unique and not faults and draft.values[unique.column] in self.taken:
            faults[unique.field] = fault("_isUnique")
        for name, intent in draft.nested.items():
            if isinstance(intent, Link) and intent.id not in self.linked[name]:
                faults[name] = {"id": fault("_existsIn")}
        return faults | _none_left(self.resource, draft.fills, faults)

    def note(self, draft: Draft) -> None:
        """The draft was accepted: its value is taken for those after it."""
        unique = self.resource.unique
        if unique and (key := draft.values[unique.column]) is not None:
            self.taken.add(key)


def _look_up(unit: Unit, resource: Resource, drafts: Sequence[Draft]) -> _Known:
    known = _Known(resource, _references(unit, resource, drafts), set(), {}, {})
    if unique := resource.unique:
        keys = [draft.values[unique.column] for draft in drafts if unique.column in draft.values]
        known.taken |= set(rows.rows_by(unit, resource, unique.column, keys))
    for nested in resource.nested:
        intents = [draft.nested.get(nested.name) for draft in drafts]
        ids = [intent.id for intent in intents if isinstance(intent, Link)]
        column = _unique(nested)
        keys = [intent.values[column] for intent in intents if isinstance(intent, Put)]
        known.linked[nested.name] = rows.rows_by(unit, nested.resource, "id", ids)
        known.keyed[nested.name] = rows.rows_by(unit, nested.resource, column, keys)
    return known


def _insert(unit: Unit, resource: Resource, drafts: Sequence[Draft], known: _Known) -> list[Row]:
    if not drafts:
        return []
    new = [dict(draft.values) for draft in drafts]
    for nested in resource.nested:
        intents = [draft.nested.get(nested.name) for draft in drafts]
        linked = _linked(unit, nested, intents, known)
        new = [row | nested.copy(one) for row, one in zip(new, linked, strict=True)]
    return rows.insert_many(unit, resource, new)


def _linked(unit: Unit, nested: Nested, intents: Sequence[Intent | None], known: _Known) -> list[Row | None]:
    """The record that each intent links to. Those that are not there yet are written, one for each key.

    Values without a key become a record of their own each.
    """
    column, found = _unique(nested), known.keyed[nested.name]
    new, keys = dict[Any, Row](), dict[int, Any]()
    for place, intent in enumerate(intents):
        if isinstance(intent, Put):
            key = intent.values[column]
            keys[place] = (None, place) if key is None else key
            if keys[place] not in found:
                new.setdefault(keys[place], intent.values)
    if new:
        written = rows.insert_many(unit, nested.resource, list(new.values()))
        found = found | dict(zip(new, written, strict=True))
    by_id = known.linked[nested.name]
    return [
        by_id[intent.id] if isinstance(intent, Link) else found.get(keys.get(place))
        for place, intent in enumerate(intents)
    ]


def _resolve(
    unit: Unit, resource: Resource, nested: Nested, intent: Intent | None, present: Row
) -> tuple[Row, Faults]:
    """What an intent changes in the row of a present record: link and copies."""
    if isinstance(intent, Put):
        return _put(unit, resource, nested, intent, present)
    if isinstance(intent, Link):
        linked = rows.row(unit, nested.resource, intent.id)
        return (nested.copy(linked), {}) if linked else ({}, {"id": fault("_existsIn")})
    return (nested.copy(None) if intent else {}), {}


def _put(unit: Unit, resource: Resource, nested: Nested, put: Put, present: Row) -> tuple[Row, Faults]:
    """The contract's rule for an address (or number) in an update: same, another's, or new."""
    link, other = present[nested.link], nested.resource
    current = rows.row(unit, other, link) if link else None
    values, faults = complete(nested, put, current)
    if not values or (current and _is_same(nested, current, values)):
        return {}, faults
    found = rows.rows_by(unit, other, _unique(nested), [values[_unique(nested)]])
    if found:
        return nested.copy(*found.values()), {}
    if current and not _shown_elsewhere(unit, other, link, (resource, present["id"])):
        rows.update(unit, other, values, ("id", link))
        return nested.copy(current | values), {}
    return nested.copy(*rows.insert_many(unit, other, [values])), {}


def _is_same(nested: Nested, current: Row, values: Row) -> bool:
    """Whether a record has the key of these values or, where they have none, is spelled alike."""
    names = (_unique(nested),) if values[_unique(nested)] is not None else nested.resource.writable_names
    return all(current[name] == values[name] for name in names)


def _shown_elsewhere(unit: Unit, resource: Resource, record_id: int, here: tuple[Resource, int]) -> bool:
    return any(
        rows.has_other(unit, other, nested.link, record_id, here[1] if other is here[0] else 0)
        for other, nested in shown_by(resource)
    )


def _change(unit: Unit, resource: Resource, present: Row, changes: Row) -> None:
    changed = {column: value for column, value in changes.items() if present[column] != value}
    if not changed:
        return
    derived = resource.derive(present | changed, frozenset(changed))
    changed |= {column: value for column, value in derived.items() if present[column] != value}
    unique = resource.unique
    keys = [changed[unique.column]] if unique and unique.column in changed else []
    if unique and rows.rows_by(unit, resource, unique.column, keys):
        raise Invalid({unique.field: fault("_isUnique")})
    rows.update(unit, resource, changed, ("id", present["id"]))
    for other, nested in shown_by(resource):
        copies = {f"{nested.name}_{name}": changed[name] for name in nested.copies if name in changed}
        if copies:
            rows.update(unit, other, copies, (nested.link, present["id"]))


def _references(unit: Unit, resource: Resource, drafts: Sequence[Draft]) -> References:
    found = {}
    for field in resource.fields:
        if isinstance(field, Reference):
            ids = [draft.values[field.name] for draft in drafts if draft.values.get(field.name) is not None]
            found[field.name] = rows.existing(unit, field.resource, ids)
    return found


def _missing(draft: Draft, references: References) -> Faults:
    return {
        name: fault("_existsIn")
        for name, ids in references.items()
        if draft.values.get(name) is not None and draft.values[name] not in ids
    }


def _none_left(resource: Resource, fills: Callable[[str], bool], faults: Faults) -> Faults:
    """The fault of a record without any of the properties of which it needs one. A faulty one counts as given."""
    names = resource.at_least_one
    if not names or any(fills(name) or name in faults for name in names):
        return {}
    return {names[0]: fault("_atLeastOne", names=", ".join(names))}


def _unique(nested: Nested) -> str:
    assert nested.resource.unique is not None
    return nested.resource.unique.column
