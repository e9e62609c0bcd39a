"""Which server a command goes to, and with which token."""

import shlex
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import click
from click.core import ParameterSource

from closum_client.cli import kept
from closum_client.cli.address import Url
from closum_client.cli.failure import NOT_SIGNED_IN, Explain, Failure, Lines, as_failure, program
from closum_client.cli.text import visible
from closum_client.cli.values import local_time
from closum_client.errors import ApiError, Unauthorized

if TYPE_CHECKING:
    from closum_client.cli.calls import Calls

DEFAULT_URL = "http://127.0.0.1:8000"
TIMEOUT = 30.0  # seconds
AGAIN = 3
"""Times that a call is sent again: one with a key, by which the server knows it, and one in the middle of a long list."""


class Variable(click.Option):
    """An option that is also a variable; an error names that only where the option was not given itself."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        given = ctx and ctx.get_parameter_source(self.name or "") is ParameterSource.COMMANDLINE
        return click.Parameter.get_error_hint(self, ctx) if given else super().get_error_hint(ctx)


url_option = click.option(
    "--url",
    cls=Variable,
    type=Url(),
    metavar="URL",
    envvar="CLOSUM_URL",
    show_envvar=True,
    help=f"The server's address; by default that of the last login, or else {DEFAULT_URL}.",
)
token_option = click.option(
    "--token",
    cls=Variable,
    metavar="TOKEN",
    envvar="CLOSUM_TOKEN",
    show_envvar=True,
    help="A token, instead of the token that login keeps. Others on the machine can see options: prefer the variable.",
)


def client(url: str, *, retries: int = 0, **sign_in: Any) -> "Calls":
    """A client whose calls are sent once, unless `retries` says otherwise: whoever runs the command repeats it."""
    from closum_client.cli.calls import Calls

    return Calls(url, timeout=TIMEOUT, retries=retries, **sign_in)


class Target(NamedTuple):
    """`kept` is the sign-in that the token is of, when it was not given."""

    url: str
    token: str
    kept: kept.Kept | None


def target(url: str | None, token: str | None) -> Target:
    """Server and token of a command. A kept token goes to no other server than its own. Raises Failure."""
    if token is not None:
        return Target(url or kept_url() or DEFAULT_URL, _checked(token), None)
    found = kept.read()
    if found is None:
        raise Failure(NOT_SIGNED_IN, f"You are not signed in; run: {_login(url)}")
    if url not in (None, found.url):
        raise Failure(NOT_SIGNED_IN, f"You are signed in to {found.url}, not to {url}; run: {_login(url)}")
    return Target(found.url, found.token, found)


def kept_url() -> str | None:
    """The server of the last login."""
    found = kept.read()
    return found.url if found else None


def _checked(token: str) -> str:
    from closum_client._address import is_token

    token = token.strip()
    if not is_token(token):
        raise click.UsageError("That is not a token: it contains characters that no token has.")
    return token


def _login(url: str | None) -> str:
    return f"{program()} login" + (f" --url {shlex.quote(url)}" if url else "")


@contextmanager
def connected(
    url: str | None, token: str | None, explain: Explain = lambda error: None, retries: int = 0
) -> Iterator["Calls"]:
    """A client of the server; its errors become a Failure, with the lines that `explain` has for an answer.

    Its warnings are lines on standard error.
    """
    from closum_client._ignored import IgnoredProperties

    where = target(url, token)
    with (
        warnings.catch_warnings(),
        as_failure(lambda error: explain(error) or _refused(error, where)),
        client(where.url, token=where.token, retries=retries) as made,
    ):
        warnings.simplefilter("always", IgnoredProperties)
        warnings.showwarning = _warned
        yield made


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    from closum_client._ignored import IgnoredProperties

    if isinstance(message, IgnoredProperties):
        names = ", ".join(map(visible, message.names))
        click.echo(f"{program()}: The server ignored {names}: unknown to it, or read-only", err=True)


def _refused(error: ApiError, where: Target) -> Lines | None:
    if not isinstance(error, Unauthorized):
        return None
    if where.kept is None:
        return (f"The token given is not valid at {where.url}, or has expired",)
    until = local_time(where.kept.expiration_date)
    return (f"Your sign-in to {where.url} is over (valid until {until} at most); run: {program()} login",)
