"""What requests are answered with: status, headers, and the envelope that every answer under /api has."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Sized
from random import getrandbits
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote, quote_from_bytes

import msgspec

from closum import errors
from closum.http import ignored_header
from closum.model.ignored import Path

PIECE = 64 * 1024  # bytes handed to a connection at once

OPERATION = "X-Operation"
"""The header that names what a write did."""

Headers = list[tuple[bytes, bytes]]
Stream = AsyncIterator[bytes]

_OPERATION = OPERATION.lower().encode()
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]+")
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_JSON = (b"content-type", b"application/json")
_COMMON: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"Authorization"),
]
_OF_JSON = [_JSON, *_COMMON]
_REPLACED = {*dict(_OF_JSON), b"x-request-id", b"content-length"}
_WITHOUT_CONTENT = (204, 304)  # RFC 9110, 8.6

HTML = "text/html; charset=utf-8"
_OF_PAGES: Headers = [
    (b"content-type", HTML.encode()),
    (
        b"content-security-policy",
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
]


_encoder = msgspec.json.Encoder()
encode = _encoder.encode
encode_into = _encoder.encode_into


class Pieces(Protocol):
    """A body with a length in bytes, read in pieces of at most PIECE, and closed by who has it."""

    def __len__(self) -> int: ...

    def read(self, start: int) -> bytes: ...

    def close(self) -> None: ...


Body = bytes | Pieces | Stream


class Answer(NamedTuple):
    """Status, body, and headers of its own, behind the common ones: `head` says which these are.

    A stream is asked for its next piece when the client has taken the last one, and closed when the client has gone.
    """

    status: int
    body: Body = b""
    headers: Sequence[tuple[bytes, bytes]] = ()
    is_json: bool = True


def success(
    data: Any, status: int = 200, *, tag: str = "", operation: int | None = None, ignored: Sequence[Path] = ()
) -> Answer:
    """`{"success":true,"data":…}`.

    `tag` is that of the state of the record that it shows, `operation` the id of what a write did, and `ignored` are
    the properties of the request's body that had no effect.
    """
    body = encode({"success": True, "data": data})
    if tag:
        return Answer(status, body, [(b"etag", tag.encode())])
    headers: Headers = []
    if operation is not None:
        headers.append((_OPERATION, b"%d" % operation))
    if ignored:
        headers.append(ignored_header.header(ignored))
    return Answer(status, body, headers)


def unchanged(tag: str) -> Answer:
    """304: the client has the record in this state."""
    return Answer(304, b"", [(b"etag", tag.encode())], is_json=False)


def page(data: list[Any], pagination: dict[str, Any]) -> bytes:
    """A list with its pagination, as UTF-8 JSON."""
    return encode({"success": True, "data": data, "pagination": pagination})


def page_around(pagination: dict[str, Any]) -> tuple[bytes, bytes]:
    """The text before and behind the records of `page`."""
    before, _, after = page([], pagination).partition(b"[]")
    return before + b"[", b"]" + after


def stream(pieces: Stream, media_type: str, headers: Headers | None = None) -> Answer:
    """200 with pieces as they come."""
    return Answer(200, pieces, [(b"content-type", media_type.encode()), *(headers or [])], is_json=False)


def html(text: str, headers: Headers | None = None) -> Answer:
    """200 with a page: without scripts, styles and forms, unless `headers` has a Content-Security-Policy of its own.

    What comes from a record must be escaped in it already (`html.escape`).
    """
    own = headers or []
    names = {name for name, _ in own}
    of_pages = [one for one in _OF_PAGES if one[0] not in names]
    return Answer(200, text.encode(), [*of_pages, *own], is_json=False)


def download(
    body: Body, media_type: str, file_name: str, headers: Headers | None = None, named: str = ""
) -> Answer:
    """200 with what a browser saves under a name. Raises ValueError for one that is not letters, digits, `.`, `_`, `-`.

    `named` is any text, which browsers prefer (RFC 6266).
    """
    if not _FILE_NAME.fullmatch(file_name):
        raise ValueError("The name of a download has only ASCII letters, digits, '.', '_' and '-'")
    preferred = f"; filename*=UTF-8''{quote(named, safe='', errors='replace')}" if named else ""
    own = [
        (b"content-type", media_type.encode()),
        (b"content-disposition", f'attachment; filename="{file_name}"{preferred}'.encode()),
        *(headers or []),
    ]
    return Answer(200, body, own, is_json=False)


def redirect(url: str, status: int = 303) -> Answer:
    """To a path or URL of printable ASCII. Raises ValueError for another one."""
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise ValueError("A redirect needs a URL of printable ASCII characters: percent-encode the others")
    return Answer(status, b"", [(b"location", url.encode())], is_json=False)


def head(answered: Answer, request_id: str, public: bool) -> Headers:
    """All headers of an answer: the common ones, X-Request-Id, its length, and those of its own.

    A header of its own replaces a common one: a page sets another `Cache-Control`, say. But whatever is `not public`
    keeps `Vary: Authorization` beside its own `Vary`, so that no cache shows one user what another one got.
    """
    _, body, own, is_json = answered
    if is_json:
        for name, _ in own:
            if name in _REPLACED:
                break
        else:  # most answers: as quick as can be
            return [*json_headers(request_id, body), *own]  # type: ignore[arg-type]
    return _composed(answered, request_id, public)


def _composed(answered: Answer, request_id: str, public: bool) -> Headers:
    status, body, own, is_json = answered
    names = {name for name, _ in own} - (set() if public else {b"vary"})
    headers = [one for one in (_OF_JSON if is_json else _COMMON) if one[0] not in names]
    made = [(b"x-request-id", request_id.encode())]
    if isinstance(body, Sized) and status not in _WITHOUT_CONTENT:
        made.append((b"content-length", b"%d" % len(body)))
    return [*headers, *(one for one in made if one[0] not in names), *own]


def json_headers(request_id: str, body: Sized) -> Headers:
    """What every JSON answer has in its head, be it a success or an error."""
    return [
        *_OF_JSON,
        (b"x-request-id", request_id.encode()),
        (b"content-length", b"%d" % len(body)),
    ]


def failure(error: errors.Error, url: str, request_id: str) -> tuple[int, Headers, bytes]:
    """Status, headers (with length and request id) and body, `{"success":false,"data":{code,url,message,…}}`, of an error.

    `url` is path and query as they were sent.
    """
    body = encode(failed(error, url, request_id))
    own = [(name.lower().encode(), value.encode()) for name, value in error.headers.items()]
    return error.status, [*json_headers(request_id, body), *own], body


def failed(error: errors.Error, url: str, request_id: str) -> dict[str, Any]:
    """The body of an error."""
    return {"success": False, "data": _told(error, url, request_id)}


def _told(error: errors.Error, url: str, request_id: str) -> dict[str, Any]:
    data: dict[str, Any] = {"code": error.status, "url": url, "message": error.message}
    if isinstance(error, errors.Invalid):
        data |= {"errorCount": error.count, "errors": error.faults}
    if isinstance(error, errors.Merged):
        data |= {"merged_into": error.merged_into}
    if isinstance(error, errors.Internal):
        data["request_id"] = request_id
    return data


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The client's `X-Request-Id` where it is a sound one, else a new id."""
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode()
    return f"{getrandbits(128):032x}"  # no secret: without a call of the system


def url_of(scope: Mapping[str, Any]) -> str:
    """Path and query of a request as they were sent."""
    raw: bytes = scope["raw_path"]
    if scope["query_string"]:
        raw += b"?" + scope["query_string"]
    return quoted(raw)


def quoted(target: bytes) -> str:
    """A request target as text; what is not printable ASCII percent-encoded."""
    return quote_from_bytes(target, safe=_PRINTABLE)
