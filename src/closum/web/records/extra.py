"""Documents of a record as rows of name, value and kind; what nobody touches keeps its spelling, byte for byte."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring
from typing import NamedTuple

from closum.web.forms import Form
from closum.web.locale import Locale, iso_day

TEXT, NUMBER, FLAG, DATE, JSON = KINDS = ("text", "number", "flag", "date", "json")
"""JSON is what has parts, or nothing in it: it is shown as it is written."""
YES, NO = "true", "false"

_SPACE = re.compile(r"[ \t\r\n]*")
_ROWS = "\0"  # no form sends it
_PARTS = ("name", "value", "kind", "was")
_read = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode


class Row(NamedTuple):
    """`was` is = and the name of the member that the row shows, "" for a new one."""

    name: str = ""
    text: str = ""
    kind: str = TEXT
    was: str = ""


class Member(NamedTuple):
    """One member of an object: how its name and its value are written, and the row that shows it."""

    name: str
    value: str
    row: Row


def members(text: str | None) -> list[Member] | None:
    """Those of a document; None for one that is no object. An empty one has none."""
    if text is None:
        return []
    at = _behind_space(text, 0)
    return _members(text, _behind_space(text, at + 1)) if text[at : at + 1] == "{" else None


def _members(text: str, at: int) -> list[Member]:
    found = []
    while text[at] != "}":
        name, end = _read(text, at)
        spelled = text[at:end]
        start = _behind_space(text, _behind_space(text, end) + 1)
        value, end = _read(text, start)
        found.append(Member(spelled, text[start:end], _row(name, value, text[start:end])))
        at = _behind_space(text, end)
        if text[at] == ",":
            at = _behind_space(text, at + 1)
    return found


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found
    return found.end()


def _row(name: str, value: object, raw: str) -> Row:
    was = f"={name}"
    if isinstance(value, bool):
        return Row(name, YES if value else NO, FLAG, was)
    if not isinstance(value, str):
        return Row(name, lines(raw), JSON, was)
    if not raw.startswith('"'):
        return Row(name, value, NUMBER, was)
    return Row(name, lines(value), DATE if iso_day(value) else TEXT, was)


def typed(row: Row, locale: Locale) -> Row:
    """A row as people type it: a number and a day as their language writes them."""
    if row.kind == NUMBER:
        return row._replace(text=locale.decimal(row.text))
    day = iso_day(row.text) if row.kind == DATE else None
    return row._replace(text=locale.date(day)) if day else row


def lines(text: str) -> str:
    """A text with the ends of lines that a form gives back."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(form: Form, name: str) -> list[Row]:
    """The rows of a document that a form sends."""
    rows = []
    for place in form.every(f"{name}.row"):
        parts = [lines(form(f"{name}.{place}.{part}")) for part in _PARTS]
        row = Row(*parts)
        rows.append(row if row.kind in KINDS else row._replace(kind=TEXT))
    return rows


def canonical(rows: Iterable[Row]) -> str:
    """Rows as one text, which no document is."""
    return f"{_ROWS}{json.dumps([*rows])}"


def parsed(text: str) -> list[Row] | None:
    """The rows of a text that `canonical` gives; None for another one."""
    return [Row(*one) for one in json.loads(text[1:])] if text.startswith(_ROWS) else None


class Written(NamedTuple):
    """A document, "" for none, and what is wrong: the keys of texts, by the row and the part of it, such as `3.value`."""

    text: str
    faults: Mapping[str, str]


def written(rows: Sequence[Row], present: str | None, locale: Locale) -> Written:
    """The document that rows, as people type them, make of what is there."""
    known = {one.row.was: one for one in members(present) or ()}
    names, parts, faults = set[str](), list[str](), dict[str, str]()
    for place, row in enumerate(rows):
        old = known.get(row.was)
        if old is None and not row.name and not row.text:
            continue
        if row.name in names or (old is None and not row.name):
            faults[f"{place}.name"] = "row.twice" if row.name else "row.no_name"
        names.add(row.name)
        value = old.value if old and _is_same(row, old.row, locale) else _value(row, locale)
        if value is None:
            faults[f"{place}.value"] = f"row_no.{row.kind}"
        name = old.name if old and old.row.name == row.name else encode_basestring(row.name)
        parts.append(f"{name}:{value}")
    return Written(f"{{{','.join(parts)}}}" if parts else "", faults)


def _is_same(row: Row, old: Row, locale: Locale) -> bool:
    if row.kind == JSON:
        return True
    return row.kind == old.kind and row.text in (old.text, typed(old, locale).text)


def _value(row: Row, locale: Locale) -> str | None:
    """The JSON text of a value; None for one that is not of its kind."""
    text = row.text.strip()
    if row.kind == NUMBER:
        return locale.read_decimal(text)
    if row.kind == FLAG:
        return text if text in (YES, NO) else None
    if row.kind == DATE:
        day = locale.read_date(text)
        return encode_basestring(day.isoformat()) if day else None
    return encode_basestring(row.text) if row.kind == TEXT else None
