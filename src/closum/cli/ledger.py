"""closum ledger list."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from closum.accounts import users
from closum.cli import table
from closum.cli.group import Group
from closum.cli.options import database, open_session, option
from closum.cli.printable import printable
from closum.errors import Refusal
from closum.store import identity
from closum.store import ledger as entries
from closum.store.ledger import Entry
from closum.store.unit import Unit

NONE = "-"


class Moment(click.ParamType[str]):
    """A date, or a time of day on it, as a timestamp: in UTC where no zone is given."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            found = datetime.fromisoformat(str(value).strip())
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(
                f"it must be such as 2026-01-31 or 2026-01-31T10:00:00+00:00, not '{value}'", param, ctx
            )
        return found.isoformat(timespec="seconds")


@click.group(cls=Group)
def ledger() -> None:
    """The ledger: who signed in, and what was done to users, accounts, keys and the database."""


@ledger.command("list")
@option(
    "since", type=Moment(), metavar="WHEN", help="Only entries from this date on, such as 2026-01-31; UTC."
)
@option("account", metavar="NAME", help="Only entries about this account and its users.")
@database
def list_(since: str | None, account: str | None, database: str | None) -> None:
    """List the entries, the newest last, one to a line.

    The columns: time in UTC, event, account, user, who did it, details, and the request id, which the log has too.
    Accounts and users have their present names; those removed are shown by number.
    On a terminal it is a table; elsewhere the columns have tabs between them and no heading. CLOSUM_LEDGER_DAYS sets how
    far back the ledger goes.
    """
    with open_session(database) as session, session.read() as unit:
        owner = users.account_named(unit, account) if account else None
        names = _Names(unit)
        try:
            found = entries.entries(unit, since or "", owner.id if owner else None)
            rows = ([*map(printable, names.columns(entry))] for entry in found)
            table.show(("time", "event", "account", "user", "by", "details", "request id"), rows)
        except ValueError:
            raise Refusal("An entry of the ledger cannot be read: 'closum check' names it") from None


class _Names:
    """What accounts and users are called now."""

    def __init__(self, unit: Unit) -> None:
        self._accounts = {one.id: one.name for one in identity.accounts(unit)}
        self._users = {one.id: one.email for one in identity.users(unit)}

    def columns(self, entry: Entry) -> Iterator[str]:
        yield entry.at
        yield entry.event
        yield _named("account", entry.account_id, self._accounts)
        yield _named("user", entry.user_id, self._users)
        yield self._actor(entry)
        yield (
            ", ".join(f"{name} {value}" for name, value in entry.detail.items() if value is not None) or NONE
        )
        yield entry.request_id or NONE

    def _actor(self, entry: Entry) -> str:
        if entry.actor_id is not None:
            return _named("user", entry.actor_id, self._users)
        return f"{entry.cause} of {entry.operator}" if entry.operator else entry.cause


def _named(kind: str, number: int | None, names: dict[int, str]) -> str:
    return NONE if number is None else names.get(number, f"{kind} {number}")
