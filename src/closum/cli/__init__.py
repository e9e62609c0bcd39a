"""The `closum` command. Each group of commands is imported only when it is used.

Only `__main__` may import it. Begin with serve.py.
"""

import atexit
import gc
import importlib
import sys
from typing import Any, NoReturn, cast

import click
from click.shell_completion import CompletionItem

from closum import __version__
from closum.cli import streams
from closum.cli.resources import SUMMARIES
from closum.errors import Error, Refusal

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Serve the pages and the API."),
    "setup-code": ("setup", "Print a code to make the first user in a browser."),
    "user": (
        "users",
        "Users: add, list, role, name, password, disable, enable, unlock, reset-two-factor, sign-out, remove.",
    ),
    "key": ("keys", "API keys: add, list, revoke."),
    "account": ("accounts", "Accounts: add, list, rename, show, set, disable, enable."),
    "import": ("importing", "Import leads from a CSV, XLSX, NDJSON or vCard file."),
    "demo": ("data", "Fill an account with believable demo leads."),
    "export": ("export", "Write the leads of an account to a file: CSV, XLSX, NDJSON."),
    "lead": ("lead", f"{SUMMARIES['lead'].removesuffix('.')}, undo."),
    "city": ("city", "Cities: list, get, load."),
    "bin": ("bin", "Deleted records: list, restore, purge, empty."),
    "person": ("person", "The data of a person: show, export, erase."),
    "backup": ("files", "Make a sound copy of the database while it is in use."),
    "restore": ("files", "Put a backup in place."),
    "check": ("files", "Check the database: integrity, copies, counts, schema."),
    "ledger": ("ledger", "The ledger of sign-ins and commands: list."),
    "database": ("database", "The database as a whole: copy, distribute, recompute."),
    "job": ("jobs", "Background work of servers: list, run, get."),
    "routes": ("about", "Print the route table."),
    "settings": ("about", "Print every setting of this shell and where its value comes from."),
}
"""The server's own commands: the module of each, and a line of help."""

_ATTRIBUTES = {"import": "import_", "setup-code": "setup_code"}
"""Commands whose names are no names of Python."""

CLIENT = {
    "operation": "Operations: list, get, undo.",
    "report": "Reports: leads, funnel, first-contact.",
    "changes": "What changed, and with --follow what changes.",
    "login": "Sign in to a server, and keep the token.",
    "logout": "Forget the token that is kept.",
    "completion": "Print the script for a shell's completion.",
}
"""Commands of the client, beside those of its resources."""


OBJECTS = 200_000
"""Those that hold others, new since the last look for cycles: while modules are loaded, a fifth of the time went into such looks."""


def client_commands() -> dict[str, str]:
    """Commands that speak HTTP to a server, the resources first, with a line of help each."""
    return {name: text for name, text in SUMMARIES.items() if name not in COMMANDS} | CLIENT


def client_command(name: str) -> click.Command:
    """A command of the client. Raises Refusal."""
    try:
        client: Any = importlib.import_module("closum_client.cli.commands")
    except ImportError as error:
        raise Refusal(
            f"closum {name} needs the package closum-client, which cannot be loaded ({error}): "
            f"install closum-client {__version__} beside closum"
        ) from None
    return cast("click.Command", client.command(name))


class Commands(click.Group):
    """Names and one-line helps are known here; the rest is imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS, *client_commands()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            module, _ = COMMANDS[cmd_name]
            command: click.Command = getattr(
                importlib.import_module(f"closum.cli.{module}"), _ATTRIBUTES.get(cmd_name, cmd_name)
            )
            return command
        if cmd_name in client_commands():
            return client_command(cmd_name)
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])
        with formatter.section("Commands that work over HTTP, with a server here or elsewhere"):
            formatter.write_dl(list(client_commands().items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        helps = {name: text for name, (_, text) in COMMANDS.items()} | client_commands()
        found = [
            CompletionItem(name, help=text) for name, text in helps.items() if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def unknown_command(error: click.exceptions.NoSuchCommand) -> str:
    """The error, with the command that was meant, or else where to find those that there are."""
    from difflib import get_close_matches

    ctx = error.ctx
    assert ctx is not None
    names = cast("click.Group", ctx.command).list_commands(ctx)
    said = f"No such command '{error.command_name}'"
    if close := get_close_matches(error.command_name, names):
        meant = " or ".join(f"'{ctx.command_path} {name}'" for name in close)
        return f"{said}. Did you mean {meant}?"
    if ctx.parent is None:
        return f"{said}: '{ctx.command_path} --help' lists the commands"
    return f"{said}: the commands of '{ctx.command_path}' are {', '.join(names)}"


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="closum", message="%(prog)s %(version)s")
def closum() -> None:
    """Closum: a self-hosted lead-management service.

    The help of an option names the environment variable that does the same, if there is one.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command; errors are one line on standard error and a non-zero exit."""
    gc.set_threshold(OBJECTS, 10, 10)
    atexit.register(gc.freeze)  # the process ends: what is searched for cycles then is freed anyway
    if not streams.open_streams():
        _fail(1, streams.CLOSED)
    try:
        result: Any = closum.main(arguments, prog_name="closum", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.exceptions.NoSuchCommand as error:
        _fail(error.exit_code, unknown_command(error))
    except click.ClickException as error:
        _fail(error.exit_code, *getattr(error, "lines", (error.format_message(),)))
    except (Refusal, Error) as error:
        _fail(1, str(error))
    except BrokenPipeError:
        sys.exit(1)  # nobody reads on
    except OSError as error:
        _fail(1, f"{error.filename}: {error.strerror}" if error.filename else streams.unprinted(error))
    except UnicodeError:
        _fail(2, "Arguments and input must be UTF-8 text")
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)


def _fail(code: int, *lines: str) -> NoReturn:
    try:
        for line in lines:
            click.echo(f"closum: {' '.join(line.split())}", err=True)
    except OSError:  # nobody can be told
        streams.drop(sys.stderr)
    sys.exit(code)
