"""Filters of a list: `<property><operator><value>`, read from the query string."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from closum.errors import Malformed
from closum.model.property import IMPORTED, NUMBER, TIME, WORDS, Property, find, properties
from closum.model.resource import Resource
from closum.model.terms import words

MOST = 20
LONGEST = 1_000  # characters
MAX_SHOWN = 64

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", WORDS)

_OPERATOR = ("=", "<", ">", "~")
_PROPERTY = re.compile(r"[a-z_]+(?:\.[a-z_]+)?(?=$|[=<>!~])")
_FILTER = re.compile(r"([^=<>!~]*)(!=|<=|>=|~=|=|<|>)(.*)", re.DOTALL)


class Condition(NamedTuple):
    """A property compared with values, of which one has to fit (`=`), or with one value. None is null."""

    property: Property
    operator: str
    values: tuple[Any, ...]


def parse(
    resource: Resource, filters: Iterable[str], plain: Iterable[tuple[str, str]] = ()
) -> tuple[Condition, ...]:
    """What all filters ask for together; `plain` are properties with the value that each has to have.

    Several values of `=` of one property are one condition. Raises Malformed.
    """
    read = [
        _read(resource, *one)
        for one in (*map(split, filters), *((name, "=", value) for name, value in plain))
    ]
    if len(read) > MOST:
        raise Malformed(f"Too many filters: at most {MOST}")
    merged: dict[Any, Condition] = {}
    for place, one in enumerate(read):
        key = one.property.name if one.operator == "=" else place
        before = merged.get(key)
        merged[key] = one._replace(values=(*before.values, *one.values)) if before else one
    return tuple(merged.values())


def split(text: str) -> tuple[str, str, str]:
    """The property, the operator and the value that a filter is written of. Raises Malformed."""
    if len(text) > LONGEST:
        raise Malformed(f"A filter is too long: at most {LONGEST} characters")
    match = _FILTER.fullmatch(text)
    if match is None:
        raise Malformed(
            f"'filter={_begin(text)}' has no operator: write a property, one of {' '.join(OPERATORS)}, and a value"
        )
    if match[3][:1] in _OPERATOR:
        raise Malformed(
            f"'{_shown(match[1])}{match[2]}{match[3][:1]}' is no operator: there are {' '.join(OPERATORS)}. A value that begins"
            f" so is found by the property as a parameter of its own, without 'filter': {_shown(match[1])}=<value>"
        )
    return _name(match[1]), match[2], match[3]


def _begin(text: str) -> str:
    """The property, if it begins with one: the rest may be somebody's address, and messages get into logs."""
    name = _PROPERTY.match(text)
    shown = _shown(name[0]) if name else ""
    return shown if shown == text else f"{shown}…"


def _name(text: str) -> str:
    """A name whose key is percent-encoded once more, so that it can hold an operator."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise Malformed(f"'{_shown(text)}' in a filter: what is percent-encoded must be UTF-8") from None


def _read(resource: Resource, name: str, operator: str, text: str) -> Condition:
    found = find(resource, name)
    if found is None:
        raise Malformed(
            f"Unknown property '{_shown(name)}' in a filter: there are {', '.join(properties(resource))}"
        )
    if operator not in found.operators:
        raise Malformed(
            f"'{operator}' cannot be used with {_shown(name)}: it takes {' '.join(found.operators)}"
        )
    if not text:
        if operator not in ("=", "!=") or found.kind == IMPORTED:
            raise Malformed(
                f"'{_shown(name)}{operator}' needs a value; only = and != do without one, which means null"
            )
        return Condition(found, operator, (None,))
    if operator == WORDS and not words(text):
        raise Malformed(f"'{_shown(name)}{WORDS}' needs a letter or a digit: give the beginnings of words")
    try:
        return Condition(found, operator, (found.read(text),))
    except ValueError as error:
        raise Malformed(f"'{_shown(name)}' in a filter: {error}") from None


def is_narrow(one: Condition) -> bool:
    """Whether it finds few records in most lists, on an index."""
    return one.operator == "=" and None not in one.values and one.property.is_narrow


def is_one_id(one: Condition) -> bool:
    """Whether it asks for one id, of the record or of one that it refers to."""
    return one.property.kind == NUMBER and is_narrow(one) and len(one.values) == 1


def has_zone(conditions: Sequence[Condition]) -> bool:
    """Whether they mean the same in every time zone."""
    times = [value for one in conditions if one.property.kind == TIME for value in one.values if value]
    return all(value.has_zone for value in times)


def _shown(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
