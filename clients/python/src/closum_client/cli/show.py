"""Records on a terminal, in a pipe, and as JSON."""

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from closum_client.cli.text import as_json, cell, counted, say, visible
from closum_client.nouns import Noun

Record = dict[str, Any]

DATE = re.compile(r"\A(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\+00:00\Z")


class Page(NamedTuple):
    """A page of a list; `total` records are on all `pages` together."""

    records: list[Record]
    number: int
    pages: int
    total: int


def listed(noun: Noun, pages: Iterator[Page], *, every: bool) -> None:
    """A table on a terminal; elsewhere a line for each record, with tabs between the columns."""
    rows = ((page, [_row(noun, record) for record in page.records]) for page in pages)
    if not sys.stdout.isatty():
        for _, lines in rows:
            say("".join("\t".join(line) + "\n" for line in lines), nl=False)
        return
    table = importlib.import_module("closum_client.cli.terminal").Table(noun.columns, noun.least)
    shown = 0
    for page, lines in rows:
        table.add([[DATE.sub(r"\1 \2", text) for text in line] for line in lines])
        shown += len(lines)
        last = page
    say(_footer(noun, last, shown, every=every))
    if table.left_out:
        say(f"Too narrow for {', '.join(table.left_out)}.")


def _row(noun: Noun, record: Record) -> list[str]:
    return [cell(record.get(column)) for column in noun.columns]


def _footer(noun: Noun, page: Page, shown: int, *, every: bool) -> str:
    if every:
        return counted(shown, noun.name, noun.plural)
    of = counted(page.total, noun.name, noun.plural)
    return f"{shown:,} of {of}, page {page.number:,} of {page.pages:,}"


def listed_as_json(pages: Iterator[Page]) -> None:
    """One array, a record on each line, printed page by page."""
    before = "["
    for page in pages:
        if page.records:
            say(before + ",\n".join(map(as_json, page.records)), nl=False)
            before = ",\n"
    say("[]" if before == "[" else "]")


def retrieved(record: Record) -> None:
    """A property on each line; those of nested records as email.id."""
    lines = [(visible(key), value) for key, value in _flat(record)]
    if sys.stdout.isatty():
        importlib.import_module("closum_client.cli.terminal").properties(lines)
    else:
        say("\n".join(f"{key}\t{value}" for key, value in lines))


def _flat(record: Record, prefix: str = "") -> Iterable[tuple[str, str]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, cell(value)
