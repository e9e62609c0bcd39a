"""The properties of a resource: how each reads a value that a client sent."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from closum.errors import BrokenRule
from closum.model import document, merge_patch
from closum.model.text import is_visible, strip_invisible

Schema = dict[str, Any]
"""JSON Schema, draft 2020-12, as OpenAPI 3.1 has it."""

Rule = tuple[str, Callable[[str], None]]
"""A rule's name and a function that raises ValueError(reason) for a text that breaks it."""

MOST_PLACE = 1_000_000


@dataclass(frozen=True, slots=True)
class Field:
    """A property that is stored in a column of the same name.

    Read-only ones are ignored in bodies, and have a value unless they are `optional`; `initial` is what a new record gets that is told nothing
    else. A required one that is `implied` may be missing in a body whose other values tell it. `description` (Markdown) and `example` are for
    the reference.
    """

    name: str
    read_only: bool = False
    required: bool = False
    initial: Any = None
    implied: bool = field(default=False, kw_only=True)
    optional: bool = field(default=False, kw_only=True)
    description: str = field(default="", kw_only=True)
    example: Any = field(default=None, kw_only=True)

    @property
    def needed(self) -> bool:
        """Whether every body that creates a record has it."""
        return self.required and not self.implied and self.initial is None

    @property
    def always(self) -> bool:
        """Whether every record has a value."""
        return self.required or (self.read_only and not self.optional)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of what is in a value that is an object."""
        return ()

    @property
    def most_bytes(self) -> int:
        """How long a stored value may be, in bytes of UTF-8."""
        return 32

    def parse(self, value: Any) -> Any:
        """The value to store for one that a client sent; never called with None or "".

        Raises BrokenRule.
        """
        raise NotImplementedError

    def holds(self, value: Any) -> bool:
        """Whether a stored record may have the value, by its type alone: rules for new values change."""
        return not self.always if value is None else self._is_stored(value)

    def _is_stored(self, value: Any) -> bool:
        return isinstance(value, str)

    def accepts(self) -> Schema:
        """Which values a client may send."""
        raise NotImplementedError

    def shows(self) -> Schema:
        """Which values an answer has."""
        raise NotImplementedError

    def described(self, schema: Schema) -> Schema:
        """The schema with what the declaration says of the property."""
        description = {"description": self.description} if self.description else {}
        examples = {} if self.example is None else {"examples": [self.example]}
        return schema | description | examples

    def _types(self, *types: str, always: bool) -> Schema:
        """The one type, or the list of them, `null` among them where a value may be missing."""
        all_types = [*types, *(() if always else ("null",))]
        return {"type": all_types if len(all_types) > 1 else all_types[0]}


@dataclass(frozen=True, slots=True)
class Text(Field):
    """A string, at most `max_length` characters; a whole number is taken as its digits.

    `strip` takes what is invisible off both ends; `visible` makes a text of nothing visible null, and keeps another.
    """

    max_length: int = 255
    strip: bool = False
    visible: bool = False
    rule: Rule | None = None

    @property
    def most_bytes(self) -> int:
        return 4 * self.max_length

    def parse(self, value: Any) -> str | None:
        text = value if type(value) is str else text_of(value)
        if self.strip:
            text = strip_invisible(text)
        if len(text) > self.max_length:
            raise BrokenRule("_maxLength", limit=f"{self.max_length} characters")
        if text and self.rule:
            try:
                self.rule[1](text)
            except ValueError as error:
                raise BrokenRule(self.rule[0], reason=error) from None
        return None if self.visible and not is_visible(text) else text or None

    def accepts(self) -> Schema:
        least = {"minLength": 1} if self.needed else {}
        types = self._types("string", "integer", always=self.needed)
        return self.described(types | least | {"maxLength": self.max_length})

    def shows(self) -> Schema:
        return self.described(self._types("string", always=self.required))


@dataclass(frozen=True, slots=True)
class Integer(Field):
    """A whole JSON number, or a string of ASCII digits."""

    def _is_stored(self, value: Any) -> bool:
        return type(value) is int and -(2**63) <= value < 2**63

    def accepts(self) -> Schema:
        types = self._types("integer", "string", always=self.required)
        return self.described(types | {"pattern": "^[0-9]+$" if self.required else "^[0-9]*$"})

    def shows(self) -> Schema:
        return self.described(self._types("integer", always=self.always))

    def parse(self, value: Any) -> int:
        if isinstance(value, str) and value.isascii() and value.isdigit():
            return int(value.lstrip("0")[:20] or "0")  # 20 digits are beyond any stored number already
        if isinstance(value, document.Fraction) and (digits := document.whole(value)):
            return int(digits)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise BrokenRule("_integer")


@dataclass(frozen=True, slots=True)
class Order(Integer):
    """A place in an order of people's own, from 0 to MOST_PLACE."""

    def accepts(self) -> Schema:
        return Integer.accepts(self) | {"minimum": 0, "maximum": MOST_PLACE}

    def parse(self, value: Any) -> int:
        found = Integer.parse(self, value)
        if not 0 <= found <= MOST_PLACE:
            raise BrokenRule("_between", least=0, most=f"{MOST_PLACE:,}")
        return found


