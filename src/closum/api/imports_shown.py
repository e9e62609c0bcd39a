"""What imports look like, in the OpenAPI document."""

from dataclasses import replace
from typing import Any

from closum.api import responses, schemas
from closum.api.operations_shown import HAS_NEXT, LIMIT, NEXT
from closum.api.operations_shown import page as shown_page
from closum.http import ignored_header
from closum.http.route import Success
from closum.model.fields import Schema
from closum.model.matching import ON_MATCH
from closum.operations.importing.mapping import TYPES
from closum.operations.importing.report import COUNTS, FAILED
from closum.store.imports import ANALYSIS, CANCELLED, CHECK, DONE, READY, RUN

PHASES = (ANALYSIS, READY, CHECK, RUN, DONE, CANCELLED, FAILED)


def _text(description: str, *more: str, **others: Any) -> Schema:
    return {"type": ["string", *more] if more else "string", "description": description, **others}


def _number(description: str, *more: str, least: int = 0) -> Schema:
    return {
        "type": ["integer", *more] if more else "integer",
        "minimum": least,
        "description": description,
    }


def _array(name: str, description: str) -> Schema:
    return {"type": "array", "items": schemas.ref(name), "description": description}


_FILE = schemas.object_of(
    {
        "name": _text("What its sender calls it"),
        "size": _number("Its length in bytes", least=1),
        "sha256": _text("Its SHA-256 in hexadecimal digits"),
        "is_kept": {"type": "boolean", "description": "Whether the server still has it"},
    },
    description="The file",
)
_COUNTS = schemas.object_of(
    {
        "created": _number("Rows that became new records"),
        "updated": _number("Rows that matched a record, which has their values now"),
        "skipped": _number("Rows that matched a record, which stayed as it was"),
        "faulty": _number("Rows that were refused"),
        "left_out": _number("Rows that are no records, such as the foot of a report"),
    },
    description="What became of the rows, or in a dry run would become of them",
)
assert tuple(_COUNTS["properties"]) == COUNTS

_SUMMARY: dict[str, Schema] = {
    "id": _number("The id of the import", least=1),
    "phase": _text("What happens to the file, or has happened to it", enum=list(PHASES)),
    "error": _text("Why it failed; `null` where it has not", "null"),
    "file": _FILE,
    "format": _text("The format of the file; `null` before the server has read it", "null"),
    "encoding": _text("Its character encoding, where it is text", "null"),
    "delimiter": _text("The character between two cells of a CSV file", "null"),
    "sheet": _text("The sheet of a workbook", "null"),
    "header_line": _number("The line of the headings; 0 where no line has them", "null"),
    "match": {
        "type": "array",
        "items": {"type": "string"},
        "description": "What a row's lead is found by: the first of these that the row has",
    },
    "on_match": _text("What happens to a lead that is found", enum=list(ON_MATCH)),
    "country": _text("The country of phone numbers without a prefix; `null`: that of the account", "null"),
    "rows": _number("How many rows the server has read"),
    "total": _number("About how many there are; `null` where nothing tells", "null"),
    "rate": {"type": ["number", "null"], "minimum": 0, "description": "Rows a second"},
    "counts": _COUNTS,
    "is_dry_run": {"type": "boolean", "description": "Whether the counts are those of a dry run"},
    "resource": _text("What its rows become, such as `lead`"),
    "operation": _number("The id of its operation; `null` before its first change", "null", least=1),
    "undone_by": _number("The undo of it; `null` where there is none", "null", least=1),
    "created": _text("When the file was sent", format="date-time"),
    "modified": _text("When something last happened to it", format="date-time"),
}

