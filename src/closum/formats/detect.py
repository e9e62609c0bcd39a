"""What form a file has: found out from what is in it; its name and its media type are hints."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from closum.errors import Refusal
from closum.formats import delimited, text
from closum.formats.form import Form, Given


class Found(NamedTuple):
    """How a file is read, and the names of its sheets."""

    form: Form
    sheets: tuple[str, ...] = ()


def detect(path: Path, name: str, media_type: str, given: Given, is_known: Callable[[str], bool]) -> Found:
    """The form of a file that was called `name`; what is `given` is not found out. `is_known` says it of a heading.

    Raises Refusal for what cannot be imported, which says what to do.
    """
    encoding = text.encoding_named(given.encoding) if given.encoding else text.encoding_of(path)
    if not any(line.strip() for line in text.lines(path, encoding)):
        raise Refusal("The file is empty: send one that has rows")
    return Found(delimited.form(path, encoding, given, is_known))
