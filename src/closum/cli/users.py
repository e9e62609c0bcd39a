"""closum user …"""

import sys
from collections.abc import Callable
from functools import partial

import click

from closum.accounts import account as accounts
from closum.accounts import attempts, passwords, second_factor, setup, users
from closum.accounts.roles import MEMBER, OWNER, READER, ROLES, Role
from closum.cli import table
from closum.cli.group import Group
from closum.cli.options import account as account_option
from closum.cli.options import account_only, database, database_url, flag, open_session, option
from closum.cli.plans import number
from closum.cli.properties import Value
from closum.cli.secret import new_password
from closum.cli.unlock import unlock
from closum.errors import Refusal
from closum.operations import bulk, handover, jobs, runner
from closum.resources.account import ACCOUNT
from closum.store import background, identity
from closum.store.background import DONE, Key
from closum.store.opening import locate
from closum.store.session import Session
from closum.store.unit import Unit

_ROLES: dict[Role, str] = {OWNER: "an owner", MEMBER: "a member", READER: "a reader"}
_COUNTRY = Value(next(one for one in ACCOUNT.writable if one.name == "country"))

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
@option(
    "role",
    type=click.Choice(ROLES),
    default=OWNER,
    show_default=True,
    help="What the user may do: a 'reader' sees everything and changes nothing; a 'member' also works with leads and all that"
    " belongs to them; an 'owner' may do everything.",
)
@option("name", metavar="NAME", help="What the user is called.")
@option(
    "country",
    type=_COUNTRY,
    metavar="COUNTRY",
    help="The country of phone numbers without a country code, such as PT, for an account that is made now; '' for none."
    " Without it, the command asks on a terminal.",
)
@password_stdin
@database
def add(
    email: str,
    account: str | None,
    role: Role,
    name: str | None,
    country: str | None,
    password_stdin: bool,
    database: str | None,
) -> None:
    """Add a user, and create the database and the account if they do not exist."""
    email = email.strip()
    users.email_key(email)
    password = _password(password_stdin)
    password_hash = passwords.hashed(password)
    with open_session(database, create=True) as session:
        with session.read() as unit:
            users.check_new(unit, email)
            is_asked = country is None and _to_be_made(unit, account) is not None
        if is_asked and sys.stdin.isatty() and sys.stdout.isatty():
            country = _asked_country()
        with session.write() as unit:
            owner, called = _account(unit, account, country)
            users.add_user(unit, owner, email, password_hash, role=role, name=name)
            click.echo(f"Added the user {email} to the {called} '{owner.name}'.")
            _tell(password, password_stdin)  # before the commit: a password that nobody has seen is not set
    setup.forget_file(locate(database_url(database)).setup_file)


@user.command("list")
@account_only("users")
@database
def list_(account: str | None, database: str | None) -> None:
    """List users: address, account, state, the id that leads name their owner by, role and name.

    On a terminal it is a table; elsewhere it is one line each, with tabs between the columns and no heading.
    """
    with open_session(database) as session, session.read() as unit:
        owner = users.account_named(unit, account) if account else None
        names = {one.id: one.name for one in identity.accounts(unit)}
        rows = [
            (
                one.email,
                names[one.account_id],
                "enabled" if one.enabled else "disabled",
                str(one.id),
                one.role,
                one.name or "",
            )
            for one in identity.users(unit, owner.id if owner else None)
        ]
    table.show(("e-mail", "account", "state", "id", "role", "name"), rows)


@user.command()
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@database
def role(email: str, role: Role, database: str | None) -> None:
    """Give a user another ROLE: owner, member or reader. It counts within a second; the user stays signed in.

    A reader sees everything and changes nothing. A member also works with leads and all that belongs to them. An owner may
    do everything; an account always has one.
    """
    _change(database, email, partial(users.set_role, role=role), f"is {_ROLES[role]} now")


@user.command()
@click.argument("email")
@click.argument("name", required=False)
@database
def name(email: str, name: str | None, database: str | None) -> None:
    """Set what a user is called; without NAME they are known by the address alone."""
    _change(
        database,
        email,
        partial(users.set_name, name=name),
        f"is called {name.strip() if name else 'nothing else'}",
    )


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
    """Disable a user and revoke their tokens. The only owner of an account cannot be disabled."""
    _change(database, email, users.disable, "is disabled")


@user.command()
@click.argument("email")
@database
def enable(email: str, database: str | None) -> None:
    """Enable a user, who can then sign in again."""
    _change(database, email, users.enable, "is enabled")


user.add_command(unlock)


