"""Addresses and numbers in additional data, such as a lead's second phone: one writes to them, or dials them, with a touch."""

from collections.abc import Iterator
from urllib.parse import quote

from markupsafe import Markup, escape

from closum.model import address, number
from closum.operations.importing import headings

_LINK = Markup('<a href="{}">{}</a>')
_LONGEST = 320  # characters of an address


def lines(name: str, text: str, prefix: str) -> str | Markup:
    """A value whose name is given, line by line; numbers without a dialling prefix have this one, where the name says that the
    value is a phone: of other digits nobody knows what they are."""
    return Markup("\n").join(_lines(name, text, prefix))


def _lines(name: str, text: str, prefix: str) -> Iterator[str | Markup]:
    meant = headings.meaning(name)
    usual = prefix if meant and meant.to == headings.PHONE else ""
    for line in text.split("\n"):
        href = _href(line.strip(), usual) if len(line) <= _LONGEST else ""
        yield _LINK.format(href, line) if href else escape(line)


def _href(text: str, prefix: str) -> str:
    if "@" in text:
        return f"mailto:{quote(text, safe='@')}" if _is_address(text) else ""
    key = number.international(text) if text[:1] == "+" or text[:2] == "00" else None
    if key is None and prefix:
        found, is_valid = number.parse(prefix, text)
        key = found if is_valid else None
    return f"tel:{key}" if key and key.startswith("+") else ""


def _is_address(text: str) -> bool:
    try:
        address.check(text)
    except ValueError:
        return False
    return True
