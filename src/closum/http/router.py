"""How a request finds its row of the route table, and gets its answer."""

import contextlib
from collections.abc import Mapping, Sequence

from starlette.routing import Router

from closum import errors
from closum.http import ignored, problems, spool
from closum.http.body import HAS_BODY, refuse_large
from closum.http.identity import authenticate
from closum.http.request import OPERATION, Call, Receive, Scope, Send, Services, unknown_parameter
from closum.http.route import PUBLIC, Route
from closum.http.spool import Spooled

_OPERATION = OPERATION.lower().encode()

ID = "/{id}"  # at the end of a route's path: any one segment


def router(routes: Sequence[Route], services: Services, *, refuse_unknown: bool = True) -> Router:
    """The ASGI application over a table of routes.

    `refuse_unknown` is whether calls under /api refuse parameters of the query string that they do not have.
    """
    of_paths: dict[str, list[Route]] = {}
    for route in routes:
        of_paths.setdefault(route.path, []).append(route)
    return Table(
        {
            path: Endpoint(several, services, strict=refuse_unknown and path.startswith("/api/"))
            for path, several in of_paths.items()
        }
    )


class Table(Router):
    """Looks a path up, first as it is and then as that of a record, instead of trying one route after the other."""

    def __init__(self, endpoints: Mapping[str, "Endpoint"]) -> None:
        super().__init__(redirect_slashes=False, default=unknown_path)
        self._paths = {path: one for path, one in endpoints.items() if not path.endswith(ID)}
        self._records = {path[: -len(ID)]: one for path, one in endpoints.items() if path.endswith(ID)}

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._find(scope) if scope["type"] == "http" else None
        if endpoint is None:
            await super().app(scope, receive, send)
        else:
            await endpoint(scope, receive, send)

    def _find(self, scope: Scope) -> "Endpoint | None":
        path, root = scope["path"], scope["root_path"]
        if root and path.startswith(f"{root}/"):
            path = path[len(root) :]
        found = self._paths.get(path)
        if found is None:
            collection, _, segment = path.rpartition("/")
            scope["path_params"] = {"id": segment}
            found = self._records.get(collection) if segment else None
        return found


async def unknown_path(scope: Scope, receive: Receive, send: Send) -> None:
    await refuse(scope, send, errors.NotFound())


class Endpoint:
    """The routes of one path, by method. HEAD works wherever GET does.

    A `strict` one refuses parameters of the query string that the route does not have.
    """

    def __init__(self, routes: Sequence[Route], services: Services, *, strict: bool) -> None:
        self._services, self._path, self._strict = services, routes[0].path, strict
        self._routes = {route.method: route for route in routes}
        if "GET" in self._routes:
            self._routes["HEAD"] = self._routes["GET"]
        self._names = {method: route.name for method, route in self._routes.items()}
        self._allow = tuple(sorted(self._routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            route = self._routes.get(scope["method"])
            scope["closum.route"] = self._names.get(scope["method"], self._path)
            if route is None:
                raise errors.MethodNotAllowed(self._allow)
            public = route.needs == PUBLIC
            identity = None if public else await authenticate(scope, self._services, route.needs)
            if scope["query_string"] and self._strict:
                await refuse_unknown_parameters(route, scope, receive)
            if HAS_BODY in scope and route.method == "GET":  # whose handler reads none
                await refuse_large(scope["headers"], receive)
            call = Call(scope, receive, self._services, route.resource, identity)
            status, body = await route.handler(call)
        except errors.Error as error:
            await refuse(scope, send, error)
        else:
            headers = call.headers or problems.headers(scope["request_id"], body)
            if call.tag:
                headers.append((b"etag", call.tag.encode()))
            if call.operation is not None:
                headers.append((_OPERATION, b"%d" % call.operation))
            if call.ignored:
                headers.append(ignored.header(call.ignored))
            if isinstance(body, bytes):
                await reply(send, status, headers, body)
            else:
                await reply_from_file(scope, receive, send, status, headers, body)


async def refuse_unknown_parameters(route: Route, scope: Scope, receive: Receive) -> None:
    """Raises Malformed, or BodyTooLarge, which is the first to be told, for parameters that the route does not have."""
    if wrong := unknown_parameter(route.parameters, scope["query_string"]):
        if HAS_BODY in scope:
            await refuse_large(scope["headers"], receive)
        raise errors.Malformed(wrong)


async def reply_from_file(
    scope: Scope, receive: Receive, send: Send, status: int, headers: problems.Headers, body: Spooled
) -> None:
    with contextlib.closing(body):
        if scope["method"] == "HEAD":
            await reply(send, status, headers, b"")
        else:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await spool.send(body, receive, send)


async def refuse(scope: Scope, send: Send, error: errors.Error) -> None:
    """Answer an error."""
    await reply(send, *problems.render(error, problems.url_of(scope), scope["request_id"]))


async def reply(send: Send, status: int, headers: problems.Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
