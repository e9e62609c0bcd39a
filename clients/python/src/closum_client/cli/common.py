"""What the commands of a resource have in common."""

from collections.abc import Callable, Mapping

import click

from closum_client.cli import body as bodies
from closum_client.cli.commands import word
from closum_client.cli.connection import token_option, url_option
from closum_client.cli.given import Tag, Whole
from closum_client.resources import Resource

VALUES = "\n\nGive the values as options, or all of them with --data."

ID = click.Argument(["id"], type=Whole())
IDS = click.Argument(["ids"], type=Whole(), nargs=-1, required=True, metavar="ID...")


def command(name: str, run: Callable[..., None], text: str, *options: click.Parameter) -> click.Command:
    """A command of a resource, with the options that all of them have."""
    raw = click.Option(["--json", "raw"], is_flag=True, help="Print the answer's data as JSON.")
    return url_option(token_option(click.Command(name, callback=run, help=text, params=[*options, raw])))


def if_match_option(resource: Resource, begin: str, end: str = "") -> click.Parameter:
    """The option with the ETag of a record."""
    shown = f"{word(resource, 'retrieve')} --etag"
    text = f"{begin} only if the ETag is still this one, from '{shown}'.{end}"
    return click.Option(["--if-match"], type=Tag(shown), metavar="ETAG", help=text)


def body_of(found: list[bodies.Setter], data: str | None, given: Mapping[str, str | None]) -> bodies.Body:
    """The body of a call, from the options or from --data. Raises click.UsageError."""
    made = bodies.from_options(found, given)
    if data is None:
        return made
    if made:
        raise click.UsageError("--data is the whole body: give it alone, or the other options.")
    return bodies.from_data(data)
