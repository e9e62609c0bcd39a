"""closum lead …: some commands open the database, the others speak HTTP; each is imported only when it is used."""

import importlib

import click

from closum.cli import client_command

OWN: dict[str, tuple[str, str]] = {
    "merge": ("merge", "Have leads go into another one, in the server's own database."),
    "undo": ("undo", "Undo an operation, in the server's own database."),
}
"""Commands that open the database: the module of each, and a line of help. The name of the function is the command's."""


class Lead(click.Group):
    """The client's commands of leads, and those that open the database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_remote().commands, *OWN})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in OWN:
            return _remote().get_command(ctx, cmd_name)
        module, _ = OWN[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"closum.cli.{module}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        remote = [(name, one.short_help or "") for name, one in _remote().commands.items() if name not in OWN]
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in OWN.items()])
        with formatter.section("Commands that work over HTTP, with a server here or elsewhere"):
            formatter.write_dl(remote)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _remote().format_epilog(ctx, formatter)


def _remote() -> click.Group:
    group = client_command("lead")
    assert isinstance(group, click.Group)
    return group


@click.command(cls=Lead)
def lead() -> None:
    """Leads. Those of the first commands are for the server's own database, the others for the server that you are signed
    in to."""
