"""How pages show a phone number: in its international form, to be dialled with a touch."""

from typing import NamedTuple

from closum.model import number


class Telephone(NamedTuple):
    """`href` dials it, "" where nobody can."""

    text: str
    href: str
    is_valid: bool


def shown(extension: str, typed: str) -> Telephone:
    """A number with its dialling prefix, as it is stored; one that cannot be dialled as it was typed."""
    key, is_valid = number.parse(extension, typed)
    if not key or not key.startswith("+"):
        return Telephone(typed, "", bool(is_valid))
    return Telephone(number.spaced(key), f"tel:{key}", bool(is_valid))
