"""How a write is decided: look up all that a set of requests depends on, together; then decide, without the database,
what each changes or why it is refused. `records` writes that through `store.changes`; a dry run stops before.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import Any, NamedTuple, cast

from closum.errors import Changed, Error, Faults, Invalid, NotAuthor, NotFound, fault
from closum.model import draft as drafts
from closum.model.change import By, Operation
from closum.model.draft import Draft, Intent, Link, Put
from closum.model.relations import Nested, Row, Use
from closum.model.resource import Resource
from closum.model.user_fields import ids_of
from closum.operations import archived, assignment, deletion, rules, telling
from closum.operations.deletion import Delete
from closum.operations.edit import Edit, Known, shown_by
from closum.resources.assignment_rule import ASSIGNMENT_RULE
from closum.store import identity, rows, tally, together
from closum.store.together import Read
from closum.store.unit import Unit, timestamp
from closum.store.version import is_seen


class Create(NamedTuple):
    """A new record."""

    by: By
    draft: Draft


class Update(NamedTuple):
    """Other values of a record: `seen` are the tags of the states that it is meant for, None for any; `present` is its row,
    where it has been read."""

    by: By
    draft: Draft
    id: int
    seen: Container[str] | None = None
    present: Row | None = None


Drafted = Create | Update
Ask = Drafted | Delete


@dataclass(slots=True)
class Ready:
    """What an ask comes to by itself: its own values with the derived ones, those of the records that it puts, and faults."""

    values: Row
    faults: Faults
    put: dict[str, tuple[Row, Faults]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What a set of asks does: of each the id of its record or why it is refused, and the operations of the others.

    Where they are one operation, `changing` says of each ask whether it changes anything.
    """

    outcomes: list[int | Error] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    changing: list[bool] = field(default_factory=list)


class Looked(NamedTuple):
    """What `look_up` found, and what each ask comes to."""

    known: Known
    ready: list[Ready]


def known_of(unit: Unit) -> Known:
    return Known(timestamp(unit.now), tally.counters(unit))


def look_up(unit: Unit, resource: Resource, asks: Sequence[Ask]) -> Looked:
    """Every read of a set, in which no two updates are of one record."""
    updates = [ask for ask in asks if isinstance(ask, Update)]
    deletions = [ask.id for ask in asks if isinstance(ask, Delete)]
    drafted = (
        [ask for ask in asks if not isinstance(ask, Delete)] if deletions else cast(Sequence[Drafted], asks)
    )
    known = Known(timestamp(unit.now), {}, follows=bool(updates or deletions))
    created = [_new(resource, ask) for ask in drafted if isinstance(ask, Create)]
    first = [
        tally.reading(unit, known.counters),
        *references(unit, known, resource, [ask.draft.values for ask in drafted]),
        *links(unit, known, resource, drafted),
        *_keys(unit, known, resource, created),
        *(
            telling.parents(unit, known, resource, [ready.values for ready in created])
            if resource.told
            else ()
        ),
    ]
    if known.follows:
        known.add(resource, [ask.present for ask in updates if ask.present])
        unread = [ask.id for ask in updates if not ask.present]
        first.append(_by_id(unit, known, resource, [*unread, *deletions]))
    together.read(unit, first)
    if created and known.has_any(ASSIGNMENT_RULE):
        assignment.look_up(unit, known, resource, [one.values for one in created])
    changed = _look_up_updates(unit, known, resource, updates) if updates else []
    if deletions:
        deletion.look_up(unit, known, resource, deletions)
    ready = {Create: iter(created), Update: iter(changed), Delete: repeat(Ready({}, {}))}
    return Looked(known, [next(ready[type(ask)]) for ask in asks])


def decide(looked: Looked, resource: Resource, asks: Sequence[Ask]) -> Plan:
    """What each ask changes, those before it considered, or why it is refused."""
    plan, known = Plan(), looked.known
    for ask, ready in zip(asks, looked.ready, strict=True):
        edit = Edit(known)
        outcome = _decided(known, edit, resource, ask, ready)
        plan.outcomes.append(outcome)
        if not isinstance(outcome, Error):
            plan.operations.append(Operation(ask.by, edit.changes()))
    return plan


