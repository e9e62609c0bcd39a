"""closum person show, export, erase."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from closum.accounts import users
from closum.cli import plans, taken
from closum.cli.group import Group
from closum.cli.options import FILE_NAME, account, database, files_of, flag, open_session, option, overwrite
from closum.cli.plans import counted, number
from closum.cli.whole import whole_file
from closum.errors import Refusal
from closum.operations import erasures, kept, person_export, subjects
from closum.operations import person as persons
from closum.operations.importing import keeping
from closum.operations.importing.files import Files
from closum.operations.person import Erased, Plan
from closum.resources import RESOURCES
from closum.settings import load
from closum.store import identity, imports, ledger, search, tally
from closum.store.identity import Account
from closum.store.session import Session

Looked = list[tuple[Account, Plan]]
"""What would go, by account."""


class Wanted(NamedTuple):
    """Of an erasure: what it looks at before it asks, and the files of imports."""

    dry_run: bool
    yes: bool
    compact: bool
    files: Files


@click.group(cls=Group)
def person() -> None:
    """People whose data is in the accounts."""


@person.command()
@click.argument("email_or_number")
@account
@database
def show(email_or_number: str, account: str | None, database: str | None) -> None:
    """Print all that an account has of a person, as JSON: the leads with this e-mail address or number (+351…),
    the records that they show, and what the history has of them.
    """
    with open_session(database) as session, session.read() as unit:
        owner = users.account_named(unit, account)
        found = persons.retrieve(unit.of(owner.id), email_or_number)
        if not any(found.values()):
            plan = persons.look(unit.of(owner.id), email_or_number)
            raise Refusal(_nothing(owner, email_or_number, plan))
    content = msgspec.to_builtins({"account": owner.name} | found)
    click.echo(json.dumps(content, indent=2, ensure_ascii=sys.stdout.encoding.lower() != "utf-8"))


@person.command()
@click.argument("email_or_number")
@click.argument("file", type=FILE_NAME, default="-")
@overwrite
@account
@database
def export(
    email_or_number: str, file: Path, overwrite: bool, account: str | None, database: str | None
) -> None:
    """Write all that an account has of a person to FILE, as one JSON document, which only you may read.

    It has the leads with this e-mail address or number (+351…), the records that they show, what each of them was, what of
    them is in the bin, was merged or looks alike, and the user with this address. Without FILE it is printed.
    """
    kept_days = kept.days(load({"database": database}).history_days)
    with open_session(database) as session:
        with session.read() as unit:
            owner = users.account_named(unit, account)
            content = person_export.export(unit.of(owner.id), owner.name, email_or_number, kept_days)
            if person_export.is_empty(content):
                plan = persons.look(unit.of(owner.id), email_or_number)
                raise Refusal(_nothing(owner, email_or_number, plan))
        with whole_file(file, overwrite=overwrite) as opened:
            opened.write(json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n")
            taken.note(session, "person_exported", owner.id, records=person_export.size(content))


@person.command()
@click.argument("email_or_number", required=False)
@option(
    "account",
    metavar="NAME",
    help="The account that holds the data; not needed if there is only one. With --from, all accounts unless one is named.",
)
@click.option(
    "--from",
    "from_file",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Erase again everyone listed in FILE, which --record wrote: for use after a restore.",
)
@option(
    "record",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Note who is erased in FILE, as keyed hashes that name nobody; the key is in FILE.key.",
)
@flag("dry-run", help="Show all that would be erased, and erase nothing.")
@flag("yes", help="Do not ask: for scripts.")
@flag(
    "compact",
    help="Afterwards, rewrite the whole file, which no server may have open, or on PostgreSQL the tables.",
)
@database
def erase(
    email_or_number: str | None,
    account: str | None,
    from_file: Path | None,
    record: Path | None,
    dry_run: bool,
    yes: bool,
    compact: bool,
    database: str | None,
) -> None:
    """Erase a person: the leads with this e-mail address or number (+351…), those that they went into when they were merged,
    and their records.

    Shows what it would erase, and what stays because other leads show it, and asks. It erases exactly what it showed:
    a lead that is added or changed meanwhile stays, and the command says so. Erasing a main number leaves the people at
    its extensions, who have numbers such as '+351 212 345 678 ext. 12'.

    Deleted rows are overwritten, but unused parts of the file may still hold a copy, and PostgreSQL keeps them until
    their place is used again: --compact removes both. At the end the command lists the copies that it knows of.
    """
    wanted = Wanted(dry_run, yes, compact and not dry_run, files_of(database))
    if dry_run and yes:
        raise click.UsageError("--dry-run erases nothing and --yes does not ask: give one of them")
    if email_or_number is None and from_file is None:
        raise click.UsageError("Name whom to erase: an e-mail address or number, or --from FILE")
    if email_or_number is not None and from_file is not None:
        raise click.UsageError(
            "--from FILE names whom to erase: give it alone, or an address or number instead"
        )
    with open_session(database) as session:
        if wanted.compact and session.pace().pauses:
            raise Refusal("--compact needs the file to itself: stop the server first; nothing was erased")
        if from_file:
            _erase_again(session, account, erasures.Record(from_file), wanted)
        else:
            _erase_one(session, account, str(email_or_number), record, wanted)
        _list_copies(session, dry_run)


def _erase_one(session: Session, account: str | None, text: str, file: Path | None, wanted: Wanted) -> None:
    owner, plan = _look(session, account, text, sys.maxsize if wanted.dry_run else persons.SHOWN)
    with session.read() as unit:
        subject = subjects.named(unit.of(owner.id), text)
    record = erasures.Record(file, make=True) if file and not wanted.dry_run else None
    if not any(plan.size):
        _note(session, record, plan, subject)
        _refuse_nothing(session, owner, plan, text, wanted)
    if not _agreed([(owner, plan)], wanted):
        return
    _note(
        session, record, plan, subject
    )  # before: what is noted and still there is erased by the next --from
    _report(plan.size, _erase(session, [plan], wanted))
    _, left = _look(session, account, text)
    _refuse_left([(owner, left)], f"of '{text}'")


def _erase_again(session: Session, account: str | None, record: erasures.Record, wanted: Wanted) -> None:
    looked = _look_again(session, account, record, sys.maxsize if wanted.dry_run else persons.SHOWN)
    if not looked:
        _clear(session, wanted)
        click.echo("Nobody who was erased before is there.")
    elif _agreed(looked, wanted):
        _report(_total(looked), _erase(session, [plan for _, plan in looked], wanted))
        _refuse_left(_look_again(session, account, record, 1), "of persons who were erased before")


def _look(
    session: Session, account: str | None, text: str, most: int = persons.SHOWN
) -> tuple[Account, Plan]:
    with session.read() as unit:
        owner = users.account_named(unit, account)
        return owner, persons.look(unit.of(owner.id), text, most)


def _look_again(session: Session, account: str | None, record: erasures.Record, most: int) -> Looked:
    """The plans that have anything, of the accounts that are there."""
    looked = []
    by_account = record.accounts()
    with session.read() as unit:
        owners = [users.account_named(unit, account)] if account else identity.accounts(unit)
        for owner in owners:
            if owner.id in by_account:
                own = unit.of(owner.id)
                found, others = record.find(own, by_account[owner.id])
                names = record.names(owner.id, by_account[owner.id])
                plan = persons.whole(own, found, names, others, most)
                looked += [(owner, plan)] if any(plan.size) else []
    return looked


def _note(session: Session, record: erasures.Record | None, plan: Plan, subject: subjects.Subject) -> None:
    if record:
        with session.read() as unit:
            record.add(unit, plan, subject)


def _refuse_nothing(session: Session, owner: Account, plan: Plan, text: str, wanted: Wanted) -> None:
    if not wanted.dry_run:
        _forget_files(session, owner.id, wanted.files)
    _clear(session, wanted)
    done = "; what was erased before is not in unused parts any more" if wanted.compact else ""
    raise Refusal(f"{_nothing(owner, text, plan)}{done}")


def _nothing(owner: Account, text: str, plan: Plan) -> str:
    nothing = f"The account '{owner.name}' has nothing of '{text}'"
    if not plan.at_extensions:
        return nothing
    shown = ", ".join(f"'{plans.record_text(one)}'" for one in plan.at_extensions)
    return f"{nothing} itself; at its extensions there is {shown}: name one with its extension"


def _agreed(looked: Looked, wanted: Wanted) -> bool:
    """Whether to go on; False after a dry run. Raises Refusal unless a person has seen the plan and agrees."""
    if wanted.yes:
        return True
    size = counted(_total(looked))
    if not (wanted.dry_run or (sys.stdin.isatty() and sys.stdout.isatty())):
        raise Refusal(
            f"{size} would be erased, and nobody can be asked without a terminal: --dry-run shows them, --yes erases them;"
            " nothing was erased"
        )
    for owner, plan in looked:
        plans.show(plan, owner)
    return not wanted.dry_run and _ask(size)


def _ask(size: str) -> bool:
    try:
        agreed = click.confirm(f"\nErase {size}?", default=False)
    except click.Abort:
        click.echo("\nclosum: Nothing was erased", err=True)
        raise
    if not agreed:
        raise Refusal("Nothing was erased")
    return True


def _total(looked: Looked) -> Erased:
    return Erased(*map(sum, zip(*(plan.size for _, plan in looked), strict=True)))


def _erase(session: Session, agreed: list[Plan], wanted: Wanted) -> Erased:
    carried_out = [persons.Erasure(plan) for plan in agreed]
    try:
        for plan, erasure in zip(agreed, carried_out, strict=True):
            _carry_out(session, plan, erasure, wanted.files)
        _clear(session, wanted)
    except KeyboardInterrupt:
        click.echo("closum: Interrupted: run the same command again for what is left", err=True)
        raise
    return Erased(*map(sum, zip(*(erasure.total for erasure in carried_out), strict=True)))


def _carry_out(session: Session, plan: Plan, erasure: persons.Erasure, files: Files) -> None:
    """The ledger has counts alone."""
    with ledger.noted(session, "person_erase", plan.account_id, **_counts(plan.size)) as detail:
        _forget_files(session, plan.account_id, files)
        session.write_steps(erasure.steps(), plan.account_id)
        detail.update(_counts(erasure.total))


def _forget_files(session: Session, account_id: int, files: Files) -> None:
    """The files of imports may have the person, also in rows that were refused."""
    with session.write(account_id) as unit:
        names = keeping.forget_all(unit)
    for name in names:
        files.remove(name)
    if names:
        click.echo(
            f"Removed the files of {number(len(names), 'import')}, with the rows that were refused: they may have the person."
        )


def _counts(erased: Erased) -> dict[str, int]:
    return {"leads": erased.showing, "records": erased.records, "former": erased.former}


def _clear(session: Session, wanted: Wanted) -> None:
    """Remove what indexes and logs have of deleted rows: also where nobody is found, as an erasure before may have been
    interrupted behind its last deletion."""
    if wanted.compact:
        _compact(session)
    elif not wanted.dry_run:
        session.fold()


def _compact(session: Session) -> None:
    session.fold()
    tables = [resource.name for resource in RESOURCES if not resource.shared]
    tables += [resource.staged.stays for resource in RESOURCES if resource.staged]
    session.compact([*tables, *search.tables(RESOURCES), tally.CHANGE, *imports.TABLES])


def _report(size: Erased, erased: Erased) -> None:
    showing, records = (
        number(erased.showing, plans.showers_called()),
        number(erased.records, "e-mail or phone record"),
    )
    with_them = f", with {number(erased.belonging, 'record')} of theirs" if erased.belonging else ""
    former = f", and {plans.former_values(erased.former)}" if erased.former else ""
    click.echo(f"Erased {showing} and {records}{with_them}{former}; backups keep theirs.")
    if erased != size:
        click.echo(
            f"Of the {counted(size)} shown, the others were erased, changed or shown by another"
            f" {plans.showers_called()} meanwhile."
        )


def _refuse_left(looked: Looked, whose: str) -> None:
    for owner, plan in looked:
        if any(plan.size):
            raise Refusal(
                f"The account '{owner.name}' has {counted(plan.size)} {whose} again: they came, or were changed, after the"
                " look at what would go. Run the command again"
            )


def _list_copies(session: Session, dry_run: bool) -> None:
    """The copies of what was erased, or would be: those that are known of by name, the others by kind."""
    if copies := session.copies():
        if dry_run:
            have = "These files may hold the same data, and an erasure does not change them. After it, make"
        else:
            have = "These files may still hold what was erased. Make"
        click.echo(f"\n{have} a new backup, then remove them:\n")
        for file in copies:
            click.echo(f"  {file}")
        click.echo()
    click.echo("What this command cannot know of (docs/guide/privacy.md has the steps):\n")
    for place in session.elsewhere:
        click.echo(f"  {place}")
