"""What the feed of changes and the history of a record look like, in the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from closum.api import schemas
from closum.http.route import Success
from closum.model.change import VERBS
from closum.model.fields import Schema
from closum.model.query import DEFAULT_LIMIT, MAX_LIMIT

_AT = "2018-01-01T10:00:00+00:00"
_POSITION = "AAAAAAAAAAGyq7WFDaEKLA"

VERB: Schema = {
    "type": "string",
    "description": f"What happened to the record: {', '.join(f'`{one}`' for one in VERBS)}. More may be added: read the "
    "record again for one that you do not know",
}
AT_TIME: Schema = {"type": "string", "format": "date-time", "description": "When it happened"}
USER: Schema = {
    "type": ["object", "null"],
    "required": ["id", "email"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "description": "The id of the user"},
        "email": {
            "type": ["string", "null"],
            "description": "The address that the user signs in with; `null` where the user is removed",
        },
    },
    "description": "The user who asked for it; `null` where it was an API key, a command or the server itself",
}
KEY: Schema = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "minimum": 1, "description": "The id of the key"},
        "name": {
            "type": ["string", "null"],
            "description": "What the key is called; `null` where it is not there any more",
        },
    },
    "description": "The API key that asked for it; missing where none did",
}
CAUSE: Schema = {
    "type": "string",
    "description": "How it was asked for: `api`, `page`, `reference` (a call that somebody ran from the reference), `command`, `server`, `undo` "
    "or the name of background work",
}
_OPERATION: Schema = {
    "type": "integer",
    "minimum": 1,
    "description": "The operation that made the change: all changes of one call have the same, `X-Operation` of its answer. "
    "Background work has one for each of its steps, which means the whole operation in `GET /api/operation/<ID>`",
}
_SHARED: Mapping[str, Schema] = {
    "at": AT_TIME,
    "user": USER,
    "key": KEY,
    "cause": CAUSE,
    "operation": _OPERATION,
}

_CHANGE = schemas.object_of(
    {
        "position": {"type": "string", "description": "Where to go on behind this change, for `since`"},
        "verb": VERB,
        "resource": {"type": "string", "description": "The resource of the record, such as `lead`"},
        "id": {"type": "integer", "minimum": 1, "description": "The id of the record"},
        "properties": {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "description": "Of an update the properties that it changed, such as `name` and `email.email`; `null` where all "
            "of the record may have changed",
        },
        **_SHARED,
    },
    optional=("key",),
    description="A change of a record",
)
_VALUE: Schema = {
    "type": "object",
    "properties": {
        "before": {
            "description": "The value before; missing where there was none, or it is not known any more"
        },
        "after": {"description": "The value after; missing likewise"},
    },
    "description": "A property that changed",
}
_REVISION = schemas.object_of(
    {
        "verb": VERB,
        **_SHARED,
        "properties": {
            "type": ["object", "null"],
            "additionalProperties": _VALUE,
            "description": "What each property was before and after, by its name, such as `name` and `email.email`; `null` "
            "where that is not kept any more",
        },
    },
    optional=("key",),
    description="A change of one record, with its values",
)

SCHEMAS: dict[str, Schema] = {"Change": _CHANGE, "Revision": _REVISION}


def _pagination(after: Schema) -> Schema:
    return schemas.object_of(
        {
            "next": after,
            "has_next_page": {"type": "boolean", "description": "Whether there are more already"},
            "limit": {
                "type": ["integer", "null"],
                "minimum": 1,
                "maximum": MAX_LIMIT,
                "description": f"How many are on a page at most; `null` if it is the default, {DEFAULT_LIMIT}",
            },
        },
        description="Where to go on",
    )


def page_of(text: str, name: str, after: Schema, example: Mapping[str, Any], then: object) -> Success:
    """A page of what has a schema by this name; `after` is that of the place where the next page begins."""
    found = {"type": "array", "items": schemas.ref(name), "description": text}
    schema = schemas.object_of(
        {"success": schemas.SUCCEEDED, "data": found, "pagination": _pagination(after)}
    )
    places = {"next": then, "has_next_page": False, "limit": None}
    return Success(200, text, schema, {"success": True, "data": [dict(example)], "pagination": places})


_BY = {"at": _AT, "user": {"id": 1, "email": "email@closum.com"}, "cause": "api", "operation": 434}

CHANGES = page_of(
    "Changes in their order",
    "Change",
    {"type": "string", "description": "Where to go on, for `since`: also where nothing has changed"},
    {
        "position": _POSITION,
        "verb": "update",
        "resource": "lead",
        "id": 1,
        "properties": ["name"],
        **_BY,
    },
    _POSITION,
)
HISTORY = page_of(
    "Changes of the record, the newest first",
    "Revision",
    {
        "type": ["integer", "null"],
        "minimum": 1,
        "description": "The `before` of the page that follows; `null` where none does",
    },
    {"verb": "update", **_BY, "properties": {"name": {"before": "Ana", "after": "Ana Silva"}}},
    None,
)
