"""Fields with users of the account."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from closum.errors import BrokenRule
from closum.model.fields import Field, Integer, Schema

MOST_USERS = 100
"""Users of a list of them."""


@dataclass(frozen=True, slots=True)
class Author(Integer):
    """The id of the user who made the record, who alone may change it; None for a command."""

    read_only: bool = True
    optional: bool = field(default=True, kw_only=True)


@dataclass(frozen=True, slots=True)
class User(Integer):
    """The id of a user of the account.

    Where it is `mine`, a new record that names none gets that of who makes it; where it is `assigned`, one by the rules of
    the account. Once the user is removed, others get what has nothing in `until`.
    """

    mine: bool = field(default=False, kw_only=True)
    assigned: bool = field(default=False, kw_only=True)
    until: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Users(Field):
    """Ids of users of the account, each once, in an order: a JSON array, which is stored as text; a text with commas is taken,
    too."""

    @property
    def most_bytes(self) -> int:
        return 20 * MOST_USERS

    def parse(self, value: Any) -> str:
        given = value.split(",") if isinstance(value, str) else value
        if not isinstance(given, list):
            raise BrokenRule("_array")
        ids = dict.fromkeys(_user_id(one) for one in given)
        if len(ids) > MOST_USERS:
            raise BrokenRule("_maxLength", limit=f"{MOST_USERS} items")
        return written(ids)

    def _is_stored(self, value: Any) -> bool:
        try:
            return isinstance(value, str) and all(type(one) is int for one in listed(value))
        except (TypeError, ValueError):
            return False

    def accepts(self) -> Schema:
        types = self._types("array", "string", always=self.required)
        return self.described(types | {"items": {"type": ["integer", "string"]}, "maxItems": MOST_USERS})

    def shows(self) -> Schema:
        return self.described(self._types("array", always=self.required) | {"items": {"type": "integer"}})


def _user_id(value: Any) -> int:
    return Integer("").parse(value.strip() if isinstance(value, str) else value)


def listed(text: str) -> list[int]:
    """The ids of a stored list of them."""
    found: list[int] = json.loads(text)
    return found


def written(ids: Iterable[int]) -> str:
    """A list of ids as it is stored."""
    return json.dumps([*ids], separators=(",", ":"))


def ids_of(value: int | str) -> Sequence[int]:
    """The ids that a stored value names."""
    return listed(value) if isinstance(value, str) else (value,)
