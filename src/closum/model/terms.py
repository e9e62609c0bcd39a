"""The terms that a record is found by: words as people type them, and marks of exact values. Pure, alike for both engines."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from closum.model.text import sort_key

LONGEST = 64  # characters of a word; what is longer is found by its beginning
MOST = 5_000  # words of one kind that are kept of a record

_SHORT = 512
"""Characters of a document that is remembered."""
_SHORT_VALUE = 64
"""Characters of a value whose words are remembered: those of a long one take many times its memory, and it hardly comes again."""

_decode = msgspec.json.decode
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_WHOLE = 2**63


class Member(NamedTuple):
    """What a record is found by that rows of `table` put on records of a `resource`: their `link` names it, and the filter the
    other one.
    """

    resource: Any
    table: str
    link: str


class Terms(NamedTuple):
    """The terms of a record, by where they stand: what it is called, its addresses, its custom data, and `marks`, each of
    an exact value of one property."""

    name: tuple[str, ...] = ()
    address: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def texts(self) -> list[str]:
        """Those of each kind in one text, with a space between them: none has one."""
        return [*map(" ".join, self)]

    @classmethod
    def of_texts(cls, texts: Iterable[str]) -> "Terms":
        return cls(*(tuple(text.split()) for text in texts))


def words(text: str | None) -> list[str]:
    """The runs of letters and digits in a text, folded as texts are sorted: `São-João 2` has sao, joao and 2."""
    return _words(sort_key(text) or "")


def _words(folded: str) -> list[str]:
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
    """In base 32, as `base64.b32encode` writes it, in lower case: two characters for each ten bits."""
    found = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=size).digest(), "big")
    return "".join([_TWO[(found >> place) & 1023] for place in range(8 * size - 10, -1, -10)])


_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_TWO = [one + other for one in _DIGITS for other in _DIGITS]


class _Property(NamedTuple):
    """What one property of a JSON object is found by: `marks` of its being there and of its whole value, the words of that,
    and the marks of these."""

    marks: tuple[str, ...]
    words: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()


def _property(name: str, value: Any) -> _Property:
    return _Property((mark(name, ""),)) if scalar(value) is None else _scalar(name, value)


@lru_cache(maxsize=8_192)
def _text(name: str, value: str) -> _Property:
    folded = sort_key(value) or ""
    return _marked(name, tuple(_words(folded)), f"={folded}")


@lru_cache(maxsize=8_192, typed=True)
def _scalar(name: str, value: float) -> _Property:
    return _marked(name, tuple(words(scalar(value))), exact(value))


def _marked(name: str, found: tuple[str, ...], whole: str) -> _Property:
    there, start = _named(name)
    marks = (there, "m" + _digest(f"{name}\x1f{whole}", 10))
    return _Property(marks, found, tuple([start + word for word in found]))


@lru_cache(maxsize=1_024)
def _named(name: str) -> tuple[str, str]:
    """What a property is found by, and how the words of its value begin."""
    return mark(name, ""), marked(name)


def of_document(name: str, text: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a stored JSON document, and the marks of the properties that it has where it is an object."""
    if text is None:
        return (), ()
    return (_of_document if len(text) <= _SHORT else _of_document.__wrapped__)(name, text)


@lru_cache(maxsize=2_048)
def _of_document(name: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Many records have the same one: they come from one form, or one file."""
    value = _decode(text)
    exactly, found, marked = list[str](), list[str](), list[str]()
    are_texts = True
    for key, one in value.items() if isinstance(value, dict) else ():
        if type(one) is str:
            held = (_text if len(one) <= _SHORT_VALUE else _text.__wrapped__)(f"{name}.{key}", one)
        elif one is None:
            continue
        else:
            held, are_texts = _property(f"{name}.{key}", one), False
        exactly += held.marks  # all, or a filter would be wrong
        found += held.words
        marked += held.marked
    marks = (*dict.fromkeys(exactly), *distinct(marked))
    if exactly and are_texts:
        return distinct(found), marks
    return distinct(words(" ".join(texts(value)))), marks


def exactly(name: str, value: str) -> tuple[str, str]:
    """The marks of a text under its own name: that it is there, and its whole, folded as texts are sorted."""
    return mark(name, ""), mark(name, exact(value))


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
    """The term of a number that ends in these digits."""
    return f"r{digits[: -LONGEST - 1 : -1]}"


def international(digits: str) -> str:
    """The term of a number with these digits, from its calling code on."""
    return f"i{digits[:LONGEST]}"


def national(digits: str) -> str:
    """The term of a number with these digits behind its calling code."""
    return f"b{digits[:LONGEST]}"


def distinct(found: Iterable[str]) -> tuple[str, ...]:
    """The first MOST different ones, in their order."""
    return tuple(dict.fromkeys(found))[:MOST]


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
