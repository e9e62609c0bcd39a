"""closum key …"""

import click

from closum.accounts import api_keys, users
from closum.accounts.roles import KINDS, Kind
from closum.cli import table
from closum.cli.group import Group
from closum.cli.options import account as account_option
from closum.cli.options import account_only, database, open_session, option
from closum.store import api_keys as stored
from closum.store import identity


@click.group(cls=Group)
def key() -> None:
    """API keys, by which programs of an account sign their calls, without a user."""


@key.command()
@click.argument("name")
@option(
    "kind",
    type=click.Choice(KINDS),
    required=True,
    help="What the key lets do: 'create' adds leads and unqualified leads and is shown nothing, as a form on a web page needs"
    " it; 'read' reads everything; 'full' does all that an owner may do over the API.",
)
@account_option
@database
def add(name: str, kind: Kind, account: str | None, database: str | None) -> None:
    """Add an API key and print it, once: the database has a hash of it alone.

    Send it as 'Authorization: Bearer <key>', like a token. It is valid until it is revoked.
    """
    with open_session(database) as session, session.write() as unit:
        owner = users.account_named(unit, account)
        made = api_keys.add(unit, owner.id, name, kind)
        click.echo(f"Added the key '{name.strip()}' ({kind}) to the account '{owner.name}'.")
        click.echo(f"Key: {made.text}")  # before the commit: a key that nobody has seen is not there


@key.command("list")
@account_only("keys")
@database
def list_(account: str | None, database: str | None) -> None:
    """List API keys: name, account, kind, state, when each was added and last used, and the id.

    On a terminal it is a table; elsewhere it is one line each, with tabs between the columns and no heading. The last use is
    noted once an hour; '-' is never.
    """
    with open_session(database) as session, session.read() as unit:
        owner = users.account_named(unit, account) if account else None
        names = {one.id: one.name for one in identity.accounts(unit)}
        rows = [
            (
                one.name,
                names[one.account_id],
                one.kind,
                "revoked" if one.revoked else "valid",
                one.created,
                one.last_used or "-",
                str(one.id),
            )
            for one in stored.keys(unit, owner.id if owner else None)
        ]
    table.show(("key", "account", "kind", "state", "added", "last used", "id"), rows)


@key.command()
@click.argument("name")
@account_option
@database
def revoke(name: str, account: str | None, database: str | None) -> None:
    """Revoke an API key, for good: calls with it are refused from then on."""
    with open_session(database) as session, session.write() as unit:
        owner = users.account_named(unit, account)
        revoked = api_keys.revoke(unit, owner.id, api_keys.named(unit, owner.id, name).id)
    click.echo(f"The key '{revoked.name}' of the account '{owner.name}' is revoked.")
