"""An archive of an account, for closum export --all and closum import."""

from pathlib import Path

import click

from closum.accounts import users
from closum.cli import taken
from closum.cli.options import open_session
from closum.cli.progress import progress
from closum.cli.whole import whole_file
from closum.formats.output import Output
from closum.operations import archive


def is_archive(file: Path) -> bool:
    """Whether a file is one."""
    return file.is_file() and archive.is_archive(file)


def save(file: Path, account: str | None, database: str | None, *, overwrite: bool) -> None:
    """Write everything of an account to a file."""
    with (
        open_session(database) as session,
        whole_file(file, overwrite=overwrite) as opened,
        progress("Exporting", "rows") as report,
    ):
        output = Output(opened.write)
        with session.stream() as unit:
            owner = users.account_named(unit, account)
            rows = archive.write(unit, owner, output, report)
        taken.note(session, "account_exported", owner.id)
    click.echo(
        f"Exported everything of the account '{owner.name}', {sum(rows.values())} rows (SHA-256 {output.sha256.hex()}).",
        err=True,
    )


def load(file: Path, account: str | None, database: str | None) -> None:
    """Put an archive into an account that has nothing."""
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
        with progress("Importing", "rows") as report:
            done = archive.load(session, file, owner, report)
    click.echo(
        f"The account '{owner.name}' has what {file} had: {done.rows['lead']} leads, and {sum(done.rows.values())} rows in all."
    )
    for email in done.made:
        click.echo(
            f"Made the user {email}, disabled: 'closum user password' and 'closum user enable' let it in."
        )
    for email in done.taken:
        click.echo(f"Left out the user {email}: another account has a user with this address.")
