"""Cross-origin calls from browsers, where the operator allows origins; off otherwise."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from closum import errors
from closum.http import envelope, ignored, problems
from closum.http.body import HAS_BODY, refuse_large
from closum.http.request import OPERATION
from closum.http.router import refuse

METHODS = ("GET", "HEAD", "POST", "PUT")
REQUEST_HEADERS = ("Accept", "Authorization", "Cache-Control", "Content-Type", "If-Match", "X-Request-Id")
ANSWER_HEADERS = ("X-Request-Id", "Retry-After", "Allow", "ETag", ignored.NAME, OPERATION)


class CrossOrigin(CORSMiddleware):
    """Starlette's middleware, with preflights answered in the envelope too. Never with credentials."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(
            app,
            allow_origins=origins,
            allow_methods=METHODS,
            allow_headers=REQUEST_HEADERS,
            expose_headers=ANSWER_HEADERS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if scope.get("method") == "OPTIONS" and {"origin", "access-control-request-method"} <= set(headers):
            await self._preflight(scope, receive, send, headers)
        else:
            await super().__call__(scope, receive, send)

    async def _preflight(self, scope: Scope, receive: Receive, send: Send, headers: Headers) -> None:
        scope["closum.route"] = "OPTIONS"
        try:
            if HAS_BODY in scope:
                await refuse_large(scope["headers"], receive)
        except errors.BodyTooLarge as too_large:
            await refuse(scope, send, too_large)
            return
        own = self.preflight_response(request_headers=headers)
        status, body = own.status_code, envelope.success([])
        if status >= 400:
            error = errors.Malformed(
                "This origin, method or header is not allowed for calls from other origins"
            )
            status, _, body = problems.render(error, problems.url_of(scope), scope["request_id"])
        answer = Response(body, status)
        cross_origin = [
            (name, value) for name, value in own.raw_headers if name.startswith((b"access-", b"vary"))
        ]
        answer.raw_headers = problems.headers(scope["request_id"], body) + cross_origin
        await answer(scope, receive, send)
