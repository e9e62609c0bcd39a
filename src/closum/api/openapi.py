"""The OpenAPI document of the API, derived from the route table and the resources.

Source of its form: the OpenAPI Specification 3.1.1. What the reference adds, its prose and its samples of code, is
handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from closum import __version__
from closum.api import bin as bins
from closum.api import (
    bulk,
    duplicates,
    imports_shown,
    operations_shown,
    reports,
    responses,
    revisions,
    schemas,
    stages,
    users,
)
from closum.formats.form import CSV
from closum.http import written
from closum.http.route import Operation, Route, Sample
from closum.model import filters, matching, projection, query, since, words
from closum.model.fields import Schema
from closum.model.property import find
from closum.model.resource import Resource
from closum.operations import exporting
from closum.operations.reports import BY

Samples = Mapping[str, Sequence[Mapping[str, str]]]
"""By the name of a route (`GET /api/lead`): what `x-codeSamples` has, each with `lang`, `label` and `source`."""


def document(
    routes: Iterable[Route], sections: Mapping[str, str], samples: Samples, root_path: str = ""
) -> dict[str, Any]:
    """The document, as JSON values. `sections` has Markdown for people, by the name of a tag, in order."""
    routes = list(routes)
    resources = list(dict.fromkeys(route.resource for route in routes if route.resource))
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Closum API",
            "version": __version__,
            "summary": "Leads, and the stages, owners, notes, tasks, lists and consents by which they are worked",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root_path or "/", "description": "The server that this document comes from"}],
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": text} for name, text in sections.items()],
        "paths": _paths(routes, samples),
        "components": {
            "schemas": schemas.components(resources)
            | schemas_of_several(resources)
            | bulk.schemas_of(resources),
            "parameters": _PARAMETERS,
            "headers": responses.HEADERS,
            "responses": responses.components(),
            "securitySchemes": {"bearer": _BEARER},
        },
    }


def schemas_of_several(resources: Sequence[Resource]) -> dict[str, Schema]:
    """Schemas that are not of one resource."""
    shared = revisions.SCHEMAS | operations_shown.SCHEMAS | duplicates.SCHEMAS | imports_shown.SCHEMAS
    return shared | reports.SCHEMAS | stages.SCHEMAS | users.SCHEMAS | bins.schemas_of(resources)


_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "The token that `POST /api/token` gives.",
}


def _paths(routes: Iterable[Route], samples: Samples) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in routes:
        if route.operation:
            code = {"x-codeSamples": samples[route.name]}
            security: dict[str, Any] = {"security": []} if route.is_public else {}
            paths.setdefault(route.path, {})[route.method.lower()] = (
                _operation(route, route.operation) | security | code
            )
    return paths


def _operation(route: Route, operation: Operation) -> dict[str, Any]:
    return {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.description,
        **_inputs(route, operation),
        "responses": responses.of_route(route, operation),
    }


def _inputs(route: Route, operation: Operation) -> dict[str, Any]:
    parameters = [_record_id(operation, route.sample)] if "{id}" in route.path else []
    own = ["import_resource"] if operation.uploads else operation.query
    parameters += [_in_query(name, operation.resource) for name in own if "<" not in name]
    takes_tag = operation.conditional or "match" in operation.query
    parameters += [{"$ref": "#/components/parameters/if_match"}] if takes_tag else []
    parameters += [{"$ref": "#/components/parameters/prefer"}] if responses.may_show(operation) else []
    if responses.may_be_repeated(route):
        parameters.append({"$ref": "#/components/parameters/idempotency_key"})
    parameters += [{"$ref": "#/components/parameters/if_count"}] if operation.counted else []
    is_known = responses.may_be_known(route, operation)
    parameters += [{"$ref": "#/components/parameters/if_none_match"}] if is_known else []
    parameters += [{"$ref": "#/components/parameters/file_name"}] if operation.uploads else []
    inputs: dict[str, Any] = {"parameters": parameters} if parameters else {}
    if operation.uploads:
        return inputs | {"requestBody": _FILE}
    return inputs | ({"requestBody": _body(route, operation)} if operation.body else {})


_FILE = {
    "required": True,
    "description": "The file itself, not a form, and not compressed",
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}


def _in_query(name: str, resource: Resource | None) -> dict[str, Any]:
    if resource and name == "sort":
        return _sort(resource)
    if resource and name == "fields":
        return _fields(resource)
    if name in _PARAMETERS:
        return {"$ref": f"#/components/parameters/{name}"}
    if resource and find(resource, name):
        text = f"Only records whose `{name}` has this value; empty: those without one."
        return _parameter(name, text, {"type": "string"})
    raise ValueError(f"'{name}' is not described: give it a row in _PARAMETERS")


def _record_id(operation: Operation, sample: Sample | None) -> dict[str, Any]:
    title = operation.resource.title if operation.resource else operation.tag.removesuffix("s").lower()
    example = sample.id if sample else 1
    is_text = isinstance(example, str)
    does = (
        operation.name.replace("_", " ")
        if operation.resource
        else operation.id.removesuffix(operation.tag[:-1]).removesuffix(operation.tag)
    )
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"The ID of the {title} to {does}",
        "schema": {"type": "string"} if is_text else {"type": "integer", "minimum": 1},
        "example": example,
    }


def _body(route: Route, operation: Operation) -> dict[str, Any]:
    schema, sample = dict(operation.body or {}), route.sample
    if "$ref" not in schema and sample and sample.body is not None:
        schema["examples"] = [dict(sample.body)]
    text = "The body should be formatted in (absolutely) correct JSON format: one JSON object"
    types = ("application/json", *(["application/merge-patch+json"] if route.method == "PATCH" else []))
    content: dict[str, Any] = {"schema": schema}
    if route.method == "PATCH" and sample and sample.body is not None:  # the schema has the example of a PUT
        content["example"] = dict(sample.body)
    return {
        "required": not operation.optional,
        "description": text,
        "content": dict.fromkeys(types, content),
    }


def _parameter(name: str, description: str, schema: Schema, *examples: Any) -> dict[str, Any]:
    """Of the query string. A single example is `example`; several have names."""
    shown: dict[str, Any] = {"example": examples[0]} if len(examples) == 1 else {}
    if len(examples) > 1:
        shown = {"examples": {str(one): {"value": one} for one in examples}}
    return {"name": name, "in": "query", "description": description, "schema": schema, **shown}


_PARAMETERS: dict[str, Any] = {
    "by": _parameter(
        "by",
        "What the leads are counted by.",
        {"type": "string", "enum": list(BY), "default": BY[0]},
    ),
    "from": _parameter(
        "from",
        "The first day, in the time zone of the account: `2026-01-31`, `today`, `yesterday` or `-7d`; without it there is no first one.",
        {"type": "string"},
    ),
    "to": _parameter("to", "The last day, likewise.", {"type": "string"}),
    "owner_id": _parameter(
        "owner_id",
        "Only the leads of the user with this id; empty: those without an owner.",
        {"type": "string"},
    ),
    "limit": _parameter(
        "limit",
        f"The number of records of a page, {query.DEFAULT_LIMIT} if it is left out; more than {query.MAX_LIMIT} is read as {query.MAX_LIMIT}.",
        {"type": "integer", "minimum": 1, "default": query.DEFAULT_LIMIT},
    ),
    "page": _parameter(
        "page",
        "Which page, counted from 1; one beyond the last is 404.",
        {"type": "integer", "minimum": 1, "default": 1},
    ),
    "direction": _parameter(
        "direction",
        "The direction in which records are sorted, ascending (`asc`) or descending (`desc`); upper and lower case make no difference.",
        {"type": "string", "enum": ["asc", "desc"], "default": "asc"},
    ),
    "cursor": _parameter(
        "cursor",
        "Instead of `page`: empty for the first page, then what `pagination.next_cursor` of the page before has, until that is"
        " `null`. A page far behind costs no more than the first one, and none is shown twice or left out where records are"
        " added or deleted meanwhile. All other parameters stay the same, but for `limit` and `fields`.",
        {"type": "string"},
    ),
    "count": _parameter(
        "count",
        "`false` where nobody needs to know how many records there are: `count` and `page_count` are `null` then, and a page of"
        " a search is found sooner.",
        {"type": "boolean", "default": True},
    ),
    "format": _parameter(
        "format",
        "The format of the file. `csv` and `xlsx` have a record on each row; a text in them that a spreadsheet would take for a"
        " formula has an apostrophe before it, which an import takes off. `ndjson` has on each line a record as the list shows it,"
        " and on its last one how many there are.",
        {"type": "string", "enum": list(exporting.FORMATS), "default": CSV},
    ),
    "file_name": {
        "name": "X-File-Name",
        "in": "header",
        "description": "The name of the file, percent-encoded UTF-8. The server knows the format by the content; the name helps where that does not tell.",
        "schema": {"type": "string"},
        "example": "leads.csv",
    },
    "if_none_match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` that the record was retrieved with: if it has not changed since, the answer is 304 without a body.",
        "schema": {"type": "string"},
    },
    "if_match": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` of the retrieved record: if somebody has changed the record since, the server refuses the call "
        "(412). Without it the last update wins, property by property. With `match` it is about the record that matches.",
        "schema": {"type": "string"},
    },
    "prefer": {
        "name": "Prefer",
        "in": "header",
        "description": "With `return=representation`, `data` is the record as `GET` shows it, and the answer has its `ETag`. Source: RFC 7240.",
        "schema": {"type": "string"},
    },
    "idempotency_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A text of your own for this call, such as a UUID. If you send the call again with the same key within 24 hours, the server "
        "does not carry it out again: it gives the same answer, with `Idempotent-Replayed: true`. It refuses the key with another body, "
        "query string or id in the path (422), and while the first call is running (409). A refused call leaves its key "
        "free. Each user and each call (such as `POST /api/lead`) has its own keys.",
        "schema": {"type": "string", "minLength": 1, "maxLength": written.LONGEST, "pattern": "^[ -~]+$"},
        "example": "9a6c0f54-2f0e-4b7c-8d3b-6b1f2c1d9e55",
    },
    "if_count": {
        "name": "If-Count",
        "in": "header",
        "description": "The `if_count` of a dry run of this call: the server refuses the call when another number of records fits by now (412).",
        "schema": {"type": "string"},
    },
    "since": _parameter(
        "since",
        "The position that the changes follow: `next` of the answer before, or the `position` of a change. Empty or left out "
        "it is before the oldest change that is kept; `now` gives no change but the position behind the last one.",
        {"type": "string", "default": ""},
        "AAAAAAAAAAEpJUFNbg2MPA",
        "now",
    ),
    since.NAME: _parameter(
        since.NAME,
        "The records that were created or changed since: a position of `/api/change`, or a date (`2018-01-01`, "
        "`2018-01-01T10:00:00+00:00`, `today`, `-7d`). Those that are deleted are in `/api/change` alone.",
        {"type": "string"},
        "-7d",
        "2018-01-01",
    ),
    "resource": _parameter(
        "resource",
        "Only deleted records of this resource.",
        {"type": "string"},
        "lead",
    ),
    "import_resource": _parameter(
        "resource",
        "What the rows of the file become: records of this resource; leads if it is left out.",
        {"type": "string", "default": "lead"},
        "lead",
    ),
    "record_id": _parameter(
        "record_id", "Only a record that had this id.", {"type": "integer", "minimum": 1}, 1
    ),
    "before": _parameter(
        "before",
        "What the page comes before: `next` of the page that was read last. Left out, it begins with the newest.",
        {"type": "integer", "minimum": 1},
        12,
    ),
    "match": _parameter(
        "match",
        "The property by which the server looks for a record before it makes one: `email`, `phone`, `id`, or `custom_data.<key>` with"
        " a key of the custom data. A record matches if it has the address, number, id or value that the body has. A number that"
        " is nobody's matches nothing. If several records match, the call is refused (422, `_ambiguous`, with their ids); an unknown `id` is 404.",
        {"type": "string", "minLength": 1},
        "email",
        "custom_data.order",
    ),
    "on_match": _parameter(
        "on_match",
        "What the server does with the record that matches. `update`, the default, changes it as a `PUT` with this body would: custom data in"
        " the body replaces all of it. `fill_empty` adds what the record does not have yet (custom data key by key), `skip` leaves it as it is,"
        " `fail` refuses the call (422, `_isUnique`), and `create` makes another record.",
        {"type": "string", "enum": list(matching.ON_MATCH)},
    ),
    "filter": _parameter(
        "filter",
        "A property, one of `=` `!=` `<` `<=` `>` `>=` `~=`, and a value, such as `name~=ana` or `creation_date>=-7d`."
        " Given several times, all have to hold; several `=` of one property mean any of them. An empty value means null."
        f" At most {filters.MOST}, each of at most {filters.LONGEST} characters.",
        {
            "type": "array",
            "items": {"type": "string", "maxLength": filters.LONGEST},
            "maxItems": filters.MOST,
        },
        ["id>=100", "id<200"],
    ),
    "q": _parameter(
        "q",
        "Words that a record has, each as the beginning of one of its own: in its name, address, city or custom data,"
        f" without accents and case; or digits that its number begins with or ends in, at least four. At most {words.MOST_WORDS} words.",
        {"type": "string", "minLength": 1, "maxLength": words.MOST_CHARACTERS},
        "ana fer",
    ),
}


def _fields(resource: Resource) -> dict[str, Any]:
    text = (
        "Which properties are shown, with commas between: of the record, and of others by a dot, such as `email.status`;"
        " `*` stands for those that are shown without this parameter."
        f" There are {', '.join(f'`{name}`' for name in projection.known(resource))}. An answer has these alone then, also"
        " where its schema requires others."
    )
    schema = {"type": "string", "minLength": 1, "maxLength": projection.MOST_CHARACTERS}
    of_others = [name for name in projection.known(resource) if "." in name]
    return _parameter("fields", text, schema, ",".join((projection.EVERYTHING, *of_others[-1:])))


def _sort(resource: Resource) -> dict[str, Any]:
    schema = {
        "type": "string",
        "enum": list(query.sorts(resource)),
        "default": resource.listing.default_sort,
    }
    text = f"Which property the records are sorted by, `{resource.listing.default_sort}` if it is left out; records that are equal in it come by their ids."
    if resource.terms:
        text += " `relevance`, with `q` alone: first those whose name has every word, then those whose name has words that begin so, then the rest."
    return _parameter("sort", text, schema)
