"""How a request finds its row of the route table, and gets its answer."""

import asyncio
import contextlib
import re
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import cast

from closum import errors
from closum.accounts.tokens import Identity
from closum.http import answer, spool
from closum.http.answer import Headers, Pieces, Stream
from closum.http.body import HAS_BODY, refuse_large
from closum.http.elsewhere import elsewhere
from closum.http.plain import asks_for_page
from closum.http.request import Receive, Request, Scope, Send, Services, authenticate, unknown_parameter
from closum.http.route import PUBLIC, Route
from closum.model.resource import Resource

STATUS = "closum.status"
"""Key of a scope whose request is being answered."""

REFUSAL = "closum.refusal"
"""Key of a scope whose errors are not answered in the envelope: what makes an answer of the scope and an error."""

UNKNOWN = "closum.unknown"
"""Key of a scope that a browser sent to a path, or with a method, that is not there: the error."""

STOPPING = "closum.stopping"
"""Key of the state of a server's scopes: an asyncio.Event, set when the server is told to stop."""

_PARAMETER = re.compile(r"\{(\w+)\}")

Lifespan = Callable[[], contextlib.AbstractAsyncContextManager[None]]


class Router:
    """The ASGI application over a table of routes.

    Inside `lifespan` the server runs. `refuse_unknown` is whether calls under /api refuse parameters of the query
    string that they do not have. `missing` are what a browser comes to that asks for a path that is not there, by GET or by POST.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        services: Services,
        lifespan: Lifespan = contextlib.nullcontext,
        *,
        refuse_unknown: bool = True,
        missing: Sequence[Route] = (),
    ) -> None:
        self._lifespan = lifespan
        self._missing = Endpoint(missing, services, strict=False) if missing else None
        self._paths: dict[str, Endpoint] = {}
        self._tree = Node()
        of_paths: dict[str, list[Route]] = {}
        for route in routes:
            of_paths.setdefault(route.path, []).append(route)
        for path, several in of_paths.items():
            endpoint = Endpoint(several, services, strict=refuse_unknown and path.startswith("/api/"))
            if _PARAMETER.search(path):
                self._tree.add(path, endpoint)
            else:
                self._paths[path] = endpoint
        prefixes = {path.rpartition("/")[0] for path in of_paths}
        self._records = {path: found for path in prefixes if (found := self._tree.only_record(path))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await run_lifespan(self._lifespan, receive, send)
        endpoint = self._find(scope)
        if endpoint is None or not endpoint.takes(scope["method"]):
            return await self._refuse(endpoint, scope, receive, send)
        return await endpoint(scope, receive, send)

    async def _refuse(self, endpoint: "Endpoint | None", scope: Scope, receive: Receive, send: Send) -> None:
        error = endpoint.not_allowed(scope) if endpoint else errors.NotFound()
        if self._missing and self._missing.takes(scope["method"]) and _is_of_page(scope):
            scope[UNKNOWN] = error
            return await self._missing(scope, receive, send)
        return await refuse(scope, send, error)

    def _find(self, scope: Scope) -> "Endpoint | None":
        path, root = scope["path"], scope["root_path"]
        if root and path.startswith(f"{root}/"):
            path = path[len(root) :]
        if (found := self._paths.get(path)) is not None:
            return found
        collection, _, segment = path.rpartition("/")  # most requests: several times as fast as the tree
        if segment and (found := self._records.get(collection)) is not None:
            scope["path_params"] = {found.parameters[0]: segment}
        elif matched := self._tree.find(path.split("/"), 0):
            found, values = matched
            scope["path_params"] = dict(zip(found.parameters, values, strict=True))
        return found


def _is_of_page(scope: Scope) -> bool:
    return asks_for_page(scope["path"], scope["root_path"], scope["headers"])


class Node:
    """What may follow a segment of a path: a literal, before what holds parameters, such as `{a}-{b}` or `{id}`."""

    __slots__ = ("_any", "_endpoint", "_literals", "_patterns")

    def __init__(self) -> None:
        self._literals: dict[str, Node] = {}
        self._patterns: dict[str, tuple[re.Pattern[str], Node]] = {}
        self._any: Node | None = None
        self._endpoint: Endpoint | None = None

    def add(self, path: str, endpoint: "Endpoint") -> None:
        """Raises ValueError where another path matches the same requests."""
        node = self
        for segment in path.split("/"):
            node = node._child(segment)
        if node._endpoint is not None:
            raise ValueError(f"{path} matches what {node._endpoint.path} does")
        node._endpoint = endpoint

    def only_record(self, path: str) -> "Endpoint | None":
        """What answers for every one segment below a path of literals, unless a pattern may match it before."""
        node: Node | None = self
        for segment in path.split("/"):
            node = node._literals.get(segment) if node else None
        return node._any._endpoint if node and node._any and not node._patterns else None

    def find(self, segments: list[str], place: int) -> "tuple[Endpoint, tuple[str, ...]] | None":
        """The endpoint for the segments from `place` on, and the values of the parameters among them."""
        if place == len(segments):
            return (self._endpoint, ()) if self._endpoint else None
        segment = segments[place]
        child = self._literals.get(segment)
        if child is not None and (found := child.find(segments, place + 1)):
            return found
        return self._find_by_parameter(segments, place) if segment else None

    def _find_by_parameter(
        self, segments: list[str], place: int
    ) -> "tuple[Endpoint, tuple[str, ...]] | None":
        for pattern, child in self._patterns.values():
            match = pattern.fullmatch(segments[place])
            if match and (found := child.find(segments, place + 1)):
                return found[0], (*match.groups(), *found[1])
        if self._any is not None and (found := self._any.find(segments, place + 1)):
            return found[0], (segments[place], *found[1])
        return None

    def _child(self, segment: str) -> "Node":
        if _PARAMETER.fullmatch(segment):
            self._any = self._any or Node()
            return self._any
        if "{" not in segment:
            return self._literals.setdefault(segment, Node())
        pattern = re.compile("(.+?)".join(map(re.escape, _PARAMETER.sub("\0", segment).split("\0"))))
        return self._patterns.setdefault(pattern.pattern, (pattern, Node()))[1]


async def run_lifespan(lifespan: Lifespan, receive: Receive, send: Send) -> None:
    """The protocol by which a server starts and stops an application."""
    stage = "startup"
    await receive()
    try:
        async with lifespan():
            await send({"type": "lifespan.startup.complete"})
            stage = "shutdown"
            await receive()
    except BaseException:
        await send({"type": f"lifespan.{stage}.failed", "message": traceback.format_exc()})
        raise
    await send({"type": "lifespan.shutdown.complete"})


class Endpoint:
    """The routes of one path, by method. HEAD works wherever GET does.

    A `strict` one refuses parameters of the query string that the route does not have.
    """

    def __init__(self, routes: Sequence[Route], services: Services, *, strict: bool) -> None:
        self._services, self.path, self._strict = services, routes[0].path, strict
        self.parameters: tuple[str, ...] = tuple(_PARAMETER.findall(self.path))
        self._routes = {
            route.method: (route, route.name, cast(Resource, route.resource), route.parameters)
            for route in routes
        }
        if "GET" in self._routes:
            self._routes["HEAD"] = self._routes["GET"]
        self._allow = tuple(sorted(self._routes))

    def takes(self, method: str) -> bool:
        return method in self._routes

    def not_allowed(self, scope: Scope) -> errors.Error:
        """What a request with another method is answered with."""
        scope["closum.route"] = self.path
        return errors.MethodNotAllowed(self._allow)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            route, scope["closum.route"], resource, takes = self._routes[scope["method"]]
            public = route.needs == PUBLIC
            if route.scheme is not None:
                scope[REFUSAL] = route.scheme.refusal
                identity = await route.scheme.authenticate(scope, receive, self._services, route.needs)
            else:
                identity = None if public else await authenticate(scope, self._services, route.needs)
            if scope["query_string"] and self._strict:
                await refuse_unknown_parameters(route, scope, receive)
            request = Request(scope, receive, self._services, resource, cast(Identity, identity), takes)
            if HAS_BODY in scope and not route.takes_body:
                await check_body(route, request)
            try:
                answered = await route.handler(request)
            except errors.NotFound as unknown:
                raise await elsewhere(request, unknown) from None
        except errors.Error as error:
            return await refuse(scope, send, error)
        status, body, _, _ = answered
        headers = answer.head(answered, scope["request_id"], public)
        if isinstance(body, bytes):
            return await reply(scope, send, status, headers, body)
        return await send_file(scope, receive, send, status, headers, body)


async def refuse_unknown_parameters(route: Route, scope: Scope, receive: Receive) -> None:
    """Raises Malformed, or BodyTooLarge, which is the first to be told, for parameters that the route does not have."""
    if wrong := unknown_parameter(route.parameters, scope["query_string"]):
        if HAS_BODY in scope:
            await refuse_large(scope["headers"], receive)
        raise errors.Malformed(wrong)


async def check_body(route: Route, request: Request) -> None:
    """Raises BodyTooLarge for a body that the route has no use for; of a POST also what `Request.body` raises."""
    if route.takes_no_property:
        await request.optional_body()
    else:
        await refuse_large(request.scope["headers"], request.receive)


async def send_file(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    headers: Headers,
    body: Pieces | Stream,
) -> None:
    """A file, or a stream. An error before its first piece is answered like one of the handler."""
    try:
        start = partial(_begin, scope, send, status, headers)
        if isinstance(body, AsyncIterator):
            return await spool.send_stream(body, start, receive, send, _end_of(scope, headers))
        with contextlib.closing(body):
            if scope["method"] == "HEAD":
                await start()
            else:
                await spool.send(body, start, receive, send)
    except errors.Error as error:
        if STATUS in scope:
            raise
        await refuse(scope, send, error)


def _end_of(scope: Scope, headers: Headers) -> asyncio.Event | None:
    """What ends a stream before its time: an event stream, whose client connects again, the stop of the server."""
    media_type = dict(headers).get(b"content-type", b"")
    found: asyncio.Event | None = None
    if media_type.startswith(b"text/event-stream"):
        found = scope.get("state", {}).get(STOPPING)
    return found


async def _begin(scope: Scope, send: Send, status: int, headers: Headers) -> bool:
    """Send the head of an answer, which is all of it for a HEAD request; whether a body follows."""
    if scope["method"] == "HEAD":
        await reply(scope, send, status, headers, b"")
        return False
    await begin(scope, send, status, headers)
    return True


async def refuse(scope: Scope, send: Send, error: errors.Error) -> None:
    """Answer an error."""
    if refusal := scope.get(REFUSAL):
        answered: answer.Answer = refusal(scope, error)
        assert isinstance(answered.body, bytes)
        headers = answer.head(answered, scope["request_id"], public=False)
        return await reply(scope, send, answered.status, headers, answered.body)
    return await reply(scope, send, *answer.failure(error, answer.url_of(scope), scope["request_id"]))


async def begin(scope: Scope, send: Send, status: int, headers: Headers) -> None:
    """Send the head of an answer."""
    scope[STATUS] = status
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def reply(scope: Scope, send: Send, status: int, headers: Headers, body: bytes) -> None:
    scope[STATUS] = status
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
