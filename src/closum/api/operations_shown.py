"""What operations, undos and background work look like, in the OpenAPI document."""

from typing import Any

from closum.api import responses, schemas
from closum.api.revisions import AT_TIME, CAUSE, KEY, USER, VERB
from closum.http.route import Success
from closum.model.fields import Schema
from closum.model.query import DEFAULT_LIMIT, MAX_LIMIT

_AT, _UNTIL = "2018-01-01T10:00:00+00:00", "2018-01-31T10:00:00+00:00"
_ID: Schema = {"type": "integer", "minimum": 1, "description": "The id of the operation"}
_PROPERTIES: Schema = {
    "type": ["array", "null"],
    "items": {"type": "string"},
    "description": "The properties, such as `name` and `email.email`; `null` where it is the record as a whole",
}
_RECORD: dict[str, Schema] = {
    "resource": {"type": "string", "description": "The resource of the record, such as `lead`"},
    "id": {"type": "integer", "minimum": 1, "description": "The id of the record"},
}
_COUNTED: Schema = {
    "type": "object",
    "additionalProperties": {"type": "integer", "minimum": 1},
    "description": "By what happened to them",
}
_SUMMARY: dict[str, Schema] = {
    "id": _ID,
    "at": AT_TIME,
    "user": USER,
    "key": KEY,
    "cause": CAUSE,
    "changes": {"type": "integer", "minimum": 1, "description": "How many changes of records it has"},
    "counts": {
        "type": ["object", "null"],
        "additionalProperties": _COUNTED,
        "description": "How many records of each resource were created, updated, deleted and so on; `null` where there are "
        "too many to count them",
    },
    "undoes": {
        "type": ["integer", "null"],
        "minimum": 1,
        "description": "The operation that it undoes; `null` where it is no undo, or restores what several operations deleted",
    },
    "undone_by": {
        "type": ["integer", "null"],
        "minimum": 1,
        "description": "The last undo of it that is not undone itself; `null` where there is none",
    },
    "can_be_undone_until": {
        "type": ["string", "null"],
        "format": "date-time",
        "description": "Until when you can undo it",
    },
}
_CHANGED = schemas.object_of(
    {**_RECORD, "verb": VERB, "properties": _PROPERTIES}, description="A record that it changed"
)
_UNDONE_RECORD = schemas.object_of(
    {**_RECORD, "properties": _PROPERTIES}, description="A record that is as it was before"
)
_LEFT = schemas.object_of(
    {
        **_RECORD,
        "properties": _PROPERTIES,
        "reason": {"type": "string", "description": "Why it stays, such as `changed since`"},
        "belonging": {
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1},
            "description": "Of a record that the operation made: how many records of each resource belong to it by now, such as "
            "`note`, and would have gone with it; missing where none do",
        },
    },
    optional=("belonging",),
    description="A record, or some of its properties, that stays as it is",
)
LIMIT: Schema = {
    "type": ["integer", "null"],
    "minimum": 1,
    "maximum": MAX_LIMIT,
    "description": f"How many are on a page at most; `null` if it is the default, {DEFAULT_LIMIT}",
}
HAS_NEXT: Schema = {"type": "boolean", "description": "Whether there are more"}
NEXT: Schema = {
    "type": ["integer", "null"],
    "minimum": 1,
    "description": "The `before` of the page that follows; `null` where none does",
}


def _array(name: str, text: str) -> Schema:
    return {"type": "array", "items": schemas.ref(name), "description": text}


def _count(text: str) -> Schema:
    null = "`null` of a dry run that names the last ones alone"
    return {"type": ["integer", "null"], "minimum": 0, "description": f"{text}; {null}"}


_LAST = "of a dry run only of the last 10,000 changes"
_JOB = schemas.object_of(
    {
        "id": {"type": "string", "description": "The id of the work, such as `undo-1`"},
        "kind": {"type": "string", "description": "What it does, such as `undo`"},
        "state": {
            "type": "string",
            "enum": ["pending", "running", "done", "failed"],
            "description": "Whether it waits, runs, has ended, or has failed for good or was stopped",
        },
        "done": {"type": "integer", "minimum": 0, "description": "How much is done"},
        "total": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "How much there is to do; `null` where that is not known",
        },
        "error": {"type": ["string", "null"], "description": "What went wrong with its last step"},
        "created": {"type": "string", "format": "date-time", "description": "When it was asked for"},
        "modified": {"type": "string", "format": "date-time", "description": "When its last step ended"},
        "operation": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "The id of its operation; `null` before its first change",
        },
        "left_count": {
            "type": "integer",
            "minimum": 0,
            "description": "How many records it has left as they are",
        },
        "left": _array("Left", "The first 100 of these"),
    },
    description="Background work",
)

