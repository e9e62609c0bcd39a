"""The outermost layer: request ids, one log line per request, and a fixed answer to our own faults."""

import asyncio
import re
import time
from urllib.parse import unquote

from starlette.types import ASGIApp

from closum import errors
from closum.http import problems
from closum.http.body import ClientGone
from closum.http.log import RequestLog
from closum.http.request import Receive, Scope, Send
from closum.http.router import refuse

CLIENT_GONE = 499  # in the log alone


class Edge:
    """Wraps the application. A trailing slash means the same path, without a redirect."""

    def __init__(self, app: ASGIApp, log: RequestLog) -> None:
        self._app, self._log = app, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun, status = time.perf_counter(), 0
        request_id = scope["request_id"] = problems.request_id_of(scope["headers"])
        scope["path"] = _path(scope)

        async def watched(message: Scope) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientGone:
            status = CLIENT_GONE
        except asyncio.CancelledError:  # the grace of a server that stops is over
            if status:
                raise
            await refuse(scope, watched, errors.Unavailable("The server is stopping: try again"))
        except Exception:
            self._log.fault(request_id)
            if not status:
                await refuse(scope, watched, errors.Internal())
        finally:
            self._log.request(request_id, scope, status, time.perf_counter() - begun)


def _path(scope: Scope) -> str:
    """The path to find a route by: a slash at its end is left out, and an encoded one is no slash."""
    path: str = scope["path"]
    if b"%" in scope["raw_path"]:
        raw = scope["raw_path"].decode("ascii", "replace")
        path = unquote(re.sub("%2f", "%252F", raw, flags=re.IGNORECASE)).replace("\n", "%0A")
    return path[:-1] if path.endswith("/") and len(path) > 1 else path
