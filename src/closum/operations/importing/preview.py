"""The first rows of a file as an import would make them, before anything is tried: nothing is written."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from closum.accounts import account
from closum.formats.form import Record
from closum.operations.importing import counting, job, policy, wire, work
from closum.operations.importing.declared import Cells, Said
from closum.operations.importing.mapping import Column
from closum.operations.importing.reading import Taken
from closum.operations.importing.rows import Cities, Faulty, Options, Ready, Rows
from closum.operations.importing.writing import REFUSED, SKIPPED
from closum.resources.lead import LEAD
from closum.store import cities
from closum.store.imports import Import
from closum.store.unit import Unit

MOST_LENGTH = 100_000  # characters of all rows together


class Seen(NamedTuple):
    """A row: its line, what the import would do with it (`created`, `updated`, `skipped`, `faulty`), the record that it becomes, None
    where it is refused, and why: [column, property, rule, message], with its `cells`. Of one that is `left` out, the reason, and what is
    in it."""

    line: int
    result: str
    record: dict[str, Any] | None
    faults: Sequence[Sequence[Any]] = ()
    left: str = ""
    text: str = ""
    cells: Sequence[Any] = ()


def first(unit: Unit, found: Import, most: int, said: Said) -> list[Seen]:
    """At most so many of the first rows of a file that was looked at, blank ones left out."""
    form, making = found.form or {}, work.making(found.resource, found.policy, found.mapping, said)
    records = [*_records(form, found.report or {}, most)]
    read = [*zip(records, map(_rows(unit, found, form).read, records), strict=True)]
    ready = [
        wire.taken(one.line, one.cells, record.cells)
        if isinstance(one, Taken)
        else wire.ready(one.line, one.values, one.nested, record.cells, found=False)
        for record, one in read
        if isinstance(one, Ready | Taken)
    ]
    outcomes, shown = iter(making.decide(unit, ready)), iter(making.shown(unit, ready))
    columns, seen = [Column(*one) for one in found.mapping], list[Seen]()
    for record, one in read:
        if isinstance(one, Ready | Taken):
            outcome, told = next(outcomes), next(shown)
            result = SKIPPED if outcome.is_unchanged else outcome.result
            becomes = None if result == REFUSED else told.get("record", told["lead"])
            wrong = counting.placed(outcome.faults, columns, record.cells)
            seen.append(Seen(one.line, result, becomes, wrong))
        elif isinstance(one, Faulty):
            wrong = [list(each) for each in one.faults]
            seen.append(Seen(one.line, REFUSED, None, wrong, cells=record.cells))
        elif one:
            seen.append(Seen(one.line, "", None, (), one.reason, one.text))
    return seen


def _rows(unit: Unit, found: Import, form: dict[str, Any]) -> Rows:
    if found.resource != LEAD.name:
        return Cells(form["headings"], form["format"])
    settings, _ = account.retrieve(unit.of(0), unit.account_id)
    known = job.known(unit, found, form["headings"])
    said = policy.read(found.policy)
    options = Options(said.country or settings["country"], unit.now, *known, empty=said.empty)
    columns = [Column(*one) for one in found.mapping]
    return Rows(
        form["headings"],
        columns,
        options,
        Cities.of(cities.names(unit), said.called),
        form["format"],
    )


def _records(form: dict[str, Any], report: dict[str, Any], most: int) -> Iterator[Record]:
    """The rows that were kept, as long as they are short."""
    first, length = (report.get("first") or [])[:most], 0
    start = (form.get("header_line") or 0) + 1  # of a file that was looked at before lines were kept
    lines = report.get("lines") or range(start, start + len(first))
    for line, cells in zip(lines, first, strict=False):
        length += sum(map(len, cells))
        if length > MOST_LENGTH:
            return
        yield Record(line, cells)
