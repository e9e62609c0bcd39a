"""What of a text is visible, and the keys that texts are sorted by: the same on every database engine."""

import re
import unicodedata
from functools import cache, lru_cache

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""For a class of characters in a pattern: the property Default_Ignorable_Code_Point.

Source: DerivedCoreProperties.txt of Unicode 16.
"""

_VISIBLE = re.compile(rf"[^\s\u2800{IGNORABLE}]")
_INVISIBLE_START = re.compile(rf"[\s{IGNORABLE}]*")
_LETTER = re.compile("LATIN (?:[A-Z]+ )*LETTER ([A-Z]) WITH ")
_PLAIN = {"\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŋ": "n", "ə": "e"}


def strip_invisible(text: str) -> str:
    """Without the white space of any script and the default-ignorable characters at both ends."""
    return text.strip() if text.isascii() else _strip_start(_strip_start(text)[::-1])[::-1]


def is_unicode(text: str) -> bool:
    """Whether a text has no lone surrogates, such as what escapes bytes that are not UTF-8."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def is_visible(text: str) -> bool:
    """Whether a text has more than white space, default-ignorable characters and the blank pattern of Braille."""
    return _VISIBLE.search(text) is not None


def sort_key(text: str | None) -> str | None:
    """NFKD without marks, case-folded, Latin letters as plain ones, to be compared by code point; None stays None.

    `Águeda` and `agueda` have the same key, and so have `Łukasz` and `lukasz`. The key of a key is itself.
    """
    if text is None or text.isascii():
        return text and text.lower()
    try:
        key = text.encode("latin-1").translate(_western())
    except UnicodeEncodeError:
        return _decomposed(text)
    return key.decode() if key.isascii() else _decomposed(text)


def folded(character: str) -> str:
    """What a character that is its own NFKD adds to a key; one that is not is left as it is."""
    is_surrogate = "\ud800" <= character <= "\udfff"
    if is_surrogate or unicodedata.normalize("NFKD", character) != character:
        return character
    return _plain(character)


def _decomposed(text: str) -> str:
    return "".join(map(_plain, unicodedata.normalize("NFKD", text)))


@cache
def _western() -> bytes:
    """Of each character of Latin-1 what it adds to a key, where that is one ASCII character: most names are made of these."""
    keys = map(_decomposed, map(chr, range(256)))
    return bytes(ord(key) if len(key) == 1 and key.isascii() else 255 for key in keys)


def _strip_start(text: str) -> str:
    return text[len(_INVISIBLE_START.match(text)[0]) :]  # type: ignore[index]  # matches nothing at least


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """What a character of a decomposed text adds to its key: nothing for a mark, one or two letters for a letter."""
    if unicodedata.category(character).startswith("M"):
        return ""
    return "".join(_PLAIN.get(folded) or _base(folded) for folded in character.casefold())


def _base(folded: str) -> str:
    match = _LETTER.match(unicodedata.name(folded, ""))
    return match[1].lower() if match else folded
