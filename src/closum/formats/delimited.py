"""Delimited text, such as CSV: its delimiter and header, and its rows."""

import csv
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from closum.errors import Refusal
from closum.formats import table, text
from closum.formats.form import CSV, Broken, Form, Given, Record

DELIMITERS = ",;\t|"

_SEPARATOR = re.compile(r'"?sep=([^\w"\r\n])[,;\s]*"?[,;\s]*', re.IGNORECASE)
_MOST_LINES = 2000
_PATIENCE, _FEWER_LINES = 100, 20
"""After so many records that were given up, a quote is looked for in so few lines: hostile files take no longer than others."""

_UNCLOSED = (
    "A quote opens a cell in this line and is not closed within 2 000 lines or 1 MiB:"
    " close it, or write it twice where it is part of the text"
)


class _Unclosed(Exception):
    """A record goes on for longer than one may."""


class _Fit(NamedTuple):
    """How well a delimiter fits: the greater, the better."""

    known: int
    alike: int
    columns: int


def form(path: Path, encoding: str, given: Given, is_known: Callable[[str], bool]) -> Form:
    """How delimited text is read. Raises Refusal where it has no row that may be the header."""
    told = _told_by_file(path, encoding)
    start = given.header_line or (2 if told else 1)
    candidates = _one_character(given.delimiter) or told or DELIMITERS
    tables = {one: _head(path, encoding, one, start) for one in candidates}
    delimiter = max(tables, key=lambda one: _fit(tables[one], is_known))
    found = Form(CSV, encoding, delimiter)
    if given.header_line == 0:
        return found._replace(headings=table.without_header(tables[delimiter]))
    row = table.chosen(tables[delimiter], given, is_known)
    return found._replace(header_line=row.line, headings=table.headings(row, tables[delimiter]))


def read(path: Path, form: Form) -> Iterator[Record | Broken]:
    """The records of delimited text behind its header."""
    start = form.header_line or (2 if _told_by_file(path, form.encoding) else 1)
    records = rows(_from(path, form.encoding, start), form.delimiter, start)
    if form.header_line:
        next(records, None)
    return records


def rows(lines: Iterator[str], delimiter: str, line: int = 1) -> Iterator[Record | Broken]:
    """The rows that are not blank; `line` is the number of the first line.

    A quote that is not closed loses its own line alone: the next line is read as if nothing had been.
    """
    csv.field_size_limit(text.LONGEST)
    back, given_up = deque[str](), 0
    while True:
        held = list[str]()
        most = _MOST_LINES if given_up < _PATIENCE else _FEWER_LINES
        try:
            for cells in csv.reader(_fed(lines, back, held, most), delimiter=delimiter):
                if text.is_damaged(held[0] if len(held) == 1 else "".join(held)):
                    yield Broken(line, *text.damage("".join(held)))
                elif len(cells) > table.MOST_COLUMNS:
                    yield Broken(line, "_columns", table.TOO_MANY)
                elif not table.is_blank(cells):
                    yield Record(line, cells)
                line += len(held)
                held.clear()
            return
        except _Unclosed:
            yield Broken(line, "_unclosed", _UNCLOSED)
            line += 1
            given_up += 1
            back.extendleft(reversed(held[1:]))


def _fed(lines: Iterator[str], back: deque[str], held: list[str], most: int) -> Iterator[str]:
    """Lines for a reader; `held` has those of the record that is being read, which the reader's caller empties.

    Those in `back` come first. Raises _Unclosed for a record of more lines, or above 1 MiB, or which the file ends in.
    """
    size = 0
    for line in _with(back, lines):
        held.append(line)
        if len(held) == 1:
            size = 0
        size += text.LONGEST if text.TOO_LONG in line else len(line)
        if len(held) > 1 and (len(held) > most or size > text.LONGEST):
            raise _Unclosed
        yield line
    if held:
        raise _Unclosed


def _with(back: deque[str], lines: Iterator[str]) -> Iterator[str]:
    while back:
        yield back.popleft()
    yield from lines


def _from(path: Path, encoding: str, line: int) -> Iterator[str]:
    return islice(text.lines(path, encoding), line - 1, None)


def _head(path: Path, encoding: str, delimiter: str, line: int) -> list[Record | Broken]:
    return [*islice(rows(_from(path, encoding, line), delimiter, line), table.LOOKED_AT)]


def _told_by_file(path: Path, encoding: str) -> str:
    """The delimiter that the first line of a file names: `sep=;`."""
    match = _SEPARATOR.fullmatch(next(text.lines(path, encoding), ""))
    return match[1] if match else ""


def _one_character(delimiter: str) -> str:
    named = "\t" if delimiter.lower() in ("tab", "\\t") else delimiter
    if len(named) > 1 or named in ('"', "\r", "\n", "\0"):
        raise Refusal(f"'{delimiter}' is no delimiter: use one character such as ; or the word tab")
    return named


def _width(record: Record | Broken) -> int:
    if isinstance(record, Record):
        return len(record.cells)
    return table.MOST_COLUMNS + 1 if table.is_wide(record) else 0


def _fit(records: list[Record | Broken], is_known: Callable[[str], bool]) -> _Fit:
    best = table.best(records, is_known)
    widths = Counter(width for width in map(_width, records) if width > 1)
    columns, alike = max(widths.items(), key=lambda one: (one[1], one[0]), default=(1, 0))
    return _Fit(best.known if best else 0, alike, columns)
