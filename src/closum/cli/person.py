"""closum person erase."""

import sys
from collections.abc import Iterable, Iterator, Sequence

import click

from closum.accounts import users
from closum.cli.options import database, flag, open_session, option
from closum.errors import Refusal
from closum.model.resource import Resource, Row
from closum.operations import person as persons
from closum.operations.person import Erased, Kept, Plan
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.store.identity import Account
from closum.store.session import Session

WIDEST = 40  # characters of a column


@click.group()
def person() -> None:
    """People whose data the accounts hold."""


@person.command()
@click.argument("email_or_number")
@option("account", metavar="NAME", required=True, help="The account that holds the data.")
@flag("dry-run", help="Show all that would be erased, and erase nothing.")
@flag("yes", help="Do not ask: for scripts.")
@flag(
    "compact",
    help="Rewrite the whole file afterwards, which no server may have open; on PostgreSQL the tables.",
)
@database
def erase(
    email_or_number: str, account: str, dry_run: bool, yes: bool, compact: bool, database: str | None
) -> None:
    """Erase a person: the leads with this e-mail address or number (+351…), and their records.

    Shows what would go, and what stays because other leads show it, and asks. What it showed is what it erases:
    a lead that comes or changes meanwhile stays, and the command says so.

    Deleted rows are overwritten, but unused parts of the file may still hold a copy, and PostgreSQL keeps them until
    their place is used again: --compact removes both.
    Backups keep what they have: make a new one, and remove the old.
    """
    if dry_run and yes:
        raise click.UsageError("--dry-run erases nothing and --yes does not ask: give one of them")
    with open_session(database) as session:
        owner, plan = _look(session, account, email_or_number, sys.maxsize if dry_run else persons.SHOWN)
        compact = compact and not dry_run
        if compact and session.pace().pauses:
            raise Refusal("--compact needs the file to itself: stop the server first; nothing was erased")
        if not any(plan.size):
            _refuse_nothing(session, owner, email_or_number, compact)
        if dry_run:
            _show(plan, owner)
            return
        if not yes:
            _ask(plan, owner)
        erased = _erase(session, plan, compact)
        _, left = _look(session, account, email_or_number)
    _report(plan, erased)
    if any(left.size):
        raise Refusal(
            f"The account '{owner.name}' has {_counted(left.size)} of '{email_or_number}' again: they came, or were"
            " changed, after the look at what would go. Run the command again"
        )


def _look(session: Session, account: str, text: str, most: int = persons.SHOWN) -> tuple[Account, Plan]:
    with session.read() as unit:
        owner = users.account_named(unit, account)
        return owner, persons.look(unit, owner.id, text, most)


def _refuse_nothing(session: Session, owner: Account, text: str, compact: bool) -> None:
    if compact:
        _compact(session)
    hint = "" if "@" in text else " (a number needs its prefix, such as +351)"
    done = "; what was erased before is not in unused parts any more" if compact else ""
    raise Refusal(f"The account '{owner.name}' has nothing of '{text}'{hint}{done}")


def _ask(plan: Plan, owner: Account) -> None:
    """Raises Refusal unless a person has seen the plan and agrees."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(
            f"{_counted(plan.size)} would be erased, and nobody can be asked without a terminal: --dry-run shows them,"
            " --yes erases them; nothing was erased"
        )
    _show(plan, owner)
    try:
        agreed = click.confirm(f"\nErase these {_counted(plan.size)}?", default=False)
    except click.Abort:
        click.echo("\nclosum: Nothing was erased", err=True)
        raise
    if not agreed:
        raise Refusal("Nothing was erased")


def _erase(session: Session, plan: Plan, compact: bool) -> Erased:
    erasure = persons.Erasure(plan)
    try:
        session.write_steps(erasure.steps(), plan.account_id)
    except KeyboardInterrupt:
        click.echo("closum: Interrupted: run the same command again for what is left", err=True)
        raise
    session.fold()
    if compact:
        _compact(session)
    return erasure.total


def _compact(session: Session) -> None:
    session.fold()
    session.compact([resource.name for resource in RESOURCES if not resource.shared])


def _report(plan: Plan, erased: Erased) -> None:
    leads, records = _number(erased.leads, "lead"), _number(erased.records, "e-mail or phone record")
    click.echo(f"Erased {leads} and {records}; backups keep theirs.")
    if erased != plan.size:
        click.echo(
            f"Of the {_counted(plan.size)} shown, the others were erased, changed or shown by another lead meanwhile."
        )


def _show(plan: Plan, owner: Account) -> None:
    click.echo(f"Of the account '{owner.name}' these would be erased:\n")
    leads = [_lead(plan, row) for row in plan.first_leads]
    _echo_table(leads, len(plan.leads), "leads")
    records = [(f"{resource.name} {row['id']}", _text(resource, row)) for resource, row in plan.first_records]
    _echo_table(records, len(plan.records), "records")
    if plan.kept:
        click.echo("These stay, because other leads show them:\n")
        _echo_table([_kept(one) for one in plan.kept], plan.kept_count, "records")


def _lead(plan: Plan, row: Row) -> tuple[str, ...]:
    phone = f"{row['phone_extension']} {row['phone_number']}" if row["phone_id"] else None
    city = plan.cities.get(row["city_id"])
    cells = (row["name"], row["email_email"], phone, city)
    return (f"lead {row['id']}", *(cell or "-" for cell in cells), row["creation_date"][:10])


def _text(resource: Resource, row: Row) -> str:
    return str(row["email"]) if resource is EMAIL else f"{row['extension']} {row['number']}"


def _kept(kept: Kept) -> tuple[str, str, str]:
    names = [
        f"lead {row['id']}" + (f" ({_short(row['name'])})" if row["name"] else "") for row in kept.shown_by
    ]
    if kept.shown_count > len(names):
        names.append(f"and {kept.shown_count - len(names)} more")
    return f"{kept.resource.name} {kept.row['id']}", _text(kept.resource, kept.row), ", ".join(names)


def _echo_table(rows: Sequence[tuple[str, ...]], count: int, called: str) -> None:
    for line in _aligned(rows):
        click.echo(f"  {line}")
    if count > len(rows):
        click.echo(f"  and {count - len(rows)} more {called}: --dry-run shows them")
    if count:
        click.echo()


def _aligned(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    shown = [[*(_short(cell) for cell in row[:-1]), _printable(row[-1])] for row in rows]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    for row in shown:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _short(text: str) -> str:
    text = _printable(text)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _printable(text: str) -> str:
    """What a terminal would obey, or its encoding lacks, as an escape: a lead's name may have anything in it."""
    text = "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
    return text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding)


def _counted(size: Erased) -> str:
    return f"{_number(size.leads, 'lead')} and {_number(size.records, 'record')}"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
