"""When a request is sent again, and after how long.

What is safe to repeat (GET, PUT, PATCH, signing in, and a POST by its key) is repeated after each fault that may pass. Anything
else only where it certainly has not been carried out: there was no connection, or the answer is 429.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from random import uniform

import httpx2

from closum_client._failures import Unusable, failure, never_sent, untrusted
from closum_client._steps import Outcome, Send, Sleep, Steps

FIRST_PAUSE = 0.5  # seconds; twice as long each time
LONGEST_PAUSE = 8.0
LONGEST_WAIT = 60.0  # a server that asks for more is not waited for

LASTING = (httpx2.LocalProtocolError, httpx2.UnsupportedProtocol, httpx2.DecodingError, Unusable)
PASSING_STATUS = frozenset({429, 502, 503, 504})
DOUBTFUL = "closum_client.doubtful"
"""Key of an answer's extensions: an attempt before it may have been carried out."""


def exchange(send: Send, retries: int, *, doubtful: bool = False) -> Steps[httpx2.Response]:
    """The answer to a request, whatever its status, sent again up to `retries` times; `doubtful` where it may have been
    carried out before.

    Raises ConnectionFailed, TimedOut, UnexpectedAnswer (where it cannot be decoded).
    """
    for attempt in count():
        outcome: Outcome = yield send
        pause = _pause(outcome, send, attempt) if attempt < retries else None
        if pause is None:
            break
        doubtful = doubtful or not _not_done(outcome)
        yield Sleep(pause)
    if isinstance(outcome, httpx2.Response):
        outcome.extensions[DOUBTFUL] = doubtful
        return outcome
    raise failure(outcome, send, doubtful=doubtful) from outcome


def _pause(outcome: Outcome, send: Send, attempt: int) -> float | None:
    """Seconds before the request is sent again; None when it isn't."""
    if not (_may_pass(outcome, send) if send.repeatable else _not_done(outcome)):
        return None
    pause = min(FIRST_PAUSE * 2.0 ** min(attempt, 10), LONGEST_PAUSE) * uniform(0.5, 1)  # noqa: S311 -- no secret
    asked = retry_after(outcome) if isinstance(outcome, httpx2.Response) else None
    if asked is None:
        return pause
    return max(asked, pause) if asked <= LONGEST_WAIT else None


def _may_pass(outcome: Outcome, send: Send) -> bool:
    if isinstance(outcome, httpx2.Response):
        return (still_running(outcome) and not send.harmless) or outcome.status_code in PASSING_STATUS
    return _is_passing(outcome)


def _is_passing(outcome: httpx2.RequestError) -> bool:
    return not isinstance(outcome, LASTING) and not untrusted(outcome)


def _not_done(outcome: Outcome) -> bool:
    if isinstance(outcome, httpx2.Response):
        return outcome.status_code == 429
    return never_sent(outcome) and _is_passing(outcome)


def still_running(response: httpx2.Response) -> bool:
    """Whether the call has no answer yet: a refusal with the same status does not ask for another attempt."""
    return response.status_code == 409 and "Retry-After" in response.headers


def retry_after(response: httpx2.Response) -> float | None:
    """Seconds that an answer asks to wait for, given as a number or as a date; None where it doesn't."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until = _date(text)
    if until is None:
        return None
    # By the server's own clock, where it tells it: ours may go wrong.
    now = _date(response.headers.get("Date", "")) or datetime.now(UTC)
    return max((until - now) / timedelta(seconds=1), 0.0)


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
