"""`closum-client user`: the users of the account, whose ids leads and tasks name."""

import click

from closum_client.cli.connection import connected, token_option, url_option
from closum_client.cli.failure import EXIT_CODES
from closum_client.cli.newest import EVERY, LIMIT, RAW, Entry, Kind, Read, before, listed
from closum_client.cli.text import cell

COLUMNS = ("id", "email", "enabled", "role", "name")


def _row(one: Entry, read: Read) -> list[str]:
    return [cell(one.get(name)) for name in COLUMNS]


USER = Kind("user", "users", "/api/user", COLUMNS, ("name", "role", "enabled"), _row)


@click.group(epilog=EXIT_CODES)
def user() -> None:
    """Users of your account on the server that you are signed in to."""


@user.command("list", help=f"List users, the newest first.\n\n{USER.pipe}")
@LIMIT
@before("user")
@EVERY
@RAW
@url_option
@token_option
def list_(
    limit: int | None, before: int | None, every: bool, raw: bool, url: str | None, token: str | None
) -> None:
    with connected(url, token) as client:
        listed(client, USER, {"limit": limit, "before": before}, every=every, raw=raw)
