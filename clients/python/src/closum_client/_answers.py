"""An HTTP answer, read: closum's envelope, or the error to raise."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import httpx2

from closum_client._failures import unexpected
from closum_client._retry import DOUBTFUL, retry_after, still_running
from closum_client._steps import Send
from closum_client.errors import (
    ApiError,
    Invalid,
    NotFound,
    ServerError,
    TooManyRequests,
    class_of,
)


class Envelope(dict[str, Any]):
    """The document of an answer: `success`, `data`, of a list also `pagination`; with the answer's ETag and the number of the
    operation that a write was."""

    etag: str | None = None
    operation: str | None = None


PLAIN = frozenset({401, 429, 502, 503, 504})  # a proxy says with them what closum would


def envelope(response: httpx2.Response, send: Send) -> Envelope:
    """The document of a successful answer.

    Raises ApiError, UnexpectedAnswer.
    """
    document = _document(response)
    if document is not None and document["success"] and response.is_success:
        return document
    said = _said(document)
    if said is not None and response.is_error:
        raise _api_error(response, send, request_id=response.headers.get("X-Request-Id"), **said)
    if response.status_code in PLAIN:
        raise _api_error(response, send, f"{_phrase(response)}, from something before closum")
    raise unexpected(response, send, _guess(response))


def _document(response: httpx2.Response) -> Envelope | None:
    try:
        document = response.json()
    except (ValueError, RecursionError):
        return None
    sound = isinstance(document, dict) and isinstance(document.get("success"), bool) and "data" in document
    if not sound:
        return None
    made = Envelope(document)
    made.etag, made.operation = response.headers.get("ETag"), response.headers.get("X-Operation")
    return made


def _said(document: Envelope | None) -> dict[str, Any] | None:
    """Message, faults and what else there is to know of the envelope of an error."""
    data = document["data"] if document and not document["success"] else None
    if not isinstance(data, dict) or not isinstance(data.get("message"), str):
        return None
    errors, into = data.get("errors"), data.get("merged_into")
    return {
        "message": data["message"],
        "errors": errors if isinstance(errors, dict) else {},
        "merged_into": into if type(into) is int else None,
    }


def _api_error(
    response: httpx2.Response,
    send: Send,
    message: str,
    errors: dict[str, Any] | None = None,
    merged_into: int | None = None,
    request_id: str | None = None,
) -> ApiError:
    kind = class_of(response.status_code)
    more: dict[str, Any] = {}
    if issubclass(kind, Invalid):
        more["errors"] = errors
    if issubclass(kind, NotFound):
        more["merged_into"] = merged_into
    if issubclass(kind, TooManyRequests | ServerError):
        more["retry_after"] = retry_after(response)
    return kind(
        message,
        status=response.status_code,
        request_id=request_id,
        url=send.shown,
        outcome_unknown=not send.harmless and _is_unknown(response),
        **more,
    )


def _is_unknown(response: httpx2.Response) -> bool:
    """Whether what was asked for may have been done: a refusal says that it was not, unless it is one of this attempt alone."""
    if response.status_code in (409, 429):
        runs = still_running(response) and response.request.method == "POST"
        return bool(response.extensions.get(DOUBTFUL)) or runs
    return response.is_server_error


def _phrase(response: httpx2.Response) -> str:
    return response.reason_phrase or HTTPStatus(response.status_code).phrase


def _guess(response: httpx2.Response) -> str:
    if response.has_redirect_location:
        return (
            f"it points to {_target(response)}. Redirects are not followed, so that no password or token goes "
            "elsewhere: if that is your closum, give the client its address."
        )
    if "html" in response.headers.get("Content-Type", ""):
        return "a web page: is this the address of closum? Check the proxy before it, too."
    return "not what closum answers: is this the address of closum? Is the server as new as this client?"


def _target(response: httpx2.Response) -> str:
    location = response.headers["Location"].partition("?")[0]
    try:
        return urljoin(str(response.request.url), location)
    except ValueError:
        return repr(location)
