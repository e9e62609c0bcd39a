"""Answers on their way out: head and body as one piece."""

from collections.abc import Sized
from typing import Any, Protocol

from uvicorn._types import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle


class Connection(Protocol):
    """What is asked of an answer's connection."""

    @property
    def stopping(self) -> bool: ...
    @property
    def pipeline(self) -> Sized: ...


def sending(connection: Connection, cycle: RequestResponseCycle, app: ASGI3Application) -> ASGI3Application:
    """The application, its plain answers put together here; every other one is uvicorn's to send.

    An answer is the last of its connection when the request's body is still to come, since what follows is then no
    request, and when the server stops and no other request waits.

    uvicorn looks in each header of an answer for what must not be in one, which takes as long as reading a record. Those
    of this server are its own.
    """

    async def answering(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        start: Any = None

        async def whole(message: Any) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            head, start = start, None
            if head is not None and (cycle.more_body or (connection.stopping and not connection.pipeline)):
                cycle.keep_alive = False
            if head is not None and _is_plain(cycle, head, message):
                _send(cycle, head, message["body"])
                return
            if head is not None:
                await send(head)
            if message["type"] == "closum.abort":
                cycle.transport.abort()  # what waits to be sent is dropped
            else:
                await send(message)

        await app(scope, receive, whole)

    return answering


def _is_plain(cycle: RequestResponseCycle, head: Any, message: Any) -> bool:
    """Whether it is an answer whole and of known length, after which the connection goes on."""
    names = dict(head["headers"])
    return (
        cycle.keep_alive
        and not (cycle.disconnected or cycle.response_started or cycle.flow.write_paused)
        and cycle.scope["method"] != "HEAD"
        and not message.get("more_body")
        and b"content-length" in names
        and b"connection" not in names
    )


def _send(cycle: RequestResponseCycle, head: Any, body: bytes) -> None:
    fields = [b"%b: %b\r\n" % field for field in (*cycle.default_headers, *head["headers"])]
    cycle.response_started, cycle.waiting_for_100_continue = True, False
    cycle.transport.write(b"".join([STATUS_LINE[head["status"]], *fields, b"\r\n", body]))
    cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
