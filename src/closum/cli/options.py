"""Options that commands share. Each is also a variable CLOSUM_… in the environment, but for flags that destroy data."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from closum.operations import cities
from closum.settings import PREFIX, SETTINGS, load
from closum.store import opening
from closum.store.cities import are_missing
from closum.store.session import Session
from closum.store.sqlite.exposure import exposures

F = TypeVar("F", bound=Callable[..., Any])


def setting(name: str) -> Callable[[F], F]:
    """An option for a row of the table of settings, which also reads its variable."""
    row = next(row for row in SETTINGS if row.name == name)
    flag = isinstance(row.default, bool)
    default = "" if flag or row.default in (None, (), "") else f"; {row.default} by default"
    text = f"{row.help} [{row.variable}{default}]"
    how: dict[str, Any] = {"is_flag": True, "flag_value": "yes"} if flag else {"metavar": "TEXT"}
    return click.option(f"--{name.replace('_', '-')}", name, default=None, help=text, **how)


def option(name: str, *more: str, **attributes: Any) -> Callable[[F], F]:
    """An option of one command."""
    variable = PREFIX + name.upper().replace("-", "_")
    return click.option(f"--{name}", *more, envvar=variable, show_envvar=True, **attributes)


def flag(name: str, help: str) -> Callable[[F], F]:
    """A flag that destroys data or lets it happen unasked: it is given with the command, never in the environment."""
    return click.option(f"--{name}", is_flag=True, help=help)


class _File(click.Path):
    """The name of a file. `pathlib` would take an empty one for the folder, and `backups/` for the file `backups`."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        if not os.path.basename(value):
            self.fail(f"'{value}' is not the name of a file" if value else "it is empty", param, ctx)
        return path


FILE_NAME = _File(path_type=Path, dir_okay=False)
FILE = click.argument("file", type=FILE_NAME)
database = setting("database")
account = option("account", metavar="NAME", help="The account; not needed where there is only one.")
overwrite = flag("overwrite", help="Replace what is there.")


def database_url(url: str | None) -> str:
    """What --database, or its variable, says."""
    found: str = load({"database": url}).database
    return found


def tell_of_exposures(path: Path) -> None:
    """Who else can read or replace a SQLite database, on standard error."""
    for line in exposures(path):
        click.echo(f"closum: {line}", err=True)


def open_session(url: str | None, *, create: bool = False, serving: bool = False) -> Session:
    """The database of a command, up to date; a new one with its cities."""
    session = opening.open_session(database_url(url), create=create, serving=serving)
    if session.saved:
        click.echo(f"The schema was brought up to date; {session.saved} is a backup from before.", err=True)
    with session.read() as unit:
        seeded = not are_missing(unit)
    if not seeded:
        with session.setup() as unit:
            cities.seed(unit)
    return session
