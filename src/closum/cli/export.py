"""closum export."""

import time
from pathlib import Path
from typing import Any

import click

from closum.accounts import users
from closum.cli import archives, taken
from closum.cli.options import FILE_NAME, account, database, flag, open_session, option, overwrite
from closum.cli.progress import progress
from closum.cli.whole import whole_file
from closum.errors import Malformed, Refusal
from closum.formats.form import CSV
from closum.formats.output import Output
from closum.model import query
from closum.model.resource import Resource
from closum.operations import exporting
from closum.operations.exporting import FORMATS, Export
from closum.resources import RESOURCES
from closum.resources.lead import LEAD

MEGABYTES = 16  # of the database's cache: what an export has read, it does not read again
EXPORTED = {one.name: one for one in RESOURCES if "list" in one.verbs and not one.shared}


@click.command()
@click.argument("file", type=FILE_NAME)
@option("format", type=click.Choice(FORMATS), help="Of the file; by the end of its name, else csv.")
@option(
    "resource", type=click.Choice([*EXPORTED]), default=LEAD.name, help="What to export; leads by default."
)
@click.option(
    "--filter",
    multiple=True,
    metavar="FILTER",
    help="Only those that fit, such as 'city_id=213'; several have to hold together.",
)
@option("q", metavar="WORDS", help="Only those with words that begin so.")
@option("changed-since", metavar="WHEN", help="Only those created or changed since a date, such as -7d.")
@option("fields", metavar="NAMES", help="Only these properties, with commas between; * is the usual ones.")
@option("sort", metavar="NAME", help="What to sort by, such as name.")
@option(
    "direction", type=click.Choice(["asc", "desc"]), help="Ascending, which is the default, or descending."
)
@flag(
    "all", "Everything of the account, with its history, as one archive (ZIP), which 'closum import' takes."
)
@overwrite
@account
@database
def export(
    file: Path,
    format: str | None,
    resource: str,
    all: bool,
    overwrite: bool,
    account: str | None,
    database: str | None,
    **asked: Any,
) -> None:
    """Write the records of an account to FILE, as they are at one moment: CSV, XLSX, or NDJSON with a record on each line.

    FILE - is the standard output. Only you may read the file, and it is there when it is whole. 'closum lead export' does the
    same over HTTP.
    """
    if all:
        if format or any(asked.values()) or resource != LEAD.name:
            raise click.UsageError("--all is everything: leave out what chooses some of it")
        archives.save(file, account, database, overwrite=overwrite)
        return
    found = EXPORTED[resource]
    wanted = Export(found, _query(found, asked), format or _format(file))
    begun = time.monotonic()
    with (
        open_session(database) as session,
        whole_file(file, overwrite=overwrite) as opened,
        progress("Exporting", found.several) as report,
    ):
        session.limit_memory(MEGABYTES)
        output = Output(opened.write)
        with session.stream() as unit:
            owner = users.account_named(unit, account)
            number = exporting.write(unit.of(owner.id), wanted, output, report)
        taken.note(session, "exported", owner.id, **wanted.told(number))
    names = found.one if number == 1 else found.several
    click.echo(
        f"Exported {number} {names} of the account '{owner.name}' in {time.monotonic() - begun:.1f} s"
        f" (SHA-256 {output.sha256.hex()}).",
        err=True,
    )


def _format(file: Path) -> str:
    ending = file.suffix.lower().removeprefix(".")
    return ending if ending in FORMATS else CSV


def _query(resource: Resource, asked: dict[str, Any]) -> query.Query:
    """What the options ask of the list. Raises Refusal."""
    pairs = [("filter", one) for one in asked.pop("filter")]
    pairs += [(name, value) for name, value in asked.items() if value is not None]
    try:
        return query.parse(resource, pairs)
    except Malformed as malformed:
        raise Refusal(str(malformed)) from None
