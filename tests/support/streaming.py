"""A stream of the application in the process of the test, read message by message."""

import asyncio
import json
from typing import Any

from starlette.types import ASGIApp


class Streamed:
    """What an application sends for one GET, until its client goes. One that is `stuck` takes nothing more."""

    def __init__(self, app: ASGIApp, path: str, **headers: str) -> None:
        self.messages: list[dict[str, Any]] = []
        self._gone, self._free = asyncio.Event(), asyncio.Event()
        self._free.set()
        self._asked = False
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "headers": [(b"host", b"closum"), *((k.encode(), v.encode()) for k, v in headers.items())],
            "state": {},
        }
        self.task = asyncio.ensure_future(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self._free.wait()
        self.messages.append(message)

    def stick(self) -> None:
        self._free.clear()

    def go_on(self) -> None:
        self._free.set()

    async def leave(self) -> None:
        self._gone.set()
        await self.task

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def is_over(self) -> bool:
        return self.task.done()

    @property
    def pieces(self) -> list[bytes]:
        return [one["body"] for one in self.messages[1:] if one["body"]]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The data of its events."""
        lines = b"".join(self.pieces).decode().splitlines()
        return [json.loads(one.removeprefix("data: ")) for one in lines if one.startswith("data: ")]
