"""A list of records as a file: CSV, XLSX or NDJSON, of one moment, as fast as the database gives them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from closum.formats.csv_file import CsvFile
from closum.formats.flat import flat
from closum.formats.form import CSV, NDJSON, XLSX
from closum.formats.ndjson_file import NdjsonFile
from closum.formats.output import Output
from closum.formats.xlsx_file import XlsxFile
from closum.model.projection import Column, Foreign
from closum.model.query import Query
from closum.model.resource import Resource
from closum.model.view import list_view
from closum.store import whole
from closum.store.progress import Report
from closum.store.unit import Result, Stream

FORMATS = (CSV, XLSX, NDJSON)
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    NDJSON: "application/x-ndjson",
}


Make = Callable[[Sequence[Any]], list[Any]]
"""What makes of a piece of rows what is added to a file."""


class Sheet(NamedTuple):
    """How people see records in a table, instead of as the API has them: the headings, the widths of columns in characters, the
    places of what people typed, what makes the rows of those that the names of properties are read into, and what is between two
    cells of a CSV.
    """

    headings: tuple[str, ...]
    widths: tuple[int, ...]
    texts: tuple[int, ...]
    making: Callable[[Stream, Sequence[str]], Make]
    delimiter: str = ","


class Export(NamedTuple):
    """Which records, and of what format the file is; with a `sheet` a table for people."""

    resource: Resource
    query: Query
    format: str
    sheet: Sheet | None = None

    def told(self, records: int) -> dict[str, str | int | None]:
        """What the ledger has of it: how many records, and the names of what chose them, without values."""
        names = [one.property.name for one in self.query.where] + ["q"] * bool(self.query.words)
        filters = ", ".join(dict.fromkeys(names)) or None
        return {"resource": self.resource.name, "records": records, "format": self.format, "filters": filters}

    def file_name(self, now: int) -> str:
        """`leads-2026-11-27.csv`."""
        return f"{self.resource.plural}-{datetime.fromtimestamp(now, UTC):%Y-%m-%d}.{self.format}"


class File(Protocol):
    def add(self, rows: Sequence[Any], /) -> None: ...

    def end(self) -> None: ...

    def abandon(self) -> None: ...


class Kind(NamedTuple):
    """A file, the columns of the rows that it is made of, and what makes of them what is added to it."""

    file: File
    columns: tuple[Column, ...]
    make: Make | None = None


def write(unit: Stream, export: Export, output: Output, report: Report = lambda done, total: None) -> int:
    """Write the file; how many records it has. `report` is told after each piece how many are written, of how many.

    Raises Malformed for what its format cannot hold.
    """
    written, (file, columns, make) = 0, _kind(unit, export, output)
    try:
        for rows, total in whole.pieces(unit, export.resource, export.query, columns):
            file.add(make(rows) if make else rows)
            written += len(rows)
            report(written, total)
        file.end()
    except BaseException:
        file.abandon()
        raise
    return written


def _kind(unit: Stream, export: Export, output: Output) -> Kind:
    resource, fields = export.resource, export.query.fields
    if export.format == NDJSON:
        view = list_view(resource, fields)
        return Kind(NdjsonFile(output), view.columns, _each(view.render))
    headings, columns, texts = flat(resource, fields)
    read, of_row = _read(unit, columns)
    make = _each(of_row) if of_row else None
    if sheet := export.sheet:
        make = _both(make, sheet.making(unit, headings))
        headings, texts = sheet.headings, sheet.texts
    if export.format == XLSX:
        widths = sheet.widths if sheet else ()
        return Kind(XlsxFile(output, headings, texts, resource.plural, widths), read, make)
    return Kind(CsvFile(output, headings, texts, sheet.delimiter if sheet else ","), read, make)


def _each(make: Callable[[Any], Any]) -> Make:
    return lambda rows: [*map(make, rows)]


def _both(first: Make | None, then: Make) -> Make:
    return (lambda rows: then(first(rows))) if first else then


def _read(
    unit: Stream, columns: tuple[Column, ...]
) -> tuple[tuple[Column, ...], Callable[[Result], Any] | None]:
    """The columns that are read for these, and what makes of a row one of these.

    What all accounts share is few: it is looked up here, at a tenth of what the database takes for it.
    """
    names, width = dict[int, dict[int, Any]](), len(columns)
    read = [*columns]
    for place, one in enumerate(columns):
        if isinstance(one, Foreign) and one.resource.shared:
            names[place], read[place] = whole.values_by_id(unit, one.resource, one.column), one.link
    if not names:
        return columns, None if "id" in columns else itemgetter(slice(width))

    def make(row: Result) -> list[Any]:
        found = [*row[:width]]
        for place, known in names.items():
            found[place] = known.get(found[place])
        return found

    return tuple(read), make
