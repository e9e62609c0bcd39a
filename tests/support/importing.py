"""Files that are imported in tests, without a database: their rows, read as an import reads them."""

import csv
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from closum.formats import reading
from closum.formats.detect import detect
from closum.formats.form import CSV, Form, Given, Record
from closum.model import document
from closum.operations.importing import mapping
from closum.operations.importing.mapping import Column
from closum.operations.importing.rows import Cities, Faulty, LeftOut, Options, Ready, Rows

SAMPLES = Path(__file__).parents[1] / "data" / "imports"
NOW = 1_767_225_600  # 2026-01-01
_TARGETS = {"first": "first_name", "middle": "middle_name", "last": "last_name"}


class Read(NamedTuple):
    """What the rows of a file come to, in the form of `expected.json`."""

    mapping: dict[str, list[str]]
    rows: list[dict[str, Any]]
    faults: list[dict[str, Any]]
    warnings: list[tuple[int, str]]


def cities() -> Cities:
    text = (files("closum.resources") / "data" / "municipalities.csv").read_text(encoding="utf-8")
    return Cities.of((int(row["id"]), row["city_name"]) for row in csv.DictReader(text.splitlines()))


CITIES = cities()


def rows_of(
    headings: list[str], columns: list[Column] | None = None, country: str | None = "PT", format: str = CSV
) -> Rows:
    mapped = mapping.propose(headings) if columns is None else columns
    return Rows(headings, mapped, Options(country, NOW), CITIES, format)


def read_row(cells: dict[str, Any], wanted: Any = (), country: str | None = "PT", format: str = CSV) -> Any:
    """What one row comes to, whose cells are given by their headings; `wanted` is a mapping by hand."""
    columns = mapping.changed(mapping.propose([*cells]), [*wanted])
    return rows_of([*cells], columns, country, format).read(Record(2, [*cells.values()]))


def read_file(path: Path, country: str | None = "PT") -> Read:
    form = detect(path, path.name, "", Given(), mapping.is_known).form
    columns = mapping.propose(form.headings)
    read = Read(mapped(columns), [], [], [])
    for outcome in outcomes(path, form, columns, country):
        if isinstance(outcome, LeftOut):
            read.warnings.append((outcome.line, outcome.warning.rule))
            continue
        read.warnings.extend((one.line, one.rule) for one in outcome.warnings)
        if isinstance(outcome, Ready):
            read.rows.append(shown(outcome))
        else:
            faults = {one.property: one.rule for one in outcome.faults}
            read.faults.append({"line": outcome.line, "faults": faults})
    return read


def outcomes(
    path: Path, form: Form, columns: list[Column], country: str | None
) -> list[Ready | Faulty | LeftOut]:
    rows = rows_of([*form.headings], columns, country, form.format)
    found = map(rows.read, reading.records(path, form))
    return [outcome for outcome in found if isinstance(outcome, Ready | Faulty | LeftOut)]


def mapped(columns: list[Column]) -> dict[str, list[str]]:
    found = dict[str, list[str]]()
    for one in columns:
        if not one.to.startswith("custom_data."):
            found.setdefault(one.to, []).append(one.heading)
    return found


def expected_mapping(expected: dict[str, Any]) -> dict[str, list[str]]:
    return {_TARGETS.get(to, to): columns for to, columns in expected.items() if isinstance(columns, list)}


def shown(lead: Ready) -> dict[str, Any]:
    values = lead.values
    found = {"line": lead.line, "name": values["name"], "city_id": values["city_id"]}
    if address := lead.nested.get("email"):
        found["email"] = address["email"]
    if number := lead.nested.get("phone"):
        names = {"extension": "extension", "number": "number", "key": "number_key", "is_valid": "is_valid"}
        found["phone"] = {name: number[column] for name, column in names.items()}
    if values["custom_data"] is not None:
        found["custom_data"] = document.read(values["custom_data"])
    return {name: value for name, value in found.items() if value is not None}
