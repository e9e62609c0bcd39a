"""What bodies and answers look like, as JSON Schema derived from the resources."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from closum.accounts import credentials
from closum.model.fields import Field, Schema
from closum.model.relations import Nested
from closum.model.resource import Resource


def components(resources: Iterable[Resource]) -> dict[str, Schema]:
    """Every schema that has a name."""
    named = {"Credentials": _credentials(), "Pagination": PAGINATION}
    for resource in resources:
        if not resource.singleton:
            named[name_in_list(resource)] = _answer(resource, resource.listing.listed, with_id=False)
        named[name(resource)] = _answer(resource, resource.listing.retrieved, with_id=True)
        if "create" in resource.verbs:
            named[f"{name(resource)}Create"] = _create(resource)
        if "update" in resource.verbs:
            named[f"{name(resource)}Update"] = _update(resource)
    return named | {"Failure": FAILURE, "Faults": FAULTS, "ValidationFailure": VALIDATION_FAILURE}


def camel_case(words: str) -> str:
    """`lead_note` → LeadNote."""
    return "".join(word.capitalize() for word in words.split("_"))


def name(resource: Resource) -> str:
    """What the schema of a record is called: Lead."""
    return camel_case(resource.name)


def name_in_list(resource: Resource) -> str:
    """And that of a record in a list, which is another where it shows nested ones without their ids."""
    same = set(resource.listing.listed) == set(resource.listing.retrieved) and all(
        set(nested.shows) == set(nested.retrieved) for nested in resource.nested
    )
    return name(resource) if same else f"{name(resource)}InList"


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(properties: Mapping[str, Schema], *, optional: Collection[str] = (), **more: Any) -> Schema:
    """An object that has all these properties, but for those that are optional."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "required": required, "properties": dict(properties)} | more


def example(resource: Resource, *, in_list: bool) -> dict[str, Any]:
    """A record as an answer shows it, made of the fields' examples."""
    keys = resource.listing.listed if in_list else resource.listing.retrieved
    values = _values(resource) | ({} if in_list else dict(resource.examples.retrieved_sample))
    for nested in resource.nested:
        names = nested.shows if in_list else nested.retrieved
        values[nested.name] = {name: _values(nested.resource)[name] for name in names}
    return {key: values[key] for key in keys}


def _values(resource: Resource) -> dict[str, Any]:
    record_id = {"id": resource.examples.sample.get("id", 1)}
    return record_id | {field.name: field.example for field in resource.fields}


def _create(resource: Resource) -> Schema:
    required = [field.name for field in resource.writable if field.needed]
    return (
        body(resource)
        | ({"required": required} if required else {})
        | {"examples": [resource.examples.sample]}
    )


def _update(resource: Resource) -> Schema:
    changes = body(resource)
    if "id" in resource.examples.change:  # as in the published samples, and ignored
        changes["properties"]["id"] = {"readOnly": True} | _described(_id_text(resource))
    return changes | {"examples": [resource.examples.change]}


def body(resource: Resource) -> Schema:
    """The properties that a client may set."""
    properties = {field.name: field.accepts() for field in resource.taken}
    properties |= {nested.name: _nested_body(nested) for nested in resource.nested}
    return {"type": "object", "properties": properties}


def _nested_body(nested: Nested) -> Schema:
    """`""`, as null, takes the link away; each part of the object may be left out or null.

    The id has no type: it counts, and is read, only where it is alone.
    """
    text = f"{_id_text(nested.resource)}; alone, it links that record"
    properties = {"id": {"examples": [1]} | _described(text)}
    properties |= {field.name: _optional(field) for field in nested.resource.writable}
    schema: Schema = {"type": ["object", "string", "null"], "properties": properties}
    schema |= {"pattern": "^$"}
    return schema | _described(f"{nested.description}; `null`, or an empty string, takes it away")


def _optional(field: Field) -> Schema:
    schema = field.accepts()
    schema.pop("minLength", None)
    return schema | {"type": [*(one for one in schema["type"] if one != "null"), "null"]}


def _answer(resource: Resource, keys: Iterable[str], *, with_id: bool) -> Schema:
    shown = {"id": record_id(resource)} | {field.name: field.shows() for field in resource.fields}
    shown |= {nested.name: _nested_answer(nested, with_id=with_id) for nested in resource.nested}
    later = resource.listing.later
    found = object_of({key: shown[key] for key in (*keys, *later.values())})
    return found | {"required": [key for key in keys if key not in later]}


def _nested_answer(nested: Nested, *, with_id: bool) -> Schema:
    keys = nested.retrieved if with_id else nested.shows
    schema = _answer(nested.resource, keys, with_id=with_id)
    return schema | {"type": ["object", "null"]} | _described(nested.description)


def record_id(resource: Resource) -> Schema:
    """The id of a record in an answer."""
    return {"type": "integer", "minimum": 1, "examples": [1]} | _described(_id_text(resource))


def _id_text(resource: Resource) -> str:
    return f"The **id** relative to {resource.one}"


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


def _credentials() -> Schema:
    return object_of(
        {field.name: field.accepts() for field in (*credentials.FIELDS, credentials.CODE)},
        optional=[credentials.CODE.name],
        examples=[{field.name: field.example for field in credentials.FIELDS}],
    )


PAGINATION = object_of(
    {
        "page_count": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "How many pages there are; `null` with `count=false`",
        },
        "current_page": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "Which one this is; `null` with `cursor`",
        },
        "has_next_page": {"type": "boolean", "description": "Whether there is a page after this one"},
        "has_prev_page": {"type": "boolean", "description": "Whether there is a page before this one"},
        "count": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "How many records there are on all pages; `null` with `count=false`",
        },
        "limit": {"type": ["integer", "null"], "description": "Records of a page; `null` is the default, 25"},
    }
)
PAGINATION["properties"]["next_cursor"] = {
    "type": ["string", "null"],
    "description": "With `cursor` alone: the `cursor` of the next page, `null` on the last one",
}

SUCCEEDED: Schema = {"type": "boolean", "enum": [True], "description": "The call did what it was asked for"}
_DID_NOT: Schema = {
    "type": "boolean",
    "enum": [False],
    "description": "The call failed, and nothing was changed",
}

_WHAT = "What is wrong"
_FAILED = {
    "code": {"type": "integer", "description": "The status of the answer"},
    "url": {"type": "string", "description": "Path and query as they were sent"},
    "message": {"type": "string", "description": "What is wrong, and what to do"},
}

FAILURE = object_of(
    {
        "success": _DID_NOT,
        "data": object_of(_FAILED, description=_WHAT)
        | {
            "properties": _FAILED
            | {"request_id": {"type": "string", "description": "Of a 500: what the log calls it"}}
        },
    }
)

FAULTS: Schema = {
    "type": "object",
    "description": "By field and rule a message; of a nested object by its fields",
    "additionalProperties": {"anyOf": [{"type": "string"}, ref("Faults")]},
}

VALIDATION_FAILURE = object_of(
    {
        "success": _DID_NOT,
        "data": object_of(
            _FAILED
            | {
                "errorCount": {"type": "integer", "minimum": 1, "description": "How many messages there are"},
                "errors": ref("Faults"),
            },
            description=_WHAT,
        ),
    }
)
