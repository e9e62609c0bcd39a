"""closum backup, restore, check."""

import contextlib
from pathlib import Path

import click

from closum.accounts import keys
from closum.cli.options import (
    FILE,
    FILE_NAME,
    RULES,
    database,
    database_url,
    open_session,
    option,
    overwrite,
    tell_of_exposures,
)
from closum.cli.progress import progress
from closum.errors import Refusal
from closum.operations import check as checks
from closum.operations import replaced
from closum.settings import shown_url
from closum.store import migrate
from closum.store.place import beside, is_postgres, path_of, real_path
from closum.store.sqlite import backup as backups
from closum.store.sqlite import copies, rotation
from closum.store.sqlite import restore as restoring
from closum.store.sqlite.connection import SQLiteUnit, connect, refuse_strange_file
from closum.store.sqlite.lock import ServerLock
from closum.store.sqlite.session import SQLiteSession
from closum.store.sqlite.targets import replaceable, writable_key


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
    help="With --into: afterwards remove the backups there that are more than N days older. None is removed where a"
    " new one cannot be made.",
)
@database
def backup(
    file: Path | None, overwrite: bool, into: Path | None, keep_days: int | None, database: str | None
) -> None:
    """Copy the SQLite database to FILE, as it is at one moment, and check the copy.

    The signing key goes to FILE.key, apart: who has it can make tokens.
    """
    if file is None and into is None:
        raise click.UsageError("Missing argument 'FILE', or --into FOLDER.")
    if file is not None and into is not None:
        raise click.UsageError("FILE and --into FOLDER exclude each other: give one of them")
    if keep_days is not None and into is None:
        raise click.UsageError("--keep-days is for --into FOLDER")
    shown = file or f"{into}/closum.db"
    path = _file(database, "--from {url} --to sqlite:///{file}", Path(shown))
    if into is not None:
        file = rotation.dated(into, path, rotation.stamp())
    assert file is not None
    _back_up(path, file, overwrite)
    if keep_days is not None and (removed := rotation.remove_older(file, keep_days)):
        click.echo(f"{removed} backup{'' if removed == 1 else 's'} of more than {keep_days} days went.")


def _back_up(path: Path, file: Path, overwrite: bool) -> None:
    refuse_strange_file(path)
    key, key_copy = keys.key_file(path), keys.key_file(real_path(file))
    if key.exists():
        writable_key(key_copy, real_path(file), overwrite=overwrite)
    with progress("Backing up", "pages") as report:
        backups.copy(path, file, overwrite=overwrite, progress=report)
    copies.note(path, file)
    click.echo(f"{file} is a checked backup of {path}.")
    if keys.copy_key(key, key_copy):
        click.echo(f"{beside(file, '.key')} has the signing key: keep it apart, and secret.")


@click.command()
@FILE
@overwrite
@database
def restore(file: Path, overwrite: bool, database: str | None) -> None:
    """Put the backup FILE in the place of the SQLite database, and FILE.key in that of the key where none is left.

    Every token ends: the backup does not know which were ended after it was made. Ids go on behind those that the
    replaced database gave, and users are named who can sign in again, or with an older password.
    What it replaces is kept beside the database, with a date in its name.
    """
    path = _file(database, "--from sqlite:///{file} --to {url} --end-tokens", file)
    if not file.exists():
        raise Refusal(f"There is no backup at {file}")
    refuse_strange_file(file, read_only=True)
    if path.exists() and file.samefile(path):
        raise Refusal(f"{file} is the database itself: name the backup")
    replaceable(path, overwrite)
    with ServerLock(path).acquire("restore"), progress("Restoring", "pages") as report:
        kept, told = _restore(file, path, overwrite, report)
    if kept:
        click.echo(f"{kept} is what was there: remove it when nothing in it is missed.")
    click.echo(
        f"{path} is what {file} was. Every token has ended. Persons who were erased since then are back: erase them"
        " again, with 'closum person erase --from FILE' where they were noted."
    )
    for line in told:
        click.echo(line)


def _restore(
    file: Path, path: Path, overwrite: bool, report: backups.Progress
) -> tuple[Path | None, list[str]]:
    """The file that was replaced, under the name that it has now, and what people have to be told of it."""
    _refuse_other_backup(file)
    told: list[str] = []

    def prepare(fresh: Path, kept: Path | None) -> None:
        """Before it is in place: the backup knows nothing of what was ended and given since."""
        known = replaced.look(kept if kept and path.exists() else path)
        with SQLiteSession(fresh, serving=True, saves=False, rules=RULES) as session, session.write() as unit:
            told.extend(replaced.go_on_after(unit, known))

    kept = restoring.restore(
        file, path, overwrite=overwrite, progress=report, prepare=prepare, stamp=rotation.stamp()
    )
    # A sound key stays: the backup's may have been replaced because somebody had it.
    if not keys.has_sound_key(path):
        keys.copy_key(keys.key_file(real_path(file)), keys.key_file(path))
    return kept, told


def _refuse_other_backup(file: Path) -> None:
    with contextlib.closing(connect(file, read_only=True)) as connection:
        unit = SQLiteUnit(connection, 0)
        migrate.pending(unit, str(file))
        if not migrate.version_of(unit)[0]:
            raise Refusal(f"{file} is not a backup of closum: name another file")


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
    if not is_postgres(url := database_url(database)):
        tell_of_exposures(path_of(url))
    if faults:
        raise Refusal(
            f"{session.name} has {faults} fault{'s' if faults > 1 else ''}: a column that does not agree with what it is made from"
            " is made again by 'closum database recompute'; for any other one restore a backup, or ask for help"
        )
    click.echo(f"{session.name} is sound (schema {version}).")


def _note(line: str) -> None:
    click.echo(line, err=True)


def _file(url: str | None, copy: str, file: Path) -> Path:
    """The file of the database. Raises Refusal for PostgreSQL, with the command that does it there."""
    database = database_url(url)
    if is_postgres(database):
        how = copy.format(url=shown_url(database), file=file.absolute())
        raise Refusal(f"This is for SQLite; with PostgreSQL: closum database copy {how}")
    return path_of(database)
