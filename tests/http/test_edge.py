"""A request that waits when the grace of a server that stops is over: uvicorn then cancels its task."""

import asyncio
from typing import Any

import httpx2
import pytest

from closum.http.edge import Edge, RequestLog
from closum.http.request import Receive, Scope, Send
from closum.http.router import begin
from tests.support.answers import failure
from tests.support.wire import Answer


class Log(RequestLog):
    """Keeps the status of each request."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def request(self, request_id: str, scope: Scope, status: int, seconds: float) -> None:
        self.statuses.append(status)


def cancelled(begun: bool, log: Log) -> list[Any]:
    """What a request is sent that was cancelled before its answer, or after the answer's head."""

    async def scenario() -> None:
        entered = asyncio.Event()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if begun:
                await begin(scope, send, 200, [])
            entered.set()
            await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            raise AssertionError

        scope = {"type": "http", "path": "/api/lead", "raw_path": b"/api/lead", "query_string": b"page=2"}
        task = asyncio.ensure_future(Edge(app, log)(scope | {"headers": []}, receive, send))
        await entered.wait()
        task.cancel()
        await task

    sent: list[Any] = []
    if begun:
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(scenario())
    else:
        asyncio.run(scenario())
    return sent


def test_it_is_answered_with_503() -> None:
    log = Log()
    start, body = cancelled(False, log)
    headers = httpx2.Headers(start["headers"])
    failure(Answer(start["status"], headers, body["body"]), 503, "/api/lead?page=2")
    assert (headers["retry-after"], body.get("more_body", False), log.statuses) == ("1", False, [503])


def test_an_answer_that_has_begun_gets_no_other() -> None:
    log = Log()
    assert [message["type"] for message in cancelled(True, log)] == ["http.response.start"]
    assert log.statuses == [200]
