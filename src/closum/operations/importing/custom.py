"""The custom data of a row: its document, and every column and value that a lead has no other place for."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from closum.errors import BrokenRule
from closum.model import document
from closum.model.fields import Document
from closum.operations.importing import cells
from closum.operations.importing.headings import COUNTRY, CUSTOM
from closum.operations.importing.mapping import KEY, TEXT, Column
from closum.operations.importing.reading import Places, Reading
from closum.resources.lead import LEAD

Found = dict[str, Any]

_FIELD = next(field for field in LEAD.fields if isinstance(field, Document))
_BLANK = (None, "")


class CustomData:
    """Reads the custom data of each row; `has_texts` says that all cells are text."""

    def __init__(self, places: Places, columns: Sequence[Column], has_texts: bool) -> None:
        self._document, self._heading = places.one(CUSTOM), ""
        if self._document >= 0:
            self._heading = places.headings[self._document]
        keys = [_key(one) for one in columns]
        self._plain = list[tuple[int, str]]()
        self._others = list[tuple[int, str, str]]()
        for one, key in zip(columns, keys, strict=True):
            if key and one.type == TEXT and keys.count(key) == 1:
                self._plain.append((one.column - 1, key))
            elif key:
                self._others.append((one.column - 1, key, one.type))
        self._has_texts = has_texts
        self._is_text = has_texts and all(kind == TEXT for _, _, kind in self._others)

    def of(self, row: Reading) -> str | None:
        """The text of the document; None where there is none, or a fault is noted."""
        values = row.cells
        if self._has_texts:
            found: Found = {key: value for place, key in self._plain if (value := values[place])}
        else:
            found = {key: value for place, key in self._plain if (value := values[place]) not in _BLANK}
        if self._others or row.left:
            self._add_others(row, found)
        if self._document >= 0 and values[self._document] not in _BLANK:
            return self._merged(row, found)
        return self._written(row, found) if found else None

    def _add_others(self, row: Reading, found: Found) -> None:
        for place, key, kind in self._others:
            if row.cells[place] not in _BLANK:
                try:
                    _add(found, key, cells.typed(row.cells[place], kind))
                except BrokenRule as broken:
                    row.blame(place, f"{KEY}{key}", broken)
        for heading, left in row.left.items():
            for text in left:
                _add(found, heading, text)

    def _written(self, row: Reading, found: Found) -> str | None:
        if self._is_text and len(found) <= document.MAX_KEYS:
            encoded = msgspec.json.encode(found)
            if len(encoded) <= _FIELD.max_bytes:
                return encoded.decode()
        return _parsed(row, -1, found)

    def _merged(self, row: Reading, found: Found) -> str | None:
        """The document of the row's column, byte for byte where nothing joins it."""
        place = self._document
        whole = row.cells[place]
        if not found:
            return _parsed(row, place, whole)
        try:
            value = document.read(whole) if isinstance(whole, str) else whole
        except document.DocumentError:
            return _parsed(row, place, whole)
        joined = value if isinstance(value, Mapping) else {self._heading: value}
        return _parsed(row, place, {**joined, **found})


def _key(column: Column) -> str:
    """The key of a column's values; what says the country of a number stays in custom data, too."""
    if column.to == COUNTRY:
        return column.heading
    return column.to.removeprefix(KEY) if column.to.startswith(KEY) else ""


def _add(found: Found, key: str, value: Any) -> None:
    """Several values of one key are a list."""
    if key not in found:
        found[key] = value
    elif isinstance(found[key], list):
        found[key] = [*found[key], value]
    else:
        found[key] = [found[key], value]


def _parsed(row: Reading, place: int, value: Any) -> str | None:
    try:
        return _FIELD.parse(value)
    except BrokenRule as broken:
        row.blame(place, CUSTOM, broken)
        return None
