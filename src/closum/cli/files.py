"""closum backup, restore, check."""

from pathlib import Path

import click

from closum.cli.operator import by_operator
from closum.cli.options import (
    FILE,
    FILE_NAME,
    RULES,
    database,
    database_url,
    open_session,
    option,
    overwrite,
    warn_of_exposures,
)
from closum.cli.progress import progress
from closum.errors import Refusal
from closum.operations import check as checks
from closum.operations import replaced
from closum.store import ledger, migrate, rotation
from closum.store.carried import carry_over
from closum.store.location import Before, Location
from closum.store.opening import locate
from closum.store.unit import Unit


@click.command()
@click.argument("file", type=FILE_NAME, required=False)
@overwrite
@option(
    "into",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Instead of FILE: a folder, where each backup gets a name with its date.",
)
@click.option(
    "--keep-days",
    metavar="N",
    type=click.IntRange(1, 36_500),
    help="With --into: afterwards remove the backups there that are more than N days older. If the new backup fails, none"
    " is removed.",
)
@database
def backup(
    file: Path | None, overwrite: bool, into: Path | None, keep_days: int | None, database: str | None
) -> None:
    """Copy the SQLite database to FILE, as it is at one moment, and check the copy.

    The signing key goes to FILE.key. Keep it apart from FILE: anybody who has it can make tokens.
    """
    if file is None and into is None:
        raise click.UsageError("Missing argument 'FILE', or --into FOLDER.")
    if file is not None and into is not None:
        raise click.UsageError("FILE and --into FOLDER exclude each other: give one of them")
    if keep_days is not None and into is None:
        raise click.UsageError("--keep-days is for --into FOLDER")
    location = locate(database_url(database))
    if into is not None:
        file = location.dated(into, rotation.stamp())
    assert file is not None
    _back_up(location, file, overwrite)
    if keep_days is not None and (removed := rotation.remove_older(file, keep_days)):
        click.echo(
            f"Removed {removed} backup{'' if removed == 1 else 's'} that were more than {keep_days} days older."
        )


def _back_up(location: Location, file: Path, overwrite: bool) -> None:
    location.backup(file, overwrite=overwrite, progress=progress)
    click.echo(f"{file} is a checked backup of {location.name}.")
    if key := location.backup_key(file):
        click.echo(f"{key} has the signing key: keep it apart, and secret.")


ERASED = (
    " Persons who were erased since then are back: erase them again, with 'closum person erase --from FILE' if they"
    " were recorded."
)


@click.command()
@FILE
@overwrite
@database
def restore(file: Path, overwrite: bool, database: str | None) -> None:
    """Replace the SQLite database with the backup FILE, and put FILE.key in place of a missing key.

    Every token is revoked: the backup does not know which were revoked after it was made. New ids continue after those
    of the replaced database. The command lists the users and accounts that were added, removed, disabled, enabled or
    renamed since the backup, and the users who got another password, each with the command that does it again.
    The replaced database is kept beside it, with a date in its name.
    """
    location = locate(database_url(database))
    told: list[str] = []
    kept = location.restore(
        file,
        overwrite=overwrite,
        progress=progress,
        prepare=lambda unit, before: told.extend(_go_on(unit, before)),
        rules=RULES,
        stamp=rotation.stamp(),
    )
    if kept:
        what = (
            "the database that was there"
            if kept.is_database
            else "what was left of the database that has gone"
        )
        click.echo(f"{kept.file} is {what}: remove it once nothing in it is needed.")
    click.echo(
        f"{location.name} is what {file} was. Every token has ended.{'' if replaced.SAVED in told else ERASED}"
    )
    for line in told:
        click.echo(line)


def _go_on(unit: Unit, before: Before) -> list[str]:
    """The backup knows nothing of what was ended and given since, and noted: what people have to be told."""
    unit = unit.of(0, by_operator())
    entries = carry_over(unit, before)
    told = replaced.go_on_after(unit, replaced.look(before))
    ledger.add(unit, "database_restored", entries_carried_over=entries)
    return told


@click.command()
@database
def check(database: str | None) -> None:
    """Check integrity, references, copies and derived columns, counts, the history and the schema's version."""
    with open_session(database) as session, session.read() as reading:
        faults = 0
        with progress("Checking", "records and changes") as report:
            for fault in checks.faults(reading, report, _note):
                faults += 1
                click.echo(fault, err=True)
        version, _ = migrate.version_of(reading)
    warn_of_exposures(locate(database_url(database)))
    if faults:
        raise Refusal(
            f"{session.name} has {faults} fault{'s' if faults > 1 else ''}: 'closum database recompute' makes the search index, and"
            " columns that do not agree with what they are computed from, again; for any other fault, restore a backup or ask"
            " for help"
        )
    click.echo(f"{session.name} is sound (schema {version}).")


def _note(line: str) -> None:
    click.echo(line, err=True)
