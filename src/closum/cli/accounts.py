"""closum account …"""

from functools import partial

import click

from closum.accounts import account as accounts
from closum.accounts import users
from closum.cli import table
from closum.cli.group import Group
from closum.cli.options import account as account_option
from closum.cli.options import database, open_session
from closum.cli.properties import given, options
from closum.resources.account import ACCOUNT
from closum.store import identity
from closum.store.unit import Unit


@click.group(cls=Group)
def account() -> None:
    """Accounts (companies); every record belongs to one."""


@account.command()
@click.argument("name")
@database
def add(name: str, database: str | None) -> None:
    """Add an account, and create the database if it does not exist."""
    with open_session(database, create=True) as session, session.write() as unit:
        added = users.add_account(unit, name)
    click.echo(f"Added the account '{added.name}'.")


@account.command("list")
@database
def list_(database: str | None) -> None:
    """List accounts: name, number of users, state.

    On a terminal it is a table; elsewhere it is one line each, with tabs between the columns and no heading.
    """
    with open_session(database) as session, session.read() as unit:
        table.show(("account", "users", "state"), map(partial(_row, unit), identity.accounts(unit)))


def _row(unit: Unit, account: identity.Account) -> table.Row:
    number = len(identity.users(unit, account.id))
    users_ = f"{number} user{'' if number == 1 else 's'}"
    return account.name, users_, "enabled" if account.enabled else "disabled"


@account.command()
@click.argument("name")
@click.argument("new_name")
@database
def rename(name: str, new_name: str, database: str | None) -> None:
    """Rename an account."""
    with open_session(database) as session, session.write() as unit:
        users.rename_account(unit, users.account_named(unit, name), new_name)
    click.echo(f"The account '{name}' is now '{new_name.strip()}'.")


@account.command()
@account_option
@database
def show(account: str | None, database: str | None) -> None:
    """Show an account's name and settings: one property per line; in scripts, with a tab before its value."""
    with open_session(database) as session, session.read() as unit:
        found, _ = accounts.retrieve(unit, users.account_named(unit, account).id)
    table.properties((name, "" if value is None else str(value)) for name, value in found.items())


@account.command("set")
@account_option
@options(ACCOUNT)
@database
def set_(account: str | None, database: str | None, **values: str | None) -> None:
    """Change an account's name and settings; those that are not given stay as they are."""
    changes = given(ACCOUNT, values)
    with open_session(database) as session, session.write() as unit:
        owner = users.account_named(unit, account)
        users.check_free(unit, changes.get("name"), owner)
        accounts.change(unit, owner.id, changes, {})
    for name, value in changes.items():
        click.echo(f"The account '{owner.name}' has {name} {value or 'none'}.")


@account.command()
@click.argument("name")
@database
def disable(name: str, database: str | None) -> None:
    """Disable an account and revoke its users' tokens; its records stay."""
    _enable(name, database, False)
    click.echo(f"The account '{name}' is disabled.")


@account.command()
@click.argument("name")
@database
def enable(name: str, database: str | None) -> None:
    """Enable an account, whose users can then sign in again."""
    _enable(name, database, True)
    click.echo(f"The account '{name}' is enabled.")


def _enable(name: str, database: str | None, enabled: bool) -> None:
    with open_session(database) as session, session.write() as unit:
        identity.enable_account(unit, users.account_named(unit, name).id, enabled)
