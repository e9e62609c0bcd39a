"""`closum-client operation`: what was done, and undoing it."""

from collections import Counter
from typing import Any

import click

from closum_client.cli.connection import AGAIN, connected, token_option, url_option
from closum_client.cli.failure import EXIT_CODES, program
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
    named,
    properties,
    reader,
)
from closum_client.cli.revisions import who
from closum_client.cli.text import as_json, cell, counted, say, visible

COLUMNS = ("operation", "at", "by", "cause", "changes", "records", "undoes", "undone by", "until")


def _row(one: Entry, read: Read) -> list[str]:
    begin = [cell(one.get("id")), read(one.get("at")), who(one)]
    numbers = [cell(one.get("cause")), cell(one.get("changes")), _counts(one.get("counts"))]
    undone = [cell(one.get(name)) for name in ("undoes", "undone_by")]
    return [*begin, *numbers, *undone, read(one.get("can_be_undone_until"))]


def _counts(counts: Any) -> str:
    """lead: update 2, create 1; email: create 1."""
    if not isinstance(counts, dict):
        return ""
    found = {name: verbs for name, verbs in counts.items() if isinstance(verbs, dict)}
    texts = (
        f"{name}: {', '.join(f'{verb} {number}' for verb, number in verbs.items())}"
        for name, verbs in found.items()
    )
    return visible("; ".join(texts))


OPERATION = Kind(
    "operation",
    "operations",
    "/api/operation",
    COLUMNS,
    ("until", "undoes", "cause", "changes", "undone by"),
    _row,
)
PATH = OPERATION.path
ID = click.argument("id", type=Whole())


@click.group(epilog=EXIT_CODES)
def operation() -> None:
    """Operations on the server that you are signed in to: what one call, command or background work did."""


@operation.command("list", help=f"List operations, the newest first.\n\n{OPERATION.pipe}")
@LIMIT
@before("operation")
@EVERY
@RAW
@url_option
@token_option
def list_(
    limit: int | None, before: int | None, every: bool, raw: bool, url: str | None, token: str | None
) -> None:
    with connected(url, token) as client:
        listed(client, OPERATION, {"before": before, "limit": limit}, every=every, raw=raw)


@operation.command()
@ID
@RAW
@url_option
@token_option
def get(id: int, raw: bool, url: str | None, token: str | None) -> None:
    """Show an operation, with the first 100 records that it changed.

    Its number is in the header X-Operation of the call, and in the history of each record.
    """
    with connected(url, token, explain(OPERATION, id)) as client:
        found = entry_of(client.request("GET", f"{PATH}/{id}"), OPERATION)
    if raw:
        say(as_json(found))
        return
    records = [("record", f"{one.get('verb')} {named(one)}") for one in _entries(found, "records")]
    properties([*zip(COLUMNS, _row(found, reader()), strict=True), *records])


@operation.command()
@ID
@click.option(
    "--dry-run", is_flag=True, help="Show what would be undone and what would be left; change nothing."
)
@RAW
@url_option
@token_option
def undo(id: int, dry_run: bool, raw: bool, url: str | None, token: str | None) -> None:
    """Undo an operation, property by property. What was changed since stays as it is, and is named.

    An undo is an operation too: undo it to do again what it undid. A large one is undone by background work.
    """
    body = {"dry_run": True} if dry_run else {}
    with connected(url, token, explain(OPERATION, id), AGAIN) as client:
        done = entry_of(client.request("POST", f"{PATH}/{id}/undo", json=body), OPERATION)
    if raw:
        say(as_json(done))
    elif isinstance(done.get("job"), dict):
        work = visible(str(done["job"].get("id")))
        say(
            f"Background work {work} undoes operation {id}: '{program()} job get {work}' shows how far it is."
        )
    else:
        _tell(done, *(("would be undone", "would stay") if dry_run else ("undone", "stays")))


def _tell(done: Entry, undone: str, stays: str) -> None:
    if done.get("operation") is not None:
        say(f"Operation {done['operation']}:")
    counts = Counter(visible(str(one.get("resource"))) for one in _entries(done, "undone"))
    for resource, number in sorted(counts.items()):
        say(f"{counted(number, resource, f'{resource}s')} {undone}.")
    if not counts:
        say(f"Nothing {undone}.")
    if "undone_count" in done and done["undone_count"] is None:
        say("These are of the last changes alone: there are more.")
    for one in _entries(done, "left"):
        say(f"{named(one)} {stays}: {visible(str(one.get('reason')))}{_belonging(one)}")


def _belonging(one: Entry) -> str:
    """How many records of each resource a record has by now, in brackets."""
    found = one.get("belonging")
    counts = found.items() if isinstance(found, dict) else ()
    shown = [counted(number, name, f"{name}s") for name, number in counts if type(number) is int]
    return visible(f" ({', '.join(shown)})") if shown else ""


def _entries(found: Entry, name: str) -> list[Entry]:
    """The objects in an array of an answer."""
    entries = found.get(name)
    return [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