SCHEMAS: dict[str, Schema] = {
    "OperationSummary": schemas.object_of(
        _SUMMARY,
        optional=("key",),
        description="What was done with one call, command or piece of background work",
    ),
    "OperationDetails": schemas.object_of(
        {**_SUMMARY, "records": _array("ChangedRecord", "The first 100 records that it changed")},
        optional=("key",),
        description="An operation, with records that it changed",
    ),
    "ChangedRecord": _CHANGED,
    "UndoneRecord": _UNDONE_RECORD,
    "Left": _LEFT,
    "Undo": schemas.object_of(
        {
            "operation": {
                "type": ["integer", "null"],
                "minimum": 1,
                "description": "The id of the undo, which is an operation too; `null` where nothing could be undone, and of "
                "a dry run",
            },
            "undone_count": _count("How many records `undone` names"),
            "undone": _array("UndoneRecord", f"What is as it was before; {_LAST}"),
            "left_count": _count("How many entries `left` has"),
            "left": _array("Left", f"What stays as it is, and why; {_LAST}"),
        },
        description="What an undo did, or would do",
    ),
    "Job": _JOB,
}


def page(text: str, name: str, example: Any, places: dict[str, tuple[Schema, Any]]) -> Success:
    pagination = {one: schema for one, (schema, _) in places.items()}
    schema = schemas.object_of(
        {
            "success": schemas.SUCCEEDED,
            "data": _array(name, text),
            "pagination": schemas.object_of(pagination, description="Where to go on"),
        }
    )
    shown = {one: value for one, (_, value) in places.items()}
    return Success(200, text, schema, {"success": True, "data": [example], "pagination": shown})


_EXAMPLE = {
    "id": 434,
    "at": _AT,
    "user": {"id": 1, "email": "email@closum.com"},
    "cause": "api",
    "changes": 2,
    "counts": {"email": {"create": 1}, "lead": {"create": 1}},
    "undoes": None,
    "undone_by": None,
    "can_be_undone_until": _UNTIL,
}
_JOB_EXAMPLE = {
    "id": "undo-1",
    "kind": "undo",
    "state": "running",
    "done": 3_000,
    "total": 25_000,
    "error": None,
    "created": _AT,
    "modified": _AT,
    "operation": 435,
    "left_count": 1,
    "left": [{"resource": "lead", "id": 7, "properties": ["name"], "reason": "changed since"}],
}

OPERATIONS = page(
    "Operations, the newest first",
    "OperationSummary",
    _EXAMPLE,
    {"next": (NEXT, None), "has_next_page": (HAS_NEXT, False), "limit": (LIMIT, None)},
)
OPERATION = responses.data(
    "The operation",
    schemas.ref("OperationDetails"),
    {**_EXAMPLE, "records": [{"resource": "email", "id": 1, "verb": "create", "properties": None}]},
)
UNDONE = responses.data(
    "What is undone, and what is left",
    schemas.ref("Undo"),
    {
        "operation": 435,
        "undone_count": 1,
        "undone": [{"resource": "lead", "id": 1, "properties": ["name"]}],
        "left_count": 1,
        "left": [{"resource": "lead", "id": 7, "properties": ["name"], "reason": "changed since"}],
    },
    headers=responses.OF_WRITE,
)
JOBS = page(
    "Background work, the newest first",
    "Job",
    _JOB_EXAMPLE,
    {"has_next_page": (HAS_NEXT, False), "limit": (LIMIT, None)},
)
JOB = responses.data("How far the work is", schemas.ref("Job"), _JOB_EXAMPLE)
ACCEPTED = responses.accepted(schemas.ref("Job"), _JOB_EXAMPLE)
