"""Where records come from: the source and the UTM values of the first touch of a person, and of the last one.

A touch is one visit, form or call by which somebody came. Its values are sent as properties, or stand in a document where
clients put them.
"""

import re
from collections.abc import Container, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from closum.model.terms import scalar, words
from closum.model.text import strip_invisible

Row = dict[str, Any]

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
NAMES = ("source", *UTM)
LAST = "last_"
"""How the properties of the last touch begin, before those of the first one."""

LONGEST = 255  # characters of a value

KEYS: Mapping[str, tuple[str, ...]] = {
    "source": ("source", "lead source", "origem", "origem do lead"),
    **{name: (name,) for name in UTM},
}
"""The keys of a document that each value is kept under. Case, accents and punctuation make no difference."""

_SHORT = 512
"""Characters of a document that is remembered."""

_MAY = re.compile(r"source|utm|origem", re.IGNORECASE)


def _key(text: str) -> str:
    return "_".join(words(text))


_NAMED = {_key(key): (name, rank) for name, keys in KEYS.items() for rank, key in enumerate(keys)}


class Touch:
    """Which properties of a record say where it came from, and the `document` that may have their values."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.first, self.last = NAMES, tuple(f"{LAST}{name}" for name in NAMES)

    @cached_property
    def columns(self) -> frozenset[str]:
        return frozenset((*self.first, *self.last))

    def of_new(self, given: Row) -> Row:
        """Both touches of a new record, of which these values were given: the last one is the first one, unless it was given,
        too. Nothing where there is none."""
        document = given.get(self.document)
        found = read(document) if document else {}
        if not found and self.columns.isdisjoint(given):
            return {}
        first = {name: given[name] if name in given else found.get(name) for name in self.first}
        return first | (self._given(given) or self._as_last(first))

    def of_changed(self, present: Row, values: Row) -> Row:
        """What other UTM values in the document of a record change, where the values name no touch themselves."""
        document = values.get(self.document)
        if not document or not self.columns.isdisjoint(values):
            return {}
        found, before = read(document), read(present[self.document] or "")
        utm = {name: found[name] for name in UTM if name in found}
        return self._touched(present, found) if utm.items() - before.items() else {}

    def of_matched(self, present: Row, values: Row, patch: Any = None, *, fills: bool = False) -> Row:
        """The values that a record gets which was found instead of made. One that brings a source or UTM values is a touch: its
        last one, and the first one where it has none.

        `patch` is what is merged into the document; where it only `fills`, a last touch stays.
        """
        named = {name: values[name] for name in self.first if values.get(name) is not None}
        document = values.get(self.document)
        found = named or (read(document) if document else of_object(patch))
        if not found:
            return values
        rest = {name: value for name, value in values.items() if name not in self.columns}
        if not (fills and self._has(present, self.last)):
            return rest | self._touched(present, found) | self._given(values)
        first = {} if self._has(present, self.first) else {name: found.get(name) for name in self.first}
        return rest | first | {name: present[name] for name in self.last}

    def of_merged(self, rows: Sequence[Row], chosen: Container[str]) -> Row:
        """Each touch as a whole, of the first of some records that has it; without the properties that were chosen."""
        found: Row = {}
        for names in (self.first, self.last):
            whose = next((row for row in rows if self._has(row, names)), rows[0])
            found |= {name: whose[name] for name in names if name not in chosen}
        return found

    def _touched(self, present: Row, found: Row) -> Row:
        first = {name: found.get(name) for name in self.first}
        last = self._as_last(first)
        return last if self._has(present, self.first) else first | last

    def _given(self, values: Row) -> Row:
        """The last touch, where any value of it was given."""
        given = {name: values[name] for name in self.last if name in values}
        return dict.fromkeys(self.last) | given if given else {}

    def _as_last(self, first: Row) -> Row:
        return dict(zip(self.last, map(first.get, self.first), strict=True))

    def _has(self, present: Row, names: tuple[str, ...]) -> bool:
        return any(present[name] is not None for name in names)


def property_of(key: str) -> str:
    """The property that a key of a document is read as; "" for the others."""
    return _NAMED.get(_key(key), ("", 0))[0]


def read(text: str) -> Row:
    """The values of a touch that a JSON document has, by property."""
    if not _MAY.search(text):
        return {}
    return (_read if len(text) <= _SHORT else _read.__wrapped__)(text)


@lru_cache(maxsize=2_048)
def _read(text: str) -> Row:
    return of_object(msgspec.json.decode(text))


def of_object(value: Any) -> Row:
    """`read` of a document that is decoded."""
    ranked: dict[str, tuple[int, str]] = {}
    for key, one in value.items() if isinstance(value, dict) else ():
        name, rank = _NAMED.get(_key(key), ("", 0))
        text = cut(scalar(one)) if name and not isinstance(one, bool) else None
        if text and (name not in ranked or rank < ranked[name][0]):
            ranked[name] = rank, text
    return {name: ranked[name][1] for name in NAMES if name in ranked}


def cut(text: str | None) -> str | None:
    """A value without what is invisible at its ends, and not longer than it may be."""
    return strip_invisible(text)[:LONGEST] or None if text else None
