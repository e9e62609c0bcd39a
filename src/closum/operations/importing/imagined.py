"""What a dry run remembers of the rows before: the leads that they would make and change, and what these would show.

It holds a million leads in 100 MB: hashes in arrays instead of texts in dictionaries.
"""

from array import array
from collections.abc import Sequence
from typing import Any

from closum.operations.importing.having import NOTHING, Has

_NOTHING = 0
_NAME = -1  # a place of its own
_FIRST_SIZE = 1 << 12


class Imagined:
    """Leads by number from 1: those that rows would make, and those of the database that rows would change.

    Each has a key, or None, in each of so many `places`, a name, or None, and where rows fill in, what it `has`.
    """

    def __init__(self, places: int) -> None:
        self._tokens = [array("Q", [_NOTHING]) for _ in range(places)]  # of each lead
        self._names = array("Q", [_NOTHING])
        self._has = array("I", [0])  # of each lead, an index of the next
        self._sets = [NOTHING]  # most leads of a file have one of few
        self._indexes = {NOTHING: 0}
        self._table = _Table()
        self._numbers: dict[int, int] = {}  # of leads of the database, by their ids

    def matching(self, place: int, key: Any, stored: Sequence[int]) -> list[int]:
        """The leads that have a key: their numbers, and negative the ids of those of the database that no row has changed."""
        unchanged = [-one for one in stored if one not in self._numbers]
        return [*unchanged, *self._table.get(_token(place, key))]

    def with_id(self, lead_id: int) -> int:
        """A lead of the database, as `matching` gives it."""
        return self._numbers.get(lead_id, -lead_id)

    def called(self, numbers: Sequence[int], name: str | None) -> list[int]:
        """Those of the leads that have a name, and a number."""
        wanted = _token(_NAME, name)
        return [one for one in numbers if one > 0 and self._names[one] == wanted]

    def has(self, number: int) -> Has:
        """What a lead has."""
        return self._sets[self._has[number]]

    def _index(self, has: Has) -> int:
        if has not in self._indexes:
            self._indexes[has] = len(self._sets)
            self._sets.append(has)
        return self._indexes[has]

    def create(self, keys: Sequence[Any], name: str | None, has: Has = NOTHING) -> int:
        """A row makes a lead with these keys; its number."""
        number = len(self._names)
        self._names.append(_token(_NAME, name))
        self._has.append(self._index(has))
        for place, key in enumerate(keys):
            self._tokens[place].append(_token(place, key))
            self._table.add(self._tokens[place][number], number)
        return number

    def take(self, lead_id: int, keys: Sequence[Any], name: str | None) -> int:
        """A row changes a lead of the database for the first time, which has these keys; its number."""
        number = self._numbers[lead_id] = self.create(keys, name)
        return number

    def update(self, number: int, keys: Sequence[Any], name: str | None, has: Has | None = None) -> None:
        """A row changes a lead; `has` is what that has then, where the row gives only what that does not have."""
        fills = has is not None
        if has is not None:
            self._has[number] = self._index(has)
        if name is not None and not (fills and self._names[number] != _NOTHING):
            self._names[number] = _token(_NAME, name)
        for place, key in enumerate(keys):
            before, after = self._tokens[place][number], _token(place, key)
            if after not in (_NOTHING, before) and not (fills and before != _NOTHING):
                self._table.remove(before, number)
                self._table.add(after, number)
                self._tokens[place][number] = after


def _token(place: int, key: Any) -> int:
    """A key as a number; two keys have the same with a chance of one in 10^19."""
    return _NOTHING if key is None else (hash((place, key)) & (2**64 - 1)) or 1


class _Table:
    """Numbers by token: one of each in arrays, further ones, which are few, in a dictionary."""

    def __init__(self) -> None:
        self._resize(_FIRST_SIZE)
        self._more: dict[int, list[int]] = {}

    def _resize(self, size: int) -> None:
        self._keys, self._values = array("Q", bytes(8 * size)), array("I", bytes(4 * size))
        self._mask, self._used = size - 1, 0

    def get(self, token: int) -> list[int]:
        if token == _NOTHING:
            return []
        value = self._values[self._slot(token)]
        return [*([value] if value else []), *self._more.get(token, ())]

    def add(self, token: int, number: int) -> None:
        if token == _NOTHING:
            return
        slot = self._slot(token)
        if self._values[slot]:
            self._more.setdefault(token, []).append(number)
            return
        if self._keys[slot] == _NOTHING:
            self._keys[slot] = token
            self._used += 1
        self._values[slot] = number
        if self._used * 2 > self._mask:
            self._grow()

    def remove(self, token: int, number: int) -> None:
        if token == _NOTHING:
            return
        slot = self._slot(token)
        if self._values[slot] == number:
            self._values[slot] = 0
        elif number in self._more.get(token, ()):
            self._more[token].remove(number)

    def _slot(self, token: int) -> int:
        """Where a token is, or would be."""
        keys, mask = self._keys, self._mask
        slot = token & mask
        while keys[slot] and keys[slot] != token:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        keys, values = self._keys, self._values
        self._resize(2 * (self._mask + 1))
        for key, value in zip(keys, values, strict=True):
            if value:
                slot = self._slot(key)
                self._keys[slot], self._values[slot] = key, value
                self._used += 1
