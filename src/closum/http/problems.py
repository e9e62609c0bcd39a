"""Errors turned into HTTP: the only place that does it."""

import re
from collections.abc import Iterable, Mapping, Sized
from random import getrandbits
from typing import Any
from urllib.parse import quote_from_bytes

from closum import errors
from closum.http import envelope

Headers = list[tuple[bytes, bytes]]
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_COMMON: Headers = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Authorization"),
]


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The client's `X-Request-Id` where it is a sound one, else a new id."""
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode()
    return f"{getrandbits(128):032x}"  # no secret: without a call of the system


def headers(request_id: str, body: Sized) -> Headers:
    """What the answer with this body has in its head, be it a success or an error."""
    return [
        *_COMMON,
        (b"x-request-id", request_id.encode()),
        (b"content-length", str(len(body)).encode()),
    ]


def render(error: errors.Error, url: str, request_id: str) -> tuple[int, Headers, bytes]:
    """Status, headers (with length and request id) and body of the answer to an error.

    `url` is path and query as they were sent.
    """
    body = envelope.failure(_data(error, url, request_id))
    own = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return error.status, [*headers(request_id, body), *own], body


def _data(error: errors.Error, url: str, request_id: str) -> dict[str, Any]:
    data: dict[str, Any] = {"code": error.status, "url": url, "message": error.message}
    if isinstance(error, errors.Invalid):
        data |= {"errorCount": error.count, "errors": error.faults}
    if isinstance(error, errors.Internal):
        data["request_id"] = request_id
    return data


def url_of(scope: Mapping[str, Any]) -> str:
    """Path and query of a request as they were sent."""
    raw: bytes = scope["raw_path"]
    if scope["query_string"]:
        raw += b"?" + scope["query_string"]
    return quoted(raw)


def quoted(target: bytes) -> str:
    """A request target as text; what is not printable ASCII percent-encoded."""
    return quote_from_bytes(target, safe=_PRINTABLE)