SCHEMAS: dict[str, Schema] = {
    "ImportSummary": schemas.object_of(_SUMMARY, optional=("resource",), description="An import, in a list"),
    "Import": schemas.object_of(
        {
            **_SUMMARY,
            "cities": {
                "type": "array",
                "items": schemas.object_of(
                    {
                        "name": _text("What cells have"),
                        "city_id": _number("The id of the city that it means", least=1),
                    },
                    description="What a city is called",
                ),
                "description": "Names of cities that the server does not know, and the city that each means",
            },
            "empty": {
                "type": "array",
                "items": {"type": "string"},
                "description": "What cells have that say nothing",
            },
            "sheets": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The sheets of a workbook",
            },
            "columns": _array("ImportColumn", "What each column means"),
            "warning_count": _number("How many warnings there are"),
            "warnings": _array("RowWarning", "The first 100 of these"),
            "faults": _array("ImportFault", "The first 20 rows that were refused"),
            "preview": _array("ImportPreview", "The first rows of a dry run as they will be"),
        },
        optional=("cities", "empty", "resource"),
        description="An import",
    ),
    "ImportColumn": schemas.object_of(
        {
            "column": _number("The number of the column, from 1", least=1),
            "heading": _text("Its heading"),
            "to": _text("What it means, such as `email`; `null` where it is left out", "null"),
            "type": _text("The type of a value of custom data", enum=list(TYPES)),
            "samples": {"type": "array", "items": {}, "description": "The first values in it"},
        },
        description="A column of the file",
    ),
    "RowWarning": schemas.object_of(
        {
            "line": _number("The line of the file", least=1),
            "rule": _text("Its kind, such as `_city_unknown`"),
            "message": _text("The warning"),
        },
        description="Something about a row that was taken",
    ),
    "ImportFault": schemas.object_of(
        {
            "line": _number("The line of the file", least=1),
            "faults": {
                "type": "array",
                "items": schemas.object_of(
                    {
                        "column": _number("The number of the column, from 1; 0 for the row as a whole"),
                        "property": _text("The property of a lead, such as `email`"),
                        "rule": _text("The rule that is broken, such as `_email`"),
                        "message": _text("What is wrong"),
                    },
                    description="Why",
                ),
                "description": "Why, for each cell",
            },
        },
        description="A row that was refused",
    ),
    "ImportPreview": schemas.object_of(
        {
            "line": _number("The line of the file", least=1),
            "result": _text("What the import will do with it", enum=list(COUNTS[:3])),
            "lead": {
                "type": "object",
                "description": "The lead that it becomes, or gives its values to; empty for an import of another resource",
            },
            "record": {
                "type": "object",
                "description": "The values that it gives to a record of another resource",
            },
        },
        optional=("record",),
        description="A row as it will be",
    ),
}

EXAMPLE: dict[str, Any] = {
    "id": 1,
    "phase": "ready",
    "error": None,
    "file": {"name": "leads.csv", "size": 2048, "sha256": "0" * 64, "is_kept": True},
    "format": "csv",
    "encoding": "utf-8",
    "delimiter": ",",
    "sheet": None,
    "header_line": 1,
    "match": ["email", "phone"],
    "on_match": "skip",
    "country": "PT",
    "rows": 25,
    "total": 25,
    "rate": 25.0,
    "counts": {"created": 22, "updated": 0, "skipped": 1, "faulty": 1, "left_out": 1},
    "is_dry_run": True,
    "operation": None,
    "undone_by": None,
    "created": "2018-01-01T10:00:00+00:00",
    "modified": "2018-01-01T10:00:01+00:00",
}
_WHOLE: dict[str, Any] = {
    **EXAMPLE,
    "cities": [{"name": "Gaia", "city_id": 211}],
    "empty": ["n/a", "-"],
    "sheets": [],
    "columns": [
        {
            "column": 1,
            "heading": "E-mail",
            "to": "email",
            "type": "text",
            "samples": ["sylvialhook@closum.com"],
        }
    ],
    "warning_count": 1,
    "warnings": [{"line": 4, "rule": "_city_unknown", "message": "No city is called Paris"}],
    "faults": [
        {
            "line": 3,
            "faults": [
                {"column": 1, "property": "email", "rule": "_email", "message": "This is no e-mail address"}
            ],
        }
    ],
    "preview": [],
}

SUMMARY: Success = responses.data("How far the import is", schemas.ref("ImportSummary"), EXAMPLE)
IMPORT: Success = responses.data("The import", schemas.ref("Import"), _WHOLE)
CONFIGURED, STARTED = (replace(one, headers=(ignored_header.NAME,)) for one in (IMPORT, SUMMARY))
IMPORTS: Success = shown_page(
    "Imports, the newest first",
    "ImportSummary",
    EXAMPLE,
    {"next": (NEXT, None), "has_next_page": (HAS_NEXT, False), "limit": (LIMIT, None)},
)
