"""Why there is no answer, in words that say what to check."""

import ssl
from collections.abc import Iterator

import httpx2

from closum_client._steps import Send
from closum_client.errors import ClosumError, ConnectionFailed, TimedOut, UnexpectedAnswer

NOT_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.LocalProtocolError,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"})
"""What OpenSSL says when the first answer is not TLS; its version decides which of these."""


class Unusable(httpx2.RequestError):
    """An answer whose body is not read to its end."""

    def __init__(self, reason: str, response: httpx2.Response) -> None:
        super().__init__(reason, request=response.request)
        self.response = response


def failure(error: httpx2.RequestError, send: Send, *, doubtful: bool = False) -> ClosumError:
    """The error to raise for a request that got no answer; `doubtful` where an attempt before may have been carried out."""
    unknown = not send.harmless and (doubtful or not never_sent(error))
    request = f"{send.method} {send.shown}"
    if isinstance(error, Unusable):
        return unexpected(error.response, send, str(error))
    if isinstance(error, httpx2.TimeoutException):
        return TimedOut(f"{request}: {_late(error)}", url=send.shown, outcome_unknown=unknown)
    if isinstance(error, httpx2.DecodingError):
        text = (
            f"{request}: the answer's encoding is broken ({error}): look at what is between here and closum."
        )
        return UnexpectedAnswer(text, url=send.shown, outcome_unknown=unknown)
    return ConnectionFailed(f"{request}: {_broken(error)}", url=send.shown, outcome_unknown=unknown)


def unexpected(response: httpx2.Response, send: Send, reason: str) -> UnexpectedAnswer:
    """The error for an answer that isn't closum's, or not as it has to be."""
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    what = f"{response.status_code}, {kind or 'no content type'}"
    return UnexpectedAnswer(
        f"{send.method} {send.shown}: unexpected answer ({what}): {reason}",
        status=response.status_code,
        content_type=kind,
        url=send.shown,
        outcome_unknown=not send.harmless and (response.is_success or response.is_server_error),
    )


def never_sent(error: httpx2.RequestError) -> bool:
    """Whether it is certain that the server has not had the request."""
    return isinstance(error, NOT_SENT)


def untrusted(error: BaseException) -> bool:
    """Whether the server's certificate is why there is no connection."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _causes(error))


def without_tls(error: BaseException) -> bool:
    """Whether what answers an https:// address speaks no TLS."""
    return any(isinstance(one, ssl.SSLError) and one.reason in NO_TLS for one in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _late(error: httpx2.TimeoutException) -> str:
    if isinstance(error, httpx2.ConnectTimeout):
        return "no connection in time: is the address right, and the server reachable from here?"
    if isinstance(error, httpx2.PoolTimeout):
        return "all connections of this client were busy for too long."
    return "no answer in time."


def _broken(error: httpx2.RequestError) -> str:
    reason = str(error) or type(error).__name__
    if untrusted(error):
        return f"the server's certificate is not trusted here ({reason})."
    if without_tls(error):
        return (
            f"no TLS there ({reason}): for a server that speaks plain HTTP the address begins with http://."
        )
    if isinstance(error, httpx2.ConnectError):
        return f"no connection ({reason}): is the address right, and does the server run?"
    if never_sent(error):
        return f"it could not be sent ({reason})."
    return f"the connection broke before the answer was there ({reason})."
