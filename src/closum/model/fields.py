"""The properties of a resource: how each reads a value that a client sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from closum.errors import BrokenRule
from closum.model import document

Rule = tuple[str, Callable[[str], None]]
"""A rule's name and a function that raises ValueError(reason) for a text that breaks it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A property that is stored in a column of the same name.

    Read-only ones are ignored in bodies; `initial` is what a new record gets. `description` (Markdown) and `example`
    are for the reference.
    """

    name: str
    read_only: bool = False
    required: bool = False
    initial: Any = None
    description: str = field(default="", kw_only=True)
    example: Any = field(default=None, kw_only=True)

    def parse(self, value: Any) -> Any:
        """The value to store for one that a client sent; never called with None or "".

        Raises BrokenRule.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Text(Field):
    """A string, at most `max_length` characters; an integer is taken as its digits."""

    max_length: int = 255
    strip: bool = False
    rule: Rule | None = None

    def parse(self, value: Any) -> str | None:
        text = value if type(value) is str else _text(value)
        if self.strip:
            text = text.strip()
        if len(text) > self.max_length:
            raise BrokenRule("_maxLength", limit=f"{self.max_length} characters")
        if text and self.rule:
            try:
                self.rule[1](text)
            except ValueError as error:
                raise BrokenRule(self.rule[0], reason=error) from None
        return text or None


@dataclass(frozen=True, slots=True)
class Integer(Field):
    """A JSON integer, or a string of ASCII digits."""

    def parse(self, value: Any) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value.lstrip("0")[:20] or "0")  # 20 digits are beyond any stored number already
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise BrokenRule("_integer")


@dataclass(frozen=True, slots=True)
class Flag(Integer):
    """1 for yes, 0 for no."""


@dataclass(frozen=True, slots=True)
class Document(Field):
    """JSON text: a string is kept byte for byte, a bare object or array is written compactly."""

    max_bytes: int = 65_536

    def parse(self, value: Any) -> str:
        text = document.write(value) if isinstance(value, dict | list) else self._checked(value)
        if len(text.encode()) > self.max_bytes:
            raise BrokenRule("_maxLength", limit=f"{self.max_bytes} bytes")
        return text

    def _checked(self, value: Any) -> str:
        text = _text(value)
        try:
            document.read(text)
        except ValueError as error:
            raise BrokenRule("_json", reason=error) from None
        return text


@dataclass(frozen=True, slots=True)
class Timestamp(Field):
    """When the record was made: UTC, whole seconds, never earlier than that of the record before it."""


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise BrokenRule("_scalar")
