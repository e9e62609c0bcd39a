"""Properties that have one of a list of values, and the list of time zones."""

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from closum.errors import BrokenRule
from closum.model.fields import Schema, Text, text_of
from closum.model.text import strip_invisible

_UNDEFINED = {"Factory"}  # says that nobody has set a zone

ZONES = tuple(sorted({*(files("tzdata") / "zones").read_text(encoding="ascii").split()} - _UNDEFINED))
"""`Europe/Lisbon`, `UTC` …, and the older names that the IANA database keeps, such as `Portugal`.

Source: the package tzdata, so that every machine knows the same.
"""


@dataclass(frozen=True, slots=True)
class Choice(Text):
    """One of the texts `among`, stored as it is written there; case and what is invisible round it make no difference."""

    among: tuple[str, ...] = field(kw_only=True)
    broken: str = field(default="_inList", kw_only=True)

    def parse(self, value: Any) -> str | None:
        text = strip_invisible(text_of(value))
        found = _spellings(self.among).get(text.lower()) if text.isascii() else None
        if text and found is None:
            raise BrokenRule(self.broken, names=", ".join(self.among))
        return found

    def accepts(self) -> Schema:
        return self.described(self._types("string", always=self.required) | self._limit())

    def shows(self) -> Schema:
        return self.accepts()

    def _limit(self) -> Schema:
        return {"enum": [*self.among, *(() if self.required else (None,))]}


@dataclass(frozen=True, slots=True)
class Code(Choice):
    """A choice among so many that no schema lists them."""

    def _limit(self) -> Schema:
        return {"maxLength": max(map(len, self.among))}


@lru_cache
def _spellings(texts: tuple[str, ...]) -> dict[str, str]:
    return {text.lower(): text for text in texts}
