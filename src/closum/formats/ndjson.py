"""JSON objects as a table: one a line (NDJSON), or in an array."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from closum.errors import Refusal
from closum.formats import table, text
from closum.formats.form import NDJSON, Broken, Form, Record
from closum.formats.json_array import elements
from closum.formats.ndjson_file import END
from closum.model import document

_WHOLE = "custom_data"
"""Its keys are no headings."""

_BLOCK = 64 * 1024
_PROOF = f'{{"{END}":{{"count":'
"""How the last line of our own exports begins, which is no record."""


def form(path: Path, encoding: str) -> Form:
    """How JSON objects are read: a heading for each key, in the order in which they come.

    Raises Refusal where there is no object with a key.
    """
    headings = dict[str, None]()
    for _, raw in _values(path, encoding):
        headings |= dict.fromkeys(_glanced_at(raw))
        if len(headings) > table.MOST_COLUMNS:
            break
    if not headings:
        raise Refusal("No line of the file is a JSON object: write one object a line, or an array of objects")
    return Form(NDJSON, encoding, headings=tuple(headings)[: table.MOST_COLUMNS])


def read(path: Path, form: Form) -> Iterator[Record | Broken]:
    """The objects of a file."""
    places = table.places(form)
    for line, raw in _values(path, form.encoding):
        yield _record(line, raw, places)


def _values(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """The line and the text of each value."""
    if text.head(path, encoding, _BLOCK).lstrip().startswith("["):
        return elements(text.blocks(path, encoding, _BLOCK))
    lines = ((number, line.strip()) for number, line in enumerate(text.lines(path, encoding), 1))
    return ((number, line) for number, line in lines if line and not line.startswith(_PROOF))


def _record(line: int, raw: str, places: dict[str, int]) -> Record | Broken:
    if text.is_damaged(raw):
        return Broken(line, *text.damage(raw))
    try:
        value = document.read(raw)
        if not isinstance(value, dict):
            return Broken(line, "_object", "This is no JSON object, in braces")
        return table.placed(line, _flat(value), places)
    except document.DocumentError as error:
        return Broken(line, "_json", f"This cannot be read as JSON: {_within_a_line(error)}")


def _within_a_line(error: document.DocumentError) -> str:
    return str(error).replace("(line 1, ", "(")


def _glanced_at(raw: str) -> dict[str, Any]:
    """An object less strictly and faster, to know its keys; without keys for what is none."""
    try:
        value = msgspec.json.decode(raw)
        return _flat(value) if isinstance(value, dict) else {}
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {}


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """The values of an object, with dots between the keys of objects in it; without null.

    Raises DocumentError where two of them have one name then.
    """
    found = dict[str, Any]()
    _add(found, value, "")
    return found


def _add(found: dict[str, Any], value: dict[str, Any], prefix: str) -> None:
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict) and key != _WHOLE:
            _add(found, item, f"{name}.")
        elif name in found:
            raise document.DocumentError("a key with a dot names another value too")
        elif item is not None:
            found[name] = item
