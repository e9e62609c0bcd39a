"""closum bin …"""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import click

from closum.accounts import users
from closum.cli import table
from closum.cli.group import Group
from closum.cli.options import Number, account, database, flag, open_session
from closum.errors import Invalid, NotFound, Refusal
from closum.model.draft import MAX_ID
from closum.model.fields import Text
from closum.operations import bin as bins
from closum.operations import kept
from closum.operations.bin import Wanted
from closum.resources import RESOURCES
from closum.settings import load
from closum.store import ledger
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit

AT_ONCE = 100  # entries that are read together
SMALL_STEP = 20  # records that are removed in one step

ENTRIES = click.argument("entries", type=Number(MAX_ID), nargs=-1, required=True, metavar="ENTRY...")


@click.group("bin", cls=Group)
def bin() -> None:  # noqa: A001
    """Deleted records, which can be restored for 30 days, or as long as the history is kept if that is shorter."""


@bin.command("list")
@account
@database
def list_(account: str | None, database: str | None) -> None:
    """List deleted records, the newest first: entry, resource, id of the record, what it is called, when it was deleted,
    until when it is kept, and the user who deleted it.

    On a terminal it is a table; elsewhere it is one line each, with tabs between the columns and no heading.
    """
    with open_session(database) as session, session.read() as unit:
        own = unit.of(users.account_named(unit, account).id)
        rows = [_row(one) for one in _entries(own)]
    table.show(("entry", "resource", "id", "record", "deleted", "kept until", "by"), rows)


@bin.command()
@ENTRIES
@account
@database
def restore(entries: tuple[int, ...], account: str | None, database: str | None) -> None:
    """Bring deleted records back, each with its id and with what it showed, if that is in the bin, too.

    ENTRY is the number that 'closum bin list' shows first. What has been removed for good is left out, and named.
    """
    with open_session(database) as session:
        owner = _owner(session, account)
        for entry in entries:
            with session.write(owner.id) as unit:
                found = _done(bins.restore, unit, entry)
            click.echo(f"Restored {found.resource} {found.id}.")
            for one in found.left:
                names = f": {', '.join(one.names)}" if one.names else ""
                click.echo(f"Left out of {one.resource.one} {one.id}{names} ({one.reason}).")


@bin.command()
@ENTRIES
@account
@database
def purge(entries: tuple[int, ...], account: str | None, database: str | None) -> None:
    """Remove deleted records for good, with all that the history has of their values. This cannot be undone."""
    with open_session(database) as session:
        owner = _owner(session, account)
        for entry in entries:
            with session.write(owner.id) as unit:
                _done(bins.purge, unit, entry)
            click.echo(f"Removed entry {entry} for good; backups keep theirs.")
        session.fold()


@bin.command()
@flag("yes", help="Do not ask: for scripts.")
@account
@database
def empty(yes: bool, account: str | None, database: str | None) -> None:
    """Remove every deleted record of an account for good. This cannot be undone."""
    with open_session(database) as session:
        owner = _owner(session, account)
        with session.read() as unit:
            found = bins.extent(unit.of(owner.id))
        if not found.number:
            click.echo(f"The bin of the account '{owner.name}' is empty.")
            return
        size = f"{found.number} record{'' if found.number == 1 else 's'}"
        if not yes:
            _ask(f"Remove {size} of the account '{owner.name}' for good?", size)
        done: list[int] = []
        with ledger.noted(session, "bin_empty", owner.id, records=found.number) as detail:
            session.write_steps(_steps(found.number, found.last, done), owner.id)
            detail["records"] = sum(done)
        session.fold()
    click.echo(f"Removed {sum(done)} of {size} for good; backups keep theirs.")


def _ask(question: str, size: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(
            f"{size} would be removed, and nobody can be asked without a terminal: --yes removes them; nothing was removed"
        )
    if not click.confirm(question, default=False):
        raise Refusal("Nothing was removed")


def _steps(number: int, last: int, done: list[int]) -> Iterator[Callable[[Unit], object]]:
    for _ in range(0, number, SMALL_STEP):
        yield lambda unit: done.append(bins.purge_some(unit, last, SMALL_STEP))


def _owner(session: Session, account: str | None) -> Account:
    with session.read() as unit:
        return users.account_named(unit, account)


def _done(operation: Callable[[Unit, int], Any], unit: Unit, entry: int) -> Any:
    try:
        return operation(unit, entry)
    except NotFound:
        raise Refusal(f"The bin has no entry {entry}: 'closum bin list' shows those that there are") from None
    except Invalid as error:
        raise Refusal(f"Entry {entry} cannot be restored: {'; '.join(_told(error.faults))}") from None


def _told(faults: Any, path: str = "") -> Iterator[str]:
    for name, value in faults.items():
        if isinstance(value, str):
            yield f"{path}: {value}"
        else:
            yield from _told(value, f"{path}.{name}" if path else name)


def _entries(unit: Unit) -> Iterator[dict[str, Any]]:
    read = partial(bins.read, unit, most=AT_ONCE, kept_days=kept.days(load({}).history_days))
    before: int | None = MAX_ID
    while before is not None:
        found = read(Wanted(before))
        yield from found.entries
        before = found.next


def _row(entry: dict[str, Any]) -> tuple[str, ...]:
    return (
        str(entry["id"]),
        entry["resource"],
        str(entry["record_id"]),
        _label(entry),
        entry["deleted_date"],
        entry["expires_date"],
        _who(entry),
    )


def _who(entry: dict[str, Any]) -> str:
    """The user or the API key that deleted it."""
    if key := entry.get("key"):
        return f"key {key['name'] or key['id']}"
    user = entry["user"]
    return "" if user is None else user["email"] or f"user {user['id']}"


def _label(entry: dict[str, Any]) -> str:
    """What people know the record by: the first of its texts, or of those that it shows."""
    (resource,) = [one for one in RESOURCES if one.name == entry["resource"]]
    record = entry["record"]
    if record is None:
        return ""
    shown = {*resource.listing.listed, *resource.listing.retrieved}
    names = [one.name for one in resource.fields if isinstance(one, Text) and one.name in shown]
    own = [record[name] for name in names]
    others = [record[one.name][one.key] for one in resource.nested if record[one.name] is not None]
    return next((str(one) for one in [*own, *others] if one is not None), "")
