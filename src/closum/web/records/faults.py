"""What is wrong with a form, in the reader's language: by the rules of the API."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from closum import errors
from closum.errors import Faults
from closum.web.locale import Locale
from closum.web.views import View
from closum.web.words import Words

_LIMIT = re.compile(r"([0-9]+) (characters|bytes|items)")
_PLACE = re.compile(r"\(line ([0-9]+), column ([0-9]+)\)")
_ODD_BEFORE, _ODD_BEHIND = re.compile(r"[^\w.!#$%&'*+/=?^`{|}~-]"), re.compile(r"[^\w.-]|_")
"""Characters that no address has before its @, and behind it."""
_EXAMPLE = '{"size":42}'

_EMAIL = {
    "must have an @": "no_at",
    "something after the @": "after",
    "something before the @": "before",
    "should have a period": "no_dot",
    "two periods in a row": "dots",
    "with a period": "dots",
    "immediately after the @": "dots",
    "longer than": "long",
    "too long": "long",
    "character": "characters",
    "special-use": "reserved",
    "top-level domain": "reserved",
}
"""The key of what the reader is told, by what the check of an address says. Source: email_validator."""

_JSON = {
    "same key twice": "twice",
    "levels deep": "deep",
    "more than": "keys",
    "too large": "number",
    "too many digits": "number",
    "a text has": "text",
}


class Fault(NamedTuple):
    """`name` is that of the input, such as `email.email`."""

    name: str
    rule: str
    message: str


def flat(faults: Faults, within: str = "") -> Iterator[Fault]:
    """The faults of a body by the names of inputs."""
    for key, value in faults.items():
        if isinstance(value, str):
            yield Fault(within, key, value)
        else:
            yield from flat(value, f"{within}.{key}" if within else key)


class Teller:
    """Tells faults in a language; `texts` is what is in the inputs, by name."""

    def __init__(
        self, words: Words, locale: Locale, view: View, texts: Mapping[str, str] | None = None
    ) -> None:
        self._words, self._locale, self._view, self._texts = words, locale, view, texts or {}

    def text(self, fault: Fault) -> str:
        key = f"rule.{fault.rule}"
        if key not in self._words:
            return fault.message
        values = dict(errors.values(fault.rule, fault.message))
        for name, tell in self._TOLD.items():
            if name in values:
                values[name] = tell(self, fault, values[name])
        return self._words(key).format(**{"example": _EXAMPLE, **values})

    def _limit(self, fault: Fault, text: str) -> str:
        found = _LIMIT.fullmatch(text)
        if not found:
            return text
        return self._words(f"unit.{found[2]}").format(n=self._locale.number(int(found[1])))

    def _reason(self, fault: Fault, text: str) -> str:
        if fault.rule == "_email":
            return address(text, self._texts.get(fault.name, "").strip(), self._words)
        if fault.rule == "_json":
            if place := _PLACE.search(text):
                return self._words("json.syntax").format(line=place[1], column=place[2])
            return self._words(f"json.{_key(_JSON, text)}")
        return text

    def _names(self, fault: Fault, text: str) -> str:
        keys = (
            f"{self._view.name}.{one}"
            if fault.rule == "_atLeastOne"
            else f"{self._view.label(fault.name)}.{one}"
            for one in text.split(", ")
        )
        names = [self._words(key) if key in self._words else key.rpartition(".")[2] for key in keys]
        *first, last = map(within, names)
        is_choice = fault.rule == "_atLeastOne" and first
        return (
            self._words.either.format(names=", ".join(first), last=last)
            if is_choice
            else ", ".join([*first, last])
        )

    _TOLD = {"limit": _limit, "reason": _reason, "names": _names}  # noqa: RUF012 - nobody changes it


def address(reason: str, text: str, words: Words) -> str:
    """What is wrong with an address, by what the check says of it: where a character is, which one."""
    key = _key(_EMAIL, reason)
    if key == "characters":
        local, _, domain = text.rpartition("@")
        odd = _ODD_BEFORE.search(local) or _ODD_BEHIND.search(domain)
        if "@" in local:
            key = "several"
        elif odd:
            key = "space" if odd[0].isspace() else "named" if odd[0].isprintable() else "invisible"
            return words(f"email.{key}").format(character=odd[0])
    return words(f"email.{key}")


def within(label: str) -> str:
    """A label inside a sentence: small, unless it begins with an abbreviation, such as UTM."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _key(known: Mapping[str, str], text: str) -> str:
    return next((key for part, key in known.items() if part in text), "other")
