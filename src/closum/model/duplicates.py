"""Which leads look alike, and how much: the hashes by which leads with such names are found, and the comparison of two. Pure.

Both sides have to agree: what `alike` calls alike, `hashes` and `variants` find.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from math import ceil, prod
from typing import NamedTuple
from zlib import crc32

from closum.model.terms import words

RULES = 1
"""Raise it when leads are compared in another way: every account is then looked through again."""

MOST_ALIKE = 20
"""Leads that have the same in common and are pairs; more of them are one group."""

MOST_NAMED = 2_000
"""More leads with one name are one group, whatever their cities are."""
MOST_NAMES = 4_000
"""Names that have all words but one in common, and are looked at for another letter."""

LEAST_LETTERS = 5  # of names that differ by one letter
LEAST_WORD = 3  # letters of the word that differs
MOST_WORDS = 8  # of names that are looked at for another letter

_LATIN, _GREEK = "abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω"
_CYRILLIC = "абвгдежзиклмнопрстуфхцчшщъыьэюяієґђјљњћџ"
_ALPHABETS = tuple(map(frozenset, (_LATIN, _GREEK, _CYRILLIC)))

EMAIL, PHONE, NAME, ORDER, LETTER, CITY = (1 << place for place in range(6))
REASONS = {
    EMAIL: "email",
    PHONE: "phone",
    NAME: "name",
    ORDER: "name_order",
    LETTER: "name_letter",
    CITY: "city",
}
WEIGHTS = {EMAIL: 85, PHONE: 80, NAME: 50, ORDER: 45, LETTER: 35, CITY: 35}
"""Of each reason, in percent, how much it says that two leads are one."""

Words = tuple[str, ...]


class Lead(NamedTuple):
    """What leads are compared by: `words` are those of the name in its order, the others ids."""

    id: int
    words: Words
    city_id: int | None
    email_id: int | None
    phone_id: int | None


def lead(record_id: int, name: str | None, *ids: int | None) -> Lead:
    """The columns `id`, `name`, `city_id`, `email_id`, `phone_id`."""
    return Lead(record_id, tuple(words(name)), *ids)


@lru_cache(maxsize=64)
def score(reasons: int) -> int:
    """From 0 to 100: what all reasons leave of the doubt is the product of what each leaves."""
    left = [100 - weight for reason, weight in WEIGHTS.items() if reasons & reason]
    doubt = Fraction(prod(left), 100 ** len(left)) * 100
    return 100 - ceil(doubt - Fraction(1, 2))


def told(reasons: int) -> list[str]:
    """The names of the reasons."""
    return [name for reason, name in REASONS.items() if reasons & reason]


def alike(one: Lead, other: Lead) -> int:
    """The reasons for which two leads look alike, 0 where they do not.

    Names alone say nothing of people in two cities.
    """
    found = EMAIL if one.email_id is not None and one.email_id == other.email_id else 0
    if one.phone_id is not None and one.phone_id == other.phone_id:
        found |= PHONE
    named = _named(one.words, other.words)
    if not named:
        return found
    cities = one.city_id, other.city_id
    if None not in cities and cities[0] != cities[1] and not found:
        return 0
    is_same_city = cities[0] is not None and cities[0] == cities[1]
    return found | named | (CITY if is_same_city else 0)


def _named(one: Words, other: Words) -> int:
    if not one or not other:
        return 0
    if one == other:
        return NAME
    if len(one) != len(other):
        return 0
    if sorted(one) == sorted(other):
        return ORDER
    return LETTER if _differ_by_a_letter(one, other) else 0


def _differ_by_a_letter(one: Words, other: Words) -> bool:
    ours, theirs = Counter(one), Counter(other)
    mine, yours = list((ours - theirs).elements()), list((theirs - ours).elements())
    if len(mine) != 1 or mine[0] not in _open(one) or yours[0] not in _open(other):
        return False
    return is_one_letter(mine[0], yours[0])


def is_one_letter(one: str, other: str) -> bool:
    """Whether a letter is another, is missing, or is there in addition; not whether they are the same."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    place = next((place for place, letter in enumerate(one) if letter != other[place]), len(one))
    return one[place + (len(one) == len(other)) :] == other[place + 1 :]


def _open(name: Words) -> list[str]:
    """The words of a name of which one letter may be another: in order, each once."""
    if len(name) > MOST_WORDS or sum(map(len, name)) < LEAST_LETTERS:
        return []
    return [word for word in sorted(set(name)) if len(word) >= LEAST_WORD and _alphabet(word)]


@lru_cache(maxsize=8_192)
def _alphabet(word: str) -> frozenset[str]:
    """That of which a word is written; none for other scripts, and where it has a digit."""
    return next((one for one in _ALPHABETS if one.issuperset(word)), frozenset())


def hashes(name: Iterable[str]) -> list[int]:
    """By which a name is found. The first one is of the whole name, in whatever order its words are; in each of the others one
    word, in the lower half, may have another letter, and the upper half is the same.
    """
    found = tuple(sorted(name))
    if not found:
        return []
    several = [one for word in _open(found) for one in _around(found, word)]
    return list(dict.fromkeys(several)) or [_joined(" ".join(found), " ")]


def _around(name: Words, word: str) -> Iterator[int]:
    """With the rest of the name; of a name of one word with either half of it, also where a letter is inserted there."""
    if len(name) > 1:
        yield _joined(_without(name, word), word)
        return
    for length in (len(word), len(word) - 1):
        half = length // 2
        yield _joined(f"{length}<{word[:half]}", word)
        yield _joined(f"{length}>{word[len(word) - length + half :]}", word)


def variants(name: Iterable[str]) -> list[int]:
    """A hash of each name that differs from this one by a letter."""
    found = tuple(sorted(name))
    return list(dict.fromkeys(_variants(found)))


def _variants(name: Words) -> Iterator[int]:
    least = LEAST_LETTERS - sum(map(len, name))
    for word in _open(name):
        rest = _without(name, word)
        shortest = max(LEAST_WORD, len(word) + least)
        for other in _edited(word, _alphabet(word)):
            if len(other) < shortest:
                continue
            yield _joined(rest, other) if len(name) > 1 else next(_around((other,), other))


def _edited(word: str, alphabet: frozenset[str]) -> Iterator[str]:
    for place in range(len(word) + 1):
        start, end = word[:place], word[place:]
        yield from (f"{start}{letter}{end}" for letter in alphabet)
        if end:
            yield start + end[1:]
            yield from (f"{start}{letter}{end[1:]}" for letter in alphabet if letter != end[0])


def without_a_letter(word: str) -> list[str]:
    """The word, and what is left of it without each letter: two words that differ by one letter have one of these in common."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def differing(one: Words, other: Words) -> bool:
    """Whether two names differ by one letter, whatever the order of their words."""
    return len(one) == len(other) and _differ_by_a_letter(one, other)


def word_of(name: Words, hash_: int) -> str | None:
    """The word of a name that is the lower half of one of its hashes."""
    found = tuple(sorted(name))
    return next((word for word in _open(found) if hash_ in _around(found, word)), None)


def upper(value: int) -> int:
    """The half of a hash that names have in common which differ by one letter."""
    return value >> 32


def _without(name: Words, word: str) -> str:
    place = name.index(word)
    return " ".join((*name[:place], *name[place + 1 :]))


def _joined(rest: str, word: str) -> int:
    return _half(rest) << 32 | crc32(word.encode())


@lru_cache(maxsize=65_536)
def _half(rest: str) -> int:
    return int.from_bytes(blake2b(rest.encode(), digest_size=4).digest(), signed=True)
