"""The terms that a record is found by: words as people type them, and marks of exact values. Pure, alike for both engines."""

import base64
import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from closum.model.text import sort_key

LONGEST = 64  # characters of a word; what is longer is found by its beginning
MOST = 5_000  # words of one kind that are kept of a record

_SHORT = 512
"""Characters of a document that is remembered."""

_decode = json.JSONDecoder().decode
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_WHOLE = 2**63


class Terms(NamedTuple):
    """The terms of a record, by where they stand: what it is called, its addresses, its custom data, and `marks`, each of
    an exact value of one property."""

    name: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def words(text: str | None) -> list[str]:
    """The runs of letters and digits in a text, folded as texts are sorted: `São-João 2` has sao, joao and 2."""
    folded = sort_key(text) or ""
    found: list[str] = _WORD.findall(folded)
    return found if len(folded) <= LONGEST else [word[:LONGEST] for word in found]


@lru_cache(maxsize=8_192)
def mark(name: str, value: str | int) -> str:
    """The term of a property's exact value: ASCII letters and digits, from which nothing can be read."""
    return "m" + _digest(f"{name}\x1f{value}", 10)


@lru_cache(maxsize=1_024)
def marked(name: str) -> str:
    """How the words begin that stand in the value of one property alone."""
    return "w" + _digest(name, 5)


def _digest(text: str, size: int) -> str:
    return base64.b32encode(hashlib.blake2b(text.encode(), digest_size=size).digest()).decode().lower()


def is_word(mark: str) -> bool:
    """Whether it is a word in the value of one property, and not the mark of a whole value."""
    return mark.startswith("w")


def marks_of(name: str, value: Any) -> tuple[str, ...]:
    """What a property of a JSON object is found by: that it is there, and of a scalar the whole of it, and its words."""
    return (mark(name, ""),) if scalar(value) is None else _marks_of(name, value)


@lru_cache(maxsize=8_192, typed=True)
def _marks_of(name: str, value: str | float) -> tuple[str, ...]:
    start = marked(name)
    return (mark(name, ""), mark(name, exact(value)), *(start + word for word in words(scalar(value))))


def of_document(name: str, text: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a stored JSON document, and the marks of the properties that it has where it is an object."""
    if text is None:
        return (), ()
    return (_of_document if len(text) <= _SHORT else _of_document.__wrapped__)(name, text)


@lru_cache(maxsize=2_048)
def _of_document(name: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Many records have the same one: they come from one form, or one file."""
    value = _decode(text)
    held = properties_of(value)
    marks = [one for key, held_value in held.items() for one in marks_of(f"{name}.{key}", held_value)]
    exactly = dict.fromkeys(
        one for one in marks if not is_word(one)
    )  # all of them, or a filter would be wrong
    return distinct(words(" ".join(texts(value)))), (*exactly, *distinct(filter(is_word, marks)))


def exact(value: str | float) -> str:
    """The whole of a scalar, alike for all ways in which one number is written: 12, 12.0 and 1.2e1."""
    if isinstance(value, str | bool):
        return f"={sort_key(scalar(value))}"
    return f"#{plain_number(value)}"


def plain_number(value: int | float) -> int | float:
    """A number as both databases compare it: whole ones of 64 bits to the last digit, others as a float."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _WHOLE else value
    try:
        return value if abs(value) < _WHOLE else float(value)
    except OverflowError:
        return value


def number(text: str) -> int | float | None:
    """The number that a filter's text is, None where it is none: 12, -1.5, .5, +20, 1e2."""
    text = text.strip()
    if len(text) > LONGEST or not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return None if math.isinf(found) else plain_number(int(text) if _INTEGER.fullmatch(text) else found)


def ending(digits: str) -> str:
    """The term of a number's digits, from the last one on."""
    return f"r{digits[:LONGEST]}"


def distinct(found: Iterable[str]) -> tuple[str, ...]:
    """The first MOST different ones, in their order."""
    return tuple(dict.fromkeys(found))[:MOST]


def properties_of(value: Any) -> dict[str, Any]:
    """The properties of a JSON object that are not null."""
    return {key: one for key, one in value.items() if one is not None} if isinstance(value, dict) else {}


def scalar(value: Any) -> str | None:
    """Text, a number, true or false as text; None for anything else."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


def texts(document: Any) -> Iterator[str]:
    """Every text and number in a JSON document, however deep."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting += reversed(list(value.values()) if isinstance(value, dict) else value)
        elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            yield str(value)
