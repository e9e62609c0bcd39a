"""Reads the members of JSON objects. Unknown ones are left alone; a missing one is an Unreadable, which names it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")
Json = Mapping[str, Any]


class Unreadable(ValueError):
    """A JSON value is not of the shape that it has to be of."""


def required(data: Json, name: str, read: Callable[[Any], T]) -> T:
    """A member that has a value."""
    if name not in mapping(data):
        raise Unreadable(f"'{name}' is missing")
    try:
        return read(data[name])
    except Unreadable as error:
        raise Unreadable(f"'{name}': {error}") from None


def nullable(data: Json, name: str, read: Callable[[Any], T]) -> T | None:
    """A member that may be null."""
    return None if name in mapping(data) and data[name] is None else required(data, name, read)


def optional(data: Json, name: str, read: Callable[[Any], T]) -> T | None:
    """A member that may be null, or not be there at all."""
    return None if mapping(data).get(name) is None else required(data, name, read)


def mapping(value: Any) -> Json:
    if not isinstance(value, Mapping):
        raise Unreadable(f"an object is needed, not {_kind(value)}")
    return value


def plain(value: Any) -> dict[str, Any]:
    """An object as it is."""
    return dict(mapping(value))


def sequence(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"an array is needed, not {_kind(value)}")
    return value


def values(value: Any) -> tuple[Any, ...]:
    """An array of anything."""
    return tuple(sequence(value))


def each(read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """What reads an array, each value of it by `read`."""
    return lambda value: tuple(map(read, sequence(value)))


def text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unreadable(f"text is needed, not {_kind(value)}")
    return value


def integer(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"a whole number is needed, not {_kind(value)}")
    return value


def number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Unreadable(f"a number is needed, not {_kind(value)}")
    return value


def flag(value: Any) -> bool:
    """The API writes 1 and 0."""
    if value not in (0, 1):
        raise Unreadable(f"1 or 0 is needed, not {_kind(value)}")
    return bool(value)


def timestamp(value: Any) -> datetime:
    """An aware datetime from `2018-01-01T10:00:00+00:00`."""
    try:
        moment = datetime.fromisoformat(text(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unreadable("a date with time and zone is needed")
    return moment


def document(text: str | None) -> Any:
    """The value of a JSON document; None where there is none. Raises ValueError for text that is not JSON."""
    return None if text is None else json.loads(text)


def _kind(value: Any) -> str:
    return "null" if value is None else type(value).__name__
