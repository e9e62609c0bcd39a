"""The group `closum-client` and how it ends: one line for each error, and an exit code that says what went wrong."""

import sys
from typing import Any, NoReturn, cast

import click

from closum_client import __version__
from closum_client.cli import streams
from closum_client.cli.commands import command, summaries
from closum_client.cli.failure import EXIT_CODES

PROGRAM = "closum-client"


class Commands(click.Group):
    """Names and lines of help are known here; the rest is imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(summaries())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command(cmd_name) if cmd_name in summaries() else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(summaries().items()))


@click.command(cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=PROGRAM, message="%(prog)s %(version)s")
def client() -> None:
    """Work with the records of a closum server.

    `closum-client login` signs in, and the other commands then go to that server. If CLOSUM_URL and CLOSUM_TOKEN are in the
    environment, you need no login.
    """


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


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run the command and exit."""
    if not streams.open_streams():
        _fail(1, streams.CLOSED)
    try:
        result: Any = client.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.exceptions.NoSuchCommand as error:
        _fail(error.exit_code, unknown_command(error))
    except click.ClickException as error:
        _fail(error.exit_code, *getattr(error, "lines", (error.format_message(),)))
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
            click.echo(f"{PROGRAM}: {' '.join(line.split())}", err=True)
    except OSError:  # nobody can be told
        streams.drop(sys.stderr)
    sys.exit(code)
