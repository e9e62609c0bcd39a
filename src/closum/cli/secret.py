"""Reading a password: from a pipe or a file one line, on a terminal asked for twice, hidden."""

import sys

import click

from closum.accounts import passwords
from closum.errors import Refusal

MOST = 8_192  # characters that are read; a password that may be set has fewer


def new_password() -> str:
    """A password that may be set, from standard input. Raises Refusal."""
    if sys.stdin.isatty():
        asked: str = click.prompt(
            "Password", hide_input=True, confirmation_prompt=True, err=True, value_proc=_settable
        )
        return asked
    password = line_of_input()
    passwords.check(password)
    return password


def line_of_input() -> str:
    """The one line of standard input, without its end. Raises Refusal."""
    try:
        text = sys.stdin.read(MOST + 1)
        text.encode()
    except UnicodeError:
        raise Refusal("The password on standard input is not text in UTF-8") from None
    if len(text) > MOST:
        raise Refusal(f"The password on standard input is too long: at most {passwords.MAX_BYTES} bytes")
    if text.startswith("\ufeff"):
        raise Refusal("Standard input begins with a byte-order mark: save the file as UTF-8 without one")
    line, end, more = text.partition("\n")
    if more:
        raise Refusal("--password-stdin takes one line, and standard input has more: give the password alone")
    return line.removesuffix("\r") if end else line


def _settable(password: str) -> str:
    try:
        passwords.check(password)
    except Refusal as refusal:
        raise click.UsageError(str(refusal)) from None  # it is asked for again
    return password
