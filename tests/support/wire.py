"""Requests as bytes, for what no client library would send."""

import json
import socket
from http.client import HTTPResponse
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2

from tests.support.patience import PATIENCE


class Answer(NamedTuple):
    status_code: int
    headers: httpx2.Headers
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


def request(line: str, *fields: str, body: bytes = b"") -> bytes:
    """The bytes of a request with the usual Host header; `line` has method and target."""
    head = "\r\n".join([f"{line} HTTP/1.1", "Host: closum.test", *fields, "", ""])
    return head.encode("latin-1") + body


def send(address: str, data: bytes, method: str = "GET") -> Answer:
    """Send these bytes and nothing more; the first answer."""
    target = urlsplit(address)
    with socket.create_connection((target.hostname, target.port), timeout=PATIENCE) as connection:
        connection.sendall(data)
        with HTTPResponse(connection, method=method) as response:
            response.begin()
            body = response.read()
            return Answer(response.status, httpx2.Headers(response.getheaders()), body)