@user.command("reset-two-factor")
@click.argument("email")
@database
def reset_two_factor(email: str, database: str | None) -> None:
    """Remove the second factor of a user, who then signs in with the password alone, and can add another one."""
    with open_session(database) as session, session.write() as unit:
        found = users.user_named(unit, email)
        removed = second_factor.remove(unit, found.account_id, found.id, unit.by)
    done = "the second factor is removed" if removed else "there was no second factor"
    click.echo(f"The user {email} signs in with the password alone: {done}.")


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
        _change(database, email, users.sign_out, "is signed out: their tokens are revoked")
        return
    with open_session(database) as session, session.write() as unit:
        identity.end_all_tokens(unit)
    click.echo("Every user is signed out: their tokens are revoked.")


@user.command()
@click.argument("email")
@option(
    "to",
    metavar="EMAIL",
    help="Who gets the user's leads and open tasks: another user of the account. Without it nobody has them.",
)
@database
def remove(email: str, to: str | None, database: str | None) -> None:
    """Remove a user; the account's records stay, and rules of the account lose the user. Its only owner cannot be removed.

    What others get is one operation, which can be undone: the leads and the open tasks are the removed user's again then.
    """
    with open_session(database) as session:
        with session.read() as unit:
            leaving = users.user_named(unit, email)
            users.refuse_last_owner(unit, leaving)
            heir = _heir(unit, leaving, to) if to else None
        with session.write(leaving.account_id) as unit:
            job = handover.begin(unit, leaving.id, heir.id if heir else None)
        with session.write() as unit:
            users.remove(unit, leaving)
        click.echo(f"The user {email} is removed.")
        if job:
            _hand_over(session, Key(leaving.account_id, job.kind, job.number), heir.email if heir else None)


def _heir(unit: Unit, leaving: identity.User, to: str) -> identity.User:
    """Raises Refusal for who cannot get what the user leaves."""
    heir = users.user_named(unit, to)
    if heir.id == leaving.id:
        raise Refusal(f"{to} is the user to be removed: name another one with --to")
    if heir.account_id != leaving.account_id:
        raise Refusal(f"The user {to} is of another account: name one of the same account with --to")
    if not heir.enabled:
        raise Refusal(
            f"The user {to} is disabled: enable it with 'closum user enable {to}', or name another one with --to"
        )
    return heir


def _hand_over(session: Session, key: Key, heir: str | None) -> None:
    """Do the work that has begun; where this is interrupted, a server goes on."""
    more = True

    def step(unit: Unit) -> None:
        nonlocal more
        taken = runner.turn(unit, handover.kind(), key, "command", bulk.MOST)
        more = taken is not None and taken.left is not None

    session.write_steps(iter(lambda: step if more else None, None), key.account_id)
    with session.read() as unit:
        own = unit.of(key.account_id)
        job = jobs.retrieve(own, jobs.job_id(key.kind, key.number))
        found = background.job(own, key.kind, key.number)
    if not found or found.state != DONE:
        click.echo("A server goes on with what the user leaves: 'closum job list' shows how far it is.")
        return
    counts = handover.counts(found)
    what = " and ".join(number(count, name) for name, count in counts.items() if count)
    told = f"{what} given to {heir or 'nobody'}" if what else "rules of the account changed"
    click.echo(f"Operation {job['operation']}: {told}.")


def _change(
    database: str | None, email: str, change: Callable[[Unit, identity.User], None], done: str
) -> None:
    with open_session(database) as session, session.write() as unit:
        change(unit, users.user_named(unit, email))
    click.echo(f"The user {email} {done}.")


def _account(unit: Unit, name: str | None, country: str | None) -> tuple[identity.Account, str]:
    """The account of a new user and what messages call it; added if none has that name, with a country."""
    if wanted := _to_be_made(unit, name):
        added = users.add_account(unit, wanted)
        if country:
            accounts.change(unit, added.id, {"country": country}, {})
        return added, "new account"
    if country:
        click.echo("The account is there already and keeps its country: see 'closum account set --country'.")
    return users.account_named(unit, name), "account"


def _to_be_made(unit: Unit, name: str | None) -> str | None:
    """The name of the account that a new user is the first of; None where it is there, or has to be named."""
    wanted = name or ("" if identity.accounts(unit) else users.FIRST_ACCOUNT)
    return wanted if wanted and not identity.account_by_key(unit, users.name_key(wanted)) else None


def _asked_country() -> str:
    country: str = click.prompt(
        "Country of phone numbers without a country code, such as PT (Enter for none)",
        default="",
        show_default=False,
        type=_COUNTRY,
        err=True,
    )
    return country


def _password(from_stdin: bool) -> str:
    if not from_stdin:
        return passwords.generated()
    return new_password()


def _tell(password: str, from_stdin: bool) -> None:
    if not from_stdin:
        click.echo(f"Password: {password}")
