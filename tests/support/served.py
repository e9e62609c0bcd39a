"""closum's server with an application of the tests in a thread, and raw requests for it."""

import asyncio
import contextlib
import json
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import uvicorn
from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

from closum.http import protocol
from closum.http.closing import Closing
from closum.http.server import Server
from tests.support import plain, tls
from tests.support.patience import PATIENCE, wait_until


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def failure(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert document["success"] is False
        assert document["data"]["code"] == self.status
        data: dict[str, Any] = document["data"]
        return data


class Served:
    """A server in a thread, with an application that notes what reaches it. `kind` is a loop, and "tls" or not."""

    def __init__(self, listener: socket.socket, kind: str, **config: Any) -> None:
        self.listener, self.address = listener, listener.getsockname()
        loop, *more = kind.split()
        self.context = tls.context() if "tls" in more else None
        self.requests: list[tuple[str, str]] = []
        self.events: list[str] = []
        self.refusals: list[tuple[int, str]] = []
        self.refused, self.released = asyncio.Event(), asyncio.Event()
        self.blocked, self.unblocked = threading.Event(), threading.Event()
        self.server = Server(
            uvicorn.Config(
                self.app,
                http=protocol.protocol(self.note, plain.pieces, lambda: self.context),
                loop=loop,
                interface="asgi3",
                lifespan="off",
                log_config=None,
                access_log=False,
                **config,
            )
        )
        listener.listen()
        self.thread = threading.Thread(target=self.server.run, args=([listener],))
        self.thread.start()

    def note(self, status: int, request_id: str) -> None:
        self.refusals.append((status, request_id))
        self.refused.set()

    async def app(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        assert scope["type"] == "http"
        self.requests.append((scope["method"], scope["path"]))
        if scope["path"] == "/large":
            await answer(send, 413, b"large", (b"connection", b"close"))
        elif scope["path"] == "/patient":
            await self.refused.wait()
            await answer(send, 200, b"patient")
        elif scope["path"] == "/held":
            await self.released.wait()
            await answer(send, 200, b"held")
        elif scope["path"] == "/release":
            self.released.set()
            await answer(send, 200, b"")
        elif scope["path"] == "/aborted":
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9000000")]}
            )
            await send({"type": "http.response.body", "body": b"x" * 8_000_000, "more_body": True})
            await send({"type": "closum.abort"})  # type: ignore[arg-type, misc]
            while (message := await receive())["type"] != "http.disconnect":
                pass
            self.events.append(message["type"])
        elif scope["path"] == "/blocked":
            self.blocked.set()
            self.unblocked.wait(PATIENCE)
            await answer(send, 200, b"")
        elif scope["path"] == "/begun":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"some", "more_body": True})
            await receive()
            await send({"type": "http.response.body", "body": b"more", "more_body": False})
        else:
            await self.echo(scope["headers"], receive, send)

    async def echo(self, headers: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            self.events.append(message["type"])
            if message["type"] != "http.request":
                return
            body, more = body + message["body"], message["more_body"]
        await answer(send, 200, body, *[(b"seen", name) for name, _ in headers])

    def connect(self) -> socket.socket:
        """A connection that can be used: over TLS the handshake has ended."""
        with contextlib.ExitStack() as unless_ready:
            client = self.on(unless_ready.enter_context(self.connect_tcp()))
            unless_ready.pop_all()
        return client

    def on(self, connection: socket.socket) -> socket.socket:
        return cast(socket.socket, tls.TlsClient(connection)) if self.context else connection

    def connect_tcp(self) -> socket.socket:
        with contextlib.ExitStack() as unless_connected:
            client = unless_connected.enter_context(socket.socket(self.listener.family, socket.SOCK_STREAM))
            client.settimeout(PATIENCE)
            if client.family != socket.AF_UNIX:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.connect(self.address)
            unless_connected.pop_all()
        return client

    def exchange(self, *pieces: bytes) -> list[Answer]:
        """Sends pieces on one connection; all answers until the server closes it."""
        with self.connect() as client:
            for piece in pieces:
                client.sendall(piece)
            return answers(read_all(client))

    def refusal(self, *pieces: bytes) -> Answer:
        (only,) = self.exchange(*pieces)
        assert self.refusals == [(only.status, only.headers["x-request-id"])]
        assert only.headers["connection"] == "close"
        assert only.failure["message"]
        return only

    @property
    def stopping(self) -> bool:
        """Whether it knows that it is told to stop."""
        kind = self.server.config.http
        return isinstance(kind, type) and issubclass(kind, Closing) and kind.stopping

    def tell(self) -> None:
        """Tell it to stop, as a signal does: it knows at once, and not when it looks within a second."""
        if not self.server.should_exit:
            self.server.handle_exit(signal.SIGTERM, None)

    def stop(self) -> None:
        self.tell()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        self.listener.close()


async def answer(send: ASGISendCallable, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    headers = [(b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def read_all(client: socket.socket) -> bytes:
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


def answers(received: bytes) -> list[Answer]:
    found = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        line, *fields = head.decode().split("\r\n")
        headers = dict(field.split(": ", 1) for field in fields)
        length = int(headers["content-length"])
        found.append(Answer(int(line.split()[1]), headers, received[:length]))
        received = received[length:]
    return found


def loopback() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener


def unix(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    return listener


def eventually(condition: Callable[[], bool]) -> bool:
    wait_until(condition)
    return True


def get(path: bytes = b"/", *headers: bytes) -> bytes:
    return b"\r\n".join([b"GET " + path + b" HTTP/1.1", b"Host: x", *headers, b"", b""])


def post(*headers: bytes, body: bytes = b"", path: bytes = b"/") -> bytes:
    return b"\r\n".join([b"POST " + path + b" HTTP/1.1", b"Host: x", *headers, b"", body])


LAST = get(b"/", b"Connection: close")
CHUNKED = b"Transfer-Encoding: chunked"


def bytewise(request: bytes) -> list[bytes]:
    return [bytes([byte]) for byte in request]
