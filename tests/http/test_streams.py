"""Streams through a running server: how they begin, and how they end when a client, a piece or the server goes."""

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast

import pytest

from closum import errors
from closum.http import answer as answers
from closum.http.answer import Answer
from closum.http.edge import Edge, RequestLog
from closum.http.request import Request, Scope, Services
from closum.http.route import PUBLIC, Route
from closum.http.router import Router
from tests.support.served import Served, eventually, get, loopback, read_all

each = pytest.mark.parametrize
PIECE = b"x" * 1_000_000


class Log(RequestLog):
    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.faults = 0

    def request(self, request_id: str, scope: Scope, status: int, seconds: float) -> None:
        self.statuses.append(status)

    def fault(self, request_id: str) -> None:
        self.faults += 1


class Unreadable:
    """A file of a disk that fails."""

    def __len__(self) -> int:
        return 5

    def read(self, start: int) -> bytes:
        raise OSError

    def close(self) -> None: ...


class Streams(Served):
    """A server with a route for each stream of this class."""

    def __init__(self, loop: str, **config: Any) -> None:
        self.ended, self.begun = 0, 0
        self.log = Log()
        made: dict[str, Callable[[], Answer]] = {
            f"/{pieces.__name__}": lambda pieces=pieces, kind=kind: answers.stream(pieces(), kind)  # type: ignore[misc]
            for pieces in (
                self.whole,
                self.endless,
                self.silent,
                self.later,
                self.failing,
                self.unknown,
                self.broken,
                self.none,
            )
            for kind in ("text/plain",)
        }
        made["/events"] = lambda: answers.stream(self.later(), "text/event-stream; charset=utf-8")
        made["/silence"] = lambda: answers.stream(self.silent(), "text/event-stream")
        made["/unreadable"] = lambda: Answer(200, Unreadable())
        routes = [Route("GET", path, _handler(answer), PUBLIC) for path, answer in made.items()]
        self._app = Edge(Router(routes, cast(Services, None)), self.log)
        super().__init__(loopback(), loop, **config)

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        await self._app(scope, receive, send)

    async def whole(self) -> AsyncIterator[bytes]:
        for piece in (b"one ", b"", b"two ", b"three"):
            yield piece

    async def none(self) -> AsyncIterator[bytes]:
        for piece in list[bytes]():
            yield piece

    async def endless(self) -> AsyncIterator[bytes]:
        try:
            while True:
                yield PIECE
        finally:
            self.ended += 1

    async def later(self) -> AsyncIterator[bytes]:
        try:
            yield b"first"
            await asyncio.Event().wait()
        finally:
            self.ended += 1

    async def silent(self) -> AsyncIterator[bytes]:
        self.begun += 1
        await asyncio.Event().wait()
        yield b""

    async def failing(self) -> AsyncIterator[bytes]:
        yield b""
        raise RuntimeError

    async def unknown(self) -> AsyncIterator[bytes]:
        if self.ended == 0:
            raise errors.NotFound
        yield b""

    async def broken(self) -> AsyncIterator[bytes]:
        yield b"first"
        raise RuntimeError


def _handler(answer: Callable[[], Answer]) -> Any:
    async def handler(request: Request) -> Answer:
        return answer()

    return handler


@pytest.fixture(params=["uvloop", "asyncio"])
def streams(request: pytest.FixtureRequest) -> Iterator[Streams]:
    served = Streams(request.param)
    yield served
    served.stop()


def ask(path: str, method: str = "GET", version: str = "1.1") -> bytes:
    return f"{method} {path} HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n".encode()


