"""Records on a terminal, in a pipe, and as JSON."""

import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from closum_client.cli.filters import value
from closum_client.cli.labels import Labels
from closum_client.cli.pages import Page, Record
from closum_client.cli.text import as_json, cell, counted, say, visible
from closum_client.cli.values import international, local_time
from closum_client.resources import Resource

PHONE = ("extension", "number")  # of a phone, which is shown as one


def listed(
    resource: Resource, columns: Sequence[str], pages: Iterator[Page], labels: Labels, *, every: bool
) -> None:
    """A table on a terminal; elsewhere a line for each record, with tabs between the columns."""
    if sys.stdout.isatty():
        _table(resource, columns, pages, labels, every=every)
        return
    for page in pages:
        rows = ([cell(value(resource, record, column)) for column in columns] for record in page.records)
        say("".join("\t".join(row) + "\n" for row in rows), nl=False)


def _table(
    resource: Resource, columns: Sequence[str], pages: Iterator[Page], labels: Labels, *, every: bool
) -> None:
    headings = _headings(resource, columns)
    table, shown = _empty(resource, headings), 0
    for page in pages:
        table.add([[_value(resource, labels, name, record) for name in headings] for record in page.records])
        shown += len(page.records)
        last = page
    say(_footer(resource, last, shown, every=every))
    if table.left_out:
        say(f"Too narrow for {', '.join(table.left_out)}.")


def some(resource: Resource, records: Sequence[Record], labels: Labels) -> None:
    """A table of some records, on a terminal."""
    headings = _headings(resource, resource.columns)
    table = _empty(resource, headings)
    table.add([[_value(resource, labels, name, record) for name in headings] for record in records])
    if table.left_out:
        say(f"Too narrow for {', '.join(table.left_out)}.")


def _empty(resource: Resource, headings: Mapping[str, str]) -> Any:
    """A table without a row yet."""
    least = [headings[name] for name in resource.least if name in headings]
    short = [headings[reference.name] for reference in resource.references if reference.name in headings]
    return importlib.import_module("closum_client.cli.terminal").Table(list(headings.values()), least, short)


def _headings(resource: Resource, columns: Sequence[str]) -> dict[str, str]:
    """The headings of the columns: that of `city_id` has names, and that of `number` the whole phone."""
    names = [name for name in columns if name != PHONE[0] or PHONE[1] not in columns]
    labelled = {reference.name for reference in resource.references}
    short = {name: name.removesuffix("_id") if name in labelled else name for name in names}
    return {name: name if heading in names else heading for name, heading in short.items()}


def _value(resource: Resource, labels: Labels, name: str, record: Record) -> str:
    found = value(resource, record, name)
    if name in resource.times and isinstance(found, str):
        return visible(local_time(found))
    if name == PHONE[1] and PHONE[0] in record:
        found = {key: record.get(key) for key in PHONE}
    if isinstance(found, dict) and found.keys() == {*PHONE}:
        extension, number = (found[key] for key in PHONE)
        if isinstance(extension, str) and isinstance(number, str):
            return visible(international(extension, number))
    return cell(labels.of(name, found) or found)


def _footer(resource: Resource, page: Page, shown: int, *, every: bool) -> str:
    if every:
        return counted(shown, resource.name, resource.plural)
    if page.total is None:
        more = "there are more" if page.is_more else "the last one"
        return f"{counted(shown, resource.name, resource.plural)}, page {page.number:,}, {more}"
    of = counted(page.total, resource.name, resource.plural)
    return f"{shown:,} of {of}, page {page.number:,} of {page.pages:,}"


def listed_as_json(pages: Iterator[Page]) -> None:
    """One array, a record on each line, printed page by page."""
    before = "["
    for page in pages:
        if page.records:
            say(before + ",\n".join(map(as_json, page.records)), nl=False)
            before = ",\n"
    say("[]" if before == "[" else "]")


def retrieved(resource: Resource, record: Record, labels: Labels) -> None:
    """A property on each line; those of nested records as email.id."""
    if sys.stdout.isatty():
        readable = {key: _readable(resource, labels, key, value) for key, value in record.items()}
        importlib.import_module("closum_client.cli.terminal").properties(flat(readable))
    else:
        say("\n".join(f"{key}\t{value}" for key, value in flat(record)))


def _readable(resource: Resource, labels: Labels, name: str, value: Any) -> Any:
    if name in resource.times and isinstance(value, str):
        return local_time(value)
    label = labels.of(name, value)
    return f"{value} ({label})" if label else value


def flat(record: Record, prefix: str = "") -> Iterable[tuple[str, str]]:
    """Names and values, those within another one under both names: email.id."""
    for key, one in record.items():
        if isinstance(one, dict):
            yield from flat(one, f"{prefix}{key}.")
        else:
            yield visible(prefix + key), cell(one)
