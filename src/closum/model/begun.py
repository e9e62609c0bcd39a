"""What a phone number is found by whose first digits somebody types: the beginnings of its key. Pure."""

import re

import phonenumbers

from closum.model import number
from closum.model.words import LEAST_DIGITS, digits_of

_TYPED = re.compile(r"[+(]*[0-9][0-9\s()./\-\u2010-\u2015\u2212]*")


def is_begun(text: str) -> bool:
    """Whether a text is digits, as a number is written, and enough of them to look for."""
    return bool(_TYPED.fullmatch(text)) and bool(keys(text, "PT"))


def keys(text: str, country: str | None) -> tuple[str, ...]:
    """How the keys may begin: by the calling code that is typed, else by it, or by that of the country, also without the
    zeros with which a number is dialled within one.
    """
    digits = digits_of(text)
    bare = digits.lstrip("+0")
    behind, code = number.national(bare), phonenumbers.country_code_for_region(country or "")
    whole = bare.removesuffix(behind) if behind else ""
    found = [f"{whole}{one}" for one in (behind, behind.lstrip("0")) if len(one) >= LEAST_DIGITS]
    if code and not digits.startswith("+"):
        found += [f"{code}{one}" for one in (digits, bare) if len(one) >= LEAST_DIGITS]
    return tuple(dict.fromkeys(f"+{one}" for one in found))
