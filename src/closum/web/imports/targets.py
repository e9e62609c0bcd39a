"""What a column of a file can become, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from closum.operations.importing import mapping
from closum.operations.importing.mapping import KEY, TARGETS, TYPES, Column
from closum.web.words import Words

LEAVE_OUT = ""
NUMBERS = f"{mapping.TEXT} phone"

_AS = {"text": "as_extra", "number": "as_number", "boolean": "as_boolean", "json": "as_document"}


def options(words: Words) -> list[tuple[str, str]]:
    """The value and the text of every property."""
    return [(f"{mapping.TEXT} {one}", _label(one, words)) for one in TARGETS]


def own(column: Column, words: Words) -> list[tuple[str, str]]:
    """Likewise what the column can become in the additional data, by its heading, and by what it is called there now."""
    usual = mapping.custom(column.column, column.heading).to
    keys = dict.fromkeys((column.to if column.to.startswith(KEY) else usual, usual))
    return [
        (f"{kind} {key}", words(_AS[kind]).replace("{x}", key.removeprefix(KEY)))
        for key in keys
        for kind in TYPES
    ]


def chosen(column: Column) -> str:
    """The value of what a column becomes."""
    return f"{column.type} {column.to}" if column.to else LEAVE_OUT


def wanted(columns: Sequence[Column], given: Mapping[int, str]) -> list[dict[str, Any]]:
    """What a form says of columns by their numbers, as calls say it, in the order in which columns are tried."""
    return [_entry(one.column, given.get(one.column, chosen(one))) for one in columns]


def _entry(column: int, value: str) -> dict[str, Any]:
    kind, _, to = value.partition(" ")
    return {"column": column, "to": to or None, "type": kind or None}


def _label(target: str, words: Words) -> str:
    key = f"target.{target}"
    return words(key) if key in words else words(f"lead.{target}")
