"""What a column of a file can become, for people."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from closum.model import touch
from closum.operations.importing import declared, mapping
from closum.operations.importing.mapping import KEY, SEVERAL, TARGETS, TYPES, Column
from closum.resources.lead import LEAD
from closum.web.words import Words

LEAVE_OUT = ""
NUMBERS = f"{mapping.TEXT} phone"

_AS = {"text": "as_extra", "number": "as_number", "boolean": "as_boolean", "json": "as_document"}
_SEVERAL = [f"{mapping.TEXT} {one}" for one in sorted(SEVERAL)]
_CHOICE = re.compile(rf"({'|'.join(_SEVERAL)}) ([1-9][0-9]{{0,3}})", re.ASCII)
"""The value of what several columns become, behind the first one: `text email 2`."""


def options(words: Words, resource: str, values: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The value and the text of every property of a resource, where `values` are those of all columns."""
    if resource != LEAD.name:
        names = declared.targets(resource).names
        return [(f"{mapping.TEXT} {name}", words(f"{resource}.{name}")) for name in names]
    numbers = Counter(_split(value)[0] for value in values)
    return [one for target in TARGETS for one in _choices(target, numbers, words)]


def _choices(target: str, numbers: Mapping[str, int], words: Words) -> Iterator[tuple[str, str]]:
    """Of what several columns may become one choice more than columns have it."""
    value, text = f"{mapping.TEXT} {target}", _label(target, words)
    number = numbers.get(value, 0) if target in SEVERAL else 0
    yield value, words.target_choice.format(x=text, n=1) if number > 1 else text
    for place in range(2, number + 2):
        yield f"{value} {place}", words.target_choice.format(x=text, n=place)


def own(column: Column, words: Words, resource: str) -> list[tuple[str, str]]:
    """Likewise what the column can become in the additional data, by its heading, and by what it is called there now."""
    if not declared.targets(resource).keys:
        return []
    usual = mapping.custom(column.column, column.heading).to
    keys = dict.fromkeys((column.to if column.to.startswith(KEY) else usual, usual))
    return [(f"{kind} {key}", _extra(kind, key.removeprefix(KEY), words)) for key in keys for kind in TYPES]


def _extra(kind: str, key: str, words: Words) -> str:
    """What a value in the additional data is called; from some keys a lead takes where it came from."""
    name = touch.property_of(key) if kind == mapping.TEXT else ""
    text = words.as_extra_of.replace("{y}", words(f"lead.{name}")) if name else words(_AS[kind])
    return text.replace("{x}", key)


def chosen(columns: Sequence[Column]) -> dict[int, str]:
    """The value of what each column becomes, by its number; the columns are in the order in which they are tried."""
    found, tried = dict[int, str](), Counter[str]()
    for one in columns:
        value = f"{one.type} {one.to}" if one.to else LEAVE_OUT
        tried[value] += 1
        is_later = one.to in SEVERAL and tried[value] > 1
        found[one.column] = f"{value} {tried[value]}" if is_later else value
    return found


def has_several(values: Sequence[str]) -> bool:
    """Whether several columns become the same."""
    return any(_split(value)[1] > 1 for value in values)


def are_numbers(value: str) -> bool:
    return _split(value)[0] == NUMBERS


def wanted(columns: Sequence[Column], given: Mapping[int, str]) -> list[dict[str, Any]]:
    """What a form says of columns by their numbers, as calls say it, in the order in which columns are tried."""
    usual, first = chosen(columns), dict[str, int]()
    found = list[tuple[int, int, dict[str, Any]]]()
    for place, one in enumerate(columns):
        value, choice = _split(given.get(one.column, usual[one.column]))
        begins = first.setdefault(value, place) if value in _SEVERAL else place
        found.append((begins, choice, _entry(one.column, value)))
    return [entry for _, _, entry in sorted(found, key=lambda one: one[:2])]


def _split(value: str) -> tuple[str, int]:
    """A value without its place among those of several columns, and that place."""
    found = _CHOICE.fullmatch(value)
    return (found[1], int(found[2])) if found else (value, 1)


def _entry(column: int, value: str) -> dict[str, Any]:
    kind, _, to = value.partition(" ")
    return {"column": column, "to": to or None, "type": kind or None}


def _label(target: str, words: Words) -> str:
    key = f"target.{target}"
    return words(key) if key in words else words(f"lead.{target}")
