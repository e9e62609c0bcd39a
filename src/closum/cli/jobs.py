"""closum job …"""

from collections.abc import Iterator

import click

from closum.accounts import users
from closum.cli import client_command, table
from closum.cli.group import Group
from closum.cli.options import Number, account_only, database, flag, open_session
from closum.errors import Refusal
from closum.model.draft import MAX_ID
from closum.operations import retention
from closum.operations.importing import keeping
from closum.store import background, identity
from closum.store.background import DONE, FAILED, PENDING, RUNNING, Listed
from closum.store.identity import Account
from closum.store.unit import Unit, timestamp

SHARED = Account(0, "(all accounts)", True)

KINDS = {
    kind.name: kind.shared for kind in [*retention.kinds(1, 1), keeping.kind(1)] if kind.every or kind.behind
}
"""Kinds that every account may have, or that all share (True): servers add them by themselves."""


REMOTE = {"get": "Show how far background work is, on the server that you are signed in to."}
"""The client's commands, with a line of help."""


class Jobs(Group):
    """Commands that open the database, and those of the client, each of which is imported only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.commands, *REMOTE]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in REMOTE:
            return super().get_command(ctx, cmd_name)
        group = client_command("job")
        assert isinstance(group, click.Group)
        return group.get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, one.get_short_help_str(limit=1_000)) for name, one in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
        with formatter.section("Commands that work over HTTP, with a server here or elsewhere"):
            formatter.write_dl([*REMOTE.items()])


@click.group(cls=Jobs)
def job() -> None:
    """Background work of servers, such as removing old history. `list` and `run` are for the server's own database."""


@job.command("list")
@account_only("work")
@flag("all", help="Also show work that has ended, or that begins later.")
@database
def list_(account: str | None, all: bool, database: str | None) -> None:
    """List background work: account, kind, state, how much is done, time of the last step, what comes next.

    On a terminal it is a table; elsewhere it is one line each, with tabs between the columns and no heading.
    """
    with open_session(database) as session, session.read() as unit:
        found = [
            (owner, _seen(one, unit.now))
            for owner in _owners(unit, account)
            for one in background.listed(unit.of(owner.id))
        ]
        shown = [(owner, one) for owner, one in found if all or _is_now(one, unit.now)]
    rows = [
        (owner.name, _name(one), one.state, _progress(one), one.modified, _next(one)) for owner, one in shown
    ]
    table.show(("account", "kind", "state", "done", "last step", "next"), rows)
    if found and not shown:
        click.echo(
            "closum: No background work at this moment: --all shows what has ended or begins later", err=True
        )


@job.command()
@click.argument(
    "kind", shell_complete=lambda ctx, param, text: [one for one in KINDS if one.startswith(text)]
)
@click.argument("number", type=Number(MAX_ID, least=0), default=0)
@account_only("work")
@database
def run(kind: str, number: int, account: str | None, database: str | None) -> None:
    """Have servers begin background work within half a minute: what failed, has ended, or begins later.

    The KINDs are retention, which removes old history of each account, bin, which removes for good what was deleted long
    ago, idempotency, which removes what calls with a key were answered more than a day ago, duplicates, which finds leads of
    each account that look alike, reports, which counts the leads of each account, import_files, which forgets the files of imports, and two that are one for all accounts: ledger_retention, which removes old entries of the ledger, and session_retention, which removes sessions, and links to join an account, that have expired. NUMBER is for kinds that work on one thing; these kinds take none.
    """
    begun = []
    with open_session(database) as session:
        with session.read() as unit:
            owners = list(_owners(unit, account))
        for owner in owners:
            with session.write(owner.id or None) as unit:
                begun += [owner] if _begin(unit, kind, number) else []
    if not begun:
        raise Refusal(_why_not(kind, account))
    click.echo(f"Begins, where a server runs: {kind}, {_whose(begun)}.")


def _begin(unit: Unit, kind: str, number: int) -> bool:
    """What every account has is added where no server has looked since the account was made."""
    scheduled = number == 0 and KINDS.get(kind) == (unit.account_id == 0)
    return (scheduled and background.add(unit, kind)) or background.hasten(unit, kind, number)


def _why_not(kind: str, account: str | None) -> str:
    if KINDS.get(kind) and account is not None:
        return f"All accounts share '{kind}': run it without --account"
    known = "" if kind in KINDS else f" (the kinds are {', '.join(KINDS)})"
    return f"There is no '{kind}'{known} that could begin: 'closum job list --all' shows what there is"


def _whose(owners: list[Account]) -> str:
    accounts = len([owner for owner in owners if owner.id])
    if not accounts:
        return "shared by all accounts"
    return f"{accounts} account{'' if accounts == 1 else 's'}"


def _seen(one: Listed, now: int) -> Listed:
    """The work as it is now: what has ended and is due begins once more."""
    if one.state in (DONE, FAILED) and one.due is not None and one.due <= now:
        return one._replace(state=PENDING, done=0, total=None)
    return one


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
