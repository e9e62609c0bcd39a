"""The command that has the records of a resource arrive in a file."""

import sys
from typing import TYPE_CHECKING, Any

import click

from closum_client._formats import FORMATS, format_of
from closum_client._resource import Action
from closum_client.cli import filters
from closum_client.cli.commands import word_of
from closum_client.cli.common import command
from closum_client.cli.connection import AGAIN, connected
from closum_client.cli.failure import ERROR, Failure
from closum_client.cli.text import as_json, say
from closum_client.resources import Resource

if TYPE_CHECKING:
    from closum_client._export import Exported, Sink

OUTPUT = "-"


def command_of(resource: Resource, action: Action) -> click.Command:
    """The command that does it."""

    def run(
        file: str,
        format: str | None,
        overwrite: bool,
        raw: bool,
        url: str | None,
        token: str | None,
        **asked: Any,
    ) -> None:
        given = {name: value or None for name, value in asked.items()}
        params = {**given, "format": format_of(file, format)}
        sink = _sink(file, overwrite)
        with connected(url, token, retries=AGAIN) as client:
            done = client.export(f"/api/{resource.slug}{action.tail}", params, sink)
        if file != OUTPUT:
            say(
                as_json(_data(done))
                if raw
                else f"Exported {done.size:,} bytes to {file} (SHA-256 {done.sha256})."
            )

    text = (
        f"{action.description}\n\nFILE - is the standard output. Only you may read the file, and it is there when it is whole."
        f"\n\n{filters.syntax(resource)}"
    )
    return command(word_of(action), run, text, *_options(resource))


def _options(resource: Resource) -> list[click.Parameter]:
    return [
        click.Argument(["file"], type=click.Path(dir_okay=False)),
        click.Option(
            ["--format"], type=click.Choice(FORMATS), help="By the end of the file's name, else csv."
        ),
        click.Option(["--overwrite"], is_flag=True, help="Replace a file that exists."),
        click.Option(
            ["--sort"],
            type=click.Choice(resource.sorts),
            help=f"What to sort by; {resource.default_sort} by default.",
        ),
        click.Option(
            ["--direction"],
            type=click.Choice(["asc", "desc"], case_sensitive=False),
            help="Ascending, which is the default, or descending.",
        ),
        *filters.options(resource),
    ]


def _sink(file: str, overwrite: bool) -> "Sink":
    from closum_client._export import Sink

    try:
        return Sink(sys.stdout.buffer if file == OUTPUT else file, overwrite)
    except FileExistsError:
        raise Failure(ERROR, f"{file} exists: name another file, or add --overwrite") from None


def _data(done: "Exported") -> dict[str, Any]:
    return {"size": done.size, "sha256": done.sha256}
