"""The OpenAPI document of the API, derived from the route table and the resources.

Source of its form: the OpenAPI Specification 3.1.1. What the reference adds, its prose and its samples of code, is
handed in.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from closum import __version__
from closum.api import responses, schemas
from closum.http.route import Operation, Route, Sample
from closum.model import query
from closum.model.fields import Schema
from closum.model.resource import Resource

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
            "summary": "Leads with their e-mail addresses, phone numbers and cities",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": root_path or "/", "description": "The server that this document comes from"}],
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": text} for name, text in sections.items()],
        "paths": _paths(routes, samples),
        "components": {
            "schemas": schemas.components(resources),
            "parameters": _parameters(),
            "headers": responses.HEADERS,
            "responses": responses.components(),
            "securitySchemes": {"bearer": _BEARER},
        },
    }


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
    parameters = [_record_id(operation)] if "{id}" in route.path else []
    parameters += [_in_query(name, operation.resource) for name in operation.query]
    parameters += [{"$ref": "#/components/parameters/if_match"}] if operation.conditional else []
    inputs: dict[str, Any] = {"parameters": parameters} if parameters else {}
    return inputs | ({"requestBody": _body(operation, route.sample)} if operation.body else {})


def _in_query(name: str, resource: Resource | None) -> dict[str, Any]:
    if name not in query.PARAMETERS:
        raise ValueError(f"'{name}' is not described: give it a row in _parameters")
    return _sort(resource) if name == "sort" and resource else {"$ref": f"#/components/parameters/{name}"}


def _record_id(operation: Operation) -> dict[str, Any]:
    title = operation.resource.title if operation.resource else "record"
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"The ID of the {title} to {operation.name.replace('_', ' ')}",
        "schema": {"type": "integer", "minimum": 1},
        "example": 1,
    }


def _body(operation: Operation, sample: Sample | None) -> dict[str, Any]:
    schema = dict(operation.body or {})
    if "$ref" not in schema and sample and sample.body is not None:
        schema["examples"] = [dict(sample.body)]
    text = "The body should be formatted in (absolutely) correct JSON format: one JSON object"
    return {"required": True, "description": text, "content": {"application/json": {"schema": schema}}}


def _parameters() -> dict[str, Any]:
    limit: Schema = {"type": "integer", "minimum": 1, "default": query.DEFAULT_LIMIT}
    return {
        "limit": _parameter(
            "limit",
            f"The number of records of a page, {query.DEFAULT_LIMIT} if it is left out; more than {query.MAX_LIMIT} is read as {query.MAX_LIMIT}.",
            limit,
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
        "if_match": {
            "name": "If-Match",
            "in": "header",
            "description": "The `ETag` that the record was retrieved with: if somebody has changed the record since, the "
            "update is refused (412). Without it the last update wins, property by property.",
            "schema": {"type": "string"},
        },
    }


def _parameter(name: str, description: str, schema: Schema) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _sort(resource: Resource) -> dict[str, Any]:
    schema = {
        "type": "string",
        "enum": list(resource.listing.sorts),
        "default": resource.listing.default_sort,
    }
    text = f"Which property the records are sorted by, `{resource.listing.default_sort}` if it is left out; records that are equal in it come by their ids."
    return _parameter("sort", text, schema)
