"""What a form asks for, derived from a declaration: inputs, what is in them, and the body that they make."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from closum.model.fields import Document, Field, Order, Text
from closum.model.moments import Moment
from closum.model.relations import Nested, Row
from closum.model.resource import Resource
from closum.model.user_fields import listed
from closum.web.forms import Form
from closum.web.kinds import kind_of
from closum.web.locale import LAST_SECOND, Locale
from closum.web.records import extra

WAS = "was"
"""The field of a form that says what was in it before anybody typed: a short hash for each property."""

TICKED, OPEN = "true", "false"
"""What is in the box of a time that is set by ticking it: the server knows when that was."""

CHOOSE, THEIRS = "choose.", "theirs"
"""How the field begins that says which of two values stays, and what it says of that of somebody else."""

_BY_RULE = {"_email": "email", "_prefix": "prefix"}
_DAY, _TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(r"[0-9]{2}:[0-9]{2}")


class Ask(NamedTuple):
    """An input: `name` is that of its field in the form, `group` the property of the body that it is part of. Where that is a
    record which this one shows, `key` is the input without which there is none.
    """

    name: str
    group: str
    field: Field
    kind: str
    key: str = ""

    @property
    def is_nested(self) -> bool:
        return self.name != self.group


Texts = Mapping[str, str]
"""What is in the inputs, by name; of a document the text of `extra.canonical`, or where it has no rows the document."""


@lru_cache(maxsize=64)
def asks(resource: Resource) -> tuple[Ask, ...]:
    """What it is called by first, then what it shows of others, then the rest; its place among others, and documents, last."""
    own = [Ask(one.name, one.name, one, _kind(one)) for one in resource.writable]
    first = [one for one in own if one.kind == "prefix"]
    first += [one for one in own if one.name == resource.called_by]
    nested = [
        Ask(f"{one.name}.{field.name}", one.name, field, _kind(field), f"{one.name}.{one.key}")
        for one in in_order(resource)
        for field in one.resource.writable
    ]
    last = [one for kind in (Order, Document) for one in own if isinstance(one.field, kind)]
    rest = [one for one in own if one not in first and one not in last]
    return (*first, *nested, *rest, *last)


def in_order(resource: Resource) -> list[Nested]:
    """What a record shows of others, as the rule names it that asks for one of them."""
    rule = resource.at_least_one
    return sorted(resource.nested, key=lambda one: rule.index(one.name) if one.name in rule else len(rule))


def _kind(field: Field) -> str:
    if isinstance(field, Moment) and field.takes_now:
        return "tick"
    rule = field.rule[0] if isinstance(field, Text) and field.rule else ""
    return _BY_RULE.get(rule) or kind_of(field)


def groups(resource: Resource) -> dict[str, list[Ask]]:
    """The inputs by the property of the body."""
    found: dict[str, list[Ask]] = {}
    for one in asks(resource):
        found.setdefault(one.group, []).append(one)
    return found


def stored(resource: Resource, row: Row, locale: Locale, names: Collection[str] = ()) -> dict[str, str]:
    """What is in the inputs of a record; in these alone, where some are named."""
    wanted = (one for one in asks(resource) if not names or one.name in names)
    return {one.name: _stored(one, row, locale) for one in wanted}


def _stored(ask: Ask, row: Row, locale: Locale) -> str:
    value = row.get(ask.name.replace(".", "_") if ask.is_nested else ask.name)
    if ask.kind == "document":
        members = extra.members(value)
        return (
            value or ""
            if members is None
            else extra.canonical(extra.typed(one.row, locale) for one in members)
        )
    if ask.kind == "tick":
        return TICKED if value else OPEN
    if value is None:
        return ""
    if ask.kind == "time":
        there = locale.there(value)
        is_day = f"{there:%H:%M:%S}" == LAST_SECOND
        return f"{there:%Y-%m-%d}" if is_day else f"{there:%Y-%m-%dT%H:%M}"
    if ask.kind == "users":
        return ",".join(map(str, listed(value)))
    return extra.lines(str(value))


def initial(resource: Resource) -> dict[str, str]:
    """What is in the inputs of a new record."""
    return {one.name: _initial(one) for one in asks(resource)}


def _initial(ask: Ask) -> str:
    if ask.kind == "document":
        return extra.canonical(())
    if ask.kind == "tick":
        return OPEN
    value = ask.field.initial
    if ask.kind == "users" and value is not None:
        return ",".join(map(str, listed(value)))
    return "" if value is None else str(value)


def sent(resource: Resource, form: Form) -> dict[str, str]:
    """What is in the inputs of a form that was sent: those that it has."""
    return {one.name: text for one in asks(resource) if (text := _sent(one, form)) is not None}


def _sent(ask: Ask, form: Form) -> str | None:
    name = ask.name
    if ask.kind == "document" and f"{name}.rows" in form:
        return extra.canonical(extra.read(form, name))
    if ask.kind == "time" and f"{name}.day" in form:
        day, time = form(f"{name}.day").strip(), form(f"{name}.time").strip()
        return f"{day}T{time}" if time else day
    if name not in form:
        return None
    if ask.kind == "users":
        return ",".join(one for one in form.every(name) if one)
    return extra.lines(form(name))


def day_and_time(text: str) -> tuple[str, str]:
    """What is in the two inputs of a time."""
    day, _, time = text.partition("T")
    return (day if _DAY.fullmatch(day) else ""), (time if _TIME.fullmatch(time) else "")


def was(resource: Resource, texts: Texts, names: Collection[str] = ()) -> str:
    """The text of the field WAS; of these properties alone, where some are named."""
    return " ".join(
        f"{group}:{_hash(found, texts)}"
        for group, found in groups(resource).items()
        if not names or group in names
    )


def _hash(group: Sequence[Ask], texts: Texts) -> str:
    made = hashlib.blake2b(digest_size=6)
    is_empty = bool(group[0].key) and not texts.get(group[0].key, "").strip()
    for one in group:
        text = b"" if is_empty else texts.get(one.name, "").encode()
        made.update(b"%d:" % len(text) + text)
    return made.hexdigest()


def _known(text: str) -> dict[str, str]:
    return dict(one.rpartition(":")[::2] for one in text.split())


def before(resource: Resource, present: Texts, sent: str) -> str:
    """The text of WAS of the whole form, of a form that may have `sent` a part of it: of the rest nobody changes anything."""
    known = _known(was(resource, present)) | _known(sent)
    return " ".join(f"{group}:{made}" for group, made in known.items())


def touched(resource: Resource, texts: Texts, before: str) -> list[str]:
    """The properties of which the form has something else than it had `before`, by the text of WAS; all without one."""
    known = _known(before)
    return [
        group
        for group, found in groups(resource).items()
        if any(one.name in texts for one in found) and known.get(group) != _hash(found, texts)
    ]


class Made(NamedTuple):
    """A body of the API, and what is wrong with it that the API would take: keys of texts by the names of inputs.

    Rows of documents, and a rule without users, which does nothing.
    """

    body: dict[str, Any]
    faults: dict[str, str]


def body(resource: Resource, texts: Texts, names: Sequence[str], present: Row | None, locale: Locale) -> Made:
    """The body that changes these properties of a record, or makes a new one."""
    made, faults = dict[str, Any](), dict[str, str]()
    for group, found in groups(resource).items():
        if group in names:
            values = dict(_values(found, texts, present, locale, faults))
            made[group] = values if found[0].is_nested else values[group]
    return Made(made, faults)


def _values(
    group: Sequence[Ask], texts: Texts, present: Row | None, locale: Locale, faults: dict[str, str]
) -> Iterator[tuple[str, Any]]:
    for ask in group:
        text = texts.get(ask.name)
        if text is None:
            continue
        key = ask.field.name
        if ask.kind == "document" and (rows := extra.parsed(text)) is not None:
            document = extra.written(rows, present[key] if present else None, locale)
            faults |= {f"{ask.name}.{place}": said for place, said in document.faults.items()}
            yield key, document.text
        elif ask.kind == "users":
            if not text:
                faults[ask.name] = "choose_users"
            yield key, [one for one in text.split(",") if one]
        elif ask.kind == "number":
            yield key, locale.read_integer(text)
        else:
            yield key, text
