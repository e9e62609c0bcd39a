"""The `closum` command. Each group of commands is imported only when it is used."""

import importlib
import sys
from typing import Any

import click

from closum import __version__
from closum.errors import Error, Refusal

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serve", "Serve the API."),
    "user": ("users", "Users: add, list, password, disable, enable, sign-out, remove."),
    "account": ("accounts", "Accounts: add, list, rename, disable, enable."),
    "demo": ("data", "Fill an account with believable demo leads."),
    "city": ("data", "Cities: load."),
    "person": ("data", "Persons: erase."),
    "backup": ("files", "Make a sound copy of the database while it is in use."),
    "restore": ("files", "Put a backup in place."),
    "check": ("files", "Check the database: integrity, copies, counts, schema."),
    "database": ("database", "The database as a whole: copy, distribute."),
    "routes": ("about", "Print the route table."),
    "settings": ("about", "Print every setting and where its value comes from."),
}


class Commands(click.Group):
    """Names and one-line helps are known here; the rest is imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"closum.cli.{module}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="closum", message="%(prog)s %(version)s")
def closum() -> None:
    """Closum: a self-hosted lead-management service.

    Every option can also be set in the environment, as CLOSUM_ and its name.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command; errors are one line on standard error and a non-zero exit."""
    try:
        result: Any = closum.main(arguments, prog_name="closum", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        _fail(error.format_message(), error.exit_code)
    except (Refusal, Error) as error:
        _fail(str(error), 1)
    except BrokenPipeError:
        sys.exit(1)  # nobody reads on
    except OSError as error:
        _fail(f"{error.filename or 'The output'}: {error.strerror}", 1)
    except UnicodeError:
        _fail("Arguments and input must be UTF-8 text", 2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    sys.exit(result if isinstance(result, int) else 0)


def _fail(message: str, code: int) -> None:
    click.echo(f"closum: {' '.join(message.split())}", err=True)
    sys.exit(code)
