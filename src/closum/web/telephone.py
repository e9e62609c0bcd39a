"""How pages show a phone number: in its international form, to be dialled with a touch."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from closum.model import number
from closum.model.resource import Resource
from closum.resources.phone import PHONE
from closum.web.icons import icon
from closum.web.words import Words

_MARKED = Markup('<span class="mark warn">{}<span class="hide">{}: </span>{}</span>')
_LINK = Markup('<a href="{}">{}</a>')


class Telephone(NamedTuple):
    """`href` dials it, "" where nobody can."""

    text: str
    href: str
    is_valid: bool


@lru_cache
def prefixes(resource: Resource) -> Mapping[str, str]:
    """Of each number that records have, or show of others, which property is its dialling prefix."""
    groups = [f"{one.name}." for one in resource.nested if one.resource is PHONE]
    return {f"{one}number": f"{one}extension" for one in ([""] if resource is PHONE else groups)}


def code(extension: str) -> str:
    """A dialling prefix as people write it: `+351`."""
    found = number.dialling(extension)
    return f"+{found.code}{found.area}" if found else extension


def shown(extension: str, typed: str) -> Telephone:
    """A number with its dialling prefix, as it is stored; one that cannot be dialled as it was typed."""
    key, is_valid = number.parse(extension, typed)
    if not key or not key.startswith("+"):
        return Telephone(typed, "", bool(is_valid))
    return Telephone(number.spaced(key), f"tel:{key}", bool(is_valid))


def cell(value: Telephone, words: Words) -> Markup:
    """What a row shows: one that is not valid is marked, and says so to readers."""
    text = escape(value.text) if value.is_valid else _MARKED.format(icon("warn"), words.not_valid, value.text)
    return _LINK.format(value.href, text) if value.href else text


def dial(words: Words, phone: Mapping[str, str] | None) -> Markup:
    """Likewise of the phone of a lead; nothing where it has none."""
    return cell(shown(phone["extension"], phone["number"]), words) if phone else Markup()
