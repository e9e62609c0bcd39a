"""What a phone number is found by in a list whose first digits somebody types: beginnings of its place (`number.place`). Pure."""

import re
from collections.abc import Collection, Iterable, Iterator

from closum.model import number, numbering
from closum.model.words import digits_of

LEAST_WHOLE = 7
"""Digits of a number that may be whole: it is read as numbers of each country are."""

_TYPED = re.compile(r"[+(]*[0-9][0-9\s()./\-\u2010-\u2015\u2212]*")


def is_begun(text: str) -> bool:
    """Whether a text is the beginning of a number, as people write it, or of what is written instead of one."""
    is_one = bool(_TYPED.fullmatch(text)) or not any(map(str.isdigit, text))
    return is_one and number.bare(text) != ""


def codes(places: Iterable[str]) -> set[str]:
    """The calling codes that places begin with."""
    digits = (one[1:4] for one in places if one[1:4].isdecimal())
    return {str(code) for one in digits if (code := numbering.calling_code(one))}


def places(text: str, codes: Collection[str]) -> tuple[str, ...]:
    """How the places begin that a text means, where numbers have these calling codes; none begins as another."""
    digits = digits_of(text.lstrip("("))
    found = _whole(text, digits) if digits.startswith("+") else _national(text, digits, codes)
    return least([number.bare(text), *found])


def least(found: Iterable[str]) -> tuple[str, ...]:
    """Of beginnings those that no other one is a beginning of."""
    kept: list[str] = []
    for one in sorted(found):
        if not kept or not one.startswith(kept[-1]):
            kept.append(one)
    return tuple(kept)


def _whole(text: str, digits: str) -> Iterator[str]:
    """From the calling code on, also without the zeros that are typed behind it, with which a number is dialled within a country."""
    if bare := digits.lstrip("+0"):
        behind = number.national(bare)
        yield from (f"+{bare}", f"+{bare.removesuffix(behind)}{behind.lstrip('0')}")
    if key := number.international(text):
        yield key


def _national(text: str, digits: str, codes: Collection[str]) -> Iterator[str]:
    """Within each country, also without these zeros; and from the calling code on, without a +."""
    for code in codes:
        if digits.startswith(code):
            yield f"+{digits}"
        yield from (f"+{code}{one}" for one in (digits, digits.lstrip("0")) if one)
        key = number.parse(f"00{code}", text)[0] if len(digits) >= LEAST_WHOLE else None
        if key and number.is_number(key):
            yield key
