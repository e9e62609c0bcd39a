"""What a list asks for in its query string: filters, words, a cursor, and what is shown."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any
from urllib.parse import quote

Value = str | int | float | date | None
"""What a property is compared with: True and False are true and false, None is null, and a date without a time is a whole day."""

Where = Mapping[str, Value | Sequence[Value]]
"""Values that properties have, by name; of several values for one property any fits."""

Since = str | date
"""Since when: a position of the feed of changes, a date as the server reads it (`-7d`), a day or a time."""

Params = dict[str, Any]

OPERATORS = "!<=>~"
PARAMETERS = (
    "limit",
    "page",
    "sort",
    "direction",
    "count",
    "fields",
    "cursor",
    "changed_since",
    "filter",
    "q",
)


def params(
    *,
    filter: str | Sequence[str] | None = None,
    where: Where | None = None,
    changed_since: Since | None = None,
    count: bool | None = None,
    **others: int | str | None,
) -> Params:
    """The parameters of a list, with None for what is not given. Raises TypeError, ValueError for what cannot be sent."""
    equal = list(_equal({} if where is None else where))
    filters = [
        *_filters(filter),
        *(f"{_encoded(one)}={text}" for one, text in equal if not _is_odd(one, text)),
    ]
    plain: dict[str, list[str]] = {}
    for name, text in equal:
        if _is_odd(name, text):
            plain.setdefault(name, []).append(text)
    counted = None if count is None else _counted(count)
    if others.get("cursor") is not None and others.get("page") is not None:
        raise ValueError("give page or cursor, not both: a page by cursor has no number")
    since = None if changed_since is None else _since(changed_since)
    return {**others, **plain, "filter": filters or None, "changed_since": since, "count": counted}


def fields(names: str | Sequence[str]) -> str:
    """The parameter `fields`. Raises ValueError for none."""
    joined = names if isinstance(names, str) else ",".join(names)
    if not joined:
        raise ValueError("fields is empty: name the properties to show, or '*' for those of a list")
    return joined


def _since(value: object) -> str:
    match value:
        case str():
            return value
        case date():
            return value.isoformat()
    raise TypeError(f"changed_since is a position, a date or its text, not {type(value).__name__}")


def _filters(filter: str | Sequence[str] | None) -> list[str]:
    if filter is None:
        return []
    filters = [filter] if isinstance(filter, str | bytes) else [*filter]
    for one in filters:
        if not isinstance(one, str):
            raise TypeError(f"a filter is a str such as 'name~=ana', not {type(one).__name__}")
    return filters


def _counted(count: object) -> str:
    if not isinstance(count, bool):
        raise TypeError(f"count is True or False, not {type(count).__name__}")
    return str(count).lower()


def _equal(where: Where) -> Iterator[tuple[str, str]]:
    if not isinstance(where, Mapping):
        raise TypeError(f"where is a dict of properties and their values, not {type(where).__name__}")
    for name, given in where.items():
        values = [given] if given is None or isinstance(given, str | bytes | int | float | date) else [*given]
        if not values:
            raise ValueError(f"where: {name} has no value, so that no record fits: None stands for null")
        for value in values:
            yield name, _text(value)


def _is_odd(name: str, text: str) -> bool:
    """Whether a value would be taken for a part of the operator in a filter: its property becomes a parameter."""
    return text.startswith(tuple(OPERATORS)) and not name.startswith("_") and name not in PARAMETERS


def _encoded(name: str) -> str:
    """The name with what would be taken for an operator percent-encoded: a key of custom data may have any character."""
    return "".join(quote(one) if one in f"{OPERATORS}%" else one for one in name).replace("~", "%7E")


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if not isfinite(value):
            raise ValueError(f"where: {value} is no number to compare with")
        case str() | int() | float():
            return str(value)
        case date():
            return value.isoformat()
    raise TypeError(f"where: a value is a str, a number, a date or None, not {type(value).__name__}")