def asked(streams: Served, request: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """Status line, headers and body of the answer, as they were sent."""
    with streams.connect() as client:
        client.sendall(request)
        head, _, body = read_all(client).partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    return line, dict(field.decode().split(": ", 1) for field in fields), body


def reset(client: socket.socket) -> None:
    """Closing it resets the connection from now on."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_stream_ends_when_its_client_goes_with_another_request_behind_it(streams: Streams) -> None:
    with streams.connect() as client:
        client.sendall(get(b"/endless") + get(b"/whole") + get(b"/whole"))
        assert client.recv(1000)
        reset(client)
    assert eventually(lambda: streams.ended == 1)
    assert eventually(lambda: not streams.server.server_state.tasks)
    assert streams.log.statuses == [200]


@each("method", ["GET", "HEAD"])
@each(("path", "status", "faults"), [("/failing", 500, 1), ("/unknown", 404, 0), ("/unreadable", 500, 1)])
def test_an_error_before_the_first_piece_is_answered(
    path: str, status: int, faults: int, method: str, streams: Streams
) -> None:
    if (path, method) == ("/unreadable", "HEAD"):
        status, faults = 200, 0  # nothing is read
    line, headers, body = asked(streams, ask(path, method))
    assert line.startswith(b"HTTP/1.1 %d " % status)
    assert headers["x-request-id"]
    assert streams.log.statuses == [status]
    assert streams.log.faults == faults
    if method == "GET":
        assert json.loads(body)["data"]["code"] == status
    else:
        assert body == b""


def test_a_stream_of_nothing_is_empty(streams: Streams) -> None:
    for request in (ask("/none"), ask("/none", "HEAD"), ask("/none", version="1.0")):
        line, headers, body = asked(streams, request)
        assert line == b"HTTP/1.1 200 OK"
        assert body == (b"0\r\n\r\n" if "transfer-encoding" in headers else b"")


def test_a_client_of_http_1_0_gets_no_chunks(streams: Streams) -> None:
    line, headers, body = asked(streams, ask("/whole", version="1.0"))
    assert (line, body) == (b"HTTP/1.1 200 OK", b"one two three")
    assert headers.keys().isdisjoint({"transfer-encoding", "content-length"})
    assert headers["connection"] == "close"
    line, headers, body = asked(streams, ask("/whole", "HEAD", version="1.0"))
    assert (line, body) == (b"HTTP/1.1 200 OK", b"")
    assert "transfer-encoding" not in headers


def test_a_client_of_http_1_0_sees_that_a_stream_broke_off(streams: Streams) -> None:
    """The end of the connection alone would pass for the end of the answer."""
    with streams.connect() as client:
        client.sendall(ask("/broken", version="1.0"))
        with pytest.raises(ConnectionResetError):
            read_all(client)
    assert streams.log.faults == 1


# A server that stops


def begun(streams: Streams, client: socket.socket, path: bytes) -> None:
    client.sendall(get(path))
    received = b""
    while b"first" not in received:
        received += client.recv(1000)


def test_an_event_stream_ends_when_the_server_stops(
    streams: Streams, caplog: pytest.LogCaptureFixture
) -> None:
    """Whole, so that its client connects again, whether it has begun or not."""
    with streams.connect() as client, streams.connect() as silent:
        begun(streams, client, b"/events")
        silent.sendall(get(b"/silence"))
        assert eventually(lambda: streams.begun == 1)
        streams.stop()  # without any grace, it would wait for them for ever
        assert read_all(client).endswith(b"0\r\n\r\n")
        assert read_all(silent).endswith(b"\r\n\r\n0\r\n\r\n")
    assert streams.log.statuses == [200, 200]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@each("version", ["1.1", "1.0"])
@each("loop", ["uvloop", "asyncio"])
def test_another_stream_is_cut_off_after_the_grace(
    loop: str, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its client must not take what it has for the whole, and the log has no fault."""
    streams = Streams(loop, timeout_graceful_shutdown=0)
    with streams.connect() as client:
        client.sendall(ask("/later", version=version))
        received = b""
        while b"first" not in received:
            received += client.recv(1000)
        streams.stop()
        if version == "1.0":
            with pytest.raises(ConnectionResetError):
                read_all(client)
        else:
            assert not read_all(client).endswith(b"0\r\n\r\n")
    assert streams.ended == 1
    assert streams.log.statuses == [200]
    assert [record for record in caplog.records if record.exc_info] == []
