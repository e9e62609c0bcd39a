"""Options that commands share. Each that takes a value is also a variable CLOSUM_… in the environment; flags are not."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from closum.cli.operator import by_operator
from closum.cli.progress import progress_lines
from closum.operations import cities
from closum.operations.importing.files import Files
from closum.resources import RESOURCES
from closum.settings import PREFIX, SETTINGS, Setting, load, shortened
from closum.store import opening
from closum.store.cities import are_missing
from closum.store.location import Location
from closum.store.recompute import Rules
from closum.store.session import SERVER, Session

F = TypeVar("F", bound=Callable[..., Any])

RULES = Rules(RESOURCES, progress_lines)
"""What derived columns of an older database are made by."""


def setting(name: str) -> Callable[[F], F]:
    """An option for a row of the table of settings, which also reads its variable."""
    row = next(row for row in SETTINGS if row.name == name)
    option = f"--{name.replace('_', '-')}"
    if isinstance(row.default, bool):
        text = f"{row.help.removesuffix(': yes or no')} [{row.variable}=yes]"
        return click.option(option, name, is_flag=True, flag_value="yes", default=None, help=text)
    default = "" if row.default in (None, (), "") else f"; {row.default} by default"
    text = f"{row.help} [{row.variable}{default}]"
    return click.option(option, name, type=_Value(row), default=None, help=text)


class _Value(click.ParamType[str]):
    """The text of a setting, which can be read."""

    def __init__(self, row: Setting) -> None:
        self._row = row
        self.name = row.kind

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return f"[{'|'.join(self._row.among)}]" if self._row.among else self._row.kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            self._row.parse(value)
        except ValueError as error:
            self.fail(f"it must be {error}, not '{shortened(value)}'", param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[str]]:
        if self._row.kind == "FILE":
            return [CompletionItem(incomplete, type="file")]
        return [CompletionItem(one) for one in self._row.among if one.startswith(incomplete)]


class Variable(click.Option):
    """An option that is also a variable; an error names that only where the option was not given itself."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        given = ctx and ctx.get_parameter_source(self.name or "") is ParameterSource.COMMANDLINE
        return click.Parameter.get_error_hint(self, ctx) if given else super().get_error_hint(ctx)


def option(name: str, *more: str, **attributes: Any) -> Callable[[F], F]:
    """An option of one command."""
    variable = PREFIX + name.upper().replace("-", "_")
    return click.option(f"--{name}", *more, cls=Variable, envvar=variable, show_envvar=True, **attributes)


def flag(name: str, help: str) -> Callable[[F], F]:
    """A flag of one command. It is given with the command: one that destroys must not come from an environment."""
    return click.option(f"--{name}", is_flag=True, help=help)


class Number(click.ParamType[int]):
    """A whole number from `least` to `most`, in the digits 0 to 9."""

    name = "number"

    def __init__(self, most: int, least: int = 1) -> None:
        self._most, self._least = most, least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(self._most))
        if not plain or not self._least <= int(text) <= self._most:
            self.fail(
                f"it must be a whole number from {self._least} to {self._most}, such as 250, not '{text}'",
                param,
                ctx,
            )
        return int(text)


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
account = option("account", metavar="NAME", help="The account; not needed if there is only one.")


def account_only(what: str) -> Callable[[F], F]:
    """The option of a command that without it is about every account."""
    return option(
        "account", metavar="NAME", help=f"Only {what} of this account; without it, {what} of every account."
    )


overwrite = flag("overwrite", help="Replace a file that exists.")


def database_url(url: str | None) -> str:
    """What --database, or its variable, says."""
    found: str = load({"database": url}).database
    return found


def files_of(url: str | None, folder: str | None = None) -> Files:
    """The files of imports, where --database and --files-folder, or their variables, say."""
    settings = load({"database": url, "files_folder": folder})
    return Files(opening.files_folder(settings.database, settings.files_folder))


def warn_of_exposures(location: Location) -> None:
    """Who else can read or replace a database, on standard error."""
    for line in location.exposures():
        click.echo(f"closum: {line}", err=True)


def open_session(url: str | None, *, create: bool = False, serving: bool = False) -> Session:
    """The database of a command, up to date; a new one with its cities."""
    session = opening.open_session(database_url(url), create=create, serving=serving, rules=RULES)
    session.by = SERVER if serving else by_operator()
    if session.made:
        click.echo(f"Made the database {session.made}.")
    if session.saved:
        click.echo(f"The schema was brought up to date; {session.saved} is a backup from before.", err=True)
    with session.read() as unit:
        seeded = not are_missing(unit)
    if not seeded:
        with session.setup() as unit:
            cities.seed(unit)
    return session
