"""closum city …: `load` opens the database, the others speak HTTP; each is imported only when it is used."""

import click

from closum.cli import client_command

LOAD = "Add and rename cities from a CSV file, in the server's own database."


class City(click.Group):
    """The client's commands of cities, and `load`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_remote().commands, "load"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "load":
            return _remote().get_command(ctx, cmd_name)
        from closum.cli.data import load_cities

        return load_cities

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        remote = [(name, one.short_help or "") for name, one in _remote().commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*remote, ("load", LOAD)])


def _remote() -> click.Group:
    group = client_command("city")
    assert isinstance(group, click.Group)
    return group


@click.command(cls=City, epilog="`list` and `get` work over HTTP; the exit codes are those of `closum lead`.")
def city() -> None:
    """Cities, which all accounts share. `load` is for the server's own database."""
