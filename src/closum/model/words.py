"""What a search asks for: `q`, as words of which each has to be found. Pure."""

import re
from typing import NamedTuple

from closum.errors import Malformed
from closum.model import number, terms
from closum.model.terms import words

MOST_WORDS = 10
MOST_CHARACTERS = 500
LEAST_DIGITS = 4  # at the beginning of a number behind its calling code, or at its end, that it is found by

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
    """One word of a search: what begins so, or its digits, which a number begins with or ends in. `group` has all digits of
    those that it is typed among: 340 of the number 912 340 999 has 912340999, and 123 of the postal code 4000-123 has 4000123; of
    a number with its calling code they begin with +.
    """

    text: str
    group: str = ""

    @property
    def terms(self) -> tuple[Term, ...]:
        begins = tuple(Term(place, self.text, True) for place in ("name", "address", "data"))
        own = _of_number(self.text) if self.text.isascii() and self.text.isdigit() else ()
        return (*begins, *dict.fromkeys((*own, *self.whole)))

    @property
    def whole(self) -> tuple[Term, ...]:
        """What finds the numbers that begin with all digits of the group, or end in them."""
        return _of_number(self.group)


def parse(text: str) -> tuple[Word, ...]:
    """The different words of a search. Raises Malformed for one without a letter or digit, and for too many."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed(f"'q' is too long: at most {MOST_CHARACTERS} characters")
    grouped: list[Word] = []

    def take(match: re.Match[str]) -> str:
        typed = match[1]
        digits = number.international(typed) or digits_of(typed)
        grouped.extend(Word(one, digits) for one in words(typed))
        return " "

    rest = _GROUPS.sub(take, text)
    found = tuple(dict.fromkeys([*grouped, *map(Word, words(rest))]))
    if not found:
        raise Malformed("'q' needs a letter or a digit: give the beginnings of words, an address or a number")
    if len(found) > MOST_WORDS:
        raise Malformed(f"'q' has too many words: at most {MOST_WORDS}")
    return found


def digits_of(typed: str) -> str:
    """Those of the beginning of a number; behind a + from its calling code on."""
    found = re.sub("[^0-9]", "", typed.replace("(0)", ""))
    is_whole = typed.startswith("+") or found.startswith("00")
    return f"+{found.removeprefix('00')}" if is_whole else found


def _of_number(digits: str) -> tuple[Term, ...]:
    """Of a number that begins with these digits or ends in them, also without the zeros with which it is dialled within a country
    (020 7946 0018, +44 020); behind a + it begins with them.
    """
    bare, found = digits.lstrip("+0"), dict[str, None]()
    behind = number.national(bare)
    for one in dict.fromkeys((behind, behind.lstrip("0"))):
        if len(one) >= LEAST_DIGITS:  # half of all numbers may begin with `3519`
            found[terms.international(f"{bare.removesuffix(behind)}{one}")] = None
    for one in () if digits.startswith("+") else dict.fromkeys((digits, bare)):
        if len(one) >= LEAST_DIGITS:
            found |= {terms.ending(one): None, terms.national(one): None}
    return tuple(Term("marks", one, True) for one in found)
