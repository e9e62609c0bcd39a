"""The outermost layer: request ids, one log line per request, and a fixed answer to our own faults."""

import asyncio
import contextlib
import logging
import re
import time
from urllib.parse import unquote

import structlog
from starlette.types import ASGIApp

from closum import errors
from closum.http import answer, log
from closum.http.body import ClientGone
from closum.http.request import Receive, Scope, Send
from closum.http.router import STATUS, refuse

CLIENT_GONE = 499  # in the log alone


UNWRITABLE = contextlib.suppress(OSError, ValueError)
"""A full disk or a reader that has ended costs lines of the log, but no request its answer."""


class RequestLog:
    """Writes to standard error from a level on (`debug`, `info`, `warning`, `error`)."""

    def __init__(self, level: str) -> None:
        log.configure(level)
        self._log = structlog.get_logger().bind()
        self._has_requests = logging.getLevelName(level.upper()) <= logging.INFO

    def request(self, request_id: str, scope: Scope, status: int, seconds: float) -> None:
        """The line of an answered request: its route, not its path, which may hold an id."""
        if not self._has_requests:
            return
        route = scope.get("closum.route", "unknown path")
        ms = round(seconds * 1000, 2)
        with UNWRITABLE:
            self._log.info("request", request_id=request_id, route=route, status=status, ms=ms)

    def refusal(self, status: int, request_id: str) -> None:
        """The line of a request that could not even be read."""
        with UNWRITABLE:
            self._log.info("request", request_id=request_id, route="?", status=status, ms=0.0)

    def fault(self, request_id: str) -> None:
        """An exception that is ours, with its traceback; call it where it is handled."""
        with UNWRITABLE:
            self._log.error("fault", request_id=request_id, exc_info=True)


class Edge:
    """Wraps the application. A trailing slash means the same path, without a redirect."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun = time.perf_counter()
        request_id = scope["request_id"] = answer.request_id_of(scope["headers"])
        scope["path"] = route_path(scope)
        try:
            await self._app(scope, receive, send)
        except ClientGone:
            scope[STATUS] = CLIENT_GONE
        except asyncio.CancelledError:  # the grace of a server that stops is over
            if STATUS in scope:
                raise
            await refuse(scope, send, errors.Unavailable("The server is stopping: try again"))
        except Exception:
            self._log.fault(request_id)
            if STATUS not in scope:
                await refuse(scope, send, errors.Internal())
        finally:
            self._log.request(request_id, scope, scope.get(STATUS, 0), time.perf_counter() - begun)


def route_path(scope: Scope) -> str:
    """The path to find a route by: a slash at its end is left out, and an encoded one is no slash."""
    path: str = scope["path"]
    if b"%" in scope["raw_path"]:
        raw = scope["raw_path"].decode("ascii", "replace")
        path = unquote(re.sub("%2f", "%252F", raw, flags=re.IGNORECASE)).replace("\n", "%0A")
    return path[:-1] if path.endswith("/") and len(path) > 1 else path