def decide_together(
    looked: Looked, resource: Resource, asks: Sequence[Ask], by: By, begun: int | None = None
) -> Plan:
    """As `decide`, with the changes of all asks in one operation, which may have begun in the same transaction."""
    plan, edit = Plan(), Edit(looked.known)
    for ask, ready in zip(asks, looked.ready, strict=True):
        steps = edit.steps
        plan.outcomes.append(_decided(looked.known, edit, resource, ask, ready))
        plan.changing.append(edit.steps > steps)
    plan.operations.append(Operation(by, edit.changes(), begun))
    return plan


def _decided(known: Known, edit: Edit, resource: Resource, ask: Ask, ready: Ready) -> int | Error:
    """The id of the record, or why the ask is refused, which changes nothing."""
    try:
        if isinstance(ask, Create):
            return _create(known, edit, resource, ask, ready)
        if isinstance(ask, Delete):
            return deletion.decide(known, edit, resource, ask)
        return _update(known, edit, resource, ask, ready)
    except Error as refusal:
        return refusal


def _new(resource: Resource, ask: Create) -> Ready:
    put = {}
    for nested in resource.nested:
        intent = ask.draft.nested.get(nested.name)
        if isinstance(intent, Put):
            put[nested.name] = drafts.complete_nested(nested, intent, None)
    return Ready(*drafts.complete(resource, ask.draft), put)


def _changed(known: Known, resource: Resource, ask: Update) -> Ready:
    values, faults = drafts.changed(resource, ask.draft)
    present = known.row(resource, ask.id)
    if present and ask.draft.patches:
        documents, broken = drafts.merged(resource, ask.draft, present)
        values, faults = values | documents, faults | broken
    if present and resource.touch:
        values = values | resource.touch.of_changed(present, values)
    if present and not faults:
        values = rules.derived(resource, present, rules.reconciled(resource, present, values))
    ready = Ready(values, faults)
    for nested in resource.nested:
        intent = ask.draft.nested.get(nested.name)
        if isinstance(intent, Put):
            shown = _shown(known, resource, nested, ask)
            ready.put[nested.name] = drafts.complete_nested(nested, intent, shown)
    return ready


def _by_id(unit: Unit, known: Known, resource: Resource, ids: Sequence[int]) -> Read:
    return rows.reading(unit, resource, "id", ids, partial(known.add, resource))


def references(unit: Unit, known: Known, resource: Resource, values: Sequence[Row]) -> Iterator[Read]:
    """By field: which of the ids that are named there exist."""
    for one in resource.references:
        if ids := [row[one.name] for row in values if row.get(one.name) is not None]:
            if isinstance(one, Use) and one.unless:
                yield archived.reading(unit, known, one, ids)
                continue
            found = known.references[one.name] = set()
            yield rows.reading_ids(unit, one.resource, ids, found.update)
    for user in resource.users:
        if given := [row[user.name] for row in values if row.get(user.name) is not None]:
            found, named = known.references.setdefault(user.name, set()), map(ids_of, given)
            yield identity.reading_users(unit, set().union(*named), found.update)


def links(unit: Unit, known: Known, resource: Resource, asks: Sequence[Drafted]) -> Iterator[Read]:
    """Records that are linked by id."""
    for nested in resource.nested:
        intents = [ask.draft.nested.get(nested.name) for ask in asks]
        if ids := [intent.id for intent in intents if isinstance(intent, Link)]:
            yield rows.reading(unit, nested.resource, "id", ids, partial(known.add, nested.resource))


def _keys(unit: Unit, known: Known, resource: Resource, ready: Sequence[Ready]) -> Iterator[Read]:
    """The records that have the keys of what is put, but for those that are known."""
    keys: dict[Resource, list[Any]] = {}
    if resource.unique:
        keys[resource] = [one.values.get(resource.unique.column) for one in ready]
    for nested in resource.nested:
        name, column = nested.name, nested.resource.key
        if some := [one.put[name][0].get(column) for one in ready if name in one.put]:
            keys.setdefault(nested.resource, []).extend(some)
    for other, some in keys.items():
        unread = [key for key in some if known.with_key(other, key) is None]
        yield rows.reading(unit, other, other.key, unread, partial(known.add, other))


