"""Request bodies: read under a limit, and strictly as one JSON object."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from closum.errors import BodyTooLarge, Malformed, UnsupportedMediaType
from closum.model import document

MAX_BYTES = 1024 * 1024
HAS_BODY = "closum.has_body"
"""Key of a scope whose request announces a body; set by the protocol, so that the others cost nothing."""

Headers = Mapping[bytes, bytes]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class ClientGone(Exception):
    """The client closed the connection before its body was whole; nobody is left to answer."""


async def received(headers: Headers, receive: Receive, most: int = MAX_BYTES) -> bytes:
    """The body of a request, of at most so many bytes.

    Raises BodyTooLarge (before reading, where the length is announced), UnsupportedMediaType.
    """
    if int(headers.get(b"content-length", b"0")) > most:
        raise BodyTooLarge(most)
    raw = await _receive_all(receive, most)
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMediaType("Send the body uncompressed, without a Content-Encoding header")
    return raw


async def refuse_large(headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> None:
    """Raises BodyTooLarge for a body that nobody asked for; one within the limit does not count.

    Its length is announced and not read, or it is chunked and read up to the limit.
    """
    fields = dict(headers)
    if b"transfer-encoding" in fields:
        await _receive_all(receive, MAX_BYTES)
    elif int(fields.get(b"content-length", b"0")) > MAX_BYTES:
        raise BodyTooLarge


def parse(raw: bytes, content_type: bytes, load: Callable[[bytes], Any] = document.read) -> dict[str, Any]:
    """A body that is JSON is read as JSON whatever its content type says, and `[]`, PHP's empty map, as `{}`.

    `load` is what reads JSON. Raises Malformed, UnsupportedMediaType.
    """
    try:
        value = load(raw)
    except document.NotJSON as error:
        if is_json(content_type):
            raise Malformed(f"The body is not valid JSON: {error}") from None
        raise UnsupportedMediaType(
            f"{UnsupportedMediaType.message}; this body is not JSON: {error}"
        ) from None
    except document.DocumentError as error:
        raise Malformed(f"The body cannot be taken: {error}") from None
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise Malformed("The body must be one JSON object")
    return value


def is_json(content_type: bytes) -> bool:
    """Whether a Content-Type header names JSON."""
    media_type = content_type.split(b";")[0].strip().lower()
    return media_type in (b"application/json", b"text/json") or media_type.endswith(b"+json")


async def _receive_all(receive: Receive, most: int) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return _whole(message, body, most)
    chunks, size = [body], len(body)
    while message.get("more_body"):
        if size > most:
            raise BodyTooLarge(most)
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
    return _whole(message, b"".join(chunks), most)


def _whole(message: MutableMapping[str, Any], body: bytes, most: int) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientGone
    if len(body) > most:
        raise BodyTooLarge(most)
    return body
