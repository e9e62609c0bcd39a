"""The terms that a record is found by: words as people type them, and marks of exact values. Pure, alike for both engines."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from closum.model.text import sort_key

LONGEST = 64  # characters of a word; what is longer is found by its beginning
MOST = 1_000  # words of one kind that are kept of a record

_decode = json.JSONDecoder().decode
_WORD = re.compile(r"[^\W_]+")


class Terms(NamedTuple):
    """The terms of a record, by where they stand: what it is called, its addresses, its custom data, and `marks`, each of
    an exact value of one property."""

    name: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


def words(text: str | None) -> list[str]:
    """The runs of letters and digits in a text, folded as texts are sorted: `São-João 2` has sao, joao and 2."""
    return [word[:LONGEST] for word in _WORD.findall(sort_key(text) or "")]


@lru_cache(maxsize=8_192)
def mark(name: str, value: str | int) -> str:
    """The term of a property's exact value: ASCII letters and digits, from which nothing can be read."""
    return "m" + hashlib.blake2b(f"{name}\x1f{value}".encode(), digest_size=10).hexdigest()


@lru_cache(maxsize=1_024)
def marked(name: str) -> str:
    """How the words begin that stand in the value of one property alone."""
    return "w" + hashlib.blake2b(name.encode(), digest_size=5).hexdigest()


@lru_cache(maxsize=8_192)
def marks_of(name: str, value: str) -> tuple[str, ...]:
    """What a text of one property is found by: that it is there, the whole of it, and its words."""
    start = marked(name)
    return (mark(name, ""), mark(name, f"={sort_key(value)}"), *(start + word for word in words(value)))


def ending(digits: str) -> str:
    """The term of a number's digits, from the last one on."""
    return f"r{digits[:LONGEST]}"


def distinct(found: Iterable[str]) -> tuple[str, ...]:
    """The first MOST different ones, in their order."""
    return tuple(dict.fromkeys(found))[:MOST]


@lru_cache(maxsize=16)
def _loaded(text: str) -> Any:
    """A stored JSON document, which is read twice, and nobody changes."""
    return _decode(text)


def scalars(text: str | None) -> dict[str, str]:
    """The properties of a stored JSON object that are text, a number, true or false, as text."""
    value = None if text is None else _loaded(text)
    if not isinstance(value, dict):
        return {}
    return {key: shown for key, one in value.items() if (shown := scalar(one)) is not None}


def scalar(value: Any) -> str | None:
    """Text, a number, true or false as text; None for anything else."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else None


def texts(text: str | None) -> Iterator[str]:
    """Every text and number in a stored JSON document, however deep."""
    waiting = [] if text is None else [_loaded(text)]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting += reversed(list(value.values()) if isinstance(value, dict) else value)
        elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            yield str(value)