def _look_up_updates(unit: Unit, known: Known, resource: Resource, asks: Sequence[Update]) -> list[Ready]:
    """What updates come to, once their records are known; with the records that they show now, those that have the keys of
    what is put, and who else shows what would be changed."""
    together.read(unit, [_shown_now(unit, known, resource, nested, asks) for nested in resource.nested])
    ready = [_changed(known, resource, ask) for ask in asks]
    together.read(unit, _keys(unit, known, resource, ready))
    for nested in resource.nested:
        _look_up_shown(unit, known, nested, resource, asks, ready)
    deletion.look_up_showing(unit, known, resource, [ask.id for ask in asks if known.row(resource, ask.id)])
    return ready


def _shown_now(unit: Unit, known: Known, resource: Resource, nested: Nested, asks: Sequence[Update]) -> Read:
    """The records in whose place others are put."""
    rows_of = [
        known.row(resource, ask.id) for ask in asks if isinstance(ask.draft.nested.get(nested.name), Put)
    ]
    return _by_id(unit, known, nested.resource, [row[nested.link] for row in rows_of if row])


def _look_up_shown(
    unit: Unit,
    known: Known,
    nested: Nested,
    resource: Resource,
    asks: Sequence[Update],
    ready: Sequence[Ready],
) -> None:
    """Who shows a record that would be changed, as far as it matters: whether anything else does then."""
    for ask, one in zip(asks, ready, strict=True):
        current = _shown(known, resource, nested, ask)
        values, _ = one.put.get(nested.name, ({}, {}))
        if not current or not values or _is_same(nested, current, values):
            continue
        # Where there are several, one before it may take the key from the record that has it.
        if len(asks) > 1 or known.with_key(nested.resource, values[nested.resource.key]) is None:
            for other, shown in shown_by(nested.resource):
                for shower in rows.ids_by(unit, other, shown.link, current["id"], len(asks) + 1):
                    known.showing.setdefault((nested.resource, current["id"]), set()).add((other, shower))


def _create(known: Known, edit: Edit, resource: Resource, ask: Create, ready: Ready) -> int:
    intents = ask.draft.nested
    faults = ready.faults | known.missing(ready.values)
    there = None
    if resource.unique and not faults:
        there = known.with_key(resource, ready.values[resource.unique.column])
        if there and resource.unique.repeated:
            return int(there["id"])
        faults |= {resource.unique.field: fault("_isUnique")} if there else {}
    for nested in resource.nested:
        if nested.name in intents and (nested_faults := _nested_faults(known, nested, ask, ready)):
            faults[nested.name] = nested_faults
    faults |= drafts.none_left(resource, lambda name: _is_filled(name, ask, ready), faults)
    if not faults and resource.told:
        faults = telling.faults(known, resource, ready.values)
    if faults:
        raise Invalid(faults, int(there["id"]) if there else None)
    for nested in resource.nested:
        ready.values |= nested.copy(_linked(known, edit, nested, intents.get(nested.name), ready))
    ready.values |= _from_caller(resource, ask)
    if known.assigning:
        row = assignment.create(known, edit, resource, ready.values, ask.draft.values)
    else:
        row = edit.create(resource, ready.values)
    new_id = int(row["id"])
    if ask.draft.sent:
        telling.create_sent(known, edit, resource, ask.draft, new_id, ask.by)
    return new_id


def _from_caller(resource: Resource, ask: Create) -> Row:
    """What a new record has of who sends it."""
    mine = {one.name: ask.by.user_id for one in resource.given if one.name not in ask.draft.values}
    return mine | ({resource.author: ask.by.user_id} if resource.author else {})


def _is_filled(name: str, ask: Create, ready: Ready) -> bool:
    """Whether a new record has a property, plain or nested."""
    if ready.values.get(name) is not None or isinstance(ask.draft.nested.get(name), Link):
        return True
    return name in ready.put and bool(ready.put[name][0])


