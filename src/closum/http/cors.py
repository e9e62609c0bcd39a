"""Cross-origin calls from browsers, where the operator allows origins; off otherwise."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from closum import errors
from closum.http import answer, ignored_header
from closum.http.answer import OPERATION
from closum.http.body import HAS_BODY, refuse_large
from closum.http.router import refuse, reply
from closum.http.written import APPLIED, REPLAYED

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
REQUEST_HEADERS = (
    *("Accept", "Authorization", "Cache-Control", "Content-Type", "Idempotency-Key", "If-Match", "Prefer"),
    *("If-Count", "X-Request-Id"),
)
ANSWER_HEADERS = (
    *(
        "X-Request-Id",
        "Retry-After",
        "Allow",
        "ETag",
        "Location",
        ignored_header.NAME,
        OPERATION,
        APPLIED,
        REPLAYED,
    ),
)


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
        status, body = own.status_code, answer.encode({"success": True, "data": []})
        if status >= 400:
            error = errors.Malformed(
                "This origin, method or header is not allowed for calls from other origins"
            )
            status, _, body = answer.failure(error, answer.url_of(scope), scope["request_id"])
        cross_origin = [
            (name, value) for name, value in own.raw_headers if name.startswith((b"access-", b"vary"))
        ]
        answered = answer.json_headers(scope["request_id"], body) + cross_origin
        await reply(scope, send, status, answered, body)
