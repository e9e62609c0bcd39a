"""The cities that cells name: by their names, as people shorten these, or as somebody has said of an import."""

import re
from collections.abc import Iterable, Mapping, Sequence

from closum.model.text import sort_key

LONGEST = 255
_MOST_REMEMBERED = 4_096

_OTHER_SPELLINGS = {"lisbon": "lisboa", "oporto": "porto"}
_SMALL = frozenset(("da", "das", "de", "do", "dos", "e"))
_SHORT = frozenset(("sta", "sto"))
"""What is short for another word without a dot."""
_LEAST_WHOLE = 3  # letters of a word that is not shortened
_DOT = re.compile(r"\.(?=[ªº])")
_WORD = re.compile(r"[^\W\d_]+\.?")

_Words = Sequence[str]


class Cities:
    """The cities there are: all ids, and which one a name means."""

    def __init__(self, named: Iterable[tuple[int, str]], chosen: Mapping[str, int]) -> None:
        found = sorted(named, reverse=True)
        self.ids = frozenset(each for each, _ in found)
        self._by_key = {sort_key(name) or "": each for each, name in found}
        self._words = [(each, _words(name)) for each, name in found]
        said = {_key(name): each for name, each in chosen.items() if each in self.ids}
        self._known: dict[str, int | None] = {**said}

    @classmethod
    def of(cls, named: Iterable[tuple[int, str]], chosen: Mapping[str, int] | None = None) -> "Cities":
        """By ids and names; of two with one name the lower id is meant. `chosen` has the ids of names that somebody has given a
        city."""
        return cls(named, chosen or {})

    def find(self, name: str) -> int | None:
        """The city that is called so, or that alone can be meant by a shortened name."""
        if len(name) > LONGEST:
            return None
        key = _key(name)
        if key not in self._known:
            if len(self._known) > _MOST_REMEMBERED:
                return self._found(key, name)
            self._known[key] = self._found(key, name)
        return self._known[key]

    def _found(self, key: str, name: str) -> int | None:
        found = self._by_key.get(key)
        return self._shortened(name) if found is None else found

    def _shortened(self, name: str) -> int | None:
        parts = [(_plain(one), _is_short(one)) for one in _WORD.findall(_DOT.sub("", name))]
        parts = [one for one in parts if one[0] not in _SMALL]
        if not any(is_short for _, is_short in parts):
            return None
        found = {each for each, words in self._words if _fits(parts, words)}
        return found.pop() if len(found) == 1 else None


def _fits(parts: Sequence[tuple[str, bool]], words: _Words) -> bool:
    """Whether each part is a word of a city, or is short for it, and the last one is whole: it tells cities apart."""
    if len(parts) != len(words) or parts[-1][0] != words[-1] or len(words[-1]) < _LEAST_WHOLE:
        return False
    both = zip(parts, words, strict=True)
    return all(part == word or (is_short and _is_short_for(part, word)) for (part, is_short), word in both)


def _is_short_for(part: str, word: str) -> bool:
    """`v`, `sto` for `santo`, `va` for `vila`."""
    rest = iter(word)
    is_contained = len(part) <= _LEAST_WHOLE and all(letter in rest for letter in part)
    return word.startswith(part) or (is_contained and word[0] == part[0] and word[-1] == part[-1])


def _is_short(part: str) -> bool:
    return part[-1] in ".ªº" or len(part) == 1 or _plain(part) in _SHORT


def _words(name: str) -> list[str]:
    return [one for one in map(_plain, _WORD.findall(name)) if one not in _SMALL]


def _plain(part: str) -> str:
    return sort_key(part.rstrip(".")) or ""


def _key(name: str) -> str:
    key = sort_key(name) or ""
    return _OTHER_SPELLINGS.get(key, key)
