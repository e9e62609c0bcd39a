"""A server that answers what a test says, one answer for each request, and notes the requests."""

import json
from typing import Any

import httpx2

TOKEN = {"token": "made.by.server", "expires_in": 1000, "expiration_date": "2030-01-01T00:00:00+00:00"}
LEAD = {
    "id": 1,
    "name": "Sylvia L. Hook",
    "creation_date": "2018-01-01T10:00:00+00:00",
    "city_id": 40,
    "custom_data": None,
    "email": {"id": 1, "email": "sylvialhook@closum.com"},
    "phone": None,
}


class Script:
    """Answers: a response, an exception to raise, or a function of the request that gives one of them."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx2.Response)
        return httpx2.Response(
            answer.status_code, headers=answer.headers, content=answer.content, extensions=answer.extensions
        )

    @property
    def calls(self) -> list[str]:
        """Method and path of each request, with its query."""
        return [f"{request.method} {request.url.raw_path.decode()}" for request in self.requests]

    @property
    def tokens(self) -> list[str | None]:
        """The token of each request."""
        return [request.headers.get("Authorization") for request in self.requests]

    @property
    def is_at_end(self) -> bool:
        return not self.answers


def ok(data: Any, status: int = 200, **more: Any) -> httpx2.Response:
    return httpx2.Response(status, json={"success": True, "data": data, **more})


def refused(status: int, message: str = "No", *, headers: Any = None, **more: Any) -> httpx2.Response:
    data = {"code": status, "url": "/api", "message": message, **more}
    return httpx2.Response(status, json={"success": False, "data": data}, headers=headers)


def html(status: int) -> httpx2.Response:
    return httpx2.Response(status, html="<h1>Hello</h1>")


def page(*ids: int, number: int = 1, pages: int = 1) -> httpx2.Response:
    """A page of leads with these ids."""
    pagination = {
        "page_count": pages,
        "current_page": number,
        "has_next_page": number < pages,
        "has_prev_page": number > 1,
        "count": len(ids) * pages,
        "limit": None,
    }
    return ok([{**LEAD, "id": one} for one in ids], pagination=pagination)


def body(request: httpx2.Request) -> Any:
    return json.loads(request.content)
