"""Bodies: read whole under a limit, then strictly as one JSON object."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from closum.errors import BodyTooLarge, Error, Malformed, UnsupportedMediaType
from closum.http import body
from closum.http.body import MAX_BYTES, ClientGone

JSON = {b"content-type": b"application/json"}
GONE = {"type": "http.disconnect"}
Receive = Callable[[], Awaitable[dict[str, Any]]]


def pieces(*parts: bytes, gone: bool = False) -> tuple[list[dict[str, Any]], Receive]:
    """Messages of a body in these pieces, and what hands them out."""
    left: list[dict[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": gone or place < len(parts) - 1}
        for place, part in enumerate(parts)
    ]
    left += [GONE] if gone else []

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    return left, receive


def read(headers: dict[bytes, bytes], *parts: bytes, gone: bool = False) -> Any:
    raw = asyncio.run(body.received(headers, pieces(*parts, gone=gone)[1]))
    return body.parse(raw, headers.get(b"content-type", b""))


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""]
)
def test_what_is_json_is_read_whatever_it_is_called(content_type: str) -> None:
    assert body.parse(b'{"name":"Ana"}', content_type.encode()) == {"name": "Ana"}


@pytest.mark.parametrize(
    ("content_type", "refusal"),
    [
        ("application/json", Malformed),
        ("Application/JSON; charset=utf-8", Malformed),
        ("text/json", Malformed),
        ("application/ld+json", Malformed),
        ("application/x-www-form-urlencoded", UnsupportedMediaType),
        ("application/jsonp", UnsupportedMediaType),
        ("", UnsupportedMediaType),
    ],
)
def test_what_is_not_json_is_refused_by_what_it_is_called(content_type: str, refusal: type[Error]) -> None:
    for raw in (b"name=Ana", b"", b"{", b"\xff", b"\xef\xbb\xbf{}"):
        with pytest.raises(refusal):
            body.parse(raw, content_type.encode())


def test_json_that_cannot_be_taken_is_malformed_whatever_it_is_called() -> None:
    for content_type in (b"application/json", b"text/plain"):
        with pytest.raises(Malformed, match="same key twice"):
            body.parse(b'{"a":1,"a":2}', content_type)


@pytest.mark.parametrize("raw", [b"null", b"1", b'"text"', b"true", b'["name"]'])
def test_only_an_object_is_a_body(raw: bytes) -> None:
    with pytest.raises(Malformed, match="one JSON object"):
        body.parse(raw, b"application/json")


def test_a_body_comes_in_pieces() -> None:
    assert read(JSON, b'{"na', b'me":', b'"Ana"}') == {"name": "Ana"}
    assert read(JSON, b'{"name":"Ana"}', b"") == {"name": "Ana"}


def padded(size: int) -> bytes:
    return b'{"name":"Ana"}'.ljust(size)


@pytest.mark.parametrize("cut", [0, 1, MAX_BYTES // 2, MAX_BYTES])
def test_a_body_of_one_mebibyte_is_taken_and_one_byte_more_is_not(cut: int) -> None:
    whole = padded(MAX_BYTES)
    parts = [whole] if cut == 0 else [whole[:cut], whole[cut:]]
    assert read(JSON, *parts) == {"name": "Ana"}
    with pytest.raises(BodyTooLarge):
        read(JSON, *parts[:-1], parts[-1] + b" ")


def test_a_length_over_the_limit_is_refused_before_anything_is_read() -> None:
    left, receive = pieces(b"{}")
    headers = JSON | {b"content-length": str(MAX_BYTES + 1).encode()}
    with pytest.raises(BodyTooLarge):
        asyncio.run(body.received(headers, receive))
    assert len(left) == 1


def test_a_body_without_length_is_read_no_further_than_the_limit() -> None:
    left, receive = pieces(*[b" " * 65_536] * 100)
    with pytest.raises(BodyTooLarge):
        asyncio.run(body.received(JSON, receive))
    assert len(left) >= 80


@pytest.mark.parametrize("parts", [(), (b'{"name":',)])
def test_a_client_that_goes_away_is_not_answered(parts: tuple[bytes, ...]) -> None:
    with pytest.raises(ClientGone):
        read(JSON, *parts, gone=True)


@pytest.mark.parametrize(("encoding", "taken"), [(b"identity", True), (b"Identity", True), (b"gzip", False)])
def test_a_compressed_body_is_refused(encoding: bytes, taken: bool) -> None:
    headers = JSON | {b"content-encoding": encoding}
    if taken:
        assert read(headers, b"{}") == {}
    else:
        with pytest.raises(UnsupportedMediaType, match="uncompressed"):
            read(headers, json.dumps({"name": "Ana"}).encode())


@pytest.mark.parametrize(
    ("headers", "parts", "refused"),
    [
        ([(b"content-length", str(MAX_BYTES).encode())], (b"",), False),
        ([(b"content-length", str(MAX_BYTES + 1).encode())], (b"",), True),
        ([(b"transfer-encoding", b"chunked")], (b"a" * MAX_BYTES,), False),
        ([(b"transfer-encoding", b"chunked")], (b"a" * MAX_BYTES, b"a"), True),
        ([], (), False),
    ],
)
def test_a_large_body_that_nobody_asked_for(
    headers: list[tuple[bytes, bytes]], parts: tuple[bytes, ...], refused: bool
) -> None:
    _, receive = pieces(*parts)
    if not refused:
        asyncio.run(body.refuse_large(headers, receive))
        return
    with pytest.raises(BodyTooLarge):
        asyncio.run(body.refuse_large(headers, receive))
