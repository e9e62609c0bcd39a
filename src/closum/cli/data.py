"""closum demo, city load."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from closum.accounts import users
from closum.cli.options import FILE, Number, database, open_session, option
from closum.cli.options import account as account_option
from closum.cli.progress import progress
from closum.operations import cities
from closum.operations import demo as demos
from closum.operations.dates import Dates
from closum.store import ledger
from closum.store.session import Session


@click.command()
@option("leads", type=Number(100_000_000), required=True, metavar="N", help="The number of leads.")
@account_option
@database
def demo(leads: int, account: str | None, database: str | None) -> None:
    """Add N believable leads to an account, after the leads that it has. They are the same on every machine."""
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
            own = unit.of(owner.id)
            start, when = demos.next_person(own), demos.dates(own, leads)
        begun = time.monotonic()
        try:
            with (
                progress("Adding", "leads") as report,
                ledger.noted(session, "demo", owner.id, leads=leads) as done,
            ):
                steps = demos.steps(start, leads, lambda: _set_size(session), report, when)
                session.write_steps(steps, owner.id)
                done["leads"] = leads
        except KeyboardInterrupt:
            with open_session(database) as another, another.read() as unit:  # that one may be lost
                added = demos.next_person(unit.of(owner.id)) - start
            click.echo(f"closum: Interrupted: {added} of {leads} leads were added", err=True)
            raise
    seconds = time.monotonic() - begun
    click.echo(
        f"Added {leads} lead{'' if leads == 1 else 's'} to the account '{owner.name}' in {seconds:.1f} s ({leads / seconds:.0f}/s)."
    )
    click.echo(_describe_dates(when, leads))


def _describe_dates(when: Dates, leads: int) -> str:
    first, last = (datetime.fromtimestamp(when.of(lead, 1)[0], UTC).date() for lead in (0, leads - 1))
    if leads == 1:
        return f"Its creation date is {first}."
    if first == last:
        return (
            f"Their creation dates are all {last}, because ids and dates rise together and the account had leads of that"
            " day. An account without leads gets dates over three years."
        )
    return f"Their creation dates go from {first} to {last}."


def _set_size(session: Session) -> int:
    return demos.SMALL_SET if session.pace().pauses else demos.LARGE_SET


@click.command("load")
@FILE
@database
def load_cities(file: Path, database: str | None) -> None:
    """Add and rename cities from a CSV file with the columns id and city_name; none is removed."""
    names = cities.read(file)
    done: list[cities.Loaded] = []
    with open_session(database) as session:
        session.write_steps(cities.steps(names, done.append))
    added, renamed = sum(one.added for one in done), sum(one.renamed for one in done)
    click.echo(f"{added} added, {renamed} renamed, {len(names) - added - renamed} unchanged.")
