"""closum job …"""

from collections.abc import Iterator

import click

from closum.accounts import users
from closum.cli.options import Number, database, flag, open_session
from closum.cli.options import account as account_option
from closum.errors import Refusal
from closum.model.draft import MAX_ID
from closum.store import background, identity
from closum.store.background import DONE, FAILED, PENDING, RUNNING, Listed
from closum.store.identity import Account
from closum.store.unit import Unit, timestamp

SHARED = Account(0, "(all accounts)", True)


@click.group()
def job() -> None:
    """Background work of servers, such as removing old history."""


@job.command("list")
@account_option
@flag("all", help="Also what has ended, and what begins later.")
@database
def list_(account: str | None, all: bool, database: str | None) -> None:
    """List background work: account, kind, state, how much is done, time of the last step, what comes next."""
    with open_session(database) as session, session.read() as unit:
        found = [
            (owner, one) for owner in _owners(unit, account) for one in background.listed(unit.of(owner.id))
        ]
        shown = [(owner, one) for owner, one in found if all or _is_now(one, unit.now)]
    for owner, one in shown:
        click.echo("\t".join((owner.name, _name(one), one.state, _progress(one), one.modified, _next(one))))
    if found and not shown:
        click.echo(
            "closum: No background work at this moment: --all shows what has ended or begins later", err=True
        )


@job.command()
@click.argument("kind")
@click.argument("number", type=Number(MAX_ID, least=0), default=0)
@account_option
@database
def run(kind: str, number: int, account: str | None, database: str | None) -> None:
    """Have servers begin background work within half a minute: what failed, has ended, or begins later."""
    begun = 0
    with open_session(database) as session:
        with session.read() as unit:
            owners = list(_owners(unit, account))
        for owner in owners:
            with session.write(owner.id or None) as unit:
                begun += background.hasten(unit, kind, number)
    if not begun:
        raise Refusal(f"There is no '{kind}' that could begin: 'closum job list --all' shows what there is")
    click.echo(f"Begins, where a server runs: {kind}, {begun} account{'' if begun == 1 else 's'}.")


def _owners(unit: Unit, account: str | None) -> Iterator[Account]:
    """The account of this name; without a name every account, and what they share."""
    if account is None:
        yield SHARED
        yield from identity.accounts(unit)
    else:
        yield users.account_named(unit, account)


def _is_now(one: Listed, now: int) -> bool:
    return one.state in (RUNNING, FAILED) or (one.due is not None and one.due <= now) or bool(one.error)


def _name(one: Listed) -> str:
    return f"{one.kind} {one.number}" if one.number else one.kind


def _progress(one: Listed) -> str:
    return str(one.done) if one.total is None else f"{one.done} of {one.total}"


def _next(one: Listed) -> str:
    if one.state == RUNNING or one.due is None:
        return one.error
    words = {PENDING: "begins", DONE: "again", FAILED: "again"}
    begins = f"{words[one.state]} {timestamp(one.due)}"
    return f"{one.error}; {begins}" if one.error else begins
