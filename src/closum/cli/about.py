"""closum routes, closum settings: what is there."""

import sys

import click

from closum import settings as table
from closum.cli.options import setting

NOTE = "\nThese are the settings in this shell. A running server has those of its own start."


@click.command()
def routes() -> None:
    """Print the route table: method, path, and the permission that a route needs.

    `public` needs no token. `lead:read` is needed to read leads, `lead:create` to add new ones, `lead:write` to change and
    delete them, and so on: 'closum user role' and 'closum key add' say who has which, in their account alone.
    """
    from closum.app import every_route
    from closum.resources import RESOURCES
    from closum.web.entry import Pages
    from closum.web.site import Site

    site = Site("", b"", RESOURCES)
    table = every_route(site, Pages(site))
    methods, paths = (
        max(map(len, names)) for names in zip(*((one.method, one.path) for one in table), strict=True)
    )
    for route in table:
        click.echo(f"{route.method:<{methods}} {route.path:<{paths}} {route.needs}")


@click.command()
@setting("database")
def settings(database: str | None) -> None:
    """Print every setting, its value and where that comes from.

    These are the settings that a command has in this shell. A running server has those of its own start: for a service
    they are in its unit ('systemctl cat closum').
    """
    loaded = table.load({"database": database})
    width = max(len(row.variable) for row in table.SETTINGS)
    for row in table.SETTINGS:
        click.echo(f"{row.variable:<{width}}  {_value(loaded, row)}")
        click.echo(f"{'':<{width}}  {row.help}")
    if sys.stdout.isatty():
        click.echo(NOTE, err=True)
    for name in table.unknown_variables():
        click.echo(f"closum: {name} is set, but closum has no such setting", err=True)


def _value(loaded: table.Settings, row: table.Setting) -> str:
    origin = loaded.origins[row.name]
    if not table.is_set(loaded.values[row.name]):
        return "not set" if origin == "default" else f"empty  ({origin})"
    return f"{loaded.shown(row)}  ({origin})"
