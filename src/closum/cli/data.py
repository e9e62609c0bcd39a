"""closum demo, city load, person erase."""

import time
from pathlib import Path

import click

from closum.accounts import users
from closum.cli.options import account as account_option
from closum.cli.options import database, open_session, option
from closum.cli.progress import progress
from closum.errors import Refusal
from closum.operations import cities
from closum.operations import demo as demos
from closum.operations import person as persons
from closum.resources import RESOURCES
from closum.store.session import Session


@click.command()
@option("leads", type=click.IntRange(1, 100_000_000), required=True, metavar="N", help="How many.")
@account_option
@database
def demo(leads: int, account: str | None, database: str | None) -> None:
    """Add N believable leads to an account: the same ones each time, after those that it has."""
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
            start = demos.next_person(unit, owner.id)
        begun = time.monotonic()
        try:
            with progress("Adding", "leads") as report:
                steps = demos.steps(owner.id, start, leads, lambda: _set_size(session), report)
                session.write_steps(steps, owner.id)
        except KeyboardInterrupt:
            with open_session(database) as another, another.read() as unit:  # that one may be lost
                added = demos.next_person(unit, owner.id) - start
            click.echo(f"closum: Interrupted: {added} of {leads} leads were added", err=True)
            raise
    seconds = time.monotonic() - begun
    click.echo(
        f"Added {leads} leads to the account '{owner.name}' in {seconds:.1f} s ({leads / seconds:.0f}/s)."
    )


def _set_size(session: Session) -> int:
    return demos.SMALL_SET if session.pace().pauses else demos.LARGE_SET


@click.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@database
def load_cities(file: Path, database: str | None) -> None:
    """Add and rename cities from a CSV file with the columns id and city_name; none is removed."""
    names = cities.read(file)
    done: list[cities.Loaded] = []
    with open_session(database) as session:
        session.write_steps(cities.steps(names, done.append))
    added, renamed = sum(one.added for one in done), sum(one.renamed for one in done)
    click.echo(f"{added} added, {renamed} renamed, {len(names) - added - renamed} unchanged.")


@click.group()
def person() -> None:
    """People whose data the accounts hold."""


@person.command()
@click.argument("email_or_number")
@option("account", metavar="NAME", required=True, help="The account that holds the data.")
@option(
    "compact",
    is_flag=True,
    help="Write the whole file anew afterwards, which no server may have open; on PostgreSQL the tables.",
)
@database
def erase(email_or_number: str, account: str, compact: bool, database: str | None) -> None:
    """Erase a person: the leads with this e-mail address or number (+351…), and their records.

    Deleted rows are overwritten, but unused parts of the file may still hold a copy, and PostgreSQL keeps them until
    their place is used again: --compact removes both.
    Backups keep what they have: make a new one, and remove the old.
    """
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
        if compact and session.pace().pauses:
            raise Refusal("--compact needs the file to itself: stop the server first; nothing was erased")
        erasure = persons.Erasure(owner.id, email_or_number)
        session.write_steps(erasure.steps(), owner.id)
        session.fold()
        if compact:
            session.compact([resource.name for resource in RESOURCES if not resource.shared])
    total = erasure.total
    if not any(total):
        hint = "" if "@" in email_or_number else " (a number needs its prefix, such as +351)"
        done = "; what was erased before is not in unused parts any more" if compact else ""
        raise Refusal(f"The account '{owner.name}' has nothing of '{email_or_number}'{hint}{done}")
    leads, found = _counted(total.leads, "lead"), _counted(total.records, "address and number record")
    click.echo(f"Erased {leads} and {found}; backups keep theirs.")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
