"""A server that answers what a test says, over a real socket, and notes what it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.support.client import JSON
from tests.support.patience import PATIENCE


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: dict[str, str]


class Request(NamedTuple):
    call: str
    token: str
    body: Any
    if_match: str = ""


class Scripted:
    """Gives its answers one after the other, the last one again and again, or with `once` only once.

    Without an answer to give it waits for `ended`, and then gives one if there is one by now.
    """

    def __init__(self) -> None:
        self.once = False
        self.answers: list[Answer] = []
        self.requests: list[Request] = []
        self.keys: list[str] = []
        self.address = ""
        self.ended = threading.Event()

    def answer(self) -> Answer | None:
        if not self.answers:
            self.ended.wait(PATIENCE)
        if self.once or len(self.answers) > 1:
            return self.answers.pop(0) if self.answers else None
        return self.answers[0] if self.answers else None

    def data(self, data: Any, status: int = 200, **more: Any) -> "Scripted":
        """And then a good answer."""
        return self.raw(status, json.dumps({"success": True, "data": data, **more}))

    def page(
        self, records: list[JSON], number: int = 1, pages: int = 1, count: int | None = None
    ) -> "Scripted":
        """And then a page of a list."""
        pagination = {
            "page_count": pages,
            "current_page": number,
            "has_next_page": number < pages,
            "has_prev_page": number > 1,
            "count": len(records) * pages if count is None else count,
            "limit": None,
        }
        return self.data(records, pagination=pagination)

    def uncounted(self, records: list[JSON], number: int, is_more: bool) -> "Scripted":
        """And then a page of a list that nobody has counted."""
        pagination = {
            "page_count": None,
            "current_page": number,
            "has_next_page": is_more,
            "has_prev_page": number > 1,
            "count": None,
            "limit": None,
        }
        return self.data(records, pagination=pagination)

    def part(self, records: list[JSON], after: str | None = None) -> "Scripted":
        """And then a page of a list that is walked by cursor."""
        pagination = {
            "page_count": None,
            "current_page": None,
            "has_next_page": after is not None,
            "has_prev_page": False,
            "count": None,
            "limit": None,
            "next_cursor": after,
        }
        return self.data(records, pagination=pagination)

    def refusal(self, status: int, message: str = "No", *, after: str = "", **more: Any) -> "Scripted":
        """And then an error of closum."""
        data = {"code": status, "url": "/", "message": message, **more}
        headers = {"X-Request-Id": "r-1"} | ({"Retry-After": after} if after else {})
        return self.raw(status, json.dumps({"success": False, "data": data}), **headers)

    def lost(self) -> "Scripted":
        """And then no answer: the connection breaks."""
        self.answers.append(Answer(0, b"", {}))
        return self

    def raw(self, status: int, body: str, **headers: str) -> "Scripted":
        """And then any answer."""
        self.answers.append(Answer(status, body.encode(), {"Content-Type": "application/json", **headers}))
        return self


class Handler(BaseHTTPRequestHandler):
    script: Scripted

    def handle_one(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        is_file = self.headers.get("Content-Type") == "application/octet-stream"
        body = content.decode() if is_file else json.loads(content) if content else None
        call = f"{self.command} {self.path}"
        self.script.requests.append(Request(call, token, body, self.headers.get("If-Match", "")))
        self.script.keys.append(self.headers.get("Idempotency-Key", ""))
        answer = self.script.answer()
        if answer is None or not answer.status:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Scripted]:
    script = Scripted()
    handler = type("ScriptedHandler", (Handler,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        script.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield script
        finally:
            script.ended.set()
            server.shutdown()
            thread.join()
