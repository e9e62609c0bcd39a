"""How a connection ends: after a half-close, while the client may still be sending, in a server that stops."""

import asyncio
import contextlib
import math
import os
import select
import socket
import struct
from collections.abc import Callable
from typing import Any, ClassVar, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from closum.http.framing import Framing

LINGER_SECONDS = 2.0
LINGER_BYTES = 8 * 1024 * 1024
STALL_SECONDS = 30.0  # in which a client has to read something of what is left for it
SLOW_SECONDS = 60.0  # for the head of a request, between two pieces of its body, and between two of an answer


_CLOSE = (b"connection", b"close")


class Transport:
    """A transport some of whose methods are replaced: what uvicorn is given of a connection."""

    close: Callable[[], None]
    is_closing: Callable[[], bool]

    def __init__(self, transport: asyncio.Transport, **replaced: Callable[..., Any]) -> None:
        self._transport = transport
        self.is_closing = transport.is_closing
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Closing(HttpToolsProtocol):
    """The part of a connection's protocol that writes to it and ends it."""

    stopping: ClassVar[bool] = False  # set for all connections of a process when its server is told to stop

    cycle: Any  # the newest request and its answer, or None before the first
    _current: Any = None  # the one that is answered
    _framing: Framing
    _socket: asyncio.Transport
    _exit: Transport
    _refusal: bytes | None = None
    _discardable: int | None = None
    _is_held = False  # uvicorn wants to read on, but requests wait
    _half_closed = False  # the client sends no more, and waits for its answers
    _sent = 0  # bytes, handed to the transport
    _stall: asyncio.TimerHandle | None = None
    _heard = False  # something of the client, since the last look
    _awaited: tuple[Any, ...] = ()  # of the client, at the last look
    _awaited_since = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._socket = transport
        self._exit = Transport(
            transport, write=self._write, close=self._hang_up, resume_reading=self._resume_reading
        )
        super().connection_made(cast(asyncio.Transport, self._exit))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._current is not None and not self._current.response_complete:
            self._current.disconnected = True  # uvicorn tells the newest request alone
            self._current.message_event.set()
        self._unset_keepalive_if_required()  # also after a reset
        self.pipeline.clear()
        self._unwatch()
        self._exit.close = self._socket.close  # no cycle of references stays behind

    def _write(self, data: bytes) -> None:
        if not self._socket.is_closing():
            self._sent += len(data)
            self._socket.write(data)

    def _write_out(self) -> None:
        """Writes what was kept, in a class that keeps something."""

    def _resume_reading(self) -> None:
        """Reads nothing while requests wait: uvicorn would read once more after each answer, without end."""
        self._is_held = bool(self.pipeline)
        if not self._is_held:
            self._socket.resume_reading()

    def _go_on(self) -> None:
        """After an answer: begins the next request, or to wait for one."""
        super().on_response_complete()

    def _begin(self, cycle: Any, app: Any) -> None:
        """Lets an application answer a request, from the next round of the event loop on."""
        super()._start_asgi_task(cycle, app)

    def _send_whole(self, cycle: Any, head: Message, message: Message) -> bool:
        """Sends an answer at once if it can; whether it did."""
        return False

    def answering(self, cycle: Any, app: ASGIApp) -> Any:
        """The application, for the request that is answered from now on."""
        self._current = cycle
        return Answering(self, cycle, app)

    def _break_off(self, cycle: Any) -> None:
        """Ends the connection of an answer that is not whole, without a word of uvicorn."""
        cycle.disconnected = True
        if cycle.expected_content_length == math.inf:
            self._reset()  # its mere end would pass for the end of the answer
        elif self.stopping:
            self._socket.abort()  # the event loop ends
        else:
            self.transport.close()

    def _reset(self) -> None:
        with contextlib.suppress(OSError), socket.socket(fileno=os.dup(self._fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.abort()

    def _fileno(self) -> int:
        found: int = self._socket.get_extra_info("socket").fileno()
        return found

    def _unqueued(self, cycle: Any) -> bool:
        """Takes the newest request out of those that wait; whether it was among them."""
        waits = bool(self.pipeline) and self.pipeline[0][0] is cycle
        if waits:
            self.pipeline.popleft()
        return waits

    def eof_received(self) -> bool:  # type: ignore[override]
        """The client sends no more: what it asked for is answered, then the connection ends."""
        if not self._is_awaited():
            self._close()
            return False
        self._half_closed = True
        if self.cycle.more_body:
            self.cycle.message_event.set()  # the handler that waits for the rest
        self._watch()
        return True

    def _is_awaited(self) -> bool:
        """Whether an answer is to come for a client that sends no more."""
        cycle = self.cycle
        return not (
            self.transport.is_closing() or cycle is None or (cycle.response_complete and not self.pipeline)
        )

    def shutdown(self) -> None:
        """Closes when nothing has come in that is not answered."""
        if self.is_idle and not self._is_readable():
            self._close()

    def give_up(self) -> None:
        """Closes when no request is under way, also when the head of one has begun to come in."""
        if self.cycle is None or self.cycle.response_complete:
            self._close()

    @property
    def is_idle(self) -> bool:
        """Whether it is open, and no request is under way, not even in part."""
        cycle = self.cycle
        answered = (cycle is None or cycle.response_complete) and not self.pipeline
        return answered and self._framing.is_between and not self.transport.is_closing()

    def is_cut(self, cycle: Any) -> bool:
        """Whether the rest of a request's body will not come: its client sends no more."""
        return self._half_closed and bool(cycle.more_body)

    def _is_readable(self) -> bool:
        poll = select.poll()
        poll.register(self._fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def _hang_up(self) -> None:
        """Closes; but where the client may still be sending, half-closes and discards for a while.

        Closing a socket with unread data makes the kernel reset the connection, and the client then
        loses the answer.
        """
        if self.transport.is_closing():
            return
        if self._half_closed or not self._may_be_sending():
            self._close()
            return
        self._write_out()
        self._discardable = LINGER_BYTES
        self._exit.is_closing = lambda: True
        self._unset_keepalive_if_required()
        self.pipeline.clear()
        self._resume_reading()
        if self._socket.can_write_eof():
            with contextlib.suppress(OSError):  # the client has reset the connection meanwhile
                self._socket.write_eof()
        self.loop.call_later(LINGER_SECONDS, self._close)

    def _may_be_sending(self) -> bool:
        if self._refusal is not None or self.stopping or self.scheme == "https":
            return True  # over TLS, it says that it ends
        cycle = self.cycle
        return cycle is not None and (cycle.more_body or not cycle.response_complete)

    def _close(self) -> None:
        self._write_out()
        self._socket.close()
        if self._socket.get_write_buffer_size():
            self._watch()

    def look(self, now: float) -> None:
        """Called about once a second, with the loop's time: ends a connection whose client is too slow."""
        awaited = self._awaits()
        if not awaited or awaited != self._awaited:
            self._awaited, self._awaited_since = awaited, now
        elif now - self._awaited_since >= SLOW_SECONDS:
            self._socket.abort()

    def _awaits(self) -> tuple[Any, ...]:
        """What its client has to do now, and how far it has come with it; empty if it may rest."""
        cycle, flow = self.cycle, self.flow
        heard, self._heard = self._heard, False
        if self.transport.is_closing() or self._half_closed:
            return ()  # `_watch` looks after it
        if flow.write_paused:
            return self._sent, self._socket.get_write_buffer_size()
        if flow.read_paused or self._is_held or self._refusal is not None:
            return ()
        if cycle is not None and cycle.more_body:
            return () if heard else (cycle, "body")
        if cycle is None or not self._framing.is_between:
            return (cycle,)  # the head that follows it, however many pieces it comes in
        return ()

    def _watch(self, before: tuple[int, int] | None = None) -> None:
        """Ends a connection whose client takes nothing of what is left to be sent."""
        self._unwatch()
        left = self._socket.get_write_buffer_size()
        if left and (self._sent, left) == before:
            self._socket.abort()
        else:
            self._stall = self.loop.call_later(STALL_SECONDS, self._watch, (self._sent, left))

    def _unwatch(self) -> None:
        if self._stall is not None:
            self._stall.cancel()


class Answering:
    """The application, of whose answer to a request the head is sent with the first piece.

    An answer is the last of its connection when the request's body is still to come, since what follows is then no
    request, and when the server stops and no other request waits.
    """

    __slots__ = ("_app", "_connection", "_cycle", "_receive", "_send", "_start")

    def __init__(self, connection: Closing, cycle: Any, app: ASGIApp) -> None:
        self._connection, self._cycle, self._app = connection, cycle, app
        self._start: Message | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = self._cycle
        self._receive, self._send = receive, send
        try:
            await self._app(scope, self.receive, self.send)
        except asyncio.CancelledError:  # the grace of a server that stops is over
            if not cycle.response_started:
                raise
        if cycle.response_complete or cycle.disconnected:
            return
        if cycle.response_started or self._connection.is_cut(cycle):
            self._connection._break_off(cycle)

    async def receive(self) -> Message:
        """What comes of a request; where the rest of its body will not come, first what there is of it."""
        message = await self._receive()
        if message.get("more_body") and self._connection.is_cut(self._cycle):
            self._cycle.message_event.set()
            if not message["body"]:
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        cycle = self._cycle
        if self._start is not None:
            head, self._start = self._start, None
            if cycle.more_body or (self._connection.stopping and not self._connection.pipeline):
                head = _last(head)
            if self._connection._send_whole(cycle, head, message):
                return
            if cycle.scope["http_version"] == "1.0":
                _end_with_connection(cycle, head)
            await self._send(head)
        if message["type"] == "closum.abort":
            self._connection._socket.abort()  # what waits to be sent is dropped
            return
        if cycle.expected_content_length == math.inf and not message.get("more_body"):
            cycle.expected_content_length = len(message["body"])
        await self._send(message)


def _end_with_connection(cycle: Any, head: Message) -> None:
    """An answer of unknown length to a client of HTTP/1.0, which knows no chunks: uvicorn would send them."""
    if all(name != b"content-length" for name, _ in head["headers"]):
        cycle.chunked_encoding, cycle.expected_content_length = False, math.inf


def _last(head: Message) -> Message:
    """The head of an answer after which the connection ends."""
    headers = list(head["headers"])
    return head if _CLOSE in headers else {**head, "headers": [*headers, _CLOSE]}
