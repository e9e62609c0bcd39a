"""`closum-client report`: what the leads come to."""

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from closum_client.cli.connection import connected, token_option, url_option
from closum_client.cli.failure import ERROR, EXIT_CODES, Failure
from closum_client.cli.given import Whole
from closum_client.cli.newest import RAW, Entry, properties
from closum_client.cli.pages import MAX_LIMIT
from closum_client.cli.text import as_json, cell, counted, say

PATH = "/api/report"
FIRST = click.option(
    "--from", "first", metavar="DAY", help="The first day: 2026-01-31, today, yesterday or -7d."
)
LAST = click.option("--to", "last", metavar="DAY", help="The last day.")
OWNER = click.option(
    "--owner", metavar="ID", help='Only the leads of the user with this id; "" for those without an owner.'
)

Command = Callable[..., None]


def _options(command: Command) -> Command:
    """Those of every report."""
    for option in reversed((FIRST, LAST, OWNER, RAW, url_option, token_option)):
        command = option(command)
    return command


@click.group(epilog=EXIT_CODES)
def report() -> None:
    """Reports of the server that you are signed in to. Days are those of the account's time zone."""


@report.command()
@click.option(
    "--by",
    default="day",
    show_default=True,
    help="What is counted by: day, week, month, city, domain, country, owner, source or stage.",
)
@click.option("--limit", type=Whole(MAX_LIMIT), metavar="N", help="How many values at most; 25 by default.")
@_options
def leads(by: str, limit: int | None, raw: bool, **given: str | None) -> None:
    """Count the leads of some days, by a property or a time.

    On a terminal it is a table. Elsewhere it is a line for each value, with tabs between the columns and no heading: value,
    name, how many leads have it.
    """
    found = _asked("leads", {"by": by, "limit": limit}, given)
    if raw:
        say(as_json(found))
        return
    rows = [[cell(one.get(name)) for name in ("value", "label", "count")] for one in _rows(found)]
    _show((by, "name", "leads"), rows)
    if sys.stdout.isatty():
        others = found.get("others")
        more = f", {others} of them with other values" if others else ""
        say(f"{counted(found.get('total', 0), 'lead', 'leads')}{more}")


@report.command()
@_options
def funnel(raw: bool, **given: str | None) -> None:
    """Count the leads that entered each stage, and that stayed.

    Who stayed is in the stage now, or in a later one.

    On a terminal it is a table. Elsewhere it is a line for each stage, with tabs between the columns and no heading: id,
    label, entered, kept.
    """
    found = _asked("funnel", {}, given)
    if raw:
        say(as_json(found))
        return
    names = ("contact_lifecycle_stage_id", "label", "entered", "kept")
    _show(
        ("stage", "label", "entered", "kept"),
        [[cell(one.get(name)) for name in names] for one in _rows(found)],
    )


@report.command("first-contact")
@_options
def first_contact(raw: bool, **given: str | None) -> None:
    """Tell in how many seconds somebody spoke with new leads."""
    found = _asked("first-contact", {}, given)
    if raw:
        say(as_json(found))
    else:
        properties([(name.replace("_", " "), cell(value)) for name, value in found.items()])


def _asked(name: str, params: dict[str, Any], given: dict[str, str | None]) -> Entry:
    params |= {"from": given["first"], "to": given["last"], "owner_id": given["owner"]}
    with connected(given["url"], given["token"]) as client:
        found = client.request("GET", f"{PATH}/{name}", params=params)["data"]
    if not isinstance(found, dict):
        raise _unexpected()
    return found


def _rows(found: Entry) -> list[Entry]:
    rows = found.get("rows")
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise _unexpected()
    return rows


def _unexpected() -> Failure:
    said = "The server's answer has no report: is it closum, and as new as this client?"
    return Failure(ERROR, said)


def _show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    if not sys.stdout.isatty():
        say("".join("\t".join(row) + "\n" for row in rows), nl=False)
    elif rows:
        table = importlib.import_module("closum_client.cli.terminal").Table(columns, ())
        table.add([list(row) for row in rows])