@dataclass(frozen=True, slots=True)
class Flag(Integer):
    """1 for yes, 0 for no; true and false are taken, too."""

    def accepts(self) -> Schema:
        types = self._types("boolean", "integer", "string", always=self.required)
        pattern = "^[01]$" if self.required else "^[01]?$"
        return self.described(types | {"minimum": 0, "maximum": 1, "pattern": pattern})

    def parse(self, value: Any) -> int:
        with contextlib.suppress(BrokenRule):
            found = int(value) if isinstance(value, bool) else Integer.parse(self, value)
            if found in (0, 1):
                return found
        raise BrokenRule("_flag")

    def _is_stored(self, value: Any) -> bool:
        return type(value) is int and value in (0, 1)

    def shows(self) -> Schema:
        return self.described({"type": "integer", "enum": [0, 1]})


@dataclass(frozen=True, slots=True)
class Document(Field):
    """JSON text: a string is kept byte for byte, a bare object or array is written compactly."""

    max_bytes: int = 65_536

    @property
    def most_bytes(self) -> int:
        return self.max_bytes

    def accepts(self) -> Schema:
        types = self._types("string", "object", "array", "integer", always=self.required)
        anything = {"items": {}, "additionalProperties": True}
        return self.described(types | anything | {"contentMediaType": "application/json"})

    def shows(self) -> Schema:
        text = self._types("string", always=self.required)
        return self.described(text | {"contentMediaType": "application/json"})

    def parse(self, value: Any) -> str:
        return self._read(self._text, value)

    def patched(self, present: str | None, patch: Mapping[str, Any]) -> str:
        """The value with what a patch gives. Raises BrokenRule."""
        return self._read(merge_patch.patched, present, patch)

    def filled(self, present: str, other: str) -> str:
        """The value with what it lacks and another one has. Raises BrokenRule."""
        return self._read(merge_patch.filled, present, other)

    def _text(self, value: Any) -> str:
        return document.write(value) if isinstance(value, dict | list) else self._checked(value)

    def _read(self, make: Callable[..., Any], *values: Any) -> str:
        try:
            text: str = make(*values)
        except document.DocumentError as error:
            raise BrokenRule("_json", reason=error) from None
        if len(text.encode()) > self.max_bytes:
            raise BrokenRule("_maxLength", limit=f"{self.max_bytes} bytes")
        return text

    def _checked(self, value: Any) -> str:
        text = text_of(value)
        document.read(text)
        return text


@dataclass(frozen=True, slots=True)
class Timestamp(Field):
    """When the record was made: UTC, whole seconds, never earlier than that of the record before it."""

    def shows(self) -> Schema:
        return self.described({"type": "string", "format": "date-time"})


def text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, document.Fraction) and (digits := document.whole(value)):
        return digits
    raise BrokenRule("_scalar")
