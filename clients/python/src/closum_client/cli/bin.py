"""`closum-client bin`: deleted records."""

from typing import Any

import click

from closum_client import resources
from closum_client.cli.connection import AGAIN, connected, token_option, url_option
from closum_client.cli.failure import EXIT_CODES
from closum_client.cli.given import Whole
from closum_client.cli.newest import (
    EVERY,
    LIMIT,
    RAW,
    Entry,
    Kind,
    Read,
    before,
    entry_of,
    explain,
    listed,
    properties,
    reader,
)
from closum_client.cli.removal import left
from closum_client.cli.revisions import who
from closum_client.cli.show import flat
from closum_client.cli.text import as_json, cell, say

COLUMNS = ("entry", "resource", "id", "record", "deleted", "kept until", "by")
LABELS = ("name", "email", "number")


def _row(one: Entry, read: Read) -> list[str]:
    begin = [cell(one.get(name)) for name in ("id", "resource", "record_id")]
    times = [read(one.get(name)) for name in ("deleted_date", "expires_date")]
    return [
        *begin,
        cell(_label(one.get("record"))),
        *times,
        who(one) if one.get("user") or one.get("key") else "",
    ]


def _label(record: Any) -> str:
    """What people know a record by: its name, address or number, or that of what it shows."""
    if not isinstance(record, dict):
        return ""
    found = [*(record.get(name) for name in LABELS), *map(_label, record.values())]
    return next((one for one in found if isinstance(one, str) and one), "")


ENTRY = Kind("entry", "entries of the bin", "/api/bin", COLUMNS, ("by", "kept until", "deleted"), _row)
IDS = click.argument("entries", type=Whole(), nargs=-1, required=True, metavar="ENTRY...")
NAMES = click.Choice([one.name for one in resources.RESOURCES if "delete" in one.verbs])


@click.group("bin", epilog=EXIT_CODES)
def bin() -> None:  # noqa: A001
    """Deleted records on the server that you are signed in to, which can be restored for 30 days."""


@bin.command("list", help=f"List deleted records, the newest first.\n\n{ENTRY.pipe}")
@click.option("--resource", type=NAMES, help="Records of this resource alone.")
@click.option("--record-id", type=Whole(), metavar="ID", help="Records that had this id alone.")
@LIMIT
@before("entry")
@EVERY
@RAW
@url_option
@token_option
def list_(every: bool, raw: bool, url: str | None, token: str | None, **asked: Any) -> None:
    with connected(url, token) as client:
        listed(client, ENTRY, asked, every=every, raw=raw)


@bin.command()
@click.argument("entry", type=Whole())
@RAW
@url_option
@token_option
def get(entry: int, raw: bool, url: str | None, token: str | None) -> None:
    """Show a deleted record. ENTRY is the number that 'list' shows first."""
    with connected(url, token, explain(ENTRY, entry)) as client:
        found = entry_of(client.request("GET", f"{ENTRY.path}/{entry}"), ENTRY)
    if raw:
        say(as_json(found))
        return
    record = found.get("record")
    shown = [(f"record.{name}", value) for name, value in flat(record)] if isinstance(record, dict) else []
    lines = [one for one in zip(COLUMNS, _row(found, reader()), strict=True) if one[0] != "record"]
    properties([*lines, *shown])


@bin.command()
@IDS
@RAW
@url_option
@token_option
def restore(entries: tuple[int, ...], raw: bool, url: str | None, token: str | None) -> None:
    """Bring deleted records back.

    Each has its id, and what it showed, if that is in the bin, too. ENTRY is the number that 'list' shows first. What has been removed for good is left out, and named.
    """
    for entry in entries:
        with connected(url, token, explain(ENTRY, entry), AGAIN) as client:
            done = entry_of(client.request("POST", f"{ENTRY.path}/{entry}/restore"), ENTRY)
        if raw:
            say(as_json(done))
            continue
        say(f"Restored {cell(done.get('resource'))} {cell(done.get('id'))}.")
        for line in left(done):
            say(line)


@bin.command()
@IDS
@RAW
@url_option
@token_option
def purge(entries: tuple[int, ...], raw: bool, url: str | None, token: str | None) -> None:
    """Remove deleted records for good.

    All that the history has of their values goes with them. This cannot be undone. ENTRY is the number that 'list' shows first.
    """
    for entry in entries:
        with connected(url, token, explain(ENTRY, entry)) as client:
            done = client.request("DELETE", f"{ENTRY.path}/{entry}")["data"]
        say(as_json(done) if raw else f"Removed entry {entry} for good; backups keep theirs.")
