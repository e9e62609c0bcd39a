"""What went wrong, in lines for people and an exit code for scripts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from closum_client.cli.text import visible
from closum_client.errors import (
    LOOK_FIRST,
    ApiError,
    ClosumError,
    ConnectionFailed,
    Gone,
    Invalid,
    NotFound,
    PreconditionFailed,
    ServiceUnavailable,
    TooManyRequests,
    Unauthorized,
)

ERROR, USAGE, NOT_SIGNED_IN, NOT_FOUND, INVALID, UNAVAILABLE, CHANGED, GONE = range(1, 9)
INTERRUPTED = 130

EXIT_CODES = """\b
Exit codes:
  0    done
  1    the server refused or failed, or is not closum; a file is in the way
  2    wrong usage
  3    not signed in, or signed out meanwhile; wrong e-mail address or password
  4    there is no such record or page
  5    the server refused values, with a line for each
  6    the server cannot be reached, is too slow or too busy: try later
  7    the record has been changed since --if-match, or other records fit than --if-count says
  8    the history does not go back so far: to a position of changes, or to an operation
  130  interrupted
"""

Lines = tuple[str, ...]
Explain = Callable[[ApiError], Lines | None]
"""Better lines for an answer than the general ones, or None."""


class Failure(click.ClickException):
    """An error with a line for each fault."""

    def __init__(self, code: int, *lines: str) -> None:
        self.lines = tuple(map(visible, lines))
        super().__init__("\n".join(self.lines))
        self.exit_code = code  # type: ignore[misc]  # click has one for each class


def program() -> str:
    """What the command is called: closum-client, or closum where that has the commands."""
    return click.get_current_context().find_root().info_name or "closum-client"


@contextmanager
def as_failure(explain: Explain) -> Iterator[None]:
    """Errors of the client become a Failure."""
    try:
        yield
    except ApiError as error:
        lines = explain(error) or (_said(error),)
        raise Failure(code_of(error), *lines, *_warning(error)) from None
    except ClosumError as error:
        raise Failure(code_of(error), error.message, *_warning(error)) from None


def _warning(error: ClosumError) -> Lines:
    return (LOOK_FIRST,) if error.outcome_unknown else ()


def _said(error: ApiError) -> str:
    if isinstance(error, Gone):
        return (
            "What changed since this position is not known any more: the history behind it is cut, or the database was "
            f"replaced. Take a new one with '{program()} changes --position', then read everything again"
        )
    request = f" (request {error.request_id})" if error.request_id else ""
    said = f"The server answered {error.status}: {error.message}{request}"
    if isinstance(error, TooManyRequests | ServiceUnavailable) and error.retry_after is not None:
        return f"{said}; try again in {_duration(error.retry_after)}"
    return said


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{-(-seconds // 60):.0f} minutes"


def code_of(error: ClosumError) -> int:
    """The exit code that says what went wrong."""
    codes = (
        (Unauthorized, NOT_SIGNED_IN),
        (NotFound, NOT_FOUND),
        (Invalid, INVALID),
        (PreconditionFailed, CHANGED),
        (Gone, GONE),
        ((ConnectionFailed, TooManyRequests, ServiceUnavailable), UNAVAILABLE),
    )
    if getattr(error, "status", None) in (502, 504):  # of a proxy whose server is away
        return UNAVAILABLE
    return next((code for kind, code in codes if isinstance(error, kind)), ERROR)