def _nested_faults(known: Known, nested: Nested, ask: Drafted, ready: Ready) -> Faults:
    intent = ask.draft.nested.get(nested.name)
    if isinstance(intent, Link) and known.row(nested.resource, intent.id) is None:
        return {"id": fault("_existsIn")}
    return ready.put[nested.name][1] if isinstance(intent, Put) else {}


def _linked(known: Known, edit: Edit, nested: Nested, intent: Intent | None, ready: Ready) -> Row | None:
    """The record that a new one shows: the one with the id or the key, else a new one."""
    if isinstance(intent, Link):
        return known.row(nested.resource, intent.id)
    if not isinstance(intent, Put) or not (values := ready.put[nested.name][0]):
        return None
    found = known.with_key(nested.resource, values[nested.resource.key])
    return found or edit.create(nested.resource, values)


def _update(known: Known, edit: Edit, resource: Resource, ask: Update, ready: Ready) -> int:
    present = known.row(resource, ask.id)
    if present is None:
        raise NotFound
    if resource.author and present[resource.author] != ask.by.user_id:
        raise NotAuthor
    deletion.refuse_fixed(resource, ask.id)
    faults = ready.faults | known.missing(ask.draft.values, present)
    for nested in resource.nested:
        if nested_faults := _nested_faults(known, nested, ask, ready):
            faults[nested.name] = nested_faults
    filled = _still_filled(resource, present, ask, ready)
    if faults := faults | drafts.none_left(resource, filled.__contains__, faults):
        raise Invalid(faults)
    if not is_seen(present, ask.seen):
        raise Changed
    if taken_by := rules.taken_by(known, resource, ask.id, ready.values):
        assert resource.unique
        raise Invalid({resource.unique.field: fault("_isUnique")}, taken_by)
    values = ready.values
    for nested in resource.nested:
        values = values | _relinked(known, edit, resource, nested, ask, ready)
    edit.update(resource, ask.id, values)
    if ask.draft.sent:
        telling.create_sent(known, edit, resource, ask.draft, ask.id, ask.by)
    return ask.id


def _still_filled(resource: Resource, present: Row, ask: Update, ready: Ready) -> set[str]:
    after = present | ready.values
    filled = {name for name in resource.at_least_one if after.get(name) is not None}
    for nested in resource.nested:
        intent = ask.draft.nested.get(nested.name)
        is_there = present[nested.link] is not None
        if (
            isinstance(intent, Link)
            or (isinstance(intent, Put) and (is_there or ready.put[nested.name][0]))
            or (intent is None and is_there)
        ):
            filled.add(nested.name)
    return filled


def _relinked(known: Known, edit: Edit, resource: Resource, nested: Nested, ask: Update, ready: Ready) -> Row:
    """What an intent changes in the row: link and copies. By the contract's rule an address (or number) that is put is the
    present one, another record's, or new; then the present record is changed if nothing else shows it."""
    intent, other = ask.draft.nested.get(nested.name), nested.resource
    if intent is None:
        return {}
    if isinstance(intent, Link):
        return nested.copy(known.row(other, intent.id))
    if not isinstance(intent, Put):
        return nested.copy(None)
    current, (values, _) = _shown(known, resource, nested, ask), ready.put[nested.name]
    if not values or (current and _is_same(nested, current, values)):
        return {}
    if found := known.with_key(other, values[other.key]):
        return nested.copy(found)
    if current and known.showing[other, current["id"]] <= {(resource, ask.id)}:
        return nested.copy(edit.update(other, current["id"], values))
    return nested.copy(edit.create(other, values))


def _shown(known: Known, resource: Resource, nested: Nested, ask: Drafted) -> Row | None:
    """The record that the one of an update shows now."""
    present = known.row(resource, ask.id) if isinstance(ask, Update) else None
    link = present[nested.link] if present else None
    return None if link is None else known.row(nested.resource, link)


def _is_same(nested: Nested, current: Row, values: Row) -> bool:
    """Whether a record has the key of these values or, where they have none, is spelled alike."""
    column = nested.resource.key
    names = (column,) if values[column] is not None else nested.resource.writable_names
    return all(current[name] == values[name] for name in names)
