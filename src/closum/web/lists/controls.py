"""What lists can be filtered by, a plain control each, derived from the declaration of a resource."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from closum.model.fields import Document, Field, Timestamp
from closum.model.property import WORDS, Property, properties
from closum.model.relations import Nested
from closum.model.resource import Resource
from closum.web.kinds import kind_of
from closum.web.lists import columns
from closum.web.lists.asked import Filter, Pairs
from closum.web.lists.columns import Named
from closum.web.locale import Locale
from closum.web.views import values_of

PREFIX = "f."
"""Before the name of a control: what else an address has begins otherwise."""
NONE = "f-none"
"""The name of the boxes that ask for records that have nothing there."""
ANY, NOTHING = "", "-"
"""What a list to choose from has beside its values."""
KEY, VALUE = "f-key", "f-value"
"""Of the control for additional data."""

_TECHNICAL = {("email", "status")}
"""Numbers that mean nothing to people, who are not asked for them: an address may filter by them."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FROM_TO = (("from", ">="), ("to", "<="))


class Control(NamedTuple):
    """`kind` says which macro asks for it, and `label` is the key of what it is called, behind that of its `group`.

    `is_first` are those that are seen at once, `may_lack` those that a record may have nothing of.
    """

    name: str
    kind: str
    label: str
    group: str
    is_first: bool
    may_lack: bool
    has_words: bool = False
    named: Named | None = None
    among: Sequence[str] = ()

    @property
    def is_chosen(self) -> bool:
        """Whether it is a list to choose from."""
        return self.kind in ("choice", "flag", "user", "reference")


class Filled(NamedTuple):
    """The values of controls by name, those of boxes, the key and value of additional data, and what no control says."""

    values: dict[str, str]
    lacking: set[str]
    custom: tuple[str, str]
    others: list[Filter]


@lru_cache
def of(resource: Resource) -> tuple[Control, ...]:
    """First what a record is called by, then what it shows of others, as a table has them; days, which take two fields, last."""
    return tuple(sorted(_of(resource), key=lambda one: _place_of(resource, one)))


def _place_of(resource: Resource, one: Control) -> int:
    if one.name == resource.called_by:
        return 0
    is_shown = one.name.partition(".")[0] in [nested.name for nested in resource.nested]
    return 1 if is_shown else 3 if one.kind == "time" else 2


def named(resource: Resource, name: str) -> Named | None:
    """What the values of a property name, None where they name nothing."""
    if member := resource.listing.members.get(name):
        found: Named = member.resource
        return found
    shown = next((one.resource for one in resource.nested if f"{one.name}.id" == name), None)
    field = next((one for one in resource.fields if one.name == name), None)
    return columns.named_by(field) if field else shown


def _of(resource: Resource) -> Iterator[Control]:
    known = properties(resource)
    owners = [one.name for one in resource.writable if kind_of(one) == "user"]
    firsts = {resource.called_by, *owners, *columns.usual(resource)}
    for field in resource.fields:
        if field.name in known and (resource.name, field.name) not in _TECHNICAL:
            label, found = f"{resource.name}.{field.name}", known[field.name]
            yield _control(field.name, found, field, label, "", field.name in firsts, not field.always)
    for name, member in resource.listing.members.items():
        yield Control(name, "reference", f"{resource.name}.{name}", "", True, True, named=member.resource)
    for nested in resource.nested:
        yield from _of_nested(resource, nested)


def _of_nested(resource: Resource, nested: Nested) -> Iterator[Control]:
    known, whole = properties(resource), f"{resource.name}.{nested.name}"
    for field in nested.resource.fields:
        name = f"{nested.name}.{field.name}"
        if field.name == nested.key:
            yield _control(nested.name, known[nested.name], field, whole, "", True, True)
        elif name in known and _is_asked_for(nested, field):
            is_flag, label = kind_of(field) == "flag", f"{nested.resource.name}.{field.name}"
            yield _control(name, known[name], field, label, "" if is_flag else whole, is_flag, False)


def _is_asked_for(nested: Nested, field: Field) -> bool:
    return not isinstance(field, Timestamp) and (nested.resource.name, field.name) not in _TECHNICAL


def _control(
    name: str, found: Property, field: Field, label: str, group: str, is_first: bool, may_lack: bool
) -> Control:
    return Control(
        name,
        kind_of(field),
        label,
        group,
        is_first,
        may_lack,
        WORDS in found.operators,
        columns.named_by(field),
        values_of(field),
    )


def has_custom(resource: Resource) -> bool:
    """Whether records are found by their additional data."""
    return _custom(resource) is not None


def _custom(resource: Resource) -> str | None:
    names = (one.name for one in resource.fields if isinstance(one, Document))
    return next((one for one in names if f"{one}.<key>" in properties(resource)), None)


def pairs(resource: Resource, given: Pairs, locale: Locale) -> list[tuple[str, str]]:
    """The parameters of a form as those of a list."""
    form, lacking = dict(given), {value for name, value in given if name == NONE}
    found = [(name, value) for name, value in given if not name.startswith(("f.", "f-"))]
    for one in of(resource):
        found += [each.pair for each in _filters(one, form, one.name in lacking, locale)]
    if custom := custom_filter(resource, form):
        found.append(custom.pair)
    return found


def custom_filter(resource: Resource, form: Mapping[str, str]) -> Filter | None:
    """What a form asks of additional data."""
    custom, key = _custom(resource), form.get(KEY, "").strip()
    if not (custom and key):
        return None
    value = form.get(VALUE, "").strip()
    return Filter(f"{custom}.{key}", "=" if value else "!=", value)


def _filters(one: Control, form: dict[str, str], is_lacking: bool, locale: Locale) -> Iterator[Filter]:
    value = form.get(f"{PREFIX}{one.name}", "").strip()
    if is_lacking or (one.is_chosen and value == NOTHING):
        yield Filter(one.name, "=", "")
    elif one.kind in ("time", "number"):
        for name, operator in _FROM_TO:
            if end := form.get(f"{PREFIX}{one.name}.{name}", "").strip():
                yield Filter(one.name, operator, locale.read_integer(end) if one.kind == "number" else end)
    elif value:
        yield Filter(one.name, WORDS if one.has_words else "=", value)


def filled(resource: Resource, filters: Sequence[Filter]) -> Filled:
    """The controls as these filters have them."""
    found, known = Filled({}, set(), ("", ""), []), {one.name: one for one in of(resource)}
    custom = f"{_custom(resource)}."
    for one in filters:
        control = known.get(one.name)
        if control and (place := _place(control, one)) and place[0] not in found.values:
            found.values[place[0]] = place[1]
            found.lacking.update([one.name] if not one.value else [])
        elif one.name.startswith(custom) and one.operator in ("=", "!=") and not found.custom[0]:
            is_value = (one.operator == "=") == bool(one.value)
            if not is_value:
                found.others.append(one)
                continue
            found = found._replace(custom=(one.name.removeprefix(custom), one.value))
        else:
            found.others.append(one)
    return found


def _place(control: Control, one: Filter) -> tuple[str, str] | None:
    """The name of the field in the form that says the same, and its value."""
    if one.operator == "=" and not one.value and control.may_lack:
        return one.name, NOTHING if control.is_chosen else ""
    if control.kind in ("time", "number"):
        ends = {operator: name for name, operator in _FROM_TO}
        is_plain = bool(_DAY.fullmatch(one.value)) or control.kind == "number"
        return (f"{one.name}.{ends[one.operator]}", one.value) if one.operator in ends and is_plain else None
    operator = WORDS if control.has_words else "="
    return (one.name, one.value) if one.operator == operator and one.value else None
