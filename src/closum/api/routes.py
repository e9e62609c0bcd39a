"""The whole route table.

A route states the permission that it needs, or is public by name; the application refuses to start otherwise.
"""

from collections.abc import Sequence

from closum.api import account, handlers
from closum.api.token import token
from closum.http.route import Handler, Route
from closum.model import query
from closum.model.resource import Resource
from closum.resources.account import ACCOUNT

VERBS: dict[str, tuple[str, str, Handler, str, tuple[str, ...]]] = {
    "list": ("GET", "/api/{name}", handlers.list_, "read", query.PARAMETERS),
    "create": ("POST", "/api/{name}", handlers.create, "write", ()),
    "retrieve": ("GET", "/api/{name}/{{id}}", handlers.retrieve, "read", ()),
    "update": ("PUT", "/api/{name}/{{id}}", handlers.update, "write", ()),
}

PUBLIC = {
    "POST /api/token",
    "GET /health",
    "GET /ready",
    "GET /api/openapi.json",
    "GET /docs",
    "GET /docs/closum.css",
    "GET /docs/closum.js",
    "GET /docs/redoc.js",
    "GET /docs/redoc.LICENSES.txt",
}


def table(resources: Sequence[Resource]) -> list[Route]:
    """Every route, in the order in which they are listed. Raises ValueError for one without a permission."""
    routes = [
        Route("POST", "/api/token", token, None),
        Route("GET", "/health", handlers.health, None),
        Route("GET", "/ready", handlers.ready, None),
    ]
    for resource in resources:
        for verb in resource.verbs:
            method, path, handler, right, parameters = VERBS[verb]
            path, permission = path.format(name=resource.name), f"{resource.name}:{right}"
            routes.append(Route(method, path, handler, permission, resource, verb, parameters))
    routes += [
        Route("GET", "/api/account", account.retrieve, "account:read", ACCOUNT, "retrieve"),
        Route("PUT", "/api/account", account.update, "account:write", ACCOUNT, "update"),
    ]
    return checked(routes)


def checked(routes: list[Route]) -> list[Route]:
    """The routes, if each needs a permission or is public by name."""
    for route in routes:
        if not route.permission and route.name not in PUBLIC:
            raise ValueError(f"{route.name} states no permission and is not public")
    return routes
