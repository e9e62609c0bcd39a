"""Every error that the client raises for what a server or the way to it did.

ClosumError
├── ConnectionFailed            no answer
│   └── TimedOut                none in time
├── UnexpectedAnswer            an answer, but not one of closum's
└── ApiError                    closum's own answer: status, message, request_id
    ├── BadRequest              400
    ├── Unauthorized            401  wrong password, or a token that doesn't count (any more)
    ├── Forbidden               403
    ├── NotFound                404  merged_into
    ├── MethodNotAllowed        405
    ├── Conflict                409  a call with the same Idempotency-Key is still running, or work on many records
    ├── Gone                    410  what follows a position is not known any more
    ├── PreconditionFailed      412  the record has been changed since `if_match`, or other records fit than a dry run counted
    ├── ContentTooLarge         413
    ├── UnsupportedMediaType    415
    ├── Invalid                 422  errors, by field and rule
    ├── PreconditionRequired    428  a call that changes many records, without the `if_count` of a dry run
    ├── TooManyRequests         429  retry_after
    └── ServerError             5xx  retry_after
        └── ServiceUnavailable  503

401, 429, 502, 503 and 504 are so too where a proxy before closum answers.

Wrong arguments are a ValueError or a TypeError, as everywhere in Python. All can be pickled.
"""

from collections.abc import Iterator, Mapping
from typing import Any

LOOK_FIRST = (
    "It may have been carried out all the same, and the record created or changed: look before you repeat it. "
    "GET /api/lead?email=ana@example.com finds a lead by its address."
)


class ClosumError(Exception):
    """The base of all of them. `message` says what happened, `str()` also where.

    `outcome_unknown` is True where a create, an update with `if_match` (or another request that must not be repeated
    blindly) may have been carried out although there is no good answer: look before you repeat it.
    """

    def __init__(self, message: str = "", *, url: str = "", outcome_unknown: bool = False) -> None:
        super().__init__(message)
        self.message, self.url, self.outcome_unknown = message, url, outcome_unknown

    def __str__(self) -> str:
        return " ".join([self._text(), *([LOOK_FIRST] if self.outcome_unknown else [])])

    def _text(self) -> str:
        return self.message


class ConnectionFailed(ClosumError):
    """There was no answer: no connection, or it broke. The cause (`__cause__`) is httpx2's error."""


class TimedOut(ConnectionFailed):
    """There was no answer within the client's `timeout`."""


class UnexpectedAnswer(ClosumError):
    """An answer that closum does not give: HTML, a redirect, JSON of another shape, another record or page.

    `status` is its HTTP status, `content_type` what it says that it is.
    """

    def __init__(self, message: str = "", *, status: int = 0, content_type: str = "", **more: Any) -> None:
        super().__init__(message, **more)
        self.status, self.content_type = status, content_type


class ApiError(ClosumError):
    """closum answered with an error: its HTTP `status`, its `message`, the `url` that was asked.

    `request_id` finds the request in the server's log; None where something before closum answered.
    """

    def __init__(
        self, message: str = "", *, status: int = 0, request_id: str | None = None, **more: Any
    ) -> None:
        super().__init__(message, **more)
        self.status, self.request_id = status, request_id

    def _text(self) -> str:
        request = f", request {self.request_id}" if self.request_id else ""
        return f"{self._said()} ({self.status} from {self.url}{request})"

    def _said(self) -> str:
        return self.message


class BadRequest(ApiError):
    """400: the request cannot be read, or a parameter has a value that it can't have."""


class Unauthorized(ApiError):
    """401: a wrong password, or a token that doesn't count (any more)."""


class Forbidden(ApiError):
    """403: not permitted to this user."""


class NotFound(ApiError):
    """404: no such record, no such page. Of a record that went into another one `merged_into` is that one's id, else None."""

    def __init__(self, message: str = "", *, merged_into: int | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.merged_into = merged_into


class MethodNotAllowed(ApiError):
    """405: the path has other methods."""


class Conflict(ApiError):
    """409: the call had been sent before, and the first one is still running: its outcome is not known yet. Of many records by
    filter: background work of an earlier call has not ended, and nothing was changed. Of an import: it is in a phase that does
    not take the call.
    """


class Gone(ApiError):
    """410: the server cannot go on from a position of `client.changes`: take a new one with `now()`, then read every record
    again.
    """


class PreconditionFailed(ApiError):
    """412: the record has been changed since the state that `if_match` names, or `if_count` is not of the records that fit now;
    nothing was changed by this call.
    """


class ContentTooLarge(ApiError):
    """413: what was sent is more than the server takes."""


class UnsupportedMediaType(ApiError):
    """415: what was sent is not JSON."""


class Invalid(ApiError):
    """422: values that cannot be taken; `errors` has them all, `{field: {rule: message}}`, nested once more
    for each nested object: `{"phone": {"number": {"_empty": "…"}}}`.
    """

    def __init__(self, message: str = "", *, errors: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.errors: dict[str, Any] = dict(errors or {})

    def _said(self) -> str:
        faults = "; ".join(_flat(self.errors))
        return f"{self.message}: {faults}" if faults else self.message


class PreconditionRequired(ApiError):
    """428: a call that changes many records needs the `if_count` that a dry run of the same call gives."""


class _Later(ApiError):
    """An answer that may say when to try again: `retry_after`, in seconds, None where it doesn't."""

    def __init__(self, message: str = "", *, retry_after: float | None = None, **more: Any) -> None:
        super().__init__(message, **more)
        self.retry_after = retry_after

    def _said(self) -> str:
        if self.retry_after is None:
            return self.message
        return f"{self.message}; try again in {self.retry_after:.0f} s"


class TooManyRequests(_Later):
    """429: too many wrong passwords, or too many requests; `retry_after` in seconds, or None."""


class ServerError(_Later):
    """5xx: the server's own fault, or that of a proxy before it."""


class ServiceUnavailable(ServerError):
    """503: not at the moment; `retry_after` in seconds, or None."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    413: ContentTooLarge,
    415: UnsupportedMediaType,
    422: Invalid,
    428: PreconditionRequired,
    429: TooManyRequests,
    503: ServiceUnavailable,
}


def class_of(status: int) -> type[ApiError]:
    """The class of the errors with this HTTP status."""
    return _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)


def _flat(errors: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in errors.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}.{name}" if path else name)
        else:
            yield f"{path}: {value}"
