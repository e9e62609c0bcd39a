"""What a search asks for: `q`, as words of which each has to be found. Pure."""

import re
from typing import NamedTuple

from closum.errors import Malformed
from closum.model.number import international
from closum.model.terms import ending, words

MOST_WORDS = 10
MOST_CHARACTERS = 500
LEAST_ENDING = 4  # digits at the end of a number that it is found by

_GROUPS = re.compile(r"(?<![^\W_])(\+?\(?[0-9]+(?:[\s()./-]+[0-9]+)+)(?![^\W_])(?:\s*(?:ext\.?|#)\s*[0-9]+)?")


class Term(NamedTuple):
    """A term of a record, or the beginning of one; `place` is a field of Terms."""

    place: str
    text: str
    is_prefix: bool = False


class Clause(NamedTuple):
    """A record has at least one of the `terms`; or, where it names any, none of those in `lacks`."""

    terms: tuple[Term, ...] = ()
    lacks: tuple[Term, ...] = ()


class Word(NamedTuple):
    """One word of a search: what begins so, or its digits, which a number ends in. `group` has all digits of those that it
    is typed among: 340 of the number 912 340 999 has 912340999, and 123 of the postal code 4000-123 has 4000123."""

    text: str
    group: str = ""

    @property
    def terms(self) -> tuple[Term, ...]:
        begins = tuple(Term(place, self.text, True) for place in ("name", "address", "data"))
        own = _ends(self.text) if self.text.isascii() and self.text.isdigit() else ()
        return (*begins, *dict.fromkeys((*own, *self.whole)))

    @property
    def whole(self) -> tuple[Term, ...]:
        """What finds the numbers that end in all digits of the group."""
        return _ends(self.group)


def parse(text: str) -> tuple[Word, ...]:
    """The different words of a search. Raises Malformed for one without a letter or digit, and for too many."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed(f"'q' is too long: at most {MOST_CHARACTERS} characters")
    grouped: list[Word] = []

    def take(match: re.Match[str]) -> str:
        typed = match[1]
        digits = international(typed) or re.sub("[^0-9]", "", typed).removeprefix("00")
        grouped.extend(Word(one, digits.lstrip("+")) for one in words(typed))
        return " "

    rest = _GROUPS.sub(take, text)
    found = tuple(dict.fromkeys([*grouped, *map(Word, words(rest))]))
    if not found:
        raise Malformed("'q' needs a letter or a digit: give the beginnings of words, an address or a number")
    if len(found) > MOST_WORDS:
        raise Malformed(f"'q' has too many words: at most {MOST_WORDS}")
    return found


def _ends(digits: str) -> tuple[Term, ...]:
    """Of a number that ends so, also without the zeros in front with which it is dialled within a country: 020 7946 0018."""
    bare = digits.lstrip("0")
    found = dict.fromkeys(ending(one[::-1]) for one in (digits, bare) if len(one) >= LEAST_ENDING)
    return tuple(Term("marks", one, True) for one in found)
