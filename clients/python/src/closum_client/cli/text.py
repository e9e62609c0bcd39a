"""Text as it is printed: what a terminal would obey, in data or in what a server says, is shown and not obeyed."""

import json
import re
import sys
from typing import Any

import click

# Controls of C0 and C1, and those that turn the direction of the line round.
OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def visible(text: str) -> str:
    r"""The text on one line: an escape is `\x1b`, a line's end `\n`."""
    return OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def cell(value: Any) -> str:
    """A property's value: nothing for null, the parts of a nested record with spaces between."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return " ".join(cell(part) for part in value.values() if part is not None)
    return visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def as_json(value: Any) -> str:
    """Compact JSON, in which a terminal obeys nothing either."""
    text = json.dumps(value, ensure_ascii=not _is_unicode(), separators=(",", ":"))
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def encodable(text: str) -> str:
    """The text with the numbers of those characters that the output's encoding does not have."""
    encoding = sys.stdout.encoding
    return text.encode(encoding, "backslashreplace").decode(encoding)


def say(text: str, *, nl: bool = True) -> None:
    """Print it; characters that the output's encoding does not have are shown as their numbers."""
    click.echo(encodable(text), nl=nl)


def _is_unicode() -> bool:
    return sys.stdout.encoding.lower().startswith("utf")


def counted(number: int, singular: str, plural: str) -> str:
    """25,025 leads."""
    return f"{number:,} {singular if number == 1 else plural}"
