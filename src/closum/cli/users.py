"""closum user …"""

from collections.abc import Callable
from functools import partial

import click

from closum.accounts import attempts, passwords, users
from closum.cli import table
from closum.cli.group import Group
from closum.cli.options import account as account_option
from closum.cli.options import account_only, database, flag, open_session, option
from closum.cli.secret import new_password
from closum.cli.unlock import unlock
from closum.store import identity
from closum.store.unit import Unit

password_stdin = option(
    "password-stdin",
    is_flag=True,
    help="Read the password from standard input, one line; on a terminal, type it twice, hidden.",
)


@click.group(cls=Group)
def user() -> None:
    """Users, who sign in with an e-mail address and a password."""


@user.command()
@click.argument("email")
@account_option
@password_stdin
@database
def add(email: str, account: str | None, password_stdin: bool, database: str | None) -> None:
    """Add a user, and create the database and the account if they do not exist."""
    email = email.strip()
    users.email_key(email)
    password = _password(password_stdin)
    password_hash = passwords.hashed(password)
    with open_session(database, create=True) as session, session.write() as unit:
        users.check_new(unit, email)
        owner, called = _account(unit, account)
        users.add_user(unit, owner, email, password_hash)
        click.echo(f"Added the user {email} to the {called} '{owner.name}'.")
        _tell(password, password_stdin)  # before the commit: a password that nobody has seen is not set


@user.command("list")
@account_only("users")
@database
def list_(account: str | None, database: str | None) -> None:
    """List users: address, account, state.

    On a terminal it is a table; elsewhere it is one line each, with tabs between the columns and no heading.
    """
    with open_session(database) as session, session.read() as unit:
        owner = users.account_named(unit, account) if account else None
        names = {one.id: one.name for one in identity.accounts(unit)}
        rows = [
            (one.email, names[one.account_id], "enabled" if one.enabled else "disabled")
            for one in identity.users(unit, owner.id if owner else None)
        ]
    table.show(("e-mail", "account", "state"), rows)


@user.command()
@click.argument("email")
@password_stdin
@database
def password(email: str, password_stdin: bool, database: str | None) -> None:
    """Set a new password, revoke the user's tokens and forget wrong passwords."""
    new = _password(password_stdin)
    password_hash = passwords.hashed(new)
    with open_session(database) as session, session.write() as unit:
        identity.set_password(unit, users.user_named(unit, email).id, password_hash)
        attempts.forgive(unit, email)
        click.echo(f"The user {email} has a new password; their earlier tokens are revoked.")
        _tell(new, password_stdin)


@user.command()
@click.argument("email")
@database
def disable(email: str, database: str | None) -> None:
    """Disable a user and revoke their tokens."""
    _change(database, email, partial(identity.enable_user, enabled=False), "is disabled")


@user.command()
@click.argument("email")
@database
def enable(email: str, database: str | None) -> None:
    """Enable a user, who can then sign in again."""
    _change(database, email, partial(identity.enable_user, enabled=True), "is enabled")


user.add_command(unlock)


@user.command("sign-out")
@click.argument("email", required=False)
@flag(
    "all", help="Revoke every token of every user: needed after a restore by other means, such as pg_restore."
)
@database
def sign_out(email: str | None, all: bool, database: str | None) -> None:
    """Revoke the tokens of a user, or of all users."""
    if all == (email is not None):
        raise click.UsageError("Name whose tokens to revoke: the e-mail address of a user, or --all")
    if email is not None:
        _change(database, email, identity.end_tokens, "is signed out: their tokens are revoked")
        return
    with open_session(database) as session, session.write() as unit:
        identity.end_all_tokens(unit)
    click.echo("Every user is signed out: their tokens are revoked.")


@user.command()
@click.argument("email")
@database
def remove(email: str, database: str | None) -> None:
    """Remove a user; the account's records stay."""
    if not _change(database, email, identity.remove_user, "is removed"):
        click.echo(
            f"No user is left: at its next start the server adds {users.FIRST_EMAIL} and prints the password."
            " Run 'closum user add' before that to keep the password out of a log."
        )


def _change(
    database: str | None, email: str, change: Callable[[Unit, int], None], done: str
) -> list[identity.User]:
    """The users that there are afterwards."""
    with open_session(database) as session, session.write() as unit:
        change(unit, users.user_named(unit, email).id)
        left = identity.users(unit)
    click.echo(f"The user {email} {done}.")
    return left


def _account(unit: Unit, name: str | None) -> tuple[identity.Account, str]:
    """The account of a new user and what messages call it; added if none has that name."""
    accounts = identity.accounts(unit)
    wanted = name or ("" if accounts else users.FIRST_ACCOUNT)
    if wanted and not identity.account_by_key(unit, users.name_key(wanted)):
        return users.add_account(unit, wanted), "new account"
    return users.account_named(unit, name), "account"


def _password(from_stdin: bool) -> str:
    if not from_stdin:
        return passwords.generated()
    return new_password()


def _tell(password: str, from_stdin: bool) -> None:
    if not from_stdin:
        click.echo(f"Password: {password}")
