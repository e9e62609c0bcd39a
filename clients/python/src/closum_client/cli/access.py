"""`closum-client login`, `logout`."""

import sys
from functools import partial

import click

from closum_client.cli import kept
from closum_client.cli.address import url_of
from closum_client.cli.connection import DEFAULT_URL, client, kept_url, url_option
from closum_client.cli.failure import ERROR, Failure, Lines, as_failure
from closum_client.cli.text import say, visible
from closum_client.cli.values import local_time
from closum_client.errors import ApiError, NotFound, Unauthorized

MOST = 8_192  # characters of a password that are read; the server takes fewer


@click.command()
@url_option
@click.option("--email", metavar="ADDRESS", help="Your e-mail address.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input, one line.")
def login(url: str | None, email: str | None, password_stdin: bool) -> None:
    """Sign in, and keep the token for the commands that follow.

    Asks for what is missing. The token is kept in a file that only you can read, and sent to no other server; the
    password is not kept.
    """
    url = url or _url()
    email = email or _prompt("E-mail", "--email")
    piped = password_stdin and not _can_ask()
    password = _line_of_input() if piped else _prompt("Password", "--password-stdin", hidden=True)
    with as_failure(partial(_refused, url)), client(url, email=email, password=password) as made:
        token = made.sign_in()
    until = token.expiration_date.isoformat()
    kept.write(kept.Kept(url, token.token, email, until))
    say(f"Signed in to {url} as {visible(email)} until {local_time(until)}.")


@click.command()
def logout() -> None:
    """Forget the token that is kept.

    The server accepts it until it expires; `closum user sign-out`, on the server, revokes it there.
    """
    say("Signed out: the token is forgotten." if kept.remove() else "You were not signed in.")


def _url() -> str:
    try:
        last = kept_url() or DEFAULT_URL
    except Failure:  # a broken file, which is about to be replaced
        last = DEFAULT_URL
    if not _can_ask():
        return last
    return str(click.prompt("Address of the server", default=last, value_proc=_url_of, err=True))


def _url_of(text: str) -> str:
    try:
        return url_of(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _prompt(what: str, option: str, *, hidden: bool = False) -> str:
    if not _can_ask():
        raise click.UsageError(f"Missing option '{option}': there is no terminal to ask on.")
    return str(click.prompt(what, hide_input=hidden, err=True))


def _can_ask() -> bool:
    return sys.stdin.isatty()


def _line_of_input() -> str:
    """The one line of standard input, without its end."""
    try:
        text = sys.stdin.read(MOST + 1)
        text.encode()
    except UnicodeError:
        raise click.UsageError("The password on standard input is not text in UTF-8.") from None
    line, end, more = text.partition("\n")
    if more or len(text) > MOST:
        raise click.UsageError(
            f"--password-stdin takes one line of at most {MOST} characters, and standard input has more."
        )
    password = line.removesuffix("\r") if end else line
    if "\0" in password:
        raise click.UsageError("The password on standard input has a NUL byte: give it as plain text.")
    if not password:
        raise click.UsageError("There is no password on standard input.")
    return password


def _refused(url: str, error: ApiError) -> Lines | None:
    if isinstance(error, NotFound):
        raise Failure(ERROR, f"There is no closum at {url}: is that the server's address?")
    return ("Wrong e-mail address or password",) if isinstance(error, Unauthorized) else None
