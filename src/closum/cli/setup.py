"""The set-up code, by which the first user is made: what a server prints, and `closum setup-code`."""

import shlex
import sys

import click

from closum.accounts import setup
from closum.cli.options import open_session, setting
from closum.errors import Refusal
from closum.settings import Settings, load
from closum.store.keys import write_key
from closum.store.opening import locate
from closum.store.session import Session

NO_USER = "There is no user yet. To make the first one in a browser, open the address that this prints:"
FROM_FILE = (
    "Only the server's user can read this file; with a container, run the command in it. Where people reach the server at"
    " another address, such as that of a proxy, open that one, with the '/welcome?code=...' of this one."
)
OR_ADD = "For programs alone, no page is needed: 'closum user add EMAIL' makes a user, too."


@click.command("setup-code")
@setting("root_path")
@setting("database")
def setup_code(**given: str | None) -> None:
    """Print a new code, by which the page /welcome makes the first user; the one before it ends."""
    settings = load(given)
    with open_session(settings.database) as session:
        with session.read() as unit:
            if not setup.needed(unit):
                raise Refusal(
                    "There is a user, so no code is needed: 'closum user list' shows who, 'closum user add' adds one"
                )
        with session.setup() as unit:
            code = setup.make(unit)
            click.echo(f"Set-up code: {code}")  # before the commit: a code that nobody has seen is not set
    click.echo(f"Open {_path(settings, code)} at the address of your server, such as http://127.0.0.1:8000")


def offer(session: Session, settings: Settings, address: str) -> str:
    """Make a new code where there is no user, for who reads the terminal or a file; what to tell them."""
    file = locate(settings.database).setup_file
    with session.read() as unit:
        needed = setup.needed(unit)
    if not needed or sys.stdout.isatty():
        setup.forget_file(file)
    if not needed:
        return ""
    if not sys.stdout.isatty() and file is None:
        return f"{NO_USER}\n\n  closum setup-code\n\n{OR_ADD}"
    with session.setup() as unit:
        code = setup.make(unit)
        page = _page(settings, address, code)
        if not sys.stdout.isatty() and file:
            write_key(file, page.encode())
    if sys.stdout.isatty():
        return f"There is no user yet. Open this address in a browser to make the first one:\n\n  {page}\n\n{OR_ADD}"
    return f"{NO_USER}\n\n  cat {shlex.quote(str(file))}\n\n{FROM_FILE} {OR_ADD}"


def _page(settings: Settings, address: str, code: str) -> str:
    if settings.uds:
        return f"{_path(settings, code)} (at the address of your proxy)"
    return f"{address}{_path(settings, code)}"


def _path(settings: Settings, code: str) -> str:
    return f"{settings.root_path}/welcome?code={code}"
