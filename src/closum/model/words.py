"""What a search asks for: `q`, as words of which each has to be found. Pure."""

import re
from typing import NamedTuple

from closum.errors import Malformed
from closum.model.terms import ending, words

MOST_WORDS = 10
MOST_CHARACTERS = 500
LEAST_ENDING = 4  # digits at the end of a number that it is found by
LEAST_NUMBER = 7  # digits of a number that is typed in groups

_GROUPS = re.compile(r"\+?\(?[0-9]+(?:[\s()./-]+[0-9]+)+")


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
    """One word of a search: what begins so, or the digits that a number ends in."""

    text: str
    is_number: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        begins = tuple(Term(place, self.text, True) for place in ("name", "address", "data"))
        digits = self.text if self.is_number or _is_ending(self.text) else ""
        bare = digits.lstrip("0")  # 020 7946 0018 is dialled within a country
        ends = dict.fromkeys(ending(one[::-1]) for one in (digits, bare) if len(one) >= LEAST_ENDING)
        return (*(() if self.is_number else begins), *(Term("marks", one, True) for one in ends))


def parse(text: str) -> tuple[Word, ...]:
    """The different words of a search. Raises Malformed for one without a letter or digit, and for too many."""
    if len(text) > MOST_CHARACTERS:
        raise Malformed(f"'q' is too long: at most {MOST_CHARACTERS} characters")
    numbers: list[Word] = []

    def number(match: re.Match[str]) -> str:
        digits = re.sub("[^0-9]", "", match[0])
        if len(digits) < LEAST_NUMBER:
            return match[0]
        numbers.append(Word(digits.removeprefix("00"), is_number=True))
        return " "

    rest = _GROUPS.sub(number, text)
    found = tuple(dict.fromkeys([*numbers, *map(Word, words(rest))]))
    if not found:
        raise Malformed("'q' needs a letter or a digit: give the beginnings of words, an address or a number")
    if len(found) > MOST_WORDS:
        raise Malformed(f"'q' has too many words: at most {MOST_WORDS}")
    return found


def _is_ending(text: str) -> bool:
    return len(text) >= LEAST_ENDING and text.isascii() and text.isdigit()
