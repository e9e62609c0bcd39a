"""One call of the API, from the arguments to what was read from the answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import httpx2

from closum_client._answers import Envelope, envelope
from closum_client._failures import unexpected
from closum_client._ignored import Ignored
from closum_client._plain import plain
from closum_client._reading import Unreadable
from closum_client._retry import DOUBTFUL, exchange
from closum_client._session import Held, Session
from closum_client._steps import Send, Steps
from closum_client._version import __version__

if TYPE_CHECKING:
    from closum_client._content import Content
    from closum_client._export import Exported, Sink

T = TypeVar("T")

USER_AGENT = f"closum-client/{__version__} python"
HARMLESS = frozenset({"GET", "PUT", "PATCH"})
COUNT = "if_count"
"""The property of a body that says which records a change of many is meant for."""
SHOWN = {"Prefer": "return=representation"}
"""Asks for the record in the answer to a write."""


class Core:
    """Calls a server at `url` (without a slash at its end) with a session's token."""

    def __init__(self, url: str, session: Session, retries: int) -> None:
        self.url, self.session = url, session
        self._retries = retries
        self._ignored = Ignored()

    def call(
        self,
        method: str,
        path: str,
        read: Callable[[Envelope], T],
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        if_match: str | None = None,
        returning: bool = False,
        content: "Content | None" = None,
    ) -> Steps[T]:
        """What `read` makes of the envelope.

        `read` raises Unreadable for an answer that lacks something. With `if_match` a call is not safe to repeat: when it
        was carried out, the next one finds a changed record; so it is with the `if_count` of a change of many. A POST has a
        key, by which the server knows it again. A body that is no JSON is given as `content`.
        """
        request = self._request(method, path, params, json, if_match)
        if returning:
            request = replace(request, headers={**request.headers, **SHOWN})
        if content is not None:
            request = replace(request, content=content, headers={**request.headers, **content.headers})
        response, send = yield from self._exchanged(request)
        document = envelope(response, send)
        try:
            result = read(document)
        except Unreadable as error:
            raise unexpected(response, send, f"{error}.") from error
        self._ignored.warn(response, send)
        return result

    def export(self, path: str, params: Mapping[str, Any], sink: "Sink") -> "Steps[Exported]":
        """Have a file arrive in the sink."""
        request = replace(self._request("GET", path, params, None, None), into=sink)
        response, send = yield from self._exchanged(request)
        if response.status_code != 200:
            envelope(response, send)
        if sink.exported is None:
            raise unexpected(response, send, "no file.")
        return sink.exported

    def _exchanged(self, request: Send) -> Steps[tuple[httpx2.Response, Send]]:
        """The answer to a request, and what was sent; where the token doesn't count any more, with a new one."""
        failures = self.session.failures
        held = yield from self.session.current(failures)
        send = authorized(request, held)
        response = yield from exchange(send, self._retries)
        if response.status_code == 401 and self.session.can_renew:
            held = yield from self.session.renewed(held, failures)
            send = authorized(request, held)
            doubtful = bool(response.extensions[DOUBTFUL])
            response = yield from exchange(send, self._retries, doubtful=doubtful)
        return response, send

    def _request(
        self, method: str, path: str, params: Mapping[str, Any] | None, json: Any, if_match: str | None
    ) -> Send:
        if not re.fullmatch("[A-Za-z]+", method):
            raise ValueError(f"a method is GET, POST, PUT or the like, not {method!r}")
        if not re.fullmatch("/[!-~]*", path):
            raise ValueError(f"the path begins with a slash, as /api/lead does, and is ASCII: {path!r}")
        given = {name: value for name, value in (params or {}).items() if value is not None}
        headers = {} if if_match is None else {"If-Match": if_match}
        is_counted = isinstance(json, Mapping) and json.get(COUNT) is not None
        harmless = method.upper() in HARMLESS and not headers and not is_counted
        has_key = method.upper() == "POST"
        if has_key:
            headers["Idempotency-Key"] = str(uuid4())
        return Send(
            method.upper(),
            self.url + path,
            given or None,
            plain(json),
            headers,
            harmless or has_key,
            harmless,
        )


def authorized(request: Send, held: Held) -> Send:
    """The request with a token."""
    return replace(request, headers={**request.headers, "Authorization": f"Bearer {held.token}"})
