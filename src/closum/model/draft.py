"""What a request body asks for: values by property, nested ones by intent, and every fault at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from closum.errors import BrokenRule, Faults, fault
from closum.model.fields import Document, Field, Integer
from closum.model.relations import Nested, Row
from closum.model.resource import Resource
from closum.model.text import strip_invisible

MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Unlink:
    """The nested record is no longer shown; it stays."""


@dataclass(frozen=True, slots=True)
class Link:
    """Show the record with this id."""

    id: int


@dataclass(frozen=True, slots=True)
class Put:
    """Show the record with these values, found, changed or made. Parts may be missing."""

    values: Row


Intent = Unlink | Link | Put


@dataclass(frozen=True, slots=True)
class Draft:
    """A body, read: values of the properties that it has, None for those that it empties.

    `patches` are what is merged into the documents that are there; `sent` are new records that belong to the record, by property.
    """

    values: Row
    nested: Mapping[str, Intent]
    faults: Faults
    patches: Mapping[str, Mapping[str, Any]] | None = None
    sent: Mapping[str, Sequence[Row]] | None = None


def parse_patch(resource: Resource, body: Mapping[str, Any]) -> Draft:
    """Read a body as `parse` does, but for objects where documents belong: these are merged."""
    names = [one.name for one in resource.writable if isinstance(one, Document)]
    patches = {name: body[name] for name in names if isinstance(body.get(name), dict)}
    read = parse(resource, {name: value for name, value in body.items() if name not in patches})
    return replace(read, patches=patches or None)


def parse(resource: Resource, body: Mapping[str, Any]) -> Draft:
    """Read a body by the resource's declaration. Unknown and read-only keys are ignored."""
    values, faults = read_fields(resource.writable, body)
    intents: dict[str, Intent] = {}
    for nested in resource.nested:
        intent, nested_faults = _parse_nested(nested, body.get(nested.name, {}))
        if nested_faults:
            faults[nested.name] = nested_faults
        if intent is not None:
            intents[nested.name] = intent
    if not resource.sent:
        return Draft(values, intents, faults)
    sent, wrong = read_fields(resource.sent, body)
    return Draft(
        values, intents, faults | wrong, sent={name: rows for name, rows in sent.items() if rows} or None
    )


def complete(resource: Resource, draft: Draft) -> tuple[Row, Faults]:
    """The whole values of a new record, derived ones included where no value is faulty; a value that others imply is not
    missing."""
    values = resource.reconciled({**resource.blank, **draft.values})
    if resource.touch:
        values |= resource.touch.of_new(draft.values)
    faults = missing(resource.writable, draft.values, values) if resource.required else {}
    if faults or draft.faults:
        return values, faults | draft.faults
    values.update(resource.derive(values))
    return values, {}


def changed(resource: Resource, draft: Draft) -> tuple[Row, Faults]:
    """The values that a record is to have, of those that the draft gives. All together imply what is missing in them."""
    values = draft.values
    if resource.reconcile and values.keys() >= set(resource.writable_names):
        values = resource.reconciled(values)
    return values, draft.faults | missing(resource.writable, values, values)


def merged(resource: Resource, draft: Draft, present: Row) -> tuple[Row, Faults]:
    """The documents of a record with what the draft merges into them, and the faults of those that break a rule then."""
    values: Row = {}
    faults: Faults = {}
    patches = draft.patches or {}
    for one in resource.writable:
        if isinstance(one, Document) and one.name in patches:
            try:
                values[one.name] = one.patched(present[one.name], patches[one.name])
            except BrokenRule as broken:
                faults[one.name] = broken.faults
    return values, faults


def complete_nested(nested: Nested, put: Put, present: Row | None) -> tuple[Row, Faults]:
    """The whole values of a nested record, parts that are missing taken from the present one.

    Empty values mean that nothing is asked for: a part without the key, and nothing present.
    """
    names, values = nested.resource.writable_names, put.values
    if present:
        values = {name: present[name] for name in names} | values
    if nested.key not in values:
        return {}, {}
    values = nested.resource.reconciled(values)
    if absent := [name for name in names if name not in values]:
        return {}, {name: fault("_required") for name in absent}
    return values | nested.resource.derive(values), {}


def read_fields(fields: tuple[Field, ...], body: Mapping[str, Any]) -> tuple[Row, Faults]:
    """Values of the fields that the body has, None for those that are empty, and faults of those that cannot be read."""
    values: Row = {}
    faults: Faults = {}
    for field in fields:
        name = field.name
        if name not in body:
            continue
        value = body[name]
        try:
            values[name] = None if value is None or value == "" else field.parse(value)
        except BrokenRule as broken:
            faults[name] = broken.faults
    return values, faults


def missing(fields: tuple[Field, ...], given: Mapping[str, Any], values: Row) -> Faults:
    """The faults of required fields without a value, of which some were given."""
    return {
        field.name: fault("_empty" if field.name in given else "_required")
        for field in fields
        if field.required and field.name in values and values[field.name] is None
    }


def _parse_nested(nested: Nested, value: Any) -> tuple[Intent | None, Faults]:
    if value is None or value == "":
        return Unlink(), {}
    if value == []:  # an empty map, as PHP writes it
        value = {}
    if not isinstance(value, dict):
        return None, fault("_object")
    given = {
        field.name: value[field.name]
        for field in nested.resource.writable
        if field.name == nested.key or not _blank(value.get(field.name))
        if field.name in value
    }
    if given:
        return _parse_put(nested, given)
    return _parse_link(value.get("id"))


def _parse_put(nested: Nested, given: Mapping[str, Any]) -> tuple[Intent | None, Faults]:
    fields, is_emptied = nested.resource.writable, nested.key in given and _blank(given[nested.key])
    if is_emptied:
        given = {name: value for name, value in given.items() if name != nested.key}
    values, faults = read_fields(fields, given)
    if faults := faults | missing(fields, given, values):
        return None, faults
    return Unlink() if is_emptied else Put(values), {}


def _parse_link(value: Any) -> tuple[Intent | None, Faults]:
    if _blank(value):
        return None, {}
    try:
        number = Integer("id").parse(value)
    except BrokenRule as broken:
        return None, {"id": broken.faults}
    return Link(number if 0 < number <= MAX_ID else 0), {}


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not strip_invisible(value))


def none_left(resource: Resource, fills: Callable[[str], bool], faults: Faults) -> Faults:
    """The fault of a record without any of the properties of which it needs one. A faulty one counts as given."""
    names = resource.at_least_one
    for name in names:
        if fills(name) or name in faults:
            return {}
    return {names[0]: fault("_atLeastOne", names=", ".join(names))} if names else {}
