"""closum database copy, closum database distribute, closum database recompute."""

import time

import click

from closum.cli import options
from closum.cli.group import Group
from closum.cli.operator import by_operator
from closum.cli.options import RULES, flag, option
from closum.cli.progress import progress
from closum.operations.replaced import pass_over_positions
from closum.settings import shown_url
from closum.store import identity, invitations, ledger, opening, transfer
from closum.store import recompute as recomputing
from closum.store.unit import Unit


@click.group(cls=Group)
def database() -> None:
    """The database as a whole: copy it, distribute it over machines, recompute derived columns."""


@database.command()
@option("from", "source", required=True, metavar="URL", help="The database to copy; it does not change.")
@option(
    "to",
    "target",
    required=True,
    metavar="URL",
    help="A new database: a file that does not exist yet, or a PostgreSQL database without records.",
)
@flag("end-tokens", help="Revoke every token and end every link in the copy: use it to restore a backup.")
def copy(source: str, target: str, end_tokens: bool) -> None:
    """Copy everything to another database: from SQLite to PostgreSQL, back, or between two databases of one kind.

    The copy is checked by counts and checksums. If it is interrupted, run it again: it starts from the beginning.
    """
    begun = time.monotonic()
    try:
        counts, with_key = _copy(source, target, end_tokens)
    except KeyboardInterrupt:
        click.echo(
            f"closum: Interrupted: {shown_url(source)} is as it was; run the same command again", err=True
        )
        raise
    seconds = time.monotonic() - begun
    click.echo(
        f"{shown_url(target)} has what {shown_url(source)} had when the copy began, checked: {_counted(counts)}"
        f" in {seconds:.1f} s ({sum(counts.values()) / seconds:.0f} records/s). What was written since is not in it."
    )
    if not with_key:
        click.echo(
            "There was no signing key with it: everybody signs in again, unless CLOSUM_SIGNING_KEY is set."
        )
    if end_tokens:
        click.echo(
            "Every token has ended. Persons who were erased since the backup are back: erase them again, with"
            " 'closum person erase --from FILE' if they were recorded. The copy had nothing to compare with:"
            " users who were removed or disabled since the backup, or got another password, are as it has them; users and accounts that were added since are gone ('closum user list' shows who is there); and ids"
            " that were given since may be given again."
        )


@database.command()
@options.database
def distribute(database: str | None) -> None:
    """Distribute the data of accounts over the nodes of a Citus cluster; run it again for new tables."""
    url = options.database_url(database)
    distributed, shared = opening.distribute(url, progress, RULES, by_operator())
    if distributed or shared:
        click.echo(
            f"{shown_url(url)}: {distributed} tables are distributed by account, {shared} are on every node."
        )
    else:
        click.echo(f"{shown_url(url)}: every table is distributed already.")


@database.command()
@options.database
def recompute(database: str | None) -> None:
    """Recompute keys, sort columns, validity and the search index of every record by the rules of this version; servers may
    run meanwhile.

    Only what differs is written. If it is interrupted, run it again.
    """
    with options.open_session(database) as session, ledger.noted(session, "database_recompute", None):
        recomputing.recompute(session, RULES._replace(progress=progress))
    click.echo(f"{session.name}: every record follows the rules of this version.")


def _copy(source: str, target: str, end_tokens: bool) -> tuple[dict[str, int], bool]:
    """How many rows of each table were copied, and whether there was a key."""
    opening.refuse_target(target)
    with opening.open_source(source, RULES) as reading:
        key = reading.key()

        def last(unit: Unit) -> None:
            ledger.add(unit, "database_copied")
            if end_tokens:
                identity.end_all_tokens(unit)
                invitations.remove_all(unit)

        finish = pass_over_positions if end_tokens else None
        with opening.open_target(target, RULES, key, by_operator()) as filling:
            return transfer.copy(reading, filling, progress, RULES.resources, last, finish), key is not None


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)
