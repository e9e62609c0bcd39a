"""What form a file has: found out from what is in it; its name and its media type are hints."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from closum.formats import delimited, form, kinds, ndjson, text, vcard, xlsx
from closum.formats.form import XLSX, Form, Given


class Found(NamedTuple):
    """How a file is read, and the names of its sheets where it has some."""

    form: Form
    sheets: tuple[str, ...] = ()


def detect(path: Path, name: str, media_type: str, given: Given, is_known: Callable[[str], bool]) -> Found:
    """The form of a file that was called `name`; what is `given` is not found out. `is_known` says it of a heading.

    Raises Refusal for what cannot be imported, which says what to do.
    """
    if kinds.is_spreadsheet(path):
        kinds.check_format(given.format, XLSX)
        return Found(*xlsx.form(path, given, is_known))
    encoding = text.encoding_named(given.encoding) if given.encoding else text.encoding_of(path)
    found = kinds.of_text(path, encoding)
    kinds.check_format(given.format, found)
    if not given.format:
        kinds.check_claim(name, media_type, found)
    match given.format or found:
        case form.NDJSON:
            return Found(ndjson.form(path, encoding))
        case form.VCARD:
            return Found(vcard.form(path, encoding))
    return Found(delimited.form(path, encoding, given, is_known))
