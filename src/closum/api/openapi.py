"""The OpenAPI document of the API, derived from the route table and the resources.

Source of its form: the OpenAPI Specification 3.1.1. What the reference adds, its prose and its samples of code, is
handed in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from closum import __version__
from closum.api import answers, schemas
from closum.http.route import Route
from closum.model import query
from closum.model.fields import Schema
from closum.model.resource import Resource

TOKEN, HEALTH = "Authentication", "Health"

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
            "headers": answers.HEADERS,
            "responses": answers.components(),
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
        operation = _of_resource(route, route.resource) if route.resource else _FIXED[route.name]
        code = {"x-codeSamples": samples[route.name]}
        security: dict[str, Any] = {} if route.permission else {"security": []}
        paths.setdefault(route.path, {})[route.method.lower()] = operation | security | code
    return paths


def _of_resource(route: Route, resource: Resource) -> dict[str, Any]:
    title, article = resource.title, "an" if resource.name[0] in "aeiou" else "a"
    whose = "that all accounts share" if resource.shared else "associated with your account"
    one, specific = f"{article} {title}", f"a specific {title}"
    if resource.singleton:
        one, specific = f"Your {title}", f"your {title}"
    texts = {
        "list": (f"List All {resource.titles}", f"retrieves all {resource.titles.lower()} {whose}"),
        "create": (f"Create a New {title}", f"allows you to add a new {title} to your account"),
        "retrieve": (f"Retrieve {one}", f"retrieves {specific}"),
        "update": (f"Update {one}", f"updates {specific}"),
    }
    summary, does = texts[route.verb]
    return {
        "operationId": _operation_id(route.verb, resource),
        "tags": [resource.titles],
        "summary": summary,
        "description": f"This endpoint {does}.{''.join(f' {note}' for note in _notes(route, resource))}",
        **_inputs(route, resource),
        "responses": answers.of_verb(route.verb, resource),
    }


def _operation_id(verb: str, resource: Resource) -> str:
    """listLeads, createLead."""
    return verb + schemas.camel_case(resource.plural if verb == "list" else resource.name)


def _notes(route: Route, resource: Resource) -> Iterator[str]:
    """What is worth knowing of the call beside what it does."""
    if route.parameters:
        yield f"It takes the parameters {_listed(route.parameters)}; others are refused."
    if route.verb == "create" and resource.at_least_one:
        yield f"At least one of {_listed(resource.at_least_one)} is needed."
    if route.verb == "update":
        yield f"A property that is left out stays as it is{_cleared(resource)}."
    if route.verb in ("create", "update") and resource.unique:
        field = resource.unique.field
        yield f"No two {resource.plural} of your account have the same `{field}`: one that is in use is refused (`_isUnique`)."
    if route.verb in ("create", "update") and resource.nested:
        names = " and ".join(f"`{nested.name}`" for nested in resource.nested)
        yield f"[Nested Objects](#tag/{resource.titles}/Nested-Objects) says what {names} do in the body."


def _cleared(resource: Resource) -> str:
    optional = [field.name for field in resource.writable if not field.required]
    if not optional:
        return ""
    some = _listed(optional) if resource.singleton else "it"
    return f"; `null` clears {some}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _inputs(route: Route, resource: Resource) -> dict[str, Any]:
    parameters = [_record_id(route.verb, resource)] if "{id}" in route.path else []
    parameters += [_in_query(name, resource) for name in route.parameters]
    parameters += [{"$ref": "#/components/parameters/if_match"}] if route.verb == "update" else []
    inputs: dict[str, Any] = {"parameters": parameters} if parameters else {}
    if route.verb in ("create", "update"):
        inputs["requestBody"] = _body(f"{schemas.name(resource)}{route.verb.capitalize()}")
    return inputs


def _in_query(name: str, resource: Resource) -> dict[str, Any]:
    return _sort(resource) if name == "sort" else {"$ref": f"#/components/parameters/{name}"}


def _record_id(verb: str, resource: Resource) -> dict[str, Any]:
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "description": f"The ID of the {resource.title} to {verb}",
        "schema": {"type": "integer", "minimum": 1},
        "example": 1,
    }


def _body(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    text = "The body should be formatted in (absolutely) correct JSON format: one JSON object"
    return {"required": True, "description": text, "content": content}


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


_FIXED: dict[str, dict[str, Any]] = {
    "POST /api/token": {
        "operationId": "createToken",
        "tags": [TOKEN],
        "summary": "Request a Token",
        "description": "This endpoint gives a Bearer Token for an e-mail address and a password. After too many wrong "
        "passwords it refuses for a while (429).",
        "requestBody": _body("Credentials"),
        "responses": answers.TOKEN,
    },
    "GET /health": {
        "operationId": "health",
        "tags": [HEALTH],
        "summary": "Check That the Server Is Up",
        "description": "This endpoint touches nothing but the process that answers.",
        "responses": answers.status("ok", unavailable=False),
    },
    "GET /ready": {
        "operationId": "ready",
        "tags": [HEALTH],
        "summary": "Check That the Server Is Ready",
        "description": "This endpoint asks the database, too. While it cannot be written to, or a part of it cannot be read, "
        "the answer is 503 and its message says why and what to do.",
        "responses": answers.status("ready", unavailable=True),
    },
}
