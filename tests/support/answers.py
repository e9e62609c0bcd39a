"""What every answer under /api has to be, stated once."""

import re
from typing import Any, Protocol

import httpx2

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> httpx2.Headers: ...
    @property
    def content(self) -> bytes: ...
    def json(self) -> Any: ...


def check_headers(answer: Answer, media_type: str = "application/json") -> None:
    """The headers that the contract promises for each answer."""
    headers = answer.headers
    assert headers["content-type"] == media_type
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "Authorization" in headers["vary"]
    assert REQUEST_ID.fullmatch(headers["x-request-id"])
    assert "server" not in headers
    assert int(headers["content-length"]) == len(answer.content)


def failure(answer: Answer, status: int, url: str | None = None) -> Any:
    """`data` of an answer that has to be this error, in the envelope with the headers of the contract."""
    assert answer.status_code == status, answer.content
    check_headers(answer)
    document = answer.json()
    data = document["data"]
    assert list(document) == ["success", "data"]
    assert document["success"] is False
    more = {422: ["errorCount", "errors"], 500: ["request_id"]}.get(status, [])
    assert list(data) == ["code", "url", "message", *more]
    assert data["code"] == status
    assert data["message"]
    if url is not None:
        assert data["url"] == url
    return data


def faults(answer: Answer) -> Any:
    """{field: rule}, nested for nested objects, of a 422; more than one rule of a field is a list."""
    data = failure(answer, 422)
    assert data["errorCount"] == _messages(data["errors"])
    return {field: _rules(rules) for field, rules in data["errors"].items()}


def _rules(tree: Any) -> Any:
    if all(isinstance(message, str) for message in tree.values()):
        rules = list(tree)
        return rules[0] if len(rules) == 1 else rules
    return {field: _rules(rules) for field, rules in tree.items()}


def _messages(tree: Any) -> int:
    return 1 if isinstance(tree, str) else sum(_messages(value) for value in tree.values())
