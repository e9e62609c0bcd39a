"""`closum-client job`: background work that was asked for."""

from typing import Any

import click

from closum_client._ids import name_of
from closum_client.cli.connection import connected, token_option, url_option
from closum_client.cli.failure import EXIT_CODES
from closum_client.cli.newest import (
    LIMIT,
    RAW,
    Entry,
    Kind,
    Read,
    entry_of,
    explain,
    listed,
    properties,
    reader,
)
from closum_client.cli.text import as_json, cell, say

COLUMNS = ("job", "kind", "state", "done", "begun", "last step", "operation", "left", "error")


def _row(one: Entry, read: Read) -> list[str]:
    total = one.get("total")
    done = cell(one.get("done")) if total is None else f"{cell(one.get('done'))} of {cell(total)}"
    begin = [cell(one.get(name)) for name in ("id", "kind", "state")]
    times = [read(one.get(name)) for name in ("created", "modified")]
    return [*begin, done, *times, *(cell(one.get(name)) for name in ("operation", "left_count", "error"))]


JOB = Kind("job", "jobs", "/api/job", COLUMNS, ("kind", "left", "begun", "error", "operation"), _row)


class Name(click.ParamType[str]):
    """The id of background work."""

    name = "job"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return name_of(value)
        except ValueError:
            self.fail("it must be what 'list' shows first, such as undo-1", param, ctx)


@click.group(epilog=EXIT_CODES)
def job() -> None:
    """Background work on the server that you are signed in to."""


@job.command("list", help=f"List the background work that was asked for, the newest first.\n\n{JOB.pipe}")
@LIMIT
@RAW
@url_option
@token_option
def list_(limit: int | None, raw: bool, url: str | None, token: str | None) -> None:
    with connected(url, token) as client:
        listed(client, JOB, {"limit": limit}, raw=raw)


@job.command()
@click.argument("id", type=Name())
@RAW
@url_option
@token_option
def get(id: str, raw: bool, url: str | None, token: str | None) -> None:
    """Show how far background work is, on the server that you are signed in to."""
    with connected(url, token, explain(JOB, id)) as client:
        found = entry_of(client.request("GET", f"{JOB.path}/{id}"), JOB)
    if raw:
        say(as_json(found))
    else:
        properties([*zip(COLUMNS, _row(found, reader()), strict=True)])
